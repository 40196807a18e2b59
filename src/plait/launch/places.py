"""Where things lie: the data folder and what is in it, and where the database is for this process.

`connection()` is the one source of connection data for `plait.settings`. It reads variables that the command line sets
for itself and its children; passwords come from files, never from the environment.
"""

import hashlib
import os
import pwd
import secrets
import stat
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plait.launch import CLONE, ENVIRONMENT, Stop

LOGIN_ROLES = ("owner", "app", "public", "backup", "maintenance")
"""Short names of the database roles that log in; `plait_gate` does not."""

SOCKET_LIMIT = 103 if sys.platform == "darwin" else 107
"""Longest path of a Unix socket, in bytes."""


@dataclass(frozen=True)
class Connection:
    """How this process reaches the database."""

    host: str
    port: str
    name: str
    secrets: Path | None
    sslmode: str = ""
    sslrootcert: str = ""

    def password(self, role: str) -> str:
        """Password of `plait_<role>`, or "" when this process was not given its file."""
        return self.secret(f"{role}.password")

    def secret(self, name: str) -> str:
        if self.secrets is None:
            return ""
        try:
            return (self.secrets / name).read_text().strip()
        except (FileNotFoundError, PermissionError):
            return ""

    def variables(self) -> dict[str, str]:
        """The environment that makes a child's `connection()` equal this one."""
        found = {
            "PLAIT_DB_HOST": self.host,
            "PLAIT_DB_PORT": self.port,
            "PLAIT_DB_NAME": self.name,
            "PLAIT_DB_SSLMODE": self.sslmode,
            "PLAIT_DB_SSLROOTCERT": self.sslrootcert,
            "PLAIT_SECRETS": str(self.secrets or ""),
        }
        return {k: v for k, v in found.items() if v}


def connection(environ: Mapping[str, str] = os.environ) -> Connection:
    folder = environ.get("PLAIT_SECRETS")
    return Connection(
        host=environ.get("PLAIT_DB_HOST", ""),
        port=environ.get("PLAIT_DB_PORT", "5432"),
        name=environ.get("PLAIT_DB_NAME", "plait"),
        secrets=Path(folder) if folder else None,
        sslmode=environ.get("PLAIT_DB_SSLMODE", ""),
        sslrootcert=environ.get("PLAIT_DB_SSLROOTCERT", ""),
    )


@dataclass(frozen=True)
class Places:
    """A data folder. The names are fixed; `docs/` lists them for whoever makes backups."""

    root: Path

    @property
    def lock(self) -> Path:
        return self.root / "plait.lock"

    @property
    def database(self) -> Path:
        return self.root / "database"

    @property
    def log(self) -> Path:
        return self.root / "database.log"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets"

    @property
    def binaries(self) -> Path:
        return self.root / "binaries"

    @property
    def synced(self) -> Path:
        """Digest of the program that last migrated this database: equal means there is nothing to migrate."""
        return self.root / "program"

    @property
    def demo(self) -> Path:
        """Marks a demo's folder, which may be made anew; holds the digest of what was loaded."""
        return self.root / "demo"

    def socket(self) -> Path:
        """Folder of the socket: in the data folder, or in a private one elsewhere when that path would be too long."""
        here = self.root / "run"
        if len(os.fsencode(str(here / ".s.PGSQL.5432"))) <= SOCKET_LIMIT:
            return here
        mark = hashlib.sha256(os.fsencode(str(self.root))).hexdigest()[:12]
        base = os.environ.get("XDG_RUNTIME_DIR") or "/tmp"  # noqa: S108 - made private and checked by private_folder()
        return Path(base) / f"plait-{os.getuid()}-{mark}"


def is_root() -> bool:
    return os.geteuid() == 0


def data_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where a partnership's data lie: `PLAIT_DATA`, else the system's place for such data."""
    if given := environ.get("PLAIT_DATA"):
        return Path(given).expanduser().absolute()
    if is_root():
        return Path("/var/lib/plait")
    base = environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base).absolute() / "plait"


def demo_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the demo lies: `PLAIT_DATA` itself when it is set, else a folder of its own below the usual place."""
    return data_folder(environ) if environ.get("PLAIT_DATA") else data_folder(environ) / "demo"


def test_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the tests' cluster lies: temporary, one for each clone and user, kept warm between runs."""
    if given := environ.get("PLAIT_TEST_DATA"):
        return Path(given).expanduser().absolute()
    mark = hashlib.sha256(os.fsencode(str(CLONE))).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"plait-test-{os.getuid()}-{mark}"


def owner_name(path: Path) -> str:
    uid = path.stat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def private_folder(path: Path, mode: int = 0o700, owner: int | None = None) -> Path:
    """Make `path` if need be; refuse a link or another's folder; set its mode (and, as root, its owner)."""
    try:
        path.mkdir(mode=mode, parents=True, exist_ok=True)
        info = path.lstat()
        if not stat.S_ISDIR(info.st_mode):
            raise Stop(ENVIRONMENT, f"{path} is not a folder: move it away or set PLAIT_DATA to another folder.")
        if info.st_uid not in {os.geteuid(), owner}:
            me = pwd.getpwuid(os.geteuid()).pw_name
            raise Stop(
                ENVIRONMENT,
                f"The data folder {path} belongs to {owner_name(path)}, you are {me}: start as the owner or set PLAIT_DATA"
                " to another folder.",
            )
        path.chmod(mode)
        if owner is not None and info.st_uid != owner:
            os.chown(path, owner, -1)
    except FileExistsError:
        raise Stop(ENVIRONMENT, f"{path} is not a folder: move it away or set PLAIT_DATA to another folder.") from None
    except OSError as error:
        raise Stop(ENVIRONMENT, f"Cannot write to the data folder {path}: {error.strerror}.") from None
    return path


def write_private(path: Path, text: str) -> None:
    """Write a file that only we can read, whole or not at all."""
    new = path.with_name(f"{path.name}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def append_private(path: Path, text: str) -> None:
    """Add to a file that only we can read, and have it on the disk before going on."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def make_secrets(folder: Path, extra: tuple[str, ...] = ()) -> dict[str, str]:
    """Make what is missing of the secrets, and give the passwords by role. Files that are there stay as they are."""
    private_folder(folder)
    for role in (*LOGIN_ROLES, *extra):
        if not (folder / f"{role}.password").exists():
            write_private(folder / f"{role}.password", secrets.token_urlsafe(32) + "\n")
    for name in ("token.key", "django.key"):
        if not (folder / name).exists():
            write_private(folder / name, secrets.token_hex(32) + "\n")
    return {role: (folder / f"{role}.password").read_text().strip() for role in (*LOGIN_ROLES, *extra)}
