"""What a verb is called in a history. Rooms say so once, beside their actions' names."""

from __future__ import annotations

from typing import Any

SAYS: dict[str, Any] = {}


def says(**verbs: Any) -> None:
    """`says(picture__agree_assessment=_("agreed the assessment"))`: two underscores stand for the dot."""
    for verb, words in verbs.items():
        SAYS[verb.replace("__", ".", 1)] = words


def said(verb: str) -> str:
    """The words of a verb; without any, its own name with spaces."""
    words = SAYS.get(verb)
    return str(words) if words is not None else str(verb).split(".", 1)[-1].replace("_", " ")
