"""What all shapes share, and `pack.yaml` itself."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints, model_validator

PATTERNS = {
    "SLUG": r"^([a-z0-9]+([_-][a-z0-9]+)*|[A-Z])$",
    "LANGUAGE": r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
    "ADDRESS": r"^https://[^\s]+$",
    "NUMBER": r"^\+?[0-9][0-9 ]*$",
    "DAY": r"^\d{4}(-\d{2}(-\d{2})?)?$",
    "DATE": r"^\d{4}-\d{2}-\d{2}$",
    "ROUTE": r"^[a-z]+:[a-z_-]+$",
}
"""What may be written where; `problems.py` has each in words."""

Slug = Annotated[str, StringConstraints(pattern=PATTERNS["SLUG"], max_length=60)]
Language = Annotated[str, StringConstraints(pattern=PATTERNS["LANGUAGE"])]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Address = Annotated[str, StringConstraints(pattern=PATTERNS["ADDRESS"])]
Number = Annotated[str, StringConstraints(pattern=PATTERNS["NUMBER"])]
Day = Annotated[str, StringConstraints(pattern=PATTERNS["DAY"])]
WholeDay = Annotated[str, StringConstraints(pattern=PATTERNS["DATE"])]
RouteName = Annotated[str, StringConstraints(pattern=PATTERNS["ROUTE"])]
Percent = Annotated[int, Field(ge=0, le=100)]
Level = Literal["reader", "contributor", "steward"]


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, validate_by_name=False)


class Text(RootModel[dict[Language, Said]]):
    """Words in several languages, `{en: ..., de: ...}`; never empty."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _something(self) -> "Text":
        if not self.root:
            raise ValueError("no language is given; write {en: ...}")
        return self

    def said(self, language: str) -> str:
        """The words in this language; else in its base language, in English, in the first one that there is."""
        return self.said_in(language)[0]

    def said_in(self, language: str) -> tuple[str, str]:
        """The words as `said`, and the language in which they are."""
        for candidate in (language, language.partition("-")[0], "en", *self.root):
            if candidate in self.root:
                return self.root[candidate], candidate
        raise AssertionError("a text is never empty")

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(self.root)


class Grade(Shape):
    """How well something is known: how the pack's authors came by it."""

    key: Slug
    """One capital letter."""
    label: Text
    """The grade in two or three words."""
    meaning: Text
    """What it means to a reader, in a sentence."""
    mark: Text | None = None
    """What is shown beside each thing of this grade; leave out where nothing need be said."""
    verified: bool = True
    """False: what carries this grade is marked on screen as not verified, and a help line or complaint route needs `check`."""


class Source(Shape):
    """A text that the pack rests on."""

    key: Slug
    """By which the pack's other files name it."""
    title: Said
    """Its title, in its own language."""
    publisher: Said
    """Who published it."""
    date: Day | None = None
    """Year, month or day of the edition that was read; leave out where it is undated."""
    url: Address | None = None
    """Where it can be read."""
    grade: Slug
    """How it was read."""
    note: Text | None = None
    """What a reader should know about it."""


class PackFile(Shape):
    """`pack.yaml`: what the pack is, and what it rests on."""

    key: Slug
    """The folder's name."""
    version: Said
    """Of the pack's content; an agreed assessment keeps it."""
    title: Text
    """Its name on pages."""
    about: Text
    """For whom it is meant, and what it does not claim."""
    jurisdiction: Text
    """Where it applies."""
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    """Every text of the pack has to exist in each of them."""
    grades: Annotated[tuple[Grade, ...], Field(min_length=1)]
    """The grades used in this pack, best first."""
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    """The texts that the pack rests on."""
