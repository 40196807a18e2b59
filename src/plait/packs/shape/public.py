"""What the public reads: help, complaints, refusals."""

from typing import Annotated

from pydantic import Field

from plait.packs.shape.base import Address, Number, Shape, Slug, Text


class Emergency(Shape):
    """What to do when somebody is in danger now; stands first on every page that asks for a worry."""

    rule: Text
    """The rule, in a sentence that can be read in a fright."""
    number: Number | None = None
    """The emergency number; left out where the pack cannot know it."""
    source: Slug
    """Where the rule comes from."""
    grade: Slug
    """How well that is known."""
    check: Text | None = None
    """What to check before use; needed where the grade is not verified."""


class HelpLine(Shape):
    """Whom to call or write to."""

    key: Slug
    """By which pages name it."""
    label: Text
    """Its name."""
    whom: Text
    """For whom, and for what."""
    phone: Number | None = None
    """Its number, as it is dialled at home."""
    web: Address | None = None
    """Its address."""
    hours: Text | None = None
    """When it answers."""
    source: Slug
    """Where this was read."""
    grade: Slug
    """How well that is known."""
    check: Text | None = None
    """What to check before use; needed where the grade is not verified."""


class Help(Shape):
    """`help.yaml`: the emergency rule and the help lines."""

    emergency: Emergency
    """The rule for danger now."""
    lines: tuple[HelpLine, ...] = ()
    """Whom to call otherwise; may be empty, and then `none` is shown."""
    none: Text
    """What stands there while no line is filled in."""


class Complaint(Shape):
    """A way to complain."""

    key: Slug
    """By which pages name it."""
    label: Text
    """Who takes the complaint."""
    about: Text
    """What it can be about, and what not."""
    how: Text
    """How one goes about it, and what happens then."""
    outside: bool
    """True: a body outside the partnership. There is at least one."""
    phone: Number | None = None
    """Its number."""
    web: Address | None = None
    """Its address."""
    source: Slug
    """Where this was read."""
    grade: Slug
    """How well that is known."""
    check: Text | None = None
    """What to check before use; needed where the grade is not verified."""


class ComplaintsFile(Shape):
    """`complaints.yaml`."""

    routes: Annotated[tuple[Complaint, ...], Field(min_length=1)]
    """In the order in which they are shown."""


class Refusal(Shape):
    """Something that the partnership will not do."""

    key: Slug
    """By which pages name it."""
    title: Text
    """In one line."""
    text: Text
    """What that means, in a sentence or two."""


class RefuseFile(Shape):
    """`refuse.yaml`: what we refuse to do. What the software guarantees is code, and stands on a page of its own."""

    refusals: Annotated[tuple[Refusal, ...], Field(min_length=1)]
    """In the order in which they are shown."""
