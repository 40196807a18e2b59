"""Working days: which day is one, which is the next, how many lie between, and when a day's hour is where clocks are put forward and back.

A day is a date of the calendar, never 24 hours: deadlines in days do not move when clocks do. Where local time skips an hour, the hour that
does not exist is taken as the instant at which clocks go forward; where it comes twice, as the first (PEP 495, `fold=0`). Of a year for
which no holidays are written down nothing is known but its weekends: `knows` says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """`zone`: a name of the IANA time zone database. `weekend`: days of the week on which nobody works, Monday is 0.

    `years`: those of which `holidays` are known.
    """

    zone: str = "UTC"
    weekend: frozenset[int] = frozenset({5, 6})
    holidays: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if self.weekend >= set(range(7)):
            raise ValueError("somebody must work on some day of the week")

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def knows(self, day: date) -> bool:
        """Whether the holidays of that year are known."""
        return day.year in self.years

    def works(self, day: date) -> bool:
        """Whether it is a working day, as far as is known."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def working(self, after: date) -> Iterator[date]:
        """The working days after a day, one after the other."""
        day = after
        while True:
            day += DAY
            if self.works(day):
                yield day

    def first_from(self, day: date) -> date:
        """The day itself, if it is a working day, or the next that is."""
        return day if self.works(day) else next(self.working(day))

    def add(self, day: date, n: int) -> date:
        """The n-th working day after a day; the day itself counts as none of them. `n` is at least 0; 0 is `first_from`.

        Raises:
            ValueError: for a negative number.
        """
        if n < 0:
            raise ValueError("working days are counted forwards")
        if n == 0:
            return self.first_from(day)
        days = self.working(day)
        for _skipped in range(n - 1):
            next(days)
        return next(days)

    def between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`; 0 when `end` is not later."""
        return sum(self.works(start + DAY * n) for n in range(1, (end - start).days + 1))

    def day_of(self, instant: datetime) -> date:
        """The date on the calendar at an instant. Raises ValueError for a time without a zone."""
        if instant.tzinfo is None:
            raise ValueError("a time without a zone is no instant")
        return instant.astimezone(self._zone).date()

    def at(self, day: date, hour: time) -> datetime:
        """The instant, in UTC, at which clocks show this hour on this day; in a gap, the instant at which clocks go forward."""
        local = datetime.combine(day, hour.replace(tzinfo=None), self._zone)
        instant = local.astimezone(UTC)
        if instant.astimezone(self._zone).replace(tzinfo=None) == local.replace(tzinfo=None):
            return instant
        before, after = local.utcoffset(), local.replace(fold=1).utcoffset()
        if before is None or after is None:
            return instant
        # In a gap the two readings lie on both sides of the change: walk to the second at which clocks are put forward.
        low, high = sorted((local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)))
        offset = low.astimezone(self._zone).utcoffset()
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) / 2
            if middle.astimezone(self._zone).utcoffset() == offset:
                low = middle
            else:
                high = middle
        return high.replace(microsecond=0)
