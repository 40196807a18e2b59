"""Every test runs as the application's role on a database of its own, copied from a template that the owner migrated.

The suite refuses to start as owner or superuser: policies bind only a role that they can bind.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test whose rows outlive it names the owner too, who alone may clean them up."""
    for item in items:
        for mark in item.iter_markers("django_db"):
            if mark.kwargs.get("transaction") and "owner" not in (mark.kwargs.get("databases") or ()):
                raise pytest.UsageError(f"{item.nodeid}: a transactional test needs databases=['default', 'public', 'owner']")


def _digest() -> str:
    """Changes with whatever makes the template: migrations, models, the access model."""
    seen = hashlib.sha256()
    for pattern in ("src/plait/*/migrations/*.py", "src/plait/kernel/**/*.py", "src/plait/kernel/**/*.sql", "src/plait/*/models.py", "tests/people.py"):
        for path in sorted(ROOT.glob(pattern)):
            seen.update(path.read_bytes())
    return seen.hexdigest()[:16]


def _admin(connection) -> psycopg.Connection:
    s = connection.settings_dict
    return psycopg.connect(host=s["HOST"], port=s["PORT"], user=s["USER"], password=s["PASSWORD"], dbname="postgres", autocommit=True)


def _open_to_roles(admin: psycopg.Connection, name: str) -> None:
    admin.execute(f'revoke all on database "{name}" from public')
    admin.execute(f'grant connect on database "{name}" to plait_app, plait_public, plait_backup, plait_maintenance')


def schema_in(admin: psycopg.Connection, connection, name: str) -> None:
    """The schemas and their rights, as setup makes them in a partnership's database."""
    from plait.launch.roles import schema_statements

    s = connection.settings_dict
    with psycopg.connect(host=s["HOST"], port=s["PORT"], user="plait_tamper", password=(Path(os.environ["PLAIT_SECRETS"]) / "tamper.password").read_text().strip(), dbname=name, autocommit=True) as tamper:
        for statement in schema_statements():
            tamper.execute(statement)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, request) -> Iterator[None]:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from tests.people import make_cast

    settings.TEST_CLOCK = True
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    template, name = f"plait_template_{_digest()}", f"test_plait_{worker}_{os.getpid()}"
    with django_db_blocker.unblock():
        with _admin(connections["owner"]) as admin:
            admin.execute("select pg_advisory_lock(8151)")
            if not admin.execute("select 1 from pg_database where datname = %s", [template]).fetchone():
                admin.execute(f'drop database if exists "{template}_new"')
                admin.execute(f'create database "{template}_new"')
                schema_in(admin, connections["owner"], f"{template}_new")
                _open_to_roles(admin, f"{template}_new")
                _rename(connections, f"{template}_new")
                call_command("migrate", database="owner", verbosity=0)
                make_cast()
                _close(connections)
                admin.execute(f'alter database "{template}_new" rename to "{template}"')
            admin.execute(f'drop database if exists "{name}"')
            admin.execute(f'create database "{name}" template "{template}"')
            _open_to_roles(admin, name)
            admin.execute("select pg_advisory_unlock(8151)")
        _rename(connections, name)
        _refuse_a_role_that_policies_cannot_bind(connections)
    yield
    with django_db_blocker.unblock():
        _close(connections)
        with _admin(connections["owner"]) as admin:
            admin.execute(f'drop database if exists "{name}"')


def _rename(connections, name: str) -> None:
    for alias in connections:
        connections[alias].settings_dict["NAME"] = name


def _close(connections) -> None:
    for alias in connections:
        connections[alias].close()
        connections[alias].close_pool()


def _refuse_a_role_that_policies_cannot_bind(connections) -> None:
    """A1 of `docs/reference/assurance.md`: else the whole run stops."""
    from plait.kernel.access.registry import GROUND, protected

    for alias, wanted in (("default", "plait_app"), ("public", "plait_public")):
        with connections[alias].cursor() as cursor:
            cursor.execute("select current_user, session_user, r.rolsuper, r.rolbypassrls from pg_roles r where rolname = current_user")
            user, session, superuser, bypass = cursor.fetchone()
            if (user, session) != (wanted, wanted) or superuser or bypass:
                pytest.exit(f"The suite must run as {wanted}, a role that row security binds; it runs as {user}.", 3)
            cursor.execute("select count(*) from pg_class where relowner = current_user::regrole")
            if cursor.fetchone() != (0,):
                pytest.exit(f"{wanted} owns tables.", 3)
            cursor.execute("select count(*) from pg_auth_members where member = current_user::regrole")
            if cursor.fetchone() != (0,):
                pytest.exit(f"{wanted} is a member of another role.", 3)
    with connections["default"].cursor() as cursor:
        for table in [*(m._meta.db_table for m in protected()), *GROUND]:
            cursor.execute("select relrowsecurity and relforcerowsecurity from pg_class where oid = %s::regclass", [table])
            if cursor.fetchone() != (True,):
                pytest.exit(f"Row security is not forced on {table}.", 3)
