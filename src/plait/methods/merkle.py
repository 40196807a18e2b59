"""Merkle trees as in RFC 9162, 2.1: hashes, the head of a tree, proofs, and checking proofs.

A tree over n leaves splits at the largest power of two below n. `leaf = SHA-256(0x00 || data)`, `node = SHA-256(0x01 || left || right)`,
the head of the empty tree is `SHA-256("")`. Where a function takes `node`, it asks for the hash of a *complete* subtree: `node(0, i)` is
leaf i, `node(k, i)` covers the leaves from i * 2**k on, 2**k of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

HASH = 32
"""Bytes of a hash."""
EMPTY = hashlib.sha256(b"").digest()
TILE = 256
"""Hashes of one tile: 8 levels of a tree are one tile high (C2SP tlog-tiles)."""
HEIGHT = 8

Node = Callable[[int, int], bytes]


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass
class Peaks:
    """The complete subtrees of a growing tree, largest first: enough to append to it and to say its head. Appending is O(1) on average."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> None:
        """`leaf` is a leaf's hash."""
        peaks, n = self.peaks, self.size
        while n & 1:
            leaf = hashlib.sha256(b"\x01" + peaks.pop() + leaf).digest()
            n >>= 1
        peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self.peaks:
            return EMPTY
        found = self.peaks[-1]
        for left in reversed(self.peaks[:-1]):
            found = node_hash(left, found)
        return found


def root(leaves: Iterable[bytes]) -> bytes:
    """Head of the tree over these leaf hashes."""
    tree = Peaks()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def levels(leaves: Sequence[bytes]) -> Node:
    """`node` of a tree that is held in memory."""
    kept = [list(leaves)]
    while len(kept[-1]) > 1:
        below = kept[-1]
        kept.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])
    return lambda level, index: kept[level][index]


def subtree(start: int, end: int, node: Node) -> bytes:
    """Hash of the leaves from `start` up to and without `end`; `start` lies where a subtree of that length begins."""
    n = end - start
    if n & (n - 1) == 0:
        level = n.bit_length() - 1
        return node(level, start >> level)
    middle = start + (1 << ((n - 1).bit_length() - 1))
    return node_hash(subtree(start, middle, node), subtree(middle, end, node))


def head(size: int, node: Node) -> bytes:
    """Head of the tree of `size` leaves."""
    return subtree(0, size, node) if size else EMPTY


def inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """Proof that leaf `index` (from 0) stands in the tree of `size` leaves (RFC 9162, 2.1.3.1). Raises ValueError."""
    if not 0 <= index < size:
        raise ValueError("no such leaf in a tree of this size")
    found, start, end = [], 0, size
    while end - start > 1:
        middle = start + (1 << ((end - start - 1).bit_length() - 1))
        if index < middle:
            found.append(subtree(middle, end, node))
            end = middle
        else:
            found.append(subtree(start, middle, node))
            start = middle
    return found[::-1]


def consistency(old: int, new: int, node: Node) -> list[bytes]:
    """Proof that the tree of `old` leaves is the beginning of the tree of `new` leaves (RFC 9162, 2.1.4.1). Raises ValueError."""
    if not 0 <= old <= new:
        raise ValueError("the older tree is not the smaller one")
    if old in (0, new):
        return []

    def part(m: int, start: int, end: int, whole: bool) -> list[bytes]:
        if m == end - start:
            return [] if whole else [subtree(start, end, node)]
        k = 1 << ((end - start - 1).bit_length() - 1)
        if m <= k:
            return [*part(m, start, start + k, whole), subtree(start + k, end, node)]
        return [*part(m - k, start + k, end, False), subtree(start, start + k, node)]

    return part(old, 0, new, True)


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` shows that the leaf with this hash stands at `index` under `root` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or any(len(p) != HASH for p in (leaf, root, *proof)):
        return False
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether `proof` shows that the tree under `old_root` is the beginning of the tree under `new_root` (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new or any(len(p) != HASH for p in (old_root, new_root, *proof)):
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY
    if not proof:
        return False
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == new_root


# ---- tiles ------------------------------------------------------------------------------------------------------------------


def from_tiles(tile: Callable[[int, int], bytes]) -> Node:
    """`node` of a tree that is kept as tiles: `tile(L, n)` gives the hashes of level 8 * L from n * 256 on, as many as there are.

    The seven levels between two tiles are computed.
    """

    def node(level: int, index: int) -> bytes:
        up, within = divmod(level, HEIGHT)
        width, first = 1 << within, index << within
        number, offset = divmod(first, TILE)
        data = tile(up, number)
        hashes = [data[(offset + i) * HASH : (offset + i + 1) * HASH] for i in range(width)]
        if len(hashes[-1]) != HASH:
            raise ValueError("this node is not complete")
        while len(hashes) > 1:
            hashes = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
        return hashes[0]

    return node
