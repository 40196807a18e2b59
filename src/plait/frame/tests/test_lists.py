"""Lists: what a stranger writes into the address changes nothing but what is shown; files carry their label."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Q
from django.template import engines
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from plait.frame.lists import Ask, Column, Filter, Page, Spec, export, fetch, file_name, matching, safe
from plait.frame.show import Sees
from plait.kernel.models import Circle

SPEC = Spec(
    "things",
    columns=[
        Column("name", "Name", order="name"),
        Column("kind", "Kind", order=("-kind", "name")),
        Column("note", "Note"),
        Column("n", "Number", numeric=True),
    ],
    filters=[
        Filter("kind", "Kind", lambda: [("0", "first"), ("2", "second")]),
        Filter("named", "Named", [("yes", "yes")], where=lambda v: ~Q(name="")),
    ],
    search=["name", "kind"],
    default_order=["-name"],
)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
GREEN = Sees("The partnership", "TLP:GREEN", 41, 23)


def ask(**query: str) -> Ask:
    return Ask.of(RequestFactory().get("/", query), SPEC)


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "password"},
        {"sort": "note"},
        {"sort": "--name"},
        {"sort": "circle__seat__account__password"},
        {"page": "-1"},
        {"page": "0"},
        {"page": "1e9"},
        {"page": "٣"},
        {"page": "9" * 40},
        {"kind": "1 or 1=1"},
        {"kind": ""},
        {"named": "no"},
        {"format": "exe"},
        {"made_by__password__startswith": "a"},
        {"q": ""},
        {"q": "\x00"},
    ],
)
def test_what_the_spec_does_not_know_is_passed_over(query: dict[str, str]) -> None:
    found = ask(**query)
    assert (found.q, found.sort, found.page, found.chosen, found.format) == ("", "", 1, {}, "")
    assert not found.where(SPEC)


@given(st.dictionaries(st.sampled_from(["q", "sort", "page", "kind", "named", "format", "x"]), st.text(max_size=400)))
def test_no_address_breaks_a_list(query: dict[str, str]) -> None:
    found = ask(**query)
    str(matching(Circle.objects.all(), found, SPEC).query)
    assert found.query().startswith("?")
    assert len(found.q) <= 200


def test_known_words_narrow_and_sort() -> None:
    found = ask(q=" north  end ", sort="-kind", page="3", kind="2", named="yes", format="csv")
    assert (found.q, found.sort, found.page, found.chosen, found.format) == (
        "north  end",
        "-kind",
        3,
        {"kind": "2", "named": "yes"},
        "csv",
    )
    where = str(found.where(SPEC))
    assert "name__icontains" in where
    assert "'kind', '2'" in where


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", ["-name", "pk"]),
        ("name", ["name", "pk"]),
        ("-name", ["-name", "pk"]),
        ("kind", ["-kind", "name", "pk"]),
        ("-kind", ["kind", "-name", "pk"]),
    ],
)
def test_the_order_is_whole_whatever_is_asked(sort: str, order: list[str]) -> None:
    assert [("-" if o.descending else "") + o.expression.name for o in ask(sort=sort).order(SPEC)] == order


class Rows:
    """Stands for a queryset of n rows and counts what is asked of it."""

    def __init__(self, n: int, fit: int | None = None) -> None:
        self.n, self.fit, self.asked = n, n if fit is None else fit, []  # type: ignore[var-annotated]

    def order_by(self, *names: Any) -> Rows:
        return self

    def filter(self, where: Any) -> Rows:
        return self

    def count(self) -> int:
        self.asked.append("count")
        return self.n

    def aggregate(self, **counts: Any) -> dict[str, int]:
        self.asked.append("count")
        return {"total": self.n, "found": self.fit}

    def __getitem__(self, part: slice) -> list[int]:
        self.asked.append("page")
        return list(range(self.fit))[part]


@pytest.mark.parametrize("n", [0, 1, 25, 26, 250, 10_000])
@pytest.mark.parametrize("query", [{}, {"q": "x"}, {"page": "999999"}])
def test_two_queries_at_every_length(n: int, query: dict[str, str]) -> None:
    rows = Rows(n)
    page = fetch(rows, ask(**query), SPEC)  # type: ignore[arg-type]
    assert rows.asked == ["count", "page"]
    assert len(page.rows) == min(25, n - (page.number - 1) * 25)
    assert page.found == n


def test_a_page_past_the_end_is_the_last() -> None:
    page = fetch(Rows(60), ask(page="9"), SPEC)  # type: ignore[arg-type]
    assert (page.number, page.pages, page.first, page.last, page.after) == (3, 3, 51, 60, "")
    assert page.before == "?page=2"


def test_sort_links_turn_round_and_say_which_way() -> None:
    heads = {h.key: h for h in fetch(Rows(3), ask(sort="name", q="x"), SPEC).heads}  # type: ignore[arg-type]
    assert (heads["name"].aria_sort, heads["name"].url) == ("ascending", "?q=x&sort=-name")
    assert (heads["kind"].aria_sort, heads["kind"].url) == ("", "?q=x&sort=kind")
    assert heads["note"].url == ""


def test_the_furniture_says_what_is_shown_and_offers_all() -> None:
    page = fetch(Rows(81, 52), ask(q='"><script>', kind="2", page="2"), SPEC)  # type: ignore[arg-type]
    markup = (
        engines["django"].from_string('{% load plait %}{% listing page %}<p id="it"></p>{% endlisting %}').render({"page": page})
    )
    assert "52 of 81 fit" in markup
    assert "26 to 50" in markup
    assert "<script>" not in markup
    assert "&quot;&gt;&lt;script&gt;" in markup
    assert markup.count("selected") == 1
    assert re.findall(r'href="([^"]*)">(?:CSV|XLSX)', markup) == [
        f"?q=%22%3E%3Cscript%3E&amp;kind=2&amp;format={f}" for f in ("csv", "xlsx")
    ]


def test_an_empty_list_is_no_empty_table() -> None:
    source = '{% load plait %}{% listing page nothing="begin" %}<table></table>{% endlisting %}'
    for query, words in (({}, "begin"), ({"q": "x"}, "Nothing fits")):
        page = fetch(Rows(0), ask(**query), SPEC)  # type: ignore[arg-type]
        markup = engines["django"].from_string(source).render({"page": page})
        assert words in markup
        assert "<table" not in markup


ROWS = [
    SimpleNamespace(name="=cmd|' /C calc'!A0", kind="@SUM(1)", note=None, n=-3),
    SimpleNamespace(name="Ä plain", kind=["a", "b"], note=date(2026, 1, 2), n=Decimal("2.5")),
]


def _export(format: str, rows: Any = ROWS) -> Any:
    return export(rows, SPEC, format, label=GREEN, title="Things: all", asker=SimpleNamespace(name="=Rowan"), now=NOW)


def test_a_csv_file_carries_its_label_and_runs_nothing() -> None:
    answer = _export("csv")
    assert answer["Content-Disposition"] == 'attachment; filename="things-TLP-GREEN-2026-11-24.csv"'
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("no-store", "nosniff")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[0][:3] == ["TLP:GREEN", "The partnership", "Things: all"]
    assert lines[0][3] == "Exported by =Rowan"
    assert lines[0][-1] == "2 rows"
    assert lines[1] == ["Name", "Kind", "Note", "Number"]
    assert lines[2] == ["'=cmd|' /C calc'!A0", "'@SUM(1)", "", "-3"]
    assert lines[3] == ["Ä plain", "a; b", "2026-01-02", "2.5"]


def test_a_spreadsheet_holds_texts_and_numbers_and_no_formula() -> None:
    book = zipfile.ZipFile(io.BytesIO(_export("xlsx").content))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "calc" in sheet
    assert "<v>-3</v>" in sheet
    assert "<v>2.5</v>" in sheet
    assert "TLP:GREEN" in sheet
    assert "oddHeader" in sheet


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "  =1", "\u00a0=1", "\ufeff=1", "＝1"])
def test_formulas_are_made_text(text: str) -> None:
    assert safe(text) == "'" + text


@pytest.mark.parametrize("text", ["", "plain", "a=b", "1-2"])
def test_other_text_stays(text: str) -> None:
    assert safe(text) == text


def test_a_file_name_holds_nothing_but_letters() -> None:
    spec = Spec('a"/../b\n', columns=[])
    assert file_name(spec, "TLP:AMBER+STRICT", NOW, "csv") == "a-b-TLP-AMBER-STRICT-2026-11-24.csv"


def test_a_page_is_true_even_when_empty() -> None:
    assert Page([], 0, 0, 1, ask(), SPEC)
