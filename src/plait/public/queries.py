"""Questions of the public site. Each asks for copies in the public circle and nothing else, whoever asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone

from plait import packs
from plait.kernel import clock
from plait.kernel.acting import role
from plait.kernel.errors import NotFound
from plait.kernel.models import Partnership, Publication, Published
from plait.packs import Pack
from plait.reports.profile import Profile, Row, compose


@dataclass(frozen=True)
class Edition:
    """One release to the public."""

    id: UUID
    number: str
    on: date
    title: str
    sha256: str
    entered: date | None = None  # where it took place before it was entered here from older records

    @property
    def order(self) -> tuple[int, ...]:
        """Numbers count within a year: 2026.10 comes after 2026.9. Their order decides, as one moment may hold several."""
        return tuple(int(part) if part.isdigit() else 0 for part in self.number.split("."))


@dataclass(frozen=True)
class Said:
    """Words with the language in which they are."""

    text: str
    lang: str

    def __bool__(self) -> bool:
        return bool(self.text)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Site:
    """What a page of the public site starts from: whose it is, in which language, and every copy of one edition."""

    partnership: Partnership
    pack: Pack
    language: str
    languages: tuple[str, ...]
    editions: tuple[Edition, ...]  # newest first
    edition: Edition | None
    rows: tuple[Row, ...]

    def of(self, kind: str) -> list[Row]:
        """The copies of a kind, in the order that they bring with them."""
        found = [row for row in self.rows if row.kind == kind]
        return sorted(found, key=lambda row: (_number(row.payload.get("position")), title(row).casefold(), str(row.id)))

    def word(self, term: Any) -> str:
        """A word of the pack's vocabulary in the reader's language; what another pack said stays readable."""
        if not isinstance(term, Mapping) or not term.get("key"):
            return ""
        try:
            return self.pack.vocabulary(str(term.get("vocabulary"))).label(str(term["key"]), self.language)
        except KeyError:
            return str(term["key"]).replace("_", " ")

    def said(self, row: Row, name: str = "public_text") -> Said:
        """Free text in the reader's language where somebody has entered a translation, else in its own."""
        text, translations = row.payload.get(name), row.payload.get("translations")
        given = translations.get(self.language) if isinstance(translations, Mapping) else None
        if isinstance(given, Mapping):
            given = given.get(name)
        elif name != "public_text":
            given = None
        if isinstance(given, str) and given.strip() and row.lang != self.language:
            return Said(given.strip(), self.language)
        return Said(text.strip() if isinstance(text, str) else "", row.lang)


def title(row: Row) -> str:
    return str(row.payload.get("title") or "")


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 32767


def _partnership() -> Partnership:
    found = Partnership.objects.first()
    if found is None:
        raise NotFound
    return found


def _language(asked: str, known: Iterable[str]) -> str:
    """The language asked for if the partnership has it, else its first."""
    languages = [code for code in known if isinstance(code, str)] or ["en"]
    return asked if asked in languages else languages[0]


def _editions(circle: UUID) -> list[Edition]:
    """Every release to the public, newest first."""
    found = [
        Edition(
            p.id,
            p.number,
            p.dated_on or timezone.localdate(p.released_at),
            p.title,
            p.sha256,
            timezone.localdate(p.released_at) if p.dated_on else None,
        )
        for p in Publication.objects.filter(circle_id=circle)
    ]
    return sorted(found, key=lambda e: e.order, reverse=True)


def _rows(circle: UUID, editions: Iterable[Edition], upto: Edition) -> list[Row]:
    """The newest copy of each record as of an edition. Withdrawing deletes the copies, so it empties every edition."""
    known = {e.id: e for e in editions if e.order <= upto.order}
    newest: dict[tuple[str, UUID], tuple[tuple[int, ...], Row]] = {}
    for copy in Published.objects.filter(circle_id=circle, publication_id__in=list(known)).order_by("id"):
        edition, key = known[copy.publication_id], (copy.kind, copy.record_id)
        if key not in newest or newest[key][0] < edition.order:
            newest[key] = (edition.order, Row(copy.kind, copy.record_id, copy.payload, copy.lang, edition.on))
    return [row for _order, row in newest.values()]


def site(language: str = "", number: str | None = None) -> Site:
    """The newest edition, or the one of that number. Raises NotFound: no such edition, or no partnership."""
    partnership = _partnership()
    circle = partnership.public_circle_id
    editions = _editions(circle)
    if number is None:
        edition = editions[0] if editions else None
    else:
        edition = next((e for e in editions if e.number == number), None)
        if edition is None:
            raise NotFound
    return Site(
        partnership=partnership,
        pack=packs.current(),
        language=_language(language, partnership.languages),
        languages=tuple(partnership.languages) or ("en",),
        editions=tuple(editions),
        edition=edition,
        rows=tuple(_rows(circle, editions, edition)) if edition else (),
    )


def profile_of(site: Site) -> Profile:
    """The team profile of an edition."""
    partnership = {"town": site.partnership.town, "name": site.partnership.name}
    on = site.edition.on if site.edition else timezone.localdate(clock.now(role.get()))
    version = site.edition.number if site.edition else "0"
    entered = site.edition.entered if site.edition else None
    return compose(site.pack.profile, list(site.rows), partnership, site.language, on, version, site.pack, entered)


def profile(language: str, number: str | None = None) -> Profile:
    """The team profile as it is public now, or as it was in the edition of that number. Raises NotFound."""
    return profile_of(site(language, number))
