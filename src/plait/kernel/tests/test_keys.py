"""Sealed text: what does not open, what is refused at the start, what stands in the database."""

from __future__ import annotations

import random
import uuid
from pathlib import Path

import pytest
from django.db import connection, connections

from plait.kernel import keys, scratch
from plait.kernel.keys import epochs
from plait.kernel.keys.fields import check_of
from plait.kernel.keys.sealing import DataKey, Unreadable, UsedUp, is_sealed, unwrap, wrap
from plait.launch import Stop, wrapping
from plait.launch.places import connection as place
from tests.people import person

ROW, OTHER = uuid.uuid4(), uuid.uuid4()
WHERE = {"table": "t", "column": "words", "row": ROW}


def secret(value: bytes = b"straw", **more: object) -> tuple[DataKey, bytes]:
    key = DataKey.new(9)
    return key, key.seal(value, **{**WHERE, **more})  # type: ignore[arg-type]


# the form of a sealed value ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [b"", b"x", "päckchen ‮".encode(), bytes(range(256)) * 40])
def test_what_was_sealed_opens_in_its_place_and_its_length_is_rounded(value: bytes) -> None:
    key, sealed = secret(value)
    assert key.open(sealed, **WHERE) == value and is_sealed(sealed) and (len(value) < 8 or value not in sealed)
    assert (len(sealed) - 33 - 16) % 64 == 0


def test_two_texts_of_the_same_rounded_length_cannot_be_told_apart_by_size() -> None:
    assert len(secret(b"yes")[1]) == len(secret(b"nobody knows of it")[1]) == len(secret(b"")[1])


def test_a_sealed_value_changed_cut_or_moved_never_opens() -> None:
    """E2: swap, move, truncate, flip between rows, columns, tables and records; every bit of one value, and random ones."""
    rng = random.Random(20261124)
    key, sealed = secret(b"a planted sentence that nobody may change")
    other_key, other = secret(b"another record's")
    wrong = 0

    def refused(k: DataKey, value: bytes, **where: object) -> int:
        with pytest.raises(Unreadable):
            k.open(value, **{**WHERE, **where})  # type: ignore[arg-type]
        return 1

    for bit in range(len(sealed) * 8):
        flipped = bytearray(sealed)
        flipped[bit // 8] ^= 1 << bit % 8
        wrong += refused(key, bytes(flipped))
    for cut in range(len(sealed)):
        wrong += refused(key, sealed[:cut]) + refused(key, sealed[cut + 1 :])
    for place_, value in (("table", "t2"), ("table", ""), ("column", "word"), ("column", "words "), ("row", OTHER)):
        wrong += refused(key, sealed, **{place_: value})
    wrong += refused(key, sealed, table="twords", column="") + refused(key, sealed, table="", column="twords")
    wrong += refused(other_key, sealed) + refused(key, other)
    wrong += refused(DataKey(key.id, other_key.key), sealed) + refused(key, sealed[:17] + other[17:]) + refused(key, b"")
    while wrong < 5_000:
        mixed = bytearray(sealed)
        for _ in range(rng.randrange(1, 6)):
            at = rng.randrange(len(mixed))
            mixed[at] = (mixed[at] + rng.randrange(1, 256)) % 256
        wrong += refused(key, bytes(mixed)) if bytes(mixed) != sealed else 0
    assert wrong >= 5_000 and key.open(sealed, **WHERE) == b"a planted sentence that nobody may change"


def test_a_key_seals_no_more_than_it_was_made_for() -> None:
    key = DataKey.new(1)
    key.seal(b"x", **WHERE)
    with pytest.raises(UsedUp):
        key.seal(b"y", **WHERE)


def test_a_wrapped_key_opens_under_its_epoch_for_its_record_only() -> None:
    key, master, circle = DataKey.new(1), bytes(32), uuid.uuid4()
    at = {"epoch": 1, "table": "t", "row": ROW, "circle": circle}
    wrapped = wrap(key, master, **at)  # type: ignore[arg-type]
    assert unwrap(wrapped, master, key.id, **at).key == key.key  # type: ignore[arg-type]
    wrong = ({"epoch": 2}, {"table": "u"}, {"row": OTHER}, {"circle": None}, {"circle": OTHER})
    for more in wrong:
        with pytest.raises(Unreadable):
            unwrap(wrapped, master, key.id, **{**at, **more})  # type: ignore[arg-type]
    for value, m, id in (
        (wrapped[:-1], master, key.id),
        (wrapped, b"\1" * 32, key.id),
        (wrapped, master, OTHER),
        (b"\2" + wrapped[1:], master, key.id),
    ):
        with pytest.raises(Unreadable):
            unwrap(value, m, id, **at)  # type: ignore[arg-type]


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_database_and_the_program_agree_on_what_a_sealed_value_is() -> None:
    good = secret()[1]
    rng = random.Random(3)
    tried = [
        good,
        b"",
        b"plain text",
        good[:-1],
        good + b"\0",
        b"\2" + good[1:],
        good[:33],
        b"Ein Satz, der lang genug ist, um ein Wert zu sein.",
    ]
    tried += [bytes([1]) + rng.randbytes(rng.randrange(0, 90)) for _ in range(60)]
    with connection.cursor() as cursor:
        for value in tried:
            cursor.execute(f"select {check_of('x')} from (select %s::bytea x) t", [value])
            assert cursor.fetchone()[0] is is_sealed(value), value
    assert [is_sealed(v) for v in tried[:8]] == [True] + [False] * 7


# the wrapping key's file -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    wrapping.make(tmp_path, 1)
    return tmp_path


def known(folder: Path) -> list[wrapping.Epoch]:
    return [wrapping.Epoch(1, "current", wrapping.proof(1, wrapping.read(folder, 1)))]


def test_the_file_of_an_epoch_is_private_and_is_made_once(folder: Path) -> None:
    before = wrapping.read(folder, 1)
    assert wrapping.make(folder, 1) == before and len(before) == 32
    assert wrapping.path(folder, 1).stat().st_mode & 0o777 == 0o600
    assert (folder / "wrapping").stat().st_mode & 0o777 == 0o700
    wrapping.check(folder, known(folder), sealed_before=True)


def _missing(folder: Path) -> None:
    wrapping.path(folder, 1).unlink()


def _folder_missing(folder: Path) -> None:
    _missing(folder)
    (folder / "wrapping").rmdir()


def _empty(folder: Path) -> None:
    wrapping.path(folder, 1).write_text("")


def _half(folder: Path) -> None:
    where = wrapping.path(folder, 1)
    where.write_bytes(where.read_bytes()[: -len(where.read_bytes()) // 2])


def _last_byte(folder: Path) -> None:
    where = wrapping.path(folder, 1)
    where.write_bytes(where.read_bytes()[:-1])


def _changed(folder: Path) -> None:
    where = wrapping.path(folder, 1)
    said = where.read_text()
    digit = said.index("key ") + 9
    where.write_text(said[:digit] + ("0" if said[digit] != "0" else "1") + said[digit + 1 :])


def _another(folder: Path) -> None:
    wrapping.path(folder, 1).write_text(wrapping.text(1, b"x" * 32))


def _other_epoch(folder: Path) -> None:
    wrapping.path(folder, 1).write_text(wrapping.text(2, wrapping.read(folder, 1)))


def _binary(folder: Path) -> None:
    wrapping.path(folder, 1).write_bytes(b"\xff" * 200)


def _a_folder(folder: Path) -> None:
    _missing(folder)
    wrapping.path(folder, 1).mkdir()


FAULTS = [_missing, _folder_missing, _empty, _half, _last_byte, _changed, _another, _other_epoch, _binary, _a_folder]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_key_file_that_is_not_right_is_refused_in_a_sentence_and_nothing_is_made(fault, folder: Path) -> None:
    """E5."""
    epochs_known = known(folder)
    fault(folder)
    before = sorted((p.relative_to(folder), p.read_bytes() if p.is_file() else b"") for p in folder.rglob("*"))
    with pytest.raises(Stop, match=r"no new key was made") as stop:
        wrapping.check(folder, epochs_known, sealed_before=True)
    assert stop.value.code == 4
    assert sorted((p.relative_to(folder), p.read_bytes() if p.is_file() else b"") for p in folder.rglob("*")) == before


def test_an_older_copy_of_the_folder_is_refused(folder: Path) -> None:
    """E5: the database has gone on to epoch 2."""
    with pytest.raises(Stop, match="0002"):
        wrapping.check(folder, [*known(folder), wrapping.Epoch(2, "current", b"x" * 32)], sealed_before=True)


def test_a_retired_epoch_needs_no_file(folder: Path) -> None:
    wrapping.check(folder, [wrapping.Epoch(7, "retired", b"x" * 32), *known(folder)], sealed_before=True)


# in the database ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.full
def test_a_database_whose_keys_are_gone_gets_no_new_ones(committed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """E5: the data were restored without the keys; and the keys' folder is another's."""
    with scratch.superuser() as su:
        there = su.execute("select n, state from plait_keys.epoch").fetchall()
        assert there == [(1, "current")]
        keys.begin()
        assert su.execute("select n, state from plait_keys.epoch").fetchall() == there
        monkeypatch.setenv("PLAIT_SECRETS", str(tmp_path))
        with pytest.raises(Stop, match="missing"):
            keys.begin()
        wrapping.make(tmp_path, 1)
        with pytest.raises(Stop, match="another database"):
            keys.begin()
        monkeypatch.undo()
        su.execute("delete from plait_keys.key; delete from plait_keys.epoch")
        with pytest.raises(Stop, match="restore the keys file"):
            keys.begin()
        assert su.execute("select count(*) from plait_keys.epoch").fetchone() == (0,)


@pytest.mark.full
def test_serve_looks_at_the_keys_before_it_serves(committed: str, tmp_path: Path) -> None:
    """E5, as the launcher asks: with the application's password and no Django."""
    here = place()
    there = type(here)(here.host, here.port, committed, here.secrets)
    wrapping.check_database(there)
    for name in ("app.password",):
        (tmp_path / name).write_text(here.secret(name))
    with pytest.raises(Stop, match="missing"):
        wrapping.check_database(type(here)(here.host, here.port, committed, tmp_path))


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_application_reads_no_wrapped_key_and_no_epoch() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select grantee::text, table_name::text, privilege_type::text from information_schema.role_table_grants"
            " where table_schema = 'plait_keys' and grantee <> 'plait_owner' order by 1, 2, 3"
        )
        assert cursor.fetchall() == [
            ("plait_gate", "disposed", "INSERT"), ("plait_gate", "disposed", "SELECT"), ("plait_gate", "disposed", "UPDATE"),
            ("plait_gate", "epoch", "SELECT"), ("plait_gate", "epoch", "UPDATE"),
            ("plait_gate", "key", "DELETE"), ("plait_gate", "key", "INSERT"), ("plait_gate", "key", "SELECT"),
        ]  # fmt: skip
        cursor.execute(
            "select has_schema_privilege('plait_app', 'plait_keys', 'usage'), has_schema_privilege('plait_public', 'plait_keys', 'usage')"
        )
        assert cursor.fetchone() == (False, False)


# secrets of accounts ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_secret_of_an_account_opens_for_that_account_and_column_only() -> None:
    dee, bea = person("dee").id, person("bea").id
    at = {"table": "kernel_factor", "column": "secret", "account": dee}
    sealed = keys.seal_secret("JBSWY3DPEHPK3PXP", **at)
    assert keys.open_secret(sealed, **at) == b"JBSWY3DPEHPK3PXP" and b"JBSWY3DP" not in sealed
    for more in ({"account": bea}, {"column": "codes"}, {"table": "kernel_account"}):
        with pytest.raises(Unreadable):
            keys.open_secret(sealed, **{**at, **more})
    again = keys.seal_secret(b"second", replaces=sealed, **at)
    assert keys.open_secret(again, **at) == b"second"
    with pytest.raises(Unreadable):
        keys.open_secret(sealed, **at)
    keys.forget_secret(again, table="kernel_factor", account=dee)
    with pytest.raises(Unreadable):
        keys.open_secret(again, **at)


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_database_without_an_epoch_seals_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PLAIT_SECRETS", str(tmp_path))
    with pytest.raises(Stop, match="no new key was made"):
        keys.seal_secret("x", table="t", column="c", account=person("dee").id)
    assert list(tmp_path.iterdir()) == []
    assert epochs.sealing_epoch("default") == 1
