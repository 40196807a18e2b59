"""Where mail is handed over, as the environment says it. Without Django, so that a wrong setting is one sentence at the start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from plait.launch import USAGE, Stop
from plait.launch.places import connection

PORTS = {"smtps": 465, "smtp": 587, "smtp+plain": 25}
HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Smtp:
    """One mail server. `smtps` speaks TLS from the start, `smtp` asks for it (and goes no further without), `smtp+plain` is for this machine."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    sender: str
    authority: str


def server(environ: Mapping[str, str] = os.environ) -> Smtp | None:
    """The mail server, or None where none is set.

    Raises:
        Stop: 2 with a sentence that says which setting is wrong.
    """
    address = environ.get("PLAIT_SMTP", "")
    if not address:
        return None
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        raise Stop(USAGE, "PLAIT_SMTP is no address: write it as smtp://name@host:587 or smtps://name@host:465.") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise Stop(USAGE, "PLAIT_SMTP is no address: write it as smtp://name@host:587 or smtps://name@host:465.")
    if parts.password is not None:
        raise Stop(USAGE, "PLAIT_SMTP holds a password: put it into a file and name the file in PLAIT_SMTP_PASSWORD_FILE.")
    if parts.scheme == "smtp+plain" and parts.hostname not in HERE:
        raise Stop(USAGE, "PLAIT_SMTP would send mail without encryption to another machine: use smtp:// or smtps://.")
    sender = environ.get("PLAIT_SMTP_FROM", "")
    if (
        sender.count("@") != 1
        or not sender.isascii()
        or any(c.isspace() or c in "<>," for c in sender)
        or "." not in sender.split("@")[1]
    ):
        raise Stop(
            USAGE,
            "PLAIT_SMTP_FROM is missing or is no address: write the address from which mail is sent, such as plait@example.org.",
        )
    return Smtp(
        parts.scheme, parts.hostname, port, unquote(parts.username or ""), _password(environ), sender, _authority(environ)
    )


def _password(environ: Mapping[str, str]) -> str:
    if not (name := environ.get("PLAIT_SMTP_PASSWORD_FILE", "")):
        return connection(environ).secret("smtp.password")
    try:
        return Path(name).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise Stop(USAGE, f"PLAIT_SMTP_PASSWORD_FILE names {name}, which cannot be read.") from None


def _authority(environ: Mapping[str, str]) -> str:
    name = environ.get("PLAIT_SMTP_CA", "")
    if name and not Path(name).expanduser().is_file():
        raise Stop(USAGE, f"PLAIT_SMTP_CA names {name}, which is no file.")
    return str(Path(name).expanduser()) if name else ""
