"""May it be done at all now? Each rule answers with a Decision: allowed, or the reason as a sentence."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from plait.kernel.decisions import Decision, allowed, because


def may_add(writes_here: bool) -> Decision:
    """Whoever contributes in the partnership may write down a lesson."""
    return (
        allowed
        if writes_here
        else because(_("You read here and do not write. A contributor of the partnership can write it down for you."))
    )


def may_change(writes_here: bool, withdrawn: bool) -> Decision:
    """A lesson that was taken back is read, not changed."""
    if not writes_here:
        return because(_("You read here and do not write. A contributor of the partnership can change it for you."))
    return because(_("This lesson was taken back. Bring it back before you change it.")) if withdrawn else allowed


def may_stop_sharing(public: bool, may_take_off: bool) -> Decision:
    """What is no longer to be shared leaves the public pages at once, so it needs somebody who may take it off there."""
    if public and not may_take_off:
        return because(_("It stands on the public pages. Whoever may take it off there has to say that it is no longer shared."))
    return allowed


def may_withdraw(writes_here: bool, withdrawn: bool, public: bool, may_take_off: bool) -> Decision:
    """Taking back takes the public copy with it, so it needs somebody who may do that."""
    if not writes_here:
        return because(_("You read here and do not write. A contributor of the partnership can take it back for you."))
    if withdrawn:
        return because(_("This lesson was taken back already."))
    if public and not may_take_off:
        return because(
            _("It stands on the public pages. Somebody who may take it off there, such as the coordinator, has to take it back.")
        )
    return allowed


def may_bring_back(writes_here: bool, withdrawn: bool) -> Decision:
    """Undo of taking back; the public copy stays away until it is released again."""
    if not writes_here:
        return because(_("You read here and do not write. A contributor of the partnership can bring it back for you."))
    return allowed if withdrawn else because(_("This lesson was not taken back."))


def may_leave(shared: bool, withdrawn: bool, words: str) -> bool:
    """Whether a copy may go outside: only what somebody said may be shared, and what has words."""
    return shared and not withdrawn and bool(words.strip())
