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
