"""How much the promise costs on a list: a page of 25 of the evidence, as the application under row security, against the same query
by a role that row security does not bind. One run, interleaved; prints the medians and their ratio. Nothing fails by it.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path

import django

django.setup()

from plait.kernel import access, scratch  # noqa: E402
from plait.kernel.access import cells  # noqa: E402
from plait.kernel.acting import Asker, acting, verb  # noqa: E402
from plait.kernel.founding import found  # noqa: E402
from plait.picture.models import Evidence  # noqa: E402

ROWS, ROUNDS = 20_000, 60


def main() -> None:
    template = scratch.template(lambda: found("Bench", "Bench", "generic-msc", "bench@example.org", "Bench"), Path(__file__))
    with scratch.database(template), scratch.superuser() as su:
        scene = cells.Scene(su)
        somebody = Asker(scene.account(), lifetime=3600)
        with acting(somebody):
            circle = access.partnership_circle()
        scene.seat(circle, 3, "during", account=somebody.id)
        su.execute("set session_replication_role = origin")
        with acting(somebody), verb("bench.fill"):
            Evidence.objects.bulk_create([cells.fill(Evidence, circle, {}) for _ in range(ROWS)], batch_size=2000)
        su.execute("vacuum analyze")
        page = f"select * from picture_evidence where circle_id = '{circle}' order by happened_on desc, id desc limit 25"
        count = f"select count(*) from picture_evidence where circle_id = '{circle}'"
        took: dict[str, list[float]] = {"bound": [], "free": []}
        for _ in range(ROUNDS):
            with acting(somebody):
                began = time.perf_counter()
                rows = Evidence.objects.filter(circle_id=circle).order_by("-happened_on", "-id")
                assert len(list(rows[:25])) == 25 and rows.count() == ROWS
                took["bound"].append(time.perf_counter() - began)
            began = time.perf_counter()
            su.execute(page).fetchall()
            su.execute(count).fetchall()
            took["free"].append(time.perf_counter() - began)
        ms = {k: round(statistics.median(v) * 1000, 2) for k, v in took.items()}
        answer = {"rows": ROWS, "page_and_count_ms": ms, "ratio": round(ms["bound"] / ms["free"], 2)}
    print(json.dumps(answer) if "--json" in sys.argv else "\n".join(f"{k}: {v}" for k, v in answer.items()))


main()
