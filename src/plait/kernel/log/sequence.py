"""The sequencer: each finished entry gets the next leaf, exactly once, and checkpoints are signed at fixed times whatever happened.

Entries are written by requests in no order that could be relied on: an early number may be committed late. So the sequencer goes by
transactions: all before its mark are finished and gone through; of later ones it takes what is committed and has no leaf. No request waits
for it. It runs as the maintenance role, which reads commitments and nothing else of an entry.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections, transaction

from plait.kernel.chores import MAINTENANCE, chore
from plait.kernel.log.tree import Tiles
from plait.launch import Stop, signing
from plait.launch.places import connection as place
from plait.methods import checkpoint as cp
from plait.methods import merkle

logger = logging.getLogger("plait.log")
KEPT = timedelta(minutes=10)
"""A checkpoint is signed for each ten minutes, and kept."""
PUBLISHED = timedelta(days=1)
"""One for each day (UTC) is published."""
BLOCK = 256
"""A published tree ends with a full tile and has at least one more than the day before, so that a quiet day looks like a busy one."""
BATCH = 20_000
PADDING = b"plait-log-pad-v1\x00"


def folder() -> Path | None:
    """Where the signing key lies."""
    return place().secrets


def padding(salt: bytes) -> bytes:
    """The commitment of a padding leaf."""
    return sha256(PADDING + salt).digest()


def _read(sql: str, args: list[Any]) -> list[tuple]:
    with connections[MAINTENANCE].cursor() as cursor:
        cursor.execute(sql, args)
        return cursor.fetchall()


def _run(sql: str, args: list[Any]) -> None:
    with connections[MAINTENANCE].cursor() as cursor:
        cursor.execute(sql, args)


def _head() -> tuple[int, str, str]:
    """Size, mark and name of the log, held for this transaction so that there is one sequencer. Begun where there is none."""
    found = _read("select size, after::text, origin from kernel_loghead for update", [])
    if found:
        return found[0]
    origin = "plait/" + str(_read("select id from kernel_partnership", [])[0][0])
    _run("insert into kernel_loghead(one, size, after, origin) values (true, 0, '0', %s)", [origin])
    return 0, "0", origin


def _append(tiles: Tiles, entries: list[int | None], salts: list[bytes | None], commitments: list[bytes]) -> None:
    """Leaves with their hashes, and the tree's new size."""
    first = tiles.size
    tiles.append(merkle.leaf_hash(c) for c in commitments)
    _run(
        "insert into kernel_leaf(idx, entry_id, salt) select %s + n - 1, e, s from unnest(%s::bigint[], %s::bytea[]) with ordinality x(e, s, n)",
        [first, entries, salts],
    )
    places = sorted(tiles.changed)
    _run(
        "insert into kernel_tile(level, number, hashes) select * from unnest(%s::smallint[], %s::bigint[], %s::bytea[])"
        " on conflict (level, number) do update set hashes = excluded.hashes",
        [[lv for lv, _n in places], [n for _lv, n in places], [tiles.known[p] for p in places]],
    )
    tiles.changed.clear()
    _run("update kernel_loghead set size = %s", [tiles.size])


def order(batch: int = BATCH) -> int:
    """Give every finished entry without a leaf its leaf. How many."""
    done = 0
    while True:
        with transaction.atomic(using=MAINTENANCE):
            ((below, beyond),) = _read(
                "select pg_snapshot_xmin(s)::text, pg_snapshot_xmax(s)::text from (select pg_current_snapshot() s) x", []
            )
            size, after, _origin = _head()
            if int(after) > int(beyond):  # the database came from another server: go through all of it once
                after = "0"
            new = _read("select id, commitment from plait.new_entries(%s::xid8, %s)", [after, batch])
            if new:
                _append(Tiles(_read, size), [i for i, _c in new], [None] * len(new), [bytes(c) for _i, c in new])
            if len(new) < batch:
                _run("update kernel_loghead set after = %s::xid8", [below])
                return done + len(new)
        done += len(new)


def slot(t: datetime, every: timedelta) -> datetime:
    """The fixed time at or before `t`."""
    since = t - datetime(2000, 1, 1, tzinfo=UTC)
    return t - since % every


def _pad(size: int, last: int) -> int:
    """How many padding leaves bring a tree to the next full block, at least one block after the last published one."""
    return -size % BLOCK if size > last else BLOCK - (size - last) % BLOCK


def _note(tiles: Tiles, origin: str, signer: Callable[[bytes], bytes], public: bytes) -> tuple[cp.Checkpoint, cp.Key, str]:
    key = cp.Key(origin, cp.ED25519, public)
    made = cp.Checkpoint(origin, tiles.size, tiles.head(tiles.size))
    return made, key, cp.sign(made, key, signer)


def _never_two(tiles: Tiles, key: cp.Key, note: str) -> None:
    """A log signs no two checkpoints that do not fit: what was signed last must be the beginning of this tree. Raises Stop."""
    if not note:
        return
    try:
        before = cp.open_checkpoint(note, key).checkpoint
    except cp.NotACheckpoint:
        return  # another log's: this folder was given to a new database
    if before.size > tiles.size or tiles.head(before.size) != before.root:
        raise Stop(
            4,
            f"The log's tree does not go on from the checkpoint of {before.size} leaves that was signed last: entries were dropped or changed,"
            " or an older backup was restored. No further checkpoint is signed. Run ./plait verify.",
        )


def _key() -> bytes:
    """The signing key; made with the first checkpoint, and never again after that. Raises Stop."""
    where = folder()
    if where is not None and not signing.path(where).exists() and not _read("select 1 from kernel_checkpoint limit 1", []):
        return signing.make(where)
    return signing.read(where)


def sign_due() -> int:
    """Sign the checkpoints whose fixed time has come: the last ones only, when several passed while nothing ran. How many. Raises Stop."""
    made = 0
    with transaction.atomic(using=MAINTENANCE):
        ((t,),) = _read("select plait.now()", [])
        due = [
            (open_, at)
            for open_, at in ((False, slot(t, KEPT)), (True, slot(t, PUBLISHED)))
            if not _read("select 1 from kernel_checkpoint where public = %s and at >= %s", [open_, at])
        ]
        if not due:
            return 0
        private = Ed25519PrivateKey.from_private_bytes(_key())
        public = private.public_key().public_bytes_raw()
        size, _after, origin = _head()
        tiles = Tiles(_read, size)
        _never_two(tiles, cp.Key(origin, cp.ED25519, public), signing.kept(folder()))
        for open_, at in due:
            if open_:
                ((last,),) = _read("select coalesce(max(size), 0) from kernel_checkpoint where public", [])
                salts = [os.urandom(32) for _ in range(_pad(tiles.size, last))]
                if salts:
                    _append(tiles, [None] * len(salts), list(salts), [padding(s) for s in salts])
            checkpoint, signed_by, note = _note(tiles, origin, private.sign, public)
            _run(
                "insert into kernel_checkpoint(at, size, root, note, key, public) values (%s, %s, %s, %s, %s, %s)",
                [at, checkpoint.size, checkpoint.root, note, str(signed_by), open_],
            )
            made += 1
            transaction.on_commit(partial(_beside_the_key, note), using=MAINTENANCE)
    return made


def _beside_the_key(note: str) -> None:
    where = folder()
    try:
        if where is not None:
            signing.keep(where, note)
    except OSError as error:
        logger.warning("the newest checkpoint could not be put beside the key (%s)", type(error).__name__)


@chore("log.sequence", every=timedelta(seconds=5), as_="maintenance", atomic=False)
def sequence() -> int:
    """Order what is new, then sign what is due. How many entries were ordered."""
    if not _read("select 1 from kernel_partnership", []):
        return 0
    done = order()
    sign_due()
    return done
