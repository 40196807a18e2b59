"""The verbs of the room: the only files that write."""

from plait.partners.actions.about import change_about
from plait.partners.actions.gaps import add_gap, change_gap, restore_gap, withdraw_gap
from plait.partners.actions.groups import add_group, add_member, change_group, end_group, end_member, reopen_group, set_chair
from plait.partners.actions.offices import appoint, end_office
from plait.partners.actions.organisations import (
    add_organisation,
    change_organisation,
    leave,
    record_agreement,
    return_organisation,
    withdraw_agreement,
)
from plait.partners.actions.people import (
    add_person,
    begin_membership,
    change_person,
    end_membership,
    invite_person,
    leave_own,
    seat_member,
)

__all__ = [
    "add_gap", "add_group", "add_member", "add_organisation", "add_person", "appoint", "begin_membership", "change_about", "change_gap", "change_group",
    "change_organisation", "change_person", "end_group", "end_member", "end_membership", "end_office", "invite_person", "leave", "leave_own", "record_agreement",
    "reopen_group", "restore_gap", "return_organisation", "seat_member", "set_chair", "withdraw_agreement", "withdraw_gap",
]  # fmt: skip
