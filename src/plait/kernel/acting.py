"""Who acts, by which verb, in this one transaction; and how the database is told so that it can check.

The announcement is a token (kind and id, backend process, expiry, keyed hash) that a definer function verifies. It dies with the
transaction. Whoever can run code in the web process can sign tokens: `SECURITY.md` says so.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from plait.kernel.errors import Conflict, PlaitError, Refused

LIFETIME = 60
role: ContextVar[str] = ContextVar("role", default="default")
_verbs: ContextVar[tuple[str, ...]] = ContextVar("verbs", default=())


class Role:
    """Router: the alias is the PostgreSQL role of whoever asks now."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return role.get()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return role.get()

    def allow_relation(self, *args: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"


@dataclass(frozen=True)
class Asker:
    """Who asks: an account, a visitor (bound to one grant), or nobody. `using` is the database role it asks with."""

    id: uuid.UUID | None = None
    using: str = "default"
    name: str = ""
    kind: str = "account"
    lifetime: int = LIFETIME
    stale: bool = False
    """Who they are was shown longer than a few minutes ago: enough for work, not for what is dangerous."""

    @cached_property
    def now(self) -> datetime:
        """The database's clock in this transaction."""
        from plait.kernel.clock import now

        return now(self.using)

    @property
    def account(self) -> uuid.UUID:
        """The account that asks. Raises RuntimeError for nobody and for a visitor."""
        if self.id is None or self.kind != "account":
            raise RuntimeError("no account asks")
        return self.id

    @classmethod
    def of(cls, account: Any, lifetime: int = LIFETIME, *, stale: bool = False) -> Asker:
        return cls(account.id, name=account.name, lifetime=lifetime, stale=stale)

    @classmethod
    def visitor(cls, grant: uuid.UUID) -> Asker:
        return cls(grant, kind="visitor")


NOBODY = Asker(None, kind="nobody")
PUBLIC = Asker(None, using="public", kind="nobody")


@functools.cache
def token_key() -> bytes:
    """The signing key: 32 bytes in the secrets folder, and padded in `plait.gate_key`, which only the gate reads."""
    return bytes.fromhex(settings.TOKEN_KEY)


def token(asker: Asker, pid: int, lifetime: int | None = None) -> str:
    """`a:<account>.<backend pid>.<expiry>.<mac>`; `v:` for a visitor's grant."""
    letter = "v" if asker.kind == "visitor" else "a"
    body = f"{letter}:{asker.id}.{pid}.{int(time.time()) + (asker.lifetime if lifetime is None else lifetime)}"
    return f"{body}.{hmac.new(token_key(), body.encode(), hashlib.sha256).hexdigest()}"


def announce(asker: Asker) -> None:
    """Tell the database who asks in this transaction. Raises RuntimeError outside of one."""
    connection = connections[asker.using]
    if not connection.in_atomic_block:
        raise RuntimeError("an asker is announced inside a transaction")
    if connection.connection is None:
        connection.ensure_connection()
    said = token(asker, connection.connection.info.backend_pid) if asker.id else ""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('plait.token', %s, true), set_config('plait.verb', '', true)", [said])


def forget(using: str) -> None:
    """Only inside a test's own transaction would the announcement outlive the request."""
    if len(connections[using].atomic_blocks) > 1:
        announce(Asker(None, using, kind="nobody"))


def announced(using: str = "default") -> uuid.UUID | None:
    """Whom the database takes the asker for."""
    with connections[using].cursor() as cursor:
        cursor.execute("select coalesce(plait.me(), plait.visitor())")
        return cursor.fetchone()[0]


@contextmanager
def acting(asker: Asker) -> Iterator[Asker]:
    """One announced transaction: for the command line, workers and tests. Does not nest. That an action was refused is kept, after the rollback."""
    was = role.set(asker.using)
    try:
        with transaction.atomic(using=asker.using, durable=True):
            announce(asker)
            if announced(asker.using) != asker.id:
                raise RuntimeError("the database does not take the asker for whom it is")
            yield asker
            forget(asker.using)
    except Refused as error:
        from plait.kernel import looks

        if error.verb:
            looks.refused(asker, verb=error.verb)
        raise
    finally:
        role.reset(was)


@contextmanager
def many_acting(using: str = "default") -> Iterator[Callable[[Asker], Asker]]:
    """One transaction in which several people act in turn, for `load`: all of it or nothing. Yields `as_(asker)`."""

    def as_(asker: Asker) -> Asker:
        announce(asker)
        return asker

    was = role.set(using)
    try:
        with transaction.atomic(using=using, durable=True):
            yield as_
            announce(NOBODY)
    finally:
        role.reset(was)


def _say(name: str, using: str) -> None:
    with connections[using].cursor() as cursor:
        cursor.execute("select set_config('plait.verb', %s, true)", [name])


@contextmanager
def verb(name: str, using: str = "default") -> Iterator[None]:
    """Name what is being done, in a savepoint. A rollback brings the outer verb back by itself."""
    was = _verbs.get()
    mark = _verbs.set((*was, name))
    try:
        with transaction.atomic(using=using):
            _say(name, using)
            yield
            _say(was[-1] if was else "", using)
    finally:
        _verbs.reset(mark)


ACTIONS: dict[str, Callable[..., Any]] = {}
RIGHTS: dict[str, str | None] = {}


def _named[E: PlaitError](error: E, name: str) -> E:
    """The error, with the verb that met it: the innermost one that was tried."""
    error.verb = error.verb or name
    return error


def action[**P, R](name: str, *, right: str | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A verb of the domain: the only kind of function that writes.

    Asks the decision right, opens the verb, runs. Raises Refused, NotFound, Conflict, Invalid; a stale version is a Conflict.
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        if name in ACTIONS:
            raise RuntimeError(f"two actions are called {name}")

        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            asker = args[0]
            if not isinstance(asker, Asker):
                raise TypeError("an action takes the asker first")
            if announced(asker.using) != asker.id:
                if asker.kind == "visitor":  # the link was used up, ended or over since it was opened
                    raise Refused(_("This address no longer opens."))
                raise RuntimeError("the asker given is not the one announced")
            if right is not None:
                from plait.kernel.rights import holds_right

                if not holds_right(asker, right):
                    raise _named(Refused(_("This step is decided by another office. The page of the pack says which.")), name)
            try:
                with verb(name, asker.using):
                    return function(*args, **kwargs)
            except PlaitError as error:
                _named(error, name)
                raise
            except DatabaseError as error:
                state = getattr(error.__cause__, "sqlstate", None)
                if state == "PL003":
                    raise Conflict(None) from error
                if state in ("PL010", "42501"):
                    raise _named(Refused(_("You may not do this here.")), name) from error
                raise

        ACTIONS[name] = run
        RIGHTS[name] = right
        return run

    return wrap
