"""How other rooms' pages show organisations, groups and gaps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language

from plait.frame.links import Link, Pair, shown_as
from plait.kernel.acting import Asker
from plait.packs import current
from plait.partners.models import Gap, Group, Organisation


def _rows(model: Any, pairs: list[Pair]) -> list[Any]:
    return list(model.objects.filter(circle_id__in={circle for circle, _id in pairs}, id__in=[id for _circle, id in pairs]))


@shown_as("organisation")
def organisations(asker: Asker, pairs: list[Pair]) -> Iterable[Link]:
    return [Link("organisation", r.id, r.circle_id, r.name, r.get_absolute_url()) for r in _rows(Organisation, pairs)]


@shown_as("group")
def groups(asker: Asker, pairs: list[Pair]) -> Iterable[Link]:
    return [Link("group", r.id, r.circle_id, r.name, r.get_absolute_url()) for r in _rows(Group, pairs)]


@shown_as("gap")
def gaps(asker: Asker, pairs: list[Pair]) -> Iterable[Link]:
    words, lang = current().vocabulary("stakeholder"), get_language() or "en"
    return [Link("gap", r.id, r.circle_id, words.label(r.stakeholder, lang), r.get_absolute_url()) for r in _rows(Gap, pairs)]
