"""How a partnership judges: the steps of an assessment, the matrix; and how long what it writes is kept."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from plait.packs.shape.base import Percent, Shape, Slug, Text
from plait.packs.shape.words import in_file_order


class State(Shape):
    """Where an assessment can stand."""

    key: Slug
    """What is stored."""
    label: Text
    """What people read."""
    note: Text | None = None
    """What may happen now, shown on its page."""
    frozen: bool = False
    """True: the text can no longer be changed; a change is a new draft."""


class Step(Shape):
    """A way from one state to another."""

    key: Slug
    """By which code and log name it."""
    label: Text
    """On the button."""
    from_: Annotated[Slug, Field(alias="from")]
    """The state before."""
    to: Slug
    """The state after; the same one where the step only adds something."""
    right: str
    """The decision right of `rights.yaml` that it needs."""


class Quorum(Shape):
    """Who has to be present when an assessment is agreed."""

    of: Slug
    """The kind of group that agrees, a word of `group_kind`."""
    at_least: Annotated[int, Field(ge=1)]
    """So many of its members, in any case."""
    share: Percent
    """And so many percent of them."""
    note: Text
    """The rule in words, shown where the meeting is recorded."""
    source: Slug
    """Where the rule comes from."""
    grade: Slug
    """How well that is known."""


class Assessment(Shape):
    """`assessment.yaml`: the steps of the year's assessment."""

    start: Slug
    """The state of a new one."""
    states: Annotated[tuple[State, ...], Field(min_length=2)]
    """In the order in which a reader meets them."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    """The ways between them."""
    quorum: Quorum
    """Who has to be present."""
    source: Slug
    """Where the steps come from."""
    grade: Slug
    """How well that is known."""


class Band(Shape):
    """In which order a board discusses. Not a score."""

    key: Slug
    """What is stored."""
    label: Text
    """What people read."""
    note: Text | None = None
    """What it asks of the board."""
    order: int
    """1 is discussed last; the position in the file where left out."""


class Matrix(Shape):
    """`matrix.yaml`: likelihood and impact looked up, never multiplied."""

    about: Text
    """How to read it."""
    source: Slug
    """Where it comes from."""
    grade: Slug
    """How well that is known."""
    bands: Annotated[tuple[Band, ...], Field(min_length=2)]
    """From the one discussed last to the one discussed first."""
    rows: dict[Slug, dict[Slug, Slug]]
    """Likelihood, then impact, to the band: complete, and never falling where either rises."""

    @model_validator(mode="before")
    @classmethod
    def _order_of_file(cls, raw: Any) -> Any:
        return in_file_order(raw, "bands")

    def band(self, likelihood: str, impact: str) -> Band:
        """Raises KeyError for words that the matrix does not know."""
        key = self.rows[likelihood][impact]
        return next(band for band in self.bands if band.key == key)


class RetentionClass(Shape):
    """How long a kind of record is kept."""

    key: Slug
    """By which the tables name it."""
    label: Text
    """What people read."""
    days: Annotated[int, Field(ge=1)] | None = None
    """So many days; left out: kept until somebody decides otherwise."""
    counted_from: Text
    """The day from which they are counted, in words."""
    reason: Text
    """Why that long and no longer, shown to whoever asks."""
    source: Slug
    """Where the period comes from."""
    grade: Slug
    """How well that is known."""


class RetentionFile(Shape):
    """`retention.yaml`."""

    classes: Annotated[tuple[RetentionClass, ...], Field(min_length=1)]
    """The periods."""
