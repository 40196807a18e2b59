"""Lists of records of which each has a circle of its own, a million of them, against the same rights flattened into one table.

`page_to_flattened`: the newest 25 with "1,000+", in one statement through `kernel.access.matters`, against the same from a table in which
everybody's rights are kept ready, without row security. `exact_to_flattened`: both with the exact count. `heavy_page_to_flattened`:
the first for the five accounts that see a fifth of everything. `guardian_to_plait`: django-guardian 3.5.2's own statements (taken from it
under Django 6.1, on its own tables and indexes) against page and exact count. `growth_10k_to_1m`: the page of ten accounts with exactly a
thousand matters, with a hundredth of the rows and with all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from _ground import FEW, HEAVY, TYPICAL, account, acting, asker, chosen, free, ground, median, on, report, shuffled, timed  # isort: skip
from _matters.models import Matter  # isort: skip
from plait.kernel import access

COLUMNS = ", ".join(f"m.{f.column}" for f in Matter._meta.local_concrete_fields)
FLAT = f"""select c.n counted, v.created sort_at, {COLUMNS} from (select count(*) n from bench_flat where account = %s) c
  left join (select * from bench_flat where account = %s order by created desc, matter desc limit 25) v on true left join bench_matter m on m.id = v.matter
  order by v.created desc, v.matter desc"""
FLAT_SOME = FLAT.replace(
    "count(*) n from bench_flat where account = %s", "count(*) n from (select 1 from bench_flat where account = %s limit 1001) x"
)
FLAT_PAGE = f"""select v.created sort_at, {COLUMNS} from bench_flat v join bench_matter m on m.id = v.matter where v.account = %s order by v.created desc, v.matter desc limit 25"""
GUARDIAN = """("bench_matter"."id" IN (SELECT ("U0"."object_pk")::uuid AS "obj_pk" FROM "guardian_userobjectpermission" "U0" INNER JOIN "auth_permission" "U2"
  ON ("U0"."permission_id" = "U2"."id") WHERE ("U0"."user_id" = {user} AND "U2"."content_type_id" = {type} AND "U2"."codename" IN ('view_matter')))
  OR "bench_matter"."id" IN (SELECT ("V0"."object_pk")::uuid AS "obj_pk" FROM "guardian_groupobjectpermission" "V0" INNER JOIN "auth_permission" "V2"
  ON ("V0"."permission_id" = "V2"."id") WHERE ("V0"."group_id" IN (SELECT "U0"."id" FROM "auth_group" "U0" INNER JOIN "auth_user_groups" "U1"
  ON ("U0"."id" = "U1"."group_id") WHERE "U1"."user_id" = {user}) AND "V2"."codename" IN ('view_matter') AND "V2"."content_type_id" = {type})))
  AND NOT ("bench_matter"."circle_id" IN (SELECT "U0"."circle_id" AS "circle_id" FROM "bench_bar" "U0" WHERE "U0"."account_id" = '{account}'::uuid))"""
GUARDIAN_PAGE = f'SELECT {COLUMNS.replace("m.", "bench_matter.")} FROM "bench_matter" WHERE ({{where}}) ORDER BY "bench_matter"."made_at" DESC, "bench_matter"."circle_id" DESC LIMIT 25'
GUARDIAN_COUNT = 'SELECT COUNT(*) AS "__count" FROM "bench_matter" WHERE ({where})'

Taken = dict[str, list[float]]


def plait(taken: Taken, name: str, no: int, count: str, using: str = "default") -> access.Matters[Matter]:
    with acting(asker(no, using)) as who:
        return timed(taken, name, lambda: access.matters(who, Matter, count=count))


def flat(taken: Taken, name: str, no: int, sql: str = FLAT) -> list[Matter]:
    with free():
        given = [account(no)] * sql.count("%s")
        return timed(taken, name, lambda: list(Matter.objects.using("owner").raw(sql, given)))


def guardian(taken: Taken, no: int, content_type: int) -> tuple[list[Any], int]:
    where = GUARDIAN.format(user=1000 + no, type=content_type, account=account(no))
    with free() as cursor:
        rows = timed(taken, "guardian: page", lambda: list(Matter.objects.using("owner").raw(GUARDIAN_PAGE.format(where=where))))
        timed(taken, "guardian: count", lambda: cursor.execute(GUARDIAN_COUNT.format(where=where)))
        return rows, cursor.fetchone()[0]


def main() -> None:
    on(ground())
    on(ground(FEW), "small")
    taken: Taken = {}
    with free() as cursor:
        cursor.execute("select content_type_id from auth_permission where id = 900001")
        (content_type,) = cursor.fetchone()
        # guardian knows no bars: one from a record can be added to its query, one from a whole panel cannot
        cursor.execute("select account_id from bench_bar where kind = 3")
        barred = {a for (a,) in cursor.fetchall()}
    people = [no for no in chosen(TYPICAL, 40) if account(no) not in barred][:30]
    for no in (people[0], 0):  # warm
        plait({}, "", no, "all")
        flat({}, "", no)
    for turn in range(3):
        for no in people:
            flat({}, "", no)  # both warm, then in any order
            exact = plait({}, "", no, "all")
            ways: list[Callable[[], Any]] = [
                lambda n=no: plait(taken, "plait: page and 1,000+", n, "some"),
                lambda n=no: plait(taken, "plait: page and exact count", n, "all"),
                lambda n=no: plait(taken, "plait: page", n, ""),
                lambda n=no: flat(taken, "flattened: page and count", n),
                lambda n=no: flat(taken, "flattened: page and 1,000+", n, FLAT_SOME),
                lambda n=no: flat(taken, "flattened: page", n, FLAT_PAGE),
            ]
            for way in shuffled(ways):
                answer = way()
                rows = answer if isinstance(answer, list) else answer.rows
                assert [r.pk for r in rows] == [r.pk for r in exact.rows], no
            assert plait({}, "", no, "some").count == min(exact.count or 0, 1001)
            assert flat({}, "", no)[0].counted == exact.count, no
            if turn == 0:
                page, count = guardian(taken, no, content_type)
                assert ([r.pk for r in page], count) == ([r.pk for r in exact.rows], exact.count), no
        for no in HEAVY:
            flat({}, "", no)
            plait({}, "", no, "some")
            some = plait(taken, "plait: heavy page and 1,000+", no, "some")
            rows = flat(taken, "flattened: heavy page and count", no)
            flat(taken, "flattened: heavy page and 1,000+", no, FLAT_SOME)
            assert [r.pk for r in some.rows] == [r.pk for r in rows]
    for _turn in range(6):
        for no in range(500, 510):
            for using, name in (("small", "growth: a hundredth of the rows"), ("default", "growth: all rows")):
                found = plait(taken, name, no, "some", using)
                assert found.count == 1000, (no, found.count)
    ms = median(taken)
    report(
        {
            "page_to_flattened": ms["plait: page and 1,000+"] / ms["flattened: page and 1,000+"],
            "exact_to_flattened": ms["plait: page and exact count"] / ms["flattened: page and count"],
            "heavy_page_to_flattened": ms["plait: heavy page and 1,000+"] / ms["flattened: heavy page and 1,000+"],
            "guardian_to_plait": (ms["guardian: page"] + ms["guardian: count"]) / ms["plait: page and exact count"],
            "growth_10k_to_1m": ms["growth: all rows"] / ms["growth: a hundredth of the rows"],
        },
        taken,
    )


main()
