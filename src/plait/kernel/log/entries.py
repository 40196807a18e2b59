"""Reading the entries that the database wrote. Nothing here writes: the log trigger is the only writer."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections

from plait.kernel.acting import Asker


@dataclass(frozen=True)
class LogEntry:
    """One write to one row: who, when, by which verb, what stood there before and after."""

    at: datetime
    who: uuid.UUID
    name: str
    verb: str
    op: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    commitment: str

    @property
    def changed(self) -> list[str]:
        """Names of the columns whose value changed, without the version counter."""
        if self.before is None or self.after is None:
            return []
        return [k for k in self.after if k != "version" and self.before.get(k) != self.after[k]]


@dataclass(frozen=True)
class Recent:
    at: datetime
    who: uuid.UUID
    name: str
    verb: str
    table: str
    row_id: uuid.UUID


def _json(value: Any) -> Any:
    import json

    return json.loads(value) if isinstance(value, str) else value


def history(asker: Asker, table: str, circle: uuid.UUID, row: uuid.UUID) -> list[LogEntry]:
    """Every entry of one row, oldest first; empty for whoever has no seat in its circle."""
    with connections[asker.using].cursor() as cursor:
        cursor.execute(
            "select at, who, name, verb, op, before, after, commitment from plait.history(%s, %s, %s)", [table, circle, row]
        )
        return [
            LogEntry(at, who, name or "", verb, op, _json(before), _json(after), c)
            for at, who, name, verb, op, before, after, c in cursor.fetchall()
        ]


def recent(asker: Asker, circle: uuid.UUID, limit: int = 20) -> list[Recent]:
    """The newest writes in one circle, newest first."""
    with connections[asker.using].cursor() as cursor:
        cursor.execute("select at, who, name, verb, tab, row_id from plait.recent(%s, %s)", [circle, limit])
        return [Recent(at, who, name or "", verb, tab, row) for at, who, name, verb, tab, row in cursor.fetchall()]
