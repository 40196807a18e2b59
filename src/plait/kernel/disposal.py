"""Disposal: a record that is over becomes a number without content. Proposed by one person, agreed by another; a hold always wins.

What goes is exactly what the dry run lists: the record and what goes with it by the registry. Its keys are destroyed, its columns emptied, what
its entries in the log said is blanked together with the salt (the leaf stays), its words leave the search. What is left in files of the database
until they are written anew goes by `cleanse()`, outside of any request. A register of numbers is kept, in the database beside the keys and as a
file in the secrets folder, so that `replay()` can do it again after older data were restored.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections
from django.utils.translation import gettext_lazy as _

from plait.kernel.acting import Asker, action
from plait.kernel.chores import chore
from plait.kernel.errors import NotFound, Refused
from plait.kernel.models import Disposal, Hold
from plait.launch.places import append_private
from plait.launch.places import connection as place

REASONS: dict[str, Any] = {
    "period_over": _("The period for which it is kept is over."),
    "names_person": _("It names or describes a private person."),
    "made_in_error": _("It was made in error."),
    "asked": _("The person whom it concerns asked for it."),
}
"""Why something is disposed of: from a list, because free words would say again what has to go."""
REGISTER = "disposed.jsonl"


@dataclass(frozen=True)
class Going:
    """One row that would go, with how many keys, entries of the log, pieces of files and words of the search."""

    table: str
    row: uuid.UUID
    keys: int
    entries: int
    pieces: int
    words: int


@dataclass(frozen=True)
class Disposed:
    """A line of the register: numbers, and no word of what it was."""

    number: int
    table: str
    row: uuid.UUID
    circle: uuid.UUID
    at: datetime
    cleansed_at: datetime | None


def lists(asker: Asker, table: str, circle: uuid.UUID, row: uuid.UUID) -> list[Going]:
    """The dry run: exactly what would go. Raises NotFound for hidden, absent, disposed of already, and what cannot be disposed of."""
    from django.db import DatabaseError, transaction

    try:
        with transaction.atomic(using=asker.using), connections[asker.using].cursor() as cursor:
            cursor.execute(
                "select tab, row_id, keys, entries, pieces, words from plait.disposal_lists(%s, %s, %s)", [table, circle, row]
            )
            return [Going(*found) for found in cursor.fetchall()]
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) == "PL010":
            raise NotFound from error
        raise


def is_held(asker: Asker, table: str, circle: uuid.UUID, row: uuid.UUID) -> bool:
    """Whether a hold keeps the record, or anything that would go with it."""
    with connections[asker.using].cursor() as cursor:
        cursor.execute("select plait.is_held(%s, %s, %s)", [table, circle, row])
        return bool(cursor.fetchone()[0])


def proposal(asker: Asker, id: uuid.UUID) -> Disposal:
    """A proposal. Raises NotFound, hidden and absent alike."""
    found = Disposal.objects.select_related("proposed_by").filter(id=id).first()
    if found is None:
        raise NotFound
    return found


def proposals(asker: Asker) -> list[Disposal]:
    """What waits for a second person, oldest first."""
    return list(Disposal.objects.select_related("proposed_by", "circle").filter(state="proposed").order_by("proposed_at", "id"))


def proposed(asker: Asker, table: str, circle: uuid.UUID, row: uuid.UUID) -> Disposal | None:
    """The open proposal about a record, if there is one."""
    return (
        Disposal.objects.select_related("proposed_by").filter(tab=table, circle_id=circle, row_id=row, state="proposed").first()
    )


def holds(asker: Asker, circle: uuid.UUID) -> list[Hold]:
    """The holds in a circle that were not lifted."""
    return list(Hold.objects.select_related("set_by").filter(circle_id=circle, lifted_at__isnull=True).order_by("set_at", "id"))


def _refuse_if_held(asker: Asker, table: str, circle: uuid.UUID, row: uuid.UUID) -> None:
    if is_held(asker, table, circle, row):
        raise Refused(_("A hold keeps it. It is disposed of only after the hold was lifted."))


@action("kernel.propose_disposal")
def propose(asker: Asker, *, table: str, circle: uuid.UUID, row: uuid.UUID, reason: str) -> uuid.UUID:
    """Propose that a record be disposed of. Raises NotFound, Refused (held, proposed already, not a contributor)."""
    lists(asker, table, circle, row)
    _refuse_if_held(asker, table, circle, row)
    if reason not in REASONS:
        raise Refused(_("Choose one of the reasons."))
    if proposed(asker, table, circle, row):
        raise Refused(_("It is proposed already and waits for a second person."))
    with connections[asker.using].cursor() as cursor:
        cursor.execute("select plait.propose_disposal(%s, %s, %s, %s)", [table, circle, row, reason])
        return cursor.fetchone()[0]


@action("kernel.take_back_disposal")
def take_back(asker: Asker, *, id: uuid.UUID) -> None:
    """The proposal is off: by whoever proposed it, or whoever could have agreed. Raises NotFound, Refused."""
    proposal(asker, id)
    with connections[asker.using].cursor() as cursor:
        cursor.execute("select plait.take_back_disposal(%s)", [id])


@action("kernel.dispose", right="kernel.dispose")
def agree(asker: Asker, *, id: uuid.UUID, seen: Iterable[uuid.UUID]) -> int:
    """The second person agrees, and it goes: all that was seen in the dry run, and nothing else. How many rows went.

    Raises NotFound, Refused (the person who proposed it; held; decided meanwhile; other rows than those seen).
    """
    found = proposal(asker, id)
    if found.proposed_by_id == asker.id:
        raise Refused(_("A second person has to agree to what you proposed."))
    if found.state != "proposed":
        raise Refused(_("It was decided already."))
    _refuse_if_held(asker, found.tab, found.circle_id, found.row_id)
    going, wanted = lists(asker, found.tab, found.circle_id, found.row_id), sorted(seen)
    if sorted(g.row for g in going) != wanted:
        raise Refused(_("What would go has changed since you looked. Look again."))
    with connections[asker.using].cursor() as cursor:
        cursor.execute("select plait.agree_disposal(%s, %s::uuid[])", [id, wanted])
        return int(cursor.fetchone()[0])


@action("kernel.set_hold")
def hold(asker: Asker, *, circle: uuid.UUID, table: str = "", row: uuid.UUID | None = None, reason: str) -> uuid.UUID:
    """Keep a record, or all of a circle, whatever its period says. By a steward or an office with the right. Raises Refused."""
    with connections[asker.using].cursor() as cursor:
        cursor.execute("select plait.set_hold(%s, %s, %s, %s)", [table, circle, row, reason])
        return cursor.fetchone()[0]


@action("kernel.lift_hold", right="kernel.hold")
def lift(asker: Asker, *, id: uuid.UUID) -> None:
    """The hold is over. Raises Refused."""
    with connections[asker.using].cursor() as cursor:
        cursor.execute("select plait.lift_hold(%s)", [id])


# ---- the register, and what comes after ---------------------------------------------------------------------------------------------


def register(using: str = "owner") -> list[Disposed]:
    """Every disposal that this database knows, by number. As owner or maintenance."""
    with connections[using].cursor() as cursor:
        cursor.execute("select number, tab, row_id, circle_id, at, cleansed_at from plait.disposed_register()")
        return [Disposed(*found) for found in cursor.fetchall()]


def _lines(folder: Path | None) -> list[dict[str, Any]]:
    path = folder / REGISTER if folder else None
    if path is None or not path.exists():
        return []
    found: list[dict[str, Any]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            one = json.loads(line)
            found.append(
                {
                    "tab": str(one["tab"]),
                    "row": str(uuid.UUID(one["row"])),
                    "circle": str(uuid.UUID(one["circle"])),
                    "at": str(one["at"]),
                }
            )
        except (ValueError, KeyError, TypeError):
            continue  # the end of a line that was being written when the machine stopped
    return found


def write_down(using: str = "owner") -> int:
    """Bring the register file in the secrets folder up to the database. Returns how many lines were added."""
    return _write_down(register(using))


def _write_down(known: Iterable[Disposed]) -> int:
    folder = place().secrets
    if folder is None:
        return 0
    there = {(one["tab"], one["row"]) for one in _lines(folder)}
    new = [d for d in known if (d.table, str(d.row)) not in there]
    lines = [json.dumps({"tab": d.table, "row": str(d.row), "circle": str(d.circle), "at": d.at.isoformat()}) + "\n" for d in new]
    if lines:
        append_private(folder / REGISTER, "".join(lines))
    return len(lines)


def replay(using: str = "owner") -> int:
    """After a restore, as owner: what was disposed of since the data were saved goes again, by the register that came with the keys and by the
    file in the secrets folder. Returns how many rows went. `cleanse()` comes after it.
    """
    from django.db import transaction

    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("select plait.replay_disposals(%s::jsonb)", [json.dumps(_lines(place().secrets))])
        gone = int(cursor.fetchone()[0])
    write_down(using)
    return gone


ALWAYS = ("public.kernel_entry", "public.kernel_filepart", "public.kernel_session", "public.kernel_token", "plait_keys.key")
"""Tables in which words of a record stood beside its own."""


PATIENCE = 60.0
"""Seconds that the routine waits for transactions from before; after that it is tried again an hour later."""


def _wait_for_older_transactions(there: psycopg.Connection) -> None:
    """Until nothing runs that began before: for its sake VACUUM would carry the emptied rows' former bytes into the new file.

    A transaction that has written counts in whichever database of the server it runs, a reader's snapshot in this one.

    Raises:
        RuntimeError: when something still runs; nothing is noted as cleansed.
    """
    began = there.execute("select pg_snapshot_xmax(pg_current_snapshot())").fetchone()
    over = (
        "select pg_snapshot_xmin(pg_current_snapshot()) >= %(began)s::xid8 and not exists (select 1 from pg_stat_activity a"
        " where a.datname = current_database() and a.pid <> pg_backend_pid() and age(a.backend_xmin) > age(%(began)s::xid8::xid))"
    )
    end = time.monotonic() + PATIENCE
    while there.execute(over, {"began": began[0] if began else None}).fetchone() != (True,):
        if time.monotonic() > end:
            raise RuntimeError("a transaction from before still runs: the emptied rows are written anew when it has ended")
        time.sleep(0.1)


def cleanse(there: psycopg.Connection, tables: Iterable[str]) -> None:
    """Write anew what still holds the bytes of emptied rows: tables, statistics, and the write-ahead log. As maintenance, outside a transaction.

    An updated row's former bytes stay in its page until the page is written anew, so a plain vacuum does not do; and a recycled segment of the
    write-ahead log keeps its bytes under a new name, so Plait's own server removes them (`wal_recycle = off`). Tables are locked while they are
    written.
    """
    _wait_for_older_transactions(there)
    there.execute("set lock_timeout = '30s'")  # whoever reads at this moment is not kept waiting for long; it is tried again
    for table in (*ALWAYS, *(f"public.{t}" for t in sorted(tables))):
        there.execute(psycopg.sql.SQL("vacuum (full, analyze) {}").format(psycopg.sql.Identifier(*table.split("."))))
    _wait_for_older_transactions(there)  # what stood in the statistics until a moment ago is a former row too
    there.execute("vacuum (full) pg_catalog.pg_statistic")
    there.execute("checkpoint")
    there.execute("select pg_switch_wal()")
    there.execute("checkpoint")


@chore("kernel.cleanse", every=timedelta(hours=1), as_="maintenance", atomic=False)
def cleanse_what_waits() -> int:
    """The routine after disposals: write the register down, cleanse, note it. Returns how many disposals it was for; none is no work."""
    here = place()
    tls = {k: v for k, v in (("sslmode", here.sslmode), ("sslrootcert", here.sslrootcert)) if v}
    name = connections["default"].settings_dict["NAME"]
    where = {
        "host": here.host,
        "port": here.port,
        "user": "plait_maintenance",
        "password": here.password("maintenance"),
        "dbname": name,
        **tls,
    }
    with psycopg.connect(psycopg.conninfo.make_conninfo("", **where), autocommit=True) as there:
        rows = there.execute("select number, tab, row_id, circle_id, at, cleansed_at from plait.disposed_register()").fetchall()
        known = [Disposed(*row) for row in rows]
        _write_down(known)
        waiting = [d for d in known if d.cleansed_at is None]
        if not waiting:
            return 0
        cleanse(there, {d.table for d in waiting})
        there.execute("select plait.cleansed(%s)", [max(d.number for d in waiting)])
        return len(waiting)
