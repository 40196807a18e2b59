"""What anybody may read of the log: published checkpoints, proofs between them, and the tree's hashes. Asks as whoever asks now."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections

from plait.kernel.acting import role
from plait.kernel.errors import NotFound
from plait.kernel.log.tree import Tiles
from plait.methods import checkpoint as cp
from plait.methods import merkle


@dataclass(frozen=True)
class Published:
    """One published checkpoint. `note` is what was signed, to the byte."""

    at: datetime
    size: int
    root: str
    note: str
    key: str


def _read(sql: str, args: list[Any]) -> list[tuple]:
    with connections[role.get()].cursor() as cursor:
        cursor.execute(sql, args)
        return cursor.fetchall()


def checkpoints() -> list[Published]:
    """Newest first."""
    return [
        Published(at, size, bytes(root).hex(), note, key)
        for at, size, root, note, key in _read(
            "select at, size, root, note, key from kernel_checkpoint where public order by id desc limit 4000", []
        )
    ]


def checkpoint(size: int | None = None) -> Published:
    """The newest, or the one of this size. Raises NotFound."""
    for each in checkpoints():
        if size is None or each.size == size:
            return each
    raise NotFound


def proof(old: int, new: int) -> dict[str, Any]:
    """What an outsider needs to see that the newer log begins with the older one. Raises NotFound for sizes that were never published."""
    before, after = checkpoint(old), checkpoint(new)
    if not 0 < old <= new:
        raise NotFound
    found = Tiles(_read, new).consistency(old, new)
    return {"old": before.note, "new": after.note, "key": after.key, "proof": [base64.b64encode(p).decode() for p in found]}


def number(path: str) -> int:
    """Tiles are counted as tlog-tiles writes it: 1234067 is x001/x234/067. Raises NotFound."""
    parts = path.split("/")
    if not all(
        p.removeprefix("x").isascii() and p.removeprefix("x").isdigit() and len(p.removeprefix("x")) == 3 for p in parts
    ) or any(p.startswith("x") == (p is parts[-1]) for p in parts):
        raise NotFound
    return int("".join(p.removeprefix("x") for p in parts))


def tile(level: int, n: int, width: int = merkle.TILE) -> bytes:
    """`width` hashes of a tile, as far as they are published. Raises NotFound."""
    size = checkpoint().size >> (merkle.HEIGHT * level)
    if not (0 <= level <= 7 and 0 < width <= merkle.TILE and n * merkle.TILE + width <= size):
        raise NotFound
    found = Tiles(_read, size).tile(level, n)[: width * merkle.HASH]
    if len(found) != width * merkle.HASH:
        raise NotFound
    return found


def key() -> cp.Key:
    return cp.parse_key(checkpoint().key)
