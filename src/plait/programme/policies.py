"""May it be done at all now? Each rule answers with a Decision: allowed, or the reason as a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext_lazy as _

from plait.kernel.decisions import Decision, allowed, because

STEPS: dict[str, tuple[str, ...]] = {
    "planned": ("under_way", "paused"),
    "under_way": ("done", "paused"),
    "paused": ("under_way",),
    "done": ("under_way",),
}
"""From each state that every pack has to which others. What a pack adds, such as giving up, ends a priority: see `steps`."""

OPEN = ("planned", "under_way")
"""States in which a date that has passed makes a priority late."""


def steps(state: str, known: Iterable[str]) -> tuple[str, ...]:
    """To which of the pack's states a priority may go from here.

    An end of the pack's own can be reached while the priority goes on, and undone.
    """
    own = tuple(key for key in known if key not in STEPS)
    if state not in STEPS:
        return ("planned",)
    return STEPS[state] if has_ended(state) else STEPS[state] + own


def has_ended(state: str) -> bool:
    """From then on the time of keeping is counted."""
    return state not in ("planned", "under_way", "paused")


def may_add(writes_here: bool) -> Decision:
    """Whoever contributes in the partnership may add a priority."""
    return (
        allowed
        if writes_here
        else because(_("You read here and do not write. A contributor of the partnership can add it for you."))
    )


def may_change(writes_here: bool, withdrawn: bool) -> Decision:
    """A priority that was taken back is read, not changed."""
    if not writes_here:
        return because(_("You read here and do not write. A contributor of the partnership can change it for you."))
    return because(_("This priority was taken back. Bring it back before you change it.")) if withdrawn else allowed


def may_move(state: str, to: str, known: Iterable[str]) -> Decision:
    """Only along the steps."""
    return allowed if to in steps(state, known) else because(_("A priority cannot go from where it stands to there in one step."))


def may_withdraw(writes_here: bool, withdrawn: bool, public: bool, may_take_off: bool) -> Decision:
    """Taking back takes the public copy with it, so it needs somebody who may do that."""
    if not writes_here:
        return because(_("You read here and do not write. A contributor of the partnership can take it back for you."))
    if withdrawn:
        return because(_("This priority was taken back already."))
    if public and not may_take_off:
        return because(
            _("It stands on the public pages. Somebody who may take it off there, such as the coordinator, has to take it back.")
        )
    return allowed


def may_bring_back(writes_here: bool, withdrawn: bool) -> Decision:
    """Undo of taking back; the public copy stays away until it is released again."""
    if not writes_here:
        return because(_("You read here and do not write. A contributor of the partnership can bring it back for you."))
    return allowed if withdrawn else because(_("This priority was not taken back."))


def is_late(state: str, due: date | None, withdrawn: bool, today: date) -> bool:
    """Its date has passed and nobody has said that it is done, rests or was given up."""
    return not withdrawn and due is not None and due < today and state in OPEN
