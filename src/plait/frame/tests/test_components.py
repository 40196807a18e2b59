"""Components: each has its example, its words escaped, no style or script of its own; the stylesheet stays small."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from plait import frame
from plait.frame import links
from plait.frame.components import COMPONENTS, rendered
from plait.frame.show import NoLabel, Sees, show
from plait.frame.templatetags import plait as tags

HERE = Path(frame.__file__).parent
STATIC = HERE / "static" / "frame"

pytestmark = pytest.mark.urls("plait.frame.tests.addresses")


def draw(source: str, **context: Any) -> str:
    return engines["django"].from_string("{% load i18n plait %}" + source).render(context)


def request(**given: Any) -> HttpRequest:
    made = RequestFactory().get("/")
    made.asker = SimpleNamespace(id=None, kind="nobody", name="", using="default")
    made.plait_frame = given
    return made


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda c: c.key)
def test_each_example_stands_without_style_or_script(component: Any) -> None:
    made = rendered(component)
    for theme in ("light", "dark", "rtl"):
        assert made[theme].strip()
        assert not re.search(r"\sstyle=|<script|\son\w+=", made[theme])


def test_ids_are_single_on_the_gallery() -> None:
    markup = "".join(rendered(c)[t] for c in COMPONENTS for t in ("light", "dark", "rtl"))
    ids = re.findall(r'\sid="([^"]+)"', markup)
    outside = [i for i in ids if not re.match(r"[ldr]-(id_|list|errors|map)", i)]
    assert len(outside) == len(set(outside))


def test_every_tag_is_documented() -> None:
    said = tags.__doc__ or ""
    for name in tags.register.tags:
        if name not in {"cell_head"}:
            assert re.search(rf"{{% {name}\b", said), name


@pytest.mark.parametrize(
    "source",
    [
        '{% tag evil %}{{ evil }}{% endtag %}',
        '{% section evil id=evil href=evil link=evil lead=evil %}{{ evil }}{% endsection %}',
        '{% summary_list label=evil %}{% fact evil href=evil change=evil %}{{ evil }}{% endfact %}{% endsummary_list %}',
        '{% table evil class_=evil id=evil %}{% heads %}{% head evil %}{% endheads %}{% rows %}{% row %}{% rowhead note=evil %}{{ evil }}{% endrowhead %}{% cell evil class_=evil %}{{ evil }}{% endcell %}{% endrow %}{% endrows %}{% endtable %}',
        '{% empty_state evil href=evil link=evil example=evil %}{{ evil }}{% endempty_state %}',
        '{% confidence evil evil %}{% trend "rising" evil %}{% grade evil evil %}',
        '{% quote evil lang=evil %}{{ evil }}{% endquote %}',
        '{% timeline %}{% event evil %}{{ evil }}{% endevent %}{% endtimeline %}',
        '{% figure evil evil url=evil why=evil of=evil %}{% glance evil evil url=evil why=evil %}',
        '{% free_text evil evil %}{% free_text evil "de" paragraphs=True %}{% diff evil "x" %}{% diff "x" evil %}',
        '{% drawing evil sub=evil src=evil id=evil heads=list rows=lists %}',
        '{% warning evil %}{{ evil }}{% endwarning %}{% confirm evil %}{{ evil }}{% endconfirm %}',
        '{% crumbs trail %}{% todo todos %}{% steps todos %}{% label evil %}{{ ""|or_none }}{{ evil|lookup:trail }}',
    ],
)  # fmt: skip
def test_words_are_escaped(source: str) -> None:
    evil = "\"'><script>x</script>"
    markup = draw(
        source,
        evil=evil,
        list=[evil],
        lists=[[evil]],
        trail=[(evil, evil)],
        todos=[{"title": evil, "href": evil, "why": evil, "when": evil, "label": evil, "state": evil}],
    )
    assert "<script>" not in markup
    assert "&lt;script&gt;" in markup
    assert "\"'>" not in markup


def test_the_audience_is_said_in_words_first() -> None:
    markup = draw("{% sees s %}", s=Sees("The board", "TLP:AMBER", 12, 9, why="/why/"))
    assert re.search(
        r"<strong>The board: 12 people in 9 organisations</strong> <span class=\"tlp tlp--amber\">TLP:AMBER</span>", markup
    )
    assert "Why can I see this?" in markup
    assert "1 person</strong>" in draw("{% sees s %}", s=Sees("One matter", "TLP:RED", 1, 1))
    assert "people" not in draw("{% sees s %}", s=Sees("Everybody", "TLP:CLEAR"))


def test_free_text_is_marked_only_in_another_language() -> None:
    with translation.override("en"):
        assert draw('{% free_text "x" "en-GB" %}') == "x"
        assert draw('{% free_text "x" "de" %}') == '<span lang="de" dir="ltr">x</span>'
        assert draw('{% free_text "x" "ur" %}') == '<span lang="ur" dir="rtl">x</span>'
        assert draw('{% free_text "x" "pa-Arab" %}') == '<span lang="pa-Arab" dir="rtl">x</span>'
        assert draw('{% free_text "x" "not a language" %}') == "x"
        assert draw('{% free_text t "en" paragraphs=True %}', t="a & b\n\nc") == "<p>a &amp; b</p>\n\n<p>c</p>"


def test_days_are_written_as_the_reader_does() -> None:
    with translation.override("en"):
        assert draw("{% localdate d %}", d=date(2026, 11, 24)) == '<time datetime="2026-11-24">24 November 2026</time>'
        assert "24 November 2026, 09:30" in draw("{% localdate d True %}", d=datetime(2026, 11, 24, 9, 30, tzinfo=UTC))
    with translation.override("de"):
        assert "24. November 2026" in draw("{% localdate d %}", d=date(2026, 11, 24))


def test_a_history_is_told_newest_first_with_what_changed() -> None:
    entries = [
        SimpleNamespace(at=datetime(2026, 1, n, tzinfo=UTC), name=who, verb=verb, before=b, after=a)
        for n, who, verb, b, a in (
            (1, "Lena", "x.write_down", None, {"t": "one two"}),
            (2, "Rowan", "x.change", {"t": "one two"}, {"t": "one three"}),
        )
    ]
    markup = draw("{% history entries words fields %}", entries=entries, words={"x.change": "changed it"}, fields={"t": "Title"})
    assert markup.index("Rowan: changed it") < markup.index("Lena: write down")
    assert re.search(r"<del>.*two</del> <ins>.*three</ins>", markup)


def test_a_protected_row_is_not_shown_without_its_audience() -> None:
    from plait.kernel.models import Protected

    class Thing(Protected):
        class Meta(Protected.Meta):
            app_label = "frame_tests"
            managed = False

    for held in ({"thing": Thing()}, {"rows": [Thing()]}, {"page": SimpleNamespace(rows=[Thing()])}):
        with pytest.raises(NoLabel):
            show(request(), "frame/errors/404.html", held)


def test_a_protected_page_is_not_kept_by_anybody() -> None:
    closed = show(request(), "frame/page.html", {"title": "x"}, sees=Sees("The board", "TLP:AMBER", 3, 2))
    assert closed["Cache-Control"] == "no-store"
    assert b"The board: 3 people" in closed.content
    assert "Cache-Control" not in show(request(), "frame/page.html", {"title": "x"}, sees=Sees("Everybody", "TLP:CLEAR"))


@pytest.mark.parametrize("page", ["400", "403", "404", "405", "409", "500"])
def test_an_error_page_needs_nothing(page: str) -> None:
    markup = render_to_string(f"frame/errors/{page}.html")
    assert "<h1>" in markup
    assert 'lang="en"' in markup


def test_the_same_404_for_hidden_and_absent() -> None:
    made = [show(request(), "frame/errors/404.html", {"because": b}, status=404).content for b in ("hidden", "absent")]
    assert made[0] == made[1]


def test_a_page_reads_from_right_to_left() -> None:
    with translation.override("ar"):
        assert '<html lang="ar" dir="rtl">' in render_to_string("frame/page.html", {}, request())


def test_the_public_frame_has_no_form_no_token_and_no_third_party() -> None:
    given = {
        "language_links": [{"code": "de", "label": "Deutsch", "href": "?language=de"}],
        "notice": "Invented.",
        "partnership": "A town",
    }
    markup = render_to_string("frame/open.html", {"title": "x"}, request(**given))
    assert "<form" not in markup
    assert "csrf" not in markup
    assert "<script" not in markup
    assert 'href="?language=de"' in markup
    assert "Invented." in markup
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', markup)


def test_the_menu_is_the_rooms() -> None:
    entry = {"label": "Risks", "href": "/r/", "current": True, "count": 0}
    markup = render_to_string("frame/page.html", {"title": "x"}, request(menu=[entry]))
    assert re.search(r'<a href="/r/" aria-current="page">Risks<span class="count">0</span>', markup)
    assert 'href="#menu"' in markup
    assert 'class="skip"' in markup


# ---- stylesheet and templates ------------------------------------------------------------------------------------


def test_the_stylesheets_stay_small() -> None:
    assert sum((STATIC / f).stat().st_size for f in ("tokens.css", "plait.css")) <= 60_000


def test_a_public_page_stays_under_a_hundred_kilobytes() -> None:
    """Stylesheets, mark and the Latin font; the page itself has what is left."""
    files = ["tokens.css", "plait.css", "mark.svg", "fonts/source-sans-3-latin.woff2"]
    assert sum((STATIC / f).stat().st_size for f in files) <= 90_000


@pytest.mark.parametrize("word", ["left", "right", "top", "bottom"])
def test_properties_are_logical(word: str) -> None:
    css = re.sub(r"/\*.*?\*/", "", (STATIC / "plait.css").read_text(), flags=re.S)
    assert not re.findall(rf"(?:margin|padding|border|inset)-{word}\b|(?<![-\w]){word}\s*:", css)


def test_no_template_styles_or_scripts_itself() -> None:
    for path in (HERE / "templates").rglob("*.html"):
        assert not re.search(r"\sstyle=|<style|<script|\son[a-z]+=", path.read_text()), path


def test_braces_close() -> None:
    for name in ("tokens.css", "plait.css"):
        css = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", (STATIC / name).read_text(), flags=re.S)
        assert css.count("{") == css.count("}")


# ---- links between rooms -----------------------------------------------------------------------------------------


def test_links_show_what_the_asker_may_see_in_the_order_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "_shown", {})
    monkeypatch.setattr(links, "_pointing", {})

    @links.shown_as("thing")
    def things(asker: Any, pairs: list[Any]) -> list[links.Link]:
        return [links.Link("thing", i, c, f"{asker} {i}", "/") for c, i in reversed(pairs) if i != 2]

    found = links.of("Ada", "thing", [(9, 3), (9, 2), (9, 1), (9, 3)])  # type: ignore[list-item]
    assert [x.title for x in found] == ["Ada 3", "Ada 1"]
    assert links.of("Ada", "unknown", [(9, 3)]) == []  # type: ignore[list-item]

    @links.points_at("thing", kind="action", heading="Actions")
    def actions(asker: Any, circle: Any, id: Any) -> list[links.Link]:
        return [links.Link("action", 5, circle, "An action", "/")] if id == 3 else []  # type: ignore[arg-type]

    assert [g.heading for g in links.about("Ada", "thing", 9, 3)] == ["Actions"]  # type: ignore[arg-type]
    assert links.about("Ada", "thing", 9, 1) == []  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="shown already"):
        links.shown_as("thing")(lambda asker, pairs: [])


def test_done_says_so_on_the_next_page() -> None:
    from plait.frame.show import done

    answer: HttpResponse = done(request(), "Saved.", "/risks/")
    assert (answer.status_code, answer["Location"]) == (303, "/risks/")
