"""The form of a sealed value and of a wrapped key. Pure functions over bytes: AES-256-GCM, nothing else.

    sealed   1 byte version · 16 key id · 12 nonce · 4 length of the rest · ciphertext with its tag
    inside   4 bytes length of the plain value · the value · zeros up to a multiple of the padding
    wrapped  1 byte version · 12 nonce · 48 the encrypted key with its tag

What a value is bound to (its table, column, row and key) is authenticated with it: moved anywhere else, it does not open. A nonce is 96
random bits; a key seals what is saved at once in one record and no more, far from the 2^32 uses at which random nonces become unsafe (NIST SP
800-38D, 8.3). Wrapping uses a key of its own for each wrapped key, derived by HKDF (RFC 5869), so that no counter has to be kept anywhere.
"""

from __future__ import annotations

import os
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = 1
HEAD = 33
LEAST = HEAD + 4 + 16
PADDING = 64
MOST_USES = 2**32 - 1
LONGEST = 2**31 - 64


class Unreadable(Exception):
    """A sealed value that does not open: changed, cut, moved, under another key, or no sealed value at all."""


class UsedUp(Exception):
    """A key was asked to seal more than it was made for."""


def _part(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def bound_to(table: str, column: str, row: uuid.UUID, key: uuid.UUID) -> bytes:
    """What is authenticated with a sealed value."""
    return b"plait sealed" + bytes([VERSION]) + _part(table.encode()) + _part(column.encode()) + row.bytes + key.bytes


class DataKey:
    """A key for one saving of one record. `uses`: how many values it may seal."""

    def __init__(self, id: uuid.UUID, key: bytes, uses: int = 0):
        self.id, self.key, self.left = id, key, min(uses, MOST_USES)
        self._cipher = AESGCM(key)

    @classmethod
    def new(cls, uses: int) -> DataKey:
        return cls(uuid.uuid4(), AESGCM.generate_key(256), uses)

    def seal(self, value: bytes, *, table: str, column: str, row: uuid.UUID, padding: int = PADDING) -> bytes:
        """Seal one value for one place. Raises UsedUp."""
        if self.left < 1:
            raise UsedUp
        if len(value) > LONGEST:
            raise ValueError("too long to be sealed in one piece")
        self.left -= 1
        inside = _part(value)
        inside += bytes(-len(inside) % padding)
        nonce = os.urandom(12)
        rest = self._cipher.encrypt(nonce, inside, bound_to(table, column, row, self.id))
        return bytes([VERSION]) + self.id.bytes + nonce + _part(rest)

    def open(self, sealed: bytes, *, table: str, column: str, row: uuid.UUID) -> bytes:
        """The plain value. Raises Unreadable."""
        if key_of(sealed) != self.id:
            raise Unreadable
        try:
            inside = self._cipher.decrypt(sealed[17:29], sealed[HEAD:], bound_to(table, column, row, self.id))
        except InvalidTag:
            raise Unreadable from None
        length = int.from_bytes(inside[:4], "big")
        if length > len(inside) - 4:
            raise Unreadable
        return inside[4 : 4 + length]


def is_sealed(value: object) -> bool:
    """Whether these bytes have the form of a sealed value; the database's CHECK asks the same."""
    return (
        isinstance(value, bytes | bytearray | memoryview)
        and len(value) >= LEAST
        and value[0] == VERSION
        and int.from_bytes(bytes(value[29:33]), "big") == len(value) - HEAD
    )


def key_of(sealed: bytes) -> uuid.UUID:
    """Under which key a value is sealed. Raises Unreadable."""
    if not is_sealed(sealed):
        raise Unreadable
    return uuid.UUID(bytes=bytes(sealed[1:17]))


def _wrapper(wrapping: bytes, key: uuid.UUID) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=key.bytes, info=b"plait wrap 1").derive(wrapping))


def _wrapped_for(epoch: int, table: str, row: uuid.UUID, circle: uuid.UUID | None) -> bytes:
    where = _part(circle.bytes if circle else b"")
    return b"plait wrap" + bytes([VERSION]) + epoch.to_bytes(4, "big") + _part(table.encode()) + row.bytes + where


def wrap(key: DataKey, wrapping: bytes, *, epoch: int, table: str, row: uuid.UUID, circle: uuid.UUID | None) -> bytes:
    nonce = os.urandom(12)
    return bytes([VERSION]) + nonce + _wrapper(wrapping, key.id).encrypt(nonce, key.key, _wrapped_for(epoch, table, row, circle))


def unwrap(
    wrapped: bytes, wrapping: bytes, id: uuid.UUID, *, epoch: int, table: str, row: uuid.UUID, circle: uuid.UUID | None
) -> DataKey:
    """The key of a record. Raises Unreadable."""
    if len(wrapped) != 61 or wrapped[0] != VERSION:
        raise Unreadable
    try:
        return DataKey(id, _wrapper(wrapping, id).decrypt(wrapped[1:13], wrapped[13:], _wrapped_for(epoch, table, row, circle)))
    except InvalidTag:
        raise Unreadable from None
