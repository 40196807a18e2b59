"""A month of due things, and whom one can ask to look at something."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from plait.frame import due, links
from plait.frame.due import Due
from plait.frame.links import Link
from plait.kernel.acting import Asker
from plait.kernel.models import Account
from plait.kernel.rights import rights_of
from plait.packs import current
from plait.partners.models import Membership, Person

YEAR = timedelta(days=366)


@dataclass
class Day:
    """A day of the list: what is due, and whether offices are closed."""

    day: date
    entries: list[Due] = field(default_factory=list)
    holiday: str = ""
    today: bool = False
    working_days: int | None = None


@dataclass(frozen=True)
class Month:
    first: date
    days: list[Day]
    undated: list[Due]
    before: date
    after: date
    this: date
    known: bool

    @property
    def present(self) -> bool:
        return self.first == self.this


def _first(day: date, months: int = 0) -> date:
    n = day.year * 12 + day.month - 1 + months
    return date(n // 12, n % 12 + 1, 1)


def month(asker: Asker, wanted: date | None, language: str) -> Month:
    """The days of a month on which something is due or offices are closed, with what has no day below the present one."""
    pack = current()
    calendar = pack.days.calendar
    today = calendar.day_of(asker.now)
    first = _first(wanted or today)
    after = _first(first, 1)
    found = due.of(asker, rights_of(asker), max(after, today + YEAR))
    days: dict[date, Day] = {}
    for holiday, label in pack.days.holidays():
        if first <= holiday < after:
            days[holiday] = Day(holiday, holiday=label.said(language))
    for each in found:
        if each.day and first <= each.day < after:
            days.setdefault(each.day, Day(each.day)).entries.append(each)
    if first <= today < after:
        days.setdefault(today, Day(today)).today = True
    for listed in days.values():
        if listed.day > today and listed.entries and calendar.knows(listed.day):
            listed.working_days = calendar.between(today, listed.day)
    undated = [d for d in found if d.day is None] if first == _first(today) else []
    return Month(first, [days[d] for d in sorted(days)], undated, _first(first, -1), after, _first(today), calendar.knows(first))


def entries(asker: Asker) -> list[tuple[str, str, date]]:
    """Kind, words and day of all that is due, for the feed: a month back, a year ahead."""
    today = current().days.calendar.day_of(asker.now)
    found = due.of(asker, rights_of(asker), today + YEAR)
    return [(d.kind, str(d.words), d.day) for d in found if d.day and d.day >= today - timedelta(days=31)]


def linked(asker: Asker, abouts: Iterable[tuple[str, uuid.UUID | None, uuid.UUID | None]]) -> dict[uuid.UUID, Link]:
    """What notices are about, by id, as far as the asker sees it. `abouts`: kind, circle, id."""
    kinds: dict[str, list[tuple[uuid.UUID, uuid.UUID]]] = {}
    for kind, circle, id in abouts:
        if kind and circle and id:
            kinds.setdefault(kind, []).append((circle, id))
    return {link.id: link for kind, pairs in kinds.items() for link in links.of(asker, kind, pairs)}


@dataclass(frozen=True)
class Colleague:
    """Somebody who can be asked: name, organisations, the domain of their address, and whether it is another than the asker's."""

    account: uuid.UUID
    name: str
    organisations: str
    domain: str
    other: bool


def colleagues(asker: Asker) -> list[Colleague]:
    """People of the register who can sign in, but for the asker. Addresses come from accounts and are not shown, only their domain."""
    people = list(Person.objects.filter(account__isnull=False).exclude(account_id=asker.account).order_by("name", "id"))
    accounts = {a.id: a for a in Account.objects.filter(id__in=[asker.account, *(p.account_id for p in people)], is_active=True)}
    works: dict[Any, list[str]] = {}
    today = asker.now.date()
    for m in Membership.objects.filter(person__in=people).select_related("organisation").order_by("organisation__name"):
        if m.ends is None or m.ends >= today:
            works.setdefault(m.person_id, []).append(m.organisation.name)
    own = _domain(accounts[asker.account].email) if asker.account in accounts else ""
    return [
        Colleague(p.account_id, p.name, ", ".join(works.get(p.id, [])), domain, domain != own)
        for p in people
        if p.account_id in accounts
        for domain in [_domain(accounts[p.account_id].email)]
    ]


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
