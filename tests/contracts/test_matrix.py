"""A2: who may do what to which row, for every protected table, against the ten-line model."""

from __future__ import annotations

import pytest

from plait.kernel import scratch
from plait.kernel.access import cells
from plait.kernel.access.registry import protected

LEAST = 8_460
"""Cells of the whole matrix: this number does not fall."""


def test_every_protected_table_in_every_kind_of_circle_for_one_asker_of_each_kind(committed: str) -> None:
    """The quick part: one table in all situations, so that any of the policy's clauses shows when it is broken."""
    with scratch.superuser() as superuser:
        found = list(cells.compare(superuser, [protected()[0]]))
    wrong = [c for c in found if c["expected"] != c["got"]]
    assert wrong == []
    assert len(found) == 564 and {c["got"] for c in found} == {True, False}


@pytest.mark.full
def test_the_whole_matrix_has_no_unexpected_cell(committed: str) -> None:
    with scratch.superuser() as superuser:
        found = list(cells.compare(superuser, protected()))
    assert [c for c in found if c["expected"] != c["got"]] == []
    assert len(found) >= LEAST
    assert orphans(found) == set()
    print(f"access matrix: {len(found)} cells")


def orphans(found: list[dict]) -> set[tuple[str, str, str]]:
    """T1: refusals without a twin that succeeds. Into the public circle nobody writes: its twin is the release's function."""

    def of(got: bool) -> set[tuple[str, str, str]]:
        return {(c["table"], c["circle_kind"], c["verb"]) for c in found if c["got"] is got}

    return {t for t in of(False) - of(True) if not (t[1] == "public" and t[2] != "select")}


def test_an_orphan_is_found() -> None:
    cell = {"table": "t", "circle_kind": "matter", "verb": "update", "got": False}
    assert orphans([cell]) == {("t", "matter", "update")} and orphans([cell, {**cell, "got": True}]) == set()
