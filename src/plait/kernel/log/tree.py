"""The tree as it is kept: tiles in the database, read and appended to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from plait.methods import merkle

Read = Callable[[str, list[Any]], list[tuple]]


class Tiles:
    """Tiles read one by one and kept; what is appended is written by `write()`."""

    def __init__(self, read: Read, size: int):
        self.read, self.size = read, size
        self.known: dict[tuple[int, int], bytes] = {}
        self.changed: set[tuple[int, int]] = set()

    def tile(self, level: int, number: int) -> bytes:
        if (level, number) not in self.known:
            found = self.read("select hashes from kernel_tile where level = %s and number = %s", [level, number])
            self.known[level, number] = bytes(found[0][0]) if found else b""
        return self.known[level, number]

    def _add(self, level: int, at: int, hash: bytes) -> None:
        number, offset = divmod(at, merkle.TILE)
        before = self.tile(level, number)
        if len(before) != offset * merkle.HASH:
            raise RuntimeError(f"tile {level}/{number} of the log does not end where it should: run ./plait verify")
        self.known[level, number] = now = before + hash
        self.changed.add((level, number))
        if len(now) == merkle.TILE * merkle.HASH:
            whole = merkle.root(now[i : i + merkle.HASH] for i in range(0, len(now), merkle.HASH))
            self._add(level + 1, number, whole)

    def append(self, leaves: Iterable[bytes]) -> None:
        """Leaf hashes, in order. A full tile's head goes into the tile above."""
        waiting: list[bytes] = []
        for leaf in leaves:
            waiting.append(leaf)
            if (self.size + len(waiting)) % merkle.TILE == 0:
                self._whole(waiting)
                waiting = []
        if waiting:
            self._whole(waiting)

    def _whole(self, some: list[bytes]) -> None:
        """Hashes that end in one tile, added at once."""
        number, offset = divmod(self.size, merkle.TILE)
        before = self.tile(0, number) if offset else b""
        if len(before) != offset * merkle.HASH:
            raise RuntimeError(f"tile 0/{number} of the log does not end where it should: run ./plait verify")
        self.known[0, number] = now = before + b"".join(some)
        self.changed.add((0, number))
        self.size += len(some)
        if len(now) == merkle.TILE * merkle.HASH:
            self._add(1, number, merkle.root(now[i : i + merkle.HASH] for i in range(0, len(now), merkle.HASH)))

    def node(self, level: int, index: int) -> bytes:
        return merkle.from_tiles(self.tile)(level, index)

    def head(self, size: int) -> bytes:
        return merkle.head(size, self.node)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        return merkle.inclusion(index, size, self.node)

    def consistency(self, old: int, new: int) -> list[bytes]:
        return merkle.consistency(old, new, self.node)
