"""F1: `serve` with its web workers, its worker process and its database, killed with -9 at random while eight people write. What was acknowledged is there.

Real processes, a real partnership in a folder of its own, the killer's choices come from a fixed seed.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from plait.launch import archive, backup, embedded, restore
from plait.launch.places import Connection, Places
from plait.launch.places import connection as place
from plait.picture.tests import make
from tests.people import person

SEED = 20261124
NAMES = ("rowan", "bea", "bo", "ben", "rowan", "bea", "tia", "pol")
SESSIONS: dict[str, str] = {}
FORM = {**make.RISK, "lang": "en", "position": "", "code": "", "lead": "", "event": "", "public_text": ""}


@pytest.fixture
def partnership_folder(committed: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Places]:
    """The cast's partnership in a folder of its own: backed up from the tests' database, restored, migrated."""
    from plait.cli.keeping import _finish
    from plait.kernel.keeping import first_recipients

    with tempfile.TemporaryDirectory(prefix="plait-kills-", ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        root.chmod(0o711)
        first_recipients([archive.new_identity(root / "identity")])
        s = connections["owner"].settings_dict
        secrets = place().secrets
        assert secrets is not None
        shutil.copytree(secrets, root / "secrets")
        (root / "secrets" / "django.key").write_text(settings.SECRET_KEY)  # so that the sessions hold over there
        for each in NAMES:
            client = Client()
            client.force_login(person(each))
            SESSIONS[f"{each}@example.org"] = client.cookies["plait_session"].value
        made = backup.make(Connection(s["HOST"], str(s["PORT"]), committed, root / "secrets"), root / "out", version="test")
        places = Places(root / "data")
        ids = archive.identities(root / "identity")
        restore.restore(made.data, made.keys, ids, places, lambda there, m: _finish(there, m, "restore"))
        yield places


class Serving:
    """`./plait serve` on the folder, started again when it was killed itself."""

    def __init__(self, places: Places) -> None:
        self.places = places
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.child: subprocess.Popen[str] | None = None

    def start(self) -> None:
        env = {k: v for k, v in os.environ.items() if not k.startswith(("PLAIT_", "DJANGO"))}
        command = [sys.executable, "-P", "-m", "plait", "serve", "--port", str(self.port)]
        self.child = subprocess.Popen(
            command,
            env={**env, "PLAIT_DATA": str(self.places.root)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        assert self.child.stdout is not None
        assert " is at http" in self.child.stdout.readline()

    def processes(self) -> dict[str, list[int]]:
        """What of it runs now, by kind."""
        found: dict[str, list[int]] = {"serve": [self.child.pid] if self.child and self.child.poll() is None else []}
        for path in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                words = (path / "cmdline").read_bytes().decode().split("\0")
                if str(self.port) in words and "granian" in words:
                    found.setdefault("web", []).append(int(path.name))
                elif "plait.cli.worker" in words and str(self.places.root) in (path / "environ").read_bytes().decode(
                    "utf-8", "replace"
                ):
                    found.setdefault("worker", []).append(int(path.name))
        lines = embedded.Server(self.places).pid_file()
        found["database"] = [int(lines[0])] if lines and embedded.is_alive(int(lines[0])) else []
        return found

    def wait_until_well(self, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.child is None or self.child.poll() is not None:
                self.start()
            with contextlib.suppress(OSError, http.client.HTTPException):
                there = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                there.request("GET", "/health/", headers={"Host": f"localhost:{self.port}"})
                if there.getresponse().status == 200:
                    return
            time.sleep(0.05)
        raise AssertionError("it did not come back")

    def stop(self) -> None:
        if self.child and self.child.poll() is None:
            self.child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.child.wait(30)
        for pids in self.processes().values():
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


class Person:
    """A browser without a browser: signs in, and adds risks with words that nobody else writes."""

    def __init__(self, port: int, name: str, number: int) -> None:
        self.port, self.email, self.number, self.cookies = port, f"{name}@example.org", number, {}
        self.acknowledged: list[str] = []
        self.sent = 0

    def ask(self, method: str, path: str, form: dict[str, Any] | None = None) -> tuple[int, str]:
        there = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Host": f"localhost:{self.port}", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode({**form, "csrfmiddlewaretoken": self.cookies.get("plait_csrf", "")}, doseq=True)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://localhost:{self.port}"}
        there.request(method, path, body, headers)
        answer = there.getresponse()
        text = answer.read().decode()
        for said in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = said.split(";")[0].partition("=")
            self.cookies[name] = value
        there.close()
        return answer.status, text

    def sign_in(self) -> None:
        """Whose session was made before the folder was: signing in is not what is tried here."""
        self.cookies["plait_session"] = SESSIONS[self.email]
        status, _ = self.ask("GET", "/picture/risks/add/")
        assert status == 200, status

    def write(self) -> None:
        self.sent += 1
        words = f"zwirbel {self.number}-{self.sent}"
        try:
            status, _text = self.ask("POST", "/picture/risks/add/", {**FORM, "why": words, "title": words})
        except (OSError, http.client.HTTPException):
            time.sleep(0.02)
            return
        if status == 303:
            self.acknowledged.append(words)


def kill_and_count(
    places: Places, cycles: int, kinds: tuple[str, ...] = ("serve", "web", "worker", "database", "database")
) -> dict[str, Any]:
    """Kill something of these kinds at random `cycles` times under eight writers, then stop, start once more, and count."""
    rng, serving, killed = random.Random(SEED), Serving(places), []
    serving.start()
    stopping = threading.Event()
    people = [Person(serving.port, name, n) for n, name in enumerate(NAMES)]
    try:
        for each in people:
            each.sign_in()

        def work(each: Person) -> None:
            while not stopping.is_set():
                each.write()

        threads = [threading.Thread(target=work, args=(p,), daemon=True) for p in people]
        for t in threads:
            t.start()
        for _n in range(cycles):
            before = sum(len(p.acknowledged) for p in people)
            end = time.monotonic() + 60
            while sum(len(p.acknowledged) for p in people) < before + 10 and time.monotonic() < end:
                time.sleep(0.01)
            time.sleep(rng.random() * 0.1)
            running = serving.processes()
            kind = rng.choice([k for k in kinds if running.get(k)])
            with contextlib.suppress(ProcessLookupError):
                os.kill(rng.choice(running[kind]), signal.SIGKILL)
            killed.append(kind)
            serving.wait_until_well()
        stopping.set()
        for t in threads:
            t.join(60)
    finally:
        stopping.set()
        serving.stop()
    acknowledged = {w for p in people for w in p.acknowledged}
    with embedded.database(places) as found, backup.connect(found.connection, "backup") as there:
        rows = there.execute("select why, id from picture_risk where why like 'zwirbel %'").fetchall()
        entries = there.execute(
            "select after ->> 'why', row_id from kernel_entry where tab = 'picture_risk' and after ->> 'why' like 'zwirbel %'"
        ).fetchall()
        facts = backup.facts(there)  # reads every row of every table: a page with a wrong checksum would be an error
    sums = re.findall("checksum", (places.log.read_text(errors="replace")))
    return {
        "acknowledged": len(acknowledged),
        "lost": acknowledged - {w for w, _ in rows},
        "twice": len(rows) - len({w for w, _ in rows}),
        "half": set(rows) ^ set(entries),
        "bad checksums": len(sums),
        "sent": sum(p.sent for p in people),
        "killed": killed,
        "tables": len(facts.tables),
    }


def check(found: dict[str, Any], cycles: int) -> None:
    print(found)
    assert found["acknowledged"] >= 10 * cycles and len(found["killed"]) == cycles
    assert found["lost"] == set()
    assert found["half"] == set(), "a row without its entry, or an entry without its row"
    assert found["twice"] == 0, "a request that was tried once more was saved twice"
    assert found["bad checksums"] == 0


@pytest.mark.soak
def test_what_was_acknowledged_survives_a_killed_database(partnership_folder: Places) -> None:
    check(kill_and_count(partnership_folder, 2, ("database",)), 2)


@pytest.mark.soak
def test_what_was_acknowledged_survives_many_kills(partnership_folder: Places) -> None:
    check(kill_and_count(partnership_folder, 25), 25)
