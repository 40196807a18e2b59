"""Links to one question, for somebody without an account: made by a steward, opened by whoever has the address."""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections

from plait.kernel.acting import Asker, action, role

SECRET_BYTES = 20
"""160 bits, from the operating system. Only the SHA-256 is kept."""
LONGEST_DAYS, MOST_ANSWERS = 92, 50


@dataclass(frozen=True)
class Link:
    """A link as its circle's stewards see it: everything but the address, which is kept nowhere."""

    id: uuid.UUID
    form: str
    purpose: str
    lang: str
    shown: dict[str, Any]
    starts: datetime
    ends: datetime
    most: int
    uses_left: int
    revoked: bool
    made_by: str

    def state(self, now: datetime) -> str:
        """revoked | used | expired | open"""
        if self.revoked:
            return "revoked"
        if self.uses_left < 1:
            return "used"
        return "open" if now < self.ends else "expired"


@dataclass(frozen=True)
class Asked:
    """What a visitor is shown, and nothing else of the partnership."""

    form: str
    lang: str
    purpose: str
    shown: dict[str, Any]
    audience: str
    ends: datetime


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _rows(using: str, sql: str, *args: Any) -> list[tuple]:
    with connections[using].cursor() as cursor:
        cursor.execute(sql, args)
        return cursor.fetchall()


@action("kernel.make_link")
def make_link(
    asker: Asker, *, form: str, circle: uuid.UUID, purpose: str, ends: datetime, most: int, lang: str, shown: dict[str, Any],
    about_kind: str = "", about_id: uuid.UUID | None = None,
) -> tuple[uuid.UUID, str]:  # fmt: skip
    """A link to one question. Its id, and its secret, which is told once. Raises Refused: not a steward there, or out of bounds."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    said = json.dumps(shown, ensure_ascii=False)
    found = _rows(
        asker.using, "select plait.give_link(%s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s)",
        form, circle, purpose, ends, most, digest(secret), lang, said, about_kind, about_id,
    )  # fmt: skip
    return found[0][0], secret


@action("kernel.end_link")
def end_link(asker: Asker, *, link: uuid.UUID) -> None:
    """The address opens nothing from now on. Raises Refused, for hidden and absent alike."""
    _rows(asker.using, "select plait.end_link(%s)", link)


def links(asker: Asker, circle: uuid.UUID) -> list[Link]:
    """Every link of a circle, newest first; none for whoever is not its steward."""
    found = _rows(
        asker.using,
        "select id, form, purpose, lang, shown, starts, ends, most, uses_left, revoked, made_by from plait.links(%s)",
        circle,
    )
    return [
        Link(id, form, purpose, lang, _json(shown), starts, ends, most, left, revoked, by or "")
        for id, form, purpose, lang, shown, starts, ends, most, left, revoked, by in found
    ]


def open_link(secret: str) -> Asker | None:
    """The visitor whom this secret makes; None where it opens nothing, whatever the cause. Asked as whoever asks now."""
    found = _rows(role.get(), "select plait.open_link(%s)", digest(secret))[0][0]
    return Asker(found, using=role.get(), kind="visitor") if found is not None else None


def asked(visitor: Asker) -> Asked | None:
    """What the announced visitor is asked; None where the link was used up or ended since it was opened."""
    found = _rows(visitor.using, "select form, lang, purpose, shown, audience, until from plait.visitor_reads()")
    if not found:
        return None
    form, lang, purpose, shown, audience, ends = found[0]
    return Asked(form, lang, purpose, _json(shown), audience, ends)


@action("kernel.answer")
def answer(visitor: Asker, *, form: str, text: str, said: dict[str, Any], signed: str = "") -> None:
    """The one thing that a visitor does. Raises Refused once the link is used up, ended or over."""
    _rows(visitor.using, "select plait.answer(%s, %s, %s::jsonb, %s)", form, text, json.dumps(said, ensure_ascii=False), signed)


@action("kernel.take_answer")
def take_answer(asker: Asker, *, answer: uuid.UUID, kind: str, record: uuid.UUID) -> None:
    """An answer has become part of a record. Raises Refused."""
    _rows(asker.using, "select plait.settle_answer(%s, 'taken', '', %s, %s)", answer, kind, record)


@action("kernel.decline_answer")
def decline_answer(asker: Asker, *, answer: uuid.UUID, reason: str) -> None:
    """An answer becomes nothing, for a reason. It stays readable. Raises Refused."""
    _rows(asker.using, "select plait.settle_answer(%s, 'declined', %s, '', null)", answer, reason)
