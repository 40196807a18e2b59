"""What may stand in a profile, and what may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plait.reports import text as t
from plait.reports.profile import Profile, Ref, Row, compose
from plait.reports.tests import sample
from plait.reports.tests.sample import LAYOUT, WORDS, profile, risk, row, rows, term

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)
KINDS = ("partnership", "assessment", "risk", "organisation", "group", "gap", "priority", "lesson")


def of_layout(language: str, town: str = "Brindlemere") -> set[str]:
    """Every connecting sentence that the layout can say."""
    texts = [text for section in LAYOUT.sections for part in section.parts for text in (part.lead, part.after) if text]
    return {text.said(language).replace("{town}", town) for text in texts}


def said(sheet: Profile, key: str) -> list[str]:
    return [sentence.text for section in sheet.sections if section.key == key for sentence in section.sentences]


@st.composite
def any_rows(draw: st.DrawFn) -> list[Row]:
    values: st.SearchStrategy[Any] = st.one_of(
        ANY_TEXT,
        st.none(),
        st.integers(-5, 3000),
        st.dates().map(date.isoformat),
        st.lists(ANY_TEXT, max_size=3),
        st.builds(lambda number: {"count": number}, st.integers(5, 999)),
        st.just({"under": 5}),
        st.builds(
            term,
            st.sampled_from(["risk_family", "phia", "trend", "sector", "group_kind", "stakeholder", "gone"]),
            st.sampled_from(["likely", "school", "growing_strand", "faith", "x"]),
        ),
    )
    keys = (
        "title",
        "public_text",
        "about",
        "funder",
        "contact",
        "sectors",
        "kind",
        "stakeholder",
        "family",
        "likelihood",
        "trend",
        "due",
        "position",
        "purpose",
        "year",
    )
    given_rows = []
    for _number in range(draw(st.integers(0, 8))):
        payload = draw(st.dictionaries(st.sampled_from(keys), values, max_size=8))
        payload |= {"family": term("risk_family", "growing_strand"), "purpose": term("lesson_purpose", "advice")}
        if draw(st.booleans()):
            payload["translations"] = {"de": draw(ANY_TEXT)}
        given_rows.append(
            Row(
                draw(st.sampled_from(KINDS)),
                draw(st.uuids(version=4)),
                payload,
                draw(st.sampled_from(["en", "de", "ar", "xx-nonsense-\x00"])),
            )
        )
    return given_rows


@settings(max_examples=150, deadline=None)
@given(any_rows(), st.sampled_from(["en", "de"]), ANY_TEXT)
def test_a_sentence_is_the_layouts_or_carries_a_record(given_rows: list[Row], language: str, town: str) -> None:
    sheet = profile(language, given_rows, town)
    known = {each.ref for each in given_rows}
    for section in sheet.sections:
        for sentence in section.sentences:
            assert set(sentence.records) <= known
            assert sentence.records or sentence.text in of_layout(language, t.one_line(town))
            assert sentence.text == "".join(span.text for span in sentence.pieces) == t.clean(sentence.text)
        assert bool(section.blocks) != bool(section.empty)
        if section.blocks:
            assert any(sentence.records for sentence in section.sentences)
    carried = {ref for section in sheet.sections for sentence in section.sentences for ref in sentence.records}
    carried |= {ref for sentence in sheet.lead for ref in sentence.records}
    assert {source.ref for source in sheet.sources} == carried
    assert [source.number for source in sheet.sources] == list(range(1, len(carried) + 1))


@settings(max_examples=60, deadline=None)
@given(st.permutations(rows()))
def test_the_order_in_which_rows_come_does_not_matter(given_rows: list[Row]) -> None:
    assert profile("en", given_rows) == profile()


def test_of_nothing_comes_nothing_and_each_section_says_what_to_publish() -> None:
    sheet = profile("de", [])
    assert [section.blocks for section in sheet.sections] == [()] * 9
    assert all("veröffentlichen" in section.empty and section.empty_link == "picture:risks" for section in sheet.sections)
    assert sheet.sources == ()


def test_at_least_six_kinds_of_record_occur() -> None:
    assert {source.ref.kind for source in profile().sources} == set(KINDS)


def test_a_lead_goes_with_its_last_record() -> None:
    without = [each for each in rows() if each.payload.get("family") != term("risk_family", "enduring_strand")]
    assert "What has lasted for years:" in said(profile(), "risk_landscape")
    assert "What has lasted for years:" not in said(profile("en", without), "risk_landscape")


def test_german_gives_headings_connecting_sentences_vocabulary_and_dates_in_german() -> None:
    sheet = profile("de")
    assert sheet.title == "Brindlemere: Teamprofil"
    assert [section.title for section in sheet.sections][:2] == ["Risikolandschaft von Brindlemere", "Schwerpunkt"]
    assert said(sheet, "further_stakeholders")[0] == "4 Arten von Partnern fehlen noch am Tisch."
    assert "Psychische Gesundheitsdienste" in said(sheet, "further_stakeholders")
    assert said(sheet, "future_focus")[-1] == "30. September 2026"
    assert said(profile(), "future_focus")[-1] == "30 September 2026"


def test_free_text_stays_in_its_language_until_there_is_a_translation() -> None:
    sentences = {sentence.text: sentence.lang for section in profile("de").sections for sentence in section.sentences}
    assert sentences["Anwerbung über Sportvereine besteht seit Jahren."] == "de"
    assert sentences["Leaflets at the ferry is told here in a sentence of its own."] == "en"
    assert sentences["Ein Abend reicht für die Runde."] == "de"
    assert "Recruitment through sports clubs is told here in a sentence of its own." not in sentences


def test_a_joined_sentence_carries_all_its_records_and_marks_words_of_another_language() -> None:
    sentence = profile("de").sections[0].sentences[-1]
    assert sentence.text == "Daneben stehen Chat groups across the water, Quarrels about the harbour und Smuggling."
    assert len(sentence.records) == 3
    assert [(span.text, span.lang) for span in sentence.pieces][:3] == [
        ("Daneben stehen ", "de"),
        ("Chat groups across the water", "en"),
        (", ", "de"),
    ]
    assert (
        said(profile(), "risk_landscape")[-1]
        == "Beside it stand Chat groups across the water, Quarrels about the harbour and Smuggling."
    )


def test_words_of_a_vocabulary_are_said_once_and_as_inside_a_sentence() -> None:
    assert said(profile(), "stakeholders")[1] == "4 organisations take part, from police, youth work and schools."


def test_a_number_in_a_connecting_sentence_rests_on_records() -> None:
    lead = profile().sections[3].sentences[0]
    assert lead.text == "4 kinds of partner have no seat yet."
    assert len(lead.records) == 4


def test_only_the_latest_within_the_limit() -> None:
    assert "An older summary that the limit leaves out." not in said(profile(), "risk_landscape")


@pytest.mark.parametrize(
    ("value", "language", "shown"),
    [({"count": 7}, "en", "7"), ({"count": 1200}, "de", "1.200"), ({"under": 5}, "en", "fewer than 5")],
)
def test_a_public_count(value: dict[str, int], language: str, shown: str) -> None:
    assert said(profile(language, [row("priority", "One", due=value)]), "future_focus")[-1] == shown


def test_another_record_named_in_one_is_named_only_while_it_is_public() -> None:
    harm = risk("A harm", "growing_strand", "likely", 1)
    answer = row("priority", "Answer", due=[{"kind": "risk", "id": str(harm.id), "title": "A harm"}])
    assert said(profile("en", [harm, answer]), "future_focus") == ["Due:", "A harm"]
    assert said(profile("en", [answer]), "future_focus") == []


def test_what_cannot_be_judged_has_no_place_in_the_drawing() -> None:
    chart = profile().sections[0].chart
    assert chart is not None
    assert [(line.title.text, line.band) for line in chart.rows] == [
        ("Chat groups across the water", 4),
        ("Recruitment through sports clubs", 3),
        ("Leaflets at the ferry", 2),
        ("Quarrels about the harbour", 1),
    ]
    assert chart.bands[0] == "Remote chance"
    assert len(chart.bands) == 5


def test_field_marks_in_free_text_are_left_alone() -> None:
    hostile = row("partnership", "P", about="{town} {items} {count} {0.__class__}")
    assert said(profile("en", [hostile], "Elsewhere"), "primary_focus") == ["{town} {items} {count} {0.__class__}"]


def test_a_town_of_another_name_leaves_no_word_of_the_first() -> None:
    assert profile("en", [], "Elsewhere").title == "Elsewhere: team profile"


def test_an_unknown_language_falls_back_and_says_so() -> None:
    sheet = profile("fr")
    assert sheet.sections[0].title == "The risk landscape of Brindlemere"
    lead = next(sentence for sentence in sheet.sections[0].sentences if sentence.text.startswith("What has lasted"))
    assert lead.lang == "en"


def test_an_old_rows_word_is_shown_though_the_pack_has_no_such_list() -> None:
    assert said(profile("en", [row("gap", "G", stakeholder=term("gone", "old_word"))]), "further_stakeholders")[1] == "old word"


def test_contact_is_a_card_of_lines() -> None:
    contact = profile().sections[-1].blocks[0]
    assert contact.form == "contact"
    assert [sentence.text for sentence in contact.sentences] == [
        "The coordinator",
        "Old Ropewalk 4",
        "Brindlemere",
        "table@brindlemere.example",
    ]
    assert profile("en", [row("partnership", "P", contact="Ring us\nor write")]).sections[-1].sentences[1].text == "or write"


def test_marks_four_in_a_row_become_a_range() -> None:
    sheet = profile()
    refs = [source.ref for source in sheet.sources]
    assert sheet.marks(refs[:3]) == ((1, 1), (2, 2), (3, 3))
    assert sheet.marks([refs[6], *refs[:4], refs[0]]) == ((1, 4), (7, 7))
    assert sheet.marks([Ref("risk", sample.SPACE)]) == ()


def test_a_translation_of_a_field_of_its_own() -> None:
    given_row = row("partnership", "P", about="To notice.", translations={"de": {"about": "Bemerken."}})
    assert said(profile("de", [given_row]), "primary_focus") == ["Bemerken."]
    assert said(profile("de", [replace(given_row, lang="de")]), "primary_focus") == ["To notice."]


def test_compose_takes_what_the_pack_gives() -> None:
    assert isinstance(compose(LAYOUT, [], {}, "en", sample.ON, "1", WORDS), Profile)


def test_under_the_title_stands_what_the_partnership_says_of_itself() -> None:
    assert [sentence.text for sentence in profile().lead] == ["Neighbours around one lake, who look after each other."]
    assert profile().lead[0].records[0].kind == "partnership"
    assert profile("en", []).lead == ()


def test_the_same_words_of_several_records_are_said_once_and_carry_them_all() -> None:
    twice = [row("lesson", name, purpose=term("lesson_purpose", "advice"), public_text="Begin small.") for name in ("a", "b")]
    (sentence,) = profile("en", twice).sections[7].sentences
    assert len(sentence.records) == 2
