"""Lists and links of the programme."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import RequestFactory

from plait.frame import links
from plait.frame.lists import Ask
from plait.kernel.errors import NotFound
from plait.programme import actions, queries
from plait.programme.tests import make
from tests.people import as_

pytestmark = pytest.mark.django_db


def asked(**said: str) -> Ask:
    return Ask.of(RequestFactory().get("/", said), queries.SPEC)


def test_the_list_says_which_are_late_and_what_each_answers() -> None:
    rowan = as_("rowan")
    late = make.priority(rowan, title="Late one", state="under_way", due=queries.today(rowan) - timedelta(days=1))
    make.priority(rowan, title="In time", gap=make.gap(rowan).id)
    make.priority(rowan, title="Done", state="done", due=queries.today(rowan) - timedelta(days=9))
    lines = {line.title: line for line in queries.priorities(rowan, ask=asked()).rows}
    assert {t for t, line in lines.items() if line.late} == {"Late one"}
    assert lines["Late one"].answers == (
        str(make.risk.__name__ and queries.priority(rowan, circle=late.circle_id, id=late.id).risk),
    )
    assert len(lines["In time"].answers) == 1
    assert queries.standing(rowan) == queries.Standing(open=2, late=1)
    assert [line.title for line in queries.priorities(rowan, ask=asked(show="late")).rows] == ["Late one"]


def test_now_stands_before_next_and_then_by_position() -> None:
    rowan = as_("rowan")
    make.priority(rowan, title="C", horizon="next", position=1)
    make.priority(rowan, title="B", horizon="now", position=2)
    make.priority(rowan, title="A", horizon="now", position=1)
    assert [line.title for line in queries.priorities(rowan, ask=asked()).rows] == ["A", "B", "C"]
    assert [line.title for line in queries.priorities(rowan, ask=asked(sort="horizon")).rows] == ["A", "B", "C"]


def test_search_and_filters_narrow() -> None:
    rowan = as_("rowan")
    lead = make.organisation(rowan, "The school")
    make.priority(rowan, title="Apples", lead=lead.id, state="paused")
    make.priority(rowan, title="Pears", horizon="next")
    for said, wanted in (
        ({"q": "apple"}, ["Apples"]),
        ({"q": "school"}, ["Apples"]),
        ({"state": "paused"}, ["Apples"]),
        ({"horizon": "next"}, ["Pears"]),
        ({"lead": str(lead.id)}, ["Apples"]),
        ({"lead": "rubbish\0"}, ["Apples", "Pears"]),
        ({"q": "nothing"}, []),
    ):
        assert sorted(line.title for line in queries.priorities(rowan, ask=asked(**said)).rows) == wanted, said
    assert {line.title for line in queries.priorities_for_export(rowan, ask=asked())} == {"Apples", "Pears"}


def test_what_was_taken_back_is_found_only_when_asked_for() -> None:
    rowan = as_("rowan")
    row = make.priority(rowan)
    actions.withdraw_priority(rowan, id=row.id, circle=row.circle_id, version=1)
    assert not queries.priorities(rowan, ask=asked()).rows
    assert [line.id for line in queries.priorities(rowan, ask=asked(show="withdrawn")).rows] == [row.id]


def test_as_many_queries_for_many_rows_as_for_few(django_assert_num_queries) -> None:
    rowan = as_("rowan")
    make.priority(rowan)
    given = make.given(rowan)
    queries.priorities(rowan, ask=asked())  # warms nothing but the clock
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        queries.priorities(rowan, ask=asked())
    for n in range(30):
        make.priority(rowan, **{**given, "title": f"Priority {n}"})
    with django_assert_num_queries(len(few)):
        assert len(queries.priorities(rowan, ask=asked()).rows) == 25


def test_a_risk_and_a_gap_say_which_priorities_answer_them() -> None:
    rowan = as_("rowan")
    gap = make.gap(rowan)
    one = make.priority(rowan, state="under_way", due=queries.today(rowan) - timedelta(days=2))
    two = make.priority(rowan, title="For the gap", gap=gap.id)
    said = {g.kind: g for g in links.about(rowan, "risk", one.circle_id, one.risk_id)}["priority"].links
    assert [(link.id, "late" in link.note) for link in said] == [(one.id, True)]
    said = {g.kind: g for g in links.about(rowan, "gap", gap.circle_id, gap.id)}["priority"].links
    assert [link.id for link in said] == [two.id]
    assert [link.title for link in links.of(rowan, "priority", [(two.circle_id, two.id)])] == ["For the gap"]
    dee = as_("dee")
    assert not links.about(dee, "risk", one.circle_id, one.risk_id)
    assert not links.of(dee, "priority", [(one.circle_id, one.id)])


def test_dee_finds_nothing() -> None:
    row = make.priority(as_("rowan"))
    dee = as_("dee")
    assert not queries.priorities(dee, ask=asked()).rows
    with pytest.raises(NotFound):
        queries.priority(dee, circle=row.circle_id, id=row.id)
