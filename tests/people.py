"""The cast: people with names and fixed seats, not roles. Made once for each test database; every test starts from them.

Ada     administrator: runs the machine, holds no seat
Rowan   coordinator: steward in the partnership
Bea     chairs the board; Bo and Ben sit on it
Pat     publisher: the second person of a release
Pol     police partner, of the constabulary
Tia     safeguarding lead of a school
Cal     community member: reads and corrects, so a contributor
Dora    data protection officer: reads
Dee     an account and nothing else
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from plait.kernel import access
from plait.kernel.acting import Asker, acting, action, announce
from plait.kernel.models import Account, Circle, Partnership

CAST = {
    "rowan": ["coordinator"], "bea": ["board_chair"], "bo": ["board_member"], "ben": ["board_member"], "pat": ["publisher"], "pol": ["police_partner"],
    "tia": ["school_safeguarding_lead"], "cal": ["community_member"], "dora": ["data_protection_officer"], "dee": [],
}  # fmt: skip
PASSWORD = "straw plaited into one strong braid"


@action("tests.appoint")
def appoint(asker: Asker, account: uuid.UUID, office: str) -> None:
    access.give_office(asker, account=account, office=office, reason="cast for the tests")


def email(name: str) -> str:
    return f"{name}@example.org"


def person(name: str) -> Account:
    return Account.objects.get(email=email(name))


def asker(name: str) -> Asker:
    return Asker.of(person(name), lifetime=3600)


def as_(name: str) -> Asker:
    """Announce somebody of the cast in the test's own transaction."""
    return announced(asker(name))


def announced(who: Asker) -> Asker:
    announce(who)
    return who


@contextmanager
def for_real(name: str) -> Iterator[Asker]:
    """A committed transaction of its own, for transactional tests."""
    with acting(asker(name)) as who:
        yield who


def partnership() -> Circle:
    return Circle(id=Partnership.objects.get().partnership_circle_id)


def make_cast(pack: str = "uk-prevent") -> None:
    """Found a partnership and appoint the cast, through the functions that everybody uses."""
    from plait.web.founding import begin

    begin(pack, "Tests' Partnership", "Testford", email("ada"), "Ada Adwin")
    ada = person("ada")
    ada.set_password(PASSWORD)
    ada.save(update_fields=["password"])
    for name in CAST:
        account = Account(email=email(name), name=f"{name.title()} {name[0].upper()}rown")
        account.set_password(PASSWORD)
        account.save(force_insert=True)
    with acting(asker("ada")) as ada:
        for name, offices in CAST.items():
            for office in offices:
                appoint(ada, person(name).id, office)


def second(name: str) -> str:
    """A recovery code of somebody who has an authenticator app: it works once."""
    from plait.kernel import factors

    account = person(name)
    if not factors.ways(account).second:
        secret = factors.new_secret()
        factors.add_app(account, secret, code_of(secret))
    return factors.new_codes(account)[0]


def code_of(secret: str, steps: int = 0) -> str:
    """What an app with this secret shows now, or so many steps later."""
    import base64
    import time

    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.twofactor.totp import TOTP

    return TOTP(base64.b32decode(secret.replace(" ", "")), 6, SHA1(), 30).generate(int(time.time()) + 30 * steps).decode()


def sign_in(client: Any, name: str) -> Any:
    """By password and second step, through the pages."""
    code = second(name)
    assert client.post("/sign-in/", {"email": email(name), "password": PASSWORD})["Location"] == "/sign-in/second/"
    assert client.post("/sign-in/second/", {"factor_code": code}).status_code == 302
    return client
