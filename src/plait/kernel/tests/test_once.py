"""What a page asks for once."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from plait.kernel.founding import describe, partnership
from plait.kernel.once import forget_all, once, one_page
from tests.people import person


def test_within_a_page_it_is_asked_once_and_outside_each_time() -> None:
    asked: list[int] = []
    for _ in range(2):
        once("n", lambda: asked.append(1))
    with one_page():
        for _ in range(3):
            once("n", lambda: asked.append(1))
        forget_all()
        once("n", lambda: asked.append(1))
    with one_page():
        once("n", lambda: asked.append(1))
    assert len(asked) == 2 + 2 + 1


@pytest.mark.django_db
def test_a_page_asks_for_the_partnership_once() -> None:
    client = Client()
    client.force_login(person("tia"))
    for address in ("/picture/evidence/", "/search/?q=a", "/home/"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert sum('FROM "kernel_partnership"' in q["sql"] for q in queries.captured_queries) == 1, address


def test_a_change_of_it_is_seen_on_the_same_page(committed: str) -> None:
    with one_page():
        before = partnership()
        describe(notice="Changed meanwhile")
        after = partnership()
        assert before and after and before.notice != after.notice == "Changed meanwhile"
