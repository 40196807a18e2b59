"""What may be done with a lesson, and when it may leave."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from plait.exchange import policies


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


def test_so_does_sharing_it_no_longer() -> None:
    assert policies.may_stop_sharing(False, False)
    assert policies.may_stop_sharing(True, True)
    assert "public" in str(policies.may_stop_sharing(True, False).because)


@given(st.booleans(), st.booleans(), st.sampled_from(["", "  ", "words"]))
def test_only_what_is_shared_stands_and_has_words_may_leave(shared: bool, withdrawn: bool, words: str) -> None:
    assert policies.may_leave(shared, withdrawn, words) is (shared and not withdrawn and words == "words")
