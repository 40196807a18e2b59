"""The probability yardstick of the Professional Head of Intelligence Assessment (United Kingdom): words for likelihoods, with gaps.

The gaps between the bands are meant: a number in a gap belongs to no word, and nothing here rounds it into one.
Source: PHIA probability yardstick as reproduced in the VAWG Strategic Threat Risk Assessment (2023), upper ends of the first four bands read
there; the other ends from general knowledge (docs/reference/assurance.md carries such grades).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Band:
    """A word and its range in per cent, both ends included."""

    word: str
    low: float
    high: float


PHIA = (
    Band("remote chance", 0, 5),
    Band("highly unlikely", 10, 20),
    Band("unlikely", 25, 35),
    Band("realistic possibility", 40, 50),
    Band("likely or probable", 55, 75),
    Band("highly likely", 80, 90),
    Band("almost certain", 95, 100),
)


def band_of(per_cent: float, bands: Iterable[Band] = PHIA) -> Band | None:
    """The band of a number; None in a gap. Raises ValueError outside of 0 to 100."""
    if not 0 <= per_cent <= 100:
        raise ValueError(f"{per_cent} is no per cent")
    return next((b for b in bands if b.low <= per_cent <= b.high), None)


def beside(per_cent: float, bands: Iterable[Band] = PHIA) -> tuple[Band | None, Band | None]:
    """For a number in a gap: the bands below and above, between which somebody has to choose."""
    if band_of(per_cent, bands) is not None:
        return (None, None)
    ordered = sorted(bands, key=lambda b: b.low)
    below = [b for b in ordered if b.high < per_cent]
    above = [b for b in ordered if b.low > per_cent]
    return (below[-1] if below else None, above[0] if above else None)
