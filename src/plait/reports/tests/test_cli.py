"""`./plait factsheet`, as far as this room goes."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from plait.reports import cli
from plait.reports.tests.sample import profile


@pytest.fixture(autouse=True)
def published(monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of the public room, which needs a database."""
    queries = ModuleType("plait.public.queries")
    queries.profile = profile  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "plait.public.queries", queries)
    import plait.public

    monkeypatch.setattr(plait.public, "queries", queries, raising=False)


@pytest.mark.parametrize("format", ["pdf", "docx", "md", "json"])
def test_each_format_has_a_file(format: str) -> None:
    assert format in cli.formats()
    assert cli.factsheet(format, "de")


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(KeyError):
        cli.factsheet("xls", "en")
