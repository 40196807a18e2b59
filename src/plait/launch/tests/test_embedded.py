"""The embedded database on a real folder: what is refused, what recovers, what nobody can do."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from plait.launch import DATA, ENVIRONMENT, REFUSED, Stop, embedded, programs
from plait.launch.places import Places

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def places() -> Iterator[Places]:
    """A data folder with a blank, a quote and an umlaut in its name, below a folder that the database's user may walk."""
    with tempfile.TemporaryDirectory(prefix="plait-launch-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        here = Places(Path(folder) / "it's möglich")
        with embedded.database(here, make=True):
            pass
        yield here


def connect(found: embedded.Database, role: str, password: str | None = None, name: str = "plait") -> psycopg.Connection:
    there = found.connection
    return psycopg.connect(
        host=there.host,
        port=there.port,
        dbname=name,
        user=role,
        password=there.password(role[6:]) if password is None else password,
    )


def start_elsewhere(places: Places) -> subprocess.Popen[str]:
    """Another process that holds the folder and its database until it is ended."""
    code = f"""
        import sys, time
        from pathlib import Path
        from plait.launch import embedded
        from plait.launch.places import Places
        with embedded.database(Places(Path({str(places.root)!r}))) as found:
            found.lock.tell("http://localhost:8000/")
            print("ready", flush=True)
            time.sleep(60)
    """
    child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def test_roles_enter_their_database_only_and_the_superuser_nowhere(places: Places) -> None:
    with embedded.database(places) as found:
        for role in ("plait_owner", "plait_app", "plait_public", "plait_backup", "plait_maintenance"):
            with connect(found, role) as there:
                assert there.execute("select current_user").fetchone() == (role,)
            with pytest.raises(psycopg.OperationalError, match="rejects connection"):
                connect(found, role, name="postgres")
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                connect(found, role, "wrong")
        for role in ("postgres", "plait_gate", "plait_tamper"):
            with pytest.raises(psycopg.OperationalError, match="rejects connection"):
                connect(found, role, "anything")


def test_the_application_owns_nothing_and_cannot_become_another(places: Places) -> None:
    with embedded.database(places) as found, connect(found, "plait_app") as app:
        app.autocommit = True
        for statement in (
            "create table public.mine (x int)",
            "create table plait.mine (x int)",
            "create temporary table mine (x int)",
            "set role plait_owner",
            "set role plait_gate",
            "alter role plait_app bypassrls",
            "set session_replication_role = replica",
            "select * from pg_authid",
            "select pg_read_file('postgresql.conf')",
            "copy (select 1) to program 'true'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement)


def test_the_owner_may_make_the_gates_functions_without_being_the_gate(places: Places) -> None:
    with embedded.database(places) as found, connect(found, "plait_owner") as owner:
        owner.execute("grant create on schema plait to plait_gate")
        owner.execute("set local role plait_gate")
        owner.execute("create function plait.tried() returns int language sql security definer as 'select 1'")
        owner.execute("reset role")
        row = owner.execute("select proowner::regrole::text from pg_proc where proname = 'tried'").fetchone()
        assert row == ("plait_gate",)
        owner.rollback()


def test_nobody_listens_on_the_network_and_the_folders_are_closed(places: Places) -> None:
    with embedded.database(places) as found, connect(found, "plait_owner") as owner:
        assert owner.execute("show listen_addresses").fetchone() == ("",)
        assert owner.execute("show server_version_num").fetchone()[0].startswith("18")  # type: ignore[index]
    for path in (places.database, places.secrets):
        assert path.stat().st_mode & 0o077 == 0
    said = places.log.read_text()
    assert said
    assert not [
        role for role in ("owner", "app", "public") if places.secrets.joinpath(f"{role}.password").read_text().strip() in said
    ]


def test_a_second_start_is_refused_with_process_and_address_and_may_join(places: Places) -> None:
    child = start_elsewhere(places)
    try:
        with pytest.raises(Stop) as stop, embedded.database(places):
            pass
        assert stop.value.code == REFUSED
        assert stop.value.sentence.startswith(f"Plait already runs on {places.root} (process {child.pid}, since ")
        assert "http://localhost:8000/" in stop.value.sentence
        with pytest.raises(Stop, match="already runs"):
            embedded.refuse_if_held(places)
        with embedded.database(places, join=True) as found, connect(found, "plait_app") as app:
            assert found.lock is None
            assert app.execute("select 1").fetchone() == (1,)
    finally:
        child.terminate()
        child.wait(20)


def test_after_kill_9_the_next_start_recovers(places: Places, capfd: pytest.CaptureFixture[str]) -> None:
    child = start_elsewhere(places)
    server = int((places.database / "postmaster.pid").read_text().splitlines()[0])
    os.kill(server, signal.SIGKILL)
    child.kill()
    child.wait()
    with embedded.database(places) as found, connect(found, "plait_app") as app:
        assert app.execute("select 1").fetchone() == (1,)
    assert "not stopped cleanly last time; recovering" in capfd.readouterr().err


def test_a_database_does_not_outlive_its_plait_or_is_ended_by_the_next(places: Places) -> None:
    child = start_elsewhere(places)
    server = int((places.database / "postmaster.pid").read_text().splitlines()[0])
    child.kill()
    child.wait()
    if sys.platform == "linux":
        assert embedded.wait_until_gone(server, 20)
    with embedded.database(places):
        assert not embedded.is_alive(server)


def test_a_number_that_another_program_has_now_is_no_server(places: Places, capfd: pytest.CaptureFixture[str]) -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        (places.database / "postmaster.pid").write_text(f"{stranger.pid}\n{places.database}\n")
        with embedded.database(places):
            assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()
    assert "recovering" in capfd.readouterr().err


def test_a_zombie_is_not_alive() -> None:
    child = subprocess.Popen(["true"])
    time.sleep(0.3)
    assert not embedded.is_alive(child.pid)
    child.wait()


def test_a_database_of_a_newer_postgresql_is_not_touched(places: Places) -> None:
    version = places.database / "PG_VERSION"
    version.write_text("19\n")
    try:
        with pytest.raises(Stop, match=r"was written by PostgreSQL 19, this Plait brings 18: use a newer Plait") as stop:
            with embedded.database(places):
                pass
        assert stop.value.code == ENVIRONMENT
    finally:
        version.write_text("18\n")


def test_a_folder_that_is_no_database_is_left_alone() -> None:
    with tempfile.TemporaryDirectory(prefix="plait-launch-") as folder:
        Path(folder).chmod(0o711)
        here = Places(Path(folder))
        here.database.mkdir()
        (here.database / "letter.txt").write_text("mine")
        with pytest.raises(Stop, match="is not empty and is no PostgreSQL folder") as stop, embedded.database(here, make=True):
            pass
        assert stop.value.code == DATA
        assert (here.database / "letter.txt").read_text() == "mine"


def test_without_a_partnership_the_way_to_one_is_named() -> None:
    with tempfile.TemporaryDirectory(prefix="plait-launch-") as folder:
        Path(folder).chmod(0o711)
        with pytest.raises(Stop, match=r"There is no partnership in .* yet: start one with \./plait init") as stop:
            with embedded.database(Places(Path(folder))):
                pass
        assert stop.value.code == DATA


def test_a_full_disk_is_seen_before_anything_is_started(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded.shutil, "disk_usage", lambda _path: type("Usage", (), {"free": 42 * 2**20}))
    with pytest.raises(Stop, match=r"Only 42 MB free on the disk of .*; Plait needs 200 MB"), embedded.database(places):
        pass


def test_a_closed_folder_above_is_named_when_the_databases_user_cannot_reach_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed").mkdir(mode=0o700)
    monkeypatch.setattr(programs, "is_root", lambda: True)
    monkeypatch.setattr(programs, "database_user", lambda: (65533, 65533))
    with pytest.raises(Stop, match=r"plait-db, who cannot reach .* because .* is closed to others: set PLAIT_DATA to"):
        programs.find(Places(tmp_path / "closed" / "data"))


def test_a_port_in_use_is_said_before_the_database_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Stop, match=f"Port {port} is in use by another program: choose another with --port") as stop:
            embedded.free_port(port)
        assert stop.value.code == ENVIRONMENT


def test_the_programs_environment_has_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "elsewhere")
    monkeypatch.setenv("PGPASSWORD", "secret")
    assert not [name for name in programs.clean_environment() if name.startswith("PG")]


def test_a_database_whose_first_filling_fails_is_not_left_half_made() -> None:
    with tempfile.TemporaryDirectory(prefix="plait-launch-") as folder:
        Path(folder).chmod(0o711)
        here = Places(Path(folder))
        with pytest.raises(Stop), embedded.database(here, make=True):
            raise Stop(DATA, "The pack is wrong.")
        assert not here.database.exists()
        with embedded.database(here, make=True) as found:
            assert found.fresh
            found.fresh = False
        with pytest.raises(Stop), embedded.database(here, make=True):
            raise Stop(ENVIRONMENT, "Only the web server failed.")
        assert here.database.exists()
