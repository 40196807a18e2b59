"""Breaking the glass: a reader's seat for four hours that somebody with a duty of care takes, told at once, reviewed by a second person."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections
from django.utils.translation import gettext_lazy as _

from plait.kernel.acting import Asker, action, role
from plait.kernel.decisions import Decision, allowed, because

BREAK, REVIEW, ASK = "kernel.break_glass", "kernel.review_break_glass", "kernel.ask_steward"
SHORTEST = 20
"""Characters of a reason, and of the fact against which a use is held."""


@dataclass(frozen=True)
class Glass:
    """One use. `called` is the circle's name, for whoever sits in it and nobody else; everybody else has the reference."""

    id: uuid.UUID
    circle: uuid.UUID
    called: str
    name: str
    own: bool
    reason: str
    at: datetime
    ends: datetime
    due: datetime
    state: str
    reviewed_by: str
    reviewed_at: datetime | None
    fact: str
    told: int

    @property
    def reference(self) -> str:
        """What an alert says: it names neither person nor case."""
        return str(self.id)[:8]


def _rows(using: str, sql: str, *args: Any) -> list[tuple]:
    with connections[using].cursor() as cursor:
        cursor.execute(sql, args)
        return cursor.fetchall()


def may_break(reason: str, *, waits: bool) -> Decision:
    """What can be said without telling anything of a circle."""
    if waits:
        return because(
            _(
                "A use of the emergency access has waited for its review for more than seven days. Until it is reviewed nobody may use it again. Ask the data protection officer."
            )
        )
    if len(reason.strip()) < SHORTEST:
        return because(_("Say why in at least 20 characters: the stewards and the data protection officer read it."))
    return allowed


def waits(asker: Asker) -> bool:
    """Whether a review is overdue, anywhere."""
    return bool(_rows(asker.using, "select plait.glass_waits()")[0][0])


@action("kernel.break_glass", right=BREAK)
def break_glass(asker: Asker, *, circle: uuid.UUID, reason: str) -> tuple[uuid.UUID, list[uuid.UUID]]:
    """Read in a circle for four hours. Who is told stands in the row that opens the seat. Its id, and the accounts that were told.

    Raises Refused, alike for what is absent, public, barred, seen already, and for where nobody could be told.
    """
    may_break(reason, waits=waits(asker)).insist()
    id, told = _rows(asker.using, "select of_id, of_told from plait.break_glass(%s, %s)", circle, reason.strip())[0]
    return id, list(told)


@action("kernel.review_break_glass")
def review(asker: Asker, *, id: uuid.UUID, justified: bool, fact: str) -> None:
    """Close a review against a fact that stands elsewhere. Found unjustified, the seat ends at once. Never one's own. Raises Refused."""
    _rows(asker.using, "select plait.review_glass(%s, %s, %s)", id, justified, fact.strip())


def uses(asker: Asker) -> list[Glass]:
    """One's own uses, and those that one may review, newest first."""
    sql = "select id, circle, called, name, own, reason, at, ends, due, state, reviewed_by, reviewed_at, fact, told from plait.glasses()"
    return [
        Glass(id, circle, called, name, own, reason, at, ends, due, state, by or "", on, fact, told)
        for id, circle, called, name, own, reason, at, ends, due, state, by, on, fact, told in _rows(asker.using, sql)
    ]


def counts() -> dict[str, int | None]:
    """For everybody: how often used, reviewed in time, found unjustified. None where it is under five, zero with it."""
    used, in_time, unjustified = _rows(role.get(), "select used, in_time, unjustified from plait.glass_counts()")[0]
    return {"used": used, "in_time": in_time, "unjustified": unjustified}


def steward_of(asker: Asker, circle: uuid.UUID) -> list[str]:
    """Who decides about a record that the asker cannot see; nobody, where the asker's office may not ask."""
    return [name for (name,) in _rows(asker.using, "select name from plait.steward_of(%s)", circle)]
