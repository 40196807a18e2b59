"""What it costs to let somebody in, against a plain insert of the rows that a flat table of rights would need.

`give_to_plain_insert`: one seat in a matter through `kernel.access.give_seat` (asks for the right, writes the seat, the log writes its
entry) with its commit, against one insert into a table of the same columns and indexes without rules, triggers and keys, with its commit.
`panel_to_bulk_insert`: a member more in a panel that holds a seat in some 3,400 matters, one row, against the plain insert of those rows.
After each the person concerned is asked for in the same transaction: the change shows. Written to disk as on a server (fsync on).
"""

from __future__ import annotations

import uuid
from typing import Any

from _ground import HEAVY, TYPICAL, account, asker, chosen, circle, ground, median, on, report, timed  # isort: skip
from django.db import connections, transaction

from plait.kernel import access, scratch
from plait.kernel.acting import announce, verb

ROUNDS = 31
PLAIN = """insert into bench_plain(id, account_id, circle_id, kind, sort_at, level, starts, ends, source, given_by_id, reason)
  select gen_random_uuid(), %s, c, 4, now(), 1, now(), '9999-12-31Z', 'invitation', %s, 'invented' from unnest(%s::uuid[]) c"""
Taken = dict[str, list[float]]


def given(taken: Taken, what: str, chair: int, to: uuid.UUID, where: uuid.UUID, sees: uuid.UUID) -> uuid.UUID:
    """Give a seat as the chair; ask as whoever got it, in the same transaction; commit."""
    outer = transaction.atomic()
    outer.__enter__()
    who = asker(chair)
    announce(who)
    inner = verb("bench.give")
    inner.__enter__()
    seat = timed(taken, what, lambda: access.give_seat(who, account=to, circle=where, level=1, reason="invented for the bench"))
    announce(asker_of(to))
    with connections["default"].cursor() as cursor:
        cursor.execute("select count(*) from bench_matter where circle_id = %s", [sees])
        assert cursor.fetchone() == (1,), what
    announce(who)
    inner.__exit__(None, None, None)
    commit: Taken = {}
    timed(commit, "", lambda: outer.__exit__(None, None, None))
    taken[what][-1] += commit[""][0]
    return seat


def asker_of(person: uuid.UUID) -> Any:
    from plait.kernel.acting import Asker

    return Asker(person, lifetime=3600)


def plain(taken: Taken, what: str, to: uuid.UUID, circles: list[uuid.UUID]) -> None:
    outer = transaction.atomic(using="owner")
    outer.__enter__()
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        timed(taken, what, lambda: cursor.execute(PLAIN, [to, account(0), circles]))
    commit: Taken = {}
    timed(commit, "", lambda: outer.__exit__(None, None, None))
    taken[what][-1] += commit[""][0]


def main() -> None:
    on(ground())
    taken: Taken = {}
    with scratch.superuser() as su:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            su.execute(f"alter system set {setting} = on")
        su.execute("select pg_reload_conf()")
        try:
            for turn in range(ROUNDS):
                panel, chair = circle("panel", turn % 60), HEAVY[turn % 5]
                held = [
                    c
                    for (c,) in su.execute(
                        "select circle_id from kernel_seat s where via_id = %s and starts <= now() and now() < ends"
                        " and not exists (select 1 from kernel_bar b where b.circle_id = s.circle_id)",
                        [panel],
                    ).fetchall()
                ]
                new = next(
                    a
                    for a in map(account, chosen(TYPICAL, 400))
                    if not su.execute(
                        "select 1 from kernel_seat where account_id = %s and circle_id = %s union all select 1 from kernel_bar where account_id = %s and circle_id = %s",
                        [a, panel, a, panel],
                    ).fetchone()
                )
                kept = taken if turn else {}  # the first round warms
                made = [given(kept, "plait: give one seat", chair, new, held[0], held[0])]
                plain(kept, "plain insert: one row", new, held[:1])
                made.append(given(kept, "plait: a member more in a panel", chair, new, panel, held[-1]))
                plain(kept, "plain insert: the panel's rows", new, held)
                su.execute("set session_replication_role = replica")
                su.execute("delete from kernel_seat where id = any(%s)", [made])
                su.execute("truncate bench_plain")
        finally:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                su.execute(f"alter system reset {setting}")
            su.execute("select pg_reload_conf()")
    ms = median(taken)
    report(
        {
            "give_to_plain_insert": ms["plait: give one seat"] / ms["plain insert: one row"],
            "panel_to_bulk_insert": ms["plait: a member more in a panel"] / ms["plain insert: the panel's rows"],
        },
        taken,
    )


main()
