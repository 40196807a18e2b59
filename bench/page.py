"""A whole page over HTTP: 25 of 20,000 pieces of evidence, with row security, session, menu, filters and count, against bare Django.

`to_bare_django`: the list of evidence as `serve` serves it, against a page of bare Django with 25 of 20,000 rows and their number, a
session and a signed-in person, on the same machine, server program and database server. `growth_2k_to_20k`: the list with 20,000 against
the same with 2,000. One request after the other on a kept connection, in turn; what a browser would load besides is not counted. Beside
it, left out by `--json`: the page of search on one word, and the list searched by it.
"""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
from pathlib import Path

from _ground import median, report, timed  # isort: skip
from django.conf import settings
from django.db import connections

from plait.kernel import scratch
from plait.kernel.access import cells, sync
from plait.kernel.acting import Asker, acting, verb
from plait.kernel.models import Account, Partnership
from plait.launch.places import connection as place
from plait.launch.server import start, stop, wait_for_answer, web_environment
from plait.packs import current
from plait.picture.models import Evidence
from plait.web.founding import begin

ROUNDS = 150
WORDS = [
    "market",
    "school",
    "station",
    "library",
    "meeting",
    "leaflet",
    "rumour",
    "evening",
    "bridge",
    "harbour",
    "council",
    "hall",
    "window",
    "garden",
    "street",
    "letter",
]


def fill(rows: int) -> str:
    """Evidence in the partnership's circle, and somebody of the partnership signed in: the session's key."""
    from django.test import Client

    with scratch.superuser() as su:
        su.execute("grant create on schema plait to plait_gate")
        su.execute("set role plait_gate")
        su.execute(sync.NOW.format(body="select pg_catalog.now()"))
        su.execute("reset role")
        scene = cells.Scene(su)
        somebody = Account.objects.get(id=scene.account())
        circle = Partnership.objects.get().partnership_circle_id
        scene.seat(circle, 2, "during", account=somebody.id)
        su.execute("set session_replication_role = origin")
        pack = current()
        first = {v: next(iter(pack.vocabulary(v))).key for v in ("evidence_kind", "evidence_how", "evidence_sure", "theme")}
        with acting(Asker.of(somebody, lifetime=3600)), verb("bench.fill"):
            made = []
            for n in range(rows):
                row = cells.fill(Evidence, circle, {})
                row.title = f"{WORDS[n % 16]} and {WORDS[n * 7 % 15]} {n}"
                row.what = f"What somebody saw by the {WORDS[n * 3 % 13]}, was told or read. " * 3
                row.kind, row.how, row.sure, row.themes = (
                    first["evidence_kind"],
                    first["evidence_how"],
                    first["evidence_sure"],
                    [first["theme"]],
                )
                row.place = "town"
                made.append(row)
            Evidence.objects.bulk_create(made, batch_size=2000)
        su.execute("vacuum analyze")
    client = Client()
    client.force_login(somebody)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


class Served:
    """One server program at work, and a kept connection to it."""

    def __init__(self, application: str, environment: dict[str, str], cookie: str):
        with socket.socket() as free_port:
            free_port.bind(("127.0.0.1", 0))
            self.port = free_port.getsockname()[1]
        self.child = start(self.port, environment, application)
        wait_for_answer(self.child, self.port)
        self.headers = {"Host": f"localhost:{self.port}", "Cookie": cookie}
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port)

    def get(self, path: str) -> bytes:
        self.connection.request("GET", path, headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (path, answer.status, answer.headers.get("Location"))
        return body


def main() -> None:
    template = scratch.template(lambda: begin("generic-msc", "Bench", "Bench", "bench@example.org", "Bench"), Path(__file__))
    names = {2_000: "test_plait_bench_page_2k", 20_000: "test_plait_bench_page_20k"}
    bare = "test_plait_bench_bare"
    servers: dict[str, Served] = {}
    try:
        for rows, name in names.items():
            scratch.copy(template, name)
            scratch.point_at(name)
            key = fill(rows)
            environment = web_environment({**place().variables(), "PLAIT_DB_NAME": name}, demo=False)
            environment["DJANGO_SETTINGS_MODULE"] = "plait.settings"
            servers[f"plait {rows}"] = Served("plait.web.wsgi:application", environment, f"{settings.SESSION_COOKIE_NAME}={key}")
        with scratch.as_role("owner", "postgres") as admin:
            admin.execute(f"drop database if exists {bare}")
            admin.execute(f"create database {bare}")
        more = {**os.environ, "PLAIT_BENCH_BARE": bare}
        more.pop("DJANGO_SETTINGS_MODULE", None)
        command = [sys.executable, "-P", str(Path(__file__).parent / "_bare.py"), "20000"]
        key = subprocess.run(command, env=more, check=True, stdout=subprocess.PIPE, text=True).stdout.split()[-1]
        servers["bare"] = Served("_bare:application", more, f"sessionid={key}")
        asked = {
            "bare Django, list of 20,000": ("bare", "/"),
            "plait: list of 20,000": ("plait 20000", "/picture/evidence/"),
            "plait: list of 2,000": ("plait 2000", "/picture/evidence/"),
            "plait: search among 20,000": ("plait 20000", "/search/?q=leaflet"),
            "plait: list of 20,000 searched": ("plait 20000", "/picture/evidence/?q=leaflet"),
        }
        taken: dict[str, list[float]] = {}
        for turn in range(ROUNDS + 10):
            for what, (server, path) in asked.items():
                body = timed(taken if turn >= 10 else {}, what, lambda s=server, p=path: servers[s].get(p))
                assert body.count(b"<tr") >= 25 or ("search among" in what and body.count(b"<mark>") >= 25), what
        ms = median(taken)
        report(
            {
                "to_bare_django": ms["plait: list of 20,000"] / ms["bare Django, list of 20,000"],
                "growth_2k_to_20k": ms["plait: list of 20,000"] / ms["plait: list of 2,000"],
            },
            taken,
        )
    finally:
        for server in servers.values():
            stop(server.child)
        scratch.point_at("postgres")
        for name in (*names.values(), bare):
            with scratch.as_role("tamper", "postgres") as su:
                su.execute(f"drop database if exists {name} with (force)")
        connections.close_all()


main()
