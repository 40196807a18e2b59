"""A new epoch of the wrapping key: begun, gone on with after an interruption, and forgotten. As owner; people work meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from plait.kernel.keys import epochs
from plait.kernel.keys.sealing import unwrap, wrap
from plait.launch import DATA, REFUSED, Stop
from plait.launch import wrapping as files

BATCH = 500


@dataclass(frozen=True)
class EpochStatus:
    """An epoch as `./plait keys status` says it."""

    n: int
    state: str
    keys: int
    file: bool


def status() -> list[EpochStatus]:
    """Every epoch, how many keys it wraps, and whether its file is there. Raises Stop where a needed file is missing or another's."""
    folder, known = epochs.secrets(), epochs.known("owner")
    files.check(folder, known, sealed_before=True)
    with connections["owner"].cursor() as cursor:
        cursor.execute("select epoch, count(*) from plait_keys.key group by 1")
        count = dict(cursor.fetchall())
    return [EpochStatus(e.n, e.state, count.get(e.n, 0), bool(folder and files.path(folder, e.n).exists())) for e in known]


def _folder() -> Path:
    folder = epochs.secrets()
    if folder is None:
        raise Stop(DATA, "This process was not told where the wrapping keys lie: set PLAIT_SECRETS.")
    return folder


def rotate(after: Callable[[str], None] = lambda _step: None) -> int:
    """Begin a new epoch, or go on with one that was interrupted, until the old one wraps nothing. Returns how many keys were wrapped anew.

    Every step is committed before `after` is told of it. While a new epoch is coming, both files are there, so that nobody's reading fails; whoever
    is sealing at the moment of the change finishes under the old one first.
    """
    folder, known = _folder(), epochs.known("owner")
    files.check(folder, known, sealed_before=True)
    if not known:
        raise Stop(DATA, "This database has no wrapping key yet: run ./plait migrate.")
    states = {e.state: e.n for e in known}
    if "leaving" not in states:
        n = states.get("coming") or max(e.n for e in known) + 1
        if "coming" not in states:
            key = files.make(folder, n)
            after("file")
            with _step() as cursor:
                cursor.execute(
                    "insert into plait_keys.epoch(n, state, proof, made_at) values (%s, 'coming', %s, plait.now())",
                    [n, files.proof(n, key)],
                )
            after("coming")
        with _step() as cursor:
            cursor.execute("update plait_keys.epoch set state = 'leaving' where state = 'current'")
            cursor.execute("update plait_keys.epoch set state = 'current' where n = %s and state = 'coming'", [n])
            if cursor.rowcount != 1:
                raise Stop(DATA, "The new epoch is not there any more: nothing was changed.")
        after("switch")
    done = 0
    while moved := _wrap_some():
        done += moved
        after("batch")
    with _step() as cursor:
        cursor.execute("update plait_keys.epoch set state = 'retired', retired_at = plait.now() where state = 'leaving'")
    after("retired")
    with connections["owner"].cursor() as cursor:
        cursor.execute("vacuum (full) plait_keys.key")  # the old wrappings stand in unused bytes until then
    return done


@contextmanager
def _step() -> Iterator[CursorWrapper]:
    """One step, committed when it is done."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        yield cursor


def _wrap_some() -> int:
    """Wrap some keys under the current epoch that are not yet; how many."""
    with _step() as cursor:
        cursor.execute("select n from plait_keys.epoch where state = 'current'")
        now = int(cursor.fetchone()[0])
        cursor.execute(
            "select id, tab, row_id, circle_id, epoch, wrapped from plait_keys.key where epoch <> %s order by id limit %s for update",
            [now, BATCH],
        )
        found = cursor.fetchall()
        keys = {epoch: epochs.wrapping_key(epoch, "owner") for epoch in {now, *(f[4] for f in found)}}
        for id, table, row, circle, epoch, value in found:
            key = unwrap(bytes(value), keys[epoch], id, epoch=epoch, table=table, row=row, circle=circle)
            again = wrap(key, keys[now], epoch=now, table=table, row=row, circle=circle)
            cursor.execute("update plait_keys.key set epoch = %s, wrapped = %s where id = %s", [now, again, id])
        return len(found)


def forget(n: int) -> None:
    """Delete the file of a retired epoch. Keys files of backups from that time open nothing afterwards. Raises Stop."""
    folder = _folder()
    state = next((e.state for e in epochs.known("owner") if e.n == n), None)
    if state != "retired":
        raise Stop(REFUSED, f"Epoch {n} is {state or 'not known here'}: only a retired one can be forgotten.")
    files.path(folder, n).unlink(missing_ok=True)
