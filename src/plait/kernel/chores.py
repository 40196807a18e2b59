"""Chores: what the worker process does in the background, each as somebody.

    @chore("log.sequence", every=timedelta(seconds=2), as_="maintenance")
    def sequence() -> int: ...                       # how many things were done

    @chore("reminders", every=timedelta(minutes=15), as_="person")
    def remind(asker: Asker) -> int: ...             # once for each person for whom there is something to do

A person's chore runs in a transaction in which that person is announced, with the application's role: it sees what they see at that
moment and nothing else. A chore that works for nobody in particular (ordering the log, dropping sessions that ended) runs as the
maintenance role, whose rights are those that the registry lists, table by table: that role is bound by no policy, so it is given no
table with content. There is no third kind: a chore without either does not register, and there is no all-seeing worker.

One worker runs for one database: an advisory lock lets a second one wait. A chore that fails is tried again, later each time, and stops
no other. What is written down of a run is a time, a number and the kind of error: no sentence, nobody's name.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import psycopg
from django.conf import settings
from django.db import close_old_connections, connections, transaction

from plait.kernel.acting import Asker, acting, role
from plait.kernel.clock import now
from plait.kernel.models import Account
from plait.kernel.models.background import Chore

log = logging.getLogger("plait.worker")
MAINTENANCE = "maintenance"
"""Alias of the database for chores that work for nobody in particular. A web process has none."""
LOCK = 8152
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)
PAUSE = 5.0
"""Seconds after which the worker looks again, at the latest."""

Whom = Callable[[], Iterable[uuid.UUID]]


class Halt(Exception):
    """Raised by a person's chore when going on with the next person makes no sense now, such as when the mail server is away."""


stopping = threading.Event()
"""Set when the worker is told to end: a long chore looks at it between two steps."""


@dataclass(frozen=True)
class Declared:
    """A chore as its room wrote it."""

    name: str
    every: timedelta
    as_: Literal["maintenance", "person"]
    do: Callable[..., int | None]
    atomic: bool
    whom: Whom | None
    lane: str
    patience: timedelta


@dataclass(frozen=True)
class Status:
    """How a chore stands, for whoever runs the machine. `late`: it should have run long ago, so the worker may be down."""

    name: str
    every: timedelta
    as_: str
    began_at: datetime | None
    ended_at: datetime | None
    next_at: datetime | None
    failures: int
    done: int
    error: str
    late: bool

    @property
    def well(self) -> bool:
        return self.ended_at is not None and not self.failures and not self.late


CHORES: dict[str, Declared] = {}


def chore(
    name: str,
    *,
    every: timedelta,
    as_: Literal["maintenance", "person"],
    atomic: bool = True,
    whom: Whom | None = None,
    lane: str = "",
    patience: timedelta = LONGEST_WAIT,
) -> Callable[[Callable[..., int | None]], Callable[..., int | None]]:
    """Registers a function that the worker calls. It returns how many things it did.

    `atomic`: it runs in one transaction (a person's: in which the person is announced); without it, it opens its own.
    `lane`: chores of one lane follow each other; a lane of its own keeps what waits for another machine from holding up the rest.
    `patience`: the longest wait after failures. `whom`, for a person's chore: the accounts for whom there is something to do, asked as maintenance; otherwise every active account.
    """
    if as_ not in ("maintenance", "person"):
        raise ValueError(f"{name}: a chore runs as maintenance or as a person")
    if whom is not None and as_ != "person":
        raise ValueError(f"{name}: only a person's chore has people")

    def register(do: Callable[..., int | None]) -> Callable[..., int | None]:
        if name in CHORES and CHORES[name].do is not do:
            raise ValueError(f"two chores are called {name}")
        CHORES[name] = Declared(name, every, as_, do, atomic, whom, lane, patience)
        return do

    return register


@contextmanager
def as_maintenance(*, atomic: bool = True) -> Iterator[None]:
    """Every query inside asks as the maintenance role."""
    was = role.set(MAINTENANCE)
    try:
        if atomic:
            with transaction.atomic(using=MAINTENANCE):
                yield
        else:
            yield
    finally:
        role.reset(was)


def everybody() -> list[uuid.UUID]:
    """Every account that can sign in, in an order that says nothing."""
    with as_maintenance():
        return list(Account.objects.filter(is_active=True).order_by("id").values_list("id", flat=True))


def asker_of(account: uuid.UUID) -> Asker | None:
    """The person for whom to work, if the account is still open. Nothing but the id is read: nobody's name comes into the worker."""
    with as_maintenance():
        return Asker(account) if Account.objects.filter(id=account, is_active=True).exists() else None


def _do(each: Declared) -> int:
    if each.as_ == "maintenance":
        with as_maintenance(atomic=each.atomic):
            return each.do() or 0
    done, broken = 0, None
    if each.whom is None:
        people = everybody()
    else:
        with as_maintenance():
            people = list(each.whom())
    for account in people:
        if stopping.is_set():
            break
        asker = asker_of(account)
        if asker is None:
            continue
        try:
            if each.atomic:
                with acting(asker):
                    done += each.do(asker) or 0
            else:
                done += each.do(asker) or 0
        except Halt:
            raise
        except Exception as error:  # one person's trouble is not another's
            broken = error
    if broken is not None:
        raise broken
    return done


def _wait(each: Declared, failures: int) -> timedelta:
    """Until the next run: a failure waits twice as long each time, up to an hour or its own rhythm."""
    if not failures:
        return each.every
    return max(min(FIRST_WAIT * 2 ** min(failures - 1, 20), each.patience), min(each.every, each.patience))


def run(name: str) -> Status:
    """Run one chore now, whatever the time, and write down how it went."""
    each = CHORES[name]
    with as_maintenance():
        row, _made = Chore.objects.get_or_create(name=name)
        row.began_at = now(MAINTENANCE)
        row.save(update_fields=["began_at"])
    try:
        row.done, row.error, row.failures = _do(each), "", 0
    except Exception as error:
        row.failures += 1
        row.error = type(error).__name__[:80]
        log.error("chore %s failed (%s), %d in a row", name, row.error, row.failures)
    with as_maintenance():
        row.ended_at = now(MAINTENANCE)
        row.next_at = row.ended_at + _wait(each, row.failures)
        row.save(update_fields=["done", "error", "failures", "ended_at", "next_at"])
    if not row.failures and row.done:
        log.info("chore %s did %d", name, row.done)
    return _status(each, row, row.ended_at)


def due(lane: str | None = None) -> list[str]:
    """Chores (of one lane) whose time has come, in the order of their names. One that lies further ahead than it can is due: the clock was set back."""
    with as_maintenance():
        t = now(MAINTENANCE)
        rows = dict(Chore.objects.values_list("name", "next_at"))
    found = []
    for name, each in sorted(CHORES.items()):
        at = rows.get(name)
        if lane is not None and each.lane != lane:
            continue
        if at is None or at <= t or at > t + max(each.every, LONGEST_WAIT) * 2:
            found.append(name)
    return found


def run_due(lane: str | None = None) -> list[Status]:
    """Run every chore (of one lane) whose time has come."""
    done = []
    for name in due(lane):
        if stopping.is_set():
            break
        done.append(run(name))
    return done


def _status(each: Declared, row: Chore | None, t: datetime) -> Status:
    if row is None:
        return Status(each.name, each.every, each.as_, None, None, None, 0, 0, "", late=True)
    late = row.next_at is None or row.next_at + max(each.every * 3, timedelta(minutes=2)) < t
    return Status(
        each.name, each.every, each.as_, row.began_at, row.ended_at, row.next_at, row.failures, row.done, row.error, late=late
    )  # fmt: skip


def status() -> list[Status]:
    """Every chore and how it stands, as whoever asks now: times, numbers and kinds of error."""
    rows = {row.name: row for row in Chore.objects.all()}
    t = now(role.get())
    return [_status(each, rows.get(name), t) for name, each in sorted(CHORES.items())]


# the process ------------------------------------------------------------------------------------------------------------------


class Alone:
    """The advisory lock of the one worker, on a connection of its own that lives as long as the worker."""

    def __init__(self) -> None:
        self.connection: psycopg.Connection | None = None

    def take(self) -> bool:
        """Whether this is the one worker now. Whoever waits holds no connection meanwhile."""
        there = connections[MAINTENANCE].get_connection_params()
        wanted = ("host", "port", "dbname", "user", "password", "sslmode", "sslrootcert")
        held = psycopg.connect(**{k: v for k, v in there.items() if k in wanted}, autocommit=True)
        row = held.execute("select pg_try_advisory_lock(%s)", [LOCK]).fetchone()
        if row == (True,):
            self.connection = held
            return True
        held.close()
        return False

    def check(self) -> None:
        """Raises OperationalError when the connection, and the lock with it, is gone."""
        if self.connection is None:
            raise RuntimeError("the lock was never taken")
        self.connection.execute("select 1")

    def release(self) -> None:
        if self.connection is not None:
            self.connection.close()


def _pause(lane: str) -> float:
    with as_maintenance():
        t = now(MAINTENANCE)
        rows = dict(Chore.objects.values_list("name", "next_at"))
    ahead = [(at - t).total_seconds() if (at := rows.get(n)) else 0.0 for n, each in CHORES.items() if each.lane == lane]
    return min(max(min(ahead, default=PAUSE), 0.1), PAUSE)


def _lane(lane: str, broken: list[BaseException]) -> None:
    """One lane: its chores, one after the other, until the worker ends. Between two rounds it holds no connection."""
    try:
        while not stopping.is_set():
            run_due(lane)
            pause = _pause(lane)
            connections[MAINTENANCE].close()
            close_old_connections()
            stopping.wait(pause)
    except BaseException as error:
        broken.append(error)
    finally:
        connections.close_all()


def work(*, said: Callable[[], Any] = lambda: None, wanted: Callable[[], bool] = lambda: True) -> None:
    """Be the worker until `stopping` is set or `wanted` is no longer true. `said` is called once the lock is held.

    Raises:
        OperationalError: the database is gone; whoever started the worker starts it again.
    """
    if MAINTENANCE not in settings.DATABASES:
        raise RuntimeError("this process may not do maintenance")
    alone, waiting = Alone(), False
    broken: list[BaseException] = []
    try:
        while not alone.take():
            if not waiting:
                log.warning("another worker runs on this database; waiting")
                waiting = True
            if stopping.wait(PAUSE) or not wanted():
                return
        said()
        lanes = [
            threading.Thread(target=_lane, args=(lane, broken), name=f"lane {lane}")
            for lane in sorted({each.lane for each in CHORES.values()})
        ]
        for each in lanes:
            each.start()
        try:
            while not broken and wanted() and not stopping.wait(1.0):
                alone.check()
        finally:
            stopping.set()
            for each in lanes:
                each.join()
        if broken:
            raise broken[0]
    finally:
        alone.release()
