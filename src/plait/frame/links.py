"""Where rooms meet on a page without knowing each other.

A room says how its things are shown to others (`shown_as`), and what of its own points at another room's thing
(`points_at`). A page that wants to show either asks here. What the asker may not see is absent: no gap, no count.

    @shown_as("risk")                                         # in picture/links.py, imported by its apps.py
    def risks(asker, pairs): return [Link("risk", r.id, r.circle_id, str(r), url, note) for r in ...]

    @points_at("risk", kind="priority", heading=_("What we do about it"))
    def priorities(asker, circle, id): return [Link(...), ...]

    links.of(asker, "risk", [(circle, id), ...]) -> [Link]     # in the order asked
    links.about(asker, "risk", circle, id) -> [Group]          # one group for each kind that has something to say
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

Pair = tuple[UUID, UUID]  # circle, id


@dataclass(frozen=True)
class Link:
    """A thing of some room, as another room's page shows it."""

    kind: str
    id: UUID
    circle: UUID
    title: str
    url: str
    note: str = ""
    lang: str = ""


@dataclass(frozen=True)
class Group:
    """What one kind has to say about a thing."""

    kind: str
    heading: Any
    links: Sequence[Link] = field(default_factory=tuple)


_shown: dict[str, Callable[[Any, list[Pair]], Iterable[Link]]] = {}
_pointing: dict[str, dict[str, tuple[Any, Callable[[Any, UUID, UUID], Iterable[Link]]]]] = {}


def shown_as(kind: str) -> Callable[[Any], Any]:
    """Registers how things of a kind are shown: one query for all pairs, whatever the asker may not see left out."""

    def register(say: Any) -> Any:
        if kind in _shown and _shown[kind] is not say:
            raise ValueError(f"{kind!r} is shown already")
        _shown[kind] = say
        return say

    return register


def points_at(target: str, *, kind: str, heading: Any) -> Callable[[Any], Any]:
    """Registers what things of `kind` say about a thing of `target`: one query each."""

    def register(say: Any) -> Any:
        _pointing.setdefault(target, {})[kind] = (heading, say)
        return say

    return register


def kinds() -> list[str]:
    return sorted(_shown)


def of(asker: Any, kind: str, pairs: Iterable[Pair]) -> list[Link]:
    """The things of a kind that the asker may see, in the order in which they were asked for."""
    asked = list(dict.fromkeys(pairs))
    say = _shown.get(kind)
    if not asked or say is None:
        return []
    found = {(link.circle, link.id): link for link in say(asker, asked)}
    return [found[pair] for pair in asked if pair in found]


def about(asker: Any, kind: str, circle: UUID, id: UUID) -> list[Group]:
    """What other rooms have that points at this thing. A kind with nothing to say has no group."""
    groups = []
    for pointing, (heading, say) in _pointing.get(kind, {}).items():
        links = list(say(asker, circle, id))
        if links:
            groups.append(Group(pointing, heading, links))
    return groups
