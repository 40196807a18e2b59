"""The layout of the team profile."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from plait.packs.shape.base import RouteName, Shape, Text

RecordKind = Literal["partnership", "assessment", "risk", "organisation", "group", "gap", "priority", "lesson"]
SectionKey = Literal[
    "risk_landscape",
    "primary_focus",
    "stakeholders",
    "further_stakeholders",
    "contribution",
    "exchange",
    "future_focus",
    "advice",
    "contact",
]


class Part(Shape):
    """A paragraph, a list or a card made from the released records of one kind."""

    form: Literal["text", "list", "contact"]
    """`text`: sentences that run on; `list`: one bullet a record; `contact`: a card."""
    kind: RecordKind
    """The kind of record."""
    where: dict[str, tuple[str, ...]] = {}
    """Only records whose field has one of these values: `{family: [online]}`."""
    order: tuple[str, ...] = ()
    """Fields to sort by; `-year` puts the highest first."""
    limit: Annotated[int, Field(ge=1)] | None = None
    """No more records than this."""
    lead: Text | None = None
    """The pack's own sentence before, shown when a record has something to say. May hold `{town}`, `{partnership}`, `{count}`."""
    join: Text | None = None
    """One sentence for all records instead of one each. Holds `{items}`, and may hold what `lead` may."""
    item: str = "title"
    """The field that names a record in `join` and in a list. Vocabulary words are said in the reader's language, each once."""
    sentence: str = "public_text"
    """The field with the free text that becomes the sentences of a `text`, or the card of a `contact`."""
    after: Text | None = None
    """The pack's own sentence after, likewise."""

    @field_validator("where", mode="before")
    @classmethod
    def _one_or_many(cls, raw: Any) -> Any:
        return {key: [value] if isinstance(value, str) else value for key, value in raw.items()} if isinstance(raw, dict) else raw


class Section(Shape):
    """A section of the profile."""

    key: SectionKey
    """Which one; all nine, in the order in which they are read."""
    title: Text
    """Its heading. May hold `{town}` and `{partnership}`."""
    empty: Text
    """What to publish first, said to those who can."""
    empty_link: RouteName
    """The page on which to begin, `room:name`."""
    parts: Annotated[tuple[Part, ...], Field(min_length=1)]
    """What it is made of; a part without records leaves no trace."""


class Layout(Shape):
    """`profile.yaml`: the layout of the team profile, and its connecting sentences."""

    title: Text
    """The profile's title. May hold `{town}` and `{partnership}`."""
    lead: Part | None = None
    """What stands below the title: one free text of one record."""
    sections: tuple[Section, ...]
    """Its sections."""
