"""Who sits where and why, and the review in which each seat is kept or ended: answered by one person, confirmed by another."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connections

from plait.kernel.acting import Asker, action


@dataclass(frozen=True)
class ForReview:
    """A circle whose seats the asker may look through. `name` is empty for a matter in which the asker does not sit."""

    circle: uuid.UUID
    kind: int
    name: str
    opened_at: datetime
    seats: int
    last_on: date | None
    waits: int
    late: int


@dataclass(frozen=True)
class Held:
    """One seat: who or which circle holds it, at what level, from whom, for what reason, until when."""

    id: uuid.UUID
    account: uuid.UUID | None
    name: str
    via: uuid.UUID | None
    via_name: str
    level: int
    source: str
    starts: datetime
    ends: datetime
    given_by: str
    reason: str
    barred: bool


@dataclass(frozen=True)
class Reviewed:
    """One seat in one round."""

    id: uuid.UUID
    seat: uuid.UUID
    begun_on: date
    due: date
    state: str
    say: str
    reason: str
    answered_by: str
    own_answer: bool
    decided_by: str
    decided_on: date | None
    note: str


def _rows(asker: Asker, sql: str, *args: Any) -> list[tuple]:
    with connections[asker.using].cursor() as cursor:
        cursor.execute(sql, args)
        return cursor.fetchall()


def part(asker: Asker, circle: uuid.UUID) -> int:
    """0: none; 1: answers for each seat; 2: confirms what another answered, and may answer."""
    return int(_rows(asker, "select plait.reviews_seats(%s)", circle)[0][0])


def circles(asker: Asker) -> list[ForReview]:
    sql = "select circle, kind, name, opened_at, seats, last_on, waits, late from plait.circles_for_review()"
    return [ForReview(*row) for row in _rows(asker, sql)]


def seats(asker: Asker, circle: uuid.UUID) -> list[Held]:
    """Every seat that is open or begins later; none for whoever may not look."""
    sql = "select id, account, name, via, via_name, level, source, starts, ends, given_by, reason, barred from plait.seats_of(%s)"
    return [
        Held(i, a, n or "", v, vn or "", lv, so, st, en, g or "", r, b)
        for i, a, n, v, vn, lv, so, st, en, g, r, b in _rows(asker, sql, circle)
    ]


def reviews(asker: Asker, circle: uuid.UUID) -> list[Reviewed]:
    """Every answer of every round, newest first."""
    sql = "select id, seat, begun_on, due, state, say, reason, answered_by, own_answer, decided_by, decided_on, note from plait.seat_reviews(%s)"
    return [
        Reviewed(id, seat, begun, due, state, say, reason, by or "", own, decider or "", on, note)
        for id, seat, begun, due, state, say, reason, by, own, decider, on, note in _rows(asker, sql, circle)
    ]


@action("kernel.begin_seat_review")
def begin(asker: Asker, *, circle: uuid.UUID, due: date) -> int:
    """Ask of each open seat whether it is still needed. How many. Raises Refused: not entitled, or a round is open."""
    return int(_rows(asker, "select plait.begin_seat_review(%s, %s)", circle, due)[0][0])


@action("kernel.answer_seat_review")
def answer(asker: Asker, *, id: uuid.UUID, say: str, reason: str) -> None:
    """Keep or end, for a reason. Never about one's own seat. Raises Refused."""
    _rows(asker, "select plait.answer_seat_review(%s, %s, %s)", id, say, reason)


@action("kernel.decide_seat_review")
def decide(asker: Asker, *, id: uuid.UUID, agree: bool, note: str = "") -> None:
    """Confirm what another answered, and a seat that is to end ends now; or ask again, for a reason. Raises Refused."""
    _rows(asker, "select plait.decide_seat_review(%s, %s, %s)", id, agree, note)
