"""The jurisdiction's days: its clock, its weekends, its holidays."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from plait.methods.workdays import Calendar
from plait.packs.shape.base import Said, Shape, Slug, Text, WholeDay

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WeekDay = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Holiday(Shape):
    """A day on which offices are closed."""

    day: WholeDay
    """Year, month and day."""
    label: Text
    """What it is called."""


class Year(Shape):
    """The holidays of one year."""

    year: Annotated[int, Field(ge=2000, le=2200)]
    """The year of all its days."""
    source: Slug
    """Who says so."""
    grade: Slug
    """How well that is known."""
    days: tuple[Holiday, ...]
    """Every one of them, in their order."""


class Days(Shape):
    """`calendar.yaml`: by which clock people live, and on which days nobody works."""

    time_zone: Said
    """A name of the time zone database, such as Europe/London: it knows when clocks are put forward and back."""
    weekend: Annotated[tuple[WeekDay, ...], Field(max_length=6)] = ("saturday", "sunday")
    """The days of the week on which nobody works; Saturday and Sunday where left out."""
    years: tuple[Year, ...] = ()
    """Years of which the holidays are known. Of any other only the weekends are; pages that count working days say so."""

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"there is no time zone {name!r}; write one such as Europe/London") from None
        return name

    def holidays(self) -> Iterator[tuple[date, Text]]:
        """Each holiday and its name."""
        for year in self.years:
            for each in year.days:
                yield date.fromisoformat(each.day), each.label

    @cached_property
    def calendar(self) -> Calendar:
        """What counts working days."""
        return Calendar(
            self.time_zone,
            frozenset(WEEK.index(day) for day in self.weekend),
            frozenset(day for day, _label in self.holidays()),
            frozenset(year.year for year in self.years),
        )
