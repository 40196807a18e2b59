"""A server of one's own: made ready by a role that may, or by an administrator who runs what Plait prints."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from plait.launch import CLONE, DATA, ENVIRONMENT, REFUSED, Stop, embedded, external, roles
from plait.launch.places import Places

ROLES = [
    "create role boss superuser login password 'b'",
    "create role maker login createrole createdb bypassrls password 'm'",
    "grant pg_read_all_data to maker with admin option",
    "create role weak login password 'w'",
]


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="plait-own-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[embedded.Server]:
    """A PostgreSQL as a council may have one: no role of Plait's, everybody needs a password."""
    monkeypatch.setattr(embedded, "TEST_HBA", "local all all scram-sha-256\n")
    monkeypatch.setattr(embedded, "role_statements", lambda *_a, **_k: ROLES)
    monkeypatch.setattr(embedded, "database_statements", lambda _name: ["create database plait"])
    monkeypatch.setattr(embedded, "schema_statements", lambda: ["select 1"])
    there = embedded.Server(Places(folder / "server"), tests=True)
    there.create()
    there.start()
    yield there
    there.stop()


def address(server: embedded.Server, user: str, name: str = "town") -> external.Address:
    return external.parse(f"postgresql://{user}:{user[0]}@/{name}?host={server.socket}")


def attributes(server: embedded.Server) -> set[str]:
    with external.connect(address(server, "boss"), user="boss", password="b", name="postgres") as there:
        return {str(row[0]) for row in there.execute("select rolname from pg_roles where starts_with(rolname, 'plait_')")}


@pytest.mark.full
@pytest.mark.parametrize("user", ["boss", "maker"])
def test_a_role_that_may_makes_there_what_the_embedded_server_has(server: embedded.Server, folder: Path, user: str) -> None:
    there, places = address(server, user), Places(folder / "data")
    with external.database(there, places, make=True) as found:
        assert found.fresh
        assert attributes(server) == set(roles.ATTRIBUTES)
        for role in ("owner", "app", "public", "backup", "maintenance"):
            with external.connect(there, user=f"plait_{role}", password=found.connection.password(role), name="town") as own:
                assert own.execute("select has_schema_privilege('plait', 'usage')").fetchone() == (True,)
                with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
                    own.execute("create role another")
        with external.connect(there, user="plait_app", password=found.connection.password("app"), name="town") as app:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("create table plait.mine (x int)")
    with external.connect(there, user=user, password=user[0], name="postgres") as own:
        row = own.execute(
            "select pg_has_role(current_user, 'plait_owner', 'set') and not rolsuper from pg_roles where rolname = current_user"
        )
        assert row.fetchone() == (False,)  # what was lent for the making was given back
    with external.database(there, places, make=True) as found:
        assert not found.fresh


@pytest.mark.full
def test_a_role_that_may_not_gets_the_sql_and_an_administrator_runs_it(
    server: embedded.Server, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    there, places = address(server, "weak"), Places(folder / "data")
    with (
        pytest.raises(Stop, match="have an administrator run the SQL above") as stop,
        external.database(there, places, make=True),
    ):
        pass
    assert stop.value.code == REFUSED
    script = capfd.readouterr().out
    secrets = [p.read_text().strip() for p in places.secrets.glob("*.password")]
    assert secrets
    assert not [each for each in secrets if each in script]
    assert attributes(server) == set()
    psql = [
        str(server.programs.folder / "psql"),
        "-X",
        "-q",
        "-v",
        "ON_ERROR_STOP=1",
        "-h",
        str(server.socket),
        "-U",
        "boss",
        "postgres",
    ]
    done = subprocess.run(psql, input=script, text=True, env={"PGPASSWORD": "b"}, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    with external.database(there, places, make=True) as found:
        assert found.connection.name == "town"


@pytest.mark.full
def test_wrong_passwords_and_a_server_without_a_partnership_are_said(server: embedded.Server, folder: Path) -> None:
    wrong = external.parse(f"postgresql://boss:x@/town?host={server.socket}")
    with pytest.raises(Stop, match=r'cannot be reached as boss: password authentication failed for user "boss"\.') as stop:
        external.prepare(wrong, Places(folder / "data"))
    assert stop.value.code == ENVIRONMENT
    with (
        pytest.raises(Stop, match=r"There is no partnership on .* yet") as stop,
        external.database(wrong, Places(folder / "none")),
    ):
        pass
    assert stop.value.code == DATA


@pytest.mark.parametrize(
    "url",
    ["mysql://a@b/c", "plait", "postgresql://a:b@host", "postgresql://a@host:none/x", "postgresql:///x", "postgresql://h/a/b"],
)
def test_a_wrong_address_shows_what_a_right_one_looks_like(url: str) -> None:
    with pytest.raises(
        Stop, match=r"PLAIT_DATABASE_URL is not the address .* postgresql://role:password@host:5432/plait"
    ) as stop:
        external.parse(url)
    assert stop.value.code == ENVIRONMENT


def test_an_address_is_read_whole() -> None:
    found = external.parse("postgresql://who:p%40ss@db.example:5433/town?sslmode=verify-full&sslrootcert=/ca.pem")
    assert found == external.Address("who", "p@ss", "db.example", "5433", "town", "verify-full", "/ca.pem")


def test_a_server_that_is_not_there_is_said(folder: Path) -> None:
    with pytest.raises(Stop, match=r"127\.0\.0\.1:1/town \(PLAIT_DATABASE_URL\) cannot be reached as a: Connection refused\."):
        external.prepare(external.parse("postgresql://a:b@127.0.0.1:1/town"), Places(folder / "data"))


@pytest.mark.full
def test_the_suite_runs_on_a_server_of_ones_own(server: embedded.Server, folder: Path) -> None:
    """`./plait test --server`: roles as `init` makes them; here one file of the kernel's, by hand the whole kernel and contracts (assurance.md)."""
    where = f"postgresql://boss:b@/plait_tests?host={server.socket}"
    command = [sys.executable, "-P", "-m", "plait", "test", "-q", "-p", "no:cacheprovider", "--server", where]
    env = {k: v for k, v in os.environ.items() if not k.startswith("PLAIT_")} | {"PLAIT_TEST_DATA": str(folder / "suite")}
    chosen = ["src/plait/kernel/tests/test_identity.py", "-k", "setting_makes_anybody or visitor"]
    done = subprocess.run([*command, *chosen], env=env, cwd=CLONE, capture_output=True, text=True, check=False, timeout=300)
    assert re.search(r"\b([2-9]|\d\d) passed", done.stdout) and "failed" not in done.stdout, (
        done.stdout[-2000:] + done.stderr[-2000:]
    )
    with external.connect(address(server, "boss"), user="boss", password="b", name="postgres") as there:
        made = there.execute("select count(*) from pg_database where starts_with(datname, 'plait_template')").fetchone()
    assert made == (1,)
