"""B3: what age and the manifest refuse. Small archives, every kind of damage."""

import os
import random
from pathlib import Path

import pytest

from plait.launch import DATA, USAGE, Stop, archive

SEED = 20261124


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    folder = tmp_path_factory.mktemp("archive")
    to = archive.new_identity(folder / "identity")
    key = archive.signing_key(folder)
    blob = random.Random(SEED).randbytes(300_000)

    def members():
        yield archive.READ_ME, archive.HOW.encode()
        yield from archive.pieces(archive.DUMP, (blob[n : n + 7000] for n in range(0, len(blob), 7000)))
        yield from archive.signed({"half": "data", "id": "abc"}, key)

    archive.seal(folder / "good", [to], members())
    return {
        "folder": folder,
        "to": to,
        "key": key,
        "blob": blob,
        "good": (folder / "good").read_bytes(),
        "ids": archive.identities(folder / "identity"),
    }


def opens(kit, data: bytes) -> bool:
    path = kit["folder"] / "tried"
    path.write_bytes(data)
    got: list[bytes] = []
    try:
        archive.opened(path, kit["ids"], lambda _name, piece: got.append(piece))
    except Stop as stop:
        said = (stop.code, stop.sentence.endswith("Nothing was changed."))
        return said != (DATA, True)
    return b"".join(got) == kit["blob"]


def test_what_was_sealed_opens_and_the_server_holds_no_key_for_it(kit) -> None:
    assert opens(kit, kit["good"])
    assert not any(kit["blob"][n : n + 16] in kit["good"] for n in range(0, 300_000, 1000))
    assert {p.name for p in kit["folder"].iterdir()} >= {archive.SIGNING_KEY}
    assert b"AGE-SECRET-KEY" not in (kit["folder"] / archive.SIGNING_KEY).read_bytes()


@pytest.mark.full
def test_every_flipped_byte_cut_tail_and_exchanged_block_is_refused(kit) -> None:
    """B3: 400 flips over the whole file, 60 cuts, every pair of neighbouring 64 KiB blocks exchanged, one repeated, one dropped, one added."""
    good, rng = kit["good"], random.Random(SEED)
    tried = 0
    for at in [*range(200), *(rng.randrange(200, len(good)) for _ in range(200))]:
        assert not opens(kit, good[:at] + bytes([good[at] ^ (1 << rng.randrange(8))]) + good[at + 1 :]), at
        tried += 1
    for at in [0, 1, 100, len(good) - 1, len(good) - 16, *(rng.randrange(len(good)) for _ in range(55))]:
        assert not opens(kit, good[:at]), at
        tried += 1
    start = good.index(b"\n---")
    start = good.index(b"\n", start + 1) + 1 + 16  # age's payload: 16 bytes, then blocks of 64 KiB and a tag
    size = 65536 + 16
    blocks = [good[n : n + size] for n in range(start, len(good), size)]
    assert len(blocks) >= 5
    head = good[:start]
    changed = [[*blocks[:n], blocks[n + 1], blocks[n], *blocks[n + 2 :]] for n in range(len(blocks) - 1)]
    changed += [blocks[:2] + blocks[1:], blocks[:1] + blocks[2:], [*blocks, blocks[-1]], blocks[:-1]]
    for each in changed:
        assert not opens(kit, head + b"".join(each))
        tried += 1
    assert not opens(kit, good + b"x")
    assert tried >= 465


def test_another_identity_opens_nothing_and_a_stranger_with_the_recipient_is_not_the_partnership(kit, tmp_path: Path) -> None:
    archive.new_identity(tmp_path / "other")
    with pytest.raises(Stop, match="cannot be opened"):
        archive.opened(kit["folder"] / "good", archive.identities(tmp_path / "other"), lambda *_: None)
    archive.seal(
        tmp_path / "unsigned", [kit["to"]], iter([(f"{archive.DUMP}.00001", b"x"), (archive.MANIFEST, b'{"half": "data"}')])
    )
    with pytest.raises(Stop, match="is not signed by a partnership"):
        archive.opened(tmp_path / "unsigned", kit["ids"], lambda *_: None)
    text = archive.canonical({"half": "data", "form": 1, "signer": archive.signer(kit["key"])})
    archive.seal(tmp_path / "forged", [kit["to"]], iter([(archive.MANIFEST, text), (archive.SIGNATURE, b"00" * 64)]))
    with pytest.raises(Stop, match="is not signed by a partnership"):
        archive.opened(tmp_path / "forged", kit["ids"], lambda *_: None)


def test_every_one_of_several_recipients_opens_it(kit, tmp_path: Path) -> None:
    more = [archive.new_identity(tmp_path / f"id{n}") for n in range(3)]
    archive.seal(tmp_path / "many", more, archive.signed({"half": "keys"}, kit["key"]))
    for n in range(3):
        assert archive.opened(tmp_path / "many", archive.identities(tmp_path / f"id{n}"), lambda *_: None)["half"] == "keys"


def test_a_source_that_fails_leaves_its_own_sentence_and_a_disk_that_is_full_says_so(kit, tmp_path: Path) -> None:
    def members():
        yield "a", b"1"
        raise Stop(DATA, "Half of it is missing.")

    with pytest.raises(Stop, match="Half of it is missing"):
        archive.seal(tmp_path / "x", [kit["to"]], members())
    if os.access("/dev/full", os.W_OK):
        (tmp_path / "full").symlink_to("/dev/full")
        with pytest.raises(Stop, match=r"Cannot write the backup .*No space left on device.*Earlier backups stay"):
            archive.seal(tmp_path / "full", [kit["to"]], archive.pieces("a", [kit["blob"]]))


@pytest.mark.parametrize("text", ["", "age1", "AGE-SECRET-KEY-1QQQ", "age1qqqq", "ssh-ed25519 AAAA", "age1\0"])
def test_what_is_no_recipient_is_refused_before_anything_is_made(text: str) -> None:
    with pytest.raises(Stop, match="is no recipient of age") as stop:
        archive.recipient(text)
    assert stop.value.code == USAGE


def test_an_identity_is_never_written_over(tmp_path: Path) -> None:
    archive.new_identity(tmp_path / "mine")
    before = (tmp_path / "mine").read_text()
    with pytest.raises(Stop, match="is there already"):
        archive.new_identity(tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == before and (tmp_path / "mine").stat().st_mode & 0o077 == 0
    (tmp_path / "none").write_text("hello\n")
    with pytest.raises(Stop, match="holds no identity of age"):
        archive.identities(tmp_path / "none")
