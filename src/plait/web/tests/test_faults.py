"""F4 and F5 on one request: each fault is a real one of the database's, and what was typed is either saved once or stands on the page."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from plait.kernel import scratch
from plait.picture.models import Risk
from plait.picture.tests import make
from plait.web import faults, metrics
from plait.web.logs import Quiet
from tests.people import PASSWORD, for_real, person

WORDS = "Zwirbelkante stood on the wall, in letters that nobody had seen before."
TYPED = {
    **make.RISK,
    "lang": "en",
    "position": "",
    "code": "",
    "lead": "",
    "event": "A crowd gathers.",
    "public_text": "",
    "why": WORDS,
}


@pytest.fixture
def browser(committed: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person("rowan"), backend="plait.kernel.accounts.EmailBackend")
    return client


def add_page() -> str:
    from django.urls import reverse

    return reverse("picture:add_risk")


def saved() -> int:
    with for_real("rowan"):
        return Risk.objects.filter(why=WORDS).count()


class At:
    """Does something at the n-th statement that begins so, as often as it may; every other statement runs as it is."""

    def __init__(self, beginning: str, do: Callable[[Any], Any], times: int = 1) -> None:
        self.beginning, self.do, self.times = beginning, do, times

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        if self.times and str(sql).lower().startswith(self.beginning):
            self.times -= 1
            self.do(context["connection"])
        return execute(sql, params, many, context)


@contextlib.contextmanager
def during(at: At) -> Iterator[None]:
    with connections["default"].execute_wrapper(at):
        yield


def raises(state: str) -> Callable[[Any], None]:
    def do(connection: Any) -> None:
        with connection.wrap_database_errors:
            connection.connection.execute(f"do $$ begin raise exception 'forced' using errcode = '{state}'; end $$")

    return do


def end_connection(connection: Any) -> None:
    with scratch.superuser() as su:
        su.execute("select pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])


def kept(answer: Any) -> bool:
    """Whether the page says that it failed, and gives back every word with one press."""
    text = answer.content.decode()
    return (
        answer.status_code == 503
        and answer["Cache-Control"] == "no-store"
        and text.count(WORDS) >= 2
        and 'name="why"' in text
        and "hate_crime" in text
        and "Traceback" not in text
    )


@pytest.mark.full
def test_what_passes_by_itself_is_tried_once_more_and_saved_once(browser: Client) -> None:
    for n, state in enumerate(("40001", "40P01", "55P03", "57P01", "08006"), 1):
        with during(At('insert into "picture_risk"', raises(state))):
            assert browser.post(add_page(), TYPED).status_code in (302, 303), state
        assert saved() == n


@pytest.mark.full
def test_what_does_not_pass_is_a_page_that_keeps_the_text_and_saves_nothing(browser: Client) -> None:
    states = ("40001", "40P01", "57P01", "57014", "53100", "53200", "53300", "58030", "25006")
    for n, state in enumerate(states):
        with during(At('insert into "picture_risk"', raises(state), times=9)):
            answer = browser.post(add_page(), TYPED)
        assert kept(answer), answer.content.decode()[:300]
        assert saved() == n, state
        assert browser.post(add_page(), TYPED).status_code in (302, 303)  # and goes through when it is sent again
        assert saved() == n + 1


@pytest.mark.full
def test_a_connection_that_ends_in_the_middle_costs_nothing(browser: Client) -> None:
    for beginning in ("select", 'insert into "picture_risk"', "select set_config('plait.verb'"):
        with during(At(beginning, end_connection)):
            assert browser.post(add_page(), {**TYPED, "why": f"{beginning} {WORDS}"}).status_code in (302, 303), beginning
    with for_real("rowan"):
        assert Risk.objects.filter(why__endswith=WORDS).count() == 3


@pytest.mark.full
def test_all_connections_ended_between_two_requests_cost_nothing(browser: Client) -> None:
    assert browser.get("/home/").status_code == 200
    for address in ("/home/", "/public/"):
        with scratch.superuser() as su:
            su.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and usename in ('plait_app', 'plait_public')"
            )
        assert browser.get(address).status_code == 200


@pytest.mark.full
def test_one_that_ends_at_the_very_commit_is_not_tried_again(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows whether it was saved: the page says so, and keeps the text."""
    alias = connections["default"]
    real, struck = alias._commit, []

    def commit() -> None:
        if not struck:
            struck.append(True)
            end_connection(alias)
        real()

    monkeypatch.setattr(alias, "_commit", commit)
    answer = browser.post(add_page(), TYPED)
    assert struck and kept(answer) and "we do not know whether it was saved" in answer.content.decode()
    assert saved() == 0


@pytest.mark.full
def test_a_true_deadlock_is_resolved_by_trying_again(browser: Client) -> None:
    gate = threading.Barrier(2)

    def other() -> None:
        with scratch.as_role("owner", str(connections["default"].settings_dict["NAME"])) as there, there.transaction():
            there.execute("select pg_advisory_xact_lock(1)")
            gate.wait(20)
            there.execute("select pg_sleep(0.2)")
            there.execute("select pg_advisory_xact_lock(2)")

    def cross(connection: Any) -> None:
        with connection.wrap_database_errors:
            connection.connection.execute("select pg_advisory_xact_lock(2)")
            gate.wait(20)
            connection.connection.execute("select pg_advisory_xact_lock(1)")

    thread = threading.Thread(target=other)
    thread.start()
    with during(At('insert into "picture_risk"', cross)):
        assert browser.post(add_page(), TYPED).status_code in (302, 303)
    thread.join(20)
    assert saved() == 1


@pytest.mark.full
def test_a_statement_that_takes_too_long_and_a_lock_that_does_not_come(browser: Client) -> None:
    for setting, wait in (("statement_timeout", "select pg_sleep(20)"), ("lock_timeout", "select pg_advisory_xact_lock(7)")):
        with scratch.superuser() as su:
            su.execute("select pg_advisory_lock(7)")

            def slow(connection: Any, setting: str = setting, wait: str = wait) -> None:
                with connection.wrap_database_errors:
                    connection.connection.execute(f"set local {setting} = '30ms'")
                    connection.connection.execute(wait)

            with during(At('insert into "picture_risk"', slow, times=9)):
                assert kept(browser.post(add_page(), TYPED)), setting
        assert saved() == 0


@pytest.mark.full
def test_a_pool_without_a_free_connection_is_a_page_that_keeps_the_text(browser: Client) -> None:
    browser.get("/home/")
    connections["default"].close()  # a browser's connection goes back when its request is over
    pool = connections["default"].pool
    before, pool.timeout = pool.timeout, 0.05
    held = [pool.getconn(5) for _n in range(4)]
    try:
        assert kept(browser.post(add_page(), TYPED))
        assert browser.get("/health/").status_code == 503
    finally:
        for each in held:
            pool.putconn(each)
        pool.timeout = before
    assert browser.post(add_page(), TYPED).status_code in (302, 303)
    assert saved() == 1 and browser.get("/health/").status_code == 200


@pytest.mark.full
def test_a_password_is_never_kept_on_a_page(browser: Client) -> None:
    out = Client(raise_request_exception=False)
    with during(At("select", raises("53100"), times=99)):
        answer = out.post("/sign-in/", {"email": "rowan@example.org", "password": "straw plaited into one strong braid"})
    assert answer.status_code == 503
    text = answer.content.decode()
    assert "one strong braid" not in text and "<form" not in text and "Passwords and files are not kept" in text


@pytest.mark.full
def test_in_read_only_mode_every_page_reads_and_every_write_gets_a_page(browser: Client, settings: Any) -> None:
    assert browser.post(add_page(), TYPED).status_code in (302, 303)
    settings.READ_ONLY = True
    for address in ("/home/", "/picture/evidence/", "/desk/", "/public/", "/health/", "/me/"):
        with connections["default"].execute_wrapper(At("select", lambda c: c.connection.execute("set transaction read only"))):
            assert browser.get(address).status_code == 200, address
    answer = browser.post(add_page(), TYPED)
    assert kept(answer) and "Only reading is possible" in answer.content.decode()
    with scratch.superuser() as su:
        before = su.execute("select session_key, session_data from kernel_session").fetchall()
    settings.IDLE_LOCK = -1  # as if a quarter of an hour had passed
    assert browser.get("/home/").status_code == 403
    settings.IDLE_LOCK = 900
    unlocked = browser.post("/home/", {"plait-unlock": PASSWORD, "plait-was-get": "1"})
    assert unlocked.status_code in (200, 303, 405) and browser.get("/home/").status_code == 200
    with scratch.superuser() as su:
        assert su.execute("select session_key, session_data from kernel_session").fetchall() == before
    settings.READ_ONLY = False
    assert saved() == 1


@pytest.mark.full
def test_the_page_is_in_the_readers_language_and_a_page_that_was_only_read_offers_to_try_again(browser: Client) -> None:
    with during(At("select", raises("53100"), times=99)):
        answer = browser.get("/home/", headers={"Accept-Language": "de"})
    assert answer.status_code == 503 and answer["Content-Language"] == "de" and "kein Platz mehr" in answer.content.decode()
    assert 'href="/home/"' in answer.content.decode() and answer["Retry-After"]


def test_other_errors_are_no_fault_of_the_databases() -> None:
    assert faults.fault_of(ValueError("x"), "within") is None
    assert faults.fault_of(None, "within") is None


def test_health_says_three_words_and_names_nobody(browser: Client, committed: str) -> None:
    browser.logout()
    answer = browser.get("/health/")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"ok\n", "text/plain")
    assert not answer.cookies
    with scratch.superuser() as su:
        su.execute("insert into django_migrations(app, name, applied) values ('kernel', '9999_newer', now())")
    assert (browser.get("/health/").status_code, browser.get("/health/").content) == (503, b"another version\n")


@pytest.mark.full
def test_requests_are_counted_by_kind_and_time_and_by_nothing_else(browser: Client) -> None:
    before = metrics.total()
    browser.get("/home/")
    browser.get("/no-such-page/")
    after = metrics.total()
    assert after["ok"] - before["ok"] == 1 and after["refused"] - before["refused"] == 1
    assert sum(after[n] - before[n] for n in metrics.NAMES[7:]) == 2


@pytest.mark.full
def test_no_word_that_was_typed_enters_a_log_whatever_fails(browser: Client) -> None:
    """P5 in small: planted words in every field, errors forced at many places, both forms of the log."""
    out = {as_json: io.StringIO() for as_json in (False, True)}
    handlers = []
    for as_json, stream in out.items():
        handler = logging.StreamHandler(stream)
        handler.setFormatter(Quiet(as_json=as_json))
        handlers.append(handler)
    loggers = [logging.getLogger(), logging.getLogger("django"), logging.getLogger("plait")]
    for logger in loggers:
        for handler in handlers:
            logger.addHandler(handler)
    forced = 0
    try:
        states = ("22P02", "22001", "23505", "23514", "42P01", "P0001", "XX000", "53100", "57014", "22021")
        for state in states:
            for beginning in (
                "select",
                'insert into "picture_risk"',
                'select "kernel_account"',
                "savepoint",
                "select set_config",
            ):

                def fail(connection: Any, state: str = state) -> None:
                    with connection.wrap_database_errors:
                        connection.connection.execute(
                            f"do $$ begin raise exception 'value {WORDS}' using errcode = '{state}', detail = 'Key (why)=({WORDS})'; end $$"
                        )

                with during(At(beginning, fail, times=5)):
                    answer = browser.post(f"{add_page()}?q=Zwirbelkante", TYPED)
                forced += answer.status_code >= 500
        logging.getLogger("django.request").error("Internal Server Error: %s", f"/x/{WORDS}/")
    finally:
        for logger in loggers:
            for handler in handlers:
                logger.removeHandler(handler)
    assert forced >= 30
    for as_json, stream in out.items():
        text = stream.getvalue()
        assert "Zwirbelkante" not in text and "rowan@example.org" not in text and str(person("rowan").id) not in text
        assert "middleware.py" in text and "53100" in text
        if as_json:
            lines = [json.loads(line) for line in text.splitlines()]
            assert len(lines) > forced and all({"at", "level", "logger", "message"} <= set(line) for line in lines)
