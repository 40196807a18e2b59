"""Each rule refuses with a sentence and allows its twin."""

from __future__ import annotations

import uuid
from datetime import date
from types import SimpleNamespace

import pytest

from plait.kernel.decisions import Decision
from plait.partners import policies as p

ALL = frozenset({p.EDIT, p.GROUP, p.INVITE, p.SEAT, p.OFFICE, "release.withdraw"})
NONE: frozenset[str] = frozenset()
ME = uuid.uuid4()


def but(*without: str) -> frozenset[str]:
    return ALL - set(without)


CASES: list[tuple[str, Decision, bool]] = [
    ("an office edits", p.may_edit(ALL), True),
    ("no office", p.may_edit(NONE), False),
    ("agreement", p.may_record_agreement(ALL, sensitive=False, left=False), True),
    ("agreement by nobody", p.may_record_agreement(NONE, sensitive=False, left=False), False),
    ("agreement of a sensitive site", p.may_record_agreement(ALL, sensitive=True, left=False), False),
    ("agreement of one that left", p.may_record_agreement(ALL, sensitive=False, left=True), False),
    ("take back by the office", p.may_withdraw_agreement(ALL, works_there=False, listed=True), True),
    ("take back by itself", p.may_withdraw_agreement(NONE, works_there=True, listed=True), True),
    ("take back by another", p.may_withdraw_agreement(NONE, works_there=False, listed=True), False),
    ("take back what is not there", p.may_withdraw_agreement(ALL, works_there=True, listed=False), False),
    ("a steward takes out", p.may_take_out(NONE, level=3), True),
    ("a contributor with the right takes out", p.may_take_out({"release.withdraw"}, level=2), True),
    ("a reader with the right", p.may_take_out({"release.withdraw"}, level=1), False),
    ("a contributor without", p.may_take_out(NONE, level=2), False),
    ("leave", p.may_leave(ALL, left=False), True),
    ("leave twice", p.may_leave(ALL, left=True), False),
    ("leave by nobody", p.may_leave(NONE, left=False), False),
    ("return", p.may_return(ALL, left=True), True),
    ("return of one that is here", p.may_return(ALL, left=False), False),
    ("return by nobody", p.may_return(NONE, left=True), False),
    ("public", p.organisation_may_be_public(listed=["public"], sensitive=False, left=False), True),
    ("map alone", p.organisation_may_be_public(listed=["map"], sensitive=False, left=False), False),
    ("sensitive", p.organisation_may_be_public(listed=["public"], sensitive=True, left=False), False),
    ("left", p.organisation_may_be_public(listed=["public"], sensitive=False, left=True), False),
    ("open gap", p.gap_may_be_public(closed=False, withdrawn=False), True),
    ("closed gap", p.gap_may_be_public(closed=True, withdrawn=False), False),
    ("gap taken out", p.gap_may_be_public(closed=False, withdrawn=True), False),
    ("take a gap out", p.may_withdraw_gap(ALL, withdrawn=False), True),
    ("take it out twice", p.may_withdraw_gap(ALL, withdrawn=True), False),
    ("put back", p.may_restore_gap(ALL, withdrawn=True), True),
    ("put back what stands", p.may_restore_gap(ALL, withdrawn=False), False),
    ("invite", p.may_invite(ALL), True),
    ("invite by nobody", p.may_invite(NONE), False),
    ("seats", p.may_give_seats(ALL, own=False), True),
    ("own seats", p.may_give_seats(ALL, own=True), False),
    ("seats by nobody", p.may_give_seats(NONE, own=False), False),
    ("begin", p.may_begin_membership(ALL, own=False, has_account=True, left=False), True),
    ("begin one's own", p.may_begin_membership(but(p.SEAT), own=True, has_account=True, left=False), True),
    ("begin without account", p.may_begin_membership(but(p.SEAT), own=False, has_account=False, left=False), True),
    ("begin without seats to give", p.may_begin_membership(but(p.SEAT), own=False, has_account=True, left=False), False),
    ("begin where it left", p.may_begin_membership(ALL, own=False, has_account=True, left=True), False),
    ("begin by nobody", p.may_begin_membership(NONE, own=False, has_account=True, left=False), False),
    ("end", p.may_end_membership(ALL, ended=False), True),
    ("end twice", p.may_end_membership(ALL, ended=True), False),
    ("end by nobody", p.may_end_membership(but(p.INVITE), ended=False), False),
    ("end without seats", p.may_end_membership(but(p.SEAT), ended=False), False),
    ("seat", p.may_seat_member(ALL, own=False, ended=False, has_account=True), True),
    ("seat oneself", p.may_seat_member(ALL, own=True, ended=False, has_account=True), False),
    ("seat what ended", p.may_seat_member(ALL, own=False, ended=True, has_account=True), False),
    ("seat without account", p.may_seat_member(ALL, own=False, ended=False, has_account=False), False),
    ("edit group", p.may_edit_group(ALL), True),
    ("edit ended group", p.may_edit_group(ALL, ended=True), False),
    ("edit group by nobody", p.may_edit_group(NONE), False),
    ("set up with others", p.may_add_group(ALL, own=ME, people=[uuid.uuid4()]), True),
    ("set up empty", p.may_add_group(but(p.SEAT), own=None, people=[]), True),
    ("set up with oneself", p.may_add_group(ALL, own=ME, people=[ME]), False),
    ("set up without seats to give", p.may_add_group(but(p.SEAT), own=None, people=[ME]), False),
    ("set up by nobody", p.may_add_group(NONE, own=None, people=[]), False),
    ("chair", p.may_set_chair(ALL, own=False, ended=False), True),
    ("chair oneself", p.may_set_chair(ALL, own=True, ended=False), False),
    ("chair of what ended", p.may_set_chair(ALL, own=False, ended=True), False),
    ("the chair adds", p.may_add_member(NONE, own=False, chairs=True, ended=False), True),
    ("the office adds", p.may_add_member(ALL, own=False, chairs=False, ended=False), True),
    ("add oneself", p.may_add_member(ALL, own=True, chairs=True, ended=False), False),
    ("add to what ended", p.may_add_member(ALL, own=False, chairs=True, ended=True), False),
    ("add by nobody", p.may_add_member(NONE, own=False, chairs=False, ended=False), False),
    ("member leaves", p.may_end_member(ALL, ended=False), True),
    ("leaves twice", p.may_end_member(ALL, ended=True), False),
    ("leaves by nobody", p.may_end_member(NONE, ended=False), False),
    ("leaves without seats", p.may_end_member(but(p.SEAT), ended=False), False),
    ("group ends", p.may_end_group(ALL, ended=False), True),
    ("group ends twice", p.may_end_group(ALL, ended=True), False),
    ("reopen", p.may_reopen_group(ALL, ended=True), True),
    ("reopen what works", p.may_reopen_group(ALL, ended=False), False),
    ("appoint", p.may_appoint(ALL), True),
    ("appoint oneself", p.may_appoint(ALL, own=True), False),
    ("appoint by nobody", p.may_appoint(NONE), False),
    ("lay down", p.may_end_office(NONE, own=True, ended=False), True),
    ("end another's", p.may_end_office(ALL, own=False, ended=False), True),
    ("end another's by nobody", p.may_end_office(NONE, own=False, ended=False), False),
    ("end what ended", p.may_end_office(ALL, own=True, ended=True), False),
]


@pytest.mark.parametrize(("decision", "wanted"), [pytest.param(d, w, id=name) for name, d, w in CASES])
def test_a_rule_allows_or_says_why_not(decision: Decision, wanted: bool) -> None:
    assert decision.allowed is wanted
    assert wanted or str(decision.because).endswith(".")


def test_a_membership_holds_from_its_first_day_until_the_day_on_which_it_ends() -> None:
    first, last = date(2026, 3, 1), date(2026, 3, 3)
    row = SimpleNamespace(starts=first, ends=last)
    assert [p.is_open(row, date(2026, 3, day)) for day in (1, 2, 3)] == [True, True, False]
    assert [p.is_over(row, date(2026, 3, day)) for day in (1, 2, 3)] == [False, False, True]
    forever = SimpleNamespace(starts=first, ends=None)
    assert p.is_open(forever, last)
    assert not p.is_over(forever, last)
    assert not p.is_open(forever, date(2026, 2, 28))
