"""May it be done now? Small named rules; each answers with a Decision, whose reason is a sentence for the asker."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from plait.kernel.decisions import Decision, allowed, because

EDIT, GROUP, INVITE, SEAT, OFFICE = (
    "partners.edit_organisation",
    "partners.edit_group",
    "partners.invite",
    "kernel.give_seat",
    "kernel.give_office",
)
Rights = Collection[str]


# organisations and gaps ----------------------------------------------------------------------------------------------------


def may_edit(rights: Rights) -> Decision:
    """Organisations, gaps and what the partnership says of itself are kept by the offices that the pack names."""
    return allowed if EDIT in rights else because(_("Organisations are entered and changed by another office."))


def may_record_agreement(rights: Rights, *, sensitive: bool, left: bool) -> Decision:
    """Where an organisation agreed to be listed; never for a sensitive site, nor for one that left."""
    if not may_edit(rights):
        return may_edit(rights)
    if sensitive:
        return because(_("A place of worship or accommodation is never listed: its name stays inside the partnership."))
    return because(_("This organisation has left. Record its return first.")) if left else allowed


def may_withdraw_agreement(rights: Rights, *, works_there: bool, listed: bool) -> Decision:
    """Whoever keeps the register, and whoever works for the organisation itself: nobody has to ask to be taken out."""
    if not listed:
        return because(_("This organisation has not agreed to be listed anywhere."))
    if works_there or EDIT in rights:
        return allowed
    return because(_("The organisation itself can take back its agreement, and the coordinator for it."))


def may_take_out(rights: Rights, *, level: int) -> Decision:
    """Take a public copy out at once: a steward, or a contributor whose office has this right."""
    if level >= 3 or (level >= 2 and "release.withdraw" in rights):
        return allowed
    return because(_("Taking a public copy out is for another office."))


def may_leave(rights: Rights, *, left: bool) -> Decision:
    if left:
        return because(_("This organisation has left already."))
    return may_edit(rights)


def may_return(rights: Rights, *, left: bool) -> Decision:
    return may_edit(rights) if left else because(_("This organisation takes part: it has not left."))


def organisation_may_be_public(*, listed: Collection[str], sensitive: bool, left: bool) -> Decision:
    """A body is named outside only while it agrees, and a sensitive site never."""
    if sensitive:
        return because(_("A place of worship or accommodation never leaves the partnership."))
    if left:
        return because(_("It has left the partnership."))
    return allowed if "public" in listed else because(_("It has not agreed to be listed publicly."))


def gap_may_be_public(*, closed: bool, withdrawn: bool) -> Decision:
    if withdrawn:
        return because(_("This entry was taken out of the register."))
    return because(_("This kind of partner has a seat now: the gap is closed.")) if closed else allowed


def may_withdraw_gap(rights: Rights, *, withdrawn: bool) -> Decision:
    return because(_("This entry was taken out already.")) if withdrawn else may_edit(rights)


def may_restore_gap(rights: Rights, *, withdrawn: bool) -> Decision:
    return may_edit(rights) if withdrawn else because(_("This entry stands in the register."))


# people --------------------------------------------------------------------------------------------------------------------


def may_invite(rights: Rights) -> Decision:
    return allowed if INVITE in rights else because(_("Inviting people, and ending memberships, is for another office."))


def may_give_seats(rights: Rights, *, own: bool) -> Decision:
    """Seats come from somebody else: nobody lets themself in."""
    if own:
        return because(_("You cannot seat yourself. Somebody else who may give seats can do it."))
    return allowed if SEAT in rights else because(_("Giving and ending seats is for another office."))


def may_begin_membership(rights: Rights, *, own: bool, has_account: bool, left: bool) -> Decision:
    """One's own membership may be written down, without seats; a person without an account needs none yet."""
    if not may_invite(rights):
        return may_invite(rights)
    if left:
        return because(_("This organisation has left. Record its return first."))
    return may_give_seats(rights, own=False) if has_account and not own else allowed


def may_end_membership(rights: Rights, *, ended: bool) -> Decision:
    """Ending gives nobody anything, so one's own may be ended too; it takes the right to end seats."""
    if ended:
        return because(_("This membership has ended already."))
    return may_invite(rights) if not may_invite(rights) else may_give_seats(rights, own=False)


def may_see_looks(rights: Rights, *, own: bool, steward: bool) -> Decision:
    """Who looked at a person's record is for its stewards, the office that the pack names, and the person."""
    if own or steward or "kernel.read_looks" in rights:
        return allowed
    return because(_("Who looked at a record is read by its stewards, by the office that the pack names, and by the person."))


def may_leave_own(*, own: bool, ended: bool) -> Decision:
    """Out one goes by oneself."""
    if ended:
        return because(_("This membership has ended already."))
    return allowed if own else because(_("This is somebody else's membership."))


def may_seat_member(rights: Rights, *, own: bool, ended: bool, has_account: bool) -> Decision:
    if ended:
        return because(_("This membership has ended: begin a new one."))
    if not has_account:
        return because(_("This person has no account yet. Invite them first."))
    return may_give_seats(rights, own=own)


# groups --------------------------------------------------------------------------------------------------------------------


def may_edit_group(rights: Rights, *, ended: bool = False) -> Decision:
    if ended:
        return because(_("This group has ended. Open it again first."))
    return allowed if GROUP in rights else because(_("Groups are set up and changed by another office."))


def may_add_group(rights: Rights, *, own: uuid.UUID | None, people: Collection[uuid.UUID]) -> Decision:
    """Whoever sets up a group does not sit down in it: the chair, its steward, or another holder of the right adds them."""
    if not may_edit_group(rights):
        return may_edit_group(rights)
    if own is not None and own in people:
        return because(
            _(
                "You cannot seat yourself. Set the group up without yourself: its chair can add you then. If you are to chair it, another holder of this right must set it up."
            )
        )
    return may_give_seats(rights, own=False) if people else allowed


def may_set_chair(rights: Rights, *, own: bool, ended: bool) -> Decision:
    return may_edit_group(rights, ended=ended) if not may_edit_group(rights, ended=ended) else may_give_seats(rights, own=own)


def may_add_member(rights: Rights, *, own: bool, chairs: bool, ended: bool) -> Decision:
    """The group's chair, who is its steward, or whoever may edit groups and give seats; never oneself."""
    if ended:
        return because(_("This group has ended. Open it again first."))
    if own:
        return because(_("You cannot seat yourself. The group's chair can add you."))
    return allowed if chairs else may_set_chair(rights, own=False, ended=False)


def may_end_member(rights: Rights, *, ended: bool) -> Decision:
    if ended:
        return because(_("This person has left the group already."))
    return may_edit_group(rights) if not may_edit_group(rights) else may_give_seats(rights, own=False)


def may_end_group(rights: Rights, *, ended: bool) -> Decision:
    if ended:
        return because(_("This group has ended already."))
    return may_end_member(rights, ended=False)


def may_reopen_group(rights: Rights, *, ended: bool) -> Decision:
    return may_edit_group(rights) if ended else because(_("This group works: it has not ended."))


# offices -------------------------------------------------------------------------------------------------------------------


def may_appoint(rights: Rights, *, own: bool = False) -> Decision:
    if own:
        return because(_("Nobody appoints themself. Another holder of this right can do it."))
    return allowed if OFFICE in rights else because(_("Appointing to offices is decided by another office."))


def may_end_office(rights: Rights, *, own: bool, ended: bool) -> Decision:
    """Whoever holds it may lay it down."""
    if ended:
        return because(_("This office has been laid down already."))
    return allowed if own else may_appoint(rights)


# days ----------------------------------------------------------------------------------------------------------------------


def is_open(row: Any, today: date) -> bool:
    """Whether a membership holds today: begun, and its last day not reached."""
    return row.starts <= today and (row.ends is None or row.ends > today)


def is_over(row: Any, today: date) -> bool:
    return row.ends is not None and row.ends <= today
