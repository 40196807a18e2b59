"""A4: every address of the house, asked by everybody, by every method; hidden and absent alike, to the byte."""

from __future__ import annotations

import re
import time
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from plait.frame.routes import Address, addresses, undeclared
from plait.kernel import access, offices, scratch
from plait.kernel.acting import verb
from plait.kernel.rights import offices_of, rights_of
from plait.web.middleware import Count
from tests.people import as_, asker, person

pytestmark = pytest.mark.django_db(databases=["default", "public"])

METHODS = ("get", "head", "options", "post", "put", "patch", "delete")
MASK = re.compile(
    rb'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
)


def kwargs_of(address: Address, circle: uuid.UUID, id: uuid.UUID) -> dict[str, object]:
    """Something for each part of a pattern."""
    made: dict[str, object] = {}
    for kind, name in re.findall(r"<(?:(\w+):)?(\w+)>", address.path):
        made[name] = (
            circle
            if name == "circle"
            else id
            if kind == "uuid"
            else 1
            if kind == "int"
            else "2020.1"
            if name == "number"
            else "x"
        )
    return made


def url(address: Address, circle: uuid.UUID, id: uuid.UUID) -> str:
    return reverse(address.name, kwargs=kwargs_of(address, circle, id))


def protected_ones() -> list[Address]:
    return [a for a in addresses() if a.needs != "anybody"]


def signed_in(name: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person(name))
    return client


def test_every_address_says_what_it_needs() -> None:
    assert undeclared() == []
    assert len(addresses()) > 60


def test_every_address_can_be_made_from_its_name() -> None:
    for a in addresses():
        try:
            url(a, uuid.uuid4(), uuid.uuid4())
        except NoReverseMatch:
            pytest.fail(f"{a.name} cannot be reversed with {kwargs_of(a, uuid.uuid4(), uuid.uuid4())}")


def test_dee_gets_404_on_every_address_that_needs_more_than_an_account_by_every_method() -> None:
    as_("dee")
    circle = access.public_circle()
    client, asked = signed_in("dee"), 0
    for a in protected_ones():
        if a.name == "web:sign_out":
            continue
        for method in METHODS:
            answer = getattr(client, method)(url(a, circle, uuid.uuid4()))
            if a.needs == "account":
                assert answer.status_code < 500, (a.name, method)
            else:
                assert answer.status_code == 404, (a.name, method, answer.status_code)
            asked += 1
    assert asked >= 300


def test_nobody_is_sent_to_sign_in_from_every_protected_address_alike() -> None:
    client = Client(raise_request_exception=False)
    for a in protected_ones():
        for method in METHODS:
            answer = getattr(client, method)(url(a, uuid.uuid4(), uuid.uuid4()))
            assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/?"), (a.name, method)


@pytest.mark.full
@pytest.mark.parametrize("name", ["rowan", "tia", "ada"])
def test_no_address_answers_with_an_error_of_ours(name: str) -> None:
    client = signed_in(name)
    as_(name)
    for a in addresses():
        if a.name == "web:sign_out":
            continue
        for circle in (uuid.uuid4(), as_("rowan") and access.partnership_circle()):
            for method in METHODS:
                answer = getattr(client, method)(url(a, circle, uuid.uuid4()))
                assert answer.status_code < 500, (a.name, method, answer.status_code)


OTHERS = ("bea", "bo", "pat", "pol", "cal", "dora")


@pytest.mark.full
@pytest.mark.parametrize("name", OTHERS)
def test_whoever_else_asks_gets_a_page_and_only_what_they_may(name: str) -> None:
    """With Dee, nobody, Rowan, Tia and Ada, whoever was barred or has left, and whoever owes a second factor: fourteen."""
    client, asked = signed_in(name), 0
    circle = as_(name) and access.partnership_circle()
    for a in protected_ones():
        if a.name == "web:sign_out":
            continue
        for method in ("get", "post"):
            answer = getattr(client, method)(url(a, circle, uuid.uuid4()))
            assert answer.status_code < 500, (a.name, method)
            if a.needs not in ("account", "member") and answer.status_code < 400:
                as_(name)
                held = {f"right:{r}" for r in rights_of(asker(name))} | {f"office:{o}" for o in offices_of(asker(name))}
                assert held & set(a.needs.split(" or ")), (a.name, a.needs)
            asked += 1
    assert asked >= 200


@pytest.mark.full
@pytest.mark.parametrize("how", ["barred", "left"])
def test_whoever_was_barred_or_has_left_gets_404_from_the_next_request_on(how: str) -> None:
    client, asked = signed_in("cal"), 0
    cal = person("cal")
    as_("rowan")
    circle = access.partnership_circle()
    members = [a for a in protected_ones() if a.needs == "member" and "GET" in a.methods and "<" not in a.path]
    assert client.get(url(members[0], circle, uuid.uuid4())).status_code == 200
    if how == "barred":
        offices.set_bar(as_("rowan"), account=cal.id, circle=circle, reason="a conflict of interest")
    else:
        with scratch.superuser() as su:
            (office,) = su.execute("select id from kernel_office where account_id = %s", [cal.id]).fetchone()
        offices.end(as_("ada"), office=office)
    for a in protected_ones():
        if a.needs == "account":
            continue
        for method in ("get", "post"):
            answer = getattr(client, method)(url(a, circle, uuid.uuid4()))
            assert answer.status_code == 404, (how, a.name, method)
            asked += 1
    assert asked >= 200


@pytest.mark.full
def test_hidden_and_absent_answer_alike_in_bytes_headers_and_number_of_queries() -> None:
    """A record in a circle that the asker is not in, against one that does not exist."""
    rowan = as_("rowan")
    with verb("tests.open"):
        hidden_circle = access.open_circle(rowan, 4, "a matter")
    rows = {}
    from plait.kernel.access import cells

    with verb("tests.fill"):
        for model in cells.tables_in_order():
            row = cells.fill(model, hidden_circle, rows)
            row.save(force_insert=True)
            rows[model._meta.db_table] = row.id
    client, compared = signed_in("tia"), 0
    session = client.session
    session["seen"] = int(time.time()) + 600  # a session writes once a minute when it was last seen; not in here
    session.save()
    for a in protected_ones():
        if "<uuid:circle>" not in a.path or "<uuid:id>" not in a.path or a.needs != "member":
            continue
        for row in rows.values():
            answers = []
            for circle, id in ((hidden_circle, row), (hidden_circle, uuid.uuid4()), (uuid.uuid4(), uuid.uuid4())):
                asked = Count()
                with connection.execute_wrapper(asked):
                    answer = client.get(url(a, circle, id))
                headers = {k: v for k, v in answer.headers.items() if k not in ("Server-Timing", "Date")}
                answers.append((answer.status_code, MASK.sub(b"", answer.content), headers, asked.n))
            assert answers[0] == answers[1] == answers[2], a.name
            assert answers[0][0] == (404 if "GET" in a.methods else 405)
            compared += 1
    assert compared >= 50


def test_the_walk_finds_a_planted_address(settings) -> None:
    from django.urls import path

    resolver = get_resolver()
    planted = path("planted/", lambda request: None, name="planted")
    resolver.url_patterns.append(planted)
    try:
        assert undeclared() == ["/planted/"]
    finally:
        resolver.url_patterns.remove(planted)
