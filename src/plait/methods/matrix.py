"""Likelihood and impact looked up in a table, never multiplied: they are orders, and 1 times 5 is not 5 times 1.

Source: risk matrices of ISO 31010 as used in national risk registers; that ordinal scales must not be multiplied: Cox, "What's wrong
with risk matrices?", Risk Analysis 28(2), 2008.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Table = Mapping[str, Mapping[str, str]]
"""Likelihood, then impact, to the band."""


def band(table: Table, likelihood: str, impact: str) -> str:
    """The band of one judgement. Raises KeyError for words that the table does not know."""
    return table[likelihood][impact]


def falls(table: Table, likelihoods: Sequence[str], impacts: Sequence[str], bands: Sequence[str]) -> list[tuple[str, str]]:
    """Cells whose band is lower than that of the neighbour with less likelihood or less impact: a table has none."""
    at = {b: n for n, b in enumerate(bands)}
    found = []
    for i, a in enumerate(likelihoods):
        for j, b in enumerate(impacts):
            here = at[table[a][b]]
            if (i and here < at[table[likelihoods[i - 1]][b]]) or (j and here < at[table[a][impacts[j - 1]]]):
                found.append((a, b))
    return found
