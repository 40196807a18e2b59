"""A18: every state table: each step, in each state, by each of the cast, on their own thing and on another's. Only the pack's pairs go.

What is expected is read off the rooms' own tables of steps, the pack's rights and the seats of the cast. Nobody approves their own work,
and a change of office in between does not help.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from plait import packs
from plait.assurance import policies as assurance
from plait.kernel import access, offices, release
from plait.kernel.access import glass, reviewing, visiting
from plait.kernel.acting import Asker, action
from plait.kernel.errors import PlaitError
from plait.kernel.models import Answer, Kind, Release
from plait.kernel.rights import rights_of
from plait.picture import actions as picture
from plait.picture import policies as pictures
from plait.picture import words
from plait.picture.models import Assessment
from plait.picture.tests import make
from plait.programme import actions as programme
from plait.programme import policies as programmes
from plait.programme.tests import make as programme_make
from plait.questions import policies as questions
from tests.people import CAST, announced, as_, asker, person

pytestmark = [pytest.mark.django_db(databases=["default", "owner"]), pytest.mark.full]

EVERYBODY = [*CAST, "ada"]


class Undo(Exception):
    pass


def goes(who: Asker, run: Callable[..., Any], **given: Any) -> bool:
    """Whether a step goes through as somebody. Nothing of it stays."""
    announced(who)
    try:
        with transaction.atomic():
            run(who, **given)
            raise Undo
    except Undo:
        return True
    except PlaitError:
        return False


def level(name: str, circle: uuid.UUID) -> int:
    who = as_(name)
    return next((n for n in (3, 2, 1) if access.holds(who, circle, n)), 0)


def asked(tried: Iterator[tuple[Any, bool, bool]]) -> int:
    """Compares what was expected with what was got; how many."""
    all_of_it = list(tried)
    wrong = [(what, expected, got) for what, expected, got in all_of_it if expected != got]
    assert wrong == []
    assert any(expected for _w, expected, _g in all_of_it) and not all(expected for _w, expected, _g in all_of_it)
    return len(all_of_it)


# assessments ---------------------------------------------------------------------------------------------------------------


def _in_state(state: str) -> Assessment:
    """An assessment in a state, as the room's own actions bring it there."""
    if state == "agreed":
        return make.agreed()
    row = make.draft() if state in ("draft", "withdrawn") else make.commenting()
    if state == "withdrawn":
        return picture.withdraw_assessment(make.by("rowan"), id=row.id, circle=row.circle_id, version=None)
    return row


def _assessment_verb(name: str, row: Assessment, comment: uuid.UUID | None) -> Callable[[Asker], Any]:
    at = {"id": row.id, "circle": row.circle_id}
    return {
        "edit": lambda a: picture.edit_assessment(a, **at, version=None, title="T", public_text="P", method="M"),
        "open_comments": lambda a: picture.open_comments(a, **at, version=None, until=words.today(a) + timedelta(days=9)),
        "take_back": lambda a: picture.take_back(a, **at, version=None),
        "comment": lambda a: picture.comment(a, **at, stance="support", text="Yes."),
        "answer": lambda a: picture.answer_comment(
            a, id=comment or uuid.uuid4(), circle=row.circle_id, version=None, answer="Thanks."
        ),
        "take_position": lambda a: picture.take_position(a, **at, position="agree"),
        "agree": lambda a: picture.agree_assessment(a, **at, version=None, agreed_on=words.today(a)),
        "withdraw": lambda a: picture.withdraw_assessment(a, **at, version=None),
    }[name]


def test_assessments_move_by_the_table_and_the_pack_and_no_other_way() -> None:
    def tried() -> Iterator[tuple[Any, bool, bool]]:
        for state in pictures.STATES:
            with transaction.atomic():
                make.risk()
                row = _in_state("commenting" if state != "withdrawn" else state)
                comment = None
                if state != "withdrawn":
                    comment = picture.comment(make.by("pol"), id=row.id, circle=row.circle_id, stance="support", text="Good.").id
                if state == "commenting":
                    for who in ("bea", "bo", "ben"):
                        make.voice(row, who)
                if state == "draft":
                    row = picture.take_back(make.by("rowan"), id=row.id, circle=row.circle_id, version=None)
                if state == "agreed":
                    for who in ("bea", "bo", "ben"):
                        make.voice(row, who)
                    row = picture.agree_assessment(
                        make.by("bea"), id=row.id, circle=row.circle_id, version=None, agreed_on=words.today(asker("bea"))
                    )
                assert row.state == state
                for name, name_of_verb in itertools.product(EVERYBODY, pictures.VERBS):
                    if name_of_verb == "answer" and comment is None:
                        continue
                    who = as_(name)
                    expected = bool(pictures.may_step(state, name_of_verb, rights_of(who), level(name, row.circle_id)))
                    got = goes(who, _assessment_verb(name_of_verb, row, comment))
                    yield (state, name_of_verb, name), expected, got
                transaction.set_rollback(True)

    assert asked(tried()) >= 310


# releases ------------------------------------------------------------------------------------------------------------------


def _prepared(by: str) -> Release:
    risk = make.risk(public_text="Leaflets appear at night.")
    who = as_(by)
    id = release.prepare(who, circle=risk.circle_id, target=access.public_circle(), title="A risk", records=[("risk", risk.id)])
    return Release.objects.get(id=id)


def _holding(name: str, *held: str) -> None:
    """Somebody comes into more offices."""
    ada = as_("ada")
    for office in held:
        offices.appoint(ada, account=person(name).id, office=office, reason="for the test")


RELEASE_STEPS = {("prepared", "release"), ("prepared", "send_back")}


def test_releases_are_decided_once_by_another_person_of_the_office() -> None:
    def tried() -> Iterator[tuple[Any, bool, bool]]:
        for own, state in itertools.product((True, False), ("prepared", "released", "returned")):
            for name, step in itertools.product(EVERYBODY, ("release", "send_back")):
                with transaction.atomic():
                    preparer = name if own else next(n for n in ("rowan", "cal") if n != name)
                    if name == "ada" and own:
                        continue  # nobody else may appoint her in here
                    _holding(preparer, "coordinator") if preparer not in ("rowan",) else None
                    row = _prepared(preparer)
                    decider = next(n for n in ("pat", "bea") if n != preparer)
                    if state == "released":
                        release.release_now(as_(decider), id=row.id, circle=row.circle_id, seen=row.sha256)
                    if state == "returned":
                        release.send_back(as_(decider), id=row.id, circle=row.circle_id, words="Not yet.")
                    if own:
                        _holding(name, "publisher") if name != "pat" else None  # two hops: prepares, then comes into the office
                    who = as_(name)
                    right = "release.approve" in rights_of(who) and level(name, row.circle_id) >= 1
                    expected = (state, step) in RELEASE_STEPS and right and not own
                    at = {"id": row.id, "circle": row.circle_id}
                    got = (
                        goes(who, release.release_now, **at, seen=row.sha256)
                        if step == "release"
                        else goes(who, release.send_back, **at, words="Not yet.")
                    )
                    yield (own, state, step, name), expected, got
                    transaction.set_rollback(True)

    assert asked(tried()) >= 126


# answers of visitors -------------------------------------------------------------------------------------------------------


def _answer(state: str) -> Answer:
    """An answer as the visitor's function leaves it, settled by Rowan where it is."""
    rowan = as_("rowan")
    _id, secret = visiting.make_link(
        rowan,
        form="evidence",
        circle=access.partnership_circle(),
        purpose="A question",
        ends=rowan.now + timedelta(days=1),
        most=1,
        lang="en",
        shown={},
    )
    visitor = visiting.open_link(secret)
    assert visitor is not None
    announced(visitor)
    visiting.answer(visitor, form="evidence", text=f"Words {uuid.uuid4()}", said={})
    rowan = as_("rowan")
    row = Answer.objects.filter(state="new").get()
    if state == "taken":
        visiting.take_answer(rowan, answer=row.id, kind="evidence", record=uuid.uuid4())
    if state == "declined":
        visiting.decline_answer(rowan, answer=row.id, reason="It says nothing.")
    return Answer.objects.get(id=row.id)


def test_answers_are_settled_once_by_a_steward() -> None:
    def tried() -> Iterator[tuple[Any, bool, bool]]:
        for state in questions.STATES:
            with transaction.atomic():
                row = _answer(state)
                for name, step in itertools.product(EVERYBODY, questions.VERBS):
                    who = as_(name)
                    expected = (
                        any((s.state, s.verb) == (state, step) for s in questions.STEPS) and level(name, row.circle_id) == 3
                    )
                    got = (
                        goes(who, visiting.take_answer, answer=row.id, kind="evidence", record=uuid.uuid4())
                        if step == "take"
                        else goes(who, visiting.decline_answer, answer=row.id, reason="It says nothing.")
                    )
                    yield (state, step, name), expected, got
                transaction.set_rollback(True)

    assert asked(tried()) >= 66


# the emergency access ------------------------------------------------------------------------------------------------------


@action("tests.state_tables_open")
def _open(who: Asker, kind: int, name: str) -> uuid.UUID:
    return access.open_circle(who, kind, name)


def _reviewer(name: str, right: str, circle: uuid.UUID, *, steward: bool) -> bool:
    who = as_(name)
    return right in rights_of(who) or (steward and access.holds(who, circle, 3))


def test_uses_of_the_emergency_access_are_reviewed_once_by_another() -> None:
    fact = "The duty log of the school names the call."

    def tried() -> Iterator[tuple[Any, bool, bool]]:
        for state, user in itertools.product(assurance.GLASS_STATES, ("tia", "rowan")):
            with transaction.atomic():
                circle = _open(as_("pol"), Kind.MATTER, "A matter")
                id, _told = glass.break_glass(as_(user), circle=circle, reason="A child may be in danger and nobody answers.")
                if state != "open":
                    glass.review(as_("dora"), id=id, justified=state == "justified", fact=fact)
                _holding("tia", "data_protection_officer")  # two hops: uses it, then comes into the office that reviews
                for name, step in itertools.product(EVERYBODY, assurance.GLASS_STEPS):
                    may = _reviewer(name, step.right, circle, steward=step.steward)
                    expected = step.state == state and may and name != user
                    got = goes(as_(name), glass.review, id=id, justified=step.verb == "justify", fact=fact)
                    yield (state, user, step.verb, name), expected, got
                transaction.set_rollback(True)

    assert asked(tried()) >= 132


# seats in review -----------------------------------------------------------------------------------------------------------


def test_seats_are_answered_for_by_one_and_confirmed_by_another_and_never_ones_own() -> None:
    def tried() -> Iterator[tuple[Any, bool, bool]]:
        for state, whose, answerer in itertools.product(assurance.SEAT_STATES, ("cal", "rowan", "dora"), ("rowan", "dora")):
            if whose == answerer or (state == "asked" and answerer != "dora" and whose != "dora"):
                continue
            decider = (
                next(n for n in ("dora", "bea") if n not in (whose, answerer)) if {"dora", "bea"} - {whose, answerer} else ""
            )
            if state in ("kept", "ended") and not decider:
                continue
            with transaction.atomic():
                circle = access.partnership_circle() if as_("dora") else None
                assert circle is not None
                reviewing.begin(
                    as_("dora"), circle=circle, due=(asker("dora").now + timedelta(days=9)).date() if as_("dora") else None
                )
                dora = as_("dora")
                mine = next(s.id for s in reviewing.seats(dora, circle) if s.account == person(whose).id)
                id = next(r.id for r in reviewing.reviews(dora, circle) if r.seat == mine)
                if state != "asked":
                    reviewing.answer(
                        as_(answerer), id=id, say="end" if state == "ended" else "keep", reason="still needed or not"
                    )
                if state in ("kept", "ended"):
                    reviewing.decide(as_(decider), id=id, agree=True)
                _holding("rowan", "data_protection_officer")  # two hops: answers, then comes into the office that confirms
                for name, step in itertools.product(EVERYBODY, assurance.SEAT_STEPS):
                    who = as_(name)
                    part = reviewing.part(who, circle)
                    if step.state == "asked":
                        expected = state == "asked" and part >= 1 and name != whose
                        got = goes(who, reviewing.answer, id=id, say=step.verb, reason="for the test")
                    else:
                        expected = state == "answered" and part == 2 and name not in (whose, answerer)
                        got = goes(who, reviewing.decide, id=id, agree=step.verb != "ask_again", note="for the test")
                    yield (state, whose, answerer, step.verb, name), expected, got
                transaction.set_rollback(True)

    assert asked(tried()) >= 820


# priorities ----------------------------------------------------------------------------------------------------------------


def test_priorities_move_between_the_states_of_the_pack_by_whoever_writes() -> None:
    known = packs.current().vocabulary("priority_state").keys

    def tried() -> Iterator[tuple[Any, bool, bool]]:
        for state in known:
            with transaction.atomic():
                row = programme_make.priority(as_("rowan"), state=state)
                for name, to in itertools.product(EVERYBODY, known):
                    who = as_(name)
                    expected = bool(programmes.may_move(state, to, known)) and level(name, row.circle_id) >= 2
                    at = {"id": row.id, "circle": row.circle_id, "version": None}
                    yield (state, to, name), expected, goes(who, programme.move_priority, **at, state=to, words="Because.")
                transaction.set_rollback(True)

    assert asked(tried()) >= 176


@pytest.mark.parametrize(
    ("states", "steps"),
    [(assurance.GLASS_STATES, assurance.GLASS_STEPS), (assurance.SEAT_STATES, assurance.SEAT_STEPS), (questions.STATES, questions.STEPS), (pictures.STATES, pictures.STEPS)],
)  # fmt: skip
def test_every_table_is_complete_and_disjoint(states: tuple[str, ...], steps: tuple[Any, ...]) -> None:
    assert {s.state for s in steps} | {s.to for s in steps} <= set(states)
    assert len({(s.state, s.verb) for s in steps}) == len(steps)
    reached, todo = {states[0]}, [states[0]]
    while todo:
        here = todo.pop()
        for s in steps:
            if s.state == here and s.to not in reached:
                reached.add(s.to)
                todo.append(s.to)
    assert reached == set(states)


def test_a_wrong_step_is_found() -> None:
    """The comparison itself, tried on a planted offender: a step that goes where the table has none."""
    with pytest.raises(AssertionError):
        asked(iter([("planted", False, True), ("as it should", True, True)]))
    with pytest.raises(AssertionError):
        asked(iter([("nothing is allowed", False, False)]))
