"""The worker's two chores of telling: find what waits for a person, and tell them. Both run as that person."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage

from django.conf import settings

from plait.frame import due
from plait.kernel import chores, outbox
from plait.kernel.acting import Asker, acting, verb
from plait.kernel.chores import Halt, chore
from plait.kernel.founding import partnership
from plait.kernel.mail import Envelope, Line, NotNow, NotThis, Unsure, compose
from plait.kernel.models import Account
from plait.kernel.notices import KINDS
from plait.kernel.outbox import Waiting
from plait.kernel.rights import rights_of
from plait.launch.smtp import Smtp
from plait.methods.workdays import Calendar
from plait.packs import current

AHEAD, LAST = 10, 2
"""Working days before its day from which a thing is told of, and within which it is told of once more."""
MORNING = time(7, 30)
"""When digests are sent, by the pack's clock, on working days; the weekly one on the week's first."""
STALE = timedelta(days=14)
"""What could not be told for so long is not told any more: it stands on the pages."""


def _stage(calendar: Calendar, today: date, day: date | None) -> str:
    if day is None:
        return ""
    return " late" if day < today else " last" if day <= calendar.add(today, LAST) else ""


@chore("tasks.find", every=timedelta(minutes=10), as_="person")
def find(asker: Asker) -> int:
    """Post what waits for the asker; each occasion once, however often it is found."""
    calendar = current().days.calendar
    today = calendar.day_of(asker.now)
    found = [d for d in due.of(asker, rights_of(asker), calendar.add(today, AHEAD)) if d.remind]
    with verb("kernel.remind"):
        for each in found:
            outbox.post(
                asker,
                kind=each.kind,
                to=asker.account,
                circle=each.circle,
                about=each.about,
                due=each.day,
                once=each.once + _stage(calendar, today, each.day),
            )
    outbox.forget(asker)
    return len(found)


def next_digest(calendar: Calendar, rhythm: str, now: datetime) -> datetime:
    """When the next digest of this rhythm leaves."""
    day = calendar.day_of(now)
    if calendar.at(day, MORNING) <= now:
        day += timedelta(days=1)
    if rhythm == "weekly" and day.weekday():
        day += timedelta(days=7 - day.weekday())
    return calendar.at(calendar.first_from(day), MORNING)


def sort_out(asker: Asker) -> list[list[Waiting]]:
    """What is to be told to the asker now, a list for each mail. Of the rest it is written down why not, or when."""
    claimed = outbox.claim(asker)
    if not claimed:
        return []
    calendar, wanted = current().days.calendar, outbox.rhythms(asker)
    still: set[tuple[str, uuid.UUID]] = set()
    if any(n.once.startswith("due ") for n in claimed):
        until = calendar.add(calendar.day_of(asker.now), AHEAD)
        still = {(d.kind, d.about[1]) for d in due.of(asker, rights_of(asker), until) if d.remind}
    groups: dict[str, list[Waiting]] = {}
    for n in claimed:
        rhythm = wanted[n.kind]
        if (n.once.startswith("due ") and (n.kind, n.about_id) not in still) or asker.now - n.posted_at > STALE:
            outbox.mark(asker, [n], "done")
        elif rhythm == "none":
            outbox.mark(asker, [n], "quiet")
        elif rhythm == "now":
            groups.setdefault(n.kind, []).append(n)
        elif n.rhythm == rhythm:
            groups.setdefault(rhythm, []).append(n)
        else:
            outbox.mark(asker, [n], "waiting", rhythm=rhythm, again=next_digest(calendar, rhythm, asker.now))
    return list(groups.values())


@chore(
    "tasks.tell",
    every=timedelta(seconds=5),
    as_="person",
    atomic=False,
    whom=outbox.waiting,
    lane="mail",
    patience=timedelta(minutes=10),
)
def tell(asker: Asker) -> int:
    """Send the asker what waits to be told; how many mails. Without a mail server it waits."""
    server: Smtp | None = settings.SMTP
    with acting(asker):
        groups = sort_out(asker)
        account, there = Account.objects.get(id=asker.account), partnership()
        if server is None:
            for group in groups:
                outbox.mark(asker, group, "waiting", rhythm=group[0].rhythm, again=asker.now + timedelta(hours=1))
            return 0
        at, days = asker.now, current().days.calendar
    told = 0
    for group in groups:
        if chores.stopping.is_set():
            break
        lines = [Line(n.kind, n.due or days.day_of(n.posted_at)) for n in group]
        message = compose(
            server,
            to=account.email,
            language=account.language,
            partnership=there.name if there else "",
            lines=lines,
            mark=str(group[0].id),
            at=at,
        )
        told += _send(server, asker, account.email, message, group)
    return told


@dataclass(frozen=True)
class Outcome:
    """What became of a mail: how its notices stand now, a fixed word for why, and when they are tried again."""

    state: str
    why: str = ""
    wait: timedelta | None = None
    away: bool = False


def _send(server: Smtp, asker: Asker, to: str, message: EmailMessage, group: list[Waiting]) -> int:
    """One mail. Raises Halt when the mail server is away, so that the others' turn does not wait for it again."""
    outcome = _hand_over(server, asker, to, message, group)
    with acting(asker):
        again = asker.now + outcome.wait if outcome.wait else None
        outbox.mark(asker, group, outcome.state, why=outcome.why, again=again)
    if outcome.away:
        raise Halt(outcome.why)
    return int(outcome.state == "sent")


def _hand_over(server: Smtp, asker: Asker, to: str, message: EmailMessage, group: list[Waiting]) -> Outcome:
    """The mark is made before the last word: whatever happens after it, the mail is not sent again unawares."""
    try:
        with Envelope(server, to) as envelope:
            with acting(asker):
                if outbox.mark(asker, group, "sending") != len(group):  # some of it was taken back just now
                    return Outcome("waiting")
            envelope.seal(message)
    except NotNow as error:
        return Outcome("waiting", error.why, timedelta(minutes=1), away=True)
    except NotThis as error:
        if not error.again:
            return Outcome("refused", "address")
        tries = min(max(n.tries for n in group), 8)
        return Outcome("waiting", "later", min(timedelta(minutes=2**tries), timedelta(hours=4)))
    except Unsure:
        twice = all(KINDS[n.kind].twice for n in group)
        return Outcome("waiting", "unsure", timedelta(minutes=1)) if twice else Outcome("unsure", "unsure")
    return Outcome("sent")
