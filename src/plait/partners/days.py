"""Days and midnights, as the partnership's own calendar has them."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db.models import Q
from django.utils import timezone

from plait.kernel import clock
from plait.kernel.acting import Asker, role


def today(asker: Asker | None = None) -> date:
    """The day it is, by the one clock."""
    return timezone.localtime(asker.now if asker is not None else clock.now(role.get())).date()


def midnight(day: date) -> datetime:
    """The moment a day begins."""
    return timezone.make_aware(datetime.combine(day, time.min))


def open_on(day: date, prefix: str = "") -> Q:
    """Rows with `starts` and `ends` that hold on a day: begun, and the day on which they end not reached."""
    return Q(**{f"{prefix}starts__lte": day}) & (Q(**{f"{prefix}ends__isnull": True}) | Q(**{f"{prefix}ends__gt": day}))
