"""Vocabularies, and the grades behind plain choices."""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, NamedTuple

from pydantic import Field, model_validator

from plait.packs.shape.base import Percent, Said, Shape, Slug, Text


def in_file_order(raw: Any, key: str) -> Any:
    """Gives each thing of the list under `key` its position in the file as `order`, where it has none."""
    if isinstance(raw, dict) and isinstance(raw.get(key), list):
        return {**raw, key: [{"order": at, **one} if isinstance(one, dict) else one for at, one in enumerate(raw[key], 1)]}
    return raw


class Term(Shape):
    """One word of a vocabulary."""

    key: Slug
    """What is stored. Never change it: retire it and add another."""
    label: Text
    """What people read."""
    in_text: Text | None = None
    """The same inside a sentence (English writes it small); the label where left out."""
    note: Text | None = None
    """What it means, shown as a hint."""
    order: int
    """Position in lists; the position in the file where left out."""
    retired: bool = False
    """True: no longer offered, still readable where it was used."""
    low: Percent | None = None
    """Of a likelihood: where its band begins, in percent."""
    high: Percent | None = None
    """Of a likelihood: where its band ends, in percent. Gaps between bands are meant."""
    range: Text | None = None
    """Of a likelihood: the band in words, short enough for the head of a column."""
    unknown: bool = False
    """True: it says 'cannot be judged'. It is left out of every average and never stands for the middle."""
    grade: Slug | None = None
    """Where this one is known less well, or better, than its vocabulary."""


class Vocabulary(Shape):
    """A list of words to choose from."""

    title: Text
    """What the list is of."""
    about: Text | None = None
    """How to use it."""
    version: Said
    """Of this list."""
    source: Slug
    """Where it comes from."""
    grade: Slug
    """How well that is known."""
    terms: Annotated[tuple[Term, ...], Field(min_length=1)]
    """Its words."""

    @model_validator(mode="before")
    @classmethod
    def _order_of_file(cls, raw: Any) -> Any:
        return in_file_order(raw, "terms")

    @cached_property
    def _by_key(self) -> dict[str, Term]:
        return {term.key: term for term in self.terms}

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def __iter__(self) -> Iterator[Term]:  # type: ignore[override]  # a vocabulary is its words
        return iter(sorted(self.terms, key=lambda term: term.order))

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(term.key for term in self)

    def term(self, key: str) -> Term:
        """Raises KeyError for a word that is not in the list."""
        return self._by_key[key]

    def label(self, key: str, language: str) -> str:
        """In this language, else in English; the key itself where the list does not know it (an old row of another pack)."""
        term = self._by_key.get(key)
        return term.label.said(language) if term else key

    def in_text(self, key: str, language: str) -> str:
        """As `label`, inside a sentence."""
        term = self._by_key.get(key)
        return (term.in_text or term.label).said(language) if term else key

    def choices(self, language: str) -> list[tuple[str, str]]:
        """What may be chosen today, in order: (key, label)."""
        return [(term.key, term.label.said(language)) for term in self if not term.retired]


class VocabulariesFile(Shape):
    """`vocabularies.yaml`."""

    vocabularies: dict[Slug, Vocabulary]
    """Key of the vocabulary to its words."""


class Graded(NamedTuple):
    reliability: str
    credibility: str


class GradingRow(Shape):
    """What one plain choice means in grades."""

    how: Slug
    """How the author knows: a word of `evidence_how`."""
    sure: Slug
    """How sure the author is: a word of `evidence_sure`."""
    reliability: Slug
    """Of the source: a word of `admiralty_reliability`."""
    credibility: Slug
    """Of what is said: a word of `admiralty_credibility`."""


class Grading(Shape):
    """`grading.yaml`: the two grades behind the plain choices 'I saw it, was told, read it'."""

    about: Text
    """How the grades are meant."""
    source: Slug
    """Where the mapping comes from."""
    grade: Slug
    """How well that is known."""
    rows: tuple[GradingRow, ...]
    """One for each pair of how and sure."""
