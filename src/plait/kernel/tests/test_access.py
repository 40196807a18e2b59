"""Who sees what: the rules of circles, seats and bars, each as somebody would notice it."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction

from plait.kernel import access
from plait.kernel.acting import NOBODY, Asker, announce, announced, token, verb
from plait.kernel.log import history
from plait.kernel.models import Circle, Seat
from plait.partners.models import Person
from tests.people import as_, asker, partnership, person

pytestmark = pytest.mark.django_db


def add_person(who: Asker, name: str = "Somebody") -> Person:
    with verb("tests.add"):
        row = Person(circle=partnership(), name=name)
        row.save(force_insert=True)
    return row


def test_a_member_sees_and_dee_does_not() -> None:
    rowan = as_("rowan")
    row = add_person(rowan)
    assert row.made_by_id == rowan.id and row.made_at is not None
    as_("cal")
    assert Person.objects.filter(id=row.id).exists()
    as_("dee")
    assert not Person.objects.exists()
    announce(NOBODY)
    assert not Person.objects.exists()


def test_a_reader_cannot_write() -> None:
    dora = as_("dora")
    with pytest.raises(ProgrammingError), transaction.atomic():
        add_person(dora)


def test_a_write_without_a_verb_is_refused_by_the_database() -> None:
    as_("rowan")
    with pytest.raises(ProgrammingError) as error, transaction.atomic():
        Person(circle=partnership(), name="x").save(force_insert=True)
    assert error.value.__cause__.sqlstate == "PL001"


def test_the_history_says_who_and_by_which_verb() -> None:
    rowan = as_("rowan")
    row = add_person(rowan)
    row.name = "Renamed"
    with verb("tests.rename"):
        row.save(update_fields=["name", "version"])
    assert row.version == 2
    entries = history(rowan, "partners_person", row.circle_id, row.id)
    assert [(e.verb, e.who, e.op) for e in entries] == [("tests.add", rowan.id, "I"), ("tests.rename", rowan.id, "U")]
    assert entries[1].changed == ["name"]
    dee = as_("dee")
    assert history(dee, "partners_person", row.circle_id, row.id) == []


def test_a_forged_replayed_or_expired_token_is_nobody() -> None:
    rowan = asker("rowan")
    pid = connection.connection.info.backend_pid
    good = token(rowan, pid)
    for bad in (
        good[:-1] + ("0" if good[-1] != "0" else "1"),
        token(rowan, pid + 1),
        token(rowan, pid, lifetime=-5),
        "rubbish",
        good.replace("a:", "v:", 1),
    ):
        with connection.cursor() as cursor:
            cursor.execute("select set_config('plait.token', %s, true)", [bad])
        assert announced() is None
    announce(rowan)
    assert announced() == rowan.id


def test_the_asker_cannot_seat_themself_nor_dee() -> None:
    cal = as_("cal")
    for who in (cal.id, person("dee").id):
        with pytest.raises(ProgrammingError) as error, transaction.atomic(), verb("tests.seat"):
            access.give_seat(cal, account=who, circle=access.partnership_circle(), level=1, reason="I want to")
        assert error.value.__cause__.sqlstate == "PL010"
    assert Seat.objects.filter(account_id=cal.id).count() == 1


def test_an_office_that_ends_takes_its_seat_with_it() -> None:
    from plait.kernel.models import Office

    ada = as_("ada")
    with connection.cursor() as cursor:
        cursor.execute("select id from plait.offices_for_appointing() where account = %s", [person("cal").id])
        office = cursor.fetchone()[0]
    with verb("tests.end"):
        access.end_office(ada, office)
    cal = as_("cal")
    assert not access.is_member(cal) and not Circle.objects.exclude(kind=0).exists() and not Office.objects.exists()


def test_the_administrator_sees_no_content() -> None:
    add_person(as_("rowan"))
    ada = as_("ada")
    assert not access.is_member(ada) and not Person.objects.exists()
