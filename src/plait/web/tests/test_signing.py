"""Two steps, codes that work once, tries that lock nobody else out, and a lost factor: N1, N2, N4, N5, N6, N8."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from plait.frame.routes import addresses
from plait.kernel import accounts, factors
from plait.kernel.errors import Invalid
from plait.kernel.models import Account, Factor, RecoveryCode, Session, Try
from tests.contracts.test_addresses import METHODS, url
from tests.people import PASSWORD, as_, code_of, email, person, second, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "public"])


def with_password(name: str) -> Client:
    client = Client(raise_request_exception=False)
    assert client.post("/sign-in/", {"email": email(name), "password": PASSWORD})["Location"] == "/sign-in/second/"
    return client


def try_in(address: str, password: str = "a wrong password of length", client: Client | None = None, **extra: str):
    return (client or Client()).post("/sign-in/", {"email": address, "password": password}, **extra)


# N1 ----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.full
@pytest.mark.parametrize("has_app", [True, False])
def test_a_password_alone_opens_no_page(has_app: bool) -> None:
    import uuid

    if has_app:
        second("rowan")
    client, asked = with_password("rowan"), 0
    for a in addresses():
        if a.needs == "anybody":
            continue
        for method in METHODS:
            answer = getattr(client, method)(url(a, uuid.uuid4(), uuid.uuid4()))
            assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/?"), (a.name, method)
            asked += 1
    assert asked >= 700
    assert client.get("/sign-in/second/").status_code == 200


def test_the_second_step_is_open_for_ten_minutes_and_to_nobody_else() -> None:
    second("tia")
    assert Client().get("/sign-in/second/")["Location"] == "/sign-in/"
    client = with_password("tia")
    session = client.session
    session["pending"] = {**session["pending"], "at": int(time.time()) - 601}
    session.save()
    assert client.get("/sign-in/second/")["Location"] == "/sign-in/"


def test_the_first_sign_in_leads_to_a_second_step_with_an_app_and_its_codes() -> None:
    client = with_password("tia")
    page = client.get("/sign-in/second/").content.decode()
    assert "<svg" in page and "style=" not in page
    secret = re.search(r'<p class="code"[^>]*>([A-Z2-7 ]+)</p>', page)[1]
    signed = re.search(r'name="factor_secret" value="([^"]+)"', page)[1]
    wrong = client.post("/sign-in/second/", {"factor_secret": signed, "factor_code": "000000"})
    assert wrong.status_code == 200 and signed.split(":")[0] in wrong.content.decode(), "the picture is the same"
    assert client.post("/sign-in/second/", {"factor_secret": "another", "factor_code": code_of(secret)}).status_code == 200
    made = client.post("/sign-in/second/", {"factor_secret": signed, "factor_code": code_of(secret)})
    codes = re.findall(r"(?:[A-Z2-7]{4}-){5}[A-Z2-7]{4}", made.content.decode())
    assert len(codes) == 10 and client.get("/home/").status_code == 200
    held = Factor.objects.get(account=person("tia"))
    assert secret.replace(" ", "").encode() not in bytes(held.sealed), "the secret is sealed"
    again = with_password("tia")
    assert again.post("/sign-in/second/", {"factor_code": codes[0].lower().replace("-", " ")}).status_code == 302
    assert again.get("/home/").status_code == 200


def test_a_fresh_link_takes_no_second_step_away() -> None:
    second("tia")
    secret = accounts.invite_again(as_("ada"), account=person("tia").id)
    client = Client()
    answer = client.post(f"/invitation/{secret}/", {"password": "another seven straws in one braid"})
    assert answer["Location"] == "/sign-in/second/"
    page = client.get("/sign-in/second/").content.decode()
    assert "Set up your second step" not in page and '<svg class="qr' not in page
    assert client.get("/home/").status_code == 302 and factors.ways(person("tia")).app
    assert client.post("/sign-in/passkey/", {"make": "1"}).status_code == 404, "nor can one be added"


# N2 ----------------------------------------------------------------------------------------------------------------------------


def test_a_code_of_the_app_counts_once_and_within_one_step() -> None:
    account, secret = person("tia"), factors.new_secret()
    factors.add_app(account, secret, code_of(secret, -1))
    assert not factors.check_app(account, code_of(secret, -1)), "used to set it up"
    assert not factors.check_app(account, code_of(secret, 3)) and not factors.check_app(account, code_of(secret, -3))
    assert factors.check_app(account, code_of(secret, 1))
    assert not factors.check_app(account, code_of(secret, 1)) and not factors.check_app(account, code_of(secret))
    for hostile in ("", "12345", "1234567", "١٢٣٤٥٦", "\0", "x" * 10_000):
        assert not factors.check_app(account, hostile)


def test_recovery_codes_have_120_bits_are_kept_as_hashes_and_work_once() -> None:
    account = person("tia")
    codes = factors.new_codes(account)
    assert len(set(codes)) == 10 and all(len(c.replace("-", "")) * 5 == 120 for c in codes)
    assert not RecoveryCode.objects.filter(hash__in=[c.replace("-", "") for c in codes]).exists()
    assert factors.check_code(account, codes[3]) and not factors.check_code(account, codes[3])
    assert not factors.check_code(person("pol"), codes[4]), "another's"
    factors.new_codes(account)
    assert not factors.check_code(account, codes[5]), "older ones end"


# N4 ----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        "fourteen chars",
        "x" * 129,
        "123456789987654321",
        "Testford Prevent 2026",
        "plait plait plait",
        "Tia Trown Tia Trown",
        "testford-council-1",
    ],
)
def test_a_bad_password_is_refused(password: str) -> None:
    with pytest.raises(Invalid):
        accounts.check_strength(password, person("tia"))


@pytest.mark.parametrize(
    "password", ["seven straws in one braid", "x7!" * 42 + "yz", "sieben Halme 🌾 in einem Zopf", "بسم الله أحد عشر كوكبا"]
)
def test_a_good_password_of_any_script_signs_in_whole(password: str) -> None:
    account = person("tia")
    accounts.set_password(account, password)
    assert account.check_password(password) and not account.check_password(password[:-1])
    assert len(password) <= 128 and not account.check_password(password + "x")


def test_a_password_is_the_same_however_a_keyboard_puts_it_together() -> None:
    account, word = person("tia"), "sieben Ähren für den Zopf é"
    accounts.set_password(account, unicodedata.normalize("NFD", word))
    assert account.check_password(unicodedata.normalize("NFC", word))


def test_nothing_is_cut_off_after_72_bytes() -> None:
    account = person("tia")
    accounts.set_password(account, "ab" * 36 + "one end of it")
    assert not account.check_password("ab" * 36 + "another end!!")


# N5, N6 ------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How often a password was compared or hashed."""
    calls: list[str] = []
    for name in ("verify", "encode"):
        was = getattr(Argon2PasswordHasher, name)
        monkeypatch.setattr(
            Argon2PasswordHasher, name, lambda self, *a, was=was, name=name, **k: (calls.append(name), was(self, *a, **k))[1]
        )
    return calls


@pytest.mark.full
def test_ten_tries_an_hour_for_an_address_whoever_asks_and_whether_it_is_known(hashed: list[str]) -> None:
    done = {}
    for address in (email("tia"), "nobody.here@example.org"):
        hashed.clear()
        pages = [
            try_in(address, REMOTE_ADDR=f"10.0.{n}.1", HTTP_X_FORWARDED_FOR=f"192.0.2.{n}").content.decode().replace(address, "")
            for n in range(14)
        ]
        done[address] = [re.sub(r'value="[^"]*"', "", p) for p in pages]
        assert len(hashed) == 10, address
        assert sum("Too many tries" in p for p in pages) == 4
    known, unknown = done.values()
    assert known == unknown, "known and unknown addresses answer alike, to the byte"
    assert "Too many" not in try_in(email("pol"), REMOTE_ADDR="10.0.1.1").content.decode(), (
        "one address of a town hall is not one bucket"
    )
    kept = [bytes(t.key) for t in Try.objects.all()]
    assert len(kept) >= 3 and all(len(k) == 32 for k in kept), "keyed hashes and nothing else"


def test_right_passwords_are_no_tries() -> None:
    for _n in range(12):
        with_password("tia")


def test_who_was_here_before_is_not_locked_out_by_somebody_elses_guesses() -> None:
    hers = sign_in(Client(), "tia")
    hers.post("/sign-out/")
    code = second("tia")
    for _n in range(11):
        last = try_in(email("tia"))
    assert "Too many tries" in last.content.decode()
    assert try_in(email("tia"), PASSWORD, client=hers)["Location"] == "/sign-in/second/"
    assert hers.post("/sign-in/second/", {"factor_code": code}).status_code == 302
    forged = Client()
    forged.cookies["plait_known"] = hers.cookies["plait_known"].value[:-2] + "xx"
    assert "Too many tries" in try_in(email("tia"), PASSWORD, client=forged).content.decode()
    for _n in range(11):
        mine = try_in(email("pol"), client=hers)
    assert "Too many tries" in mine.content.decode(), "her cookie is no licence to guess at others"


def test_ten_codes_an_hour_and_then_only_what_nobody_guesses() -> None:
    account, secret = person("tia"), factors.new_secret()
    factors.add_app(account, secret, code_of(secret, -1))
    recovery = factors.new_codes(account)[0]
    assert not any(factors.check_code(account, f"{n:06d}") for n in range(10))
    assert not factors.check_code(account, code_of(secret, 1))
    assert factors.check_code(account, recovery)


# N8 ----------------------------------------------------------------------------------------------------------------------------


def test_a_session_has_a_new_name_after_each_step_and_holds_nobodys_name() -> None:
    code = second("tia")
    client = Client()
    client.get("/sign-in/")
    client.post("/sign-in/", {"email": email("tia"), "password": PASSWORD})
    names = [client.session.session_key]
    client.post("/sign-in/second/", {"factor_code": code})
    names.append(client.session.session_key)
    session = client.session
    session["fresh"] = 0
    session.save()
    assert client.get("/me/sign-in/add/").status_code == 403
    client.post("/me/sign-in/add/", {"plait-was-get": "1", "plait-unlock": PASSWORD})
    names.append(client.session.session_key)
    assert len(set(names)) == 3 and Session.objects.filter(account=person("tia")).count() == 1
    held = Session.objects.get(session_key=names[2])
    assert "tia" not in str(held.get_decoded()).lower()
    assert 11.9 * 3600 < (held.expire_date - held.began_at).total_seconds() < 12 * 3600 + 1


def test_changing_a_factor_ends_every_other_session_and_the_last_one_stays() -> None:
    one, two = sign_in(Client(), "tia"), sign_in(Client(), "tia")
    app = Factor.objects.get(account=person("tia"))
    kept = one.post(f"/me/sign-in/{app.id}/remove/")
    assert kept.status_code == 400 and b"only second step" in kept.content
    assert one.post("/me/sign-in/codes/").status_code == 200
    assert one.get("/me/").status_code == 200 and two.get("/me/").status_code == 302
    assert one.post(f"/me/sign-in/{person('tia').id}/remove/").status_code == 404


def test_any_of_ones_ways_answers_when_it_is_asked_once_more() -> None:
    client = sign_in(Client(), "tia")
    secret = factors.new_secret()
    factors.add_app(person("tia"), secret, code_of(secret, -1))
    for given, wanted in (
        ({"plait-code": "000000"}, 403),
        ({"plait-passkey": "{}"}, 403),
        ({"plait-passkey": "]"}, 403),
        ({"plait-code": code_of(secret, 1)}, 303),
    ):
        session = client.session
        session["fresh"] = session["seen"] = int(time.time()) - 3600
        session.save()
        answer = client.post("/me/", {"language": "de", **given})
        assert answer.status_code == wanted, given
    assert Account.objects.get(id=person("tia").id).language == "de"
