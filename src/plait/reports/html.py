"""What the templates `reports/profile.html` and `reports/_profile.html` need: no decision in a template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from plait.reports import text as t
from plait.reports.profile import Block, Chart, Profile, Ref, Section, Source, Span, marked


def page_context(
    profile: Profile, *, links: Mapping[Ref, str] | None = None, drawing: str = "", outline: str = ""
) -> dict[str, Any]:
    """Context for the page. `links`: where each record stands in public; `drawing`, `outline`: SVG that `frame.charts` made."""
    words = t.labels(profile.language)
    return {
        "profile": profile,
        "title": profile.title,
        "words": words,
        "version": profile.version_line,
        "lead": format_html_join(
            " ", "{}", ((_spans(profile, each.pieces) + _marks(profile, each.records, words),) for each in profile.lead)
        ),
        "public_label": t.PUBLIC_LABEL,
        "sections": [_section(profile, section, words, drawing) for section in profile.sections],
        "sources": [_source(profile, source, words, links or {}) for source in profile.sources],
        "outline": outline,
    }


def _section(profile: Profile, section: Section, words: dict[str, str], drawing: str) -> dict[str, Any]:
    return {
        "key": section.key,
        "title": section.title,
        "empty": section.empty,
        "empty_link": section.empty_link,
        "blocks": [_block(profile, block, words) for block in section.blocks],
        "chart": _chart(profile, section.chart, words, drawing) if section.chart else None,
    }


def _chart(profile: Profile, chart: Chart, words: dict[str, str], drawing: str) -> dict[str, Any]:
    return {
        "drawing": drawing,
        "marks": _marks(profile, [row.ref for row in chart.rows], words),
        "rows": [
            {
                "title": _spans(profile, [row.title]) + _marks(profile, [row.ref], words),
                "likelihood": row.likelihood,
                "trend": row.trend,
            }
            for row in chart.rows
        ],
    }


def _block(profile: Profile, block: Block, words: dict[str, str]) -> dict[str, Any]:
    return {
        "form": block.form,
        "columns": block.form == "list" and len(block.sentences) > 3 and max(len(each.text) for each in block.sentences) < 60,
        "sentences": [_spans(profile, each.pieces) + _marks(profile, refs, words) for each, refs in marked(block)],
    }


def _spans(profile: Profile, spans: Iterable[Span]) -> SafeString:
    """Words of another language than the sheet's are marked with it, and with their direction where that differs."""
    return format_html_join("", "{}", ((_span(profile, span),) for span in spans))


def _span(profile: Profile, span: Span) -> SafeString:
    if span.lang == profile.language:
        return format_html("{}", span.text)
    if span.direction == profile.direction:
        return format_html('<span lang="{}">{}</span>', span.lang, span.text)
    return format_html('<span lang="{}" dir="{}">{}</span>', span.lang, span.direction, span.text)


def _marks(profile: Profile, refs: Iterable[Ref], words: dict[str, str]) -> SafeString:
    marks = (
        (first, words["source"] % {"number": first}, str(first))
        if first == last
        else (first, words["source_range"] % {"first": first, "last": last}, f"{first}–{last}")
        for first, last in profile.marks(refs)
    )
    return format_html_join("", '<a class="prov" href="#f{}" aria-label="{}">{}</a>', marks)


def _source(profile: Profile, source: Source, words: dict[str, str], links: Mapping[Ref, str]) -> dict[str, Any]:
    return {
        "number": source.number,
        "kind": source.kind,
        "title": _spans(profile, [source.title]),
        "href": links.get(source.ref, ""),
        "since": words["published"] % {"date": t.short_date(source.since, profile.language)} if source.since else "",
    }
