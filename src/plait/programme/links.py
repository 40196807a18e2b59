"""What other rooms' pages show of priorities."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from plait.frame.links import Link, Pair, points_at, shown_as
from plait.kernel.acting import Asker
from plait.programme import queries
from plait.programme.models import Priority


def _link(line: queries.Line) -> Link:
    note = _("%(state)s, late") % {"state": line.state_label} if line.late else line.state_label
    return Link("priority", line.id, line.circle_id, line.title, line.url, str(note), line.lang)


@shown_as("priority")
def priorities(asker: Asker, pairs: list[Pair]) -> Iterable[Link]:
    rows = Priority.objects.filter(id__in=[id for _circle, id in pairs])
    return [Link("priority", row.id, row.circle_id, row.title, row.get_absolute_url(), "", row.lang) for row in rows]


@points_at("risk", kind="priority", heading=_("What we do about it"))
def answering_a_risk(asker: Asker, circle: UUID, id: UUID) -> Iterable[Link]:
    return [_link(line) for line in queries.answering(asker, circle=circle, risk=id)]


@points_at("gap", kind="priority", heading=_("What we do about it"))
def answering_a_gap(asker: Asker, circle: UUID, id: UUID) -> Iterable[Link]:
    return [_link(line) for line in queries.answering(asker, circle=circle, gap=id)]
