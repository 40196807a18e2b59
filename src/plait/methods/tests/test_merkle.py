"""L6: the vectors of RFC 6962 and 9162, every size up to 1,025, and a verifier under attack."""

from __future__ import annotations

import hashlib

import pytest

from plait.methods import merkle

LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
FIVE, BC, CA = (
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
)
NINE6, SIX_B = (
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
)
INCLUSION = {(0, 8): [NINE6, FIVE, SIX_B], (5, 8): [BC, CA, ROOTS[4]], (2, 3): [ROOTS[2]], (1, 5): [ROOTS[1], FIVE, BC]}
CONSISTENCY = {
    (1, 1): [], (1, 8): [NINE6, FIVE, SIX_B], (2, 5): [FIVE, BC],
    (6, 8): ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a", CA, ROOTS[4]],
}  # fmt: skip


def leaves(n: int) -> list[bytes]:
    return [merkle.leaf_hash(i.to_bytes(4)) for i in range(n)]


HASHES = [merkle.leaf_hash(bytes.fromhex(x)) for x in LEAVES]


@pytest.mark.parametrize("size", range(9))
def test_the_published_heads(size: int) -> None:
    assert merkle.root(HASHES[:size]).hex() == ROOTS[size]
    assert merkle.head(size, merkle.levels(HASHES[:size])).hex() == ROOTS[size]


@pytest.mark.parametrize("where", INCLUSION)
def test_the_published_inclusion_proofs(where: tuple[int, int]) -> None:
    index, size = where
    proof = merkle.inclusion(index, size, merkle.levels(HASHES[:size]))
    assert [p.hex() for p in proof] == INCLUSION[where]
    assert merkle.verify_inclusion(index, size, HASHES[index], proof, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize("where", CONSISTENCY)
def test_the_published_consistency_proofs(where: tuple[int, int]) -> None:
    old, new = where
    proof = merkle.consistency(old, new, merkle.levels(HASHES[:new]))
    assert [p.hex() for p in proof] == CONSISTENCY[where]
    assert merkle.verify_consistency(old, new, proof, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]))


def _sizes(upto: int) -> list[int]:
    """Where trees change shape, and a few between."""
    return sorted({n for k in range(11) for n in ((1 << k) - 1, 1 << k, (1 << k) + 1)} | {5, 6, 7, 11, 100, 777}) if upto else []


def _walk(sizes: list[int]) -> int:
    every = leaves(1026)
    node, heads, tree = merkle.levels(every), [merkle.EMPTY], merkle.Peaks()
    for leaf in every:
        tree.append(leaf)
        heads.append(tree.root())
    checked = 0
    for n in sizes:
        assert merkle.head(n, node) == heads[n]
        for m in range(n) if n <= 256 else {0, 1, n // 3, n // 2, n - 2, n - 1}:
            proof = merkle.inclusion(m, n, node)
            assert merkle.verify_inclusion(m, n, every[m], proof, heads[n])
            assert not merkle.verify_inclusion((m + 1) % n, n, every[m], proof, heads[n]) or n == 1
            assert not merkle.verify_inclusion(m, n, every[m], [*proof, proof[-1] if proof else heads[n]], heads[n])
            grown = merkle.consistency(m, n, node)
            assert merkle.verify_consistency(m, n, grown, heads[m], heads[n])
            assert not merkle.verify_consistency(m, n, grown, heads[n], heads[m])  # old and new swapped
            assert not merkle.verify_consistency(n, m, grown, heads[n], heads[m])
            checked += 2
    return checked


def test_proofs_hold_at_every_size_where_trees_change_shape() -> None:
    assert _walk([n for n in _sizes(1) if n < 260]) >= 300


@pytest.mark.full
def test_proofs_hold_at_every_size_up_to_1025() -> None:
    assert _walk(list(range(1026))) >= 70_000


@pytest.mark.full
def test_no_single_bit_of_a_proof_a_leaf_or_a_head_can_be_turned() -> None:
    every, turned = leaves(1026), 0
    node = merkle.levels(every)
    for n in (1, 2, 3, 5, 8, 33, 255, 1025):
        for m in {0, n // 2, n - 1}:
            head, proof = merkle.head(n, node), merkle.inclusion(m, n, node)
            data = b"".join((every[m], head, *proof))
            for bit in range(len(data) * 8):
                bad = bytearray(data)
                bad[bit // 8] ^= 1 << bit % 8
                parts = [bytes(bad[i : i + 32]) for i in range(0, len(bad), 32)]
                assert not merkle.verify_inclusion(m, n, parts[0], parts[2:], parts[1])
                turned += 1
            if not 0 < m < n:
                continue
            old, proof = merkle.head(m, node), merkle.consistency(m, n, node)
            data = b"".join((old, head, *proof))
            for bit in range(len(data) * 8):
                bad = bytearray(data)
                bad[bit // 8] ^= 1 << bit % 8
                parts = [bytes(bad[i : i + 32]) for i in range(0, len(bad), 32)]
                assert not merkle.verify_consistency(m, n, parts[2:], parts[0], parts[1])
                turned += 1
    assert turned >= 45_000


def test_shorter_and_longer_proofs_and_wrong_sizes_are_refused() -> None:
    every = leaves(20)
    node, head = merkle.levels(every), merkle.root(every)
    proof, grown = merkle.inclusion(7, 20, node), merkle.consistency(7, 20, node)
    old = merkle.root(every[:7])
    for bad in ([], proof[:-1], proof[1:], [*proof, proof[0]], proof[::-1], [p[:31] for p in proof]):
        assert not merkle.verify_inclusion(7, 20, every[7], bad, head)
    for bad in ([], grown[:-1], grown[1:], [*grown, grown[0]], grown[::-1], [p + b"\0" for p in grown]):
        assert not merkle.verify_consistency(7, 20, bad, old, head)
    for index, size in (
        (-1, 20),
        (20, 20),
        (7, 0),
        (7, 8),
        (7, 16),
        (7, 33),
        (7, 2**70),
    ):  # another size of the same shape: the checkpoint signs it
        assert not merkle.verify_inclusion(index, size, every[7], proof, head)
    for a, b in ((-1, 20), (21, 20), (0, 20), (7, 7), (20, 20), (8, 20)):
        assert not merkle.verify_consistency(a, b, grown, old, head)
    assert merkle.verify_consistency(0, 20, [], merkle.EMPTY, head) and not merkle.verify_consistency(0, 20, [], old, head)
    with pytest.raises(ValueError, match="no such leaf"):
        merkle.inclusion(20, 20, node)
    with pytest.raises(ValueError, match="older"):
        merkle.consistency(21, 20, node)


def test_a_leaf_is_never_taken_for_a_node() -> None:
    two = HASHES[:2]
    assert merkle.leaf_hash(b"".join(two)) != merkle.root(two)


def test_a_tree_kept_as_tiles_gives_the_same_nodes() -> None:
    every = leaves(600)
    tiles = {(0, n): b"".join(every[n * 256 : n * 256 + 256]) for n in range(3)}
    tiles[1, 0] = b"".join(merkle.root(every[n * 256 : n * 256 + 256]) for n in range(2))
    by_tile, by_level = merkle.from_tiles(lambda up, n: tiles[up, n]), merkle.levels(every)
    for size in (1, 255, 256, 257, 512, 600):
        assert merkle.head(size, by_tile) == merkle.head(size, by_level)
        assert merkle.inclusion(size - 1, size, by_tile) == merkle.inclusion(size - 1, size, by_level)
        assert merkle.consistency(size // 2, size, by_tile) == merkle.consistency(size // 2, size, by_level)
    with pytest.raises(ValueError, match="not complete"):
        by_tile(0, 600)


def test_the_salted_commitment_of_the_project() -> None:
    salt, payload = bytes(range(32)), b'{"a":1}'
    data = hashlib.sha256(b"plait-log-v1\0" + salt + payload).digest()
    assert data.hex() == "db357b285dd794f5a87e8c6bc8c7924ee8312ad69655e0236b40990c00b69a82"
    assert merkle.leaf_hash(data).hex() == "af9a3aec3b68cecd635bdd388431e3a18456155f8456abd9c4e1c7ab2bf12888"
