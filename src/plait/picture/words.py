"""The pack's words as this room's pages and forms need them, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from plait import packs
from plait.frame.charts import Step
from plait.kernel.acting import Asker
from plait.kernel.founding import the_partnership
from plait.kernel.models import Partnership

TOWN = "town"
"""The place that is not narrower than the whole."""

LISTS = (
    "likelihood",
    "impact",
    "confidence",
    "trend",
    "risk_family",
    "theme",
    "evidence_kind",
    "evidence_how",
    "evidence_sure",
    "admiralty_reliability",
    "admiralty_credibility",
    "position",
    "comment_stance",
    "assessment_state",
)


def language() -> str:
    return get_language() or "en"


def today(asker: Asker) -> date:
    return timezone.localdate(asker.now)


def labels(*names: str) -> dict[str, dict[str, str]]:
    """Vocabulary to key to word, retired ones too: a list's whole need in one look."""
    pack, said = packs.current(), language()
    return {name: {term.key: term.label.said(said) for term in pack.vocabulary(name)} for name in names or LISTS}


def choices(name: str) -> list[tuple[str, str]]:
    return packs.current().choices(name, language())


def hints(name: str) -> dict[str, str]:
    """What each word means, as the pack says it; of a likelihood also its range."""
    said = language()
    terms = packs.current().vocabulary(name)
    return {t.key: " ".join(x.said(said) for x in (t.range, t.note) if x) for t in terms if t.range or t.note}


def steps(name: str) -> list[Step]:
    """A scale for a drawing, smallest first."""
    said = language()
    return [
        Step(t.key, t.label.said(said), t.range.said(said) if t.range else "", t.low or 0, t.high or 0)
        for t in packs.current().vocabulary(name)
    ]


def about(name: str) -> str:
    text = packs.current().vocabulary(name).about
    return text.said(language()) if text else ""


def shade(likelihood: str, impact: str) -> int:
    """The matrix's shade, 1 to 4: the band looked up in the pack, its place among the pack's bands. Never a product."""
    pack = packs.current()
    try:
        band = pack.matrix_band(likelihood, impact)
    except KeyError:
        return 1
    at, of = pack.matrix.bands.index(band), len(pack.matrix.bands) - 1
    return 1 + round(at * 3 / of)


def partnership() -> Partnership:
    return the_partnership()


def languages(row: Partnership | None = None) -> list[str]:
    """In which the partnership writes; the first is the usual one."""
    return list((row or partnership()).languages) or ["en"]


def places(row: Partnership | None = None) -> list[tuple[str, str]]:
    """Where something may be placed: the whole town, or a place of the pack's floor. Never finer."""
    row = row or partnership()
    features: Iterable[dict[str, Any]] = (row.places or {}).get("features", [])
    named = [
        (str(f["properties"]["key"]), str(f["properties"]["name"]))
        for f in features
        if {"key", "name"} <= set(f.get("properties") or {})
    ]
    return [(TOWN, _("%(town)s, no narrower") % {"town": row.town}), *sorted(named, key=lambda pair: pair[1])]


def place_names() -> dict[str, str]:
    """Each place as it is called where it is told, not chosen."""
    row = partnership()
    return {**dict(places(row)), TOWN: row.town}
