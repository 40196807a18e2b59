"""What stands on the desk, and what of a release a second person reads."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from plait.kernel import access, release
from plait.kernel.acting import Asker
from plait.kernel.errors import NotFound
from plait.kernel.models import Published, Release
from plait.packs import current


@dataclass(frozen=True)
class Line:
    """One field of one record that would leave: its name, what would stand outside, and what stands there now."""

    name: str
    after: str
    before: str
    lang: str

    @property
    def changed(self) -> bool:
        return self.after != self.before


@dataclass(frozen=True)
class Leaf:
    """One record on a release."""

    kind: str
    label: Any
    id: uuid.UUID
    title: str
    lang: str
    lines: tuple[Line, ...]
    new: bool
    page: str


def waiting(asker: Asker) -> list[Release]:
    """Prepared and not decided, oldest first."""
    return list(Release.objects.filter(state="prepared").select_related("prepared_by", "target").order_by("prepared_at", "id"))


def decided(asker: Asker, limit: int = 50) -> list[Release]:
    return list(
        Release.objects.exclude(state="prepared")
        .select_related("prepared_by", "decided_by", "target")
        .order_by("-decided_at", "id")[:limit]
    )


def one(asker: Asker, circle: uuid.UUID, id: uuid.UUID) -> Release:
    """Raises NotFound."""
    row = access.in_circle(Release.objects.select_related("prepared_by", "decided_by", "target"), circle).filter(id=id).first()
    if row is None:
        raise NotFound
    return row


def leaves(asker: Asker, row: Release, language: str) -> list[Leaf]:
    """Every record of a release, field by field, beside the copy that stands in that audience now."""
    items = json.loads(row.body)["items"]
    standing = {(p.kind, p.record_id): p.payload for p in Published.objects.filter(circle_id=row.target_id, until__isnull=True)}
    order = list(release.KINDS)
    made = []
    for i in sorted(items, key=lambda i: (order.index(i["kind"]) if i["kind"] in order else 99, i["payload"].get("title", ""))):
        id_, payload = uuid.UUID(i["id"]), i["payload"]
        before = standing.get((i["kind"], id_), {})
        kind = release.KINDS.get(i["kind"])
        lines = tuple(
            Line(field_name(name), said(value, language), said(before.get(name), language), i["lang"])
            for name, value in sorted(payload.items(), key=lambda f: (f[0] != "title", f[0] != "public_text", f[0]))
            if value not in ("", None, [], {}) or before.get(name) not in ("", None, [], {})
        )
        made.append(
            Leaf(
                i["kind"], kind.label if kind else i["kind"], id_, str(payload.get("title", "")), i["lang"], lines, not before, ""
            )
        )
    return made


def field_name(name: str) -> str:
    """A field of a public copy in words."""
    known = {
        "title": _("Title"), "public_text": _("Text"), "lang": _("Language of the text"), "translations": _("Translations"), "family": _("Kind of risk"),
        "code": _("Short name"), "likelihood": _("Likelihood"), "impact": _("Impact"), "confidence": _("Confidence"), "trend": _("Trend"),
        "sectors": _("Sectors"), "type": _("Type"), "duty": _("Duty"), "role": _("Role"), "kind": _("Kind"), "stakeholder": _("Kind of partner"),
        "next_step": _("Next step"), "state": _("State"), "due": _("Due"), "lead": _("Lead organisation"), "answers": _("Answers"), "purpose": _("Purpose"),
        "city": _("City"), "strength": _("How strong"), "number": _("Number"), "year": _("Year"), "agreed_on": _("Agreed on"), "method": _("Method"),
        "dissent": _("Dissent"), "risks": _("Risks"), "members": _("Organisations in it"), "chair": _("Chair"), "position": _("Order"), "horizon": _("When"),
        "town": _("Town"), "name": _("Name"), "funder": _("Funder"), "disclaimer": _("Disclaimer"), "contact": _("Contact"), "focus": _("Focus"),
        "programme": _("Programme"), "coordinating": _("Who coordinates"), "measure": _("Measure"), "withdrawn_on": _("Withdrawn on"),
    }  # fmt: skip
    return known.get(name, name.replace("_", " "))


def said(value: Any, language: str) -> str:
    """A value of a public copy as a reader would see it."""
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        if set(value) == {"vocabulary", "key"}:
            try:
                return current().label(value["vocabulary"], value["key"], language)
            except KeyError:
                return str(value["key"])
        if set(value) == {"count"}:
            return str(value["count"])
        if set(value) == {"under"}:
            return _("fewer than %(n)s") % {"n": value["under"]}
        return "\n".join(
            f"{field_name(k)}: {said(v, language)}"
            for k, v in value.items()
            if v not in (None, "", [], {}) and k not in ("id", "record")
        )
    if isinstance(value, list):
        parts = [said(v, language) for v in value]
        return "\n\n".join(parts) if any("\n" in p or len(p) > 60 for p in parts) else ", ".join(parts)
    if isinstance(value, str) and len(value) == 10 and (day := parse_date(value) if value[4:5] == "-" else None):
        return date_format(day)
    return str(value)


def when(value: datetime | date) -> str:
    return date_format(value)
