"""The web server, granian with two workers, and the worker process beside it: started, watched and ended within bounds."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from plait.launch import ENVIRONMENT, Stop
from plait.launch.programs import die_with_parent

APPLICATION = "plait.web.wsgi:application"
HOST = "127.0.0.1"
DEFAULT_PORT = 8000
PATIENCE = 60.0  # seconds until the first answer
GRACE = 6.0  # seconds for a clean end; seen: a worker that never ended
FOR_THE_OWNER = ("PLAIT_OWNER", "PLAIT_DATABASE_URL")
FOR_THE_WORKER = ("PLAIT_WORKER",)
WORKER = ("plait.cli.worker",)
AGAIN = 5.0  # seconds until a worker that ended by itself is started again


def web_environment(variables: Mapping[str, str], *, demo: bool) -> dict[str, str]:
    """The environment of a web process: it never learns how to be the owner; the demo's sign-in is said here only."""
    kept = {k: v for k, v in os.environ.items() if k not in (*FOR_THE_OWNER, *FOR_THE_WORKER, "PLAIT_DEMO")}
    return {"DJANGO_SETTINGS_MODULE": "plait.settings", **kept, **variables, **({"PLAIT_DEMO": "1"} if demo else {})}


def start(port: int, environment: Mapping[str, str], application: str = APPLICATION) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws"]
    command += ["--host", HOST, "--port", str(port), "--workers", "2", "--blocking-threads", "1"]
    command += ["--workers-kill-timeout", "3", "--respawn-failed-workers", "--log-level", "warning"]
    return subprocess.Popen(
        [*command, application],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # a group of its own, so that all of it can be ended
        preexec_fn=die_with_parent(signal.SIGTERM),
    )


def worker_environment(variables: Mapping[str, str], *, demo: bool) -> dict[str, str]:
    """The environment of the worker: what the web has, and that it may do maintenance."""
    return {**web_environment(variables, demo=demo), "PLAIT_WORKER": "1"}


def start_worker(environment: Mapping[str, str], module: Sequence[str] = WORKER) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", *module],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGTERM),
    )


def wait_for_answer(child: subprocess.Popen[bytes], port: int, patience: float = PATIENCE) -> None:
    """Until the first page has been served, whatever it says.

    Raises:
        Stop: 3 when the server ends or stays silent.
    """
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if child.poll() is not None:
            raise Stop(ENVIRONMENT, "The web server ended at once; the lines above say why.")
        with contextlib.suppress(OSError, http.client.HTTPException):
            ask = http.client.HTTPConnection(HOST, port, timeout=patience)
            ask.request("GET", "/", headers={"Host": f"localhost:{port}"})
            answer = ask.getresponse()
            answer.read()
            ask.close()
            if answer.status >= 500:
                raise Stop(ENVIRONMENT, "The web server runs but cannot show its first page; the lines above say why.")
            return
        time.sleep(0.05)
    raise Stop(ENVIRONMENT, f"The web server did not answer within {patience:.0f} seconds.")


def stop(child: subprocess.Popen[bytes], grace: float = GRACE) -> None:
    """Ask to end, wait a bounded time, then end the whole group."""
    if child.poll() is None:
        child.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(grace)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)  # workers that stayed behind, or all of it
    child.wait()


@contextlib.contextmanager
def ends_on_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP unwind as Ctrl-C does, so that what was started is ended in order."""

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def watch(web: subprocess.Popen[bytes], worker: "Worker | None", database: Callable[[], None] = lambda: None) -> int:
    """Until the web server ends; a worker or a database that ends meanwhile is started again. Gives the web server's exit code."""
    last = time.monotonic()
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return web.wait(1.0)
        database()
        if worker and time.monotonic() - last >= AGAIN:
            last = time.monotonic()
            worker.see_to_it()


class Worker:
    """The worker process beside the web server."""

    def __init__(self, environment: Mapping[str, str], module: Sequence[str] = WORKER) -> None:
        self.environment, self.module = environment, module
        self.child = start_worker(environment, module)

    def see_to_it(self) -> None:
        """Start it again if it has ended."""
        if (code := self.child.poll()) is not None:
            print(f"The worker ended (exit code {code}); starting it again.", file=sys.stderr, flush=True)
            self.child = start_worker(self.environment, self.module)

    def stop(self) -> None:
        stop(self.child)


def serve(
    port: int,
    environment: Mapping[str, str],
    ready: Callable[[str], None],
    application: str = APPLICATION,
    *,
    worker: Mapping[str, str] | None = None,
    module: Sequence[str] = WORKER,
    database: Callable[[], None] = lambda: None,
) -> None:
    """Serve until told to stop; `ready` gets the address once the first page has been served. `worker` is its environment, if there is one.
    `database` is called once a second and starts the database again if it has ended.

    Raises:
        Stop: 3 when the server does not start or ends by itself.
    """
    with ends_on_signals():
        child, beside = start(port, environment, application), None
        try:
            wait_for_answer(child, port)
            beside = Worker(worker, module) if worker else None
            ready(f"http://localhost:{port}/")
            code = watch(child, beside, database)
            raise Stop(ENVIRONMENT, f"The web server ended by itself (exit code {code}); the lines above say why.")
        except KeyboardInterrupt:
            return
        finally:
            # A second Ctrl-C must not leave a database without its server, or the other way round.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            if beside:
                beside.child.terminate()  # both end at the same time
            stop(child)
            if beside:
                beside.stop()
            signal.signal(signal.SIGINT, signal.default_int_handler)
