"""Finding records by their words, among those that the asker may see.

A word is looked for as an equal hash (leakproof, so an index serves it under row security), in the token table, under the table's one
policy. Page, count and kinds come from one set made once. There are no statistics over what the asker may not see: newest first, no
weight of a word, no correction of spelling from words that stand elsewhere. What is asked for is kept nowhere.

Two forms. Whoever sits in few matters has each of their circles probed by itself: nothing outside of them is touched, so nothing outside
of them takes time. Whoever sits in many has the word looked up at once, with a sentinel token in a circle in which nobody sits, so that
a word that stands nowhere takes the same way as one that stands in a hidden record; names are probed by circle for them too.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connections

from plait.kernel.acting import Asker

LONGEST = 200
"""Letters of a question; more is cut off. Of its words the first eight count."""
FEW = 1000
"""Matters up to which each circle is probed by itself."""


@dataclass(frozen=True)
class Hit:
    """A record in which every word stands."""

    table: str
    circle: uuid.UUID
    row: uuid.UUID
    at: datetime


@dataclass(frozen=True)
class Found:
    """One page of what was found, how many records in all, and how many of each table."""

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    of: dict[str, int] = field(default_factory=dict)
    page: int = 1


ASKED = "select (select count(*) from (select 1 from kernel_seat where kind = 4 limit %s) s), plain, named from plait.asked(%s, %s, %s)"
MINE = "select unnest((select plait.my_small())) id union select s.circle_id from kernel_seat s where s.kind = 4"
BY_CIRCLE = """select t.hash, t.circle_id, t.sort_at, t.tab, t.row_id from mine cross join lateral
  (select * from kernel_token t where t.circle_id = mine.id and t.hash = any(%s::bigint[]) offset 0) t"""
# without the `offset 0` the planner may look the word up in every circle first and join afterwards: right answers, and a time that tells
AT_ONCE = "select t.hash, t.circle_id, t.sort_at, t.tab, t.row_id from kernel_token t where t.hash = any(%s::bigint[])"
EACH = {
    "one": "select circle_id, sort_at, tab, row_id from hits",
    "many": """select h.circle_id, h.sort_at, h.tab, h.row_id from hits h join unnest(%s::bigint[], %s::int[]) a(hash, nth) on a.hash = h.hash
  group by 1, 2, 3, 4 having count(distinct a.nth) = %s""",
}
PAGE = """select (select coalesce(jsonb_object_agg(tab, n), '{}') from (select tab, count(*) n from found group by tab) k), p.* from (select 1) one left join (
  select * from found where tab = any(%s) order by sort_at desc, circle_id desc, tab, row_id
  limit %s offset (select greatest(0, least(%s, (count(*) + %s - 1) / %s) - 1) * %s from found where tab = any(%s))) p on true"""


def _said(words: str) -> tuple[str, list[str]]:
    """What was typed, as far as it counts, and the languages that the program speaks: the database adds the partnership's."""
    return words.replace("\0", " ")[:LONGEST].encode("utf-8", "ignore").decode(), [code for code, _name in settings.LANGUAGES]


def find(
    asker: Asker, words: str, *, tables: Sequence[str], only: str = "", size: int = 25, page: int = 1, beginning: bool = False
) -> Found:
    """Records of these tables in which every word stands, newest first; `only`: a page of this table alone.

    A word is found in its other forms too (the language of the record says how it is inflected). `beginning`: the last word may go on,
    and is looked for in titles.
    """
    from plait.kernel.access.registry import searched

    named_tables = {m._meta.db_table for m in searched() if m.names} & set(tables)
    with connections[asker.using].cursor() as cursor:
        cursor.execute(ASKED, [FEW + 1, *_said(words), beginning])
        asked = cursor.fetchall()
        plain = [(h, n) for n, (_matters, some, _named) in enumerate(asked) for h in some]
        named = [(h, n) for n, (_matters, _plain, some) in enumerate(asked) for h in some] if named_tables else []
        every, one = plain + named, len(asked) == len(plain) == 1
        hashes = [[h for h, _n in some] for some in (every, plain, named)]
        given: list[Any]
        if not asked or asked[0][0] <= FEW:
            hits, given = BY_CIRCLE, [hashes[0]]
        elif named:
            hits, given = f"{AT_ONCE} union all {BY_CIRCLE}", [[*hashes[1], 0], hashes[2]]
        else:
            hits, given = AT_ONCE, [[*hashes[1], 0]]
        each = EACH["one" if one else "many"]
        if not one:
            given += [hashes[0], [n for _h, n in every], len(asked)]
        chosen = [only] if only else list(tables)
        cursor.execute(
            f"with mine as materialized ({MINE}), hits as materialized ({hits}), found as materialized ({each}) {PAGE}",
            [*given, chosen, size, page, size, size, size, chosen],
        )
        rows = cursor.fetchall()
    import json

    of = rows[0][0] if isinstance(rows[0][0], dict) else json.loads(rows[0][0])
    of = {t: n for t, n in of.items() if t in tables}
    total = sum(of.get(t, 0) for t in chosen)
    hits_found = [Hit(tab, circle, row, at) for _of, circle, at, tab, row in rows if row is not None]
    return Found(hits_found, total, of, max(1, min(page, -(-total // size))))


def alike(asker: Asker, words: Sequence[tuple[str, str]], asked: str) -> set[tuple[str, str]]:
    """Which of these words, each with the language of the text it stands in, are forms of what was asked for."""
    with connections[asker.using].cursor() as cursor:
        cursor.execute(
            "select word, lang from plait.alike(%s, %s, %s, %s)",
            [[w for w, _l in words], [lang for _w, lang in words], *_said(asked)],
        )
        return {(word, lang) for word, lang in cursor.fetchall()}
