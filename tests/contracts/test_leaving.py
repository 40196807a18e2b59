"""A6: whoever is out is out with the next request. A membership, seat, office or account ends, or a bar is set, in random order with reads
by an open session, by a job that acts as the person, and by a visitor's link: no read after it.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from plait.kernel import access, offices, scratch
from plait.kernel.access import cells, visiting
from plait.kernel.acting import Asker, acting, action, verb
from plait.kernel.models import Account, Kind, Office, Seat
from plait.partners import actions as partners
from plait.partners.models import Membership
from plait.picture.models import Evidence
from tests.people import for_real, person

LIVES = 200
pytestmark = pytest.mark.full


@pytest.fixture(scope="module", autouse=True)
def town(founded_template: str, django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), scratch.database(founded_template):
        yield


@action("tests.leaving_open_circle")
def _open(asker: Asker, name: str) -> uuid.UUID:
    return access.open_circle(asker, Kind.GROUP, name)


@action("tests.leaving_seat")
def _seat(asker: Asker, **given: Any) -> uuid.UUID:
    return access.give_seat(asker, reason="for the test", **given)


@action("tests.close_account")
def _close(asker: Asker, account: uuid.UUID) -> None:
    Account.objects.filter(id=account).update(is_active=False)


class Life:
    """A group with a record, and somebody who sees it in one way, with a session that is open."""

    def __init__(self, n: int):
        self.n = n
        with for_real("rowan") as rowan:
            self.circle = _open(rowan, f"Group {n}")
            self.steward = _seat(rowan, account=person("bea").id, circle=self.circle, level=3)
        with for_real("bea"), verb("tests.fill"):
            self.row = cells.fill(Evidence, self.circle, {})
            self.row.save(force_insert=True)
        self.account = Account(email=f"life{n}@example.org", name=f"Life {n}")
        self.account.set_unusable_password()
        self.account.save(force_insert=True)
        with for_real("bea") as bea:  # a seat in the partnership, so that the address of the record is open to them
            self.office = offices.appoint(bea, account=self.account.id, office="community_member", reason="for the test")
            self.seat = _seat(bea, account=self.account.id, circle=self.circle, level=2)
        self.client = Client(raise_request_exception=False)
        self.client.force_login(self.account)
        self.where = reverse("picture:evidence", args=[self.circle, self.row.id])

    def asker(self) -> Asker:
        return Asker.of(self.account)

    def page(self) -> bool:
        answer = self.client.get(self.where)
        assert answer.status_code in (200, 302, 404) and answer["Cache-Control"] == "no-store"
        return answer.status_code == 200

    def listed(self) -> bool:
        answer = self.client.get(reverse("picture:evidence_list"), {"q": self.row.title})
        return answer.status_code == 200 and str(self.row.id) in answer.content.decode()

    def job(self) -> bool:
        """What a worker reads that acts as this person."""
        with acting(self.asker()):
            return Evidence.objects.filter(id=self.row.id).exists()

    # ways out

    def seat_ends(self) -> None:
        with for_real("bea") as bea, verb("tests.end"):
            access.end_seat(bea, self.seat)

    def seat_is_left(self) -> None:
        with acting(self.asker()) as own, verb("tests.end"):
            access.end_seat(own, self.seat)

    def barred(self) -> None:
        with for_real("bea") as bea:
            offices.set_bar(bea, account=self.account.id, circle=self.circle, reason="for the test")

    def steps_aside(self) -> None:
        with acting(self.asker()) as own:
            offices.set_bar(own, account=self.account.id, circle=self.circle, reason="for the test")

    def account_closed(self) -> None:
        with for_real("bea") as bea:
            _close(bea, self.account.id)

    def leaves(self) -> None:
        """The only membership ends: every seat with it, this one too."""
        with for_real("rowan") as rowan:
            circle = access.partnership_circle()
            body = partners.add_organisation(rowan, name=f"House {self.n}", kind="civil_society", sectors=["civil_society"])
            who = partners.add_person(rowan, name=self.account.name, account_id=self.account.id)
            row = partners.begin_membership(rowan, person=who.id, organisation=body.id, starts=date(2026, 1, 1))
            partners.end_membership(rowan, id=row.id, circle=circle, version=row.version, ends=row.starts + timedelta(days=1))
            assert Membership.objects.filter(id=row.id, ends__isnull=False).exists()

    # what goes on beside it and changes nothing for them

    def another_is_seated(self) -> None:
        with for_real("bea") as bea:
            _seat(bea, account=person("cal").id, circle=self.circle, level=1)

    def another_is_barred(self) -> None:
        with for_real("bea") as bea:
            offices.set_bar(bea, account=person("pol").id, circle=self.circle, reason="for the test")

    def an_office_comes(self) -> None:
        with for_real("ada") as ada:
            offices.appoint(ada, account=self.account.id, office="publisher", reason="for the test")


OUT = ("seat_ends", "seat_is_left", "barred", "steps_aside", "account_closed", "leaves")
BESIDE = ("another_is_seated", "another_is_barred", "an_office_comes")
READ = ("page", "job", "listed")
WEIGHTS = (5, 4, 1)


def test_no_read_follows_the_end_in_two_hundred_random_lives() -> None:
    rng = random.Random(20261124)
    before = after = later_reads = 0
    ways: set[str] = set()
    for n in range(LIVES):
        life, way = Life(n), OUT[n % len(OUT)]
        first = [*rng.choices(READ, WEIGHTS, k=1), *rng.sample(BESIDE, k=rng.randint(0, 1))]
        then = rng.choices(READ, WEIGHTS, k=rng.randint(1, 2))
        rng.shuffle(first)
        for step in first:
            found = getattr(life, step)()
            if step in READ:
                assert found is True, (n, step)
                before += 1
        getattr(life, way)()
        ways.add(way)
        for step in then:
            found = getattr(life, step)()
            later_reads += bool(found)
            after += 1
    assert later_reads == 0
    assert before >= LIVES and after >= LIVES and ways == set(OUT)


def test_an_account_that_is_closed_holds_no_seat_and_no_office_whoever_closes_it() -> None:
    life = Life(10_000)
    life.account_closed()
    with for_real("bea"):
        assert not Office.objects.filter(account_id=life.account.id, ends__gt=life.asker().now).exists()
        assert not Seat.objects.filter(account_id=life.account.id).exists()
    with scratch.superuser() as su:
        assert su.execute(
            "select count(*) from kernel_seat where account_id = %s and ends > plait.now()", [life.account.id]
        ).fetchone() == (0,)
        assert (
            su.execute("select count(*) from kernel_entry where tab = 'kernel_seat' and verb = 'tests.close_account'").fetchone()[
                0
            ]
            >= 2
        )


def test_an_account_is_not_closed_without_a_person_and_a_verb() -> None:
    from django.db import DatabaseError

    life = Life(10_001)
    with pytest.raises(DatabaseError):
        Account.objects.filter(id=life.account.id).update(is_active=False)
    assert life.page()


def test_a_link_that_is_ended_or_used_up_takes_nothing_more() -> None:
    def link() -> tuple[uuid.UUID, str]:
        with for_real("rowan") as rowan:
            return visiting.make_link(
                rowan,
                form="evidence",
                circle=access.partnership_circle(),
                purpose="Anything?",
                ends=rowan.now + timedelta(days=1),
                most=2,
                lang="en",
                shown={},
            )

    refused = 0
    for n in range(10):
        id, secret = link()
        where, send = reverse("questions:question", args=[secret]), Client(raise_request_exception=False)
        assert send.get(where).status_code == 200 and send.post(where, {"text": "Yes."}).status_code == 303
        if n % 2:
            _end(id)
        else:
            send.post(where, {"text": "Again."})
        refused += send.get(where).status_code == send.post(where, {"text": "More."}).status_code == 404
    assert refused == 10


def _end(id: uuid.UUID) -> None:
    with for_real("rowan") as rowan:
        visiting.end_link(rowan, link=id)
