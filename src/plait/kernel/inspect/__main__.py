"""The child process: takes away from itself what it does not need, then looks at the one file that it was given."""

from __future__ import annotations

import contextlib
import os
import resource
import sys

from plait.kernel.inspect.kinds import MEMORY, MOST_BYTES, SECONDS, Clean, Refuse

NOBODY = 65534
CLONE_NEWNET = 0x40000000
CLONE_NEWUSER = 0x10000000


def shut_in() -> None:
    """No network, no file, no further process, 512 MB, 20 seconds of work. What the system does not offer is left out."""
    with contextlib.suppress(OSError, AttributeError):
        os.unshare(CLONE_NEWNET if os.geteuid() == 0 else CLONE_NEWUSER | CLONE_NEWNET)
    if os.geteuid() == 0:
        with contextlib.suppress(OSError):
            os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_NOFILE, 3),  # what is open stays open; no file, no socket, no pipe can be opened any more
    ):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(what, (most, most))


def main() -> None:
    from plait.kernel.inspect import talk
    from plait.kernel.inspect.examine import examine  # everything that will be needed is loaded before the doors close

    given, answer = sys.stdin.buffer, sys.stdout.buffer
    shut_in()
    found: Clean | Refuse
    try:
        found = examine(given.read(MOST_BYTES + 1))
    except Refuse as no:
        found = no
    except MemoryError:
        found = Refuse("bomb")
    answer.write(talk.say(found))
    answer.flush()


if __name__ == "__main__":
    main()
