"""What is told to whom: rows that a write causes, in its transaction, carried out after it by the worker as the reader.

    outbox.post(asker, kind="break_glass", to=steward, circle=c, about=("evidence", e.id), once=f"break_glass {seat}")

If the transaction fails, nobody is told. If it succeeds, the reader is told exactly once in effect: `once` names the occasion, and the same
occasion posted again is the same notice. A notice holds a kind from a fixed list, a date and an id, never a word of what it is about, and is
read by its reader alone. Whoever has no seat in `circle` when the notice's turn comes is told nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connections
from django.utils.translation import gettext_lazy as _

from plait.kernel.acting import Asker, action, verb
from plait.kernel.errors import NotFound, Refused
from plait.kernel.models.notices import Notice, Rhythm
from plait.kernel.notices import KINDS

KEPT = timedelta(days=90)
"""How long a notice that was told is kept."""


@dataclass(frozen=True)
class Waiting:
    """A notice whose turn has come."""

    id: uuid.UUID
    kind: str
    circle: uuid.UUID | None
    about_kind: str
    about_id: uuid.UUID | None
    due: date | None
    once: str
    rhythm: str
    posted_at: datetime
    tries: int


@dataclass(frozen=True)
class Asked:
    """Somebody whom the asker asked to look at something."""

    id: uuid.UUID
    account: uuid.UUID
    name: str
    circle: uuid.UUID
    about_kind: str
    about_id: uuid.UUID
    posted_at: datetime
    recalled: bool


@dataclass(frozen=True)
class Counted:
    """How many notices of a kind stand how, by the day of their turn."""

    kind: str
    state: str
    why: str
    day: date
    n: int

    @property
    def words(self) -> Any:
        return KINDS[self.kind].words


def _rows(asker: Asker, sql: str, *args: Any) -> list[tuple]:
    with connections[asker.using].cursor() as cursor:
        cursor.execute(sql, args)
        return cursor.fetchall()


def post(
    asker: Asker, *, kind: str, to: uuid.UUID, once: str, circle: uuid.UUID | None = None, about: tuple[str, uuid.UUID] | None = None,
    due: date | None = None,
) -> None:  # fmt: skip
    """Tell one person one thing, in the transaction of the write that causes it. Needs a verb: call it from an action.

    To oneself, or to somebody about something in a circle in which the asker sits. An address is never given: it is that of the account
    when the notice's turn comes. Raises Refused, KeyError for a kind that is not on the list.
    """
    if kind not in KINDS:
        raise KeyError(kind)
    what, which = about or ("", None)
    _rows(asker, "select plait.post_notice(%s, %s, %s, %s, %s, %s, %s)", to, kind, circle, what, which, due, once[:120])


def rhythms(asker: Asker) -> dict[str, str]:
    """How the asker wants to be told of each kind."""
    chosen = dict(Rhythm.objects.filter(account_id=asker.account).values_list("kind", "rhythm"))
    return {k: chosen[k] if chosen.get(k) in kind.may else kind.rhythm for k, kind in KINDS.items()}


@action("kernel.choose_rhythm")
def choose(asker: Asker, *, rhythms: dict[str, str]) -> None:
    """How the asker wants to be told of each kind. Raises Refused for a rhythm that a kind does not offer."""
    for kind, rhythm in rhythms.items():
        if kind not in KINDS or rhythm not in KINDS[kind].may:
            raise Refused(_("Of some things everybody is told at once: they cannot be turned off."))
        _rows(asker, "select plait.choose_rhythm(%s, %s)", kind, rhythm)


def mine(asker: Asker, limit: int = 50) -> list[Notice]:
    """What the asker was told or will be, newest first, where they still have a seat."""
    return list(Notice.objects.filter(account_id=asker.account).exclude(state="done").order_by("-posted_at", "id")[:limit])


@action("kernel.read_notices")
def read(asker: Asker, *, notices: Iterable[uuid.UUID]) -> None:
    """The asker has seen these. What was read can no longer be taken back."""
    _rows(asker, "select plait.read_notices(%s)", list(notices))


@action("kernel.recall_notice")
def recall(asker: Asker, *, id: uuid.UUID) -> None:
    """Take back what one told somebody, before it was read. Raises Refused when it was read already, or is not one's own."""
    if _rows(asker, "select plait.recall_notice(%s)", id) != [(True,)]:
        raise Refused(_("It was read already and cannot be taken back."))


@action("kernel.ask_to_look")
def ask_to_look(asker: Asker, *, to: uuid.UUID, circle: uuid.UUID, about: tuple[str, uuid.UUID]) -> None:
    """Ask somebody in the circle to look at one thing. They are told that a colleague asks, and find out what after signing in."""
    from plait.kernel.models import Account

    if to == asker.id:
        raise Refused(_("This is you. Choose somebody else."))
    if not Account.objects.filter(id=to, is_active=True).exists():
        raise NotFound
    day = f"{asker.now:%Y-%m-%d}"
    post(asker, kind="look", to=to, circle=circle, about=about, once=f"look {asker.id} {about[1]} {day}")


def asked(asker: Asker) -> list[Asked]:
    """Whom the asker asked to look at what, newest first."""
    return [Asked(*row) for row in _rows(asker, "select * from plait.asked_by_me()")]


def counted(asker: Asker) -> list[Counted]:
    """How many notices stand how; empty for whoever does not administer the machine."""
    return [Counted(*row) for row in _rows(asker, "select * from plait.notices_counted()")]


def refused(asker: Asker) -> list[tuple[uuid.UUID, str, str]]:
    """Account, name and address of whom the mail server refused lately, for the administrator."""
    return _rows(asker, "select * from plait.notices_refused()")


# for the worker, as the reader ---------------------------------------------------------------------------------------------------


def waiting() -> list[uuid.UUID]:
    """Accounts that are to be told something now. Asked as maintenance, which reads nothing else of a notice."""
    from plait.kernel.clock import now

    return list(
        Notice.objects.filter(account__is_active=True, state__in=["waiting", "sending"], next_try__lte=now("maintenance"))
        .order_by("account_id")
        .values_list("account_id", flat=True)
        .distinct()
    )


def claim(asker: Asker) -> list[Waiting]:
    """Lock what is to be told to the asker now, until the end of the transaction."""
    with verb("kernel.tell", asker.using):
        twice = [k for k, kind in KINDS.items() if kind.twice]
        return [Waiting(*row) for row in _rows(asker, "select * from plait.claim_notices(%s)", twice)]


def mark(
    asker: Asker, notices: Iterable[Waiting], state: str, *, rhythm: str = "", why: str = "", again: datetime | None = None
) -> int:
    """Write down how notices of the asker stand now; how many. One that was taken back meanwhile stays so and is not counted."""
    with verb("kernel.tell", asker.using):
        ids = [n.id for n in notices]
        return _rows(asker, "select plait.mark_notices(%s, %s, %s, %s, %s)", ids, state, rhythm or None, why, again)[0][0]


def forget(asker: Asker) -> int:
    """Delete the asker's notices that were told long ago."""
    with verb("kernel.tell", asker.using):
        return _rows(asker, "select plait.forget_notices(%s)", asker.now - KEPT)[0][0]


@action("kernel.test_mail")
def post_test(asker: Asker) -> None:
    """A test message to oneself."""
    post(asker, kind="test", to=asker.account, once=f"test {uuid.uuid4()}")
