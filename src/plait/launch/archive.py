"""The two files of a backup: a data file and a keys file, each a tar that is sealed with age to the recipients.

Standard tools open them without Plait: `age -d -i IDENTITY FILE | tar x`, then `cat database.dump.* > database.dump`. age notices every
flipped, missing and re-ordered byte. It does not say who sealed a file, since recipients are public: so a manifest at the end of each tar, signed
with the partnership's own key, names the bytes of both halves.
"""

import hashlib
import io
import json
import os
import tarfile
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pyrage
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from plait.launch import DATA, ENVIRONMENT, USAGE, Stop
from plait.launch.places import write_private

FORM = 1
PIECE = 4 * 2**20
MANIFEST, SIGNATURE, READ_ME, DUMP, SECRETS = "manifest.json", "manifest.sig", "READ-ME.txt", "database.dump", "secrets/"
HOW = (
    "One half of a backup made by Plait. Restore both halves with ./plait restore DATA KEYS --identity FILE.\n"
    "Without Plait: cat database.dump.* > database.dump, which pg_restore reads.\n"
)
SIGNING_KEY = "backup.key"
DATA_SUFFIX, KEYS_SUFFIX = ".data.age", ".keys.age"


# --- recipients and identities ----------------------------------------------------------------------------------------


def recipient(text: str) -> pyrage.x25519.Recipient:
    """Read a recipient, such as age1qyqszqg….

    Raises:
        Stop: 2 when it is none.
    """
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except (pyrage.RecipientError, ValueError):
        raise Stop(USAGE, f"{text.strip()[:80]} is no recipient of age; one begins with age1 and has 62 characters.") from None


def new_identity(path: Path) -> str:
    """Make an identity in a file of one's own, and give the recipient that belongs to it."""
    if path.exists():
        raise Stop(USAGE, f"{path} is there already; an identity is never written over.")
    made = pyrage.x25519.Identity.generate()
    try:
        write_private(path, f"# recipient: {made.to_public()}\n{made}\n")
    except OSError as error:
        raise Stop(ENVIRONMENT, f"Cannot write {path}: {error.strerror}.") from None
    return str(made.to_public())


def identities(path: Path) -> list[pyrage.x25519.Identity]:
    """The identities in a file as age-keygen writes it.

    Raises:
        Stop: 2 when there is none.
    """
    try:
        lines = [line.strip() for line in path.read_text().splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, ValueError, pyrage.IdentityError):
        found = []
    if not found:
        raise Stop(USAGE, f"{path} holds no identity of age; it is a line that begins with AGE-SECRET-KEY-1.")
    return found


# --- whose backup it is -----------------------------------------------------------------------------------------------


def signing_key(secrets: Path, *, make: bool = True) -> Ed25519PrivateKey | None:
    """The key that signs manifests; made with the first backup, and part of the keys file since."""
    path = secrets / SIGNING_KEY
    if not path.exists():
        if not make:
            return None
        write_private(path, Ed25519PrivateKey.generate().private_bytes_raw().hex() + "\n")
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text().strip()))


def signer(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def canonical(manifest: dict[str, Any]) -> bytes:
    return (json.dumps(manifest, sort_keys=True, indent=1) + "\n").encode()


# --- writing ----------------------------------------------------------------------------------------------------------


class _Source:
    """What pyrage reads from: the pieces of an iterator. An error of the iterator waits here, since it cannot pass through."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces, self.rest = pieces, b""
        self.error: BaseException | None = None

    def read(self, most: int = -1) -> bytes:
        try:
            while not self.rest:
                self.rest = next(self.pieces)
        except StopIteration:
            return b""
        except BaseException as error:
            self.error = error
            raise OSError("the source of a backup failed") from error
        most = len(self.rest) if most < 0 else most
        found, self.rest = self.rest[:most], self.rest[most:]
        return found


class _Target:
    """A file that knows the hash of what was written into it."""

    def __init__(self, file: io.BufferedWriter) -> None:
        self.file, self.hash = file, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.hash.update(data)
        return self.file.write(data)

    def flush(self) -> None:
        self.file.flush()


def _tar(members: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    for name, data in members:
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(data), 0o600
        yield info.tobuf(tarfile.PAX_FORMAT)
        yield data
        yield b"\0" * (-len(data) % tarfile.BLOCKSIZE)
    yield b"\0" * (2 * tarfile.BLOCKSIZE)


def seal(path: Path, recipients: list[str], members: Iterator[tuple[str, bytes]]) -> int:
    """Write one half, see that the disk gives back what was written, and give its size. The file's name is the caller's to change.

    Raises:
        Stop: 3 when there is no room, or the disk does not keep what it was given.
    """
    source = _Source(_tar(members))
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            target = _Target(file)
            pyrage.encrypt_io(source, target, [recipient(r) for r in recipients])
            file.flush()
            os.fsync(file.fileno())
        with path.open("rb") as file:
            read = hashlib.file_digest(file, "sha256")
    except (OSError, pyrage.EncryptError) as error:
        if source.error is not None:
            raise source.error from None
        why = getattr(error, "strerror", None) or str(error).rpartition("] ")[2]
        raise Stop(ENVIRONMENT, f"Cannot write the backup {path}: {why}. Earlier backups stay as they are.") from None
    if read.digest() != target.hash.digest():
        raise Stop(ENVIRONMENT, f"The disk of {path.parent} does not give back what was written to it; use another one.")
    return path.stat().st_size


def pieces(name: str, data: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """A stream as numbered members of one size, since a tar must know sizes beforehand."""
    buffer, number = bytearray(), 1
    for each in data:
        buffer += each
        while len(buffer) >= PIECE:
            yield f"{name}.{number:05}", bytes(buffer[:PIECE])
            del buffer[:PIECE]
            number += 1
    if buffer:
        yield f"{name}.{number:05}", bytes(buffer)


def signed(manifest: dict[str, Any], key: Ed25519PrivateKey) -> Iterator[tuple[str, bytes]]:
    text = canonical({**manifest, "form": FORM, "signer": signer(key)})
    yield MANIFEST, text
    yield SIGNATURE, key.sign(text).hex().encode()


# --- reading ----------------------------------------------------------------------------------------------------------


def refuse(path: Path, why: str) -> Stop:
    return Stop(DATA, f"{path.name} {why} Nothing was changed.")


DAMAGED = "cannot be opened: it was changed, cut off or exchanged, or it is not sealed to this identity."


def opened(path: Path, keys: list[pyrage.x25519.Identity], take: Callable[[str, bytes], None]) -> dict[str, Any]:
    """Open one half and hand each member to `take` as it comes; give the manifest, whose signature was verified.

    What `take` was given may be trusted only when this has returned: whoever takes must be able to undo.

    Raises:
        Stop: 4 when the file is not whole, not for this identity, or not signed.
    """
    ours, theirs = os.pipe()
    failed: list[BaseException] = []

    def decrypt() -> None:
        try:
            with os.fdopen(theirs, "wb") as out, path.open("rb") as file:
                pyrage.decrypt_io(file, out, keys)
        except BaseException as error:  # also a pipe that the reader has left
            failed.append(error)

    thread = threading.Thread(target=decrypt, daemon=True)
    thread.start()
    held: dict[str, bytes] = {}
    names: list[str] = []
    try:
        with os.fdopen(ours, "rb") as stream:
            with tarfile.open(fileobj=stream, mode="r|") as tar:
                for info in tar:
                    member = tar.extractfile(info)
                    if member is None or not info.isreg() or info.size > PIECE * 64 or names[-1:] == [SIGNATURE]:
                        raise refuse(path, DAMAGED)
                    data = member.read()
                    names.append(info.name)
                    if info.name in (MANIFEST, SIGNATURE):
                        held[info.name] = data
                    elif info.name != READ_ME:
                        take(info.name, data)
            while stream.read(PIECE):  # to the very end: age looks at the last byte too
                pass
    except tarfile.TarError:
        raise refuse(path, DAMAGED) from None
    finally:
        thread.join(60)
    if failed:
        if isinstance(failed[0], FileNotFoundError):
            raise Stop(USAGE, f"There is no file {path}.")
        raise refuse(path, DAMAGED)
    return _checked(path, held)


def _checked(path: Path, held: dict[str, bytes]) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(held[MANIFEST])
        known = Ed25519PublicKey.from_public_bytes(bytes.fromhex(manifest["signer"]))
        known.verify(bytes.fromhex(held[SIGNATURE].decode()), held[MANIFEST])
    except (KeyError, ValueError, TypeError, InvalidSignature):
        raise refuse(path, "is not signed by a partnership.") from None
    if manifest.get("form") != FORM:
        raise refuse(path, "was written by a newer Plait: use that version.")
    return manifest
