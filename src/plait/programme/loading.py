"""`priorities.yaml`, and `priorities.csv` with the same columns."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from plait import packs
from plait.frame.folder import Folder, Item
from plait.kernel import access
from plait.programme import actions


def load(folder: Folder) -> None:
    """Add every priority of the folder, as whoever is named in `by`."""
    for item in folder.items("priorities"):
        _one(folder, item)


def _one(folder: Folder, item: Item) -> None:
    pack = packs.current()

    def ref(kind: str, key: str) -> uuid.UUID | None:
        return folder.find(kind, item, key)[0] if item.text(key, "") else None

    given: dict[str, Any] = {
        "title": item.text("title"),
        "public_text": item.text("objective"),
        "lead": ref("organisation", "lead"),
        "due": item.date("due"),
        "measure": item.text("measure"),
        "next_step": item.text("next_step"),
        "horizon": item.one_of("horizon", pack.vocabulary("priority_horizon").keys, "now"),
        "state": item.one_of("state", pack.vocabulary("priority_state").keys, "planned"),
        "state_note": item.text("state_note", ""),
        "risk": ref("risk", "answers_risk"),
        "gap": ref("gap", "answers_gap"),
        "position": item.number("position", 0),
        "lang": item.text("lang", "en"),
        "translations": {code: str(text) for code, text in item.mapping("translations").items()},
    }
    if given["risk"] is None and given["gap"] is None:
        raise item.problem("answers_risk", "A priority answers a risk or a gap: write 'answers_risk' or 'answers_gap'.")
    asker = folder.act(item)
    row = folder.run(item, partial(actions.add_priority, asker, circle=access.partnership_circle(), **given))
    folder.remember("priority", item, row)
    item.done()
