"""Background work: each chore runs as somebody, one worker at a time, and one that fails stops no other."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, connections
from django.utils import timezone

from plait.kernel import chores, scratch
from plait.kernel.acting import Asker, announced, verb
from plait.kernel.models import Account, Circle
from plait.kernel.models.ground import Session
from tests.people import for_real, person

SOON = timedelta(minutes=1)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, chores.Declared]]:
    """A registry of the test's own."""
    mine: dict[str, chores.Declared] = {}
    monkeypatch.setattr(chores, "CHORES", mine)
    yield mine
    chores.stopping.clear()


def later(**how: float) -> None:
    with scratch.superuser() as su:
        su.execute("update plait.clock set shift = shift + %s", [timedelta(**how)])


def test_a_chore_runs_as_a_person_or_as_maintenance_and_as_nothing_else(only) -> None:
    with pytest.raises(ValueError, match="as maintenance or as a person"):
        chores.chore("all-seeing", every=SOON, as_="owner")  # type: ignore[arg-type]
    chores.chore("one", every=SOON, as_="person")(lambda asker: 0)
    with pytest.raises(ValueError, match="two chores"):
        chores.chore("one", every=SOON, as_="person")(lambda asker: 1)


@pytest.mark.full
def test_a_person_s_chore_sees_what_the_person_sees_and_only_open_accounts_are_worked_for(committed: str, only) -> None:
    seen: dict[uuid.UUID, tuple[uuid.UUID | None, int]] = {}

    @chores.chore("look", every=SOON, as_="person")
    def look(asker: Asker) -> int:
        seen[asker.id] = (announced(), Circle.objects.exclude(kind=0).count())
        return 1

    with scratch.superuser() as su:
        su.execute("set session_replication_role = replica")  # closing an account takes somebody who does it; here it is closed
        su.execute("update kernel_account set is_active = false where id = %s", [person("bo").id])
    assert chores.run("look").done == Account.objects.filter(is_active=True).count() == len(seen) >= 10
    assert all(who == announced_as for who, (announced_as, _n) in seen.items())
    assert seen[person("bea").id][1] == 1 and seen[person("dee").id][1] == 0 and seen[person("ada").id][1] == 0
    assert person("bo").id not in seen
    assert announced() is None


@pytest.mark.full
def test_one_person_s_trouble_and_one_chore_s_failure_stop_no_other(committed: str, only) -> None:
    worked, ran, two = [], [], [person("bea").id, person("bo").id]

    @chores.chore("a.breaks", every=SOON, as_="maintenance")
    def breaks() -> int:
        raise RuntimeError("Bea Brown of the board")

    @chores.chore("b.partly", every=SOON, as_="person", whom=lambda: two)
    def partly(asker: Asker) -> int:
        if not worked:
            worked.append(asker.id)
            raise LookupError("the first")
        worked.append(asker.id)
        return 1

    @chores.chore("c.works", every=SOON, as_="maintenance")
    def works() -> int:
        ran.append(1)
        return 3

    first = {s.name: s for s in chores.run_due()}
    assert len(worked) == 2 and ran == [1]
    assert (first["a.breaks"].failures, first["a.breaks"].error, first["a.breaks"].well) == (1, "RuntimeError", False)
    assert (first["b.partly"].failures, first["b.partly"].error) == (1, "LookupError")
    assert (first["c.works"].done, first["c.works"].well) == (3, True)
    assert chores.run_due() == [], "none is due again at once"
    waits = []
    for _again in range(4):
        later(hours=1)
        assert "a.breaks" in chores.due()
        now = chores.run("a.breaks")
        waits.append((now.next_at - now.ended_at).total_seconds())
    assert waits == sorted(waits) and waits[-1] <= 3600
    assert {s.name for s in chores.status()} == {"a.breaks", "b.partly", "c.works"}
    later(hours=3)
    assert next(s for s in chores.status() if s.name == "c.works").late


@pytest.mark.full
def test_a_clock_that_was_set_back_stops_no_chore(committed: str, only) -> None:
    chores.chore("ticks", every=SOON, as_="maintenance")(lambda: 1)
    later(days=30)
    chores.run_due()
    later(days=-30)
    assert chores.due() == ["ticks"]


@pytest.mark.full
def test_what_is_written_of_a_failure_names_nobody(committed: str, only, caplog: pytest.LogCaptureFixture) -> None:
    @chores.chore("says too much", every=SOON, as_="maintenance")
    def too_much() -> int:
        raise ValueError("Bea Brown of the board")

    chores.run("says too much")
    assert "ValueError" in caplog.text and "Bea" not in caplog.text
    with scratch.superuser() as su:
        assert su.execute("select count(*) from kernel_chore c where c::text like '%%Bea%%'").fetchone() == (0,)


@pytest.mark.full
def test_maintenance_reads_no_protected_row_and_writes_none(committed: str) -> None:
    with for_real("rowan"):
        pass
    refused = 0
    for statement in (
        "select count(*) from picture_risk",
        "select count(*) from kernel_seat",
        "select email from kernel_account",
        "select session_data from kernel_session",
        "update kernel_account set is_active = true",
        "select count(*) from kernel_entry",
    ):
        with pytest.raises(DatabaseError), chores.as_maintenance(), connections["maintenance"].cursor() as cursor:
            cursor.execute(statement)
        refused += 1
    assert refused == 6
    with chores.as_maintenance(), connections["maintenance"].cursor() as cursor:
        cursor.execute("select count(id) from kernel_account where is_active")
        assert cursor.fetchone()[0] >= 10


@pytest.mark.full
def test_maintenance_names_no_verb_for_anybody(committed: str) -> None:
    with pytest.raises(DatabaseError), chores.as_maintenance(), verb("kernel.give_seat", "maintenance"):
        with connections["maintenance"].cursor() as cursor:
            cursor.execute("select plait.me()")


@pytest.mark.full
def test_sessions_that_ended_are_dropped_and_others_stay(committed: str) -> None:
    now = timezone.now()
    for key, ends in (("gone", now - SOON), ("here", now + SOON)):
        Session(session_key=key, session_data="", expire_date=ends, account_id=person("bea").id).save(force_insert=True)
    assert chores.run("kernel.drop_sessions").done == 1
    assert list(Session.objects.values_list("session_key", flat=True)) == ["here"]


@pytest.mark.full
def test_only_one_worker_works_and_the_second_waits(committed: str, only) -> None:
    first, second = chores.Alone(), chores.Alone()
    assert first.take() and not second.take()
    first.check()
    first.release()
    assert second.take()
    second.release()


@pytest.mark.full
def test_the_worker_runs_what_is_due_until_it_is_told_to_end(committed: str, only) -> None:
    ran, said = [], []

    @chores.chore("counts", every=timedelta(milliseconds=1), as_="maintenance")
    def counts() -> int:
        ran.append(1)
        if len(ran) == 3:
            chores.stopping.set()
        return 1

    chores.work(said=lambda: said.append(1))
    assert len(ran) == 3 and said == [1]
    assert chores.Alone().take(), "the lock is free again"


@pytest.mark.full
def test_a_worker_that_lost_its_connection_stops_working(committed: str, only) -> None:
    chores.chore("never", every=SOON, as_="maintenance")(lambda: pytest.fail("worked without the lock"))
    alone = chores.Alone()
    assert alone.take()
    with scratch.superuser() as su:
        su.execute("select pg_terminate_backend(%s)", [alone.connection.info.backend_pid])
    with pytest.raises(Exception, match=r"terminat|closed|lost|server"):
        alone.check()
