"""The definer functions, called from actions (they need a verb). Each refuses by `Refused`, alike for hidden and absent."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import connections

from plait.kernel.acting import Asker


def _call(asker: Asker, sql: str, *args: Any) -> Any:
    with connections[asker.using].cursor() as cursor:
        cursor.execute(sql, args)
        return cursor.fetchone()[0]


def open_circle(asker: Asker, kind: int, name: str) -> uuid.UUID:
    """A new audience. The opener of a matter is its steward; an organisation's or group's circle begins empty."""
    return _call(asker, "select plait.open_circle(%s, %s)", kind, name)


def rename_circle(asker: Asker, circle: uuid.UUID, name: str) -> None:
    _call(asker, "select plait.rename_circle(%s, %s)", circle, name)


def give_seat(
    asker: Asker, *, account: uuid.UUID | None = None, via: uuid.UUID | None = None, circle: uuid.UUID, level: int,
    starts: datetime | None = None, ends: datetime | None = None, source: str = "invitation", source_id: uuid.UUID | None = None, reason: str,
) -> uuid.UUID:  # fmt: skip
    """A seat for an account, or in a matter for a small circle. Needs a steward, or the right to seat somebody else in a small circle."""
    return _call(
        asker,
        "select plait.give_seat(%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        account,
        via,
        circle,
        level,
        starts,
        ends,
        source,
        source_id,
        reason,
    )


def end_seat(asker: Asker, seat: uuid.UUID) -> None:
    _call(asker, "select plait.end_seat(%s)", seat)


def end_seats_from(asker: Asker, source: str, source_id: uuid.UUID) -> int:
    """End every open seat that came from one membership, office or group; how many ended."""
    return _call(asker, "select plait.end_seats_from(%s, %s)", source, source_id)


def set_bar(asker: Asker, *, account: uuid.UUID, circle: uuid.UUID, reason: str) -> uuid.UUID:
    return _call(asker, "select plait.set_bar(%s, %s, %s)", account, circle, reason)


def lift_bar(asker: Asker, bar: uuid.UUID) -> None:
    _call(asker, "select plait.lift_bar(%s)", bar)


def give_office(
    asker: Asker, *, account: uuid.UUID, office: str, starts: datetime | None = None, ends: datetime | None = None, reason: str
) -> uuid.UUID:
    """Appoint somebody else to an office; the seats that the pack gives with it begin in the same transaction."""
    return _call(asker, "select plait.give_office(%s, %s, %s, %s, %s)", account, office, starts, ends, reason)


def end_office(asker: Asker, office: uuid.UUID) -> None:
    _call(asker, "select plait.end_office(%s)", office)


def seat_offices(asker: Asker, circle: uuid.UUID, word: str) -> int:
    """A group works: whoever holds an office that the pack seats in this kind of group sits in its circle. How many seats began."""
    return _call(asker, "select plait.seat_offices(%s, %s)", circle, word)


def unseat_offices(asker: Asker, circle: uuid.UUID) -> int:
    """A group has ended: offices bring nobody into its circle any more. How many seats ended."""
    return _call(asker, "select plait.unseat_offices(%s)", circle)


def end_own_seats(asker: Asker, source: str, source_id: uuid.UUID) -> int:
    """End the asker's own open seats that came from one membership or group; how many ended."""
    return _call(asker, "select plait.end_own_seats(%s, %s)", source, source_id)


def leave(asker: Asker, account: uuid.UUID) -> int:
    """Somebody works for no organisation any more: every seat and office that is still open ends. How many ended."""
    return _call(asker, "select plait.leave(%s)", account)


def give_grant(asker: Asker, *, form: str, circle: uuid.UUID, purpose: str, ends: datetime, uses: int | None = None) -> uuid.UUID:
    """What a visitor's link opens: one form, one circle, one purpose, until then."""
    return _call(asker, "select plait.give_grant(%s, %s, %s, %s, %s)", form, circle, purpose, ends, uses)
