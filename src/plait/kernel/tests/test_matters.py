"""The driving query of records that have a circle each: the same rows as a plain list under the policy, whatever way the seats are held."""

from __future__ import annotations

import uuid

import pytest

from plait.kernel import access, scratch
from plait.kernel.access import cells
from plait.kernel.acting import Asker, acting, verb
from plait.picture.models import Evidence


class Town:
    """Some matters with a piece of evidence each, one without any, and two people who hold seats in many ways."""

    def __init__(self, scene: cells.Scene):
        self.reader, self.member, steward = (Asker(scene.account(), lifetime=3600) for _ in range(3))
        panel, other = scene.circle("group"), scene.circle("group")
        for who in (self.reader, self.member):
            scene.seat(panel, 1, "during", account=who.id)
        scene.seat(other, 1, "after", account=self.member.id)
        matters = [scene.circle("matter") for _ in range(40)]
        for n, matter in enumerate(matters):
            scene.su.execute(
                "update kernel_circle set opened_at = now() - %s * interval '1 hour' where id = %s", [n % 17, matter]
            )
            scene.seat(matter, 3, "during", account=steward.id)
            if n % 2 == 0:
                scene.seat(matter, 1, "during", account=self.reader.id)
            if n % 3 == 0:
                scene.seat(matter, 1, "during", via=panel)
            if n % 5 == 0:
                scene.seat(matter, 1, "during", via=other)
            if n % 7 == 0:
                scene.seat(matter, 1, ("before", "after")[n % 2], account=self.member.id)
        scene.bar(self.reader.id, matters[6])
        scene.bar(self.member.id, matters[3])
        with acting(steward), verb("tests.write"):
            for n, matter in enumerate(matters):
                if n not in (0, 6, 12):  # matters of another kind, as far as this table knows
                    row = cells.fill(Evidence, matter, {})
                    row.title = f"Record {n}"
                    row.save(force_insert=True)
        self.outsider = Asker(scene.account(), lifetime=3600)


@pytest.fixture
def town(committed: str) -> Town:
    with scratch.superuser() as su:
        return Town(cells.Scene(su))


def plain(asker: Asker) -> list[uuid.UUID]:
    """The list as the policy alone gives it, sorted in Python."""
    rows = list(Evidence.objects.all())
    opened = {c.id: c.opened_at for c in access.my_circles(asker)}
    return [r.id for r in sorted(rows, key=lambda r: (opened[r.circle_id], r.circle_id), reverse=True)]


def test_pages_hold_the_rows_of_the_policy_in_order_each_once(town: Town) -> None:
    for who, least in ((town.reader, 15), (town.member, 8), (town.outsider, 0)):
        with acting(who):
            wanted, found, after = plain(who), [], None
            while True:
                page = access.matters(who, Evidence, size=4, after=after)
                found += [row.id for row in page.rows]
                after = page.after
                if after is None:
                    break
            assert found == wanted and len(set(found)) == len(found) >= least


@pytest.mark.full
def test_counts_are_of_the_matters_one_sits_in_and_some_stops_at_a_thousand(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    with acting(town.reader) as who:
        seated = sum(c.kind == 4 for c in access.my_circles(who))
        assert seated > len(plain(who))  # some matters are of another kind
        every, some, none = (access.matters(who, Evidence, count=c) for c in ("all", "some", ""))
        assert (every.count, some.count, none.count) == (seated, seated, None) and not some.many
        assert [r.id for r in every.rows] == [r.id for r in some.rows] == [r.id for r in none.rows] == plain(who)[:25]
    with acting(town.outsider) as who:
        assert access.matters(who, Evidence, count="all") == access.Matters([], 0, None)


@pytest.mark.full
def test_a_thousand_and_more_are_said_so(committed: str) -> None:
    with scratch.superuser() as su:
        scene = cells.Scene(su)
        who = Asker(scene.account(), lifetime=3600)
        panel = scene.circle("group")
        scene.seat(panel, 1, "during", account=who.id)
        su.execute(
            "with c as (insert into kernel_circle(id, kind, name, opened_at) select gen_random_uuid(), 4, 'matter', now() - n * interval '1 minute' from generate_series(1, 1200) n returning *),"
            " held as (select c.*, v from c, generate_series(1, 3) v)"  # directly, directly again, and through the panel
            " insert into kernel_seat(id, account_id, via_id, via_kind, circle_id, kind, sort_at, level, starts, ends, source, reason) select gen_random_uuid(),"
            " case when v < 3 then %(who)s::uuid end, case when v = 3 then %(panel)s::uuid end, case when v = 3 then 3 end, id, 4, opened_at, 1, opened_at, '9999-12-31Z', 'tests', 'tests' from held",
            {"who": who.id, "panel": panel},
        )
    with acting(who):
        assert access.matters(who, Evidence, count="some").many
        assert access.matters(who, Evidence, count="all").count == 1200
