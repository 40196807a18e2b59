"""Does the time tell hidden from absent? Pairs of the same question to a record, or a word, that is hidden and to one that is not there,
shuffled, through the whole program in one process (statements, middleware, template).

Each key is the size of the effect as Cliff's delta, the share of pairs by which hidden is slower or faster than absent beyond chance: 0 means
guessing, 1 means always told; below 0.147 is called negligible. `open`: the page of a record by its address. `search`: a word that stands in
one hidden record, the page of search. `search_100`: one that stands in a hundred. `many_1`, `many_100`: the same by the form for somebody who
sits in more than a thousand matters, which looks the word up at once; without pages, so that nothing blurs it. `few_1`, `few_100`: the form
for everybody else, without pages.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from plait.kernel import scratch, search  # noqa: E402
from plait.kernel.access import cells, sync  # noqa: E402
from plait.kernel.acting import Asker, acting, verb  # noqa: E402
from plait.kernel.models import Account, Partnership  # noqa: E402
from plait.picture.models import Evidence  # noqa: E402
from plait.web.founding import begin  # noqa: E402

PAIRS = 2000
TABLES = ["picture_evidence", "partners_person", "exchange_lesson"]
chance = random.Random(8151)  # noqa: S311 - a seed, no secret


def delta(hidden: list[float], absent: list[float]) -> float:
    """Cliff's delta of two samples, without its sign."""
    order = sorted([(v, 1) for v in hidden] + [(v, 0) for v in absent])
    more, seen = 0, 0
    for _value, is_hidden in order:
        if is_hidden:
            more += seen
        else:
            seen += 1
    return abs(2 * more / (len(hidden) * len(absent)) - 1)


def write(circle: uuid.UUID, titles: list[str]) -> list[uuid.UUID]:
    rows = [cells.fill(Evidence, circle, {}) for _ in titles]
    for row, title in zip(rows, titles, strict=True):
        row.title = title
    Evidence.objects.bulk_create(rows, batch_size=1000)
    return [row.id for row in rows]


def paired(
    do: Callable[[str], object], hidden: list[str], absent: list[str], pairs: int = PAIRS
) -> tuple[list[float], list[float]]:
    taken: tuple[list[float], list[float]] = ([], [])
    for n in range(pairs + 50):
        for which in chance.sample((0, 1), 2):
            what = (hidden, absent)[which][n % len(hidden)]
            began = time.perf_counter()
            do(what)
            if n >= 50:
                taken[which].append((time.perf_counter() - began) * 1000)
    return taken


def main() -> None:
    template = scratch.template(lambda: begin("generic-msc", "Bench", "Bench", "bench@example.org", "Bench"), Path(__file__))
    settings.ALLOWED_HOSTS.append("testserver")
    with scratch.database(template), scratch.superuser() as su:
        su.execute("grant create on schema plait to plait_gate")
        su.execute("set role plait_gate")
        su.execute(sync.NOW.format(body="select pg_catalog.now()"))
        su.execute("reset role")
        scene = cells.Scene(su)
        somebody, keeper = (Account.objects.get(id=scene.account()) for _ in range(2))
        here = Partnership.objects.get().partnership_circle_id
        matters = [scene.circle("matter") for _ in range(50)]
        scene.seat(here, 2, "during", account=somebody.id)
        scene.seat(here, 2, "during", account=keeper.id)
        for matter in matters:
            scene.seat(matter, 2, "during", account=keeper.id)
        su.execute("set session_replication_role = origin")
        one, hundred = [f"hiddenword{n}x" for n in range(200)], [f"oftenhidden{n}x" for n in range(20)]
        with acting(Asker.of(keeper, lifetime=3600)), verb("bench.fill"):
            write(here, [f"Something that everybody sees {n}" for n in range(5000)])
            ids = write(matters[0], one)
            for matter in matters:
                write(matter, hundred * 2)
        su.execute("vacuum analyze")
        client = Client()
        client.force_login(somebody)
        session = client.session
        session["seen"] = int(time.time()) + 7200
        session.save()
        who = Asker.of(somebody, lifetime=3600)

        def get(address: str) -> None:
            client.get(address)

        def find(word: str) -> None:
            with acting(who):
                assert search.find(who, word, tables=TABLES).total == 0

        def addresses(circle: uuid.UUID | None, rows: list[uuid.UUID]) -> list[str]:
            return [f"/picture/evidence/{circle or uuid.uuid4()}/{row}/" for row in rows]

        absent_one, absent_hundred = [f"absentword{n}x" for n in range(200)], [f"oftenabsent{n}x" for n in range(20)]
        pages = PAIRS // 4
        taken = {
            "open": paired(get, addresses(matters[0], ids), addresses(None, [uuid.uuid4() for _ in ids]), pages),
            "search": paired(get, [f"/search/?q={w}" for w in one], [f"/search/?q={w}" for w in absent_one], pages),
            "search_100": paired(get, [f"/search/?q={w}" for w in hundred], [f"/search/?q={w}" for w in absent_hundred], pages),
            "few_1": paired(find, one, absent_one),
            "few_100": paired(find, hundred, absent_hundred),
        }
        search.FEW = -1
        taken |= {"many_1": paired(find, one, absent_one), "many_100": paired(find, hundred, absent_hundred)}
    answer = {key: round(delta(*pair), 3) for key, pair in taken.items()}
    if "--json" in sys.argv:
        print(json.dumps(answer))
        return
    for key, (hidden, absent) in taken.items():
        print(
            f"{key:12} delta {answer[key]:.3f}   medians: hidden {statistics.median(hidden):.3f} ms, absent {statistics.median(absent):.3f} ms, {len(hidden)} pairs"
        )


main()
