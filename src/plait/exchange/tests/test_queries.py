"""Lists and links of the exchange."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from plait.exchange import actions, queries
from plait.exchange.tests import make
from plait.frame import links
from plait.frame.lists import Ask
from plait.kernel.errors import NotFound
from tests.people import as_

pytestmark = pytest.mark.django_db


def asked(**said: str) -> Ask:
    return Ask.of(RequestFactory().get("/", said), queries.SPEC)


def titles(who: object, **said: str) -> list[str]:
    return sorted(line.title for line in queries.lessons(who, ask=asked(**said)).rows)


def test_search_and_filters_narrow() -> None:
    rowan = as_("rowan")
    make.lesson(rowan, title="Apples", city="Elsewhere", direction="from", share=False)
    make.lesson(rowan, title="Pears", purpose="advice")
    for said, wanted in (
        ({}, ["Apples", "Pears"]),
        ({"q": "elsewhere"}, ["Apples"]),
        ({"purpose": "advice"}, ["Pears"]),
        ({"direction": "from"}, ["Apples"]),
        ({"share": "no"}, ["Apples"]),
        ({"share": "yes"}, ["Pears"]),
        ({"share": "\0"}, ["Apples", "Pears"]),
        ({"q": "nothing"}, []),
    ):
        assert titles(rowan, **said) == wanted, said
    assert queries.standing(rowan) == queries.Standing(all=2, shared=1)
    assert {line.title for line in queries.lessons_for_export(rowan, ask=asked())} == {"Apples", "Pears"}


def test_what_was_taken_back_is_found_only_when_asked_for() -> None:
    rowan = as_("rowan")
    row = make.lesson(rowan)
    actions.withdraw_lesson(rowan, id=row.id, circle=row.circle_id, version=1)
    assert titles(rowan) == []
    assert titles(rowan, show="withdrawn") == [row.title]


def test_as_many_queries_for_many_rows_as_for_few() -> None:
    rowan = as_("rowan")
    group = make.group(rowan)
    make.lesson(rowan, group=group.id)
    with CaptureQueriesContext(connection) as few:
        queries.lessons(rowan, ask=asked())
    for n in range(30):
        make.lesson(rowan, title=f"Lesson {n}", group=group.id)
    with CaptureQueriesContext(connection) as many:
        assert len(queries.lessons(rowan, ask=asked()).rows) == 25
    assert len(many) == len(few)


def test_a_risk_and_a_group_say_what_was_learnt() -> None:
    rowan = as_("rowan")
    group, risk = make.group(rowan), make.risk(rowan)
    row = make.lesson(rowan, group=group.id, risk=risk.id)
    for kind, target in (("risk", risk), ("group", group)):
        said = {g.kind: g for g in links.about(rowan, kind, target.circle_id, target.id)}["lesson"].links
        assert [link.id for link in said] == [row.id]
    assert [link.title for link in links.of(rowan, "lesson", [(row.circle_id, row.id)])] == [row.title]
    dee = as_("dee")
    assert not links.about(dee, "risk", risk.circle_id, risk.id)
    assert not links.of(dee, "lesson", [(row.circle_id, row.id)])


def test_dee_finds_nothing() -> None:
    row = make.lesson(as_("rowan"))
    dee = as_("dee")
    assert titles(dee) == []
    with pytest.raises(NotFound):
        queries.lesson(dee, circle=row.circle_id, id=row.id)
