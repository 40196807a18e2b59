"""Asks the child process (`plait.kernel.inspect`) about one file. A file that makes it loop, crash or babble costs that file and nothing else."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from plait.kernel.inspect import talk
from plait.kernel.inspect.kinds import MOST_BYTES, SECONDS, Clean, Refuse

COMMAND = (sys.executable, "-P", "-m", "plait.kernel.inspect")
PATIENCE = SECONDS + 5.0
SOURCE = str(Path(__file__).resolve().parents[3])
MOST_ANSWER = MOST_BYTES + talk.MOST_WORDS + 4


def ask(data: bytes, *, command: Sequence[str] = COMMAND, patience: float = PATIENCE) -> Clean:
    """The clean copy of a file, made in a process without network, database or files. Raises Refuse."""
    child = subprocess.Popen(
        list(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # nothing of ours goes along: no password, no secret's place, no path to a database
        env={"PATH": os.defpath, "PYTHONPATH": SOURCE, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
        cwd="/",
        start_new_session=True,
        close_fds=True,
    )
    try:
        answer, _errors = child.communicate(data, timeout=patience)
    except subprocess.TimeoutExpired:
        raise Refuse("failed") from None
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
    if child.returncode != 0 or len(answer) > MOST_ANSWER:
        raise Refuse("failed")
    try:
        return talk.hear(answer)
    except talk.Garbage:
        raise Refuse("failed") from None
