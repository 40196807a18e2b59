"""May it be done now? The steps of a use of the emergency access, and of a seat in a review; what spans rows the database asks too."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from plait.kernel.access.glass import SHORTEST
from plait.kernel.decisions import Decision, allowed, because


@dataclass(frozen=True)
class Step:
    """From a state, by a verb, to a state. `right`: the office that takes it; a steward of the circle may where `steward` says so."""

    state: str
    verb: str
    to: str
    right: str
    steward: bool


GLASS_STATES = ("open", "justified", "unjustified")
GLASS_STEPS = (
    Step("open", "justify", "justified", "kernel.review_break_glass", True),
    Step("open", "find_unjustified", "unjustified", "kernel.review_break_glass", True),
)
SEAT_STATES = ("asked", "answered", "kept", "ended")
SEAT_STEPS = (
    Step("asked", "keep", "answered", "kernel.review_access", True),
    Step("asked", "end", "answered", "kernel.review_access", True),
    Step("answered", "confirm", "kept", "kernel.confirm_access", False),
    Step("answered", "confirm_end", "ended", "kernel.confirm_access", False),
    Step("answered", "ask_again", "asked", "kernel.confirm_access", False),
)
"""`kernel.confirm_access` answers, too, where whoever should cannot: about their own seat. Never the same person twice."""

QUARTER = timedelta(days=92)
ANSWER_WITHIN = timedelta(days=28)


def may_review_glass(state: str, *, own: bool) -> Decision:
    if own:
        return because(_("Somebody else reviews your use."))
    return allowed if any(s.state == state for s in GLASS_STEPS) else because(_("It is reviewed already."))


def is_a_fact(words: str) -> Decision:
    """The person's own word is not enough: another record, or another person, says so."""
    if len(words.strip()) >= SHORTEST:
        return allowed
    return because(_("Write in at least 20 characters which record or which person outside of this says so."))


def may_begin(part: int, *, waits: int) -> Decision:
    if part < 1:
        return because(_("Reviewing seats is for stewards and the offices that the pack names."))
    return because(_("The last review is still open: answer and confirm what waits first.")) if waits else allowed


def may_answer(part: int, state: str, *, own: bool) -> Decision:
    if own:
        return because(_("Somebody else answers for your seat."))
    if part < 1:
        return because(_("Reviewing seats is for stewards and the offices that the pack names."))
    return allowed if state == "asked" else because(_("It was answered already."))


def may_decide(part: int, state: str, *, own: bool, answered_it: bool) -> Decision:
    if own:
        return because(_("Somebody else decides on your seat."))
    if answered_it:
        return because(_("You answered it: a second person confirms."))
    if part < 2:
        return because(_("Confirming is for the offices that the pack names."))
    return allowed if state == "answered" else because(_("Nothing waits to be confirmed here."))


def is_due(last_on: date | None, opened_on: date, today: date) -> bool:
    """A circle's seats are looked through each quarter."""
    return today - (last_on or opened_on) > QUARTER


def rights_of(steps: Collection[Step], verb: str) -> str:
    return next(s.right for s in steps if s.verb == verb)


def may_last(due: date | None, today: date) -> Decision:
    if due is not None and today < due <= today + QUARTER:
        return allowed
    said: dict[str, Any] = {"days": QUARTER.days}
    return because(_("Write a day after today, at most %(days)d days ahead.") % said)
