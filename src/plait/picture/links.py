"""What other rooms' pages show of the picture."""

from __future__ import annotations

from collections.abc import Iterable

from plait.frame.links import Link, Pair, shown_as
from plait.kernel.acting import Asker
from plait.picture.models import Assessment, Evidence, Risk


@shown_as("risk")
def risks(asker: Asker, pairs: list[Pair]) -> Iterable[Link]:
    rows = Risk.objects.filter(id__in=[i for _circle, i in pairs])
    return [Link("risk", r.id, r.circle_id, str(r), r.get_absolute_url(), "", r.lang) for r in rows]


@shown_as("evidence")
def evidence(asker: Asker, pairs: list[Pair]) -> Iterable[Link]:
    rows = Evidence.objects.filter(id__in=[i for _circle, i in pairs]).exclude(title="")  # disposed of
    return [Link("evidence", e.id, e.circle_id, e.title, e.get_absolute_url(), e.code, e.lang) for e in rows]


@shown_as("assessment")
def assessments(asker: Asker, pairs: list[Pair]) -> Iterable[Link]:
    rows = Assessment.objects.filter(id__in=[i for _circle, i in pairs])
    return [Link("assessment", a.id, a.circle_id, a.title, a.get_absolute_url(), a.version_name, a.lang) for a in rows]
