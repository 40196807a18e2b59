"""Public copies, made the way they come about: prepared by one person, released by another, committed."""

from __future__ import annotations

from typing import Any

from plait.exchange import actions as exchange
from plait.exchange.models import Lesson
from plait.kernel import access, release
from plait.kernel.acting import Asker, verb
from plait.partners.models import About, Gap, Group, Organisation
from plait.picture import frozen
from plait.picture.models import Assessment, Risk
from plait.programme.models import Priority
from plait.programme.tests import make
from tests.people import for_real, person

PLANTED = "zyzzyva"
"""A word that stands in many records and in no public copy."""


def publish(title: str, *records: tuple[str, Any]) -> str:
    """Rowan prepares, Pat releases; the number of the release."""
    with for_real("rowan") as rowan:
        desk = release.prepare(
            rowan,
            circle=access.partnership_circle(),
            target=access.public_circle(),
            title=title,
            records=[(kind, row.id) for kind, row in records],
        )
        seen = release.Release.objects.get(id=desk).sha256
    with for_real("pat") as pat:
        return release.release_now(pat, id=desk, circle=access.partnership_circle(), seen=seen).number


def priority(asker: Asker, **more: Any) -> Priority:
    return make.priority(asker, measure=f"{PLANTED} measure", next_step=f"{PLANTED} step", **more)


def lesson(asker: Asker, **more: Any) -> Lesson:
    said: dict[str, Any] = {
        "title": "Talk first",
        "public_text": "A call a week is worth more than a protocol.",
        "purpose": "advice",
        "strength": "emerging",
        "case_text": f"{PLANTED} case",
        "changed": f"{PLANTED} changed",
        "outcome": f"{PLANTED} outcome",
        "share": True,
    }
    strengths = exchange.packs.current().vocabulary("lesson_strength").keys
    said["strength"] = strengths[0]
    return exchange.add_lesson(asker, circle=access.partnership_circle(), **(said | more))


def about(asker: Asker, **more: Any) -> About:
    said = {
        "public_text": "Council, police and schools who work together.",
        "coordinating": "The council coordinates.",
        "funder": "The ministry pays.",
        "programme": "From the programme for safe towns.",
        "disclaimer": "Our own view.",
        "contact_email": "hello@example.org",
    }
    with verb("tests.make"):
        row = About(circle_id=access.partnership_circle(), **(said | more))
        row.save(force_insert=True)
    return row


def risk(asker: Asker, code: str = "R1", title: str = "A hostile crowd", **more: Any) -> Risk:
    pack = exchange.packs.current()
    said = {name: pack.vocabulary(name).keys[1] for name in ("likelihood", "impact", "confidence", "trend")}
    words = {"public_text": f"What the public may read of {code}.", "cause": f"{PLANTED} cause", "why": f"{PLANTED} why"}
    return make.risk(asker, code=code, title=title, **(said | words | more))


def assessment(asker: Asker, risks: list[Risk], *, number: int = 1, dissent: str = "", **more: Any) -> Assessment:
    """An agreed assessment, its text frozen as the picture room freezes it."""
    said = {"public_text": "The picture in a sentence.", "method": "By evidence, together.", "title": f"Picture {number}"} | more
    row = Assessment(
        circle_id=access.partnership_circle(),
        year=2026,
        number=number,
        state="agreed",
        agreed_on=make.queries.today(asker),
        **said,
    )
    whole = frozen.draft(row, risks, exchange.packs.current())
    positions = (
        [{"name": f"{PLANTED} name", "organisation": "", "position": "dissent", "words": dissent, "lang": "en"}]
        if dissent
        else []
    )
    text = frozen.agreed(whole, on=row.agreed_on, note=f"{PLANTED} note", positions=[], silent=[f"{PLANTED} silent"], rule="") | {
        "positions": positions
    }
    row.frozen = frozen.canonical(text)
    row.sha256 = frozen.sha256(row.frozen)
    with verb("tests.make"):
        row.save(force_insert=True)
    return row


def organisation(asker: Asker, name: str, **more: Any) -> Organisation:
    return make.organisation(asker, name, agreed_on=make.queries.today(asker), listed=["public"], **more)


def gap(asker: Asker, **more: Any) -> Gap:
    return make.gap(asker, public_text="Trust is thinnest here.", **more)


def group(asker: Asker, name: str = "The board", **more: Any) -> Group:
    with verb("tests.make"):
        own = access.open_circle(asker, 3, name)
        row = Group(
            circle_id=access.partnership_circle(),
            own_circle_id=own,
            name=name,
            kind="board",
            public_text="It decides.",
            terms=f"{PLANTED} terms",
            starts=make.queries.today(asker),
            **more,
        )
        row.save(force_insert=True)
    return row


def rowan_id() -> Any:
    return person("rowan").id
