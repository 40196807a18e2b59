"""Verbs of the programme, as somebody would use them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from plait import packs
from plait.kernel import access, release
from plait.kernel.acting import verb
from plait.kernel.errors import Conflict, Invalid, NotFound, Refused
from plait.kernel.log import history
from plait.kernel.models import Published
from plait.programme import actions, queries
from plait.programme.models import Priority
from plait.programme.tests import make
from tests.people import as_

pytestmark = pytest.mark.django_db


def test_a_contributor_takes_on_a_priority_that_answers_a_risk() -> None:
    tia = as_("rowan")
    made = make.given(tia)
    tia = as_("tia")
    row = actions.add_priority(tia, circle=access.partnership_circle(), **made)
    assert (row.state, row.horizon, row.keep_until) == ("planned", "now", None)
    assert [e.verb for e in history(tia, "programme_priority", row.circle_id, row.id)] == ["programme.add_priority"]


def test_a_reader_is_told_whom_to_ask() -> None:
    made = make.given(as_("rowan"))
    with pytest.raises(Refused, match="contributor"):
        actions.add_priority(as_("dora"), circle=access.partnership_circle(), **made)
    assert not Priority.objects.exists()


def test_dee_cannot_add_and_finds_nothing() -> None:
    row = make.priority(as_("rowan"))
    dee = as_("dee")
    with pytest.raises(NotFound):
        actions.withdraw_priority(dee, id=row.id, circle=row.circle_id, version=1)
    with pytest.raises(Refused):
        actions.add_priority(dee, circle=row.circle_id, title="x", public_text="x", lead=None, due=None, measure="", next_step="")


def test_a_priority_that_answers_nothing_is_refused_with_a_sentence() -> None:
    rowan = as_("rowan")
    with pytest.raises(Invalid) as error:
        make.priority(rowan, risk=None)
    assert "risk or the gap" in str(error.value.errors["risk"][0])
    assert make.priority(rowan, gap=make.gap(rowan).id).gap_id


def test_the_database_refuses_it_as_well() -> None:
    rowan = as_("rowan")
    row = make.priority(rowan)
    row.risk_id = None
    with pytest.raises(IntegrityError), transaction.atomic(), verb("tests.break"):
        row.save(update_fields=["risk", "version"])


def test_each_thing_that_is_missing_is_named() -> None:
    rowan = as_("rowan")
    with pytest.raises(Invalid) as error:
        make.priority(
            rowan,
            title=" ",
            public_text="",
            lead=None,
            due=None,
            measure="",
            next_step="",
            horizon="someday",
            position=-1,
            lang="no language",
            translations={"de": "x" * 5000},
        )
    assert set(error.value.errors) == {
        "title",
        "public_text",
        "lead",
        "due",
        "measure",
        "next_step",
        "horizon",
        "position",
        "lang",
    }


def test_what_is_too_long_or_not_there_is_named() -> None:
    rowan = as_("rowan")
    with pytest.raises(Invalid) as error:
        make.priority(rowan, title="x" * 201, measure="y" * 4001, lead=uuid4(), risk=uuid4(), translations={"de": "z" * 4001})
    assert set(error.value.errors) == {"title", "measure", "lead", "risk", "public_text"}


def test_an_unknown_state_is_refused() -> None:
    rowan = as_("rowan")
    with pytest.raises(Invalid):
        make.priority(rowan, state="elsewhere")
    assert make.priority(rowan, state="under_way").state == "under_way"


def test_a_translation_into_its_own_language_is_dropped() -> None:
    row = make.priority(as_("rowan"), lang="en", translations={"en": "The same", "de": " Alle hören es. ", "fr": " "})
    assert row.translations == {"de": "Alle hören es."}


def test_changing_keeps_the_state_and_is_in_the_history() -> None:
    rowan = as_("rowan")
    row = make.priority(rowan, state="under_way")
    changed = actions.change_priority(
        rowan, id=row.id, circle=row.circle_id, version=1, **make.given(rowan, title="Test the list")
    )
    assert (changed.title, changed.state, changed.version) == ("Test the list", "under_way", 2)
    assert history(rowan, "programme_priority", row.circle_id, row.id)[-1].changed == ["title"]


def test_the_second_of_two_gets_a_conflict() -> None:
    rowan = as_("rowan")
    row, given = make.priority(rowan), make.given(rowan)
    actions.change_priority(rowan, id=row.id, circle=row.circle_id, version=1, **given)
    with pytest.raises(Conflict):
        actions.change_priority(rowan, id=row.id, circle=row.circle_id, version=1, **given)


def test_a_reader_cannot_change_move_or_take_back() -> None:
    rowan = as_("rowan")
    row, given = make.priority(rowan), make.given(rowan)
    dora = as_("dora")
    at = {"id": row.id, "circle": row.circle_id, "version": 1}
    for attempt in (
        lambda: actions.change_priority(dora, **at, **given),
        lambda: actions.move_priority(dora, **at, state="under_way", words="Begun."),
        lambda: actions.withdraw_priority(dora, **at),
        lambda: actions.bring_back_priority(dora, **at),
    ):
        with pytest.raises((Refused, NotFound)):
            attempt()


def test_moving_needs_words_and_a_step_that_exists() -> None:
    rowan = as_("rowan")
    row = make.priority(rowan)
    at = {"id": row.id, "circle": row.circle_id, "version": None}
    with pytest.raises(Invalid):
        actions.move_priority(rowan, **at, state="under_way", words="  ")
    with pytest.raises(Invalid):
        actions.move_priority(rowan, **at, state="under_way", words="x" * 4001)
    with pytest.raises(Invalid):
        actions.move_priority(rowan, **at, state="elsewhere", words="x")
    with pytest.raises(Refused):
        actions.move_priority(rowan, **at, state="done", words="Finished before it began.")
    moved = actions.move_priority(rowan, **at, state="under_way", words="The list is written.")
    assert (moved.state, moved.state_note) == ("under_way", "The list is written.")


def test_keeping_is_counted_from_the_end_and_stops_when_it_is_taken_up_again() -> None:
    rowan = as_("rowan")
    row = make.priority(rowan, state="under_way")
    at = {"id": row.id, "circle": row.circle_id, "version": None}
    days = packs.current().retention_class("programme").days
    ended = actions.move_priority(rowan, **at, state="done", words="All were reached in nine minutes.")
    assert ended.keep_until == (queries.today(rowan) + timedelta(days=days) if days else None)
    assert actions.move_priority(rowan, **at, state="under_way", words="Two are not reached any more.").keep_until is None


def test_taking_back_can_be_undone() -> None:
    rowan = as_("rowan")
    row = make.priority(rowan)
    taken = actions.withdraw_priority(rowan, id=row.id, circle=row.circle_id, version=1)
    assert taken.withdrawn_on == queries.today(rowan)
    with pytest.raises(Refused):
        actions.withdraw_priority(rowan, id=row.id, circle=row.circle_id, version=2)
    with pytest.raises(Refused):
        actions.change_priority(rowan, id=row.id, circle=row.circle_id, version=2, **make.given(rowan))
    back = actions.bring_back_priority(rowan, id=row.id, circle=row.circle_id, version=2)
    assert back.withdrawn_on is None
    assert back.keep_until is None
    with pytest.raises(Refused):
        actions.bring_back_priority(rowan, id=row.id, circle=row.circle_id, version=3)


def publish(row: Priority) -> None:
    rowan = as_("rowan")
    desk = release.prepare(
        rowan, circle=row.circle_id, target=access.public_circle(), title="Plan", records=[("priority", row.id)]
    )
    seen = release.Release.objects.get(id=desk).sha256
    release.release_now(as_("pat"), id=desk, circle=row.circle_id, seen=seen)


def copies(row: Priority) -> int:
    return Published.objects.filter(kind="priority", record_id=row.id).count()


def test_taking_back_takes_the_public_copies_with_it() -> None:
    row = make.priority(as_("rowan"))
    publish(row)
    assert copies(row) == 1
    actions.withdraw_priority(as_("rowan"), id=row.id, circle=row.circle_id, version=1)
    assert copies(row) == 0


def test_a_contributor_without_that_right_cannot_take_back_what_is_public() -> None:
    row = make.priority(as_("rowan"))
    publish(row)
    with pytest.raises(Refused, match="public pages"):
        actions.withdraw_priority(as_("tia"), id=row.id, circle=row.circle_id, version=1)
    assert copies(row) == 1
    assert actions.withdraw_priority(as_("pat"), id=row.id, circle=row.circle_id, version=1).withdrawn_on


def test_nothing_but_the_form_leaves() -> None:
    rowan = as_("rowan")
    quiet = make.organisation(rowan, "A quiet helper")
    named = make.organisation(rowan, "A named helper", listed=["public"], agreed_on=queries.today(rowan))
    row = make.priority(rowan, measure="planted measure", next_step="planted step", lead=quiet.id)
    payload = release.item("priority", queries.priority(rowan, circle=row.circle_id, id=row.id))["payload"]
    assert "planted" not in str(payload)
    assert payload["lead"] == ""
    assert payload["answers"] == [{"kind": "risk", "id": str(row.risk_id)}]
    other = make.priority(rowan, title="Another", lead=named.id)
    assert (
        release.item("priority", queries.priority(rowan, circle=other.circle_id, id=other.id))["payload"]["lead"]
        == "A named helper"
    )
    actions.withdraw_priority(rowan, id=row.id, circle=row.circle_id, version=1)
    assert release.item("priority", queries.priority(rowan, circle=row.circle_id, id=row.id)) is None


def test_a_write_past_the_actions_is_refused_by_the_database() -> None:
    row = make.priority(as_("rowan"))
    as_("dora")
    row.title = "Mine"
    with pytest.raises(DatabaseError), transaction.atomic(), verb("tests.break"):
        row.save(update_fields=["title", "version"], force_update=True)
