"""A13: whoever runs code as the web process's user gets in as the application and the public, and as nobody else; and then may not do this."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import psycopg
import pytest
from django.db import connections

from plait.kernel import scratch
from plait.kernel.access.registry import GROUND, protected
from plait.launch.places import connection as place

pytestmark = pytest.mark.django_db(databases=["default", "public", "owner"])

ROLES = (
    "plait_owner",
    "plait_gate",
    "plait_backup",
    "plait_maintenance",
    "plait_app",
    "plait_public",
    "postgres",
    "plait_tamper",
    "root",
    "",
)


def knock(role: str, password: str | None) -> str:
    """Tries to come in; the SQLSTATE or kind of refusal, "" when it was let in."""
    s = connections["default"].settings_dict
    try:
        with psycopg.connect(host=s["HOST"], port=s["PORT"], user=role, password=password, dbname=s["NAME"], connect_timeout=5):
            return ""
    except psycopg.OperationalError as error:
        return str(error)


def test_no_role_is_let_in_without_its_own_password(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.startswith("PG")]:
        monkeypatch.delenv(name)
    tried = 0
    for role in ROLES:
        mine = place().password(role.removeprefix("plait_")) if role else ""
        for password in (
            None,
            "",
            "postgres",
            role,
            place().password("app"),
            place().password("public"),
            "\x27 or true",
            "a" * 1000,
        ):
            if password == mine and mine:
                continue
            assert knock(role, password), (role, "was let in")
            tried += 1
    assert tried >= 75
    assert knock("plait_app", place().password("app")) == "" == knock("plait_public", place().password("public"))


def test_the_superuser_of_a_partnerships_server_has_no_way_in() -> None:
    from plait.launch.embedded import HBA

    lines = [line.split() for line in HBA.splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if line[-1] not in ("scram-sha-256", "reject")] == []
    assert [line for line in lines if line[0] != "local" and line[-1] != "reject"] == []
    assert "postgres" not in " ".join(" ".join(line) for line in lines if line[-1] != "reject")


def test_the_folders_of_the_database_are_closed_to_others() -> None:
    s = connections["default"].settings_dict
    with scratch.superuser() as su:
        (data,) = su.execute("show data_directory").fetchone()
        (addresses,) = su.execute("show listen_addresses").fetchone()
    assert addresses == ""
    assert stat.S_IMODE(Path(data).stat().st_mode) == 0o700
    assert stat.S_IMODE(Path(s["HOST"]).stat().st_mode) in (0o700, 0o711)
    secrets = place().secrets
    assert secrets is not None and stat.S_IMODE(secrets.stat().st_mode) == 0o700
    files = list(secrets.iterdir())
    assert len(files) >= 4 and {stat.S_IMODE(p.stat().st_mode) & 0o077 for p in files} == {0}


FORBIDDEN = {
    "truncate": "truncate {t}", "truncate the log": "truncate kernel_entry", "a trigger off": "alter table {t} disable trigger all", "triggers off for the session": "set session_replication_role = replica",
    "the owner's role": "set role plait_owner", "the gate's role": "set role plait_gate", "another's session": "set session authorization plait_owner", "a policy changed": "alter policy reads on {t} using (true)",
    "a policy added": "create policy planted on {t} for select to plait_app using (true)", "row security off": "alter table {t} disable row level security", "a grant": "grant select on plait.gate_key to plait_app",
    "the key of tokens": "select * from plait.gate_key", "a program by copy": "copy (select 1) to program 'touch /tmp/planted'", "a file by copy": "copy {t} to '/tmp/planted'", "a file read": "select pg_read_file('/etc/passwd')",
    "a folder read": "select pg_ls_dir('/')", "a large object from a file": "select lo_import('/etc/passwd')", "an extension": "create extension dblink", "a language": "create language plpython3u",
    "a function": "create function public.planted() returns int language sql as 'select 1'", "a function over ours": "create or replace function plait.me() returns uuid language sql as 'select null::uuid'",
    "a table": "create table public.planted(x int)", "a table in ours": "create table plait.planted(x int)", "a schema": "create schema planted", "a role": "create role planted superuser", "a setting of the server": "alter system set listen_addresses = '*'",
    "a setting of the database": "alter database {d} set row_security = off", "a setting of the role": "alter role plait_owner set row_security = off", "a library": "load '/tmp/planted.so'", "the clock": "update plait.clock set shift = '1 day'", "a publication": "create publication planted for table {t}",
    "the passwords": "select rolpassword from pg_authid", "configuration with secrets": "select * from pg_hba_file_rules", "a view": "create view public.planted as select * from {t}", "a trigger of one's own": "create trigger planted before insert on {t} for each row execute function plait.made()",
    "owned by": "reassign owned by plait_owner to plait_app", "an entry": "insert into kernel_entry default values", "a seat": "insert into kernel_seat default values", "a bar lifted": "delete from kernel_bar",
}  # fmt: skip


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_application_may_not(what: str) -> None:
    s = connections["default"].settings_dict
    statement = FORBIDDEN[what].format(t="picture_risk", d=f'"{s["NAME"]}"')
    for role in ("app", "public"):
        with (
            psycopg.connect(
                host=s["HOST"],
                port=s["PORT"],
                user=f"plait_{role}",
                password=place().password(role),
                dbname=s["NAME"],
                autocommit=True,
            ) as mine,
            pytest.raises(psycopg.Error) as refused,
        ):
            mine.execute(statement)
        assert refused.value.sqlstate in ("42501", "0LP01", "22012", "22P02", "55000", "42704", "42P01", "0A000", "58P01"), (
            role,
            refused.value,
        )


def test_row_security_switched_off_gives_an_error_and_no_row() -> None:
    s, asked = connections["default"].settings_dict, 0
    with psycopg.connect(
        host=s["HOST"], port=s["PORT"], user="plait_app", password=place().password("app"), dbname=s["NAME"], autocommit=True
    ) as mine:
        mine.execute("set row_security = off")
        for table in [*(m._meta.db_table for m in protected()), *(t for t, g in GROUND.items() if g.read)]:
            with pytest.raises(psycopg.Error) as refused:
                mine.execute(f"select 1 from {table}").fetchall()
            assert refused.value.sqlstate == "42501", table
            asked += 1
    assert asked >= 20


def test_statistics_and_statements_of_others_are_not_shown() -> None:
    s = connections["default"].settings_dict
    with psycopg.connect(
        host=s["HOST"], port=s["PORT"], user="plait_app", password=place().password("app"), dbname=s["NAME"], autocommit=True
    ) as mine:
        tables = [m._meta.db_table for m in protected()] + list(GROUND)
        assert mine.execute("select count(*) from pg_stats where tablename = any(%s)", [tables]).fetchone() == (0,)
        with scratch.superuser() as su:
            su.execute("select 'planted word'")
            seen = mine.execute("select query from pg_stat_activity where usename <> 'plait_app'").fetchall()
        assert seen and {q for (q,) in seen} <= {"<insufficient privilege>", "", None}
