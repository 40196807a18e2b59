"""The team profile, put together from public copies.

`compose` is pure: what it is given is all that can be in it. Each sentence is either one of the pack's connecting sentences (no
record) or carries the records it rests on. A part of the layout whose records are gone shows nothing, its lead neither.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard
from uuid import UUID

from plait.reports import text as t

if TYPE_CHECKING:
    from plait.packs.shape import Layout, Part, Text
    from plait.packs.shape import Section as SectionLayout


class Word(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def unknown(self) -> bool: ...


class Vocabulary(Protocol):
    def label(self, key: str, language: str) -> str: ...
    def in_text(self, key: str, language: str) -> str: ...
    def __iter__(self) -> Iterator[Word]: ...


class Words(Protocol):
    """What compose asks of a pack. `vocabulary` raises KeyError for a list that the pack does not have."""

    def vocabulary(self, name: str) -> Vocabulary: ...


@dataclass(frozen=True)
class Row:
    """One public copy: `payload` is what was released, `lang` the language of its free text, `since` the day it was released."""

    kind: str
    id: UUID
    payload: Mapping[str, Any]
    lang: str = "en"
    since: date | None = None

    @property
    def ref(self) -> Ref:
        return Ref(self.kind, self.id)


@dataclass(frozen=True)
class Ref:
    kind: str
    id: UUID


@dataclass(frozen=True)
class Span:
    """Words in one language."""

    text: str
    lang: str

    @property
    def direction(self) -> str:
        return t.direction(self.lang)


@dataclass(frozen=True)
class Sentence:
    """`lang` is the language of the sentence; `spans` only where words of another language stand in it."""

    text: str
    lang: str
    records: tuple[Ref, ...] = ()
    spans: tuple[Span, ...] = ()

    @property
    def pieces(self) -> tuple[Span, ...]:
        return self.spans or (Span(self.text, self.lang),)


@dataclass(frozen=True)
class Block:
    form: str  # text: sentences run on; list: one point each; contact: one line each
    sentences: tuple[Sentence, ...]


def marked(block: Block) -> list[tuple[Sentence, tuple[Ref, ...]]]:
    """Each sentence with the records to name behind it: lines of one card that rest on the same are marked once, at the end."""
    following = [each.records for each in block.sentences[1:]] + [()]
    return [
        (each, () if block.form == "contact" and each.records == after else each.records)
        for each, after in zip(block.sentences, following, strict=True)
    ]


@dataclass(frozen=True)
class Judgement:
    """One line of the drawing of likelihoods: `band` counts from 0."""

    title: Span
    likelihood: str
    band: int
    trend: str
    ref: Ref


@dataclass(frozen=True)
class Chart:
    bands: tuple[str, ...]
    rows: tuple[Judgement, ...]


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    blocks: tuple[Block, ...]
    empty: str = ""
    empty_link: str = ""
    chart: Chart | None = None

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(sentence for block in self.blocks for sentence in block.sentences)


@dataclass(frozen=True)
class Source:
    number: int
    ref: Ref
    kind: str
    title: Span
    since: date | None


@dataclass(frozen=True)
class Profile:
    title: str
    version: str
    date: date
    language: str
    sections: tuple[Section, ...]
    sources: tuple[Source, ...] = ()
    publisher: str = ""
    town: str = ""
    lead: tuple[Sentence, ...] = ()  # under the title
    entered: datetime.date | None = None  # when an edition of before was entered here from older records
    _numbers: dict[Ref, int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._numbers.update({source.ref: source.number for source in self.sources})

    @property
    def direction(self) -> str:
        return t.direction(self.language)

    @property
    def version_line(self) -> str:
        """Which version of which day; both days where it was entered here later than it took place."""
        words, day = t.labels(self.language), t.long_date(self.date, self.language)
        if self.entered is None:
            return words["version"] % {"version": self.version, "date": day}
        return words["dated"] % {"version": self.version, "date": day, "entered": t.long_date(self.entered, self.language)}

    def marks(self, refs: Iterable[Ref]) -> tuple[tuple[int, int], ...]:
        """The numbers of the sources, first and last; four and more in a row become one range."""
        marks: list[tuple[int, int]] = []
        run: list[int] = []
        for number in [*sorted({self._numbers[ref] for ref in refs if ref in self._numbers}), 0]:
            if run and number != run[-1] + 1:
                marks += [(run[0], run[-1])] if len(run) > 3 else [(each, each) for each in run]
                run = []
            run.append(number)
        return tuple(marks)


# Where the title of a record stands, first that is there.
_TITLES = ("title", "name", "label", "stakeholder", "number")
# What `item: label` means for a kind: the word of a vocabulary that says what it is.
_LABELS = {
    "gap": "stakeholder",
    "group": "kind",
    "organisation": "type",
    "risk": "family",
    "priority": "state",
    "lesson": "purpose",
}
_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z")
_FIELD = re.compile(r"\{(\w+)\}")
_FIELD_KEPT = re.compile(r"(\{\w+\})")
_CONTACT = ("name", "address", "email", "phone", "web")


def compose(
    layout: Layout,
    rows: Sequence[Row],
    partnership: Mapping[str, Any],
    language: str,
    on: date,
    version: str,
    words: Words,
    entered: date | None = None,
) -> Profile:
    """The profile in `language`, made of the public copies in `rows` as the pack's `layout` says. `partnership`: town, name.

    `entered`: the day on which an edition that took place before was entered here from older records.
    """
    return replace(
        _Composer(layout, rows, partnership, t.language_tag(language, "en"), on, version, words).profile(), entered=entered
    )


class _Composer:
    def __init__(
        self,
        layout: Layout,
        rows: Sequence[Row],
        partnership: Mapping[str, Any],
        language: str,
        on: date,
        version: str,
        words: Words,
    ) -> None:
        self.layout, self.language, self.on, self.words = layout, language, on, words
        self.version = t.one_line(version)
        self.rows = tuple(rows)
        self.present = {(row.kind, str(row.id)) for row in self.rows}
        self.town = t.one_line(partnership.get("town") or "")
        self.publisher = t.one_line(partnership.get("name") or "")

    def profile(self) -> Profile:
        sections = self.with_chart(tuple(self.section(section) for section in self.layout.sections))
        blocks = [block for part in [self.layout.lead] if part for block in self.part(part)]
        lead = tuple(sentence for block in blocks for sentence in block.sentences)
        told = [*lead, *(sentence for section in sections for sentence in section.sentences)]
        refs = [ref for sentence in told for ref in sentence.records]
        return Profile(
            title=self.fill(self.connecting(self.layout.title)[0]),
            version=self.version,
            date=self.on,
            language=self.language,
            sections=sections,
            sources=self.sources(dict.fromkeys(refs)),
            publisher=self.publisher,
            town=self.town,
            lead=lead,
        )

    # ---------------------------------------------------------------- sections and parts

    def section(self, section: SectionLayout) -> Section:
        title, _lang = self.connecting(section.title)
        empty, _lang = self.connecting(section.empty)
        blocks = tuple(block for part in section.parts for block in self.part(part))
        return Section(
            key=section.key,
            title=self.fill(title),
            blocks=blocks,
            empty="" if blocks else self.fill(empty),
            empty_link="" if blocks else section.empty_link,
        )

    def part(self, part: Part) -> Iterator[Block]:
        told = [sentence for row in self.matching(part) for sentence in self.tell(part, row)]
        if not told:
            return
        refs = tuple(dict.fromkeys(ref for sentence in told for ref in sentence.records))
        sentences = _merged(told)
        if part.join:
            sentences = [self.joined(*self.connecting(part.join), items=sentences, refs=refs)]
        before, after = self.around(part.lead, refs), self.around(part.after, refs)
        if part.form == "text" or part.join:
            yield Block("text", (*before, *sentences, *after))
            return
        if before:
            yield Block("text", before)
        yield Block(part.form, tuple(sentences))
        if after:
            yield Block("text", after)

    def around(self, text: Text | None, refs: tuple[Ref, ...]) -> tuple[Sentence, ...]:
        """A connecting sentence. One that states how many rests on those records and carries them."""
        if text is None:
            return ()
        said, lang = self.connecting(text)
        return (Sentence(self.fill(said, count=len(refs)), lang, refs if "{count}" in said else ()),)

    def matching(self, part: Part) -> list[Row]:
        found = [
            row
            for row in self.rows
            if row.kind == part.kind and all(_matches(row.payload.get(key), wanted) for key, wanted in part.where.items())
        ]
        # By title and id first, so that the same rows give the same sheet whatever order they come in.
        found.sort(key=lambda row: (self.title(row).text.casefold(), str(row.id)))
        for key in reversed(part.order):
            name = key.removeprefix("-")
            ranks = {id(row): rank for row in found if (rank := self.rank(row.payload.get(name))) is not None}
            ranked = sorted((row for row in found if id(row) in ranks), key=lambda row: ranks[id(row)], reverse=name != key)
            found = [*ranked, *(row for row in found if id(row) not in ranks)]
        return found[: part.limit]

    def rank(self, value: Any) -> tuple[int, Any] | None:
        """Where a value sorts: numbers and a vocabulary's own order before words; None: it has no place."""
        if _is_term(value):
            place = _place(self.words, value)
            return (0, place) if place is not None else (1, str(value["key"]))
        if isinstance(value, Mapping):
            value = value.get("count", value.get("under"))
        if isinstance(value, (int, float)):
            return (0, value)
        return (1, value.casefold()) if isinstance(value, str) and value else None

    def tell(self, part: Part, row: Row) -> list[Sentence]:
        """What one record says in this part; nothing if it has nothing to say."""
        if part.join or part.form == "list":
            return self.items(row, part.item, inside=bool(part.join))
        if part.form == "contact":
            return self.lines(row, part.sentence)
        return self.free(row, part.sentence)

    def joined(self, join: str, lang: str, *, items: Sequence[Sentence], refs: tuple[Ref, ...]) -> Sentence:
        """One sentence of many items: carries all their records."""
        spans: list[Span] = []
        for piece in _FIELD_KEPT.split(join):
            if piece == "{items}":
                spans += self.strung([item.pieces for item in items], lang)
            elif piece:
                spans.append(Span(self.fill(piece, count=len(refs)), lang))
        return _sentence(spans, lang, refs)

    def strung(self, things: Sequence[tuple[Span, ...]], lang: str) -> list[Span]:
        """ "a, b and c" """
        pieces = t.list_pieces(len(things), lang)
        return [span for piece in pieces for span in (things[piece] if isinstance(piece, int) else (Span(piece, lang),))]

    # ---------------------------------------------------------------- what stands in a record

    def items(self, row: Row, key: str, *, inside: bool) -> list[Sentence]:
        if key == "label":
            key = next((name for name in ("label", _LABELS.get(row.kind, "")) if row.payload.get(name)), "title")
        return [_sentence(value, self.language, (row.ref,)) for value in self.values(row, key, inside=inside)]

    def free(self, row: Row, key: str) -> list[Sentence]:
        values = self.values(row, key)
        return [_sentence(self.strung(values, self.language), self.language, (row.ref,))] if values else []

    def lines(self, row: Row, key: str) -> list[Sentence]:
        value = row.payload.get(key)
        if isinstance(value, Mapping) and not _is_term(value) and not _is_count(value):
            lines = [(line, row.lang) for name in _CONTACT for line in t.clean(value.get(name) or "").split("\n")]
        elif isinstance(value, str):
            said, lang = self.translated(row, key, value)
            lines = [(line, lang) for line in t.clean(said).split("\n")]
        else:
            lines = [(sentence.text, sentence.lang) for sentence in self.free(row, key)]
        return [Sentence(t.one_line(line), t.language_tag(lang), (row.ref,)) for line, lang in lines if line.strip()]

    def values(self, row: Row, key: str, *, inside: bool = False) -> list[tuple[Span, ...]]:
        """The values of a field, each as words in their language. A vocabulary's word is said in the sheet's language.

        `inside`: as they are written inside a sentence.
        """
        if key == "title" and not row.payload.get("title"):
            return [(title,)] if (title := self.title(row)).text else []
        return [spans for spans in self._values(row, key, row.payload.get(key), inside) if any(span.text for span in spans)]

    def _values(self, row: Row, key: str, value: Any, inside: bool = False) -> Iterator[tuple[Span, ...]]:
        if value is None or value == "" or isinstance(value, bool):
            return
        if isinstance(value, Mapping):
            yield from self._mapping(row, value, inside)
        elif isinstance(value, (list, tuple)):
            for each in value:
                yield from self._values(row, "", each, inside)
        elif isinstance(value, (int, float)):
            yield (Span(str(value) if key == "year" else t.number(value, self.language), self.language),)
        elif _DATE.match(str(value)) and (day := _day(str(value))):
            yield (Span(t.long_date(day, self.language), self.language),)
        else:
            said, lang = self.translated(row, key, str(value))
            yield (Span(t.one_line(said), t.language_tag(lang)),)

    def _mapping(self, row: Row, value: Mapping[str, Any], inside: bool) -> Iterator[tuple[Span, ...]]:
        if _is_term(value):
            yield (Span(_label(self.words, value, self.language, inside), self.language),)
        elif _is_count(value):
            said = t.number(value["count"], self.language) if "count" in value else t.fewer_than(value["under"], self.language)
            yield (Span(said, self.language),)
        elif "kind" in value and "id" in value:
            # Another record named in this one: only while it is public itself.
            if (str(value["kind"]), str(value["id"])) in self.present:
                yield from self._values(row, "", value.get("title"))
        else:
            for name in _CONTACT:
                yield from self._values(row, name, value.get(name))

    def translated(self, row: Row, key: str, said: str) -> tuple[str, str]:
        """The free text in the sheet's language where somebody has entered a translation, else in its own."""
        translations = row.payload.get("translations")
        known = translations if isinstance(translations, Mapping) and key else {}
        given = known.get(self.language) or known.get(t.base(self.language))
        if isinstance(given, Mapping):
            given = given.get(key)
        elif key != "public_text":
            given = None
        if isinstance(given, str) and given.strip() and t.base(row.lang) != t.base(self.language):
            return given, self.language
        return said, row.lang

    def title(self, row: Row) -> Span:
        for key in _TITLES:
            if row.payload.get(key):
                for spans in self._values(row, key, row.payload[key]):
                    return spans[0]
        return Span("", self.language)

    # ---------------------------------------------------------------- the pack's words

    def connecting(self, text: Text) -> tuple[str, str]:
        """A text of the pack in the sheet's language, else in English, else in the first there is; with its language."""
        known = text.root
        lang = next((lang for lang in (self.language, t.base(self.language), "en") if lang in known), next(iter(known)))
        return t.one_line(known[lang]), lang

    def fill(self, said: str, count: int | None = None) -> str:
        """Town, partnership and count put in. Only these names, and what is put in is never looked at again."""
        known = {"town": self.town, "partnership": self.publisher} | (
            {"count": t.number(count, self.language)} if count is not None else {}
        )
        return _FIELD.sub(lambda found: known.get(found[1], found[0]), said)

    # ---------------------------------------------------------------- sources and drawing

    def sources(self, refs: Iterable[Ref]) -> tuple[Source, ...]:
        known = {row.ref: row for row in self.rows}
        return tuple(
            Source(number, ref, t.kind_label(ref.kind, self.language), self.title(known[ref]), known[ref].since)
            for number, ref in enumerate(refs, start=1)
        )

    def with_chart(self, sections: tuple[Section, ...]) -> tuple[Section, ...]:
        """Gives the drawing of likelihoods to the first section that tells of risks."""
        for place, section in enumerate(sections):
            told = {ref for sentence in section.sentences for ref in sentence.records if ref.kind == "risk"}
            chart = self.chart([row for row in self.rows if row.ref in told]) if told else None
            if chart:
                drawn = Section(section.key, section.title, section.blocks, section.empty, section.empty_link, chart)
                return (*sections[:place], drawn, *sections[place + 1 :])
        return sections

    def chart(self, rows: Sequence[Row]) -> Chart | None:
        judged = []
        for row in rows:
            likelihood, trend = row.payload.get("likelihood"), row.payload.get("trend")
            if not _is_term(likelihood) or (band := _place(self.words, likelihood)) is None or not self.title(row).text:
                continue
            said = _label(self.words, trend, self.language) if _is_term(trend) else ""
            judged.append(Judgement(self.title(row), _label(self.words, likelihood, self.language), band, said, row.ref))
        if not judged:
            return None
        name = next(row.payload["likelihood"]["vocabulary"] for row in rows if _is_term(row.payload.get("likelihood")))
        bands = tuple(_label(self.words, {"vocabulary": name, "key": key}, self.language) for key in _keys(self.words, name))
        judged.sort(key=lambda each: (-each.band, each.title.text.casefold(), str(each.ref.id)))
        return Chart(bands, tuple(judged))


# -------------------------------------------------------------------- small things


def _is_term(value: Any) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping) and "vocabulary" in value and "key" in value


def _is_count(value: Mapping[str, Any]) -> bool:
    return any(isinstance(value.get(name), int) for name in ("count", "under"))


def _matches(value: Any, wanted: Any) -> bool:
    """Equality; a list of wanted values means any of them, a list in the record means one of it."""
    if isinstance(wanted, (list, tuple)):
        return any(_matches(value, each) for each in wanted)
    if isinstance(value, (list, tuple)):
        return any(_matches(each, wanted) for each in value)
    return bool((value["key"] if _is_term(value) else value) == wanted)


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


def _label(words: Words, term: Mapping[str, Any], language: str, inside: bool = False) -> str:
    try:
        vocabulary = words.vocabulary(str(term["vocabulary"]))
    except KeyError:  # a row of a pack that is no longer used
        return t.one_line(str(term["key"]).replace("_", " "))
    return t.one_line((vocabulary.in_text if inside else vocabulary.label)(str(term["key"]), language))


def _keys(words: Words, vocabulary: str) -> list[str]:
    """The words of a list that stand for a place on a scale, in its order."""
    try:
        return [term.key for term in words.vocabulary(vocabulary) if not term.unknown]
    except KeyError:
        return []


def _place(words: Words, term: Mapping[str, Any]) -> int | None:
    keys = _keys(words, str(term["vocabulary"]))
    return keys.index(str(term["key"])) if str(term["key"]) in keys else None


def _sentence(spans: Iterable[Span], lang: str, refs: tuple[Ref, ...]) -> Sentence:
    """A sentence of spans; neighbours of one language become one; of one language altogether, it is the sentence's."""
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].lang == span.lang:
            joined[-1] = Span(joined[-1].text + span.text, span.lang)
        elif span.text:
            joined.append(span)
    said = "".join(span.text for span in joined)
    if len(joined) == 1:
        return Sentence(said, joined[0].lang, refs)
    return Sentence(said, lang, refs, tuple(joined))


def _merged(sentences: Iterable[Sentence]) -> list[Sentence]:
    """The same words said by several records become one sentence that carries them all."""
    merged: dict[tuple[str, str], Sentence] = {}
    for each in sentences:
        key = (each.text, each.lang)
        known = merged.get(key)
        records = tuple(dict.fromkeys((*known.records, *each.records))) if known else each.records
        merged[key] = Sentence(each.text, each.lang, records, each.spans)
    return list(merged.values())
