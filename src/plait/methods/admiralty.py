"""Admiralty (NATO) grades: reliability of the source A to F, credibility of what it says 1 to 6.

Source: MISP taxonomy `admiralty-scale`, with its numeric reading (A 100, B 75, C 50, D 25, E 0). F and 6 say "cannot be judged":
they are unknown, not middling, and are left out of every mean. The two grades are never multiplied.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

LADDER = {"A": 100, "B": 75, "C": 50, "D": 25, "E": 0, "1": 100, "2": 75, "3": 50, "4": 25, "5": 0}


class Grade(NamedTuple):
    """One item's two grades."""

    reliability: str
    credibility: str


def parse(code: str) -> Grade:
    """`B2` as its two grades. Raises ValueError for anything else, such as G2 (a later taxonomy's "deliberately deceptive")."""
    if not re.fullmatch("[A-F][1-6]", code):
        raise ValueError(f"{code!r} is no grade: write a letter from A to F and a number from 1 to 6")
    return Grade(code[0], code[1])


@dataclass(frozen=True)
class Mean:
    """A mean of what is known (None where nothing is), and how many items were unknown."""

    value: float | None
    unknown: int


def _mean(letters: Iterable[str]) -> Mean:
    all_of = list(letters)
    known = [LADDER[x] for x in all_of if x in LADDER]
    return Mean(sum(known) / len(known) if known else None, len(all_of) - len(known))


def reliability(codes: Iterable[str]) -> Mean:
    """Mean reliability of sources, without those that cannot be judged."""
    return _mean(parse(code).reliability for code in codes)


def credibility(codes: Iterable[str]) -> Mean:
    """Mean credibility, without what cannot be judged."""
    return _mean(parse(code).credibility for code in codes)
