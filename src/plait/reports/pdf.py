"""The profile as a PDF/UA-1 file, A4, by Typst. Words go in as JSON; only the vendored fonts are used; same input, same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst

from plait.reports import text as t
from plait.reports.glyphs import FONTS, printable
from plait.reports.profile import Block, Profile, Ref, Section, Span, marked

HERE = Path(__file__).parent / "sheet"
#: A sheet has two to four pages: what is too long for that is set smaller, never cut.
SIZES = (9.6, 9.0, 8.5, 8.0)
MOST_PAGES = 4
#: Letters in the title, and the size in points in which so many fit beside the outline.
TITLE_SIZES = ((22, 34), (26, 28), (32, 24))

# Drawings made for the screen are coloured by the page's style sheet, which a file does not have.
_PAPER_COLOURS = "<style>path,polygon,rect,circle{fill:#F5E8C6;stroke:#B48120;stroke-width:.9px;stroke-linejoin:round}</style>"


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def render(profile: Profile, *, outline_svg: bytes | None = None) -> bytes:
    """Raises typst.TypstError when the outline is no SVG."""
    inputs = _inputs(profile, outline_svg)
    compiler = _compiler()
    made = b""
    for size in SIZES:
        made = _compile(compiler, profile, inputs | {"size": str(size)})
        if int(json.loads(compiler.query("<pages>", field="value", one=True))) <= MOST_PAGES:
            break
    return made


def pictures(profile: Profile, *, outline_svg: bytes | None = None, ppi: float = 100) -> list[bytes]:
    """The pages as PNG, to look at."""
    made = _compiler().compile(format="png", ppi=ppi, sys_inputs=_inputs(profile, outline_svg) | {"size": str(SIZES[0])})
    return made if isinstance(made, list) else [made or b""]


def outline_png(outline_svg: bytes, *, ppi: float = 220) -> bytes:
    """The drawing as PNG, for formats that take no SVG."""
    compiler = typst.Compiler(str(HERE / "picture.typ"), root=str(HERE), font_paths=_fonts(), ignore_system_fonts=True)
    made = compiler.compile(format="png", ppi=ppi, sys_inputs={"picture": for_paper(outline_svg)})
    return made[0] if isinstance(made, list) else made or b""


def _compiler() -> typst.Compiler:
    # A new one each time: an old one keeps what it has set.
    return typst.Compiler(str(HERE / "factsheet.typ"), root=str(HERE), font_paths=_fonts(), ignore_system_fonts=True)


def _compile(compiler: typst.Compiler, profile: Profile, inputs: dict[str, str]) -> bytes:
    made = compiler.compile(
        format="pdf", pdf_standards=["ua-1"], sys_inputs=inputs, timestamp=datetime.combine(profile.date, time(12), tzinfo=UTC)
    )
    return made[0] if isinstance(made, list) else made or b""


def for_paper(svg: bytes) -> str:
    """The drawing as a file of its own: named as SVG, in the paper's colours."""
    drawn = svg.decode()
    opened = re.search(r"<svg\b[^>]*>", drawn)
    if opened is None:
        return drawn
    tag = opened[0] if "xmlns=" in opened[0] else opened[0].replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return tag + _PAPER_COLOURS + drawn[opened.end() :]


class _Sheet:
    """The profile as plain values, in characters that the fonts can draw."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.unprintable = False

    def shown(self, text: str) -> str:
        drawn, replaced = printable(t.clean(text))
        self.unprintable = self.unprintable or replaced
        return drawn

    def values(self) -> dict[str, Any]:
        profile = self.profile
        words = t.labels(profile.language)
        title = self.shown(profile.title)
        told = [section for section in profile.sections if section.blocks]
        sheet = {
            "title": title,
            "title-size": next((size for most, size in TITLE_SIZES if len(title) <= most), 20),
            "publisher": self.shown(profile.publisher),
            "version": self.shown(profile.version_line),
            "day": {"year": profile.date.year, "month": profile.date.month, "day": profile.date.day},
            "lang": _lang(profile.language),
            "dir": profile.direction,
            "label": t.PUBLIC_LABEL,
            "lead": [{"spans": self.spans(each.pieces), "marks": self.marks(each.records)} for each in profile.lead],
            "sections": [self.section(each, last=each.key == "contact") for each in told],
            "sources": [self.source(place) for place in range(len(profile.sources))],
        }
        said = words | {
            "page": words["page"] % {"page": "{page}", "pages": "{pages}"},
            "outline": words["outline"] % {"town": profile.town or profile.title},
        }
        sheet["labels"] = {name: self.shown(word) for name, word in said.items()}
        return sheet | {"unprintable": self.unprintable}

    def section(self, section: Section, *, last: bool) -> dict[str, Any]:
        length = sum(len(sentence.text) for sentence in section.sentences)
        chart = section.chart and {
            "bands": len(section.chart.bands),
            "rows": [
                {
                    "title": self.spans([row.title]),
                    "marks": self.marks([row.ref]),
                    "likelihood": self.shown(row.likelihood),
                    "trend": self.shown(row.trend),
                    "band": row.band,
                }
                for row in section.chart.rows
            ],
        }
        return {
            "title": self.shown(section.title),
            "blocks": [self.block(each) for each in section.blocks],
            "chart": chart,
            "whole": length < 700 and len(section.sentences) < 24 and not chart,
            "last": last,
            # Only where a word would not fit in its column.
            "hyphenate": max(map(len, section.title.split()), default=0) > 18,
        }

    def block(self, block: Block) -> dict[str, Any]:
        return {
            "form": block.form,
            "columns": _columns([sentence.text for sentence in block.sentences]),
            "sentences": [{"spans": self.spans(each.pieces), "marks": self.marks(refs)} for each, refs in marked(block)],
        }

    def spans(self, spans: Iterable[Span]) -> list[dict[str, str]]:
        return [
            {"text": self.shown(span.text)}
            | ({} if span.lang == self.profile.language else {"lang": _lang(span.lang), "dir": span.direction})
            for span in spans
        ]

    def marks(self, refs: Iterable[Ref]) -> list[dict[str, Any]]:
        return [
            {"first": first, "said": str(first) if first == last else f"{first}–{last}"}
            for first, last in self.profile.marks(refs)
        ]

    def source(self, place: int) -> dict[str, Any]:
        source, language = self.profile.sources[place], self.profile.language
        words = t.labels(language)
        when = (
            ", " + words["published"] % {"date": t.short_date(source.since, language).replace(" ", "\u00a0")}
            if source.since
            else ""
        )
        return {
            "number": source.number,
            "said": self.spans([Span(f"{source.kind}: ", language), source.title, Span(when, language)]),
        }


def _columns(points: list[str]) -> int:
    """Short points stand in columns, as long as no word is wider than its column."""
    longest, word = max(map(len, points)), max(len(word) for point in points for word in [*point.split(), ""])
    if len(points) < 4 or longest > 50 or word > 26:
        return 1
    return 3 if longest < 20 and word < 17 and len(points) > 4 else 2


def _lang(tag: str) -> str:
    """Typst takes a language of two or three letters; a file without a known one is marked as undetermined."""
    return t.base(tag) or "und"


def _inputs(profile: Profile, outline_svg: bytes | None) -> dict[str, str]:
    inputs = {"sheet": json.dumps(_Sheet(profile).values())}
    return inputs | ({"outline": for_paper(outline_svg)} if outline_svg else {})
