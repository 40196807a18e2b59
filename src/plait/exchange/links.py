"""What other rooms' pages show of lessons."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from plait.exchange import queries
from plait.exchange.models import Lesson
from plait.frame.links import Link, Pair, points_at, shown_as
from plait.kernel.acting import Asker


def _link(line: queries.Line) -> Link:
    return Link("lesson", line.id, line.circle_id, line.title, line.url, line.strength, line.lang)


@shown_as("lesson")
def lessons(asker: Asker, pairs: list[Pair]) -> Iterable[Link]:
    rows = Lesson.objects.filter(id__in=[id for _circle, id in pairs])
    return [Link("lesson", row.id, row.circle_id, row.title, row.get_absolute_url(), "", row.lang) for row in rows]


@points_at("risk", kind="lesson", heading=_("What was learnt"))
def about_a_risk(asker: Asker, circle: UUID, id: UUID) -> Iterable[Link]:
    return [_link(line) for line in queries.about(asker, circle=circle, risk=id)]


@points_at("group", kind="lesson", heading=_("What was learnt"))
def from_a_group(asker: Asker, circle: UUID, id: UUID) -> Iterable[Link]:
    return [_link(line) for line in queries.about(asker, circle=circle, group=id)]
