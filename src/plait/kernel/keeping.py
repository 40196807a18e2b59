"""Backups as the partnership sees them: when the last one was made and tried, and whom they are sealed to.

Recipients are changed by two people: one proposes the whole list, another agrees. The command line names them once, when a partnership is started.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connections, transaction
from django.utils.translation import gettext_lazy as _

from plait import __version__
from plait.kernel.acting import Asker, action
from plait.kernel.chores import chore
from plait.kernel.errors import Invalid, NotFound, Refused
from plait.kernel.models import Keeping, Recipients
from plait.launch import Stop, archive, backup, timer
from plait.launch.places import connection as place

BACKUP_WITHIN = timedelta(days=2)
DRILL_WITHIN = timedelta(days=35)


@chore("keeping.backup", every=timedelta(hours=24), as_="maintenance", atomic=False)
def nightly() -> int:
    """A backup each day, where PLAIT_BACKUP_FOLDER says so. How it went is written down either way."""
    where = timer.Where.from_environment()
    if where is None:
        return 0
    backup.run(place(), where.folder, keys_folder=where.keys, version=__version__, keep=where.keep)
    return 1


def first_recipients(keys: list[str]) -> None:
    """Name the recipients of a partnership that has none, as owner. Raises Stop(2)."""
    listed = [{"name": f"{_('named at the start')} {n}", "key": str(archive.recipient(key))} for n, key in enumerate(keys, 1)]
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("select plait.first_recipients(%s)", [json.dumps(listed)])


@dataclass(frozen=True)
class Standing:
    """How one kind of keeping stands: the last that went well, the last that failed since, and whether it is overdue."""

    kind: str
    last: Keeping | None
    failed: Keeping | None
    overdue: bool


def standing(asker: Asker, kind: str, within: timedelta) -> Standing:
    rows = Keeping.objects.filter(kind=kind).order_by("-at")
    last = rows.filter(well=True).first()
    failed = rows.filter(well=False).first()
    if failed is not None and last is not None and failed.at <= last.at:
        failed = None
    return Standing(kind, last, failed, last is None or asker.now - last.at > within)


def database_facts(asker: Asker) -> tuple[int, int, int, str]:
    """Size in bytes, connections of this database, how many there may be, the server's version."""
    with connections[asker.using].cursor() as cursor:
        cursor.execute(
            "select pg_database_size(current_database()), (select numbackends from pg_stat_database where datname = current_database()),"
            " current_setting('max_connections')::int, current_setting('server_version')"
        )
        return cursor.fetchone()


def backups(asker: Asker) -> Standing:
    return standing(asker, "backup", BACKUP_WITHIN)


def drills(asker: Asker) -> Standing:
    return standing(asker, "drill", DRILL_WITHIN)


def restores(asker: Asker) -> list[Keeping]:
    return list(Keeping.objects.filter(kind="restore").order_by("-at")[:5])


def recipients(asker: Asker) -> Recipients | None:
    """The list that counts now."""
    return Recipients.objects.select_related("proposed_by", "decided_by").filter(state="agreed").order_by("-number").first()


def proposed(asker: Asker) -> Recipients | None:
    """The list that waits for a second person."""
    return Recipients.objects.select_related("proposed_by").filter(state="proposed").first()


def read_list(text: str) -> list[dict[str, str]]:
    """One recipient a line: the key, then whose it is. Raises Invalid that names the line."""
    found: list[dict[str, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        key, _space, name = line.strip().partition(" ")
        if not key:
            continue
        try:
            archive.recipient(key)
        except Stop:
            raise Invalid(
                {"keys": [_("Line %(n)d is no recipient: it begins with age1 and has 62 characters.") % {"n": number}]}
            ) from None
        if not name.strip():
            raise Invalid({"keys": [_("Line %(n)d does not say whose key it is: write a name after it.") % {"n": number}]})
        if key in {each["key"] for each in found}:
            raise Invalid({"keys": [_("Line %(n)d names a key a second time.") % {"n": number}]})
        found.append({"name": name.strip()[:200], "key": key})
    if not found:
        raise Invalid({"keys": [_("Name at least one recipient; otherwise nobody could open a backup.")]})
    if len(found) > 20:
        raise Invalid({"keys": [_("At most 20 recipients can be named.")]})
    return found


@action("kernel.propose_recipients", right="kernel.propose_recipients")
def propose(asker: Asker, *, keys: str, why: str) -> uuid.UUID:
    """Propose the whole list of recipients. Raises Invalid; Refused while another proposal waits."""
    listed = read_list(keys)
    if len(why.strip()) < 3:
        raise Invalid({"why": [_("Say in a few words why it changes. Whoever agrees reads this.")]})
    if proposed(asker) is not None:
        raise Refused(_("Another proposal waits for its second person. It must be decided first."))
    with connections[asker.using].cursor() as cursor:
        cursor.execute("select plait.propose_recipients(%s, %s)", [json.dumps(listed), why.strip()])
        return cursor.fetchone()[0]


def _decide(asker: Asker, id: uuid.UUID, agreed: bool) -> None:
    row: Any = Recipients.objects.filter(id=id).first()
    if row is None:
        raise NotFound
    if row.state != "proposed":
        raise Refused(_("This proposal was decided already."))
    if agreed and row.proposed_by_id == asker.id:
        raise Refused(_("You proposed this. A second person must agree."))
    with connections[asker.using].cursor() as cursor:
        cursor.execute("select plait.decide_recipients(%s, %s)", [id, agreed])


@action("kernel.agree_recipients", right="kernel.agree_recipients")
def agree(asker: Asker, *, id: uuid.UUID) -> None:
    """The second person agrees; the next backup is sealed to the new list. Raises NotFound, Refused."""
    _decide(asker, id, True)


@action("kernel.return_recipients")
def decline(asker: Asker, *, id: uuid.UUID) -> None:
    """Take a proposal off the table: whoever may agree, or whoever proposed it. Raises NotFound, Refused."""
    _decide(asker, id, False)
