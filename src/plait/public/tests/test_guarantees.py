"""A guarantee is held only while the test that is named with it exists."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from plait.public.promises import Guarantee, guarantees

ROOT = Path(__file__).parents[4]


def exists(node: str) -> bool:
    """Whether a pytest node name points at a test function that stands in its file."""
    file, _sep, name = node.partition("::")
    path = ROOT / file
    if not path.is_file() or not path.name.startswith("test_"):
        return False
    functions = {
        f.name
        for f in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    return name.startswith("test_") and name in functions


def unproven(found: tuple[Guarantee, ...]) -> list[int]:
    """The numbers of those that say they are held and cannot show it."""
    return [g.number for g in found if g.held and not (g.checks and all(map(exists, g.checks)))]


def test_there_are_thirty_in_their_order_each_in_both_languages() -> None:
    found = guarantees()
    assert [g.number for g in found] == list(range(1, 31))
    for g in found:
        for name in ("title", "text", "how"):
            assert {code for code, words in getattr(g, name).items() if words} == {"en", "de"}, (g.number, name)
            assert len(getattr(g, name)) == 2, (g.number, name)
        assert g.so_far is None or set(g.so_far) == {"en", "de"}


def test_each_that_is_held_names_a_test_that_exists() -> None:
    assert unproven(guarantees()) == []


@pytest.mark.parametrize(
    "checks",
    [(), ("src/plait/public/tests/test_guarantees.py::test_of_nothing",), ("nowhere/test_x.py::test_x",), ("README.md::test_x",)],
)
def test_a_planted_promise_without_proof_is_found(checks: tuple[str, ...]) -> None:
    words = {"en": "x", "de": "x"}
    assert unproven((Guarantee(99, words, words, words, True, checks),)) == [99]
    assert unproven((Guarantee(99, words, words, words, False, checks),)) == []


def test_one_that_is_not_built_claims_no_test() -> None:
    assert not [g.number for g in guarantees() if not g.held and g.checks]


def test_evidence_and_risks_have_no_field_for_a_person() -> None:
    """Guarantee 16. Who wrote a row down is in `made_by`, as in every table."""
    from plait.kernel.models import Account
    from plait.partners.models import Person
    from plait.picture.models import Evidence, Risk, RiskEvidence

    for model in (Evidence, Risk, RiskEvidence):
        to_people = {f.name for f in model._meta.get_fields() if f.related_model in (Account, Person) and f.concrete}
        assert to_people == {"made_by"}, model


def test_words_of_another_language_fall_back_to_english() -> None:
    g = guarantees()[0]
    assert g.said("title", "de-AT") == g.title["de"]
    assert g.said("title", "pl") == g.title["en"]
    told = next(g for g in guarantees() if g.so_far)
    assert told.said("so_far", "de") == told.so_far["de"]
    assert g.said("so_far", "de") == ""
