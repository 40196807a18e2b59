"""Databases that are made to be thrown away: the tests', and the one on which `./plait access` runs the matrix.

They live in the tests' cluster, where the owner may make databases and `plait_tamper` is a superuser. Never a partnership's.
"""

from __future__ import annotations

import contextlib
import hashlib
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections

from plait.kernel import keys
from plait.launch.places import connection as place
from plait.launch.roles import connect_statements, schema_statements

SOURCE = Path(__file__).resolve().parents[1]
LOCK = 8151


def digest(*more: Path) -> str:
    """Changes with whatever makes an empty database: migrations, models, the access model, and `more` files."""
    seen = hashlib.sha256()
    for pattern in (
        "*/migrations/*.py",
        "*/models.py",
        "kernel/models/*.py",
        "kernel/access/*.py",
        "kernel/access/*.sql",
        "kernel/keys/*.py",
        "kernel/founding.py",
    ):
        for path in sorted(SOURCE.glob(pattern)):
            seen.update(path.read_bytes())
    for path in more:
        seen.update(path.read_bytes())
    return seen.hexdigest()[:16]


def as_role(role: str, name: str) -> psycopg.Connection:
    """A connection of one's own, outside Django, committing each statement. `tamper` is the superuser."""
    s = connections["owner"].settings_dict
    return psycopg.connect(
        host=s["HOST"], port=s["PORT"], user=f"plait_{role}", password=place().password(role), dbname=name, autocommit=True
    )


def point_at(name: str) -> None:
    """Every alias at this database, old connections closed."""
    for alias in connections:
        connections[alias].close()
        with contextlib.suppress(Exception):
            connections[alias].close_pool()  # type: ignore[attr-defined]
        connections[alias].settings_dict["NAME"] = name


def template(prepare: Callable[[], Any], *more: Path) -> str:
    """Name of a migrated database prepared by `prepare`; made once for each state of the program."""
    from django.core.management import call_command

    settings.TEST_CLOCK = True
    name = f"plait_template_{digest(*more)}"
    with as_role("owner", "postgres") as admin:
        admin.execute("select pg_advisory_lock(%s)", [LOCK])
        if not admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            new = f"{name}_new"
            admin.execute(f'drop database if exists "{new}"')
            admin.execute(f'create database "{new}"')
            with as_role("tamper", new) as tamper:
                for statement in schema_statements():
                    tamper.execute(statement)
            for statement in connect_statements(new):
                admin.execute(statement)
            was = connections["owner"].settings_dict["NAME"]
            point_at(new)
            call_command("migrate", database="owner", verbosity=0)
            keys.begin()
            prepare()
            point_at(was)
            admin.execute(f'alter database "{new}" rename to "{name}"')
        admin.execute("select pg_advisory_unlock(%s)", [LOCK])
    return name


def copy(source: str, name: str) -> None:
    with as_role("owner", "postgres") as admin:
        admin.execute("select pg_advisory_lock(%s)", [LOCK])
        admin.execute(f'drop database if exists "{name}"')
        admin.execute(f'create database "{name}" template "{source}"')
        for statement in connect_statements(name):
            admin.execute(statement)
        admin.execute("select pg_advisory_unlock(%s)", [LOCK])


def drop(name: str) -> None:
    with as_role("owner", "postgres") as admin:
        admin.execute(f'drop database if exists "{name}"')


@contextlib.contextmanager
def database(source: str) -> Iterator[str]:
    """A copy of a template under every alias, for as long as the block lasts."""
    was = connections["owner"].settings_dict["NAME"]
    name = f"test_plait_own_{uuid.uuid4().hex[:12]}"
    copy(source, name)
    point_at(name)
    try:
        yield name
    finally:
        point_at(was)
        drop(name)


def superuser() -> Any:
    """A superuser's connection to the database in use: for seating people without asking anybody, and for playing the burglar."""
    return as_role("tamper", connections["owner"].settings_dict["NAME"])
