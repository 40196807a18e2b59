"""The embedded database: a private PostgreSQL 18 in the data folder, over a Unix socket, nobody trusted.

`database(places)` is what commands use. The one who gets the lock of the data folder starts and stops the server; with
`join=True` a command may use the server of a running `serve` or `demo` instead.
"""

import contextlib
import errno
import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from plait.launch import DATA, ENVIRONMENT, REFUSED, Stop
from plait.launch import programs as pg
from plait.launch.places import Connection, Places, is_root, make_secrets, private_folder
from plait.launch.roles import database_statements, role_statements, schema_statements

PORT = "5432"  # only a part of the socket's name: no TCP
ROOM_NEEDED = 200 * 1024 * 1024

CONFIGURATION = {
    "listen_addresses": "''",
    "password_encryption": "'scram-sha-256'",
    "log_min_error_statement": "'panic'",  # no statement, and so nobody's words, in the log
    "log_error_verbosity": "'terse'",
    "log_statement": "'none'",
    "log_timezone": "'UTC'",
    "timezone": "'UTC'",
    "max_connections": "100",
    "jit": "off",
    "log_checkpoints": "off",
    "wal_recycle": "off",  # a segment that is done with is removed, not kept under a new name with all that is in it
}
HBA = """\
local plait plait_owner,plait_app,plait_public scram-sha-256
local plait plait_backup,plait_maintenance     scram-sha-256
local all   all                                reject
"""
# Tests make and drop databases, and one of them plays the burglar. Never the folder of a partnership.
TEST_CONFIGURATION = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
TEST_HBA = """\
local all plait_owner,plait_app,plait_public,plait_backup,plait_maintenance,plait_tamper scram-sha-256
local all all reject
"""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# --- the lock of a data folder ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Holder:
    """Who runs on a data folder."""

    process: int = 0
    since: str = "?"
    address: str = ""

    def sentence(self, places: Places) -> str:
        where = f", {self.address}" if self.address else ""
        return (
            f"Plait already runs on {places.root} (process {self.process}, since {self.since}{where}); open that one or stop it"
            " first."
        )


class Lock:
    """`plait.lock`: the kernel frees it however the holder ends."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.descriptor: int | None = None

    def take(self, *, announce: bool = True) -> bool:
        try:
            descriptor = os.open(self.places.lock, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Stop(ENVIRONMENT, f"Cannot write to the data folder {self.places.root}: {error.strerror}.") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self.descriptor = descriptor
        if announce:
            self.tell("")
        return True

    def tell(self, address: str) -> None:
        """Write down who we are and where we serve, for whoever comes second."""
        if self.descriptor is None:
            return
        now = datetime.now().astimezone().strftime("%H:%M")
        text = json.dumps({"process": os.getpid(), "since": now, "address": address}).encode()
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, text, 0)

    def holder(self) -> Holder:
        try:
            return Holder(**json.loads(self.places.lock.read_text()))
        except (OSError, ValueError, TypeError):
            return Holder()

    def release(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None


# --- processes --------------------------------------------------------------------------------------------------------


def is_alive(process: int) -> bool:
    """Whether a process runs. A zombie, which nobody has waited for, does not."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return Path("/proc/self").exists() is False
    return state not in {"Z", "X"}


def runs_on(process: int, folder: Path) -> bool:
    """Whether that process is a PostgreSQL on that folder (a number may have been given to another program since)."""
    try:
        return Path(f"/proc/{process}/cwd").readlink() == folder.resolve()
    except OSError:
        pass
    out = subprocess.run(["ps", "-o", "command=", "-p", str(process)], capture_output=True, text=True, check=False)
    return str(folder) in out.stdout


def wait_until_gone(process: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while is_alive(process):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


# --- the server -------------------------------------------------------------------------------------------------------


class Server:
    """PostgreSQL on one data folder. `tests` gives the looser configuration of the tests' cluster."""

    def __init__(self, places: Places, *, tests: bool = False) -> None:
        self.places = places
        self.tests = tests
        self.child: subprocess.Popen[str] | None = None
        self.programs = self._prepare()
        self.socket = places.socket()

    def connection(self) -> Connection:
        return Connection(str(self.socket), PORT, "plait", self.places.secrets)

    # -- folders --

    def _prepare(self) -> pg.Programs:
        root = self.places.root
        private_folder(root, 0o711 if is_root() else 0o700)
        free = shutil.disk_usage(root).free
        if free < ROOM_NEEDED:
            raise Stop(
                ENVIRONMENT,
                f"Only {free // 2**20} MB free on the disk of {root}; Plait needs {ROOM_NEEDED // 2**20} MB to start safely.",
            )
        return pg.find(self.places)

    def _own(self, path: Path) -> None:
        if self.programs.uid is not None and self.programs.gid is not None:
            os.chown(path, self.programs.uid, self.programs.gid)

    def exists(self) -> bool:
        """Whether a database is there that we can use; refuses one that we must not touch."""
        folder, ours = self.places.database, pg.major_version()
        if not folder.exists():
            return False
        try:
            theirs = (folder / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            if not any(folder.iterdir()):
                folder.rmdir()
                return False
            raise Stop(DATA, f"{folder} is not empty and is no PostgreSQL folder: restore a backup or move it away.") from None
        if int(theirs) > int(ours):
            raise Stop(
                ENVIRONMENT,
                f"The database in {folder} was written by PostgreSQL {theirs}, this Plait brings {ours}: use a newer Plait."
                " Nothing was changed.",
            )
        if int(theirs) < int(ours):
            raise Stop(
                ENVIRONMENT,
                f"The database in {folder} was written by PostgreSQL {theirs}, this Plait brings {ours}: make a backup with the"
                " Plait that wrote it and restore it with this one. Nothing was changed.",
            )
        return True

    # -- making --

    def create(self) -> None:
        """Make the database with its roles. It appears whole or not at all; the server never runs with `trust`."""
        new = self.places.root / f"database.new-{secrets.token_hex(4)}"
        for stale in self.places.root.glob("database.new-*"):
            shutil.rmtree(stale, ignore_errors=True)
        new.mkdir(mode=0o700)
        self._own(new)
        passwords = make_secrets(self.places.secrets, ("tamper",) if self.tests else ())
        try:
            self._program("initdb", "-D", new, "-U", "postgres", *INITDB, *(["--no-sync"] if self.tests else []))
            self._configure(new)
            roles = [*role_statements(passwords, tests=self.tests), *database_statements("plait")]
            self._single(new, "postgres", roles)
            self._single(new, "plait", schema_statements())
            if self.tests:  # the databases that tests make are copies of this one
                self._single(new, "template1", schema_statements())
            new.rename(self.places.database)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise

    def _single(self, folder: Path, database: str, statements: list[str]) -> None:
        """Superuser's work, with no server running: the superuser cannot log in at all."""
        text = "\n".join(statements) + "\n"
        more = ["-c", "fsync=off"] if self.tests else []
        self._program("postgres", "--single", "-D", folder, "-c", "exit_on_error=true", *more, database, text=text)

    def _program(self, name: str, *arguments: str | Path, text: str = "") -> None:
        code, out = self.programs.run(name, *arguments, text=text)
        if code == 0:
            return
        if "No space left" in out or "could not extend" in out:
            raise Stop(
                ENVIRONMENT,
                f"No space left on the disk of {self.places.root}; make room and start again. Nothing was lost.",
            )
        if "Read-only file system" in out:
            raise Stop(ENVIRONMENT, f"Cannot write to the data folder {self.places.root}: Read-only file system.")
        said = [line for line in out.splitlines() if any(w in line for w in ("FATAL", "ERROR", "PANIC", "error"))]
        raise Stop(ENVIRONMENT, f"The database could not be made ({name}: {(said or [f'exit code {code}'])[-1].strip()}).")

    def _configure(self, folder: Path) -> None:
        settings = {**CONFIGURATION, **(TEST_CONFIGURATION if self.tests else {})}
        texts = {
            "plait.conf": "".join(f"{k} = {v}\n" for k, v in settings.items()),
            "pg_hba.conf": TEST_HBA if self.tests else HBA,
            "postgresql.conf": "# Plait's settings; written anew at each start.\ninclude 'plait.conf'\n",
        }
        for name, text in texts.items():
            path = folder / name
            if not path.exists() or path.read_text() != text:
                path.write_text(text)
                path.chmod(0o600)
                self._own(path)

    # -- running --

    def pid_file(self) -> list[str]:
        try:
            return (self.places.database / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def is_ready(self) -> bool:
        """Whether a server answers on this folder's socket. Asks no password, so it leaves nothing in the log."""
        lines = self.pid_file()
        if len(lines) < 8 or lines[7].strip() != "ready":
            return False
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(5)
            try:
                probe.connect(str(self.socket / f".s.PGSQL.{PORT}"))
            except OSError:
                return False
        return is_alive(int(lines[0]))

    def clear_leftover(self) -> None:
        """After a kill -9: end a server that outlived its Plait, and forget a process that is no more."""
        lines = self.pid_file()
        if not lines or not lines[0].lstrip("-").isdigit():
            return
        process = abs(int(lines[0]))
        if is_alive(process) and runs_on(process, self.places.database):
            say("A database outlived its Plait; stopping it first.")
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGINT)
            if not wait_until_gone(process, 30):
                raise Stop(
                    ENVIRONMENT,
                    f"The database in {self.places.database} is held by process {process} which does not answer: end that"
                    " process, then start again.",
                )
        if self.pid_file():
            say("The database was not stopped cleanly last time; recovering.")
            # PostgreSQL would take a zombie, or a stranger with that number, for a server of its own.
            (self.places.database / "postmaster.pid").unlink(missing_ok=True)
            for name in (f".s.PGSQL.{PORT}.lock", f".s.PGSQL.{PORT}"):
                (self.socket / name).unlink(missing_ok=True)

    def start(self, *, dies_with_us: bool = True) -> None:
        self.clear_leftover()
        self._configure(self.places.database)
        private_folder(self.socket, 0o711 if is_root() else 0o700, owner=self.programs.uid)
        if self.places.log.exists() and self.places.log.stat().st_size > 10 * 2**20:
            self.places.log.replace(self.places.log.with_name("database.log.1"))
        descriptor = os.open(self.places.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        before = os.fstat(descriptor).st_size
        try:
            self.child = self.programs.start(
                "postgres",
                "-D",
                self.places.database,
                "-c",
                f'unix_socket_directories="{self.socket}"',
                "-c",
                f"port={PORT}",
                stdout=descriptor,
                dies_with_us=dies_with_us,
            )
        finally:
            os.close(descriptor)
        end = time.monotonic() + 120
        while not (self.pid_file()[:1] == [str(self.child.pid)] and self.is_ready()):
            if self.child.poll() is not None:
                raise Stop(ENVIRONMENT, self._why_not(before))
            if time.monotonic() > end:
                self.stop()
                raise Stop(
                    ENVIRONMENT,
                    f"The database in {self.places.database} did not get ready in two minutes; see {self.places.log}.",
                )
            time.sleep(0.01)

    def see_to_it(self) -> None:
        """Start it again if it has ended by itself: killed, or out of memory. It recovers what was committed.

        Raises:
            Stop: 3 when it does not start.
        """
        if self.child is None or self.child.poll() is None:
            return
        say("The database ended by itself; starting it again.")
        end = time.monotonic() + 15
        while True:
            try:
                self.start()
                return
            except Stop:  # what the old one left behind may still be going: its own processes, its memory
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    def _why_not(self, offset: int) -> str:
        with self.places.log.open("rb") as file:
            file.seek(offset)
            said = file.read().decode("utf-8", "replace")
        if "No space left" in said:
            return f"No space left on the disk of {self.places.root}; make room and start again. The database is whole."
        lines = [line for line in said.splitlines() if "FATAL" in line or "PANIC" in line]
        last = lines[-1].partition(":  ")[2] if lines else "it said nothing"
        return f"The database in {self.places.database} did not start ({last}); more in {self.places.log}."

    def stop(self) -> None:
        """End it so that nothing needs recovery: sessions are ended, then it writes what it has and goes."""
        if self.child is not None:
            for number, seconds in ((signal.SIGINT, 30), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
                if self.child.poll() is None:
                    with contextlib.suppress(ProcessLookupError):
                        self.child.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.child.wait(seconds)
                    break
            self.child = None
            return
        lines = self.pid_file()
        if lines and lines[0].isdigit() and runs_on(int(lines[0]), self.places.database):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(lines[0]), signal.SIGINT)
            wait_until_gone(int(lines[0]), 30)


INITDB = (
    "--auth-local=reject",
    "--auth-host=reject",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C.UTF-8",
    "--data-checksums",
    "--no-instructions",
)


SWAP = "swap"
"""Appears when a restored database is to take the place of what serves; what it says is carried out however often it is begun."""


def finish_swap(places: Places) -> None:
    """Complete a restore that was interrupted after it had been decided. Only whoever holds the folder may call this."""
    order = places.root / SWAP
    try:
        said = json.loads(order.read_text())
    except FileNotFoundError:
        return
    new, old = places.root / said["from"], places.root / said["old"]
    for name in ("database", "secrets"):
        if (new / name).exists():
            if (places.root / name).exists():
                old.mkdir(mode=0o711 if is_root() else 0o700, exist_ok=True)
                (places.root / name).rename(old / name)
            (new / name).rename(places.root / name)
    places.synced.unlink(missing_ok=True)
    shutil.rmtree(new, ignore_errors=True)
    order.unlink()


@dataclass
class Database:
    """A database in reach: how to connect, and the lock when it is ours (None: another Plait's, which we joined)."""

    connection: Connection
    lock: Lock | None
    fresh: bool = False
    """Made by this command and not finished. Whoever has filled it sets this to False; else an error unmakes it."""
    see_to_it: Callable[[], None] = lambda: None
    """Starts it again if it has ended by itself; nothing for one that is not ours."""


@contextlib.contextmanager
def database(places: Places, *, join: bool = False, make: bool = False) -> Iterator[Database]:
    """The running database of a data folder.

    Args:
        join: when a Plait runs on the folder already, use its database instead of refusing.
        make: make the database when there is none; otherwise that is a `Stop`.

    Raises:
        Stop: 5 when another holds the folder, 4 when there is no database, 3 when it cannot start.
    """
    private_folder(places.root, 0o711 if is_root() else 0o700)
    lock = Lock(places)
    if not lock.take():
        if not join:
            raise Stop(REFUSED, lock.holder().sentence(places))
        server = Server(places)
        end = time.monotonic() + 10
        while not server.is_ready():
            if time.monotonic() > end:
                raise Stop(REFUSED, lock.holder().sentence(places))
            time.sleep(0.05)
        yield Database(server.connection(), None)
        return
    try:
        finish_swap(places)
        server = Server(places)
        fresh = not server.exists()
        if fresh:
            if not make:
                raise Stop(
                    DATA,
                    f"There is no partnership in {places.root} yet: start one with ./plait init, or look at the demo with"
                    " ./plait demo.",
                )
            say("  making the database")
            server.create()
        make_secrets(places.secrets)
        server.start()
        found = Database(server.connection(), lock, fresh, server.see_to_it)
        try:
            yield found
        except BaseException:
            server.stop()
            if found.fresh:
                shutil.rmtree(places.database, ignore_errors=True)
            raise
        server.stop()
    finally:
        lock.release()


def refuse_if_held(places: Places) -> None:
    """Refuse a second start before anything else is looked at.

    Raises:
        Stop: 5 when a Plait runs on the folder.
    """
    if places.lock.exists():
        lock = Lock(places)
        if not lock.take(announce=False):
            raise Stop(REFUSED, lock.holder().sentence(places))
        lock.release()


def free_port(port: int, host: str = "127.0.0.1") -> None:
    """Refuse a port that is taken, before anything is started.

    Raises:
        Stop: 3 when another program listens there, or we may not.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise Stop(ENVIRONMENT, f"Port {port} needs more rights than yours: choose another with --port.") from None
            raise Stop(ENVIRONMENT, f"Port {port} is in use by another program: choose another with --port.") from None
