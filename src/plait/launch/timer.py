"""Where backups go and how many stay: what the command and the timer read from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plait.launch import USAGE, Stop
from plait.launch.backup import KEPT

FOLDER, KEYS_FOLDER, KEEP = "PLAIT_BACKUP_FOLDER", "PLAIT_BACKUP_KEYS_FOLDER", "PLAIT_BACKUP_KEEP"


@dataclass(frozen=True)
class Where:
    folder: Path
    keys: Path
    keep: int

    @classmethod
    def from_environment(
        cls, folder: Path | None = None, keys: Path | None = None, environ: Mapping[str, str] = os.environ
    ) -> "Where | None":
        """What was given, else what the environment says; None when neither names a folder.

        Raises:
            Stop: 2 when the number to keep is none.
        """
        said = environ.get(FOLDER, "")
        if folder is None and not said:
            return None
        to = (folder or Path(said)).expanduser().absolute()
        other = keys or (Path(environ[KEYS_FOLDER]) if folder is None and environ.get(KEYS_FOLDER) else None)
        number = environ.get(KEEP, str(KEPT))
        if not number.isdigit() or int(number) < 1:
            raise Stop(USAGE, f"{KEEP} says how many backups stay, such as {KEPT}; it says {number[:40]!r}.")
        return cls(to, (other or to).expanduser().absolute(), int(number))
