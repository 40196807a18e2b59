"""Questions about priorities. Lists come as pages of frozen lines, one priority as its row with what it refers to."""

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
from plait.frame.lists import Ask, Column, Filter, Page, Spec, fetch, matching
from plait.kernel import access
from plait.kernel.acting import Asker
from plait.kernel.errors import NotFound
from plait.kernel.founding import the_partnership
from plait.kernel.models import Published
from plait.kernel.rights import holds_right
from plait.programme import policies
from plait.programme.models import Priority

WITH = ("lead", "risk", "gap")


def language() -> str:
    return get_language() or "en"


def today(asker: Asker) -> date:
    return timezone.localdate(asker.now)


def far(field: str) -> type[Any]:
    """The model at the other end of a reference, without knowing its room."""
    return Priority._meta.get_field(field).remote_field.model  # type: ignore[union-attr]


@dataclass(frozen=True)
class Line:
    """One priority in a list."""

    id: uuid.UUID
    circle_id: uuid.UUID
    url: str
    title: str
    lang: str
    state: str
    state_label: str
    horizon: str
    due: date | None
    late: bool
    lead: str
    answers: tuple[str, ...]
    measure: str
    next_step: str
    withdrawn_on: date | None


def answers(row: Priority, pack: packs.Pack) -> tuple[str, ...]:
    """What a priority answers, in words."""
    said = []
    if row.risk_id:
        said.append(str(row.risk))
    if row.gap is not None:
        said.append(pack.vocabulary("stakeholder").label(row.gap.stakeholder, language()))
    return tuple(said)


def _lines(rows: Iterable[Priority], on: date) -> list[Line]:
    pack = packs.current()
    return [_line(row, on, pack) for row in rows]


def _line(row: Priority, on: date, pack: packs.Pack) -> Line:
    lang = language()
    return Line(
        id=row.id,
        circle_id=row.circle_id,
        url=row.get_absolute_url(),
        title=row.title,
        lang=row.lang,
        state=row.state,
        state_label=pack.vocabulary("priority_state").label(row.state, lang),
        horizon=pack.vocabulary("priority_horizon").label(row.horizon, lang),
        due=row.due,
        late=policies.is_late(row.state, row.due, row.withdrawn_on is not None, on),
        lead=row.lead.name if row.lead else "",
        answers=answers(row, pack),
        measure=row.measure,
        next_step=row.next_step,
        withdrawn_on=row.withdrawn_on,
    )


def _words(vocabulary: str) -> Any:
    return lambda: [(term.key, term.label.said(language())) for term in packs.current().vocabulary(vocabulary)]


def _leads() -> list[tuple[str, Any]]:
    model = far("lead")
    leading = Priority.objects.filter(circle_id=access.partnership_circle(), lead__isnull=False).values("lead_id")
    return [(str(id), name) for id, name in model.objects.filter(id__in=leading).order_by("name").values_list("id", "name")]


SPEC = Spec(
    "priorities",
    columns=[
        Column("title", _("Priority"), order="title"),
        Column("answers", _("Answers")),
        Column("lead", _("Lead"), order="lead__name"),
        Column("due", _("Due"), order="due"),
        Column("state", _("State"), order="state", value=lambda line: line.state_label),
        Column("horizon", _("When"), order="-horizon"),  # now before next
        Column("next_step", _("Next step")),
        Column("late", _("Late"), file_only=True),
        Column("measure", _("Measure"), file_only=True),
    ],
    filters=[
        Filter("state", _("State"), _words("priority_state")),
        Filter("horizon", _("When"), _words("priority_horizon")),
        Filter("lead", _("Lead"), _leads, field="lead_id"),
        Filter("show", _("Only"), [("late", _("late ones")), ("withdrawn", _("those taken back"))], where=lambda _value: Q()),
    ],
    search=["title", "public_text", "measure", "next_step", "lead__name", "risk__title"],
    default_order=["-horizon", "position", "due", "title"],
)


def _late(on: date) -> Q:
    return Q(due__lt=on, state__in=policies.OPEN)


def _rows(asker: Asker, ask: Ask) -> QuerySet[Priority]:
    """Those that stand; on demand the late ones, or those that were taken back."""
    rows = access.in_circle(Priority.objects.select_related(*WITH), access.partnership_circle())
    if ask.chosen.get("show") == "withdrawn":
        return rows.filter(withdrawn_on__isnull=False)
    rows = rows.filter(withdrawn_on__isnull=True)
    return rows.filter(_late(today(asker))) if ask.chosen.get("show") == "late" else rows


def priorities(asker: Asker, *, ask: Ask) -> Page:
    """One page of the list."""
    page = fetch(_rows(asker, ask), ask, SPEC)
    return replace(page, rows=_lines(page.rows, today(asker)))


def priorities_for_export(asker: Asker, *, ask: Ask) -> list[Line]:
    """The whole of what was asked for."""
    return _lines(matching(_rows(asker, ask), ask, SPEC), today(asker))


@dataclass(frozen=True)
class Standing:
    """How the programme stands: how many priorities are open, and how many of these late."""

    open: int
    late: int


def standing(asker: Asker) -> Standing:
    rows = access.in_circle(Priority.objects.all(), access.partnership_circle()).filter(withdrawn_on__isnull=True)
    found = rows.aggregate(open=Count("pk", filter=Q(state__in=policies.OPEN)), late=Count("pk", filter=_late(today(asker))))
    return Standing(**found)


def priority(asker: Asker, *, circle: uuid.UUID, id: uuid.UUID) -> Priority:
    """One priority with its lead, risk and gap. Raises NotFound."""
    row = access.in_circle(Priority.objects.select_related(*WITH), circle).filter(id=id).first()
    if row is None:
        raise NotFound
    return row


def answering(asker: Asker, *, circle: uuid.UUID, risk: uuid.UUID | None = None, gap: uuid.UUID | None = None) -> list[Line]:
    """The priorities that answer a risk or a gap, as its page shows them."""
    rows = Priority.objects.select_related(*WITH).filter(circle_id=circle, withdrawn_on__isnull=True)
    rows = rows.filter(**{"risk_id": risk} if risk else {"gap_id": gap})
    return _lines(rows.order_by("-horizon", "position", "title", "id"), today(asker))


def writes_in(asker: Asker, circle: uuid.UUID) -> bool:
    """Whether the asker is contributor or more there."""
    return any(c.id == circle for c in access.may_write(asker))


def is_public(row: Priority) -> bool:
    """Whether any copy of it is public, the one that stands or an earlier one."""
    return Published.objects.filter(circle_id=access.public_circle(), kind="priority", record_id=row.id).exists()


def may_take_off(asker: Asker, circle: uuid.UUID) -> bool:
    """Whether the asker may take public copies of this circle's records away: its steward, or who holds the right."""
    return holds_right(asker, "release.withdraw") or any(seat.level >= 3 for seat in access.why(asker, circle))


Pairs = list[tuple[str, Any]]


@dataclass(frozen=True)
class Choosable:
    """What the form offers."""

    risks: Pairs
    gaps: Pairs
    leads: Pairs
    languages: list[str]


def choosable(asker: Asker, *, circle: uuid.UUID, row: Priority | None = None) -> Choosable:
    """Risks, gaps and organisations of the circle that stand now, and what the row refers to already."""

    def rows(field: str, gone: str, *order: str) -> list[Any]:
        chosen = getattr(row, f"{field}_id", None)
        return list(far(field).objects.filter(Q(**{f"{gone}__isnull": True}) | Q(id=chosen), circle_id=circle).order_by(*order))

    stakeholders = packs.current().vocabulary("stakeholder")
    gaps = [(str(g.id), stakeholders.label(g.stakeholder, language())) for g in rows("gap", "withdrawn_on", "stakeholder")]
    return Choosable(
        risks=[(str(r.id), str(r)) for r in rows("risk", "withdrawn_on", "code", "id")],
        gaps=sorted(gaps, key=lambda pair: pair[1].casefold()),
        leads=[(str(o.id), o.name) for o in rows("lead", "left", "name")],
        languages=list(the_partnership().languages),
    )


def exists_in(field: str, id: uuid.UUID, circle: uuid.UUID) -> bool:
    """Whether what a reference points at is in the circle."""
    return far(field).objects.filter(id=id, circle_id=circle).exists()
