"""Search over everything that the asker may see: what is found, the passage in which it stands, and who else sees it."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plait.exchange.models import Lesson
from plait.frame.lists import Ask, Column, Filter, Page, Spec
from plait.frame.show import TLP as ORDER
from plait.frame.show import Sees
from plait.kernel import search
from plait.kernel.access.queries import TLP
from plait.kernel.acting import Asker
from plait.kernel.models import Circle, Kind, Protected
from plait.partners.models import Gap, Group, Organisation, Person
from plait.picture.models import Assessment, Evidence, Risk
from plait.programme.models import Priority

KINDS: dict[str, tuple[type[Protected], Promise, str]] = {
    "risk": (Risk, _("Risk"), "picture:risk"),
    "evidence": (Evidence, _("Evidence"), "picture:evidence"),
    "assessment": (Assessment, _("Assessment"), "picture:assessment"),
    "priority": (Priority, _("Priority"), "programme:priority"),
    "lesson": (Lesson, _("Lesson"), "exchange:lesson"),
    "organisation": (Organisation, _("Organisation"), "partners:organisation"),
    "person": (Person, _("Person"), "partners:person"),
    "group": (Group, _("Group"), "partners:group"),
    "gap": (Gap, _("Empty seat"), "partners:gap"),
}
"""What search finds, as the asker may narrow it."""
TABLES = {model._meta.db_table: kind for kind, (model, _label, _route) in KINDS.items()}
MOST = 5_000  # rows of a file
AROUND = 110  # letters of a passage before the word, and a little more after it
READ = 20_000  # letters of a text in which words are marked
WORD = re.compile("[\\w\u0300-\u036f\u0600-\u06ff\u0900-\u0dff\u200c\u200d'\u2019]+")

Parts = list[tuple[str, bool]]


@dataclass(frozen=True)
class Hit:
    """One record that was found. `title` and `text` come in parts; the parts that were asked for are marked."""

    kind: Any
    url: str
    title: Parts
    lang: str
    text: Parts
    text_lang: str
    at: Any
    sees: Sees
    circle: uuid.UUID
    id: uuid.UUID
    looked: type[Protected] | None

    @property
    def name(self) -> str:
        return "".join(part for part, _marked in self.title)

    @property
    def passage(self) -> str:
        return "".join(part for part, _marked in self.text)


def spec(of: dict[str, int] | None = None) -> Spec:
    """The list of what was found; `of`: how many of each table, said beside the kind."""

    def kinds() -> list[tuple[str, Any]]:
        return [
            (kind, f"{label} ({of.get(model._meta.db_table, 0)})" if of is not None else label)
            for kind, (model, label, _route) in KINDS.items()
        ]

    columns = (
        Column("kind", _("Kind")),
        Column("name", _("Title")),
        Column("passage", _("Passage")),
        Column("at", _("Entered")),
        Column("audience", _("Who sees it"), value=lambda hit: f"{hit.sees.tlp} {hit.sees.words}"),
        Column("url", _("Address"), file_only=True),
    )
    return Spec("search", columns, (Filter("kind", _("Kind"), kinds),), search=("words",))


def found(asker: Asker, ask: Ask) -> Page:
    """One page of what was found. A page past the end is the last one."""
    answer = _find(asker, ask, size=spec().size, page=ask.page)
    shown = Ask(ask.q, "", answer.page, ask.chosen, "", {"kind": spec(answer.of).filters[0].options()})
    return Page(_shown(asker, answer.hits, ask.q), answer.total, sum(answer.of.values()), answer.page, shown, spec())


def for_export(asker: Asker, ask: Ask) -> list[Hit]:
    """Everything that was found, for a file."""
    return _shown(asker, _find(asker, ask, size=MOST, page=1).hits, ask.q)


def beginning(asker: Asker, ask: Ask, size: int) -> list[Hit]:
    """Records in whose titles the last word goes on."""
    return _shown(asker, _find(asker, ask, size=size, page=1, beginning=True).hits, "")


def narrowest(hits: list[Hit], otherwise: uuid.UUID) -> uuid.UUID:
    """The circle that labels a page with these hits."""
    found = max(hits, key=lambda hit: ORDER.index(hit.sees.tlp), default=None)
    return found.circle if found and ORDER.index(found.sees.tlp) > 1 else otherwise


def _find(asker: Asker, ask: Ask, size: int, page: int, beginning: bool = False) -> search.Found:
    kind = ask.chosen.get("kind", "")
    only = KINDS[kind][0]._meta.db_table if kind else ""
    return search.find(asker, ask.q, tables=list(TABLES), only=only, size=size, page=page, beginning=beginning)


def _shown(asker: Asker, hits: list[search.Hit], asked: str) -> list[Hit]:
    """The records behind the hits, in their order, with the words marked; one query for each kind of record, one for the audiences."""
    rows: dict[tuple[str, uuid.UUID], Any] = {}
    for table in dict.fromkeys(hit.table for hit in hits):
        ids = [hit.row for hit in hits if hit.table == table]
        rows |= {(table, row.id): row for row in KINDS[TABLES[table]][0].objects.filter(id__in=ids)}
    circles = {c.id: c for c in Circle.objects.filter(id__in={hit.circle for hit in hits})} if hits else {}
    texts = {key: list(_texts(row)) for key, row in rows.items()}
    marked = _alike(asker, [text for some in texts.values() for text in some], asked) if rows and asked else set()
    made = []
    for hit in hits:
        row = rows.get((hit.table, hit.row))
        if row is None:
            continue
        (title, lang), *others = texts[hit.table, hit.row]
        text, text_lang = next(
            (t for t in others if any((w, t[1]) in marked for w in WORD.findall(t[0][:READ]))), others[0] if others else ("", "")
        )
        circle = circles[hit.circle]
        model, label, route = KINDS[TABLES[hit.table]]
        made.append(
            Hit(
                label, reverse(route, args=[hit.circle, hit.row]), _parts(title, lang, marked), lang,
                _cut(_parts(text, text_lang, marked)), text_lang, hit.at, Sees(circle.name, TLP[Kind(circle.kind)]), hit.circle,
                hit.row, model if model.looked else None,
            )
        )  # fmt: skip
    return made


def _texts(row: Any) -> Iterator[tuple[str, str]]:
    """What of a record is searched, each with its language, the title first."""
    lang = getattr(row, "lang", "") or ""
    yield (str(row), lang)
    for name in row.searchable[1:]:
        if said := getattr(row, name):
            yield (said, lang)
    if isinstance(row, Gap):
        yield (row.public_text, lang)
    yield from ((text, code) for code, text in (getattr(row, "translations", None) or {}).items())


def _first(word: str) -> str:
    return unicodedata.normalize("NFKD", word.lower())[:1]


def _alike(asker: Asker, texts: list[tuple[str, str]], asked: str) -> set[tuple[str, str]]:
    """The words to be marked. Whether a word is a form of what was asked for is the database's to say, which found it; asked are
    those that begin alike."""
    letters = {_first(w) for w in WORD.findall(asked)}
    every = {(w, lang) for text, lang in texts for w in WORD.findall(text[:READ])}
    if all(letter.isascii() for letter in letters):
        every = {(w, lang) for w, lang in every if _first(w) in letters}
    return search.alike(asker, sorted(every), asked) if every else set()


def _parts(text: str, lang: str, marked: set[tuple[str, str]]) -> Parts:
    made: Parts = []
    end = 0
    for match in WORD.finditer(text[:READ]):
        if (match[0], lang) in marked:
            made += [(text[end : match.start()], False), (match[0], True)]
            end = match.end()
    return [(part, on) for part, on in (*made, (text[end:], False)) if part]


def _cut(parts: Parts) -> Parts:
    """The passage around the first marked word, cut between words."""
    if sum(len(part) for part, _on in parts) <= 3 * AROUND:
        return parts
    first = next((n for n, (_part, on) in enumerate(parts) if on), 0)
    before = parts[first - 1][0] if first else ""
    made: Parts = []
    if before:
        kept = before[-AROUND:].partition(" ")[2] if len(before) > AROUND else before
        made.append(("… " + kept if kept != before or first > 1 else kept, False))
    left = 2 * AROUND
    for part, on in parts[first:]:
        if len(part) > left and not on:
            made.append((part[:left].rpartition(" ")[0] + " …", False))
            break
        made.append((part, on))
        left -= len(part)
    return made
