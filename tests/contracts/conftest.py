"""A town with records of every kind, for what must be tried on all pages; and browsers of those who hold an office there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client

from tests.contracts.hostile import pages

TOWN = Path(__file__).resolve().parents[1] / "towns" / "weidenau"


def _load() -> None:
    from plait.web.load import load_folder

    load_folder(TOWN)


@pytest.fixture(scope="session")
def town_template(django_test_environment, django_db_blocker) -> str:
    from plait.kernel import scratch

    with django_db_blocker.unblock():
        return scratch.template(_load, *sorted(p for p in TOWN.rglob("*") if p.is_file()))


@pytest.fixture(scope="module")
def _town(town_template: str, django_db_setup, django_db_blocker) -> Iterator[str]:
    from plait.kernel import scratch

    with django_db_blocker.unblock(), scratch.database(town_template) as name:
        yield name


@pytest.fixture
def town(_town: str, django_db_blocker) -> Iterator[str]:
    """Name of a database of the module's own in which a town has been loaded."""
    with django_db_blocker.unblock():
        yield _town
        for alias in connections:
            connections[alias].close()


@pytest.fixture
def holder(town: str) -> Callable[[str], Client]:
    """A browser in which the first person who holds an office is signed in. An answer of 500 stays an answer."""
    from plait.kernel import scratch
    from plait.kernel.models import Account

    def browser(office: str, **headers: str) -> Client:
        with scratch.superuser() as su:
            found = su.execute(
                "select a.email from kernel_office o join kernel_account a on a.id = o.account_id where o.key = %s order by 1 limit 1",
                [office],
            ).fetchone()
        assert found, f"nobody holds the office {office} in {TOWN.name}"
        client = Client(raise_request_exception=False, headers=headers or None)
        client.force_login(Account.objects.get(email=found[0]))
        return client

    return browser


@pytest.fixture(scope="module")
def _walks() -> dict[str, list[tuple[str, HttpResponse]]]:
    return {}


@pytest.fixture
def walk(holder: Callable[[str], Client], _walks: dict[str, Any]) -> Callable[[str], list[tuple[str, HttpResponse]]]:
    """One page of each kind that the holder of an office reaches by links; walked once for a module."""

    def walked(office: str) -> list[tuple[str, HttpResponse]]:
        if office not in _walks:
            _walks[office] = list(pages(holder(office)))
        return _walks[office]

    return walked
