"""The ways in which an action says no. The middleware turns each into a page; the command line into a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class PlaitError(Exception):
    """Base of what an action may raise. `verb`: the action in which it was raised, if any."""

    verb = ""


class Refused(PlaitError):
    """The asker may see the thing but may not do this now. `because` is a translatable sentence for the asker."""

    def __init__(self, because: Any):
        super().__init__(str(because))
        self.because = because


class NotFound(PlaitError):
    """Hidden and absent alike: nothing of that address is open to the asker."""


class Conflict(PlaitError):
    """Somebody else saved the row since the asker read it. `row` is what stands there now."""

    def __init__(self, row: Any):
        super().__init__("changed meanwhile")
        self.row = row


class Invalid(PlaitError):
    """What was typed cannot stand. `errors` maps a field (or "" for the whole) to sentences that say what to do."""

    def __init__(self, errors: Mapping[str, Sequence[Any]]):
        super().__init__("; ".join(str(e) for many in errors.values() for e in many))
        self.errors = {k: list(v) for k, v in errors.items()}


class AskAgain(PlaitError):
    """What is about to leave is worth asking once more who is there. Becomes the step-up page, which then reads the same address."""
