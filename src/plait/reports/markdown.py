"""The profile as Markdown (CommonMark with tables), readable as it stands.

Free text is escaped so that it stays text: no link, no HTML, no heading, no template mark of a site generator.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from plait.reports import text as t
from plait.reports.profile import Block, Profile, Section, Span, marked

# CommonMark lets any ASCII punctuation be escaped. These can begin something wherever they stand; `$` mathematics, `{` templates.
_ANYWHERE = re.compile(r"([\\`*_\[\]<>|~&{}$])")
# These only at the start of a line: headings, lists, rules, underlines of headings.
_AT_START = re.compile(r"^(\s*)([#+\-=:])|^(\s*\d{1,9})([.)])")


def escape(text: str, *, start: bool = True) -> str:
    """The text so that Markdown shows it as it is. `start`: it may come to stand first in a line."""
    said = _ANYWHERE.sub(r"\\\1", text)
    return _AT_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[2] else f"{m[3]}\\{m[4]}", said) if start else said


def render(profile: Profile) -> bytes:
    words = t.labels(profile.language)
    lines = [
        f"# {escape(profile.title)}",
        "",
        escape(" · ".join(filter(None, [profile.publisher, profile.version_line, t.PUBLIC_LABEL]))),
    ]
    if profile.lead:
        lines += ["", *_block(profile, Block("text", profile.lead))]
    for section in profile.sections:
        if section.blocks:
            lines += _section(profile, section, words)
    lines += ["", f"## {escape(words['sources'])}", ""]
    for source in profile.sources:
        when = words["published"] % {"date": t.short_date(source.since, profile.language)} if source.since else ""
        title = _spans([source.title], profile.language, start=False)
        lines.append(f"{source.number}. {escape(source.kind)}: {title}{', ' + escape(when, start=False) if when else ''}")
    return ("\n".join(lines) + "\n").encode()


def _section(profile: Profile, section: Section, words: dict[str, str]) -> list[str]:
    lines = ["", f"## {escape(section.title)}"]
    for place, block in enumerate(section.blocks):
        lines += ["", *_block(profile, block)]
        if section.chart and place == 0:
            lines += ["", f"**{escape(words['likely'])}**", ""]
            lines += [f"| {words['risk']} | {words['likelihood']} | {words['trend']} |", "| --- | --- | --- |"]
            for row in section.chart.rows:
                title = _spans([row.title], profile.language, start=False) + _marks(profile.marks([row.ref]))
                lines.append(f"| {title} | {escape(row.likelihood, start=False)} | {escape(row.trend, start=False)} |")
    return lines


def _block(profile: Profile, block: Block) -> list[str]:
    said = [
        _spans(each.pieces, profile.language, start=place == 0 or block.form != "text") + _marks(profile.marks(refs))
        for place, (each, refs) in enumerate(marked(block))
    ]
    if block.form == "text":
        return [" ".join(said)]
    if block.form == "list":
        return [f"- {each}" for each in said]
    return [*(f"{line}\\" for line in said[:-1]), said[-1]]


def _spans(spans: Iterable[Span], language: str, *, start: bool) -> str:
    """Words of another language than the sheet's are marked: a reading machine then says them right."""
    said: list[str] = []
    for lang, run in groupby(spans, key=lambda span: span.lang):
        words = escape("".join(span.text for span in run), start=start and not said)
        said.append(words if lang == language else f'<span lang="{lang}"{_dir(lang, language)}>{words}</span>')
    return "".join(said)


def _dir(lang: str, language: str) -> str:
    return f' dir="{t.direction(lang)}"' if t.direction(lang) != t.direction(language) else ""


def _marks(marks: tuple[tuple[int, int], ...]) -> str:
    return f" \\[{', '.join(str(first) if first == last else f'{first}–{last}' for first, last in marks)}\\]" if marks else ""
