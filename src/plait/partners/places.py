"""Places as the partnership's own folder names them: the town, and what lies in it."""

from __future__ import annotations

from plait.kernel.founding import partnership

TOWN = "town"


def places() -> dict[str, str]:
    """Key to name of each place, in order of name."""
    row = partnership()
    found = (row.places if row else None) or {}
    named = {}
    for feature in found.get("features", ()):
        said = feature.get("properties") or {}
        if said.get("key"):
            named[str(said["key"])] = str(said.get("name") or said["key"])
    return dict(sorted(named.items(), key=lambda pair: pair[1]))


def languages() -> list[str]:
    """The languages in which the partnership writes, its first one first."""
    row = partnership()
    return (row.languages if row else None) or ["en"]
