"""Drawings: safe whatever is drawn, styled by classes on a page, by themselves outside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait.frame import charts
from plait.frame.charts import Drawing, Item, Level, Step
from plait.frame.charts.pen import escape

EVIL = "\"><script>alert(1)</script>'&\x00"
SCALE = [("a", "Unlikely", "25 to 35%"), ("b", "Likely", "55 to 75%")]
IMPACTS = [("1", "Serious"), ("2", "Severe")]
STEPS = [Step("a", "Unlikely", "25 to 35%", 25, 35), Step("b", "Likely", "55 to 75%", 55, 75)]
SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}


def place(key: str, name: str) -> dict:
    return {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {"key": key, "name": name}, "geometry": SQUARE}],
    }


def matrix(text: str, href: str = "/x/", standalone: bool = False) -> Drawing:
    return charts.risk_matrix(
        [Item(text, text, "a", "1", text, "rising", href, text, text)], SCALE, IMPACTS, {("a", "1"): 3}, standalone=standalone
    )


ALL: dict[str, Callable[..., Drawing]] = {
    "matrix": matrix,
    "map": lambda t, href="/x/", standalone=False: charts.outline_map(
        SQUARE, place("k", t), {"k": t}, unit=t, hrefs={"k": href}, standalone=standalone
    ),
    "bars": lambda t, href="/x/", standalone=False: charts.bar_rows([(t, 3, href), (t, t)], unit=t, standalone=standalone),
    "levels": lambda t, href="/x/", standalone=False: charts.level_rows(
        [Level(t, "b", t, href)], [*STEPS, Step(t, t)], standalone=standalone
    ),
    "yardstick": lambda t, href="/x/", standalone=False: charts.yardstick(
        [*STEPS, Step("c", t, t, 90, 100)], "c", standalone=standalone
    ),
}


def parse(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(markup)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("standalone", [False, True])
def test_whatever_is_drawn_comes_out_as_text(name: str, standalone: bool) -> None:
    made = ALL[name](EVIL, standalone=standalone)
    for svg in filter(None, (made.svg, made.small)):
        tags = {e.tag.split("}")[-1] for e in parse(svg).iter()}
        assert tags <= {"svg", "g", "a", "path", "rect", "circle", "text", "title", "defs", "pattern"}
        assert "style=" not in svg
        assert not re.search(r"\son\w+=", re.sub(r'"[^"]*"', '""', svg))


@given(st.text(max_size=60))
def test_every_text_makes_a_whole_drawing(text: str) -> None:
    for make in ALL.values():
        parse(make(text).svg)


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", "//evil.example/", "/\\evil.example", "data:text/html,x", " JaVaScript:x", "http://plain.example"],
)
@pytest.mark.parametrize("name", ["matrix", "map", "bars", "levels"])
def test_an_address_leads_inside_or_nowhere(name: str, href: str) -> None:
    made = ALL[name]("x", href)
    assert "href" not in made.svg + made.small
    assert 'role="img"' in made.svg


@pytest.mark.parametrize("name", ALL)
def test_each_says_its_sentence_and_has_its_table(name: str) -> None:
    made = ALL[name]("words")
    assert made.sentence
    assert f'aria-label="{escape(made.sentence)}"' in made.svg
    assert made.rows
    assert all(len(r) == len(made.heads) for r in made.rows)


def test_links_can_be_reached() -> None:
    """Inside role=img nothing can be reached: with links the drawing is a named group."""
    assert 'role="group"' in matrix("R1").svg
    assert 'role="img"' in matrix("R1", "").svg


@pytest.mark.parametrize("name", ALL)
def test_outside_a_page_a_drawing_needs_no_stylesheet(name: str) -> None:
    svg = ALL[name]("words", standalone=True).svg
    assert 'xmlns="http://www.w3.org/2000/svg"' in svg
    assert "class=" not in svg
    assert "var(" not in svg
    assert "<a " not in svg
    for element in parse(svg).iter():
        if element.tag.split("}")[-1] in {"path", "rect", "circle", "text"}:
            assert "fill" in element.attrib or "stroke" in element.attrib


def test_paints_equal_the_tokens() -> None:
    folder = Path(charts.__file__).parents[1] / "static" / "frame"
    css, tokens = (folder / "plait.css").read_text(), (folder / "tokens.css").read_text()
    light = dict(
        re.findall(r"--([\w-]+): (#[0-9A-F]{6});", tokens[tokens.index('[data-theme="light"]') : tokens.index("@media")])
    )
    for name, paint in charts.PAINT.items():
        rule = re.search(rf"\.{name} {{ (fill|stroke): (?:var\(--([\w-]+)\)|none);", css)
        if name[:2] in {"f-", "l-"} and not name.startswith(("f-z3", "f-z4")):
            assert rule, name
            assert paint[rule[1]] == (light[rule[2]] if rule[2] else "none"), name
        else:
            assert f".{name}" in css or name == "t", name


def test_a_risk_that_nobody_judged_is_in_the_table_only() -> None:
    made = charts.risk_matrix([Item("R9", "Open", "", "")], SCALE, IMPACTS, {})
    assert "R9" not in made.svg
    assert made.rows[0][:3] == ("R9 Open", "not judged", "not judged")


def test_what_is_missing_is_hatched_and_said() -> None:
    made = charts.outline_map(None, place("k", "North end"), {})
    assert "url(#map-none)" in made.svg
    assert "Nothing from North end" in made.sentence
    assert "f-s1" not in made.svg


def test_a_hidden_count_is_shown_as_it_is_written() -> None:
    made = charts.outline_map(None, place("k", "North end"), {"k": "under 5"})
    assert "under 5" in made.svg
    assert made.rows == [("North end", "under 5")]


def test_without_a_map_nothing_is_drawn() -> None:
    assert charts.outline_map(None).svg == ""


def test_then_and_now_is_for_the_eye_only() -> None:
    assert 'aria-hidden="true"' in charts.then_and_now(1, 3)
    assert charts.then_and_now(2, 2).count("<circle") == 1
