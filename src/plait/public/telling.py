"""What the pages say, as frozen dataclasses made from one edition: nothing that is not in a public copy or the pack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from plait.frame import charts
from plait.public.queries import Said, Site, title
from plait.reports.profile import Row


def iso(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


@dataclass(frozen=True)
class Organisation:
    id: UUID
    name: str
    kind: str
    sectors: tuple[str, ...]
    text: Said


@dataclass(frozen=True)
class Group:
    id: UUID
    name: Said
    kind: str
    chair: str
    members: str
    text: Said


@dataclass(frozen=True)
class Gap:
    id: UUID
    name: str
    text: Said
    next_step: Said


def organisations(site: Site) -> list[Organisation]:
    """Those that agreed to be listed."""
    rows = sorted(site.of("organisation"), key=lambda row: title(row).casefold())
    return [
        Organisation(
            row.id,
            title(row),
            site.word(row.payload.get("type")),
            tuple(filter(None, map(site.word, row.payload.get("sectors") or ()))),
            site.said(row),
        )
        for row in rows
    ]


def count(value: Any) -> str:
    """A number as the public may see it; one that is hidden stays hidden."""
    if isinstance(value, Mapping):
        return str(value["count"]) if "count" in value else ""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def groups(site: Site) -> list[Group]:
    return [
        Group(
            row.id,
            Said(title(row), row.lang),
            site.word(row.payload.get("kind")),
            _chair(site, row.payload.get("chair")),
            count(row.payload.get("members")),
            site.said(row),
        )
        for row in site.of("group")
    ]


def _chair(site: Site, value: Any) -> str:
    return site.word(value if isinstance(value, Mapping) else {"vocabulary": "office", "key": value})


def gaps(site: Site) -> list[Gap]:
    return [
        Gap(row.id, site.word(row.payload.get("stakeholder")) or title(row), site.said(row), site.said(row, "next_step"))
        for row in site.of("gap")
    ]


@dataclass(frozen=True)
class Priority:
    id: UUID
    name: Said
    text: Said
    state: str
    due: date | None
    lead: str
    answers: tuple[tuple[str, str, Said], ...]  # kind, id, name


@dataclass(frozen=True)
class Heap:
    """Things under one heading."""

    heading: str
    things: tuple[Any, ...]


def priorities(site: Site) -> list[Heap]:
    """By horizon, in the pack's order. Lead and what it answers are named only while they are themselves on these pages."""
    named = {title(row) for row in site.of("organisation")}
    known = {(row.kind, str(row.id)): row for row in site.rows}

    def told(row: Row) -> Priority:
        pairs = [(str(a.get("kind")), str(a.get("id"))) for a in row.payload.get("answers") or () if isinstance(a, Mapping)]
        lead = str(row.payload.get("lead") or "")
        answers = tuple((kind, id, _name(site, known[kind, id])) for kind, id in pairs if (kind, id) in known)
        return Priority(
            row.id,
            Said(title(row), row.lang),
            site.said(row),
            site.word(row.payload.get("state")),
            iso(row.payload.get("due")),
            lead if lead in named else "",
            answers,
        )

    return _heaps(site, "priority", "horizon", "priority_horizon", told)


def _name(site: Site, row: Row) -> Said:
    if row.kind == "gap":
        return Said(site.word(row.payload.get("stakeholder")) or title(row), site.language)
    return Said(title(row), row.lang)


@dataclass(frozen=True)
class Lesson:
    id: UUID
    name: Said
    text: Said
    city: str
    strength: str


def lessons(site: Site) -> list[Heap]:
    """By purpose, in the pack's order."""

    def told(row: Row) -> Lesson:
        return Lesson(
            row.id,
            Said(title(row), row.lang),
            site.said(row),
            str(row.payload.get("city") or ""),
            site.word(row.payload.get("strength")),
        )

    return _heaps(site, "lesson", "purpose", "lesson_purpose", told)


def _heaps(site: Site, kind: str, field: str, vocabulary: str, told: Any) -> list[Heap]:
    words = site.pack.vocabulary(vocabulary)
    rows = site.of(kind)

    def key(row: Row) -> str:
        value = row.payload.get(field)
        return str(value.get("key", "") if isinstance(value, Mapping) else value)

    keys = [*words.keys, *dict.fromkeys(k for k in map(key, rows) if k not in words.keys)]
    heaps = [Heap(words.label(k, site.language), tuple(told(row) for row in rows if key(row) == k)) for k in keys]
    return [heap for heap in heaps if heap.things]


# ---- the risk picture -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Risk:
    id: str
    code: str
    name: Said
    family: str
    likelihood: str
    impact: str
    confidence: str
    confidence_label: str
    trend: str
    trend_label: str
    text: Said


@dataclass(frozen=True)
class Dissent:
    text: Said
    by: str


@dataclass(frozen=True)
class Assessment:
    id: UUID
    number: str
    name: Said
    text: Said
    method: Said
    agreed_on: date | None
    dissent: tuple[Dissent, ...]
    risks: tuple[Risk, ...]
    withdrawn: tuple[tuple[date, int], ...]  # of risks that stood there: since when, how many
    drawing: charts.Drawing | None
    sha256: str
    since: date | None

    @property
    def order(self) -> tuple[int, ...]:
        return tuple(int(part) if part.isdigit() else 0 for part in self.number.split("."))


def _key(value: Any) -> str:
    return str(value.get("key") or "") if isinstance(value, Mapping) else ""


def _risk(site: Site, payload: Mapping[str, Any], lang: str, id: str, text: Said) -> Risk:
    word = {name: site.word(payload.get(name)) for name in ("family", "likelihood", "impact", "confidence", "trend")}
    return Risk(
        id=id,
        code=str(payload.get("code") or ""),
        name=Said(str(payload.get("title") or ""), lang),
        family=word["family"],
        likelihood=word["likelihood"],
        impact=word["impact"],
        confidence=_key(payload.get("confidence")),
        confidence_label=word["confidence"],
        trend=_key(payload.get("trend")),
        trend_label=word["trend"],
        text=text,
    )


def _matrix(site: Site, payloads: list[tuple[Mapping[str, Any], str]]) -> charts.Drawing | None:
    """The pack's matrix with the risks on it; the shade of a cell is looked up, never computed."""
    if not payloads:
        return None
    pack, said = site.pack, site.language

    def scale(name: str) -> list[charts.Step]:
        return [
            charts.Step(t.key, t.label.said(said), t.range.said(said) if t.range else "")
            for t in pack.vocabulary(name)
            if not t.unknown
        ]

    def band(likelihood: str, impact: str) -> int:
        try:
            return min(4, pack.matrix_band(likelihood, impact).order)
        except KeyError:
            return 0

    items = [
        charts.Item(
            code=str(p.get("code") or ""),
            label=str(p.get("title") or ""),
            likelihood=_key(p.get("likelihood")),
            impact=_key(p.get("impact")),
            confidence=_key(p.get("confidence")),
            trend=_key(p.get("trend")),
            href=href,
            confidence_label=site.word(p.get("confidence")),
            trend_label=site.word(p.get("trend")),
        )
        for p, href in payloads
    ]
    return charts.risk_matrix(items, scale("likelihood"), scale("impact"), band)


def risks(site: Site) -> tuple[list[Risk], charts.Drawing | None]:
    """The published risks as they stand, and the matrix of them."""
    rows = site.of("risk")
    told = [_risk(site, row.payload, row.lang, f"risk-{row.id}", site.said(row)) for row in rows]
    return told, _matrix(site, [(row.payload, f"#risk-{row.id}") for row in rows])


def assessments(site: Site) -> list[Assessment]:
    """Every assessment that is public, newest first, each with its dissent in words."""
    return sorted((_assessment(site, row) for row in site.of("assessment")), key=lambda a: a.order, reverse=True)


def _assessment(site: Site, row: Row) -> Assessment:
    payload = row.payload
    lines = [r for r in payload.get("risks") or () if isinstance(r, Mapping)]
    told = [r for r in lines if "withdrawn_on" not in r]
    gone = Counter(day for r in lines if (day := iso(r.get("withdrawn_on"))))
    return Assessment(
        id=row.id,
        number=f"{payload.get('year', '')}.{payload.get('number', '')}",
        name=Said(title(row), row.lang),
        text=site.said(row),
        method=site.said(row, "method"),
        agreed_on=iso(payload.get("agreed_on")),
        dissent=tuple(_dissent(d, row.lang) for d in payload.get("dissent") or ()),
        risks=tuple(_risk(site, r, row.lang, "", Said("", row.lang)) for r in told),
        withdrawn=tuple(sorted(gone.items())),
        drawing=_matrix(site, [(r, "") for r in told]),
        sha256=str(payload.get("sha256") or ""),
        since=row.since,
    )


def _dissent(value: Any, lang: str) -> Dissent:
    if isinstance(value, Mapping):
        return Dissent(Said(str(value.get("words") or ""), str(value.get("lang") or lang)), str(value.get("organisation") or ""))
    return Dissent(Said(str(value), lang), "")


# ---- who pays, how to reach ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class About:
    """What the partnership says of itself."""

    id: UUID | None
    text: Said
    coordinating: Said
    focus: tuple[str, ...]
    funder: Said
    funded_by: Said
    disclaimer: Said
    contact: Mapping[str, str]
    lang: str


def about(site: Site) -> About:
    row = next(iter(site.of("partnership")), None)
    if row is None:
        nothing = Said("", site.language)
        return About(None, nothing, nothing, (), nothing, nothing, nothing, {}, site.language)
    contact, focus = row.payload.get("contact"), row.payload.get("focus")
    return About(
        row.id,
        site.said(row),
        site.said(row, "coordinating"),
        tuple(map(str, focus)) if isinstance(focus, list) else (),
        site.said(row, "funder"),
        site.said(row, "funded_by"),
        site.said(row, "disclaimer"),
        {k: str(v) for k, v in contact.items()} if isinstance(contact, Mapping) else {},
        row.lang,
    )


# ---- what the pack says to the public, with its marks -----------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """How well a thing is known: its mark, whether somebody read it at the source, what to check, and the source."""

    mark: str
    verified: bool
    check: str
    source: str
    url: str


def known(site: Site, thing: Any) -> Known:
    grade, source = site.pack.grade(thing.grade), site.pack.source(thing.source)
    check = thing.check.said(site.language) if getattr(thing, "check", None) else ""
    return Known(grade.mark.said(site.language) if grade.mark else "", grade.verified, check, source.title, source.url or "")


@dataclass(frozen=True)
class Way:
    """A help line, or a way to complain."""

    key: str
    name: str
    text: str
    more: str
    phone: str
    web: str
    outside: bool
    known: Known

    @property
    def tel(self) -> str:
        return "tel:" + "".join(c for c in self.phone if c in "+0123456789")


def emergency(site: Site) -> Way:
    e = site.pack.help.emergency
    return Way("emergency", e.rule.said(site.language), "", "", e.number or "", "", False, known(site, e))


def help_lines(site: Site) -> list[Way]:
    said = site.language
    return [
        Way(
            h.key,
            h.label.said(said),
            h.whom.said(said),
            h.hours.said(said) if h.hours else "",
            h.phone or "",
            h.web or "",
            False,
            known(site, h),
        )
        for h in site.pack.help.lines
    ]


def complaints(site: Site) -> list[Way]:
    said = site.language
    return [
        Way(
            c.key, c.label.said(said), c.about.said(said), c.how.said(said), c.phone or "", c.web or "", c.outside, known(site, c)
        )
        for c in site.pack.complaints
    ]
