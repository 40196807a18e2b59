"""The web server: the first answer, the environment it gets, a bounded end. A tiny application stands in for Plait."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from plait.launch import Stop, server

APPLICATION = """
import os
def app(environ, start):
    if environ["PATH_INFO"] == "/" and os.environ.get("BROKEN"):
        start("500 Broken", []); return [b""]
    start("200 OK", [("Content-Type", "text/plain")])
    return [f"{os.environ.get('PLAIT_DEMO')} {os.environ.get('PLAIT_OWNER')} {os.environ.get('PLAIT_DATABASE_URL')}".encode()]
"""


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    (tmp_path / "standin.py").write_text(APPLICATION)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PLAIT_OWNER", "1")
    monkeypatch.setenv("PLAIT_DEMO", "1")
    monkeypatch.setenv("PLAIT_DATABASE_URL", "postgresql://boss:secret@host/x")
    return server.web_environment({"PLAIT_DB_NAME": "town"}, demo=False)


def test_a_web_process_never_learns_of_the_owner_and_only_the_demo_is_one(environment: dict[str, str]) -> None:
    assert environment["PLAIT_DB_NAME"] == "town"
    assert not {"PLAIT_OWNER", "PLAIT_DEMO", "PLAIT_DATABASE_URL"} & set(environment)
    assert server.web_environment({}, demo=True)["PLAIT_DEMO"] == "1"


@pytest.mark.full
def test_it_serves_until_ctrl_c_and_leaves_nothing_behind(port: int, environment: dict[str, str]) -> None:
    seen: list[str] = []

    def look(address: str) -> None:
        with urllib.request.urlopen(address, timeout=10) as answer:
            seen.append(answer.read().decode())
        main = threading.main_thread().ident
        threading.Timer(0.2, signal.pthread_kill, [main, signal.SIGINT]).start()

    server.serve(port, environment, look, application="standin:app")
    assert seen == ["None None None"]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


WORKER = """
import os, pathlib, signal, sys, time
seen = pathlib.Path(os.environ["SEEN"])
with seen.open("a") as file: file.write(f"{os.environ.get('PLAIT_WORKER')} {os.environ.get('PLAIT_OWNER')} {os.getpid()}\\n")
if seen.read_text().count("\\n") == 1: sys.exit(3)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
while True: time.sleep(60)
"""


def test_only_the_worker_learns_that_it_may_do_maintenance(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAIT_WORKER", "1")
    assert "PLAIT_WORKER" not in server.web_environment({}, demo=False)
    assert server.worker_environment({}, demo=False)["PLAIT_WORKER"] == "1"
    assert not {"PLAIT_OWNER", "PLAIT_DATABASE_URL"} & set(server.worker_environment({}, demo=False))


@pytest.mark.full
def test_a_worker_that_ended_is_started_again_and_ends_with_the_server(
    port: int, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "standin_worker.py").write_text(WORKER)
    monkeypatch.setattr(server, "AGAIN", 0.2)
    seen = tmp_path / "seen"
    seen.touch()

    def look(_address: str) -> None:
        main = threading.main_thread().ident

        def end_when_two_were_seen() -> None:
            end = time.monotonic() + 20
            while seen.read_text().count("\n") < 2 and time.monotonic() < end:
                time.sleep(0.05)
            signal.pthread_kill(main, signal.SIGINT)

        threading.Thread(target=end_when_two_were_seen, daemon=True).start()

    worker = {**environment, "PLAIT_WORKER": "1", "SEEN": str(seen)}
    server.serve(port, environment, look, application="standin:app", worker=worker, module=("standin_worker",))
    lines = [line.split() for line in seen.read_text().splitlines()]
    assert [line[:2] for line in lines] == [["1", "None"]] * 2
    for _w, _o, pid in lines:
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)


@pytest.mark.full
def test_a_first_page_that_fails_ends_the_start(port: int, environment: dict[str, str]) -> None:
    with pytest.raises(Stop, match="cannot show its first page"):
        server.serve(port, {**environment, "BROKEN": "1"}, lambda _address: None, application="standin:app")


@pytest.mark.full
def test_a_server_that_cannot_start_says_so(port: int, environment: dict[str, str]) -> None:
    with pytest.raises(Stop, match="The web server"):
        server.serve(port, environment, lambda _address: None, application="nowhere:app")


def test_one_that_does_not_want_to_end_is_ended_with_its_group() -> None:
    code = "import signal, time, os; signal.signal(signal.SIGTERM, signal.SIG_IGN); os.fork(); print(flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", code], start_new_session=True, stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    began = time.monotonic()
    server.stop(child, grace=0.3)
    assert time.monotonic() - began < 5
    assert child.returncode == -signal.SIGKILL
    time.sleep(0.1)
    group = subprocess.run(
        ["ps", "-o", "stat=", "-g", str(child.pid)], capture_output=True, text=True, check=False
    ).stdout.split()
    assert not [state for state in group if not state.startswith("Z")]


def test_a_silent_server_is_not_waited_for_for_ever(port: int) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True, env=dict(os.environ))
    try:
        with pytest.raises(Stop, match="did not answer within 0 seconds"):
            server.wait_for_answer(child, port, patience=0.3)
    finally:
        server.stop(child, grace=1)
