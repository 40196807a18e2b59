"""Recomputes everything and compares it: entries with their commitments, commitments with the tree, the tree with every signed checkpoint,
and each table's present rows with the last entry of each row. Nothing is sampled. Reads as the backup role, which no policy binds.

What the columns of a table are is itself in the log: after a migration the database writes an entry (S) that says which columns came, with
the value that every row then had, and which went. So a column that a migration added is no alarm, and a changed value in it is one.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

import psycopg

from plait.kernel.access.registry import GROUND, protected
from plait.kernel.log.sequence import padding
from plait.methods import checkpoint as cp
from plait.methods import merkle

BEGINNING = b"plait-log-v1\x00"
PAYLOAD = (
    "jsonb_build_object('at', e.at, 'who', e.who, 'verb', e.verb, 'table', e.tab, 'op', e.op, 'row', e.row_id, 'circle', e.circle_id,"
    " 'before', e.before, 'after', e.after)::text"
)
"""An entry as the text that its commitment covers. The moment is written in UTC."""
MANY = 10_000


def commitment(salt: bytes, payload: str) -> bytes:
    return sha256(BEGINNING + salt + payload.encode()).digest()


def logged_tables() -> list[str]:
    """Every table whose writes leave entries."""
    return sorted([m._meta.db_table for m in protected()] + [t for t, g in GROUND.items() if g.logged])


@dataclass(frozen=True)
class Finding:
    """Something that does not fit: what, and where."""

    what: str
    table: str = ""
    row: str = ""
    detail: str = ""

    def __str__(self) -> str:
        where = " ".join(x for x in (self.table, self.row) if x)
        return ": ".join(x for x in (where, self.what) if x) + (f" ({self.detail})" if self.detail else "")


@dataclass
class Report:
    findings: list[Finding] = field(default_factory=list)
    leaves: int = 0
    padding: int = 0
    disposed: int = 0
    entries: int = 0
    waiting: int = 0
    oldest_waiting: datetime | None = None
    checkpoints: int = 0
    tables: int = 0
    rows: int = 0
    head: str = ""

    @property
    def well(self) -> bool:
        return not self.findings

    def found(self, what: str, table: str = "", row: Any = "", detail: str = "") -> None:
        self.findings.append(Finding(what, table, str(row), detail))


class Reader:
    """One connection, everything as it stood at one moment."""

    def __init__(self, connection: psycopg.Connection):
        self.connection = connection

    def all(self, sql: str, *args: Any) -> list[tuple]:
        return self.connection.execute(sql, args).fetchall()

    def stream(self, sql: str) -> Iterator[tuple]:
        with self.connection.cursor(name="verify") as cursor:
            cursor.itersize = MANY
            cursor.execute(sql)
            yield from cursor


def verify(connection: psycopg.Connection, *, beside: str = "") -> Report:
    """Look at everything. `beside`: the checkpoint that lies with the signing key, if any. The connection is inside a transaction."""
    report, read = Report(), Reader(connection)
    connection.execute("set local timezone = 'UTC'")
    connection.execute("set local bytea_output = 'hex'")
    connection.execute("set local work_mem = '128MB'")
    node = _tree(read, report)
    _checkpoints(read, report, node, beside)
    _waiting(read, report)
    for table in logged_tables():
        _rows(read, report, table)
    return report


def all_of_it(connection: psycopg.Connection, *, beside: str = "") -> Report:
    """`verify()` in a transaction of its own that sees one moment and can write nothing."""
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read read only")
        return verify(connection, beside=beside)


def keys(connection: psycopg.Connection) -> list[cp.Key]:
    """Public keys with which this log's checkpoints were signed."""
    return [cp.parse_key(k) for (k,) in connection.execute("select distinct key from kernel_checkpoint order by key").fetchall()]


# ---- entries and the tree ---------------------------------------------------------------------------------------------------------


def _tiles(read: Reader) -> dict[tuple[int, int], bytes]:
    """The upper tiles; those of the leaves are read in order."""
    return {(lv, n): bytes(h) for lv, n, h in read.all("select level, number, hashes from kernel_tile where level > 0")}


def _tree(read: Reader, report: Report) -> dict[int, bytes]:
    """Every leaf from its entry, every hash from the leaves. Answers with the head at each size at which a checkpoint stands."""
    wanted = {size for (size,) in read.all("select distinct size from kernel_checkpoint")}
    stored = (bytes(h) for (h,) in _level_0(read))
    upper = _tiles(read)
    tree, tile, levels = merkle.Peaks(), b"", Counter[int]()
    heads = {0: merkle.EMPTY}
    missing: list[int] = []
    blanked = _disposed_of(read)
    excused = read.all(
        "select (after ->> 'first')::bigint, (after ->> 'last')::bigint, (after ->> 'count')::int from kernel_entry where op = 'X'"
    )
    for idx, entry, pad, known, table, row, salt, said, payload in read.stream(
        "select l.idx, l.entry_id, l.salt, e.id, e.tab, e.row_id, e.salt, e.commitment, case when e.id is not null then "
        + PAYLOAD
        + " end from kernel_leaf l left join kernel_entry e on e.id = l.entry_id order by l.idx"
    ):
        if idx != tree.size:
            report.found("leaves are missing from the tree", detail=f"{tree.size} to {idx - 1}")
            break
        offset = idx % merkle.TILE * merkle.HASH
        if offset == 0:
            tile = next(stored, b"")
        hash = tile[offset : offset + merkle.HASH]
        made = None
        if entry is None:
            report.padding += 1
            made = merkle.leaf_hash(padding(bytes(pad)))
            if made != hash:
                report.found("a padding leaf was changed", detail=f"leaf {idx}")
        elif known is None:
            missing.append(idx)
        else:
            report.entries += 1
            made = merkle.leaf_hash(bytes(said))
            if not bytes(salt):
                _blanked(report, blanked, table, row, entry)
            elif commitment(bytes(salt), payload) != bytes(said):
                report.found("the entry was changed", table, row, f"entry {entry}, leaf {idx}")
            if made != hash and (bytes(salt) == b"" or commitment(bytes(salt), payload) == bytes(said)):
                report.found("the entry is not the one in the tree", table, row, f"entry {entry}, leaf {idx}")
        tree.append(hash or made or merkle.EMPTY)
        if tree.size in wanted:
            heads[tree.size] = tree.root()
        if tree.size % merkle.TILE == 0:
            _upper(report, upper, levels, tile)
    report.leaves, report.head = tree.size, tree.root().hex()
    _excuse(report, missing, excused)
    said_size = read.all("select size from kernel_loghead")
    if said_size and said_size[0][0] != tree.size:
        report.found("the tree does not have as many leaves as the sequencer made", detail=f"{tree.size} of {said_size[0][0]}")
    (below,) = read.all("select coalesce(max(number), -1) + 1 from kernel_tile where level = 0")[0]
    if below != -(-tree.size // merkle.TILE):
        report.found("tiles of the tree do not match its leaves", detail=f"{below} tiles, {tree.size} leaves")
    return heads


def _level_0(read: Reader) -> Iterator[tuple]:
    number = 0
    while True:
        some = read.all(
            "select number, hashes from kernel_tile where level = 0 and number >= %s order by number limit 200", number
        )
        for n, hashes in some:
            while number < n:
                yield (b"",)
                number += 1
            yield (hashes,)
            number += 1
        if len(some) < 200:
            return


def _upper(report: Report, upper: dict[tuple[int, int], bytes], levels: Counter[int], tile: bytes) -> None:
    """A tile is full: its head stands in the tile above."""
    level, whole = 1, merkle.root(tile[i : i + merkle.HASH] for i in range(0, len(tile), merkle.HASH))
    while True:
        number, offset = divmod(levels[level], merkle.TILE)
        stands = upper.get((level, number), b"")[offset * merkle.HASH : (offset + 1) * merkle.HASH]
        if stands != whole:
            report.found("a hash inside the tree was changed", detail=f"tile {level}/{number}, hash {offset}")
        levels[level] += 1
        if levels[level] % merkle.TILE:
            return
        full = upper.get((level, number), b"")
        whole = merkle.root(full[i : i + merkle.HASH] for i in range(0, len(full), merkle.HASH))
        level += 1


def _disposed_of(read: Reader) -> set[tuple[str, Any]]:
    """Records that were disposed of: what stood in their entries is gone with its salts, the fingerprints stay."""
    return {(table, row) for table, row in read.all("select tab, row_id from plait_keys.disposed")}


def _blanked(report: Report, blanked: set[tuple[str, Any]], table: str, row: Any, entry: int) -> None:
    report.disposed += 1
    if (table, row) not in blanked:
        report.found("the entry was emptied though the record was not disposed of", table, row, f"entry {entry}")


def _excuse(report: Report, missing: list[int], excused: list[tuple[int, int, int]]) -> None:
    """Entries that are gone, and those that a disposal entry says were disposed of."""
    left = list(missing)
    for first, last, count in excused:
        inside = [i for i in left if first <= i <= last][:count]
        report.disposed += len(inside)
        gone = set(inside)
        left = [i for i in left if i not in gone]
    for idx in left:
        report.found("an entry was dropped", detail=f"leaf {idx}")


def _checkpoints(read: Reader, report: Report, heads: dict[int, bytes], beside: str) -> None:
    origin = next((o for (o,) in read.all("select origin from kernel_loghead")), "")
    before = -1
    notes = read.all("select at, size, root, note, key, public from kernel_checkpoint order by id")
    keys = {key for _at, _s, _r, _n, key, _p in notes}
    if len(keys) > 1:
        report.found("checkpoints were signed with different keys", detail=", ".join(sorted(keys)))
    for at, size, root, note, key, _public in notes:
        report.checkpoints += 1
        where = f"checkpoint of {at:%Y-%m-%d %H:%M} with {size} leaves"
        try:
            said = cp.open_checkpoint(note, cp.parse_key(key)).checkpoint
        except cp.NotACheckpoint as error:
            report.found("a checkpoint's signature does not hold", detail=f"{where}: {error}")
            continue
        if (said.size, said.root, said.origin) != (size, bytes(root), origin):
            report.found("a checkpoint says something else than it signed", detail=where)
        elif said.size < before:
            report.found("checkpoints are out of order", detail=where)
        elif said.size > report.leaves:
            report.found("entries were dropped", detail=f"{where}, and the tree has {report.leaves}")
        elif heads.get(said.size) != said.root:
            report.found("the tree is not the one that was signed", detail=where)
        before = max(before, said.size)
    if beside:
        _beside(read, report, beside, keys)


def _beside(read: Reader, report: Report, note: str, keys: set[str]) -> None:
    where = "the checkpoint that lies beside the signing key"
    for key in sorted(keys):
        try:
            said = cp.open_checkpoint(note, cp.parse_key(key)).checkpoint
        except cp.NotACheckpoint:
            continue
        problem = prefix(read.connection, said)
        if problem:
            report.found(problem, detail=where)
        return
    report.found("no checkpoint of the database is of the key that signed what lies beside it", detail=where)


def prefix(connection: psycopg.Connection, said: cp.Checkpoint) -> str:
    """ "" when the tree goes on from this checkpoint; otherwise what is wrong. Every leaf up to it is hashed again."""
    tree = merkle.Peaks()
    if tree.size != said.size:
        for (hashes,) in _level_0(Reader(connection)):
            data = bytes(hashes)
            for i in range(0, len(data), merkle.HASH):
                tree.append(data[i : i + merkle.HASH])
                if tree.size == said.size:
                    break
            if tree.size == said.size or len(data) != merkle.TILE * merkle.HASH:
                break
    if tree.size < said.size:
        return f"entries were dropped: it has {said.size} leaves, the tree {tree.size}"
    return "" if tree.root() == said.root else "the tree was rewritten: its beginning is not what was signed"


def _waiting(read: Reader, report: Report) -> None:
    """Entries without a leaf: how many wait for the sequencer. One that it has passed by is found."""
    blanked = _disposed_of(read)
    after = next((a for (a,) in read.all("select after::text::numeric from kernel_loghead")), 0)
    for entry, at, xact, table, row, salt, said, payload in read.all(
        "select e.id, e.at, e.xact::text::numeric, e.tab, e.row_id, e.salt, e.commitment, "
        + PAYLOAD
        + " from kernel_entry e where not exists (select 1 from kernel_leaf l where l.entry_id = e.id) order by e.id"
    ):
        report.waiting += 1
        report.entries += 1
        report.oldest_waiting = min(report.oldest_waiting or at, at)
        if not bytes(salt):
            _blanked(report, blanked, table, row, entry)
        elif commitment(bytes(salt), payload) != bytes(said):
            report.found("the entry was changed", table, row, f"entry {entry}, not in the tree yet")
        elif xact < after:
            report.found("the entry was put in beside the sequencer", table, row, f"entry {entry}")


# ---- rows -------------------------------------------------------------------------------------------------------------------------

CHAIN = """
with o as (select e.id, e.row_id, e.op, lag(e.id) over w prior, lag(e.op) over w was from kernel_entry e left join kernel_leaf l on l.entry_id = e.id
  where e.tab = '{t}' and e.op in ('I', 'U', 'D', 'M') window w as (partition by e.row_id order by l.idx nulls last, e.id)),
odd as (select o.id, o.row_id, o.op, o.was, null::jsonb before, null::jsonb prior from o
    where was is null and op not in ('I', 'M') or op = 'I' and was is not null and was <> 'D' or was = 'D' and op <> 'I'),
two as (select o.id, o.row_id, o.op, o.was, e.before, p.after prior from o join kernel_entry e on e.id = o.id join kernel_entry p on p.id = o.prior
    where o.op in ('U', 'D') and length(e.salt) > 0 and length(p.salt) > 0 and e.before is distinct from p.after)
select * from odd union all select * from two
"""
LAST = """
with o as (select distinct on (e.row_id) e.id, e.row_id, e.op from kernel_entry e left join kernel_leaf l on l.entry_id = e.id
  where e.tab = '{t}' and e.op in ('I', 'U', 'D', 'M') order by e.row_id, l.idx desc nulls first, e.id desc)
select coalesce(o.row_id, t.id), o.id, o.op, e.after, case when t.id is not null then to_jsonb(t) end
from o join kernel_entry e on e.id = o.id full join {t} t on t.id = o.row_id
where o.op is null or (o.op = 'D') <> (t.id is null) or e.after is distinct from to_jsonb(t)
"""


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


class Shapes:
    """What became of a table's columns, from its own entries in the log."""

    def __init__(self, read: Reader, table: str):
        found = read.all("select id, after from kernel_entry where tab = %s and op = 'S' order by id", table)
        self.steps = [(n, _json(said)) for n, said in found]

    def later(self, entry: int, row: dict[str, Any]) -> dict[str, Any]:
        """The row as the migrations since this entry must have left it."""
        made, columns = dict(row), None
        for n, said in self.steps:
            if n > entry:
                for name in said.get("gone", []):
                    made.pop(name, None)
                made.update(
                    {
                        k: v
                        for k, v in said.get("added", {}).items()
                        if columns is None or k not in columns or k in said.get("gone", [])
                    }
                )
            columns = said["columns"]
        return made


def _differ(a: dict[str, Any], b: dict[str, Any]) -> str:
    return ", ".join(sorted(k for k in a.keys() | b.keys() if k not in a or k not in b or a[k] != b[k]))


def _rows(read: Reader, report: Report, table: str) -> None:
    report.tables += 1
    report.rows += read.all(f"select count(*) from {table}")[0][0]
    shapes = Shapes(read, table)
    for entry, row, op, was, before, prior in read.all(CHAIN.format(t=table)):
        if before is not None:
            now, then = _json(before) or {}, _json(prior) or {}
            if not any(k in now and now[k] != then[k] for k in then):
                continue  # columns came or went between the two; the rows themselves are compared below
            report.found("two entries of the row do not follow each other", table, row, f"entry {entry}: {_differ(now, then)}")
        else:
            report.found(
                "entries of the row are out of order or one is missing",
                table,
                row,
                f"entry {entry}: {was or 'nothing'} before {op}",
            )
    for row, entry, op, after, present in read.all(LAST.format(t=table)):
        if op is None:
            report.found("the row was put in without an entry", table, row)
        elif present is None:
            report.found("the row was deleted without an entry", table, row, f"last entry {entry}")
        elif op == "D":
            report.found("the row is there though its last entry deleted it", table, row, f"last entry {entry}")
        else:
            wanted, now = shapes.later(entry, _json(after) or {}), _json(present)  # an emptied entry says nothing
            if wanted != now:
                report.found("the row is not what its last entry says", table, row, _differ(wanted, now))
