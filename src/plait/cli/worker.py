"""The worker process: `serve` and `demo` start it beside the web server; `./plait worker` runs it alone."""

import os
import signal
import sys
from collections.abc import Callable

from plait.cli.inside import django
from plait.launch import Stop
from plait.launch.embedded import say


def run(wanted: Callable[[], bool] = lambda: True) -> None:
    """Work until told to end. What is under way is finished first; who started us waits a bounded time for it."""
    from plait.kernel import chores

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, lambda *_: chores.stopping.set())
    chores.work(said=lambda: say(f"The worker runs ({len(chores.CHORES)} chores)."), wanted=wanted)


if __name__ == "__main__":
    parent = os.getppid()
    try:
        with django(worker=True):
            run(wanted=lambda: os.getppid() == parent)  # where the kernel does not tell us that the parent is gone
    except Stop as stop:
        print(stop.sentence, file=sys.stderr)
        sys.exit(stop.code)
