"""Who looked at a person's record. A look is an entry of the log, written before the bytes leave; where it cannot be written, nothing leaves.

A model says of itself that its rows are looked at (`looked = True`); a line of a list made from such a row names the model (`looked = Person`).
`show()` and `export()` of the frame find them in what they are given and call `look_at()`, so that a page cannot forget it. Ordinary pages
of the partnership leave no entry: a log of every click would be a watch on the staff.

An attempt that was refused leaves an entry too, though its transaction rolls back: without content, in a transaction of its own.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connections, models, transaction
from django.utils.translation import gettext_lazy as _

from plait.kernel.acting import Asker, acting
from plait.kernel.chores import MAINTENANCE
from plait.kernel.errors import PlaitError, Refused

HOWS = ("display", "export", "search", "open", "log")
logger = logging.getLogger("plait")

Subject = tuple[str, uuid.UUID, uuid.UUID]
"""Table, circle and id of one record that is looked at."""
NOWHERE = uuid.UUID(int=0)


class NotRecorded(Refused):
    """The look could not be written down, so nothing is shown."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This would show a person's data, and who looked could not be written down. So it is not shown. Try again in a moment; if it stays so, tell whoever runs this Plait."
            )
        )


def look(
    asker: Asker,
    *,
    table: str | type[models.Model],
    circle: uuid.UUID,
    row: uuid.UUID,
    how: str,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """One look at one record. Raises NotRecorded; nothing may be shown then."""
    name = table if isinstance(table, str) else table._meta.db_table
    look_at(asker, [(name, circle, row)], how, detail)


def look_at(asker: Asker, subjects: Iterable[Subject], how: str, detail: Mapping[str, Any] | None = None) -> None:
    """One entry for each record, one statement for each table. Nobody in particular leaves none. Raises NotRecorded."""
    by_table: dict[str, dict[uuid.UUID, uuid.UUID]] = {}
    for table, circle, row in subjects:
        by_table.setdefault(table, {})[row] = circle
    if not by_table or asker.id is None:
        return
    said = json.dumps(dict(detail or {}), ensure_ascii=False)
    try:
        with transaction.atomic(using=asker.using), connections[asker.using].cursor() as cursor:
            for table, rows in by_table.items():
                cursor.execute(
                    "select plait.look_at(%s, %s::uuid[], %s::uuid[], %s, %s::jsonb)",
                    [table, list(rows.values()), list(rows), how, said],
                )
    except DatabaseError as error:
        logger.error("a look could not be recorded: %s", type(error).__name__)
        raise NotRecorded from error


# ---- what of a thing is a person's record -----------------------------------------------------------------------------------


def model_of(thing: Any) -> type[models.Model] | None:
    """The looked model that a row is of, or that a line of a list says it was made from."""
    said = getattr(thing, "looked", None)
    if isinstance(thing, models.Model):
        return type(thing) if said is True else None
    return said if isinstance(said, type) and issubclass(said, models.Model) else None


def subjects(thing: Any, depth: int = 4) -> Iterator[Subject]:
    """Every record of a person in what a page is made from: rows, lines, lists and pages of them, fields of dataclasses.

    Relations are not followed: that a record names a person is an ordinary page; the person's own record is not.
    """
    model = model_of(thing)
    if model is not None:
        row = getattr(thing, "pk", None) or getattr(thing, "id", None)
        if isinstance(row, uuid.UUID):
            yield model._meta.db_table, getattr(thing, "circle_id", None) or getattr(thing, "circle", None) or NOWHERE, row
    if depth == 0 or isinstance(thing, models.Model | models.QuerySet | str | bytes | type):
        return
    if isinstance(thing, Mapping):
        for each in thing.values():
            yield from subjects(each, depth - 1)
    elif isinstance(thing, list | tuple | set | frozenset):
        for each in thing:
            yield from subjects(each, depth - 1)
    elif dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield from subjects(getattr(thing, field.name), depth - 1)


# ---- refused attempts ---------------------------------------------------------------------------------------------------------


def refused(
    asker: Asker, *, verb: str = "read", address: str = "", circle: uuid.UUID | None = None, row: uuid.UUID | None = None
) -> None:
    """Keep that somebody was refused: in a transaction of its own, after the one in which it happened. Hidden and absent alike.

    What cannot be written is said in the server's log and not to the person, who is refused anyway.
    """
    if asker.id is None:
        return
    verb, address = re.sub("[^a-z_0-9.]", "_", verb.lower())[:60] or "read", re.sub("[^A-Za-z_0-9.:-]", "_", address)[:120]
    try:
        with acting(asker), connections[asker.using].cursor() as cursor:
            cursor.execute("select plait.refused(%s, %s, %s, %s)", [verb, address, circle, row])
    except (DatabaseError, RuntimeError, PlaitError) as error:
        logger.error("a refused attempt could not be recorded: %s", type(error).__name__)


def dispose_of_old(days: int) -> int:
    """As maintenance: looks and refused attempts older than so many days go, entry and salt; an entry says how many. How many."""
    with connections[MAINTENANCE].cursor() as cursor:
        cursor.execute("select plait.dispose_looks(plait.now() - make_interval(days => %s))", [days])
        return cursor.fetchone()[0]


# ---- who looked -----------------------------------------------------------------------------------------------------------------

PURPOSES = {
    "lawfulness": _("to see whether access was lawful"),
    "self_monitoring": _("to watch over our own practice, which includes a disciplinary matter"),
    "integrity": _("to protect the integrity and security of the data"),
    "proceedings": _("for criminal proceedings"),
}
"""What a record of looks may be used for, and nothing else: DPA 2018 s.62, Directive (EU) 2016/680 Art. 25."""
OWN = "own"


@dataclasses.dataclass(frozen=True)
class Look:
    """One look, or one refused attempt: who, when, how; `why` names the purpose when the looks themselves were read."""

    at: datetime
    who: uuid.UUID
    name: str
    how: str
    address: str
    why: str


def looks_of(asker: Asker, *, table: str, circle: uuid.UUID, row: uuid.UUID, purpose: str) -> list[Look]:
    """Who looked at one record, newest first. Raises Refused: neither steward, nor of the office, nor the person; or no purpose of the four."""
    try:
        with transaction.atomic(using=asker.using), connections[asker.using].cursor() as cursor:
            cursor.execute(
                "select at, who, name, how, address, why from plait.looks_of(%s, %s, %s, %s)", [table, circle, row, purpose]
            )
            return [Look(at, who, name or "", how, address, why) for at, who, name, how, address, why in cursor.fetchall()]
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) != "PL010":
            raise
        raise Refused(
            _("Who looked at a record is read by its stewards, by the office that the pack names, and by the person.")
        ) from error
