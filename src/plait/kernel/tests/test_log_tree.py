"""L4, L5 and what the sequencer promises: every entry exactly once, in an order that leaves nobody out; every tampering found and named.

The burglar is a superuser with triggers off.
"""

from __future__ import annotations

import hashlib
import itertools
import random
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connections, transaction

from plait.kernel import access, chores, looks, scratch
from plait.kernel.access import cells
from plait.kernel.acting import token, verb
from plait.kernel.chores import MAINTENANCE
from plait.kernel.log import sequence
from plait.kernel.log.verify import BEGINNING, PAYLOAD, Report, prefix, verify
from plait.launch import Stop, signing
from plait.methods import checkpoint as cp
from plait.methods import merkle
from plait.partners.models import Person
from plait.picture.models import Evidence
from tests.people import asker, for_real

TITLES = 40


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sequence, "folder", lambda: tmp_path)
    return tmp_path


@pytest.fixture
def filled(committed: str, folder: Path) -> Iterator[psycopg.Connection]:
    """Evidence in the partnership's circle, ordered and signed, and the burglar's connection, in a transaction that is thrown away."""
    fill(TITLES)
    sequence.sequence()
    with scratch.superuser() as su, su.transaction(force_rollback=True):
        su.execute("set local session_replication_role = replica")
        yield su


def fill(n: int) -> list[uuid.UUID]:
    with for_real("rowan"), verb("tests.fill"):
        circle = access.partnership_circle()
        rows = [cells.fill(Evidence, circle, {}) for _ in range(n)]
        for i, row in enumerate(rows):
            row.title = f"Piece {i}"
        Evidence.objects.bulk_create(rows)
        for row in rows[: n // 4]:
            row.title = f"{row.title}, looked at again"
            row.save(update_fields=["title", "version"])
    return [row.id for row in rows]


def look(su: psycopg.Connection, folder: Path | None = None) -> Report:
    with su.transaction(force_rollback=True):
        return verify(su, beside=signing.kept(folder))


def some(su: psycopg.Connection, n: int = 2) -> list[uuid.UUID]:
    return [r for (r,) in su.execute("select id from picture_evidence order by md5(id::text) limit %s", [n])]


def recommit(su: psycopg.Connection, where: str, *args: Any) -> None:
    """The burglar knows the format and makes the commitments fit."""
    su.execute("set local timezone = 'UTC'")
    su.execute(
        f"update kernel_entry e set commitment = sha256(%s || e.salt || convert_to({PAYLOAD}, 'UTF8')) where {where}",
        [BEGINNING, *args],
    )


def retree(su: psycopg.Connection) -> None:
    """The whole tree made anew from what the entries say now; the last checkpoints signed again where the key is at hand."""
    su.execute("delete from kernel_tile")
    hashes = [
        merkle.leaf_hash(bytes(c) if c is not None else sequence.padding(bytes(s)))
        for c, s in su.execute(
            "select e.commitment, l.salt from kernel_leaf l left join kernel_entry e on e.id = l.entry_id order by l.idx"
        ).fetchall()
    ]
    tiles = sequence.Tiles(lambda sql, args: su.execute(sql, args).fetchall(), 0)
    tiles.append(hashes)
    for level, number in tiles.changed:
        su.execute(
            "insert into kernel_tile(level, number, hashes) values (%s, %s, %s)", [level, number, tiles.known[level, number]]
        )
    su.execute("update kernel_loghead set size = %s", [len(hashes)])


def test_unaltered_nothing_is_found(filled: psycopg.Connection, folder: Path) -> None:
    report = look(filled, folder)
    assert report.findings == [] and report.entries >= TITLES * 5 // 4 and report.waiting == 0
    assert report.leaves % 256 == 0 and report.leaves == report.entries + report.padding and report.checkpoints == 2
    assert report.tables >= 20 and report.rows >= TITLES


def changed_field(su: psycopg.Connection) -> list[uuid.UUID]:
    (row,) = some(su, 1)
    su.execute("update picture_evidence set title = 'never said' where id = %s", [row])
    return [row]


def changed_in_row_and_entry(su: psycopg.Connection) -> list[uuid.UUID]:
    (row,) = changed_field(su)
    su.execute(
        "update kernel_entry set after = jsonb_set(after, '{title}', '\"never said\"') where id = (select max(id) from kernel_entry where row_id = %s)",
        [row],
    )
    return [row]


def changed_in_row_entry_and_commitment(su: psycopg.Connection) -> list[uuid.UUID]:
    (row,) = changed_in_row_and_entry(su)
    recommit(su, "e.row_id = %s", row)
    return [row]


def another_author(su: psycopg.Connection) -> list[uuid.UUID]:
    (row,) = some(su, 1)
    su.execute("update kernel_entry set who = gen_random_uuid() where row_id = %s", [row])
    return [row]


def another_day(su: psycopg.Connection) -> list[uuid.UUID]:
    (row,) = some(su, 1)
    su.execute("update kernel_entry set at = at - interval '1 day' where row_id = %s", [row])
    return [row]


def deleted_row(su: psycopg.Connection) -> list[uuid.UUID]:
    (row,) = some(su, 1)
    su.execute("delete from picture_evidence where id = %s", [row])
    return [row]


def inserted_row(su: psycopg.Connection) -> list[uuid.UUID]:
    new = uuid.uuid4()
    names = [
        n
        for (n,) in su.execute(
            "select column_name from information_schema.columns where table_name = 'picture_evidence' and column_name <> 'id'"
        ).fetchall()
    ]
    columns = ", ".join(f'"{n}"' for n in names)
    su.execute(f"insert into picture_evidence(id, {columns}) select %s, {columns} from picture_evidence limit 1", [new])
    return [new]


def inserted_row_with_its_entry(su: psycopg.Connection) -> list[uuid.UUID]:
    (new,) = inserted_row(su)
    (other,) = some(su, 1)
    su.execute(
        "insert into kernel_entry(at, who, verb, tab, op, row_id, circle_id, after, salt, commitment, xact) select e.at, e.who, e.verb, e.tab, 'I', t.id, e.circle_id,"
        " to_jsonb(t), e.salt, e.commitment, e.xact from kernel_entry e, picture_evidence t where e.row_id = %s and e.op = 'I' and t.id = %s",
        [other, new],
    )
    recommit(su, "e.row_id = %s", new)
    return [new]


def two_texts_swapped(su: psycopg.Connection) -> list[uuid.UUID]:
    a, b = some(su, 2)
    su.execute(
        "update picture_evidence t set title = o.title from picture_evidence o where t.id = any(%s) and o.id = any(%s) and t.id <> o.id",
        [[a, b], [a, b]],
    )
    return [a, b]


def entry_dropped(su: psycopg.Connection) -> list[uuid.UUID]:
    (row,) = some(su, 1)
    su.execute("delete from kernel_entry where row_id = %s", [row])
    return [row]


def two_entries_swapped(su: psycopg.Connection) -> list[uuid.UUID]:
    a, b = (su.execute("select min(id) from kernel_entry where row_id = %s", [r]).fetchone()[0] for r in some(su, 2))
    su.execute("update kernel_leaf set entry_id = -entry_id where entry_id in (%s, %s)", [a, b])
    su.execute("update kernel_leaf set entry_id = case when entry_id = -%s then %s else %s end where entry_id < 0", [a, b, a])
    return some(su, 2)


def deleted_row_with_its_entries(su: psycopg.Connection) -> list[str]:
    (row,) = deleted_row(su)
    su.execute("delete from kernel_entry where row_id = %s", [row])
    return ["an entry was dropped"]


def last_entries_dropped(su: psycopg.Connection) -> list[str]:
    """All of the newest entries and leaves, the tree cut to fit, and the rows set back."""
    rows = su.execute("select entry_id from kernel_leaf where entry_id is not null order by idx desc limit 10").fetchall()
    ids = [i for (i,) in rows]
    su.execute("delete from kernel_leaf where entry_id is null or entry_id = any(%s)", [ids])
    su.execute(
        "update picture_evidence t set title = e.before ->> 'title', version = (e.before ->> 'version')::int from kernel_entry e where e.id = any(%s) and e.row_id = t.id",
        [ids],
    )
    su.execute("delete from kernel_entry where id = any(%s)", [ids])
    retree(su)
    return ["entries were dropped"]


def tree_made_anew(su: psycopg.Connection) -> list[str]:
    changed_in_row_entry_and_commitment(su)
    retree(su)
    return ["the tree is not the one that was signed"]


def a_hash_inside_changed(su: psycopg.Connection) -> list[str]:
    su.execute("update kernel_tile set hashes = set_byte(hashes, 3, get_byte(hashes, 3) # 1) where level = 1")
    return ["a hash inside the tree was changed"]


def checkpoint_forged(su: psycopg.Connection) -> list[str]:
    su.execute("update kernel_checkpoint set note = replace(note, 'plait/', 'plaid/')")
    return ["a checkpoint's signature does not hold"]


def checkpoints_dropped_and_tree_cut(su: psycopg.Connection) -> list[str]:
    su.execute("delete from kernel_checkpoint where public")
    su.execute("delete from kernel_leaf where idx > 5")
    retree(su)
    return ["entries were dropped"]


TAMPERINGS: list[Callable[[psycopg.Connection], list[Any]]] = [
    changed_field, changed_in_row_and_entry, changed_in_row_entry_and_commitment, another_author, another_day, deleted_row, inserted_row,
    inserted_row_with_its_entry, two_texts_swapped, entry_dropped, two_entries_swapped, deleted_row_with_its_entries, last_entries_dropped,
    tree_made_anew, a_hash_inside_changed, checkpoint_forged, checkpoints_dropped_and_tree_cut,
]  # fmt: skip


@pytest.mark.full
@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda t: t.__name__)
def test_is_found_and_named(filled: psycopg.Connection, folder: Path, tamper: Callable[[psycopg.Connection], list[Any]]) -> None:
    named = tamper(filled)
    report = look(filled, folder)
    assert named and report.findings
    for where in named:
        if isinstance(where, uuid.UUID):
            assert any(f.table == "picture_evidence" and f.row == str(where) for f in report.findings), (where, report.findings)
        else:
            assert any(where in f.what for f in report.findings), report.findings


def test_the_whole_log_rewritten_with_the_real_key_is_found_by_one_old_checkpoint(
    filled: psycopg.Connection, folder: Path
) -> None:
    (note, key) = filled.execute("select note, key from kernel_checkpoint where public").fetchone()
    changed_in_row_entry_and_commitment(filled)
    retree(filled)
    private = sequence.Ed25519PrivateKey.from_private_bytes(signing.read(folder))
    tiles = sequence.Tiles(lambda sql, args: filled.execute(sql, args).fetchall(), look(filled).leaves)
    for id, size in filled.execute("select id, size from kernel_checkpoint").fetchall():
        checkpoint, _key, fresh = sequence._note(
            tiles, cp.parse_key(key).name, private.sign, private.public_key().public_bytes_raw()
        )
        made = cp.Checkpoint(checkpoint.origin, size, tiles.head(size))
        fresh = cp.sign(made, cp.parse_key(key), private.sign)
        filled.execute("update kernel_checkpoint set root = %s, note = %s where id = %s", [made.root, fresh, id])
    assert look(filled).findings == [], "inside everything fits"
    old = cp.open_checkpoint(note, cp.parse_key(key)).checkpoint
    assert "rewritten" in prefix(filled, old)
    assert any("rewritten" in f.what for f in look(filled, folder).findings), "and the copy beside the key tells too"


@pytest.mark.full
def test_five_hundred_random_tamperings_are_all_found_and_named(committed: str, folder: Path) -> None:
    """L4, over ten thousand entries: fifty at a time, each in a row of its own, and each must be named."""
    fill(8_000)
    sequence.sequence()
    wild, kinds, found = random.Random(4), [changed_field, deleted_row, another_author, "op", "salt", "before", "leaf"], 0
    with scratch.superuser() as su, su.transaction(force_rollback=True):
        su.execute("set local session_replication_role = replica")
        assert look(su, folder).findings == []
        (total,) = su.execute("select count(*) from kernel_entry").fetchone()
        rows = [r for (r,) in su.execute("select id from picture_evidence order by id").fetchall()]
        wild.shuffle(rows)
        for batch in range(10):
            mine = rows[batch * 50 : batch * 50 + 50]
            with su.transaction(force_rollback=True):
                for row in mine:
                    kind = wild.choice(kinds)
                    if kind is changed_field:
                        su.execute("update picture_evidence set title = title || ' ' where id = %s", [row])
                    elif kind is deleted_row:
                        su.execute("delete from picture_evidence where id = %s", [row])
                    elif kind is another_author:
                        su.execute("update kernel_entry set who = gen_random_uuid() where row_id = %s", [row])
                    elif kind == "op":
                        su.execute("update kernel_entry set verb = verb || 'x' where row_id = %s", [row])
                        recommit(su, "e.row_id = %s", row)
                    elif kind == "salt":
                        su.execute("update kernel_entry set salt = sha256(salt) where row_id = %s", [row])
                    elif kind == "before":
                        su.execute('update kernel_entry set after = after || \'{"title": "x"}\' where row_id = %s', [row])
                        recommit(su, "e.row_id = %s", row)
                    else:
                        su.execute("delete from kernel_entry where row_id = %s", [row])
                named = {f.row for f in look(su, folder).findings if f.table == "picture_evidence"}
                assert named == {str(r) for r in mine}
                found += len(mine)
        assert look(su, folder).findings == []
    assert found == 500 and total >= 10_000


# ---- the sequencer -----------------------------------------------------------------------------------------------------------------


def test_an_entry_that_is_committed_late_is_not_left_out_and_none_comes_twice(committed: str, folder: Path) -> None:
    sequence.sequence()
    with scratch.as_role("app", committed) as late:
        with late.transaction():
            _write_as_rowan(late, "the early one, committed late")
            fill(5)
            assert sequence.order() >= 5
            assert sequence.order() == 0
        assert sequence.order() == 1
    with scratch.superuser() as su, su.transaction():
        ids = [i for (i,) in su.execute("select entry_id from kernel_leaf where entry_id is not null order by idx").fetchall()]
        entries = su.execute("select count(*) from kernel_entry").fetchone()[0]
        assert len(ids) == len(set(ids)) == entries
        assert ids != sorted(ids), "it has a later leaf than entries with a greater number"
        assert verify(su).findings == []


def _write_as_rowan(connection: psycopg.Connection, name: str) -> None:
    said = token(asker("rowan"), connection.info.backend_pid)
    connection.execute("select set_config('plait.token', %s, true), set_config('plait.verb', 'tests.write', true)", [said])
    connection.execute(
        "insert into partners_person(id, circle_id, name, email, version) select gen_random_uuid(), partnership_circle_id, %s, '', 1 from kernel_partnership",
        [name],
    )


@pytest.mark.full
def test_a_database_from_another_server_is_gone_through_once_more(committed: str, folder: Path) -> None:
    sequence.sequence()
    with scratch.superuser() as su:
        su.execute("update kernel_loghead set after = '999999999999'")
    fill(3)
    assert sequence.order() == 3 and sequence.order() == 0


@pytest.mark.full
def test_the_log_signs_no_two_checkpoints_that_do_not_fit(committed: str, folder: Path) -> None:
    fill(3)
    sequence.sequence()
    with scratch.superuser() as su, su.transaction():
        su.execute("set local session_replication_role = replica")
        su.execute("delete from kernel_checkpoint")
        su.execute("delete from kernel_leaf")
        su.execute("update kernel_loghead set after = '0'")
        retree(su)
    with pytest.raises(Stop, match="does not go on"):
        sequence.sequence()


@pytest.mark.full
def test_the_key_is_made_once_and_never_again(committed: str, folder: Path) -> None:
    sequence.sequence()
    signing.path(folder).unlink()
    with scratch.superuser() as su:
        su.execute("update kernel_checkpoint set at = at - interval '2 days'")
    with pytest.raises(Stop, match="signing key"):
        sequence.sequence()
    assert not signing.path(folder).exists()


@pytest.mark.full
def test_checkpoints_come_at_fixed_times_whatever_happened_and_a_quiet_day_looks_like_a_busy_one(
    committed: str, folder: Path
) -> None:
    """L7, the cadence: four days, one of them with many entries, one with none; every published tree has whole tiles and grew."""
    with scratch.superuser() as su:
        for day, entries in enumerate((3, 60, 0, 5)):
            at = datetime(2031, 5, 1 + day, 19, 7, tzinfo=UTC)
            su.execute("update plait.clock set shift = %s - now()", [at])
            fill(entries) if entries else None
            sequence.sequence()
        public = su.execute("select at, size from kernel_checkpoint where public order by id").fetchall()
        kept = su.execute("select at from kernel_checkpoint where not public").fetchall()
    assert [a.astimezone(UTC) for a, _s in public] == [datetime(2031, 5, d, tzinfo=UTC) for d in (1, 2, 3, 4)]
    grown = [b - a for (_x, a), (_y, b) in itertools.pairwise(public)]
    assert grown == [256, 256, 256] and public[0][1] == 256
    assert all(a.minute % 10 == 0 and a.second == 0 for (a,) in kept) and len(kept) == 4


@pytest.mark.full
def test_the_sequencer_reads_commitments_and_nothing_else(committed: str, folder: Path) -> None:
    for sql in (
        "select after from kernel_entry",
        "delete from kernel_leaf",
        "update kernel_checkpoint set size = 0",
        "delete from kernel_checkpoint",
        "delete from kernel_tile",
    ):
        with (
            pytest.raises(Exception, match="permission denied"),
            transaction.atomic(using=MAINTENANCE),
            connections[MAINTENANCE].cursor() as cursor,
        ):
            cursor.execute(sql)


def test_the_application_writes_nothing_into_log_or_tree_and_chooses_no_number_or_time(committed: str) -> None:
    """L3: every statement with which an entry could be put in, changed or taken out, as the application and as the public role."""
    statements = [
        f"{what} {table}"
        for table in ("kernel_entry", "kernel_leaf", "kernel_tile", "kernel_checkpoint", "kernel_loghead")
        for what in ("delete from", "truncate", "insert into")
    ]
    statements = [s + (" default values" if s.startswith("insert") else "") for s in statements]
    statements += [
        "update kernel_entry set at = now()", "update kernel_leaf set entry_id = 1", "update kernel_checkpoint set size = 0", "update kernel_tile set hashes = ''",
        "insert into kernel_entry(id, at, who, verb, tab, op, row_id, circle_id, salt, commitment) values (1, '2000-01-01', gen_random_uuid(), 'x', 'x', 'I', gen_random_uuid(), gen_random_uuid(), '', '')",
        "select plait.note_entry('I', 'x', 'x', '{}', '{}', '{}')", "select * from plait.new_entries('0', 1)", "alter table kernel_entry disable trigger all",
        "select setval('kernel_entry_id_seq', 1)", "select nextval('kernel_entry_id_seq')", "set session_replication_role = replica", "copy kernel_entry from stdin",
        "create trigger x before insert on kernel_entry for each row execute function plait.log_rows()", "alter table kernel_entry no force row level security",
        "select plait.look('picture_risk', gen_random_uuid(), gen_random_uuid(), 'display', '{}')", "lock table kernel_entry",
    ]  # fmt: skip
    refused = 0
    with scratch.superuser() as su:
        before = su.execute("select count(*), max(id) from kernel_entry").fetchone()
        for role in ("app", "public"):
            with scratch.as_role(role, committed) as connection:
                for statement in statements:
                    with pytest.raises(psycopg.Error):
                        connection.execute(statement)
                    refused += 1
        assert su.execute("select count(*), max(id) from kernel_entry").fetchone() == before
    assert refused == len(statements) * 2 >= 60


@pytest.mark.full
def test_no_word_of_what_is_logged_can_be_found_or_guessed_in_leaves_and_checkpoints(committed: str, folder: Path) -> None:
    """L7: the dictionary of all planted words, plain and hashed, with and without the commitment's beginning, against everything published."""
    planted = fill(30)
    sequence.sequence()
    with scratch.superuser() as su:
        words = {
            str(v)
            for (row,) in su.execute("select after from kernel_entry where after is not null").fetchall()
            for v in row.values()
            if v is not None
        }
        words |= {
            str(v) for row in su.execute("select who, row_id, circle_id, verb, tab, at from kernel_entry").fetchall() for v in row
        }
        payloads = [p for (p,) in su.execute(f"select {PAYLOAD} from kernel_entry e").fetchall()]
        notes = "".join(n for (n,) in su.execute("select note from kernel_checkpoint").fetchall())
        tiles = b"".join(bytes(h) for (h,) in su.execute("select hashes from kernel_tile").fetchall())
    hashes, tried = {tiles[i : i + 32] for i in range(0, len(tiles), 32)}, 0
    assert len(words) >= 200 and str(planted[0]) in words
    for word in [*words, *payloads]:
        data = word.encode()
        assert len(data) < 8 or data not in tiles
        assert len(word) < 8 or word not in notes
        for guess in (data, BEGINNING + data, BEGINNING + bytes(32) + data):
            for made in (
                hashlib.sha256(guess).digest(),
                merkle.leaf_hash(guess),
                merkle.leaf_hash(hashlib.sha256(guess).digest()),
            ):
                assert made not in hashes
                tried += 1
    assert tried >= 2_000


@pytest.mark.full
def test_looks_of_long_ago_go_and_their_leaves_stay_and_no_more_than_said(committed: str, folder: Path) -> None:
    with for_real("rowan") as rowan, verb("tests.person"):
        person = cells.fill(Person, access.partnership_circle(), {})
        person.save(force_insert=True)
        for _ in range(5):
            looks.look(rowan, table=Person, circle=person.circle_id, row=person.id, how="display")
    sequence.sequence()
    with scratch.superuser() as su:
        before = su.execute("select encode(hashes, 'hex') from kernel_tile where level = 0 and number = 0").fetchone()
        su.execute("update plait.clock set shift = interval '366 days'")
        assert chores.run("log.dispose_looks").done == 5 and chores.run("log.dispose_looks").done == 0
        sequence.sequence()
        assert su.execute("select count(*) from kernel_entry where op = 'L'").fetchone() == (0,)
        assert su.execute("select encode(hashes, 'hex') from kernel_tile where level = 0 and number = 0").fetchone() == before
        with su.transaction():
            report = verify(su)
            assert report.findings == [] and report.disposed == 5
        with su.transaction(force_rollback=True):
            su.execute("delete from kernel_entry where id = (select min(id) from kernel_entry where row_id = %s)", [person.id])
            assert next(f.what for f in verify(su).findings) == "an entry was dropped"
    with pytest.raises(DatabaseError), chores.as_maintenance():
        looks.dispose_of_old(7)
