"""What may be done with a priority, and when it is late."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait import packs
from plait.programme import policies

PACKS = [*sorted(packs.available().values()), Path(__file__).parents[4] / "tests" / "packs" / "tiny"]
STATES = [*policies.STEPS, "dropped"]


@pytest.mark.parametrize("folder", PACKS, ids=lambda p: p.name)
def test_in_every_pack_each_state_can_be_reached_and_left(folder: Path) -> None:
    known = packs.load(folder).vocabulary("priority_state").keys
    assert set(policies.STEPS) <= set(known)
    reached = {to for state in known for to in policies.steps(state, known)}
    assert reached == set(known)
    assert all(set(policies.steps(state, known)) <= set(known) - {state} and policies.steps(state, known) for state in known)


def test_a_state_is_open_or_rests_or_has_ended() -> None:
    assert [state for state in STATES if policies.has_ended(state)] == ["done", "dropped"]
    assert not any(policies.has_ended(state) for state in policies.OPEN)


@given(st.sampled_from(STATES), st.sampled_from([*STATES, "", "elsewhere"]))
def test_a_priority_moves_along_the_steps_and_not_beside_them(state: str, to: str) -> None:
    decision = policies.may_move(state, to, STATES)
    assert decision.allowed == (to in policies.steps(state, STATES))
    assert decision.allowed or str(decision.because)


def test_whoever_writes_here_may_and_whoever_reads_is_told_whom_to_ask() -> None:
    assert policies.may_add(True)
    assert "contributor" in str(policies.may_add(False).because)
    assert policies.may_change(True, False)
    assert "contributor" in str(policies.may_change(False, False).because)


def test_what_was_taken_back_is_not_changed_but_brought_back() -> None:
    assert "Bring it back" in str(policies.may_change(True, True).because)
    assert policies.may_bring_back(True, True)
    assert not policies.may_bring_back(True, False)
    assert not policies.may_bring_back(False, True)


def test_taking_back_what_is_public_needs_somebody_who_may_take_it_off() -> None:
    assert policies.may_withdraw(True, False, False, False)
    assert policies.may_withdraw(True, False, True, True)
    assert "public" in str(policies.may_withdraw(True, False, True, False).because)
    assert not policies.may_withdraw(False, False, False, False)
    assert not policies.may_withdraw(True, True, False, True)


@given(st.sampled_from(STATES), st.none() | st.integers(-400, 400), st.booleans())
def test_late_is_open_and_past_its_day(state: str, days: int | None, withdrawn: bool) -> None:
    today = date(2026, 11, 24)
    due = None if days is None else today + timedelta(days=days)
    expected = state in ("planned", "under_way") and days is not None and days < 0 and not withdrawn
    assert policies.is_late(state, due, withdrawn, today) is expected
