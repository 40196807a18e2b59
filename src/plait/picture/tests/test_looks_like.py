"""What the simple check flags, and what it leaves alone. It claims no more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait.picture.looks_like import look


def kinds(text: str, **more) -> list[tuple[str, str]]:
    return [(f.kind, f.found) for f in look(text, **more)]


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("Jamie said it comes from a channel.", "name", "Jamie"),
        ("One of them is Jamie Brown from upstairs.", "name", "Jamie Brown"),
        ("We asked Mr Brown about it.", "name", "Mr Brown"),
        ("A boy called Jamie was there.", "name", "called Jamie"),
        ("Call 01632 960 142 for more.", "phone", "01632 960 142"),
        ("Call +44 1632 960142.", "phone", "+44 1632 960142"),
        ("Write to jamie.b@example.org now.", "email", "jamie.b@example.org"),
        ("It was posted by @jamie_b there.", "handle", "@jamie_b"),
        ("It was near LU1 2BQ that day.", "postcode", "LU1 2BQ"),
        ("It was at 12 Mill Lane.", "address", "12 Mill Lane"),
    ],
)
def test_it_flags(text, kind, found):
    assert (kind, found) in kinds(text)
    assert all(f.sentence for f in look(text))


@pytest.mark.parametrize(
    "text",
    [
        "Boys in the lunch queue passed round a clip.",
        "Stickers at three stops. The shopkeepers were angry.",
        "On Tuesday the Police came.",
        "Parents said that nobody told them.",
        "In 2026 there were 14 of 20.",
        "",
        "They asked about buses: nobody knew.",
    ],
)
def test_it_leaves_alone(text):
    assert look(text) == []


def test_places_and_organisations_of_the_partnership_are_no_persons():
    text = "People at Ribbon Cross told the Mill Trust of it."
    assert kinds(text, known=["Ribbon Cross", "Mill Trust"]) == []
    assert ("name", "Ribbon Cross") in kinds(text)


def test_german_writes_nouns_large_and_only_plain_signs_count():
    assert kinds("Auf dem Schulhof riefen Kinder Sprüche aus dem Kanal.", lang="de") == []
    assert ("name", "Frau Müller") in kinds("Das war Frau Müller.", lang="de")
    assert ("address", "Gartenweg 3") in kinds("Es war im Gartenweg 3.", lang="de-AT")
    assert ("postcode", "12345") in kinds("Es war in 12345 Ort.", lang="de")


def test_each_thing_is_said_once():
    assert kinds("Jamie said. Jamie said.") == [("name", "Jamie")]


@given(st.text(max_size=300))
def test_whatever_is_typed_gets_an_answer(text):
    assert isinstance(look(text), list)
