"""Wrapping keys: one file for each epoch in the secrets folder, outside of the database, which holds only what they wrap.

A file is made once, when its epoch begins, and never again: a database that knows an epoch whose file is missing, cut short or another one
is not served, and nothing is made anew. No Django here: `serve` looks before it starts the web server.
"""

import hashlib
import hmac
import os
import secrets as random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from plait.launch import DATA, Stop
from plait.launch.places import Connection, private_folder, write_private

FOLDER = "wrapping"
FIRST_LINE = "Plait wrapping key. Keep it apart from the data; without it sealed text cannot be read."


@dataclass(frozen=True)
class Epoch:
    """What the database knows of a wrapping key: its number, how far it has come, and a proof that tells the right key from a wrong one."""

    n: int
    state: str
    proof: bytes


def path(secrets: Path, epoch: int) -> Path:
    return secrets / FOLDER / f"{epoch:04d}.key"


def _check(epoch: int, key: bytes) -> str:
    return hashlib.sha256(b"plait wrapping file " + str(epoch).encode() + b" " + key).hexdigest()[:16]


def text(epoch: int, key: bytes) -> str:
    return f"{FIRST_LINE}\nepoch {epoch}\nkey {key.hex()}\ncheck {_check(epoch, key)}\n"


def proof(epoch: int, key: bytes) -> bytes:
    """Stands in the database. Nothing of the key can be learned from it."""
    return hmac.digest(key, b"plait wrapping key of epoch " + str(epoch).encode(), "sha256")


def read(secrets: Path | None, epoch: int) -> bytes:
    """The key of an epoch.

    Raises:
        Stop: 4 when its file is missing, cut short, changed or another epoch's.
    """
    if secrets is None:
        raise Stop(DATA, "This process was not told where the wrapping keys lie: set PLAIT_SECRETS.")
    where = path(secrets, epoch)
    try:
        said = where.read_text(encoding="ascii")
    except FileNotFoundError:
        raise Stop(
            DATA,
            f"The wrapping key {where} is missing; without it sealed text cannot be read. Bring the file back from where you keep the"
            " keys. Nothing was changed and no new key was made.",
        ) from None
    except (OSError, UnicodeDecodeError):
        raise Stop(DATA, f"The wrapping key {where} cannot be read. Nothing was changed and no new key was made.") from None
    lines = said.split("\n")
    try:
        found, key, check = (lines[n].partition(" ")[2] for n in (1, 2, 3))
        if said == text(int(found), bytes.fromhex(key)) and int(found) == epoch and len(key) == 64 and check:
            return bytes.fromhex(key)
    except (IndexError, ValueError):
        pass
    raise Stop(
        DATA,
        f"The wrapping key {where} is cut short or was changed. Bring the file back from where you keep the keys. Nothing was changed and"
        " no new key was made.",
    )


def make(secrets: Path, epoch: int) -> bytes:
    """The key of a new epoch: written whole or not at all. One that is there already, from an interrupted start, is used."""
    private_folder(secrets / FOLDER)
    if not path(secrets, epoch).exists():
        write_private(path(secrets, epoch), text(epoch, random.token_bytes(32)))
        folder = os.open(secrets / FOLDER, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return read(secrets, epoch)


def check(secrets: Path | None, epochs: Iterable[Epoch], *, sealed_before: bool) -> None:
    """Whether this folder holds the keys of this database.

    Raises:
        Stop: 4 with what is missing, cut short, another database's or older.
    """
    known = list(epochs)
    if not known and sealed_before:
        raise Stop(
            DATA,
            "This database holds sealed text and none of its keys: restore the keys file beside the data file. Nothing was changed and no"
            " new key was made.",
        )
    for epoch in known:
        if epoch.state == "retired":
            continue
        key = read(secrets, epoch.n)
        if not hmac.compare_digest(proof(epoch.n, key), epoch.proof):
            raise Stop(
                DATA,
                f"The wrapping key {path(secrets, epoch.n) if secrets else ''} belongs to another database or to an earlier one. Bring back"
                " the file of this one. Nothing was changed and no new key was made.",
            )


def check_database(there: Connection) -> None:
    """The same, asking the database as the application's role: before the web server starts.

    Raises:
        Stop: as `check`.
    """
    import psycopg

    tls = {k: v for k, v in (("sslmode", there.sslmode), ("sslrootcert", there.sslrootcert)) if v}
    where = {
        "host": there.host,
        "port": there.port,
        "user": "plait_app",
        "password": there.password("app"),
        "dbname": there.name,
        **tls,
    }
    with psycopg.connect(psycopg.conninfo.make_conninfo("", connect_timeout=10, **where)) as asked:
        rows = asked.execute("select n, state, proof from plait.epochs()").fetchall()
        before = asked.execute("select plait.was_sealed()").fetchone()
    check(there.secrets, [Epoch(n, state, bytes(p)) for n, state, p in rows], sealed_before=bool(before and before[0]))
