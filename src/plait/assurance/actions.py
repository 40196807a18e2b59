"""The verbs are the kernel's; here they are held against the room's rules first, and people are told."""

from __future__ import annotations

import uuid
from datetime import date

from plait.assurance import policies, queries
from plait.kernel import access, outbox
from plait.kernel.access import glass, reviewing
from plait.kernel.acting import Asker, verb
from plait.kernel.errors import Invalid


def break_glass(asker: Asker, *, circle: uuid.UUID, reason: str) -> uuid.UUID:
    """Read for four hours where one holds no seat. Raises Refused."""
    id, told = glass.break_glass(asker, circle=circle, reason=reason)
    with verb("kernel.break_glass", asker.using):
        for account in told:
            about = ("use", id)
            outbox.post(
                asker, kind="break_glass", to=account, once=f"glass {id}", circle=access.partnership_circle(), about=about
            )
    return id


def review_glass(asker: Asker, *, id: uuid.UUID, justified: bool, fact: str) -> None:
    """Raises NotFound, Refused, Invalid."""
    row = queries.use(asker, id)
    policies.may_review_glass(row.state, own=row.own).insist()
    if not (fits := policies.is_a_fact(fact)):
        raise Invalid({"fact": [fits.because]})
    glass.review(asker, id=id, justified=justified, fact=fact)


def begin_review(asker: Asker, *, circle: uuid.UUID, due: date | None) -> int:
    """Raises NotFound, Refused, Invalid."""
    found = queries.circle(asker, circle)
    policies.may_begin(found.part, waits=found.line.waits).insist()
    if due is None or not policies.may_last(due, queries.today(asker)):
        raise Invalid({"due": [policies.may_last(due, queries.today(asker)).because]})
    return reviewing.begin(asker, circle=circle, due=due)


def answer_seat(asker: Asker, *, circle: uuid.UUID, id: uuid.UUID, say: str, reason: str) -> None:
    """Raises NotFound, Refused."""
    _found, line = queries.seat(asker, circle, id)
    line.may_answer.insist()
    reviewing.answer(asker, id=id, say=say, reason=reason)


def decide_seat(asker: Asker, *, circle: uuid.UUID, id: uuid.UUID, agree: bool, note: str = "") -> None:
    """Raises NotFound, Refused."""
    _found, line = queries.seat(asker, circle, id)
    line.may_decide.insist()
    reviewing.decide(asker, id=id, agree=agree, note=note)
