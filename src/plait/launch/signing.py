"""The key that signs checkpoints of the log: one file in the secrets folder, outside of the database. With it lies the newest checkpoint
that it signed, so that a database set back to an earlier day is noticed by whoever holds both.

No Django here.
"""

import re
import secrets as random
from pathlib import Path

from plait.launch import DATA, Stop
from plait.launch.places import write_private

FIRST_LINE = "Plait log signing key. Keep it apart from the data; whoever has it can sign checkpoints of the log in its place."


def path(secrets: Path) -> Path:
    return secrets / "log.key"


def latest(secrets: Path) -> Path:
    return secrets / "log.checkpoint"


def make(secrets: Path) -> bytes:
    """The key of a new log: made once; one that is there already is used."""
    if not path(secrets).exists():
        write_private(path(secrets), f"{FIRST_LINE}\nkey {random.token_hex(32)}\n")
    return read(secrets)


def read(secrets: Path | None) -> bytes:
    """The 32 bytes of the private key.

    Raises:
        Stop: 4 when the file is missing or is not one.
    """
    if secrets is None:
        raise Stop(DATA, "This process was not told where the log's signing key lies: set PLAIT_SECRETS.")
    try:
        said = path(secrets).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise Stop(
            DATA,
            f"The log's signing key {path(secrets)} cannot be read: no checkpoint is signed. Bring the file back from where you keep the keys.",
        ) from None
    found = re.fullmatch(r"[^\n]+\nkey ([0-9a-f]{64})\n", said)
    if found is None:
        raise Stop(
            DATA,
            f"The log's signing key {path(secrets)} is cut short or was changed. Bring the file back from where you keep the keys.",
        )
    return bytes.fromhex(found[1])


def keep(secrets: Path, note: str) -> None:
    """Put the newest checkpoint beside the key, whole or not at all."""
    new = latest(secrets).with_suffix(".new")
    new.write_text(note, encoding="utf-8")
    new.replace(latest(secrets))


def kept(secrets: Path | None) -> str:
    """The newest checkpoint that this machine signed, or ""."""
    try:
        return latest(secrets).read_text(encoding="utf-8") if secrets is not None else ""
    except (OSError, UnicodeDecodeError):
        return ""
