"""Launch: from a command to a running Plait. The embedded database, a database of one's own, the web server.

It knows folders, processes and PostgreSQL's own programs, and nothing of the domain. Each failure is a `Stop`: an exit
code and one sentence that says what is wrong and what to do.
"""

from pathlib import Path

USAGE, ENVIRONMENT, DATA, REFUSED = 2, 3, 4, 5

CLONE = Path(__file__).resolve().parents[3]


def demo_source() -> Path:
    """The folder that the demo loads: the first of `demo/` that describes a partnership. Its name is data, not code."""
    found = sorted(p.parent for p in (CLONE / "demo").glob("*/partnership.yaml"))
    return found[0] if found else CLONE / "demo"


"""The folder that holds `plait`, `src/`, `packs/`, `demo/`."""


class Stop(Exception):
    """The command ends here. `code` is the exit code, `sentence` what the person reads."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
