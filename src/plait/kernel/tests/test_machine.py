"""A14: random grants, bars, ends, clock steps, reads and writes by six people in eight circles, against a few lines of Python."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from plait.kernel import scratch
from plait.kernel.access.cells import Scene
from plait.kernel.acting import Asker, acting, verb
from plait.kernel.models import FOREVER
from plait.partners.models import Person

PEOPLE, CIRCLES = 6, ("organisation", "organisation", "group", "group", "matter", "matter", "matter", "matter")
who, where = st.integers(0, PEOPLE - 1), st.integers(0, len(CIRCLES) - 1)


class Access(RuleBasedStateMachine):
    """The rule, said once more: a seat that is open now, direct or through a small circle, and no bar on either."""

    superuser = None

    @initialize()
    def begin(self) -> None:
        self.scene = Scene(self.superuser)
        self.people = [self.scene.account() for _ in range(PEOPLE)]
        self.circles = [self.scene.circle(kind) for kind in CIRCLES]
        self.seats: list[list] = []
        self.bars: set[tuple[int, int]] = set()
        self.rows: dict[uuid.UUID, int] = {}
        self.scene.su.execute("select plait.now()")
        self.now: datetime = self.scene.su.fetchone()[0]
        for n, circle in enumerate(self.circles):
            row = uuid.uuid4()
            self.scene.su.execute(
                "insert into partners_person(id, circle_id, version, name, email, made_at, made_by_id) values (%s, %s, 1, 'somebody', '', now(), %s)",
                [row, circle, self.people[0]],
            )
            self.rows[row] = n

    def _levels(self, p: int, c: int) -> int:
        """The highest level at which a person holds a circle now; 0 for none."""
        if (p, c) in self.bars:
            return 0
        best = 0
        for holder, via, circle, level, starts, ends in self.seats:
            if circle != c or not starts <= self.now < ends:
                continue
            if holder == p:
                best = max(best, level)
            elif via is not None:
                inner = [
                    lv
                    for h, v, cc, lv, s, e in self.seats
                    if h == p and v is None and cc == via and s <= self.now < e and (p, via) not in self.bars
                ]
                if inner:
                    best = max(best, min(level, max(inner)))
        return best

    def _seat(self, person, via, circle, level, starts, ends) -> None:
        self.scene.su.execute(
            "insert into kernel_seat(id, account_id, via_id, via_kind, circle_id, kind, sort_at, level, starts, ends, source, reason)"
            " select gen_random_uuid(), %s, v.id, v.kind, c.id, c.kind, c.opened_at, %s, %s, %s, 'machine', 'machine' from kernel_circle c left join kernel_circle v on v.id = %s where c.id = %s",
            [
                None if person is None else self.people[person],
                level,
                starts,
                ends,
                None if via is None else self.circles[via],
                self.circles[circle],
            ],
        )
        self.seats.append([person, via, circle, level, starts, ends])

    @rule(p=who, c=where, level=st.integers(1, 3), begins=st.integers(-3, 3), lasts=st.one_of(st.none(), st.integers(1, 5)))
    def seat_somebody(self, p, c, level, begins, lasts) -> None:
        starts = self.now + timedelta(hours=begins)
        self._seat(p, None, c, level, starts, FOREVER if lasts is None else starts + timedelta(hours=lasts))

    @rule(v=st.integers(0, 3), c=st.integers(4, 7), level=st.integers(1, 3))
    def lay_a_matter_before_a_small_circle(self, v, c, level) -> None:
        self._seat(None, v, c, level, self.now, FOREVER)

    @rule(p=who, c=where)
    def bar_somebody(self, p, c) -> None:
        if (p, c) not in self.bars:
            self.scene.bar(self.people[p], self.circles[c])
            self.bars.add((p, c))

    @rule(p=who, c=where)
    def lift_a_bar(self, p, c) -> None:
        self.scene.su.execute(
            "delete from kernel_bar where account_id = %s and circle_id = %s", [self.people[p], self.circles[c]]
        )
        self.bars.discard((p, c))

    @rule(p=who, c=where)
    def end_what_somebody_holds(self, p, c) -> None:
        self.scene.su.execute(
            "update kernel_seat set ends = greatest(starts, %s) where account_id = %s and circle_id = %s and ends > %s",
            [self.now, self.people[p], self.circles[c], self.now],
        )
        for seat in self.seats:
            if seat[0] == p and seat[2] == c and seat[5] > self.now:
                seat[5] = max(seat[4], self.now)

    @rule(hours=st.integers(1, 4))
    def time_passes(self, hours) -> None:
        self.scene.su.execute("update plait.clock set shift = shift + make_interval(hours => %s)", [hours])

    @rule(p=who, c=where)
    def somebody_writes(self, p, c) -> None:
        try:
            with acting(Asker(self.people[p], lifetime=3600)), transaction.atomic(), verb("machine.write"):
                n = Person.objects.filter(id=next(r for r, n in self.rows.items() if n == c)).update(email="a@example.org")
        except DatabaseError:
            n = 0
        assert (n == 1) == (self._levels(p, c) >= 2)

    @invariant()
    def everybody_sees_what_they_hold_and_nothing_else(self) -> None:
        self.scene.su.execute("select plait.now()")
        self.now = self.scene.su.fetchone()[0]
        for p, account in enumerate(self.people):
            with acting(Asker(account, lifetime=3600)):
                listed = set(Person.objects.filter(id__in=list(self.rows)).values_list("id", flat=True))
                counted = Person.objects.filter(id__in=list(self.rows)).count()
                with connection.cursor() as cursor:
                    cursor.execute("select now(), plait.now()")
                    self.now = cursor.fetchone()[1]
                    held = []
                    for c in self.circles:
                        cursor.execute("select plait.holds(%s, 1), plait.holds(%s, 2), plait.holds(%s, 3)", [c, c, c])
                        held.append(sum(cursor.fetchone()))
            expected = {r for r, c in self.rows.items() if self._levels(p, c) >= 1}
            assert listed == expected and counted == len(expected)
            assert held == [self._levels(p, c) for c in range(len(self.circles))]


def _run(committed: str, runs: int, steps: int) -> None:
    with scratch.superuser() as superuser:
        Access.superuser = superuser
        run_state_machine_as_test(
            Access,
            settings=settings(
                max_examples=runs,
                stateful_step_count=steps,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                database=None,
            ),
        )


def test_a_few_random_lives_agree_with_the_rule(committed: str) -> None:
    _run(committed, 5, 20)


@pytest.mark.full
def test_many_random_lives_agree_with_the_rule(committed: str) -> None:
    _run(committed, 60, 40)


@pytest.mark.soak
def test_very_many_random_lives_agree_with_the_rule(committed: str) -> None:
    _run(committed, 500, 60)
