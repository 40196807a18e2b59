"""Signing in, invitations, sessions, the idle lock: as the person in front of the page notices it."""

from __future__ import annotations

import time

import pytest
from django.test import Client

from plait.kernel import accounts
from plait.kernel.models import Account, Session
from plait.kernel.rights import offices_of
from tests.people import PASSWORD, as_, email, person, second, sign_in

pytestmark = pytest.mark.django_db

LONG = "seven straws in one strong braid"


def signed_in(name: str) -> Client:
    return sign_in(Client(), name)


def test_the_right_password_signs_in_and_a_wrong_one_keeps_the_address() -> None:
    client, _code = Client(), second("tia")
    wrong = client.post("/sign-in/", {"email": email("tia"), "password": "not the password at all"})
    assert (
        wrong.status_code == 200 and email("tia") in wrong.content.decode() and "not the password" not in wrong.content.decode()
    )
    assert client.get("/home/").status_code == 302
    right = client.post("/sign-in/", {"email": email("tia").upper(), "password": PASSWORD, "next": "/me/"})
    assert right["Location"] == "/sign-in/second/" and client.get("/home/").status_code == 302
    assert client.post("/sign-in/second/", {"factor_code": second("tia")})["Location"] == "/me/"


@pytest.mark.parametrize(
    "to",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "javascript:alert(1)",
        "\\\\elsewhere.example",
        "http:///elsewhere.example",
    ],
)
def test_signing_in_leads_nowhere_else(to: str) -> None:
    client, code = Client(), second("tia")
    client.post("/sign-in/", {"email": email("tia"), "password": PASSWORD, "next": to})
    assert client.post("/sign-in/second/", {"factor_code": code})["Location"] == "/home/"


def test_a_failed_sign_in_leaves_no_session_behind() -> None:
    Client().post("/sign-in/", {"email": email("tia"), "password": "wrong"})
    assert not Session.objects.filter(account=person("tia")).exists()


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"email": "\0", "password": "\0"},
        {"email": "x" * 10_000, "password": "y" * 10_000},
        {"email": ["a", "b"]},
        {"password": PASSWORD},
    ],
)
def test_hostile_input_gets_a_clear_page(posted: dict) -> None:
    answer = Client().post("/sign-in/", posted)
    assert answer.status_code == 200 and b'role="alert"' in answer.content


def test_an_invited_person_sets_a_password_once() -> None:
    ada = as_("ada")
    account, secret = accounts.invite(ada, email="new@example.org", name="New Person")
    client = Client()
    page = client.get(f"/invitation/{secret}/")
    assert b"New Person" in page.content
    short = client.post(f"/invitation/{secret}/", {"password": "too short"})
    assert short.status_code == 200 and b"15" in short.content
    done = client.post(f"/invitation/{secret}/", {"password": LONG})
    assert done["Location"] == "/sign-in/second/" and client.get("/home/").status_code == 302
    assert b"Set up your second step" in client.get("/sign-in/second/").content
    assert Client().get(f"/invitation/{secret}/").status_code == 404
    assert Account.objects.get(id=account.id).check_password(LONG)


@pytest.mark.parametrize("password", ["short", "passwordpassword"[:14], "123456789987654321", "new@example.org"])
def test_a_weak_password_is_refused_with_what_to_do(password: str) -> None:
    _account, secret = accounts.invite(as_("ada"), email="new@example.org", name="New Person")
    answer = Client().post(f"/invitation/{secret}/", {"password": password})
    assert answer.status_code == 200 and b'role="alert"' in answer.content
    assert Client().get(f"/invitation/{secret}/").status_code == 200


def test_nobody_without_the_office_invites() -> None:
    from plait.kernel.errors import Refused

    with pytest.raises(Refused):
        accounts.invite(as_("tia"), email="new@example.org", name="New Person")


def test_a_person_sees_and_ends_their_sessions() -> None:
    one, two = signed_in("tia"), signed_in("tia")
    page = one.get("/me/").content.decode()
    name = accounts.session_name(two.session.session_key)
    assert name in page and two.session.session_key not in page
    assert one.post("/me/sessions/end/", {"session": name}).status_code == 303
    assert two.get("/me/").status_code == 302 and one.get("/me/").status_code == 200
    other = signed_in("pol")
    assert other.post("/me/sessions/end/", {"session": accounts.session_name(one.session.session_key)}).status_code == 404


def test_changing_the_password_ends_every_other_session() -> None:
    one, two = signed_in("tia"), signed_in("tia")
    answer = one.post("/me/password/", {"old": PASSWORD, "password": LONG})
    assert answer.status_code == 303
    assert one.get("/me/").status_code == 200 and two.get("/me/").status_code == 302
    assert one.post("/me/password/", {"old": "wrong", "password": LONG}).status_code == 200


def test_signing_out_ends_it() -> None:
    client = signed_in("tia")
    client.post("/sign-out/")
    assert client.get("/me/").status_code == 302


def idle(client: Client) -> None:
    session = client.session
    session["seen"] = int(time.time()) - 3600
    session.save()


def test_after_idleness_the_password_is_asked_and_what_was_typed_is_sent_on() -> None:
    client = signed_in("tia")
    idle(client)
    locked = client.post("/me/", {"language": "de"})
    assert locked.status_code == 403 and b'name="language" value="de"' in locked.content
    assert person("tia").language == "en"
    wrong = client.post("/me/", {"language": "de", "plait-unlock": "not it"})
    assert wrong.status_code == 403 and b'name="language" value="de"' in wrong.content
    right = client.post("/me/", {"language": "de", "plait-unlock": PASSWORD})
    assert right.status_code == 303 and person("tia").language == "de"
    assert client.get("/me/").status_code == 200


def test_after_idleness_a_page_that_was_only_read_opens_again() -> None:
    client = signed_in("tia")
    idle(client)
    assert client.get("/me/").status_code == 403
    back = client.post("/me/", {"plait-was-get": "1", "plait-unlock": PASSWORD})
    assert back.status_code == 303 and back["Location"] == "/me/" and client.get("/me/").status_code == 200


def stale(client: Client) -> None:
    session = client.session
    session["fresh"] = int(time.time()) - 301
    session.save()


def test_before_what_is_dangerous_it_is_asked_once_more_and_what_was_typed_is_sent_on() -> None:
    client, typed = signed_in("ada"), {"name": "New Person", "email": "new@example.org"}
    stale(client)
    was = client.session.session_key
    asked = client.post("/administration/invite/", typed)
    assert asked.status_code == 403 and b'value="New Person"' in asked.content
    wrong = client.post("/administration/invite/", {**typed, "plait-unlock": "not it"})
    pressed = client.post("/administration/invite/", {**typed, "plait-press": "1"})
    assert wrong.status_code == pressed.status_code == 403, "one press is the demonstration's"
    assert not Account.objects.filter(email="new@example.org").exists()
    right = client.post("/administration/invite/", {**typed, "plait-unlock": PASSWORD})
    assert right.status_code == 200 and b"/invitation/" in right.content
    assert client.session.session_key != was, "a new name for the session"
    assert client.get("/administration/invite/").status_code == 200


def test_a_dangerous_page_that_was_only_read_opens_after_it_was_asked() -> None:
    client = signed_in("ada")
    stale(client)
    assert client.get("/administration/invite/").status_code == 403
    assert client.post("/administration/invite/", {"plait-was-get": "1"}).status_code == 403
    back = client.post("/administration/invite/", {"plait-was-get": "1", "plait-unlock": PASSWORD})
    assert back.status_code == 303 and client.get(back["Location"]).status_code == 200


def test_who_may_not_come_in_is_not_asked_first() -> None:
    client = signed_in("tia")
    stale(client)
    assert client.get("/administration/invite/").status_code == 404


def test_people_leave_as_a_file_only_after_it_was_asked() -> None:
    from plait.partners.actions.people import add_person

    add_person(as_("rowan"), name="Somebody New")
    client = signed_in("rowan")
    assert client.get("/partners/people/?format=csv").status_code == 200
    stale(client)
    assert client.get("/partners/people/").status_code == 200
    assert client.get("/partners/people/?format=csv").status_code == 403
    back = client.post("/partners/people/?format=csv", {"plait-was-get": "1", "plait-unlock": PASSWORD})
    assert client.get(back["Location"])["Content-Type"].startswith("text/csv")


def test_what_is_dangerous_is_marked_and_nothing_marked_is_open_to_anybody() -> None:
    from plait.frame.routes import addresses

    marked = {a.name for a in addresses() if a.fresh}
    assert {
        "web:let_out", "web:withdraw", "web:invite", "web:link", "web:appoint", "web:end_office", "web:password", "partners:appoint",
        "partners:seat_member", "partners:invite", "partners:add_member", "partners:end_member", "web:agree_recipients",
    } <= marked  # fmt: skip
    assert len(marked) >= 20


def test_the_administrator_invites_and_appoints_and_sees_no_content() -> None:
    client = signed_in("ada")
    assert client.get("/picture/risks/").status_code == 404 and client.get("/desk/").status_code == 404
    made = client.post("/administration/invite/", {"name": "New Person", "email": "new@example.org"})
    assert b"/invitation/" in made.content
    new = Account.objects.get(email="new@example.org")
    appointed = client.post(
        f"/administration/{new.id}/appoint/", {"office": "community_member", "reason": "asked for by the advisory group"}
    )
    assert appointed.status_code == 303
    assert offices_of(as_("cal")) == ["community_member"]
    with_self = client.post(
        f"/administration/{person('ada').id}/appoint/", {"office": "coordinator", "reason": "I run the machine"}
    )
    assert with_self.status_code == 403
    assert signed_in("rowan").get("/administration/").status_code == 404


def test_the_one_click_sign_in_does_not_exist_here() -> None:
    client = Client()
    assert client.get("/demo/").status_code == 404 and client.post("/demo/rowan/").status_code == 404


def test_the_demo_module_is_not_even_imported_by_a_serving_process() -> None:
    import subprocess
    import sys

    code = "import django, sys; django.setup(); import plait.web.urls; sys.exit('plait.web.demo' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_a_person_sees_who_made_a_link_for_them() -> None:
    accounts.invite_again(as_("ada"), account=person("tia").id)
    assert "Ada Adwin made a link" in signed_in("tia").get("/me/").content.decode()
    assert "made a link" not in signed_in("pol").get("/me/").content.decode()
