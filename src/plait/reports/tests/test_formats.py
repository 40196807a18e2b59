"""The same profile in every format."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import include, path
from docx import Document
from docx.oxml.ns import qn
from lxml import etree
from pypdf import PdfReader

from plait.reports import FORMATS, file_name, glyphs, render
from plait.reports import text as t
from plait.reports.html import page_context
from plait.reports.profile import Profile, Ref, Row
from plait.reports.tests.sample import profile, row, rows

urlpatterns = [path("", include(([path("risks/", lambda request: HttpResponse(), name="risks")], "picture")))]

OUTLINE = (
    b'<svg viewBox="0 0 10 10" aria-hidden="true">'
    b'<path d="M0 0L10 0L5 10z" fill="var(--straw-soft)" stroke="var(--straw)"/></svg>'
)


def html(sheet: Profile) -> str:
    return render_to_string("reports/_profile.html", page_context(sheet))


def words_of_docx(made: bytes) -> str:
    with zipfile.ZipFile(BytesIO(made)) as parts:
        return "\n".join(parts.read(name).decode() for name in parts.namelist() if name.endswith((".xml", ".rels")))


def words_of_pdf(made: bytes) -> str:
    reader = PdfReader(BytesIO(made))
    return "\n".join(page.extract_text() for page in reader.pages) + repr(reader.metadata)


READ: dict[str, Callable[[Profile], str]] = {
    "html": html,
    "md": lambda sheet: render(sheet, "md").decode(),
    "json": lambda sheet: render(sheet, "json").decode(),
    "docx": lambda sheet: words_of_docx(render(sheet, "docx")),
    "pdf": lambda sheet: words_of_pdf(render(sheet, "pdf")),
}


def with_token(given: Row, token: str) -> Row:
    """The row with a word of its own in each of its free texts."""

    def put(value: Any) -> Any:
        if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return f"{value} {token}"
        if isinstance(value, dict) and "vocabulary" not in value:
            return {key: put(each) for key, each in value.items()}
        return value

    return replace(
        given, lang="en", payload={key: value if key == "translations" else put(value) for key, value in given.payload.items()}
    )


@pytest.mark.parametrize("format", READ)
def test_a_record_that_is_gone_takes_its_words_with_it(format: str) -> None:
    marked = [with_token(each, f"qz{place}zq") for place, each in enumerate(rows())]
    whole = READ[format](profile("en", marked))
    seen = 0
    for place in range(0, len(marked), 2 if format in ("pdf", "docx") else 1):
        token = f"qz{place}zq"
        seen += token in whole
        assert token not in READ[format](profile("en", [*marked[:place], *marked[place + 1 :]]))
    assert seen > 9


@pytest.mark.parametrize("format", ["html", "md", "docx", "pdf"])
def test_what_stands_under_the_title_is_in_each_sheet(format: str) -> None:
    assert "Neighbours around one lake, who look after each other." in READ[format](profile())


HOSTILE = [
    "<script>alert(1)</script>",
    "{{ 7*7 }} {% now 'Y' %}",
    '#import "@preview/x:1.0.0": * #panic() $x$ @f1 <f1>',
    "[x](javascript:alert(1))",
    "a\u202edesrever\u202c b",
    "nul\x00 bell\x07 vertical\x0b",
    "lone \ud800 not a character \uffff",
    '"><img src=x onerror=alert(1)>',
    "]]> &amp; <!-- -->",
    "👩\u200d👧 漢字",
    "=1+1",
    "x" * 300,
]


def hostile_profile(hostile: str) -> Profile:
    given = [
        row("partnership", "p", title=hostile, about=hostile, contact={"name": hostile}),
        row("lesson", "l", "ar", title=hostile, purpose={"vocabulary": "lesson_purpose", "key": "advice"}, public_text=hostile),
        row("organisation", "o", hostile, title=hostile),
    ]
    return profile("en", given, hostile)


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("format", READ)
def test_hostile_text_does_nothing(format: str, hostile: str) -> None:
    made = READ[format](hostile_profile(hostile))
    for letter in "\u202e\x00\x07\uffff":
        assert letter not in made
    if format in ("html", "md", "docx"):
        assert "<script" not in made.replace("\\<script", "")
        assert "<img" not in made.replace("\\<img", "")
    if format == "md":
        assert "[x](" not in made.replace("\\[x\\](", "")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_comes_out_as_text(hostile: str) -> None:
    sheet, shown = hostile_profile(hostile), t.one_line(hostile)
    assert shown in unescape(html(sheet))
    assert shown in [
        sentence["text"] for section in json.loads(render(sheet, "json"))["sections"] for sentence in section["sentences"]
    ]
    assert any(shown in paragraph.text for paragraph in Document(BytesIO(render(sheet, "docx"))).paragraphs)
    in_print = glyphs.printable(shown)[0].replace("\u200d", "")
    assert "".join(in_print.split()) in "".join(words_of_pdf(render(sheet, "pdf")).split())


CALLS = [
    '#read("/etc/passwd")', '#import "@preview/cetz:0.3.4": *', '#include "/etc/passwd"', '#image("/etc/hostname")', '#bibliography("/etc/passwd")', '#json("../../../etc/passwd")',
    '#link("file:///etc/passwd")[a]', '#plugin("/tmp/planted.wasm")', '#sys.inputs #eval("1+1")',
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_a_text_that_calls_for_files_and_packages_gets_none(call: str) -> None:
    """X7: the words are printed as words; nothing of the machine is inside, nothing acts when the file is opened."""
    body = render(hostile_profile(call), "pdf")
    shown = "".join(words_of_pdf(body).split())
    assert "".join(call.split()) in shown and "root:x:0:0" not in shown
    inside = PdfReader(BytesIO(body))
    assert not inside.attachments and "/OpenAction" not in inside.trailer["/Root"] and "/AcroForm" not in inside.trailer["/Root"]
    acts = [a.get_object().get("/A", {}).get("/S") for page in inside.pages for a in page.get("/Annots", [])]
    assert {str(a) for a in acts if a} <= {"/GoTo", "/URI"} and b"/JavaScript" not in body


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_profile_gives_the_same_bytes(format: str) -> None:
    assert render(profile(), format, outline_svg=OUTLINE) == render(profile(), format, outline_svg=OUTLINE)


@pytest.mark.parametrize("format", READ)
def test_a_profile_of_nothing(format: str) -> None:
    assert "team profile" in READ[format](profile("en", []))


def test_json_has_the_promised_shape() -> None:
    told = json.loads(render(profile(), "json"))
    assert list(told) == ["title", "version", "date", "sections"]
    assert (told["version"], told["date"]) == ("2026.1", "2026-03-09")
    assert all(list(section) == ["key", "title", "sentences"] for section in told["sections"])
    sentences = [sentence for section in told["sections"] for sentence in section["sentences"]]
    assert all(list(sentence) == ["text", "lang", "records"] for sentence in sentences)
    assert all(list(record) == ["kind", "id"] for sentence in sentences for record in sentence["records"])


def test_html_marks_language_sources_and_direction() -> None:
    made = html(profile("de"))
    assert '<article class="sheet" lang="de" dir="ltr">' in made
    assert '<span lang="en">Leaflets at the ferry is told here in a sentence of its own.</span><a class="prov" href="#f4"' in made
    assert '<span lang="ar" dir="rtl">نادي البحيرة</span>' in made
    assert '<a class="prov" href="#f3" aria-label="Source 3">3</a>' in html(profile())
    assert '<li id="f3">' in made
    assert " style=" not in made
    targets, marks = set(re.findall(r'id="(f\d+)"', made)), set(re.findall(r'href="#(f\d+)"', made))
    assert marks <= targets


@pytest.mark.urls(__name__)
def test_html_links_a_source_to_its_public_place_and_says_what_is_missing_only_to_those_who_can_act() -> None:
    sheet = profile("en", rows()[:1])
    made = render_to_string(
        "reports/_profile.html", page_context(sheet, links={sheet.sources[0].ref: "/risks/2026/"}) | {"may_publish": True}
    )
    assert '<a href="/risks/2026/">' in made
    assert 'Publish something for advice first. <a href="/risks/">' in made
    assert "Publish something" not in html(sheet)


def test_pdf_says_its_title_language_and_time_and_is_tagged() -> None:
    reader = PdfReader(BytesIO(render(profile("de"), "pdf", outline_svg=OUTLINE)))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "de"
    assert root["/MarkInfo"]["/Marked"]
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    assert reader.metadata is not None
    assert reader.metadata.title == "Brindlemere: Teamprofil"
    assert str(reader.metadata["/CreationDate"]).startswith("D:20260309")
    assert all((round(page.mediabox.width), round(page.mediabox.height)) == (595, 842) for page in reader.pages)
    assert not any("/URI" in str(page.get("/Annots", "")) for page in reader.pages)


def test_pdf_has_no_more_than_four_pages_however_long() -> None:
    many = [
        row(
            "lesson",
            f"Lesson {place}",
            purpose={"vocabulary": "x", "key": "advice"},
            public_text="A sentence that says something. " * 5 + str(place),
        )
        for place in range(60)
    ]
    reader = PdfReader(BytesIO(render(profile("en", [*rows(), *many]), "pdf")))
    assert 2 <= len(reader.pages) <= 4


def test_docx_has_headings_lists_languages_and_properties() -> None:
    made = render(profile("de"), "docx", outline_svg=OUTLINE)
    document = Document(BytesIO(made))
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style]
    assert styles.count("Heading 1") == 10
    assert styles.count("Title") == 1
    assert styles.count("List Number") == len(profile("de").sources)
    assert "List Bullet" in styles
    assert (document.core_properties.title, document.core_properties.language) == ("Brindlemere: Teamprofil", "de")
    runs = {run.text: run for paragraph in document.paragraphs for run in paragraph.runs}
    lang = runs["Leaflets at the ferry is told here in a sentence of its own."]._r.rPr.find(qn("w:lang"))
    assert lang.get(qn("w:val")) == "en"
    assert runs["نادي البحيرة"]._r.rPr.find(qn("w:rtl")) is not None
    assert "2026.1" in document.sections[0].footer.paragraphs[0].text
    xml = words_of_docx(made)
    assert re.search(r'<wp:docPr [^>]*descr="[^"]+"', xml)
    assert "<w:tblHeader/>" in xml
    assert set(re.findall(r'w:anchor="(f\d+)"', xml)) <= set(re.findall(r'<w:bookmarkStart [^>]*w:name="(f\d+)"', xml))


def test_docx_runs_right_to_left_where_the_language_does() -> None:
    xml = words_of_docx(render(profile("ar"), "docx"))
    assert "<w:bidi/>" in xml
    assert "<w:bidiVisual/>" in xml


def test_docx_is_whole_xml() -> None:
    with zipfile.ZipFile(
        BytesIO(render(profile("en", [row("partnership", "P", about="".join(map(chr, range(0x300))) + "\ufffe\ud800")]), "docx"))
    ) as parts:
        for name in parts.namelist():
            if name.endswith(".xml"):
                etree.fromstring(parts.read(name))


def test_file_names_hold_nothing_but_plain_letters() -> None:
    assert file_name(profile("de"), "pdf") == "brindlemere-teamprofil-2026.1-de.pdf"
    assert file_name(replace(profile(), title="../../etc/\x00", version="../1", language="en/.."), "md") == "etc-1-en.md"
    assert file_name(replace(profile(), title="نادي", version=""), "json") == "profile-2026-03-09-en.json"


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(KeyError):
        render(profile(), "xls")


def test_marks_of_unknown_records_are_left_out() -> None:
    assert profile().marks([Ref("risk", rows()[-1].id)]) == ()
