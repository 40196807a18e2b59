"""A rule's answer: allowed, or the reason as a sentence. Pages ask it, actions insist on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from plait.kernel.errors import Refused


@dataclass(frozen=True)
class Decision:
    because: Any = None

    @property
    def allowed(self) -> bool:
        return self.because is None

    def __bool__(self) -> bool:
        return self.allowed

    def insist(self) -> None:
        """Raise `Refused` with the reason unless allowed."""
        if not self.allowed:
            raise Refused(self.because)


allowed = Decision()


def because(sentence: Any) -> Decision:
    return Decision(sentence)
