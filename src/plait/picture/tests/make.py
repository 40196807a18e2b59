"""Makers: each calls an action as somebody of the cast, in the test's own transaction."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from plait.kernel import access
from plait.kernel.acting import Asker, action, announce
from plait.partners.models import Organisation
from plait.picture import actions, words
from plait.picture.models import Assessment, Evidence, Risk
from tests.people import announced, as_, asker, partnership, person


def by(who: str | Asker) -> Asker:
    return as_(who) if isinstance(who, str) else announced(who)


def evidence(who: str | Asker = "tia", circle: uuid.UUID | None = None, **said: Any) -> Evidence:
    asks = by(who)
    given = {
        "what": "Stickers with a code were put up at three bus stops.",
        "happened_on": words.today(asks) - timedelta(days=3),
        "place": "town",
        "how": "saw",
        "sure": "sure",
        "themes": ["hate_crime"],
        "names_nobody": True,
    } | said
    return actions.add_evidence(asks, circle=circle or partnership().id, **given)


RISK = {
    "title": "Hostile crowd",
    "family": "target",
    "themes": ["hate_crime"],
    "likelihood": "likely",
    "impact": "severe",
    "confidence": "moderate",
    "trend": "rising",
    "why": "Three partners say so.",
}


def risk(who: str | Asker = "rowan", circle: uuid.UUID | None = None, **said: Any) -> Risk:
    return actions.add_risk(by(who), circle=circle or partnership().id, **(RISK | said))


def draft(who: str = "rowan", **said: Any) -> Assessment:
    given = {
        "title": "The picture of the year",
        "public_text": "Several dangers meet in the town.",
        "method": "Partners judged together.",
    } | said
    return actions.start_assessment(by(who), circle=partnership().id, **given)


def commenting(**said: Any) -> Assessment:
    row = draft(**said)
    asks = by("rowan")
    return actions.open_comments(
        asks, id=row.id, circle=row.circle_id, version=row.version, until=words.today(asks) + timedelta(days=14)
    )


def voice(row: Assessment, who: str, position: str = "agree", words: str = "", **said: Any) -> Any:
    return actions.take_position(by(who), id=row.id, circle=row.circle_id, position=position, words=words, **said)


def agreed(**said: Any) -> Assessment:
    row = commenting(**said)
    for who in ("bea", "bo", "ben"):
        voice(row, who)
    asks = by("bea")
    return actions.agree_assessment(asks, id=row.id, circle=row.circle_id, version=None, agreed_on=words.today(asks))


@action("tests.open_narrow")
def open_narrow(asks: Asker, name: str, members: list[tuple[str, int]]) -> uuid.UUID:
    circle = access.open_circle(asks, 3, name)
    for who, level in members:
        access.give_seat(asks, account=person(who).id, circle=circle, level=level, reason="for the tests")
    return circle


def narrow(name: str = "Coordinating team", **members: int) -> uuid.UUID:
    """A group's circle, with these people (name=level) in it and nobody else."""
    return open_narrow(by("rowan"), name, list((members or {"pol": 3, "tia": 2}).items()))


@action("tests.organisation")
def _organisation(asks: Asker, name: str, listed: list[str]) -> Organisation:
    row = Organisation(
        circle_id=partnership().id,
        name=name,
        kind="police",
        sectors=["police"],
        own_circle_id=access.open_circle(asks, 2, name),
        listed=listed,
        agreed_on=words.today(asks) if listed else None,
    )
    row.save(force_insert=True)
    return row


def organisation(name: str = "County Police", *listed: str) -> Organisation:
    return _organisation(by("rowan"), name, list(listed))


__all__ = [
    "RISK",
    "agreed",
    "announce",
    "asker",
    "by",
    "commenting",
    "draft",
    "evidence",
    "narrow",
    "organisation",
    "risk",
    "voice",
]
