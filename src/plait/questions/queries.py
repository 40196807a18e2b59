"""Links and answers, as the stewards and readers of a circle see them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plait.frame.lists import Ask, Column, Filter, Page, Spec, fetch, matching
from plait.kernel import access
from plait.kernel.access import visiting
from plait.kernel.acting import Asker
from plait.kernel.errors import NotFound
from plait.kernel.models import Answer, Circle, Level
from plait.questions.kinds import KINDS

STATES = {"new": _("waits"), "taken": _("taken over"), "declined": _("declined")}
LINK_STATES = {"open": _("open"), "used": _("used up"), "expired": _("over"), "revoked": _("ended by hand")}

SPEC = Spec(
    "answers",
    columns=[
        Column("text", _("Answer")),
        Column("question", _("Question"), order="question"),
        Column("form", _("Kind"), value=lambda a: str(KINDS[a.form].label) if a.form in KINDS else a.form),
        Column("signed", _("Signed"), order="signed"),
        Column("came_on", _("Came on"), order="came_on"),
        Column("state", _("State"), order="state", value=lambda a: str(STATES[a.state])),
        Column("reason", _("Reason"), file_only=True),
        Column("lang", _("Language"), file_only=True),
    ],
    filters=[
        Filter("state", _("State"), choices=lambda: [("", ""), *STATES.items()]),
        Filter("form", _("Kind"), choices=lambda: [("", ""), *((k.key, k.label) for k in KINDS.values())]),
    ],
    search=["text", "question", "signed"],
    default_order=["-came_on"],
)


def today(asker: Asker) -> date:
    return timezone.localdate(asker.now)


def steward_in(asker: Asker) -> list[Circle]:
    """The small circles of which the asker is a steward."""
    return [c for c in access.may_write(asker) if access.holds(asker, c.id, Level.STEWARD)]


def answers(asker: Asker, *, ask: Ask) -> Page:
    return fetch(Answer.objects.all(), ask, SPEC)


def answers_for_export(asker: Asker, *, ask: Ask) -> Iterable[Answer]:
    return matching(Answer.objects.all(), ask, SPEC)


def answer(asker: Asker, *, circle: uuid.UUID, id: uuid.UUID) -> Answer:
    """Raises NotFound."""
    row = access.in_circle(Answer.objects.select_related("settled_by"), circle).filter(id=id).first()
    if row is None:
        raise NotFound
    return row


def level(asker: Asker, circle: uuid.UUID) -> int:
    return Level.STEWARD if access.holds(asker, circle, Level.STEWARD) else Level.READER


@dataclass(frozen=True)
class LinkLine:
    id: uuid.UUID
    circle_id: uuid.UUID
    circle: str
    purpose: str
    lang: str
    kind: Any
    made_by: str
    starts: Any
    ends: Any
    answered: int
    most: int
    state: str
    said: Any


def links(asker: Asker) -> list[LinkLine]:
    """Links of every circle of which the asker is a steward: the open ones first."""
    found = [
        LinkLine(
            x.id, c.id, c.name, x.purpose, x.lang, KINDS[x.form].label if x.form in KINDS else x.form, x.made_by, x.starts, x.ends - timedelta(seconds=1),
            x.most - x.uses_left, x.most, x.state(asker.now), LINK_STATES[x.state(asker.now)],
        )
        for c in steward_in(asker)
        for x in visiting.links(asker, c.id)
    ]  # fmt: skip
    return sorted(found, key=lambda x: x.state != "open")


def link(asker: Asker, circle: uuid.UUID, id: uuid.UUID) -> LinkLine:
    """Raises NotFound."""
    row = next((x for x in links(asker) if (x.circle_id, x.id) == (circle, id)), None)
    if row is None:
        raise NotFound
    return row
