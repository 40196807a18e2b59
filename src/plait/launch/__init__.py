"""Launch: from a command to a running Plait. The embedded database, a database of one's own, the web server.

It knows folders, processes and PostgreSQL's own programs, and nothing of the domain. Each failure is a `Stop`: an exit
code and one sentence that says what is wrong and what to do.
"""

from pathlib import Path

USAGE, ENVIRONMENT, DATA, REFUSED = 2, 3, 4, 5

CLONE = Path(__file__).resolve().parents[3]
"""The folder that holds `plait`, `src/`, `packs/`, `demo/`."""


class Stop(Exception):  # noqa: N818 - not an error in the program: the sentence is the whole message
    """The command ends here. `code` is the exit code, `sentence` what the person reads."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
