"""Checkpoints of a log: C2SP tlog-checkpoint as the text of a C2SP signed-note, Ed25519, with the cosignatures of witnesses read.

A checkpoint says: the log of this name had so many leaves, and this was the head of its tree.

    plait.example/demo
    8
    XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=

    — plait.example/demo 5n7lXFmsK98B...

Reading is strict: what could be read in two ways is refused. Signing takes a function, so that this library never holds a key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ED25519, COSIGNATURE = 0x01, 0x04
MOST = 100
"""Signature lines that are read; a note with more is refused."""
LONGEST = 1_000_000


class NotACheckpoint(ValueError):
    """The text is no checkpoint, or no known key signed it. The sentence says why."""


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def body(self) -> str:
        """What is signed."""
        return "".join(f"{line}\n" for line in (self.origin, self.size, base64.b64encode(self.root).decode(), *self.extensions))


@dataclass(frozen=True)
class Signature:
    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True)
class Note:
    """A text and the signature lines under it, none of them checked."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True)
class Key:
    """A key that signs notes: its name, its kind, 32 bytes. Written `name+id+base64` (vkey)."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.kind, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"


@dataclass(frozen=True)
class Opened:
    """A checkpoint that known keys signed. `cosigned`: which witness, and when it saw it (seconds since 1970)."""

    checkpoint: Checkpoint
    signed_by: tuple[str, ...]
    cosigned: tuple[tuple[str, int], ...]


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """First four bytes of SHA-256(name || 0x0A || kind || public key)."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def _good_name(name: str) -> bool:
    return bool(name) and "+" not in name and not re.search(r"\s", name) and name.isprintable()


def _bytes(text: str, what: str) -> bytes:
    """Base64 that reads in one way only."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NotACheckpoint(f"{what} is not base64") from None
    if base64.b64encode(found).decode() != text:
        raise NotACheckpoint(f"{what} is base64 with loose ends")
    return found


def parse_key(text: str) -> Key:
    """A vkey. Raises NotACheckpoint."""
    name, _, rest = text.strip().partition("+")
    said, _, data = rest.partition("+")
    raw = _bytes(data, "the key")
    if len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE) or not _good_name(name):
        raise NotACheckpoint("the key is not one of Ed25519")
    key = Key(name, raw[0], raw[1:])
    if key.id.hex() != said:
        raise NotACheckpoint("the key's id is not that of the key")
    return key


def parse_note(text: str) -> Note:
    """The text and its signature lines. Raises NotACheckpoint."""
    if len(text) > LONGEST or re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text) or re.search("[\ud800-\udfff\ufffd]", text):
        raise NotACheckpoint("there are signs in it that no note has")
    body, gap, lines = text.rpartition("\n\n")
    if not gap or not body or not lines.endswith("\n"):
        raise NotACheckpoint("there is no signature under it")
    found = []
    for line in lines[:-1].split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014" or not _good_name(parts[1]):
            raise NotACheckpoint("a signature line is not one")
        raw = _bytes(parts[2], "a signature")
        if len(raw) < 5:
            raise NotACheckpoint("a signature is too short")
        found.append(Signature(parts[1], raw[:4], raw[4:]))
    if len(found) > MOST:
        raise NotACheckpoint("there are too many signatures")
    return Note(body + "\n", tuple(found))


def parse_checkpoint(text: str) -> Checkpoint:
    """The body of a checkpoint. Raises NotACheckpoint."""
    if not text.endswith("\n"):
        raise NotACheckpoint("the last line does not end")
    lines = text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise NotACheckpoint("three lines are needed: name, size, head")
    origin, size, root, *extensions = lines
    if not re.fullmatch("0|[1-9][0-9]{0,18}", size):
        raise NotACheckpoint("the size is not a plain number")
    head = _bytes(root, "the head of the tree")
    if len(head) != 32:
        raise NotACheckpoint("the head of the tree has not 32 bytes")
    return Checkpoint(origin, int(size), head, tuple(extensions))


def sign(checkpoint: Checkpoint, key: Key, signer: Callable[[bytes], bytes]) -> str:
    """The checkpoint as a note. `signer` makes the 64 bytes of an Ed25519 signature with the private half of `key`."""
    if checkpoint.origin != key.name or not _good_name(key.name):
        raise NotACheckpoint("a log signs under its own name")
    body = checkpoint.body()
    return f"{body}\n{signature_line(key, signer(body.encode()))}"


def signature_line(key: Key, value: bytes) -> str:
    return f"\u2014 {key.name} {base64.b64encode(key.id + value).decode()}\n"


def cosigned_message(time: int, body: str) -> bytes:
    """What a witness signs (C2SP tlog-cosignature, v1)."""
    return f"cosignature/v1\ntime {time}\n{body}".encode()


def _holds(key: Key, signed: bytes, value: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(value, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def open_checkpoint(text: str, log: Key, witnesses: Iterable[Key] = ()) -> Opened:
    """Read a checkpoint and check it: signed by the log, under the log's name.

    Signatures of unknown keys are passed over; a known key whose signature does not hold, or that signed twice, refuses the whole.
    Raises NotACheckpoint.
    """
    note = parse_note(text)
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != log.name:
        raise NotACheckpoint("it is another log's")
    known = {(k.name, k.id): k for k in (log, *witnesses)}
    signed, cosigned, seen = [], [], set()
    for s in note.signatures:
        key = known.get((s.name, s.key_id))
        if key is None:
            continue
        if (s.name, s.key_id) in seen:
            raise NotACheckpoint("a key signed it twice")
        seen.add((s.name, s.key_id))
        if key.kind == COSIGNATURE:
            time = int.from_bytes(s.value[:8])
            if len(s.value) != 72 or not _holds(key, cosigned_message(time, note.text), s.value[8:]):
                raise NotACheckpoint("a witness's signature does not hold")
            cosigned.append((key.name, time))
        elif len(s.value) != 64 or not _holds(key, note.text.encode(), s.value):
            raise NotACheckpoint("the signature does not hold")
        else:
            signed.append(key.name)
    if log.name not in signed:
        raise NotACheckpoint("the log's key did not sign it")
    return Opened(checkpoint, tuple(signed), tuple(cosigned))
