"""What is due, of every room, without the rooms knowing each other.

Each room says what waits for a person (`@due("picture")`, in its due.py, imported by its apps.py); home, the calendar, the feed and the
reminders ask here. What the asker may not see is absent: each room asks with the asker's own eyes.

    @due("programme")
    def priorities(asker, rights, until) -> Iterable[Due]: ...

A mail or a feed shows of it the kind, from the kernel's fixed list, and the day; the rest is for pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from plait.kernel.notices import KINDS

When = Literal["today", "week", "others", "calendar"]
Say = Callable[[Any, set[str], date], Iterable["Due"]]


@dataclass(frozen=True)
class Due:
    """One thing that waits: a verb first, why in a line, until when. `group`: where home shows it; `calendar` shows it there alone.

    `remind`: whether the asker is to be told of it; what waits for others is not theirs to be told of. `since`: from when it waits.
    """

    kind: str
    circle: UUID
    about: tuple[str, UUID]
    title: str
    href: str
    why: str = ""
    when: date | datetime | None = None
    since: date | None = None
    state: str = ""
    group: When = "week"
    remind: bool = True
    lang: str = ""

    @property
    def day(self) -> date | None:
        """The date that a calendar shows."""
        return self.when.date() if isinstance(self.when, datetime) else self.when

    @property
    def words(self) -> Any:
        """Its kind, as a mail says it."""
        return KINDS[self.kind].words

    @property
    def once(self) -> str:
        """The occasion: the same thing with another day is told again."""
        return f"due {self.kind} {self.about[1]} {self.day or '-'}"


_rooms: dict[str, Say] = {}


def due(room: str) -> Callable[[Say], Say]:
    """Registers what a room has that waits for people."""

    def register(say: Say) -> Say:
        if room in _rooms and _rooms[room] is not say:
            raise ValueError(f"{room!r} says already what is due")
        _rooms[room] = say
        return say

    return register


def of(asker: Any, rights: set[str], until: date) -> list[Due]:
    """All that waits for the asker up to a day, and what waits without a day; room by room."""
    found = [each for room in sorted(_rooms) for each in _rooms[room](asker, rights, until)]
    for each in found:
        if each.kind not in KINDS:
            raise ValueError(f"{each.kind!r} is not on the list of what people are told")
    return [each for each in found if each.day is None or each.day <= until]
