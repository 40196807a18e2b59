"""Sealing what a record holds, and opening it for whoever has a seat."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import connections

from plait.kernel.acting import Asker
from plait.kernel.errors import NotFound
from plait.kernel.keys import epochs
from plait.kernel.keys.fields import sealed_columns
from plait.kernel.keys.sealing import DataKey, Unreadable, key_of
from plait.kernel.models.base import Protected


def new_key(asker: Asker, *, table: str, row: uuid.UUID, circle: uuid.UUID, uses: int) -> DataKey:
    """A fresh key for what is now being saved in a record. Needs a contributor's seat: the database refuses otherwise (PL010)."""
    key = DataKey.new(uses)
    epoch, value = epochs.wrapped(key, table=table, row=row, circle=circle, using=asker.using)
    with connections[asker.using].cursor() as cursor:
        cursor.execute(
            "select plait.new_key(%s, %s, %s, %s, %s, %s, %s)", [key.id, table, circle, row, epoch, value, max(uses, 1)]
        )
    return key


def seal(asker: Asker, row: Protected, **texts: str | None) -> None:
    """Put texts, sealed under one fresh key, into the Sealed fields of a row that is about to be saved. None empties a field.

    Writing needs no key that opens: a changed text gets a key of its own, and the earlier one goes on opening the history.
    """
    table = row._meta.db_table
    columns = sealed_columns(type(row))
    if unknown := sorted(set(texts) - set(columns)):
        raise TypeError(f"{table} has no sealed field {', '.join(unknown)}")
    filled = {name: text for name, text in texts.items() if text is not None}
    for name in texts:
        setattr(row, name, None)
    if not filled:
        return
    key = new_key(asker, table=table, row=row.id, circle=row.circle_id, uses=len(filled))
    for name, text in filled.items():
        setattr(row, name, key.seal(text.encode(), table=table, column=columns[name], row=row.id))


def open_keys(
    asker: Asker, table: str, wanted: Sequence[tuple[uuid.UUID, uuid.UUID, uuid.UUID]], *, how: str = "open"
) -> dict[uuid.UUID, DataKey]:
    """Keys by id for `(circle, row, key)`: one round trip, one look a row. What the asker has no seat for is absent from the answer."""
    if not wanted:
        return {}
    circles, rows, ids = (list(part) for part in zip(*wanted, strict=True))
    with connections[asker.using].cursor() as cursor:
        cursor.execute(
            "select key, row_id, circle_id, epoch, wrapped from plait.open_keys(%s, %s::uuid[], %s::uuid[], %s::uuid[], %s)",
            [table, circles, rows, ids, how],
        )
        found = cursor.fetchall()
    wrapping = {epoch: epochs.wrapping_key(epoch, asker.using) for epoch in {f[3] for f in found}}
    return {
        id: epochs.unwrapped(id, epoch, value, table=table, row=row, circle=circle, wrapping=wrapping[epoch])
        for id, row, circle, epoch, value in found
    }


def unseal[T: Protected](asker: Asker, rows: Sequence[T], *, how: str = "open") -> list[dict[str, str | None]]:
    """The texts of each row by field, in the order of `rows`; None where nothing stands (or nothing any more).

    `how` is what the look says: display, export, search or open. Raises NotFound when the asker has no seat for one of the rows or its key was
    destroyed meanwhile, Unreadable when a value was changed or moved.
    """
    if not rows:
        return []
    table = rows[0]._meta.db_table
    columns = sealed_columns(type(rows[0]))
    wanted = {
        (row.circle_id, row.id, key_of(value)) for row in rows for name in columns if (value := getattr(row, name)) is not None
    }
    keys = open_keys(asker, table, sorted(wanted), how=how)
    texts: list[dict[str, str | None]] = []
    for row in rows:
        found: dict[str, str | None] = {}
        for name, column in columns.items():
            value = getattr(row, name)
            if value is None:
                found[name] = None
                continue
            key = keys.get(key_of(value))
            if key is None:
                raise NotFound
            try:
                found[name] = key.open(bytes(value), table=table, column=column, row=row.id).decode()
            except UnicodeDecodeError:
                raise Unreadable from None
        texts.append(found)
    return texts
