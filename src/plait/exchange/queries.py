"""Questions about lessons. Lists come as pages of frozen lines, one lesson as its row with what it refers to."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from plait import packs
from plait.exchange.models import Lesson
from plait.frame.lists import Ask, Column, Filter, Page, Spec, fetch, matching
from plait.kernel import access
from plait.kernel.acting import Asker
from plait.kernel.errors import NotFound
from plait.kernel.founding import the_partnership
from plait.kernel.models import Published
from plait.kernel.rights import holds_right

WITH = ("group", "risk")


def language() -> str:
    return get_language() or "en"


def today(asker: Asker) -> date:
    return timezone.localdate(asker.now)


def far(field: str) -> type[Any]:
    """The model at the other end of a reference, without knowing its room."""
    return Lesson._meta.get_field(field).remote_field.model  # type: ignore[union-attr]


@dataclass(frozen=True)
class Line:
    """One lesson in a list."""

    id: uuid.UUID
    circle_id: uuid.UUID
    url: str
    title: str
    lang: str
    purpose: str
    direction: str
    city: str
    learnt: str
    changed: str
    outcome: str
    strength: str
    share: bool
    group: str
    risk: str


def _lines(rows: Iterable[Lesson]) -> list[Line]:
    pack = packs.current()
    return [_line(row, pack) for row in rows]


def _line(row: Lesson, pack: packs.Pack) -> Line:
    said = language()

    def word(field: str) -> str:
        return pack.vocabulary(f"lesson_{field}").label(getattr(row, field), said)

    return Line(
        id=row.id,
        circle_id=row.circle_id,
        url=row.get_absolute_url(),
        title=row.title,
        lang=row.lang,
        purpose=word("purpose"),
        direction=word("direction"),
        city=row.city,
        learnt=row.public_text,
        changed=row.changed,
        outcome=row.outcome,
        strength=word("strength"),
        share=row.share,
        group=row.group.name if row.group else "",
        risk=str(row.risk) if row.risk_id else "",
    )


def _words(vocabulary: str) -> Any:
    return lambda: [(term.key, term.label.said(language())) for term in packs.current().vocabulary(vocabulary)]


SPEC = Spec(
    "lessons",
    columns=[
        Column("title", _("Lesson"), order="title"),
        Column("purpose", _("Purpose"), order="purpose"),
        Column("direction", _("Whose"), order="direction"),
        Column("city", _("City"), order="city"),
        Column("strength", _("How well it is known")),
        Column("share", _("May be shared")),
        Column("group", _("Group"), order="group__name", file_only=True),
        Column("risk", _("Risk"), order="risk__code", file_only=True),
        Column("learnt", _("What was learnt"), file_only=True),
        Column("changed", _("What changed"), file_only=True),
        Column("outcome", _("What came of it"), file_only=True),
    ],
    filters=[
        Filter("purpose", _("Purpose"), _words("lesson_purpose")),
        Filter("direction", _("Whose"), _words("lesson_direction")),
        Filter("strength", _("How well it is known"), _words("lesson_strength")),
        Filter("share", _("May be shared"), [("yes", _("yes")), ("no", _("no"))], where=lambda value: Q(share=value == "yes")),
        Filter("show", _("Only"), [("withdrawn", _("those taken back"))], where=lambda _value: Q()),
    ],
    search=["title", "public_text", "case_text", "changed", "outcome", "city"],
    default_order=["position", "title"],
)


def _rows(ask: Ask) -> QuerySet[Lesson]:
    rows = access.in_circle(Lesson.objects.select_related(*WITH), access.partnership_circle())
    return rows.filter(withdrawn_on__isnull=ask.chosen.get("show") != "withdrawn")


def lessons(asker: Asker, *, ask: Ask) -> Page:
    """One page of the list."""
    page = fetch(_rows(ask), ask, SPEC)
    return replace(page, rows=_lines(page.rows))


def lessons_for_export(asker: Asker, *, ask: Ask) -> list[Line]:
    """The whole of what was asked for."""
    return _lines(matching(_rows(ask), ask, SPEC))


@dataclass(frozen=True)
class Standing:
    """How many lessons stand, and how many of these may be shared."""

    all: int
    shared: int


def standing(asker: Asker) -> Standing:
    rows = access.in_circle(Lesson.objects.all(), access.partnership_circle()).filter(withdrawn_on__isnull=True)
    return Standing(**rows.aggregate(all=Count("pk"), shared=Count("pk", filter=Q(share=True))))


def lesson(asker: Asker, *, circle: uuid.UUID, id: uuid.UUID) -> Lesson:
    """One lesson with its group and risk. Raises NotFound."""
    row = access.in_circle(Lesson.objects.select_related(*WITH), circle).filter(id=id).first()
    if row is None:
        raise NotFound
    return row


def about(asker: Asker, *, circle: uuid.UUID, risk: uuid.UUID | None = None, group: uuid.UUID | None = None) -> list[Line]:
    """The lessons about a risk, or from a group, as its page shows them."""
    rows = Lesson.objects.select_related(*WITH).filter(circle_id=circle, withdrawn_on__isnull=True)
    rows = rows.filter(**{"risk_id": risk} if risk else {"group_id": group})
    return _lines(rows.order_by("position", "title", "id"))


def writes_in(asker: Asker, circle: uuid.UUID) -> bool:
    """Whether the asker is contributor or more there."""
    return any(c.id == circle for c in access.may_write(asker))


def is_public(row: Lesson) -> bool:
    """Whether any copy of it is public, the one that stands or an earlier one."""
    return Published.objects.filter(circle_id=access.public_circle(), kind="lesson", record_id=row.id).exists()


def may_take_off(asker: Asker, circle: uuid.UUID) -> bool:
    """Whether the asker may take public copies of this circle's records away: its steward, or who holds the right."""
    return holds_right(asker, "release.withdraw") or any(seat.level >= 3 for seat in access.why(asker, circle))


Pairs = list[tuple[str, Any]]


@dataclass(frozen=True)
class Choosable:
    """What the form offers."""

    risks: Pairs
    groups: Pairs
    languages: list[str]


def choosable(asker: Asker, *, circle: uuid.UUID, row: Lesson | None = None) -> Choosable:
    """Groups and risks of the circle that stand now, and what the row refers to already."""
    risks = far("risk").objects.filter(Q(withdrawn_on__isnull=True) | Q(id=getattr(row, "risk_id", None)), circle_id=circle)
    groups = far("group").objects.filter(Q(ends__isnull=True) | Q(id=getattr(row, "group_id", None)), circle_id=circle)
    return Choosable(
        risks=[(str(r.id), str(r)) for r in risks.order_by("code", "id")],
        groups=[(str(g.id), g.name) for g in groups.order_by("name")],
        languages=list(the_partnership().languages),
    )


def exists_in(field: str, id: uuid.UUID, circle: uuid.UUID) -> bool:
    """Whether what a reference points at is in the circle."""
    return far(field).objects.filter(id=id, circle_id=circle).exists()
