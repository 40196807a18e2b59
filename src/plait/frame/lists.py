"""Lists: search, sort, narrow, page and export, with two queries whatever the length.

A room says once what its list has (`Spec`); the view asks with what stands in the address (`Ask`), fetches one `Page`
and shows it with `{% listing page %}`. Whatever a stranger writes into the address is either one of the words the spec
knows or is passed over without a word.

    RISKS = Spec("risks", columns=[Column("title", _("Risk"), order="title")],
                 filters=[Filter("family", _("Kind"), choices=families)], search=["title"], default_order=["title"])

    ask = Ask.of(request, RISKS)
    if ask.format:
        return export(matching(rows, ask, RISKS), RISKS, ask.format, label=..., title=..., asker=..., now=...)
    return show(request, "picture/risks.html", {"page": fetch(rows, ask, RISKS)}, sees=...)
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SIZE = 25
LONGEST = 200  # letters of a search; more is cut off
WORDS = 8  # words of a search; more are passed over
FORMATS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

Text = str | Promise
Choices = Iterable[tuple[str, Text]]


@dataclass(frozen=True)
class Column:
    """A column of a list. `order`: the field or fields it sorts by; without one it does not sort.
    `value`: what an export writes; without it the attribute named by `key` (dots go through relations).
    `file_only`: in exports, not on the screen."""

    key: str
    label: Text
    order: str | Sequence[str] | None = None
    numeric: bool = False
    value: Callable[[Any], Any] | None = None
    file_only: bool = False

    def of(self, row: Any) -> Any:
        if self.value is not None:
            return self.value(row)
        found = row
        for part in self.key.split("."):
            found = found.get(part) if isinstance(found, dict) else getattr(found, part, None)
            if callable(found):
                found = found()
        return found


@dataclass(frozen=True)
class Filter:
    """A choice that narrows a list. `where` makes the condition; without it the field named by `field`, or by `key`."""

    key: str
    label: Text
    choices: Callable[[], Choices] | Choices
    field: str | None = None
    where: Callable[[str], Q] | None = None

    def options(self) -> list[tuple[str, Text]]:
        return [(str(v), label) for v, label in (self.choices() if callable(self.choices) else self.choices)]

    def condition(self, value: str) -> Q:
        return self.where(value) if self.where else Q(**{self.field or self.key: value})


@dataclass(frozen=True)
class Spec:
    """What a list has. `name` is also the beginning of an export's file name."""

    name: str
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    search: Sequence[str] = ()
    default_order: str | Sequence[str] = ()
    size: int = SIZE
    files: bool = True  # whether it may be taken as a file


@dataclass(frozen=True)
class Ask:
    """What stands in the address, as far as the spec knows it."""

    q: str = ""
    sort: str = ""  # a column's key, with a minus for the other way round
    page: int = 1
    chosen: dict[str, str] = field(default_factory=dict)
    format: str = ""
    options: dict[str, list[tuple[str, Text]]] = field(default_factory=dict)

    @classmethod
    def of(cls, request: HttpRequest, spec: Spec) -> Ask:
        asked = request.GET
        q = re.sub(r"[\x00-\x1f\x7f]+", " ", asked.get("q", ""))[:LONGEST].strip() if spec.search else ""
        sort = asked.get("sort", "")
        if sort.removeprefix("-") not in {c.key for c in spec.columns if c.order} or sort.startswith("--"):
            sort = ""
        page = asked.get("page", "1")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
        options = {f.key: f.options() for f in spec.filters}
        chosen = {k: asked[k] for k, known in options.items() if k in asked and asked[k] in {v for v, _l in known if v}}
        wanted = asked.get("format", "")
        return cls(q, sort, max(1, number), chosen, wanted if wanted in FORMATS else "", options)

    @property
    def narrowed(self) -> bool:
        return bool(self.q or self.chosen)

    def query(self, **changes: Any) -> str:
        """The address's query with some of it changed; what is empty is left out."""
        said = {"q": self.q, **self.chosen, "sort": self.sort, "page": self.page if self.page > 1 else "", **changes}
        kept = {k: v for k, v in said.items() if v not in ("", None)}
        return "?" + urlencode(kept) if kept else "?"

    def where(self, spec: Spec) -> Q:
        found = Q()
        for word in self.q.split()[:WORDS]:
            any_of = Q()
            for name in spec.search:
                any_of |= Q(**{f"{name}__icontains": word})
            found &= any_of
        for f in spec.filters:
            if f.key in self.chosen:
                found &= f.condition(self.chosen[f.key])
        return found

    def order(self, spec: Spec) -> list[Any]:
        """Sorted as asked, then as usual, then by id: two rows never change places between two pages."""
        asked: list[str] = []
        if self.sort:
            column = next(c for c in spec.columns if c.key == self.sort.removeprefix("-"))
            asked = _names(column.order)
            if self.sort.startswith("-"):
                asked = [n.removeprefix("-") if n.startswith("-") else "-" + n for n in asked]
        names: dict[str, bool] = {}
        for n in [*asked, *_names(spec.default_order)]:
            names.setdefault(n.removeprefix("-"), n.startswith("-"))
        names.setdefault("pk", False)
        return [F(n).desc(nulls_last=True) if down else F(n).asc(nulls_last=True) for n, down in names.items()]


def _names(order: str | Sequence[str] | None) -> list[str]:
    return [order] if isinstance(order, str) else list(order or ())


@dataclass(frozen=True)
class Head:
    """A column's head as the table shows it."""

    key: str
    label: Text
    numeric: bool
    url: str = ""
    aria_sort: str = ""


@dataclass(frozen=True)
class Leaf:
    """One entry of the pagination; a gap has no address."""

    number: int
    url: str = ""
    current: bool = False


@dataclass(frozen=True)
class Page:
    """One page of a list and everything its furniture needs. `found` rows match, of `total` that could."""

    rows: list[Any]
    found: int
    total: int
    number: int
    ask: Ask
    spec: Spec

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __bool__(self) -> bool:
        return True

    @property
    def pages(self) -> int:
        return max(1, -(-self.found // self.spec.size))

    @property
    def first(self) -> int:
        return (self.number - 1) * self.spec.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return (self.number - 1) * self.spec.size + len(self.rows)

    @property
    def heads(self) -> list[Head]:
        up, down = self.ask.sort.removeprefix("-"), self.ask.sort.startswith("-")
        made = []
        for c in self.spec.columns:
            if c.file_only:
                continue
            on = bool(c.order) and c.key == up
            url = self.ask.query(sort=f"-{c.key}" if on and not down else c.key, page="") if c.order else ""
            made.append(Head(c.key, c.label, c.numeric, url, ("descending" if down else "ascending") if on else ""))
        return made

    @property
    def filters(self) -> list[dict[str, Any]]:
        return [
            {
                "key": f.key,
                "label": f.label,
                "options": [(v, label, self.ask.chosen.get(f.key, "") == v) for v, label in self.ask.options[f.key]],
            }
            for f in self.spec.filters
            if self.ask.options.get(f.key)
        ]

    @property
    def leaves(self) -> list[Leaf]:
        near = {1, self.pages, *range(self.number - 1, self.number + 2)}
        made: list[Leaf] = []
        before = 0
        for n in sorted(k for k in near if 1 <= k <= self.pages):
            if n - before > 1:
                made.append(Leaf(0))
            made.append(Leaf(n, self.ask.query(page=n if n > 1 else ""), n == self.number))
            before = n
        return made

    @property
    def before(self) -> str:
        return self.ask.query(page=self.number - 1 if self.number > 2 else "") if self.number > 1 else ""

    @property
    def after(self) -> str:
        return self.ask.query(page=self.number + 1) if self.number < self.pages else ""

    @property
    def clear(self) -> str:
        return self.ask.query(q="", page="", **{f.key: "" for f in self.spec.filters})

    @property
    def exports(self) -> list[tuple[str, str]]:
        return [(f.upper(), self.ask.query(page="", format=f)) for f in FORMATS] if self.spec.files else []


def matching(rows: QuerySet[Any], ask: Ask, spec: Spec) -> QuerySet[Any]:
    """All rows that match, in order: what an export takes."""
    return rows.filter(ask.where(spec)).order_by(*ask.order(spec))


def fetch(rows: QuerySet[Any], ask: Ask, spec: Spec) -> Page:
    """One page: a count and a page, two queries at every length. A page past the end is the last page."""
    where = ask.where(spec)
    if where:
        counted = rows.order_by().aggregate(total=Count("pk", distinct=True), found=Count("pk", filter=where, distinct=True))
        total, found = counted["total"], counted["found"]
    else:
        total = found = rows.order_by().count()
    number = min(ask.page, max(1, -(-found // spec.size)))
    start = (number - 1) * spec.size
    return Page(list(matching(rows, ask, spec)[start : start + spec.size]), found, total, number, ask, spec)


# ---- export -----------------------------------------------------------------------------------------------------


def tlp_of(label: Any) -> str:
    """The short label of an audience, or the text itself."""
    return str(getattr(label, "tlp", label) or "")


def file_name(spec: Spec, label: Any, now: datetime, ending: str) -> str:
    """`risks-TLP-GREEN-2026-11-24.csv`: the label travels with the file, whatever happens to its first row."""
    parts = [spec.name, tlp_of(label), _local(now).date().isoformat()]
    return "-".join(re.sub(r"[^A-Za-z0-9]+", "-", p).strip("-") for p in parts) + f".{ending}"


def _local(now: datetime) -> datetime:
    return timezone.localtime(now) if timezone.is_aware(now) else now


def safe(text: str) -> str:
    """A cell that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, CSV injection)."""
    bare = text.lstrip(" \u00a0\u200b\ufeff")
    return "'" + text if bare[:1] in ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20") else text


def _cell(value: Any) -> Any:
    """Numbers stay numbers, dates are ISO text, everything else is text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return _local(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return "; ".join(str(_cell(v)) for v in value)
    return str(value)


def export(
    page_rows: Iterable[Any], spec: Spec, format: str, *, label: Any, title: Text, asker: Any, now: datetime
) -> HttpResponse:
    """A file of the rows. Its first row says label, audience, who took it, when and how many rows; its name too.

    Where rows are people's records, who takes them was asked lately who they are, and is written into the log first.
    Raises AskAgain, NotRecorded.
    """
    from plait.kernel import looks
    from plait.kernel.errors import AskAgain

    page_rows = list(page_rows)
    if getattr(asker, "id", None) is not None:
        if getattr(asker, "stale", False) and any(True for _subject in looks.subjects(page_rows)):
            raise AskAgain
        looks.look_at(asker, looks.subjects(page_rows), "export", {"address": spec.name, "rows": len(page_rows)})
    rows = [[_cell(c.of(row)) for c in spec.columns] for row in page_rows]
    words = str(getattr(label, "words", "") or "")
    said = [
        tlp_of(label),
        words,
        str(title),
        _("Exported by %(name)s") % {"name": getattr(asker, "name", "")},
        formats.date_format(_local(now), "DATETIME_FORMAT"),
        ngettext("%(count)d row", "%(count)d rows", len(rows)) % {"count": len(rows)},
    ]
    first = [s for s in said if s]
    heads = [str(c.label) for c in spec.columns]
    body = _csv(first, heads, rows) if format == "csv" else _xlsx(first, heads, rows, str(title), asker, now)
    response = HttpResponse(body, content_type=FORMATS[format])
    response["Content-Disposition"] = f'attachment; filename="{file_name(spec, label, now, format)}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _csv(first: list[str], heads: list[str], rows: list[list[Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for line in (first, heads, *rows):
        writer.writerow([safe(v) if isinstance(v, str) else v for v in line])
    return out.getvalue().encode("utf-8-sig")


def _xlsx(first: list[str], heads: list[str], rows: list[list[Any]], title: str, asker: Any, now: datetime) -> bytes:
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {
            "title": title,
            "author": getattr(asker, "name", ""),
            "comments": " | ".join(first),
            "created": _local(now).replace(tzinfo=None),
        }
    )
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or None)
    sheet.set_header("&L" + first[0].replace("&", "&&"))
    sheet.set_column(0, max(0, len(heads) - 1), 24)
    sheet.freeze_panes(2, 0)
    for n, line in enumerate((first, heads, *rows)):
        for k, value in enumerate(line):
            style = bold if n < 2 else None
            if isinstance(value, str):
                sheet.write_string(n, k, value, style)
            else:
                sheet.write_number(n, k, value, style)
    book.close()
    return out.getvalue()
