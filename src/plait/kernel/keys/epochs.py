"""Epochs of the wrapping key: which one seals now, and their keys from the secrets folder."""

from __future__ import annotations

import functools
import uuid
from pathlib import Path

from django.db import connections, transaction

from plait.kernel.keys.sealing import DataKey, unwrap, wrap
from plait.launch import DATA, Stop
from plait.launch import wrapping as files
from plait.launch.places import connection as place


def secrets() -> Path | None:
    return place().secrets


def known(using: str) -> list[files.Epoch]:
    """The epochs that the database knows."""
    with connections[using].cursor() as cursor:
        cursor.execute("select n, state, proof from plait.epochs()")
        return [files.Epoch(n, state, bytes(proof)) for n, state, proof in cursor.fetchall()]


def wrapping_key(epoch: int, using: str) -> bytes:
    """The key of an epoch, compared with the database's proof. Raises Stop where it is missing or another's."""
    return _key(secrets(), epoch, using, str(connections[using].settings_dict["NAME"]))


@functools.lru_cache(maxsize=64)
def _key(folder: Path | None, epoch: int, using: str, _database: str) -> bytes:
    for each in known(using):
        if each.n == epoch:
            files.check(folder, [each], sealed_before=True)
            return files.read(folder, epoch)
    raise Stop(DATA, f"The database knows no epoch {epoch}: restore the keys file beside the data file.")


def sealing_epoch(using: str) -> int:
    """The epoch under which keys are wrapped now; it stays so until this transaction ends."""
    with connections[using].cursor() as cursor:
        cursor.execute("select plait.sealing_epoch()")
        found = cursor.fetchone()[0]
    if found is None:
        raise Stop(DATA, "This database has no wrapping key yet: run ./plait migrate.")
    return found


def wrapped(key: DataKey, *, table: str, row: uuid.UUID, circle: uuid.UUID | None, using: str) -> tuple[int, bytes]:
    """A new record's key, wrapped under the epoch of today."""
    epoch = sealing_epoch(using)
    return epoch, wrap(key, wrapping_key(epoch, using), epoch=epoch, table=table, row=row, circle=circle)


def unwrapped(
    id: uuid.UUID, epoch: int, value: bytes, *, table: str, row: uuid.UUID, circle: uuid.UUID | None, wrapping: bytes
) -> DataKey:
    return unwrap(bytes(value), wrapping, id, epoch=epoch, table=table, row=row, circle=circle)


def begin() -> None:
    """As owner, after each migration: the first wrapping key of a database that never had one; otherwise only looks whether the keys fit.

    Raises:
        Stop: 4 when the database has sealed text or epochs and the folder does not hold their keys. Nothing is made then.
    """
    epochs = known("owner")
    with connections["owner"].cursor() as cursor:
        cursor.execute("select plait.was_sealed()")
        before = cursor.fetchone()[0]
    folder = secrets()
    files.check(folder, epochs, sealed_before=before)
    if epochs or folder is None:
        return
    key = files.make(folder, 1)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("insert into plait.sealed_since(one, at) values (true, plait.now()) on conflict do nothing")
        cursor.execute(
            "insert into plait_keys.epoch(n, state, proof, made_at) values (1, 'current', %s, plait.now())", [files.proof(1, key)]
        )
