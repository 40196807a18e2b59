"""What nobody changes while a page is made is asked of the database once for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_known: ContextVar[dict[str, Any] | None] = ContextVar("known", default=None)


@contextmanager
def one_page() -> Iterator[None]:
    """One request's transaction; a second attempt begins with nothing known."""
    mark = _known.set({})
    try:
        yield
    finally:
        _known.reset(mark)


def once[T](name: str, ask: Callable[[], T]) -> T:
    """The answer as this page knows it already, or asked now. Outside of a page it is asked each time."""
    known = _known.get()
    if known is None:
        return ask()
    if name not in known:
        known[name] = ask()
    return known[name]


def forget_all() -> None:
    """After a write to what is asked once."""
    if (known := _known.get()) is not None:
        known.clear()
