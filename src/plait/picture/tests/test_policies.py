"""Rules as plain values."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from plait.kernel.models import Kind, Level
from plait.picture import policies

LEVELS = st.sampled_from([0, 1, 2, 3])
TODAY = date(2026, 11, 24)


@given(LEVELS)
def test_contributors_add_and_readers_do_not(level):
    assert bool(policies.may_add(level)) is (level >= 2)


@given(LEVELS, st.booleans(), st.booleans())
def test_its_author_and_stewards_change_what_stands(level, own, withdrawn):
    wanted = level >= 2 and (own or level == 3) and not withdrawn
    assert bool(policies.may_change(level, own, withdrawn)) is wanted


@given(LEVELS, st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_withdrawing_what_is_public_also_takes_the_right_to_take_it_off(level, own, withdrawn, public, takes_off):
    wanted = not withdrawn and level >= 2 and (own or level == 3) and (not public or level == 3 or takes_off)
    assert bool(policies.may_withdraw(level, own, withdrawn, public, takes_off)) is wanted


@given(LEVELS, st.booleans(), st.booleans())
def test_only_what_was_withdrawn_is_brought_back(level, own, withdrawn):
    assert bool(policies.may_bring_back(level, own, withdrawn)) is (withdrawn and bool(policies.may_change(level, own, False)))


@given(st.sampled_from("123456"), st.integers(0, 3))
def test_only_confirmed_asks_for_a_second_record(credibility, seconds):
    assert bool(policies.may_grade(credibility, seconds)) is (credibility != "1" or seconds > 0)


KINDS = st.sampled_from([Kind.PARTNERSHIP, Kind.ORGANISATION, Kind.GROUP, Kind.MATTER])


@given(st.integers(0, 2), KINDS, st.integers(0, 2), KINDS)
def test_a_link_stands_where_nobody_outside_of_either_end_sees_it(a, kind_a, b, kind_b):
    if a == b:
        kind_b = kind_a
    at = policies.link_circle((a, kind_a), (b, kind_b))
    partnership = Kind.PARTNERSHIP
    if a == b:
        assert at == a
    elif kind_a == partnership and kind_b == partnership:
        assert at in (a, b)
    elif partnership in (kind_a, kind_b):
        assert at == (b if kind_a == partnership else a)  # everybody in the narrower one sits in the partnership
    else:
        assert at is None


@given(LEVELS, st.booleans())
def test_contributors_link_what_stands_and_undo_their_own(level, flag):
    assert bool(policies.may_link(level, flag)) is (level >= 2 and not flag)
    assert bool(policies.may_unlink(level, flag)) is (level >= 2 and (flag or level == 3))


def test_every_state_answers_every_verb():
    for state in policies.STATES:
        for verb in policies.VERBS:
            answer = policies.step(state, verb)
            assert answer.allowed or str(answer.because)


@given(st.sampled_from(policies.STATES), st.sampled_from(policies.VERBS), LEVELS, st.booleans())
def test_a_button_is_there_exactly_where_the_table_the_right_and_the_seat_say_so(state, verb, level, has):
    right = policies.right_of(verb)
    rights = {right} if has else set()
    wanted = bool(policies.step(state, verb)) and level >= Level.CONTRIBUTOR and (has or not right)
    assert bool(policies.may_step(state, verb, rights, level)) is wanted


def test_one_picture_is_begun_at_a_time_by_the_office_that_opens_it():
    right = {"picture.open_comments"}
    assert policies.may_start(right, 2, 0)
    assert not policies.may_start(right, 2, 1)
    assert not policies.may_start(right, 1, 0)
    assert not policies.may_start(set(), 3, 0)


def test_comments_are_opened_on_something_and_for_some_time():
    assert policies.may_open(1, TODAY, TODAY)
    assert not policies.may_open(0, TODAY, TODAY)
    assert not policies.may_open(1, TODAY - timedelta(days=1), TODAY)


def test_what_was_read_is_what_stands():
    assert policies.same_text(None, "a")
    assert policies.same_text("a", "a")
    assert not policies.same_text("a", "b")
    assert not policies.same_text("", "b")


COUNT = st.integers(0, 12)


@given(COUNT, COUNT, COUNT, COUNT, st.integers(1, 6), st.integers(0, 100))
def test_agreed_is_what_a_quorum_carries_and_silence_is_on_nobodys_side(agree, dissent, abstain, silent, at_least, share):
    taken = agree + dissent + abstain
    board = taken + silent
    may = policies.may_agree(agree, dissent, abstain, board, at_least, share, "rule")
    assert bool(may) is (taken >= at_least and taken * 100 >= share * board and agree > dissent)
    if may:  # one more who says nothing never helps
        more = policies.may_agree(agree, dissent, abstain, board + 1, at_least, share, "rule")
        assert bool(more) is (taken * 100 >= share * (board + 1))
    else:
        assert not policies.may_agree(agree, dissent, abstain, board + 1, at_least, share, "rule")


def test_a_decision_is_recorded_after_it_was_taken():
    assert policies.may_be_dated(TODAY, TODAY)
    assert not policies.may_be_dated(TODAY + timedelta(days=1), TODAY)
