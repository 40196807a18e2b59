"""Working days, across leap days and the nights in which clocks are changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait.methods.workdays import DAY, Calendar

ZONES = ("Europe/London", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Karachi", "Africa/Casablanca", "UTC")
days = st.dates(date(2023, 1, 1), date(2032, 12, 31))
calendars = st.builds(
    Calendar,
    zone=st.sampled_from(ZONES),
    weekend=st.frozensets(st.integers(0, 6), max_size=3),
    holidays=st.frozensets(days, max_size=30),
)


@given(calendars, days, st.integers(1, 60))
def test_the_nth_working_day_has_n_working_days_up_to_it_and_is_one(calendar: Calendar, day: date, n: int) -> None:
    there = calendar.add(day, n)
    assert calendar.works(there) and there > day
    assert calendar.between(day, there) == n
    assert calendar.add(calendar.add(day, n), 3) == calendar.add(day, n + 3)


@given(calendars, days, days)
def test_counting_agrees_with_walking(calendar: Calendar, start: date, end: date) -> None:
    walked, day = 0, start
    while day < end:
        day += DAY
        walked += day.weekday() not in calendar.weekend and day not in calendar.holidays
    assert calendar.between(start, end) == walked


@given(calendars, days)
def test_a_day_s_first_working_day_is_it_or_the_nearest_after(calendar: Calendar, day: date) -> None:
    first = calendar.first_from(day)
    assert calendar.works(first) and first >= day and calendar.first_from(first) == first
    assert not any(calendar.works(day + DAY * n) for n in range((first - day).days))
    assert calendar.add(day, 0) == first


@given(st.sampled_from(ZONES), days, st.times().map(lambda t: t.replace(microsecond=0)))
def test_an_hour_of_a_day_is_on_that_day_and_in_order(zone: str, day: date, hour: time) -> None:
    calendar = Calendar(zone)
    instant = calendar.at(day, hour)
    assert instant.tzinfo is UTC
    shown = instant.astimezone(ZoneInfo(zone))
    assert calendar.day_of(instant) == day
    assert shown.time() >= hour, "never before the hour that was asked for"
    assert shown.replace(tzinfo=None) - datetime.combine(day, hour) <= timedelta(hours=1)
    later = datetime.combine(day, hour) + timedelta(hours=2)
    assert calendar.at(later.date(), later.time()) >= instant


def test_leap_days_are_days() -> None:
    calendar = Calendar("Europe/London")
    assert calendar.works(date(2028, 2, 29)) and calendar.add(date(2028, 2, 28), 1) == date(2028, 2, 29)
    assert calendar.add(date(2027, 2, 26), 1) == date(2027, 3, 1)
    assert (
        calendar.between(date(2028, 2, 25), date(2028, 3, 1)) == 3 and calendar.between(date(2027, 2, 26), date(2027, 3, 1)) == 1
    )


def test_the_night_in_which_clocks_go_forward_and_the_one_in_which_they_go_back() -> None:
    london = Calendar("Europe/London")
    assert london.at(date(2026, 3, 29), time(1, 30)) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC), (
        "does not exist: the change itself"
    )
    assert london.at(date(2026, 10, 25), time(1, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "comes twice: the first"
    assert london.at(date(2026, 3, 28), time(8)) == datetime(2026, 3, 28, 8, tzinfo=UTC)
    assert london.at(date(2026, 3, 30), time(8)) == datetime(2026, 3, 30, 7, tzinfo=UTC)
    assert london.at(date(2026, 3, 30), time(8)) - london.at(date(2026, 3, 28), time(8)) == timedelta(hours=47)
    assert Calendar("Australia/Lord_Howe").at(date(2026, 10, 4), time(2, 10)) == datetime(2026, 10, 3, 15, 30, tzinfo=UTC)


def test_a_day_is_told_by_its_own_clock() -> None:
    instant = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert Calendar("Europe/London").day_of(instant) == date(2026, 7, 1)
    assert Calendar("America/New_York").day_of(instant) == date(2026, 6, 30)
    with pytest.raises(ValueError, match="without a zone"):
        Calendar().day_of(datetime(2026, 6, 30))  # noqa: DTZ001


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="somebody must work"):
        Calendar(weekend=frozenset(range(7)))
    with pytest.raises(ValueError, match="forwards"):
        Calendar().add(date(2026, 1, 1), -1)
    assert not Calendar(years=frozenset({2026})).knows(date(2027, 1, 1))
