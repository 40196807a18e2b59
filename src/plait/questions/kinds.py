"""The kinds of question, each registered by the room whose records it is about."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from plait.frame.forms import PlaitForm
from plait.kernel.acting import Asker
from plait.kernel.models import Answer

Words = Any
"""Text that is translated when it is shown."""


@dataclass(frozen=True)
class Shown:
    """What of a record is frozen into a link: all that the visitor will read of it."""

    title: str = ""
    text: str = ""
    lang: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    about_kind: str = ""
    about_id: uuid.UUID | None = None

    def as_dict(self) -> dict[str, Any]:
        return {"title": self.title, "text": self.text, "lang": self.lang, "facts": [list(f) for f in self.facts]}


@dataclass(frozen=True)
class Taker:
    """A way for an answer into a record. `form` asks what the record needs besides; `take` calls the room's own action.

    `take` gives back what the answer became: a kind, and a row with an id and an address.
    """

    key: str
    label: Words
    form: Callable[[Asker, Answer, Any], PlaitForm]
    take: Callable[[Asker, Answer, Mapping[str, Any]], Any]
    can: Callable[[Asker, Answer], bool] = lambda _asker, _answer: True


@dataclass(frozen=True)
class Kind:
    """A kind of question. `form`: what the visitor fills in; has at least `text` and `signed`. `things`: what may be asked about, if anything."""

    key: str
    label: Words
    hint: Words
    form: type[PlaitForm]
    about: Words = ""
    things: Callable[[Asker], Iterable[tuple[str, str]]] | None = None
    freeze: Callable[[Asker, uuid.UUID, str], Shown] | None = None
    takers: tuple[Taker, ...] = ()
    extra: tuple[str, ...] = field(default=())
    """Fields of the form besides `text` and `signed`, kept as they were chosen."""


KINDS: dict[str, Kind] = {}
PAGES: dict[str, Callable[[uuid.UUID], str]] = {}
"""Kind of record -> its address, for what an answer became; "" where the reader does not see it."""


def asks(kind: Kind) -> Kind:
    if kind.key in KINDS:
        raise RuntimeError(f"two kinds of question are called {kind.key}")
    KINDS[kind.key] = kind
    return kind


def page_of(kind: str) -> Callable[[Callable[[uuid.UUID], str]], Callable[[uuid.UUID], str]]:
    """Register where a record of this kind is read."""

    def wrap(find: Callable[[uuid.UUID], str]) -> Callable[[uuid.UUID], str]:
        PAGES[kind] = find
        return find

    return wrap


def where(kind: str, id: uuid.UUID | None) -> str:
    return PAGES[kind](id) if kind in PAGES and id is not None else ""
