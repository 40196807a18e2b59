"""What an account keeps secret: sealed for that account, table and column, opened before anybody is known."""

from __future__ import annotations

import uuid

from django.db import connections

from plait.kernel.keys import epochs
from plait.kernel.keys.sealing import DataKey, Unreadable, key_of


def seal_secret(
    value: bytes | str, *, table: str, column: str, account: uuid.UUID, replaces: bytes | None = None, using: str = "default"
) -> bytes:
    """Seal a secret of an account, such as a TOTP secret, for the column in which it will stand. The key of what it `replaces` is destroyed."""
    key = DataKey.new(1)
    epoch, wrapped = epochs.wrapped(key, table=table, row=account, circle=None, using=using)
    with connections[using].cursor() as cursor:
        cursor.execute("select plait.new_secret_key(%s, %s, %s, %s, %s)", [key.id, table, account, epoch, wrapped])
    if replaces is not None:
        forget_secret(replaces, table=table, account=account, using=using)
    return key.seal(value.encode() if isinstance(value, str) else value, table=table, column=column, row=account)


def open_secret(sealed: bytes, *, table: str, column: str, account: uuid.UUID, using: str = "default") -> bytes:
    """The secret. Raises Unreadable when it was changed, moved, belongs to another account, or its key was destroyed."""
    sealed = bytes(sealed)
    id = key_of(sealed)
    with connections[using].cursor() as cursor:
        cursor.execute("select epoch, wrapped from plait.secret_key(%s, %s, %s)", [id, table, account])
        found = cursor.fetchone()
    if found is None:
        raise Unreadable
    epoch, wrapped = found
    wrapping = epochs.wrapping_key(epoch, using)
    key = epochs.unwrapped(id, epoch, wrapped, table=table, row=account, circle=None, wrapping=wrapping)
    return key.open(sealed, table=table, column=column, row=account)


def forget_secret(sealed: bytes, *, table: str, account: uuid.UUID, using: str = "default") -> None:
    """Destroy the key: from then on nobody opens it."""
    with connections[using].cursor() as cursor:
        cursor.execute("select plait.forget_secret_key(%s, %s, %s)", [key_of(bytes(sealed)), table, account])
