"""Components as tags. `{% load plait %}`; every one is shown, with this very usage, on the gallery page.

    {% tag "good" %}Done{% endtag %}                          state: good, warn, bad, note, plain or ""; each with a shape
    {% sees %}   {% sees some_sees note=... %}                who sees this page; from context, or a `Sees`
    {% label sees %}                                          the small TLP word alone, for a row of a list
    {% crumbs trail %}                                        where you are: [(label, href), ...]
    {% section heading [id=...] [href=... link=...] %}...{% endsection %}     a part of a page
    {% summary_list [label=...] %}{% fact label [href=...] [change=...] %}value{% endfact %}{% endsummary_list %}
    {% table caption [class_=...] [show=True] %}               a table that becomes records on a phone
      {% heads %}{% head label [numeric=True] %}{% endheads %}   or {% listing_heads page %} for a sorted list
      {% rows %}{% row %}{% rowhead %}..{% endrowhead %}{% cell label [numeric=True] %}..{% endcell %}{% endrow %}{% endrows %}
    {% endtable %}
    {% empty_state heading [href=... link=...] [example=...] %}how little is enough{% endempty_state %}
                                                              also as {% empty %}, but not straight inside {% for %}
    {% errors form %}                                         the error summary
    {% field form.name [page=True] %}                         label, hint, error, widget; page=True: the label is the title
    {% steps entries %}                                          [{"label", "state": "done"|"now"|""}]
    {% confidence key label %}                                low, moderate or high as a diamond, and the word
    {% trend key label %}                                     rising, steady or falling as an arrow, and the word
    {% grade "B2" [title=...] %}                              an Admiralty grade
    {% quote by [lang=...] %}...{% endquote %}                somebody's words; a dissent beside its decision
    {% timeline %}{% event when [main=True] %}...{% endevent %}{% endtimeline %}
    {% history entries [fields=...] %}                        a record's history in words; the verbs are said in each room's verbs.py
    {% why seats %}                                           why can I see this: one line a seat
    {% figure number label [url=...] [why=...] [of=...] %}    a number that opens (inside <div class="metrics">)
    {% glance number label [url=...] [why=...] [of=...] %}    the same as a line (inside <dl class="glance">)
    {% todo entries [empty=...] %}                             what needs me: [{"title", "href", "why", "when", "state"}]
    {% warning [kind] %}...{% endwarning %}                   "" a warning, "note" to know, "good" it is well
    {% confirm heading %}...{% endconfirm %}                  before a step that cannot be taken back
    {% diff before after %}                                   two texts, what went and what came
    {% drawing title [sub=...] [src=...] [svg=...] [heads=... rows=...] [id=...] %}   a figure: finding, drawing, table
    {% free_text text lang [paragraphs=True] %}               somebody's words, with their language where not the page's
    {% marked_text parts lang %}                              the same in parts, the words that were searched for marked
    {% localdate when [time=True] %}                          <time>, in the reader's language
    {% listing page %}...the table...{% endlisting %}         search, filters, what is shown, pages, exports
    {% listing_heads page %}                                  the heads of a list's table, with sort links
    {% braid [short=True] %}                                  the divider of public pages
    {% qs name=value ... %}                                   the page's address with some of its query changed

Filters: value|or_none (a faint "none"), key|lookup:mapping (a word from a vocabulary).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.template.context import Context
from django.utils import formats, timezone
from django.utils.html import conditional_escape, format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from plait.frame import marks, verbs

register = template.Library()

STATES = {"good", "warn", "bad", "note", "plain", ""}
RTL = {"ar", "he", "fa", "ur", "ps", "sd", "ug", "yi", "ckb", "dv"}


def _class(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_ -]", "", str(name or ""))


# ---- states and labels ------------------------------------------------------------------------------------------


@register.simple_block_tag
def tag(content: str, state: str = "") -> SafeString:
    """The state of a thing: a word with a shape, never a colour alone."""
    kind = f" tag--{state}" if state in STATES and state else ""
    return format_html('<span class="tag{}">{}</span>', kind, _kept(content))


@register.inclusion_tag("frame/parts/sees.html", takes_context=True)
def sees(context: Context, shown: Any = None, note: Any = "") -> dict[str, Any]:
    """Who sees this page: the circle in words first, the TLP word small behind it."""
    return {"sees": shown or context.get("sees"), "note": note or context.get("sees_note", "")}


@register.simple_tag(name="label")
def label_tag(shown: Any) -> SafeString:
    """The TLP word alone, for one row of a list whose rows have different audiences."""
    from plait.frame.show import COLOUR

    tlp = str(getattr(shown, "tlp", shown) or "")
    return format_html('<span class="tlp tlp--{}">{}</span>', COLOUR.get(tlp, "clear"), tlp)


@register.simple_block_tag
def warning(content: str, kind: str = "") -> SafeString:
    """A box: something to heed, to know, or that is well."""
    extra = f" warning--{kind}" if kind in {"note", "good"} else ""
    return format_html('<div class="warning{}"><div>{}</div></div>', extra, _paragraph(content))


@register.simple_block_tag
def confirm(content: str, heading: str) -> SafeString:
    """What stands before a step that cannot be taken back: exactly what will happen, and the safe way out."""
    return format_html('<div class="confirm"><h2>{}</h2>{}</div>', heading, _kept(content))


def _kept(content: str) -> SafeString:
    """What stands in a block: the template engine has escaped it already."""
    return SafeString(content.strip())


def _paragraph(content: str) -> SafeString:
    """What stands in a block, as a paragraph unless it brings its own."""
    bare = _kept(content)
    return bare if bare.startswith("<") else format_html("<p>{}</p>", bare)


# ---- structure --------------------------------------------------------------------------------------------------


@register.simple_tag
def crumbs(trail: Iterable[Any]) -> SafeString:
    """Where you are: the way here from home."""
    pairs = [(t["label"], t["href"]) if isinstance(t, Mapping) else (t[0], t[1]) for t in trail]
    items = format_html_join("", '<li><a href="{}">{}</a></li>', ((href, text) for text, href in pairs))
    return format_html('<nav class="crumbs" aria-label="{}"><ol>{}</ol></nav>', _("Where you are"), items)


@register.simple_block_tag
def section(content: str, heading: str, id: str = "", href: str = "", link: str = "", lead: str = "") -> SafeString:
    """A part of a page under its heading, with one link beside it where there is one."""
    beside = format_html('<a href="{}">{}</a>', href, link) if href and link else ""
    said = format_html('<p class="soft">{}</p>', lead) if lead else ""
    name = format_html(' id="{}"', id) if id else ""
    return format_html(
        '<section class="sect"{}><div class="sect__head"><h2>{}</h2>{}</div>{}{}</section>',
        name,
        heading,
        beside,
        said,
        _kept(content),
    )


@register.simple_block_tag
def summary_list(content: str, label: str = "") -> SafeString:
    """The facts of one thing. Holds `fact` tags only."""
    name = format_html(' aria-label="{}"', label) if label else ""
    return format_html('<dl class="summary"{}>{}</dl>', name, _kept(content))


@register.simple_block_tag
def fact(content: str, label: str, href: str = "", change: str = "") -> SafeString:
    """One fact. With href a Change link whose hidden words name what is changed."""
    act = (
        format_html('<dd class="act"><a href="{}">{}<span class="vh"> {}</span></a></dd>', href, change or _("Change"), label)
        if href
        else ""
    )
    value = content.strip() or format_html('<span class="faint">{}</span>', _("not said"))
    return format_html("<div><dt>{}</dt><dd>{}</dd>{}</div>", label, SafeString(value), act)


# ---- tables -----------------------------------------------------------------------------------------------------
# Reflow takes the native roles away, so each element says its own.


@register.simple_block_tag
def table(content: str, caption: str, class_: str = "reflow", show: bool = False, id: str = "") -> SafeString:
    """A table. On a phone each row becomes a record whose cells carry their column's name; with class_="" it stays a table."""
    hidden = "" if show else SafeString(' class="vh"')
    name = format_html(' id="{}"', id) if id else ""
    return format_html(
        '<table class="table {}" role="table"{}><caption{}>{}</caption>{}</table>',
        _class(class_),
        name,
        hidden,
        caption,
        _kept(content),
    )


@register.simple_block_tag
def heads(content: str) -> SafeString:
    return format_html('<thead role="rowgroup"><tr role="row">{}</tr></thead>', _kept(content))


@register.simple_tag
def head(label: str, numeric: bool = False, hidden: bool = False) -> SafeString:
    """A column's name. hidden=True for a column of links whose name is only heard."""
    words = format_html('<span class="vh">{}</span>', label) if hidden else conditional_escape(label)
    return format_html('<th scope="col" role="columnheader"{}>{}</th>', SafeString(' class="n"' if numeric else ""), words)


@register.simple_block_tag
def rows(content: str) -> SafeString:
    return format_html('<tbody role="rowgroup">{}</tbody>', _kept(content))


@register.simple_block_tag
def row(content: str) -> SafeString:
    return format_html('<tr role="row">{}</tr>', _kept(content))


@register.simple_block_tag
def rowhead(content: str, note: str = "") -> SafeString:
    """The row's head, and link: what the row is about."""
    sub = format_html('<span class="sub">{}</span>', note) if note else ""
    return format_html('<th scope="row" role="rowheader">{}{}</th>', _kept(content), sub)


@register.simple_block_tag
def cell(content: str, label: str, numeric: bool = False, class_: str = "") -> SafeString:
    """A cell. `label` is its column's name, for a phone. Nothing in it means "not asked"; "none" is written: value|or_none."""
    classes = " ".join(filter(None, ["n" if numeric else "", _class(class_)]))
    named = format_html(' class="{}"', classes) if classes else ""
    inner = content.strip()
    held = format_html("<span>{}</span>", SafeString(inner)) if inner else ""
    return format_html('<td role="cell"{} data-label="{}">{}</td>', named, label, held)


# ---- forms ------------------------------------------------------------------------------------------------------


@register.inclusion_tag("frame/parts/errors.html")
def errors(form: Any) -> dict[str, Any]:
    """What to put right, first on the page, each line a link to its field."""
    lines = form.summary if form is not None and form.is_bound else []
    return {"lines": lines, "heading": form.summary_title if lines else ""}


@register.inclusion_tag("frame/parts/field.html")
def field(bound: Any, page: bool = False, legend: str = "") -> dict[str, Any]:
    """Label, hint, error, widget. With page=True the label is the page's one question."""
    longest = getattr(bound.field, "longest", None)
    return {
        "f": bound,
        "page": page,
        "legend": legend or getattr(bound.field, "legend", ""),
        "longest": _("At most %(count)s characters") % {"count": formats.number_format(longest)} if longest else "",
        "optional": not bound.field.required and not page,
    }


@register.inclusion_tag("frame/parts/steps.html")
def steps(entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """How far along: one step is now, those before it are done."""
    return {"steps": entries}


# ---- judgements -------------------------------------------------------------------------------------------------


@register.simple_tag
def confidence(key: str, label: str = "", hidden: bool = False) -> SafeString:
    """How sure we are: an empty, half or full diamond, and the word."""
    return _with_mark("confidence", marks.diamond(key), label, hidden)


@register.simple_tag
def trend(key: str, label: str = "", hidden: bool = False) -> SafeString:
    """Which way it goes: an arrow, and the word."""
    return _with_mark("trend", marks.arrow(key), label, hidden)


def _with_mark(kind: str, drawn: SafeString, label: str, hidden: bool) -> SafeString:
    words = format_html('<span class="vh">{}</span>', label) if hidden else conditional_escape(label)
    return format_html('<span class="nowrap {}">{}{}</span>', kind, drawn, words)


@register.simple_tag
def grade(code: str, title: str = "") -> SafeString:
    """An Admiralty grade, such as B2; what it says stands beside it or is heard."""
    said = format_html('<span class="vh"> {}</span>', title) if title else ""
    return format_html('<span class="grade">{}</span>{}', code, said)


# ---- words ------------------------------------------------------------------------------------------------------


@register.simple_block_tag
def quote(content: str, by: str = "", lang: str = "") -> SafeString:
    """Somebody's own words, with whose they are."""
    foot = format_html("<footer>{}</footer>", by) if by else ""
    return format_html('<blockquote class="quote"{}>{}{}</blockquote>', _lang(lang), _paragraph(content), foot)


@register.simple_block_tag(name="empty")
@register.simple_block_tag
def empty_state(content: str, heading: str, href: str = "", link: str = "", example: str = "", level: int = 3) -> SafeString:
    """Nothing here yet: what belongs here, how little is enough, the button, one example."""
    button = format_html('<p class="btns"><a class="btn" href="{}">{}</a></p>', href, link) if href and link else ""
    shown = format_html('<p class="faint">{}</p>', _("For example: %(example)s") % {"example": example}) if example else ""
    return format_html('<div class="empty"><h{0}>{1}</h{0}>{2}{3}{4}</div>', level, heading, _paragraph(content), shown, button)


@register.simple_block_tag
def timeline(content: str) -> SafeString:
    """What happened, newest first. A filled dot is a decision."""
    return format_html('<ol class="timeline">{}</ol>', _kept(content))


@register.simple_block_tag
def event(content: str, when: Any, main: bool = False, time: bool = False) -> SafeString:
    return format_html(
        "<li{}>{}{}</li>", SafeString(' class="is-main"' if main else ""), localdate(when, time), _paragraph(content)
    )


@register.inclusion_tag("frame/parts/history.html")
def history(
    entries: Iterable[Any], words: Mapping[str, Any] | None = None, fields: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A record's history in words, from its entries: who, what, when, and what changed.

    `words` maps a verb to what stands in the sentence ("agreed it"); `fields` names the parts whose change is shown.
    """
    names = fields or {}
    lines = []
    for e in sorted(entries, key=lambda e: e.at, reverse=True):
        before, after = e.before or {}, e.after or {}
        changed = [
            {"label": names[k], "before": _plain(before.get(k)), "after": _plain(after.get(k))}
            for k in names
            if before and after and before.get(k) != after.get(k)
        ]
        lines.append({"at": e.at, "who": e.name, "verb": (words or {}).get(e.verb) or verb_words(e.verb), "changed": changed})
    return {"lines": lines}


def verb_words(verb: str) -> str:
    """What a verb without words of its own is called: "picture.agree_assessment" gives "agree assessment"."""
    return verbs.said(verb)


@register.filter
def verb_said(verb: str) -> str:
    """A verb of the log in words, for a line of a timeline."""
    return verbs.said(verb)


def _plain(value: Any) -> str:
    if value is None or value == "":
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


@register.inclusion_tag("frame/parts/why.html")
def why(seats: Iterable[Any]) -> dict[str, Any]:
    """Why can I see this: since when, from whom, through what, for what reason, until when."""
    return {"seats": [{"way": s.through or SOURCES.get(s.source) or s.source, "seat": s} for s in seats]}


SOURCES = {
    "membership": gettext_lazy("your organisation's membership"),
    "office": gettext_lazy("an office that you hold"),
    "group": gettext_lazy("a group in which you sit"),
    "opened": gettext_lazy("having opened it"),
    "invitation": gettext_lazy("an invitation"),
    "break_glass": gettext_lazy("a duty of care, for a short time"),
    "founding": gettext_lazy("the founding of the partnership"),
}


@register.simple_tag
def diff(before: Any, after: Any) -> SafeString:
    """Two texts word by word: what went is struck out, what came is underlined."""
    old, new = re.findall(r"\S+\s*", str(before or "")), re.findall(r"\S+\s*", str(after or ""))
    match = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    steps = match.get_opcodes() if match.ratio() >= 0.4 else [("replace", 0, len(old), 0, len(new))]
    parts: list[str] = []
    for op, a, b, c, d in steps:
        if op == "equal":
            parts.append(conditional_escape("".join(old[a:b])))
            continue
        if b > a:
            parts.append(format_html('<del><span class="vh">{} </span>{}</del> ', _("taken out:"), "".join(old[a:b]).rstrip()))
        if d > c:
            parts.append(format_html('<ins><span class="vh">{} </span>{}</ins> ', _("put in:"), "".join(new[c:d]).rstrip()))
    return SafeString("".join(parts).strip())


@register.simple_tag
def free_text(text: Any, lang: str = "", paragraphs: bool = False) -> SafeString:
    """What somebody typed, as they typed it, with its language where it differs from the page's."""
    if text is None or text == "":
        return SafeString("")
    marked = _lang(lang)
    if paragraphs:
        body = SafeString(linebreaks(str(text), autoescape=True))
        return format_html("<div{}>{}</div>", marked, body) if marked else body
    return format_html("<span{}>{}</span>", marked, text) if marked else conditional_escape(text)


@register.simple_tag
def marked_text(parts: Iterable[tuple[str, bool]], lang: str = "") -> SafeString:
    """What somebody typed, in parts, some of them marked as what was asked for, with its language where it differs from the page's."""
    body = format_html_join("", "{}", ((format_html("<mark>{}</mark>", part) if on else part,) for part, on in parts))
    said = _lang(lang)
    return format_html("<span{}>{}</span>", said, body) if said else body


def _lang(lang: str) -> SafeString:
    """lang and dir for words in another language than the page's; nothing when it is the same."""
    code = str(lang or "")
    if not code or not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", code):
        return SafeString("")
    if code.split("-")[0].lower() == (get_language() or "").split("-")[0].lower():
        return SafeString("")
    return format_html(' lang="{}" dir="{}"', code, direction(code))


def direction(code: str) -> str:
    """rtl for a language written from right to left, or a script tag that says so."""
    parts = code.lower().split("-")
    if {"arab", "hebr", "thaa", "syrc", "nkoo"} & set(parts[1:]):
        return "rtl"
    try:
        return "rtl" if get_language_info(parts[0])["bidi"] else "ltr"
    except KeyError:
        return "rtl" if parts[0] in RTL else "ltr"


@register.simple_tag
def localdate(when: Any, time: bool = False, short: bool = False) -> SafeString:
    """A day, or a day and time, as the reader's language writes it."""
    if when is None or when == "":
        return SafeString("")
    if isinstance(when, str):
        return format_html("<time>{}</time>", when)
    if isinstance(when, datetime):
        when = timezone.localtime(when) if timezone.is_aware(when) else when
        iso = when.isoformat(timespec="minutes") if time else when.date().isoformat()
    elif isinstance(when, date):
        iso, time = when.isoformat(), False
    else:
        return format_html("<time>{}</time>", str(when))
    style = "SHORT_DATE_FORMAT" if short else "DATETIME_FORMAT" if time else "DATE_FORMAT"
    return format_html('<time datetime="{}">{}</time>', iso, formats.date_format(when, style))


# ---- numbers ----------------------------------------------------------------------------------------------------


@register.inclusion_tag("frame/parts/figure.html")
def figure(number: Any, label: str = "", url: str = "", why: str = "", of: Any = "", word: bool = False) -> dict[str, Any]:
    """A number that opens what it counts. With word=True a level in words takes the number's place."""
    return {"number": number, "label": label, "url": url, "why": why, "of": of, "word": word}


@register.inclusion_tag("frame/parts/glance.html")
def glance(number: Any, label: str, url: str = "", why: str = "", of: Any = "") -> dict[str, Any]:
    """The same as one line of a list."""
    return {"number": number, "label": label, "url": url, "why": why, "of": of}


@register.inclusion_tag("frame/parts/todo.html")
def todo(entries: Iterable[Mapping[str, Any]], empty: str = "") -> dict[str, Any]:
    """What needs somebody: a verb first, why in a line, when at the end."""
    return {"items": entries, "empty": empty}


# ---- drawings ---------------------------------------------------------------------------------------------------


@register.inclusion_tag("frame/parts/drawing.html")
def drawing(
    title: str,
    svg: Any = "",
    small: Any = "",
    sub: str = "",
    src: str = "",
    heads: Any = (),
    rows: Any = (),
    id: str = "",
    open: bool = False,
) -> dict[str, Any]:
    """A figure: its title is the finding, then the drawing, then the same as a table. `small`: the drawing for a phone.
    `svg` may be a `charts.Drawing`, which brings its own table."""
    made = svg
    if hasattr(made, "svg"):
        heads, rows, small, svg = heads or made.heads, rows or made.rows, small or made.small, made.svg
    return {
        "title": title,
        "svg": svg,
        "small": small,
        "sub": sub,
        "src": src,
        "heads": heads,
        "rows": rows,
        "id": id,
        "open": open,
    }


@register.simple_tag
def cell_head(heads: Any, number: int) -> str:
    """The column's name for a cell of a drawing's table."""
    return str(heads[number]) if number < len(heads) else ""


@register.simple_tag
def braid(short: bool = False) -> SafeString:
    """The one divider of public pages."""
    return format_html('<hr class="plait{}" aria-hidden="true">', " plait--short" if short else "")


# ---- lists ------------------------------------------------------------------------------------------------------


@register.simple_block_tag
def listing(content: str, page: Any, nothing: str = "") -> SafeString:
    """A list's furniture around its table: search and filters, what is shown, pages, exports."""
    from django.template.loader import render_to_string

    return SafeString(render_to_string("frame/parts/listing.html", {"page": page, "content": _kept(content), "nothing": nothing}))


@register.inclusion_tag("frame/parts/listing_heads.html")
def listing_heads(page: Any) -> dict[str, Any]:
    """The heads of a list's table; those that sort are links and say which way."""
    return {"page": page}


@register.simple_tag(takes_context=True)
def qs(context: Context, **changes: Any) -> str:
    """The address's query with some of it changed; what is empty is left out."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else None
    if query is None:
        from django.http import QueryDict

        query = QueryDict(mutable=True)
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return "?" + query.urlencode() if query else "?"


# ---- filters ----------------------------------------------------------------------------------------------------


@register.filter
def or_none(value: Any) -> Any:
    """ "none", faint, where there is nothing: an empty cell would mean that nobody asked."""
    return value if value not in (None, "", [], ()) else format_html('<span class="faint">{}</span>', _("none"))


@register.filter
def lookup(key: Any, mapping: Any) -> Any:
    """A key's word in a mapping; the key itself where it has none."""
    try:
        return mapping[key]
    except (KeyError, IndexError, TypeError):
        return key
