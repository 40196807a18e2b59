"""Seats and their reviews, as whoever reviews them reads them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plait.assurance import policies
from plait.kernel import access
from plait.kernel.access import glass, reviewing
from plait.kernel.access.glass import Glass
from plait.kernel.access.reviewing import ForReview, Held, Reviewed
from plait.kernel.acting import Asker
from plait.kernel.decisions import Decision
from plait.kernel.errors import NotFound
from plait.kernel.models import FOREVER, Level

SOURCES = {
    "membership": _("works for an organisation"),
    "office": _("holds an office"),
    "group": _("sits in a group"),
    "invitation": _("was let in"),
    "opened": _("opened it"),
    "break_glass": _("emergency access"),
}
STATES = {"asked": _("is asked"), "answered": _("waits for a second person"), "kept": _("kept"), "ended": _("ended")}
SAYS = {"keep": _("keep"), "end": _("end")}
GLASS_STATES = {"open": _("waits for its review"), "justified": _("found justified"), "unjustified": _("found unjustified")}
KINDS = {1: _("Partnership"), 2: _("Organisation"), 3: _("Group"), 4: _("Matter")}


def today(asker: Asker) -> date:
    return timezone.localdate(asker.now)


@dataclass(frozen=True)
class CircleLine:
    circle: uuid.UUID
    kind: Any
    name: str
    reference: str
    seats: int
    last_on: date | None
    waits: int
    late: int
    due: bool


def circles(asker: Asker) -> list[CircleLine]:
    """Every circle whose seats the asker may look through; what is due first."""
    day = today(asker)
    found = [_circle_line(c, day) for c in reviewing.circles(asker)]
    return sorted(found, key=lambda c: (not c.late, not c.due, not c.waits))


def _circle_line(c: ForReview, day: date) -> CircleLine:
    return CircleLine(
        c.circle,
        KINDS[c.kind],
        c.name,
        str(c.circle)[:8],
        c.seats,
        c.last_on,
        c.waits,
        c.late,
        c.seats > 0 and not c.waits and policies.is_due(c.last_on, timezone.localdate(c.opened_at), day),
    )


@dataclass(frozen=True)
class SeatLine:
    """A seat, and what the newest round says of it."""

    seat: Held
    own: bool
    who: str
    level: Any
    source: Any
    ends: Any
    begins_later: bool
    review: Reviewed | None
    state: Any
    said: Any
    late: bool
    may_answer: Decision
    may_decide: Decision


@dataclass(frozen=True)
class Circle:
    circle: uuid.UUID
    part: int
    line: CircleLine
    seats: list[SeatLine]


def circle(asker: Asker, id: uuid.UUID) -> Circle:
    """Raises NotFound, alike for a circle that is absent and one whose seats the asker may not look through."""
    part = reviewing.part(asker, id)
    line = next((c for c in circles(asker) if c.circle == id), None)
    if part < 1 or line is None:
        raise NotFound
    newest: dict[uuid.UUID, Reviewed] = {}
    for r in reviewing.reviews(asker, id):
        newest.setdefault(r.seat, r)
    return Circle(id, part, line, [_seat_line(asker, part, s, newest.get(s.id)) for s in reviewing.seats(asker, id)])


def _seat_line(asker: Asker, part: int, s: Held, r: Reviewed | None) -> SeatLine:
    own = s.account is not None and s.account == asker.id
    state = r.state if r else ""
    return SeatLine(
        s, own, s.name or s.via_name, access.LEVELS[Level(s.level)], SOURCES.get(s.source, s.source), s.ends if s.ends < FOREVER else None,
        s.starts > asker.now, r, STATES.get(state, ""), SAYS.get(r.say, "") if r else "",
        r is not None and state in ("asked", "answered") and r.due < today(asker),
        policies.may_answer(part, state, own=own), policies.may_decide(part, state, own=own, answered_it=bool(r and r.own_answer)),
    )  # fmt: skip


def seat(asker: Asker, circle_id: uuid.UUID, review: uuid.UUID) -> tuple[Circle, SeatLine]:
    """One seat by its place in a review. Raises NotFound."""
    found = circle(asker, circle_id)
    line = next((s for s in found.seats if s.review is not None and s.review.id == review), None)
    if line is None:
        raise NotFound
    return found, line


def uses(asker: Asker) -> list[Glass]:
    return glass.uses(asker)


def use(asker: Asker, id: uuid.UUID) -> Glass:
    """Raises NotFound."""
    row = next((g for g in glass.uses(asker) if g.id == id), None)
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True)
class Waiting:
    """What needs somebody. `glass`: one use to review. `seats`: so many circles with seats to answer for. `quarter`: so many that are due."""

    what: str
    due: Any = ""
    late: bool = False
    reference: str = ""
    id: uuid.UUID | None = None
    count: int = 0


def waiting(asker: Asker) -> Iterable[Waiting]:
    """For the first page: uses that the asker may review, and circles whose seats the asker answers for."""
    for g in glass.uses(asker):
        if g.state == "open" and not g.own:
            yield Waiting("glass", g.due, g.due <= asker.now, g.reference, g.id)
    found = circles(asker)
    if waits := [c for c in found if c.waits]:
        yield Waiting("seats", late=any(c.late for c in waits), count=len(waits))
    if due := [c for c in found if c.due]:
        yield Waiting("quarter", count=len(due))
