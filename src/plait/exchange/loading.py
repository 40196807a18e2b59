"""`lessons.yaml`, and `lessons.csv` with the same columns."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from plait import packs
from plait.exchange import actions
from plait.frame.folder import Folder, Item
from plait.kernel import access


def load(folder: Folder) -> None:
    """Add every lesson of the folder, as whoever is named in `by`."""
    for item in folder.items("lessons"):
        _one(folder, item)


def _one(folder: Folder, item: Item) -> None:
    pack = packs.current()

    def ref(kind: str, key: str) -> uuid.UUID | None:
        return folder.find(kind, item, key)[0] if item.text(key, "") else None

    given: dict[str, Any] = {
        "title": item.text("title"),
        "public_text": item.text("learnt"),
        "purpose": item.one_of("purpose", pack.vocabulary("lesson_purpose").keys),
        "direction": item.one_of("direction", pack.vocabulary("lesson_direction").keys, "own"),
        "city": item.text("city", ""),
        "case_text": item.text("case_text", ""),
        "changed": item.text("changed", ""),
        "outcome": item.text("outcome", ""),
        "strength": item.one_of("strength", pack.vocabulary("lesson_strength").keys),
        "share": item.flag("share"),
        "group": ref("group", "group"),
        "risk": ref("risk", "risk"),
        "position": item.number("position", 0),
        "lang": item.text("lang", "en"),
        "translations": {code: str(text) for code, text in item.mapping("translations").items()},
    }
    asker = folder.act(item)
    row = folder.run(item, partial(actions.add_lesson, asker, circle=access.partnership_circle(), **given))
    folder.remember("lesson", item, row)
    item.done()
