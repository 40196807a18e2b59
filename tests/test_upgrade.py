"""F8: from each released schema to head, killed at each step on the way, with the rows that stood there; and not with an older program.

`tools/fixture.py` keeps a database of each released version in tests/fixtures. A file that is missing is not a test that passes: the list of
versions stands below.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error

from plait.cli.inside import migrate
from plait.kernel import scratch
from plait.kernel.log import sequence
from plait.kernel.log.verify import verify
from plait.launch import DATA, Stop, restore
from plait.launch.places import Connection
from plait.launch.places import connection as place
from plait.launch.roles import connect_statements, schema_statements

FIXTURES = Path(__file__).parent / "fixtures"
RELEASED = ("0.1.0",)
OF_THE_PROGRAM = {
    "public.auth_permission", "public.django_content_type", "public.django_migrations", "public.kernel_decisionright", "public.kernel_officeseat",
    "plait.clock",
}  # fmt: skip
"""Tables that a migration writes from the program or the pack; every other row is somebody's, and stays."""


def here(name: str) -> Connection:
    s = connections["owner"].settings_dict
    return Connection(s["HOST"], str(s["PORT"]), name, place().secrets)


@pytest.fixture(scope="module", params=RELEASED)
def released(request, django_db_setup, django_db_blocker) -> Iterator[tuple[str, dict[str, int]]]:
    """A database as that version left it, and the rows that were counted then."""
    dump = FIXTURES / f"schema-{request.param}.dump"
    stated = json.loads(dump.with_suffix(".json").read_text())
    assert stated["version"] == request.param
    name = f"test_plait_released_{request.param.replace('.', '_')}"
    with django_db_blocker.unblock():
        with scratch.as_role("owner", "postgres") as owner:
            owner.execute(f'drop database if exists "{name}"')
            owner.execute(f'create database "{name}"')
            for statement in connect_statements(name):
                owner.execute(statement)
        with scratch.as_role("tamper", name) as tamper:
            for statement in schema_statements():
                tamper.execute(statement)
            tamper.execute("drop schema plait")
        filling = restore.Fill(here(name))
        filling.feed(dump.read_bytes())
        filling.end(dump)
        restore.give_to_the_gate(here(name))
        yield name, stated["rows"]
        scratch.drop(name)


@pytest.fixture
def old(released, django_db_blocker) -> Iterator[tuple[str, dict[str, int]]]:
    """A copy of it for one test."""
    with django_db_blocker.unblock(), scratch.database(released[0]) as name:
        yield name, released[1]


def counts(name: str) -> dict[str, int]:
    with scratch.as_role("tamper", name) as there:
        tables = there.execute(
            "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind = 'r' and n.nspname in ('public', 'plait')"
        ).fetchall()
        # what a migration did to the columns is itself entered in the log (S, M): not somebody's row
        somebodys = {"public.kernel_entry": " where op not in ('S', 'M')"}
        return {t: there.execute(f"select count(*) from {t}{somebodys.get(t, '')}").fetchone()[0] for (t,) in tables}  # type: ignore[index]


def lost(name: str, stated: dict[str, int]) -> dict[str, tuple[int, int | None]]:
    now = counts(name)
    return {t: (n, now.get(t)) for t, n in stated.items() if t not in OF_THE_PROGRAM and now.get(t) != n}


def test_every_released_version_is_kept() -> None:
    assert {p.stem.removeprefix("schema-") for p in FIXTURES.glob("schema-*.dump")} == set(RELEASED)


@pytest.mark.full
def test_a_released_database_comes_to_head_with_every_row(old) -> None:
    name, stated = old
    assert sum(stated.values()) > 1500 and counts(name)["public.kernel_entry"] == stated["public.kernel_entry"] > 700
    migrate()
    assert lost(name, stated) == {}
    executor = MigrationExecutor(connections["owner"])
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    migrate()  # and once more changes nothing
    assert lost(name, stated) == {}


class Killer:
    """Ends the database's own process at the n-th statement that matches, as a kill -9 would."""

    def __init__(self, what: str, n: int, name: str) -> None:
        self.what, self.n, self.name, self.seen, self.struck = what, n, name, 0, False

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        if self.what in str(sql).lower():
            self.seen += 1
            if self.seen == self.n:
                self.struck = True
                with scratch.as_role("tamper", "postgres") as tamper:
                    tamper.execute(
                        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s and usename = 'plait_owner'",
                        [self.name],
                    )
        return execute(sql, params, many, context)


@pytest.mark.full
def test_killed_at_each_step_of_the_way_it_goes_on_from_there(released, django_db_blocker) -> None:
    """F8: killed just before each migration is written down as done, and at three places while rights are brought in order."""
    with django_db_blocker.unblock():
        with scratch.database(released[0]):
            executor = MigrationExecutor(connections["owner"])
            steps = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        assert steps >= 1
        places = [('insert into "django_migrations"', n) for n in range(1, steps + 1)]
        places += [("create or replace function", 20), ("create policy", 10), ("create trigger", 30)]
        with scratch.database(released[0]) as name:
            before = counts(name)
            for what, n in places:
                killer = Killer(what, n, name)
                with connections["owner"].execute_wrapper(killer), pytest.raises(Error):
                    migrate()
                assert killer.struck, (what, n)
                connections["owner"].close()
                assert counts(name) == before, (what, n)  # not half a step
            migrate()
            assert lost(name, released[1]) == {}


@pytest.mark.full
def test_a_released_database_has_a_whole_log_afterwards(old, tmp_path, monkeypatch) -> None:
    """Its entries committed to less than they do now: they are made again, ordered, signed, and everything fits."""
    monkeypatch.setattr(sequence, "folder", lambda: tmp_path)
    migrate()
    assert sequence.sequence() >= old[1]["public.kernel_entry"]
    with scratch.superuser() as su, su.transaction():
        report = verify(su)
    assert report.findings == [] and report.rows > 100 and report.waiting == 0


@pytest.mark.full
def test_an_older_program_leaves_a_newer_database_alone(old) -> None:
    migrate()
    name, _stated = old
    with connections["owner"].cursor() as cursor:
        cursor.execute("insert into django_migrations(app, name, applied) values ('kernel', '9999_of_the_future', now())")
    before = counts(name)
    with pytest.raises(
        Stop, match=r"changed by a newer Plait \(kernel\.9999_of_the_future\): use that version\. Nothing was changed"
    ) as stop:
        migrate()
    assert stop.value.code == DATA and counts(name) == before
