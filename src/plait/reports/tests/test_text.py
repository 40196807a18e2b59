"""Text that must not do anything."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from plait.reports import glyphs, markdown
from plait.reports import text as t

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(codec=None)))
def test_cleaned_text_turns_nothing_around_and_hides_nothing(raw: str) -> None:
    cleaned = t.clean(raw)
    assert t.clean(cleaned) == cleaned
    cleaned.encode()
    assert not any(
        unicodedata.bidirectional(letter) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI") for letter in cleaned
    )
    assert not any(unicodedata.category(letter) == "Cc" and letter not in "\n\t" for letter in cleaned)


def test_what_people_write_stays() -> None:
    kept = "Zoë’s “café”, ½ نادي البحيرة\u200f, 漢字, ক, 👩\u200d👧 – fine"
    assert t.clean(kept) == kept


def shown(source: str) -> str:
    """What a reader of the Markdown sees, in words alone."""
    words = []
    for token in READER.parse(source):
        assert token.type not in ("html_block", "fence", "code_block", "hr")
        for child in token.children or []:
            assert child.type == "text", f"{child.type} in {source!r}"
            words.append(child.content)
    return "".join(words)


@settings(max_examples=400, deadline=None)
@given(
    st.text(
        st.sampled_from("\\`*_[]()<>#+-.!|~&{}$=:1 \"'ab;/ ")
        | st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]),
        max_size=40,
    )
)
def test_markdown_shows_what_was_written(raw: str) -> None:
    words = t.one_line(raw)
    assert shown(markdown.escape(words)) == words


@pytest.mark.parametrize(
    "hostile",
    [
        "[x](javascript:alert(1))",
        "<script>alert(1)</script>",
        "{{ 7*7 }}",
        "![x](http://e.example)",
        "1. a",
        "# a",
        "- a",
        "---",
        "===",
        "&lt;b&gt;",
        "| a | b |",
        "~~a~~",
        "<http://e.example>",
    ],
)
def test_markdown_in_free_text_is_text(hostile: str) -> None:
    assert shown(markdown.escape(hostile)) == hostile
    assert "{{" not in markdown.escape(hostile)


def test_the_fonts_draw_what_we_need_and_a_sign_stands_for_the_rest() -> None:
    assert glyphs.printable("Größe, Łódź, Ελλάδα, Київ, نادي – 5 •") == ("Größe, Łódź, Ελλάδα, Київ, نادي – 5 •", False)
    assert glyphs.printable("a 漢字 b 👩‍👧") == ("a \ufffd b \ufffd", True)


def test_strung_together_as_each_language_does() -> None:
    assert t.string_together(["a", "b", "c"], "en") == "a, b and c"
    assert t.string_together(["a", "b", "c"], "de") == "a, b und c"
    assert t.string_together(["a"], "en") == "a"
    assert t.string_together([], "en") == ""


def test_a_language_tag_is_one_or_none() -> None:
    assert t.language_tag("de-AT") == "de-AT"
    assert t.language_tag('en" onload="x') == "und"
    assert t.language_tag(None) == "und"
    assert t.direction("ur") == "rtl"
    assert t.direction("und") == "ltr"
