"""Offices, decision rights, and the table that is recommended."""

from typing import Annotated, Literal

from pydantic import Field

from plait.packs.shape.base import Level, Shape, Slug, Text


class SeatGiven(Shape):
    """A seat that comes with an office."""

    circle: Slug
    """`partnership`, or a word of `group_kind`: the group for which the office is held."""
    level: Level
    """`reader`, `contributor` or `steward`."""


class Office(Shape):
    """A named duty, held by a person for a time."""

    key: Slug
    """What is stored."""
    label: Text
    """What people read."""
    description: Text
    """What whoever holds it does."""
    seats: tuple[SeatGiven, ...] = ()
    """Where it lets its holder sit; none where left out."""


class OfficesFile(Shape):
    """`offices.yaml`."""

    offices: Annotated[tuple[Office, ...], Field(min_length=1)]
    """The offices of a partnership. An office gives the seats named here and the rights of `rights.yaml`, nothing else."""


class Right(Shape):
    """Who decides a step."""

    label: Text
    """The step in words, as one would say what somebody may do."""
    offices: Annotated[tuple[Slug, ...], Field(min_length=1)]
    """The offices that decide it."""
    second: bool = False
    """True: another person must have prepared it; nobody agrees to their own."""


class RightsFile(Shape):
    """`rights.yaml`: the decision rights."""

    rights: dict[str, Right]
    """Step to who decides it; every step that the code asks about, and no other."""


class Stakeholder(Shape):
    """A kind of partner that a partnership of this kind should have at its table."""

    key: Slug
    """What is stored."""
    label: Text
    """What people read."""
    in_text: Text | None = None
    """The same inside a sentence."""
    sectors: Annotated[tuple[Slug, ...], Field(min_length=1)]
    """An organisation of any of these sectors, with a person who has a seat, fills the place."""
    need: Literal["must", "should", "could"]
    """How much a table without it lacks; orders the list, is never added up."""
    why: Text
    """Why it belongs there."""
    source: Slug
    """Who recommends it."""
    grade: Slug
    """How well that is known."""


class StakeholdersFile(Shape):
    """`stakeholders.yaml`."""

    stakeholders: Annotated[tuple[Stakeholder, ...], Field(min_length=1)]
    """The recommended table, in the order in which it is shown."""
