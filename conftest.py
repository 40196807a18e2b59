"""Every test runs as the application's role on a database of its own, copied from a template that the owner migrated.

The suite refuses to start as owner or superuser: policies bind only a role that they can bind.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PEOPLE = Path(__file__).parent / "tests" / "people.py"


@pytest.fixture(scope="session")
def founded_template(django_test_environment, django_db_blocker) -> str:
    """A migrated database in which the cast of `tests/people.py` has been appointed."""
    from plait.kernel import scratch
    from tests.people import make_cast

    with django_db_blocker.unblock():
        packs = sorted((PEOPLE.parents[1] / "packs" / "uk-prevent").glob("*.yaml"))
        return scratch.template(make_cast, PEOPLE, *packs)


@pytest.fixture(scope="session")
def django_db_setup(founded_template: str, django_db_blocker) -> Iterator[None]:
    """Replaces pytest-django's: the database belongs to the owner, the tests are the application."""
    from plait.kernel import scratch

    name = f"test_plait_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    with django_db_blocker.unblock():
        scratch.copy(founded_template, name)
        scratch.point_at(name)
        _refuse_a_role_that_policies_cannot_bind()
    yield
    with django_db_blocker.unblock():
        scratch.point_at("postgres")
        scratch.drop(name)


@pytest.fixture(scope="session", autouse=True)
def signed_in_just_now() -> Iterator[None]:
    """Where a test puts somebody into a session by `force_login`, they have shown just now who they are."""
    import time

    from django.contrib.auth.signals import user_logged_in

    def begin(request: Any, **kwargs: Any) -> None:
        request.session["seen"] = request.session["fresh"] = int(time.time())

    user_logged_in.connect(begin)
    yield
    user_logged_in.disconnect(begin)


@pytest.fixture
def committed(founded_template: str, django_db_setup, django_db_blocker) -> Iterator[str]:
    """A database of the test's own, where what is written is committed and others see it. Dropped afterwards."""
    from plait.kernel import scratch

    with django_db_blocker.unblock(), scratch.database(founded_template) as name:
        yield name


def _refuse_a_role_that_policies_cannot_bind() -> None:
    """A1 of `docs/reference/assurance.md`: else the whole run stops."""
    from django.db import connections

    from plait.kernel.access.registry import GROUND, protected

    for alias, wanted in (("default", "plait_app"), ("public", "plait_public")):
        with connections[alias].cursor() as cursor:
            cursor.execute("select current_user, session_user, rolsuper, rolbypassrls from pg_roles where rolname = current_user")
            if cursor.fetchone() != (wanted, wanted, False, False):
                pytest.exit(f"The suite must run as {wanted}, a role that row security binds.", 3)
            cursor.execute("select count(*) from pg_class where relowner = current_user::regrole")
            if cursor.fetchone() != (0,):
                pytest.exit(f"{wanted} owns tables.", 3)
            cursor.execute("select count(*) from pg_auth_members where member = current_user::regrole")
            if cursor.fetchone() != (0,):
                pytest.exit(f"{wanted} is a member of another role.", 3)
    with connections["owner"].cursor() as cursor:
        for table in [*(m._meta.db_table for m in protected()), *GROUND]:
            cursor.execute("select relrowsecurity and relforcerowsecurity from pg_class where oid = %s::regclass", [table])
            if cursor.fetchone() != (True,):
                pytest.exit(f"Row security is not forced on {table}.", 3)
