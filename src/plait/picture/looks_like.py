"""Looks through what somebody typed for what may point at a private person: a name, a number, an address. Pure functions.

Plain patterns, no list of names and no learning: it misses much and flags some harmless words. It warns; people decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

NAME, PHONE, EMAIL, POSTCODE, ADDRESS, HANDLE = "name", "phone", "email", "postcode", "address", "handle"

SAYS = {
    NAME: _("“%(found)s” looks like somebody's name. Write “one of them”, or what role they had."),
    PHONE: _("“%(found)s” looks like a telephone number. Take it out."),
    EMAIL: _("“%(found)s” is an e-mail address. Take it out."),
    POSTCODE: _("“%(found)s” looks like a postcode. A place of the list is narrow enough."),
    ADDRESS: _("“%(found)s” looks like an address. A place of the list is narrow enough."),
    HANDLE: _("“%(found)s” looks like somebody's name online. Take it out."),
}


@dataclass(frozen=True)
class Finding:
    kind: str
    found: str

    @property
    def sentence(self) -> str:
        return str(SAYS[self.kind]) % {"found": self.found}


_WORD = r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ'’-]+"
_TITLE = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Lady|Rev|Imam|Rabbi|Herrn?|Frau)"
_SAID = r"(?:said|says|told|asked|asks|wrote|writes|thinks|knows|sagte?|meinte?|erzählte?|schrieb|fragte)"
_PATTERNS: tuple[tuple[str, str], ...] = (
    (EMAIL, r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    (HANDLE, r"(?<![\w@.])@\w{2,}"),
    (ADDRESS, rf"\b\d{{1,4}}[a-z]?,? {_WORD}(?: {_WORD})? (?:Street|Road|Lane|Avenue|Close|Drive|Way|Terrace|Court|Place)\b"),
    (ADDRESS, r"\b[A-ZÄÖÜ][\wäöüß-]*(?:straße|strasse|str\.|weg|gasse|platz|allee) \d{1,4}\b"),
    (POSTCODE, r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"),
    (POSTCODE, rf"\b\d{{5}} (?={_WORD})"),
    (PHONE, r"(?<![\w.])(?:\+|00?)[\d][\d ()/-]{7,}\d"),
    (NAME, rf"\b{_TITLE}\.? {_WORD}(?: {_WORD})?"),
    (NAME, rf"\b(?:{_WORD} )*{_WORD}(?= {_SAID}\b)"),
    (NAME, rf"\b(?:called|named|heißt|namens) {_WORD}(?: {_WORD})?"),
)
_CAPITALS = re.compile(rf"{_WORD}(?: {_WORD})*")
_NO_NAMES = frozenset(
    [
        "I",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "Montag",
        "Dienstag",
        "Mittwoch",
        "Donnerstag",
        "Freitag",
        "Samstag",
        "Sonntag",
        "Januar",
        "Februar",
        "März",
        "Mai",
        "Juni",
        "Juli",
        "Oktober",
        "Dezember",
        "English",
        "British",
        "German",
        "European",
        "Muslim",
        "Muslims",
        "Islam",
        "Islamist",
        "Christian",
        "Christians",
        "Jewish",
        "Jews",
        "Hindu",
        "Sikh",
        "Police",
        "Council",
        "Prevent",
        "Nobody",
        "Somebody",
        "Everybody",
        "They",
        "He",
        "She",
        "We",
        "It",
        "One",
        "People",
        "Parents",
        "Staff",
        "Pupils",
        "Teachers",
        "Residents",
        "Neighbours",
        "Boys",
        "Girls",
        "Who",
        "Someone",
        "Anyone",
        "Others",
        "Many",
        "Some",
        "Most",
        "Few",
        "Er",
        "Sie",
        "Es",
        "Wir",
        "Man",
        "Jemand",
        "Niemand",
        "Viele",
        "Einige",
        "Wer",
        "Eltern",
    ]
)


def look(text: str, *, lang: str = "en", known: Iterable[str] = ()) -> list[Finding]:
    """What may point at a private person, each once, in the order in which it stands. `known`: names of places and organisations."""
    spared = {word.lower() for name in known for word in re.findall(r"[\w'’-]+", name)} | {word.lower() for word in _NO_NAMES}
    found: list[tuple[int, Finding]] = []
    taken: list[range] = []

    def add(kind: str, start: int, words: str) -> None:
        span = range(start, start + len(words))
        if words.strip() and not any(start < r.stop and r.start < span.stop for r in taken):
            taken.append(span)
            found.append((start, Finding(kind, words.strip())))

    for kind, pattern in _PATTERNS:
        for match in re.finditer(pattern, text):
            if kind != NAME or not all(w.lower() in spared for w in re.findall(r"[\w'’-]+", match[0])):
                add(kind, match.start(), match[0])
    if lang.split("-")[0] != "de":  # German writes every noun large: there a capital tells nothing
        for match in _CAPITALS.finditer(text):
            before = text[: match.start()].rstrip(" \t\"'“‘(")
            if not before or before[-1] in ".!?:;\n":
                continue
            if not all(w.lower() in spared for w in match[0].split()):
                add(NAME, match.start(), match[0])
    once: dict[Finding, None] = {}
    for _at, finding in sorted(found, key=lambda pair: pair[0]):
        once.setdefault(finding)
    return list(once)
