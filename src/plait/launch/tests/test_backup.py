"""B1, B3, B8 and kill -9: a real database under load, a real restore into a database of its own, and what stands afterwards."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from plait.launch import DATA, REFUSED, Stop, archive, backup, embedded, export, restore
from plait.launch.places import Connection, Places
from plait.launch.places import connection as place
from tests.people import for_real

pytestmark = pytest.mark.full
VERSION = "test"
FROM_THE_PACK = ("public.kernel_decisionright", "public.kernel_officeseat")


@pytest.fixture(autouse=True)
def no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried here is not power loss: the databases aside need not reach the disk."""
    monkeypatch.setattr(embedded, "INITDB", (*embedded.INITDB, "--no-sync"))
    monkeypatch.setattr(embedded, "CONFIGURATION", {**embedded.CONFIGURATION, "fsync": "off"})


def here(name: str, secrets: Path | None = None) -> Connection:
    s = connections["owner"].settings_dict
    return Connection(s["HOST"], str(s["PORT"]), name, secrets or place().secrets)


@pytest.fixture(scope="module")
def kit() -> Iterator[Path]:
    """A folder that the database's own user may walk, with an identity in it."""
    with tempfile.TemporaryDirectory(prefix="plait-backup-", ignore_cleanup_errors=True) as folder:
        path = Path(folder)
        path.chmod(0o711)
        archive.new_identity(path / "identity")
        yield path


def identity(kit: Path) -> list:
    return archive.identities(kit / "identity")


def named(kit: Path) -> str:
    found = re.search(r"age1\w+", (kit / "identity").read_text())
    assert found
    return found[0]


@pytest.fixture
def source(committed: str, kit: Path, tmp_path: Path) -> Connection:
    """The cast's partnership with a recipient, its secrets in a folder of the test's own."""
    from plait.kernel.keeping import first_recipients

    first_recipients([named(kit)])
    there = here(committed)
    assert there.secrets is not None
    shutil.copytree(there.secrets, tmp_path / "secrets")
    return here(committed, tmp_path / "secrets")


def make_evidence(words: str) -> None:
    from plait.picture.tests import make

    with for_real("rowan") as rowan:
        make.evidence(rowan, what=words)


def finish(there: Connection, manifest: dict) -> None:
    """Brings it to this version, as the command does, in this process."""
    from plait.cli.keeping import _finish

    _finish(there, manifest, "restore")


def sealed_pairs(folder: Path) -> list[tuple[Path, Path]]:
    return [
        (d, Path(str(d).replace(archive.DATA_SUFFIX, archive.KEYS_SUFFIX)))
        for d in sorted(folder.glob(f"*{archive.DATA_SUFFIX}"))
    ]


def test_a_backup_under_load_comes_back_whole_and_says_that_it_was_restored(
    source: Connection, kit: Path, tmp_path: Path
) -> None:
    """B1: eight writers while the backup is made; into an empty folder; counts, digests and the log's head as in one moment of the source."""
    stop, written = threading.Event(), []

    def write(number: int) -> None:
        try:
            while not stop.is_set():
                make_evidence(f"writer {number}, {len(written)}")
                written.append(number)
        finally:
            connections.close_all()

    writers = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for each in writers:
        each.start()
    try:
        while len(written) < 20:
            time.sleep(0.01)
        before = len(written)
        made = backup.make(source, tmp_path / "out", version=VERSION)
        after = len(written)
    finally:
        stop.set()
        for each in writers:
            each.join(30)
    assert after > before, "nothing was written while the backup was made"
    places = Places(kit / "restored")
    manifest, kept = restore.restore(made.data, made.keys, identity(kit), places, finish)
    assert kept is None
    rows = manifest["tables"]["public.picture_evidence"]["rows"]
    assert before <= rows <= after + 8 and manifest["log"]["entries"] > 2 * rows - 8
    assert len(manifest["tables"]) >= 35 and manifest["key_tables"]["plait_keys.epoch"]["rows"] == 1
    with embedded.database(places) as found:
        with backup.connect(found.connection, "backup") as there:
            facts = backup.facts(there)
            changed = [t for t in manifest["tables"] if facts.tables.get(t) != manifest["tables"][t]]
            assert set(changed) <= {"public.kernel_keeping", "public.kernel_entry", *FROM_THE_PACK}, changed
            assert facts.log["entries"] == manifest["log"]["entries"] + 1
            said = there.execute(
                "select verb, who::text, after -> 'detail' ->> 'id' from kernel_entry order by id desc limit 1"
            ).fetchone()
            assert said == ("kernel.restore", "00000000-0000-0000-0000-000000000000", made.id)
        with backup.connect(found.connection, "app") as app:
            assert app.execute("select count(*) from picture_evidence").fetchone() == (0,)  # no asker, no row: policies are back
        assert (places.secrets / "wrapping").is_dir() and (places.secrets / "token.key").read_text() == (
            source.secrets / "token.key"
        ).read_text()


def test_a_role_that_row_security_binds_makes_no_backup(source: Connection, tmp_path: Path) -> None:
    """B1, finding 4: as owner or application a dump would lack rows, and say nothing."""
    make_evidence("seen by some")
    for role in ("owner", "app"):
        with pytest.raises(Stop, match="would be incomplete") as stop:
            backup.make(source, tmp_path / "out", version=VERSION, role=role)
        assert stop.value.code == REFUSED
        assert list((tmp_path / "out").iterdir()) == []
    made = backup.make(source, tmp_path / "out", version=VERSION)
    assert made.data.exists() and made.keys.exists()


def test_a_dump_that_lacks_rows_is_thrown_away(source: Connection, tmp_path: Path) -> None:
    make_evidence("one row")
    whole = backup.Dump(source, "backup", [f"--exclude-schema={backup.KEYS_SCHEMA}"])
    assert b"".join(whole)[:5] == b"PGDMP"
    lacking = backup.Dump(source, "backup", ["--exclude-table-data=public.picture_evidence"])
    assert b"".join(lacking)[:5] == b"PGDMP"
    with backup.connect(source, "backup") as there:
        held = backup.facts(there).tables
    backup._compare({k: v for k, v in held.items() if k not in backup.LEFT_OUT}, whole.rows)
    with pytest.raises(Stop, match=r"public\.picture_evidence has \d+ rows and the backup 0\. It was thrown") as stop:
        backup._compare(held, lacking.rows)
    assert stop.value.code == DATA


def text_of(dump: bytes, kit: Path) -> str:
    path = kit / "dump"
    path.write_bytes(dump)
    done = subprocess.run([str(backup.client().folder / "pg_restore"), "--file=-", str(path)], capture_output=True, check=True)
    return done.stdout.decode()


def test_neither_half_alone_gives_a_planted_word(source: Connection, kit: Path, tmp_path: Path) -> None:
    """B8, B3: sealed text stands in no half as words; what is not sealed stands in the data half only, and in none that is not opened."""
    from plait.kernel.keys import open_secret, seal_secret
    from tests.people import person

    plain, secret = [f"zwirbelkante{n}" for n in range(20)], [f"JBSWY3DPEHPK3PXP{n:02}" for n in range(20)]
    for word in plain:
        make_evidence(f"They said {word} aloud.")
    account = person("pol").id
    where = {"table": "kernel_account", "column": "secret", "account": account}
    with for_real("pol"):
        values = [seal_secret(word, **where) for word in secret]
        assert [open_secret(v, **where).decode() for v in values] == secret
    for value in values:
        make_evidence(f"What a column holds: {value.hex()}")
    made = backup.make(source, tmp_path / "out", version=VERSION)
    for path in (made.data, made.keys):
        assert not [w for w in plain + secret if w.encode() in path.read_bytes()]
    pieces: list[bytes] = []
    archive.opened(made.data, identity(kit), lambda _name, data: pieces.append(data))
    data = text_of(b"".join(pieces), kit)
    keys = restore.read_keys(made.keys, identity(kit))
    kept = text_of(keys.dump, kit) + "".join(c.decode() for c in keys.files.values())
    assert [w for w in plain if w in data] == plain and [v for v in values if v.hex() in data] == values
    assert [w for w in secret if w in data] == [] and [w for w in plain + secret if w in kept] == []
    wrapping = [c for n, c in keys.files.items() if n.startswith("wrapping/")]
    assert wrapping and not any(re.search(r"key (\w{64})", c.decode())[1] in data for c in wrapping)
    assert "gate_key" in data and not re.search(r"COPY plait\.gate_key [^\n]*\n[^\\]", data)
    assert "plait_keys" not in re.sub(r"plait_keys\.(key|epoch)\b", "", "".join(re.findall(r"COPY [^\n]*", data)))


def test_halves_of_two_backups_a_strangers_and_the_wrong_order_are_refused(source: Connection, kit: Path, tmp_path: Path) -> None:
    """B3: foreign archives. Nothing of the folder is changed, and what is right is accepted in the same folder afterwards."""
    one = backup.make(source, tmp_path / "one", version=VERSION)
    make_evidence("between the two")
    two = backup.make(source, tmp_path / "two", version=VERSION)
    strange = here(source.name, tmp_path / "strange")
    shutil.copytree(source.secrets, tmp_path / "strange")
    (tmp_path / "strange" / archive.SIGNING_KEY).unlink()
    other = backup.make(strange, tmp_path / "three", version=VERSION)
    places, ids = Places(kit / "foreign"), identity(kit)

    def nothing(_there: Connection, _manifest: dict) -> None:
        return None

    for data, keys, said in (
        (one.data, two.keys, "are not of one backup"),
        (one.keys, one.data, "holds a file that does not belong there|is not the keys half"),
        (one.keys, one.keys, "holds a file that does not belong there|is not the data half"),
    ):
        with pytest.raises(Stop, match=said) as stop:
            restore.restore(data, keys, ids, places, nothing)
        assert stop.value.code == DATA
        assert not places.database.exists() and list(places.root.glob("*.new-*")) == []
    with pytest.raises(Stop, match="it is signed by") as stop:
        restore.restore(other.data, other.keys, ids, places, nothing, signer=one.signer)
    assert stop.value.code == REFUSED
    restore.restore(one.data, one.keys, ids, places, nothing, signer=one.signer)
    with pytest.raises(Stop, match="was not made by the same Plait as the partnership in"):
        restore.restore(other.data, other.keys, ids, places, nothing)
    manifest, kept = restore.restore(two.data, two.keys, ids, places, nothing)
    assert kept is not None and (kept / "database").is_dir() and manifest["id"] == two.id


def test_the_newest_stay_and_a_failure_takes_none_away(source: Connection, tmp_path: Path) -> None:
    out, apart = tmp_path / "out", tmp_path / "apart"
    for _n in range(4):
        made = backup.run(source, out, keys_folder=apart, version=VERSION, keep=2)
    assert len(list(out.iterdir())) == 2 and len(list(apart.iterdir())) == 2
    assert made.data in out.iterdir() and made.keys in apart.iterdir()
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Stop, match=r"Cannot write to .* Earlier backups stay as they are"):
        backup.run(source, tmp_path / "file", version=VERSION)
    assert len(list(out.iterdir())) == 2
    with backup.connect(source, "backup") as there:
        said = there.execute("select well, detail ->> 'why' from kernel_keeping order by at").fetchall()
    assert [w for w, _ in said] == [True] * 4 + [False] and "Cannot write" in said[-1][1]


def test_without_recipients_there_is_no_backup(committed: str, tmp_path: Path) -> None:
    with pytest.raises(Stop, match="No recipient of backups is named yet") as stop:
        backup.make(here(committed), tmp_path / "out", version=VERSION)
    assert stop.value.code == DATA and list((tmp_path / "out").iterdir()) == []


def test_leaving_takes_every_row_in_open_formats_and_nothing_that_opens_anything(source: Connection, tmp_path: Path) -> None:
    make_evidence("zwirbelkante, öffentlich")
    rows = export.write(source, tmp_path / "out")
    said = json.loads((tmp_path / "out" / "tables.json").read_text())
    assert said["rows"] == rows and len(rows) >= 25
    columns = {c["column"]: c for c in said["tables"]["picture_evidence"]}
    assert columns["made_by_id"]["refers_to"] == "kernel_account"
    lines = [json.loads(line) for line in (tmp_path / "out" / "picture_evidence.jsonl").read_text().splitlines()]
    assert (
        len(lines) == rows["picture_evidence"] == 1
        and lines[0]["what"] == "zwirbelkante, öffentlich"
        and set(lines[0]) == set(columns)
    )
    accounts = (tmp_path / "out" / "kernel_account.jsonl").read_text()
    assert "argon2" not in accounts and "rowan@example.org" in accounts
    assert not [n for n in rows if n in ("kernel_session", "kernel_invitation", "kernel_token")]
    with backup.connect(source, "backup") as there:
        for table, number in rows.items():
            assert there.execute(f"select count(*) from {table}").fetchone() == (number,)
    with pytest.raises(Stop, match="is not an empty folder"):
        export.write(source, tmp_path / "out")


# --- kill -9 ----------------------------------------------------------------------------------------------------------


def start(code: str, **values: str) -> subprocess.Popen:
    text = textwrap.dedent(code)
    for name, value in values.items():
        text = text.replace(name, repr(value))
    return subprocess.Popen([sys.executable, "-P", "-c", text], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


BACKUP = """
    from pathlib import Path
    from plait.launch import backup
    from plait.launch.places import Connection
    there = Connection(HOST, PORT, NAME, Path(SECRETS))
    print("started", flush=True)
    backup.make(there, Path(OUT), version="test")
    print("done", flush=True)
"""
RESTORE = """
    from pathlib import Path
    from plait.launch import archive, restore
    from plait.launch.places import Places
    print("started", flush=True)
    restore.restore(Path(DATA), Path(KEYS), archive.identities(Path(IDENTITY)), Places(Path(FOLDER)), lambda there, manifest: None)
    print("done", flush=True)
"""


def killed_after(child: subprocess.Popen, seconds: float) -> bool:
    """Kill it so long after it has started; whether it had not finished."""
    assert child.stdout is not None
    assert child.stdout.readline() == "started\n"
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        os.kill(child.pid, signal.SIGKILL)
    child.wait()
    return "done" not in child.stdout.read()


def kills(source: Connection, kit: Path, out: Path, times: int) -> tuple[int, int]:
    """Kill backups and restores at `times` moments each; how many were really cut short."""
    first = backup.make(source, out, version=VERSION)
    values = {"HOST": source.host, "PORT": source.port, "NAME": source.name, "SECRETS": str(source.secrets), "OUT": str(out)}
    began = time.monotonic()
    assert not killed_after(start(BACKUP, **values), 60)
    long = time.monotonic() - began
    cut = 0
    for n in range(times):
        cut += killed_after(start(BACKUP, **values), long * (n + 0.5) / times * 0.8)
        for data, keys in sealed_pairs(out):  # whatever has its name is whole
            manifest = archive.opened(data, identity(kit), lambda *_: None)
            assert restore.read_keys(keys, identity(kit)).manifest["id"] == manifest["id"]
    assert first.data.exists()
    make_evidence("after the first backup")
    newer = backup.make(source, out, version=VERSION)
    places = Places(kit / f"killed-{times}")
    restore.restore(first.data, first.keys, identity(kit), places, lambda *_: None)
    given = {"DATA": str(newer.data), "KEYS": str(newer.keys), "IDENTITY": str(kit / "identity"), "FOLDER": str(places.root)}
    torn, state = 0, "old"
    for n in range(times):
        torn += killed_after(start(RESTORE, **given), long * (n + 0.5) / times * 2)
        with embedded.database(places) as found, backup.connect(found.connection, "backup") as there:
            facts = backup.facts(there)
        both = [archive.opened(m.data, identity(kit), lambda *_: None) for m in (first, newer)]
        now = next(s for s, m in zip(("old", "new"), both, strict=True) if facts.log == m["log"] and facts.tables == m["tables"])
        assert state == "old" or now == "new"
        state = now
    return cut, torn


def test_killed_in_the_middle_a_backup_leaves_earlier_ones_and_a_restore_the_old_state(
    source: Connection, kit: Path, tmp_path: Path
) -> None:
    cut, torn = kills(source, kit, tmp_path / "out", 4)
    assert cut >= 2 and torn >= 2


@pytest.mark.soak
def test_killed_at_many_moments(source: Connection, kit: Path, tmp_path: Path) -> None:
    cut, torn = kills(source, kit, tmp_path / "out", 40)
    assert cut >= 20 and torn >= 20


def test_a_restore_that_was_decided_is_completed_however_often_it_is_interrupted(
    source: Connection, kit: Path, tmp_path: Path
) -> None:
    """After `swap` has appeared: killed before, between and after the two renames."""
    made = backup.make(source, tmp_path / "out", version=VERSION)
    places = Places(kit / "swap")
    restore.restore(made.data, made.keys, identity(kit), places, lambda *_: None)
    for done in range(3):
        old = (places.secrets / "owner.password").read_text()
        keys = restore.read_keys(made.keys, identity(kit))
        with restore.aside(places, "restored", keys) as (new, there):
            restore.fill(there, made.data, keys, identity(kit))
        (places.root / embedded.SWAP).write_text(json.dumps({"from": new.root.name, "old": f"before-{done}"}))
        before = places.root / f"before-{done}"
        for name in restore.SWAPPED[:done]:
            before.mkdir(mode=0o711, exist_ok=True)
            (places.root / name).rename(before / name)
            if (done, name) != (1, "database"):
                (new.root / name).rename(places.root / name)
        with embedded.database(places) as found, backup.connect(found.connection, "backup") as there:
            assert backup.facts(there).tables
        assert (places.secrets / "owner.password").read_text() != old
        assert not (places.root / embedded.SWAP).exists() and not new.root.exists()
        assert (before / "secrets" / "owner.password").read_text() == old
