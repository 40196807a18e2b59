"""May it be done now? The steps of an answer, and who may ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from plait.kernel.access.visiting import LONGEST_DAYS
from plait.kernel.decisions import Decision, allowed, because
from plait.kernel.models import Level

STATES = ("new", "taken", "declined")
VERBS = ("take", "decline")


@dataclass(frozen=True)
class Step:
    state: str
    verb: str
    to: str


STEPS = (Step("new", "take", "taken"), Step("new", "decline", "declined"))
"""The whole life of an answer: what was settled stays settled."""


def may_ask(level: int) -> Decision:
    """Stewards decide who sees a circle, and so who is asked from it."""
    return allowed if level >= Level.STEWARD else because(_("Asking somebody outside is for the stewards of a circle."))


def may_settle(level: int, state: str) -> Decision:
    if level < Level.STEWARD:
        return because(_("What becomes of an answer is decided by the stewards of its circle."))
    return allowed if any(s.state == state for s in STEPS) else because(_("This answer is settled already."))


def may_last(ends: date | None, today: date) -> Decision:
    """Beginning tomorrow, for three months at most."""
    if ends is not None and today < ends <= today + timedelta(days=LONGEST_DAYS - 1):
        return allowed
    said: dict[str, Any] = {"days": LONGEST_DAYS - 1}
    return because(_("Write a day after today, at most %(days)d days ahead.") % said)
