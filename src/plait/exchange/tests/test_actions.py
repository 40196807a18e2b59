"""Verbs of the exchange, as somebody would use them."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from plait.exchange import actions, queries
from plait.exchange.models import Lesson
from plait.exchange.tests import make
from plait.kernel import access, release
from plait.kernel.acting import verb
from plait.kernel.errors import Conflict, Invalid, NotFound, Refused
from plait.kernel.log import history
from plait.kernel.models import Published
from tests.people import as_

pytestmark = pytest.mark.django_db


def test_a_contributor_writes_down_a_lesson() -> None:
    tia = as_("tia")
    row = make.lesson(tia, translations={"de": " Auf Deutsch. ", "en": "the same"})
    assert row.translations == {"de": "Auf Deutsch."}
    assert [e.verb for e in history(tia, "exchange_lesson", row.circle_id, row.id)] == ["exchange.add_lesson"]


def test_a_lesson_stays_inside_unless_somebody_says_that_it_may_be_shared() -> None:
    rowan = as_("rowan")
    said = make.given()
    del said["share"]
    row = actions.add_lesson(rowan, circle=access.partnership_circle(), **said)
    assert row.share is False
    assert release.item("lesson", row) is None
    assert release.item("lesson", make.lesson(rowan)) is not None


def test_a_reader_is_told_whom_to_ask_and_dee_finds_nothing() -> None:
    row = make.lesson(as_("rowan"))
    at = {"id": row.id, "circle": row.circle_id, "version": 1}
    for name, wanted in (("dora", Refused), ("dee", NotFound)):
        who = as_(name)
        with pytest.raises(Refused):
            make.actions.add_lesson(who, circle=row.circle_id, **{**make.given(), "strength": row.strength})
        for attempt in (
            lambda who=who: actions.change_lesson(who, **at, **{**make.given(), "strength": row.strength}),
            lambda who=who: actions.withdraw_lesson(who, **at),
            lambda who=who: actions.bring_back_lesson(who, **at),
        ):
            with pytest.raises(wanted):
                attempt()


def test_each_thing_that_is_missing_or_wrong_is_named() -> None:
    rowan = as_("rowan")
    with pytest.raises(Invalid) as error:
        make.lesson(
            rowan,
            title=" ",
            public_text="",
            purpose="fun",
            direction="away",
            strength="x",
            group=uuid4(),
            risk=uuid4(),
            position=-1,
            lang="no language",
            changed="x" * 4001,
        )
    assert set(error.value.errors) == {
        "title",
        "public_text",
        "purpose",
        "direction",
        "strength",
        "group",
        "risk",
        "position",
        "lang",
        "changed",
    }
    with pytest.raises(Invalid) as error:
        make.lesson(rowan, translations={"de": "z" * 4001})
    assert set(error.value.errors) == {"public_text"}


def test_a_lesson_from_or_for_another_city_names_it() -> None:
    rowan = as_("rowan")
    for direction in ("from", "for"):
        with pytest.raises(Invalid):
            make.lesson(rowan, direction=direction)
        assert make.lesson(rowan, direction=direction, city="Elsewhere").city == "Elsewhere"


def test_the_database_knows_the_directions() -> None:
    row = make.lesson(as_("rowan"))
    row.direction = "away"
    with pytest.raises(IntegrityError), transaction.atomic(), verb("tests.break"):
        row.save(update_fields=["direction", "version"])


def test_it_can_be_linked_to_a_group_and_a_risk() -> None:
    rowan = as_("rowan")
    group, risk = make.group(rowan), make.risk(rowan)
    row = make.lesson(rowan, group=group.id, risk=risk.id)
    assert (row.group_id, row.risk_id) == (group.id, risk.id)


def test_the_second_of_two_gets_a_conflict() -> None:
    rowan = as_("rowan")
    row = make.lesson(rowan)
    changed = actions.change_lesson(rowan, id=row.id, circle=row.circle_id, version=1, **make.given(title="Ring first"))
    assert (changed.title, changed.version) == ("Ring first", 2)
    with pytest.raises(Conflict):
        actions.change_lesson(rowan, id=row.id, circle=row.circle_id, version=1, **make.given())


def test_taking_back_can_be_undone() -> None:
    rowan = as_("rowan")
    row = make.lesson(rowan)
    at = {"id": row.id, "circle": row.circle_id, "version": None}
    assert actions.withdraw_lesson(rowan, **at).withdrawn_on == queries.today(rowan)
    for attempt in (lambda: actions.withdraw_lesson(rowan, **at), lambda: actions.change_lesson(rowan, **at, **make.given())):
        with pytest.raises(Refused):
            attempt()
    assert actions.bring_back_lesson(rowan, **at).withdrawn_on is None
    with pytest.raises(Refused):
        actions.bring_back_lesson(rowan, **at)


def publish(row: Lesson) -> None:
    rowan = as_("rowan")
    desk = release.prepare(
        rowan, circle=row.circle_id, target=access.public_circle(), title="Lessons", records=[("lesson", row.id)]
    )
    seen = release.Release.objects.get(id=desk).sha256
    release.release_now(as_("pat"), id=desk, circle=row.circle_id, seen=seen)


def copies(row: Lesson) -> int:
    return Published.objects.filter(kind="lesson", record_id=row.id).count()


def test_taking_back_takes_the_public_copies_with_it_and_needs_the_right() -> None:
    row = make.lesson(as_("rowan"))
    publish(row)
    with pytest.raises(Refused, match="public pages"):
        actions.withdraw_lesson(as_("tia"), id=row.id, circle=row.circle_id, version=1)
    assert copies(row) == 1
    actions.withdraw_lesson(as_("pat"), id=row.id, circle=row.circle_id, version=1)
    assert copies(row) == 0


def test_what_is_no_longer_to_be_shared_leaves_the_public_pages_at_once() -> None:
    row = make.lesson(as_("rowan"))
    publish(row)
    with pytest.raises(Refused, match="no longer shared"):
        actions.change_lesson(as_("tia"), id=row.id, circle=row.circle_id, version=1, **make.given(share=False))
    assert copies(row) == 1
    changed = actions.change_lesson(as_("rowan"), id=row.id, circle=row.circle_id, version=1, **make.given(share=False))
    assert changed.share is False
    assert copies(row) == 0


def test_an_edit_of_what_stays_shared_leaves_the_public_copy_as_it_was_released() -> None:
    row = make.lesson(as_("rowan"))
    publish(row)
    actions.change_lesson(as_("tia"), id=row.id, circle=row.circle_id, version=1, **make.given(public_text="Newer words."))
    assert copies(row) == 1
    assert "Newer" not in str(Published.objects.get(kind="lesson", record_id=row.id).payload)


def test_nothing_but_the_form_leaves() -> None:
    rowan = as_("rowan")
    row = make.lesson(
        rowan,
        case_text="planted case",
        changed="planted change",
        outcome="planted outcome",
        group=make.group(rowan, "planted group").id,
    )
    made = release.item("lesson", queries.lesson(rowan, circle=row.circle_id, id=row.id))
    assert "planted" not in str(made)
    assert set(made["payload"]) == {"title", "public_text", "lang", "translations", "purpose", "city", "strength", "position"}
