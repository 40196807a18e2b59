"""Makers: lessons, as somebody of the cast."""

from __future__ import annotations

from typing import Any

from plait import packs
from plait.exchange import actions, queries
from plait.exchange.models import Lesson
from plait.kernel import access
from plait.kernel.acting import Asker, verb
from plait.kernel.models import Kind
from plait.partners.models import Group
from plait.programme.tests.make import risk

__all__ = ["given", "group", "lesson", "risk"]


def group(asker: Asker, name: str = "The delivery group") -> Group:
    with verb("tests.make"):
        own = access.open_circle(asker, Kind.GROUP, name)
        row = Group(
            circle_id=access.partnership_circle(), own_circle_id=own, name=name, kind="delivery", starts=queries.today(asker)
        )
        row.save(force_insert=True)
    return row


def given(**more: Any) -> dict[str, Any]:
    """What a lesson needs, as keywords of the actions."""
    said: dict[str, Any] = {
        "title": "Talk first",
        "public_text": "A call a week is worth more than a protocol.",
        "purpose": "contribution",
        "direction": "own",
        "strength": packs.current().vocabulary("lesson_strength").keys[0],
        "case_text": "One call of twenty minutes.",
        "changed": "Both know what may be said.",
        "outcome": "They ring earlier.",
        "share": True,
    }
    return said | more


def lesson(asker: Asker, **more: Any) -> Lesson:
    return actions.add_lesson(asker, circle=access.partnership_circle(), **given(**more))
