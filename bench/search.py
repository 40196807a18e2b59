"""Search under the policy against full text without any rule, on the same words of a million records.

`common_to_unfiltered`, `medium_to_unfiltered`: page of 25, exact count and kinds of a word, as `plait.kernel.search` finds them for a typical
account, against the page and the count of PostgreSQL's own full text (GIN) for a role that no rule binds. Names are not among these
records: they are probed circle by circle, which is timed beside it. The rest of what `--json` leaves out: a rare word, two words at
once, the five accounts that see a fifth of everything, and somebody who sees nothing.
"""

from __future__ import annotations

from typing import Any

from _ground import HEAVY, TYPICAL, acting, asker, chosen, free, ground, median, on, report, timed  # isort: skip
from plait.kernel import search

PAGE = "select id, circle_id, made_at from bench_text where tsv @@ to_tsquery('english', %s) order by made_at desc, circle_id desc limit 25"
COUNT = "select count(*) from bench_text where tsv @@ to_tsquery('english', %s)"
TABLES = ["bench_matter"]
Taken = dict[str, list[float]]


def words() -> dict[str, str]:
    """A common, a medium and a rare word: of 6%, 0.3% and 0.02% of the records."""
    with free() as cursor:
        cursor.execute("select word, ndoc from ts_stat('select tsv from bench_text tablesample system (10)')")
        found = {word: n * 10 for word, n in cursor.fetchall()}
        cursor.execute("select count(*) from bench_text")
        (rows,) = cursor.fetchone()
    return {
        name: min(found, key=lambda w: abs(found[w] - rows * share))
        for name, share in (("common", 0.06), ("medium", 0.0032), ("rare", 0.00018))
    }


def plait(taken: Taken, what: str, no: int, said: str) -> search.Found:
    with acting(asker(no)) as who:
        return timed(taken, what, lambda: search.find(who, said, tables=TABLES))


def unfiltered(taken: Taken, what: str, said: str) -> tuple[list[Any], int]:
    with free() as cursor:

        def both() -> tuple[list[Any], int]:
            cursor.execute(PAGE, [said])
            rows = cursor.fetchall()
            cursor.execute(COUNT, [said])
            return rows, cursor.fetchone()[0]

        return timed(taken, what, both)


def main() -> None:
    on(ground())
    taken: Taken = {}
    chosen_words = words()
    two = f"{chosen_words['common']} {chosen_words['medium']}"
    plait({}, "", 7, chosen_words["rare"])
    for _turn in range(2):
        for no in chosen(TYPICAL, 30):
            for name, word in chosen_words.items():
                plait(taken, f"plait: {name}", no, word)
                unfiltered(taken, f"full text, no rule: {name}", word)
            plait(taken, "plait: common and medium at once", no, two)
            unfiltered(taken, "full text, no rule: common and medium at once", two.replace(" ", " & "))
        for no in HEAVY:
            plait(taken, "plait: common, heavy account", no, chosen_words["common"])
        assert plait(taken, "plait: common, sees nothing", 9_999, chosen_words["common"]).total == 0
    few, search.FEW = search.FEW, 10**9
    for no in chosen(TYPICAL, 10):
        by_circle = [plait(taken, f"plait, circle by circle: {name}", no, word) for name, word in chosen_words.items()]
        search.FEW = few
        assert [plait({}, "", no, word) for word in chosen_words.values()] == by_circle
        search.FEW = 10**9
    ms = median(taken)
    report(
        {f"{name}_to_unfiltered": ms[f"plait: {name}"] / ms[f"full text, no rule: {name}"] for name in ("common", "medium")},
        taken,
    )


main()
