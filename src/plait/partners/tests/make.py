"""Makers: things of the room, made by calling its actions as somebody of the cast."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from plait.kernel import access, release
from plait.kernel.acting import Asker
from plait.kernel.models import Release
from plait.partners import actions
from plait.partners.days import today
from plait.partners.models import About, Gap, Group, Membership, Organisation, Person
from tests.people import announced, as_, asker, email, person


def days(n: int) -> date:
    """A day before (negative) or after today, by the database's clock."""
    return today(asker("rowan")) + timedelta(days=n)


def organisation(name: str = "Weavers' Hall", by: str = "rowan", **given: Any) -> Organisation:
    return actions.add_organisation(
        as_(by),
        **{"name": name, "kind": "civil_society", "sectors": ["civil_society"], "public_text": "Opens its doors."} | given,
    )


def listed(name: str = "Weavers' Hall", **given: Any) -> Organisation:
    """An organisation that agreed to be named in public."""
    return organisation(name, **{"listed": ["public"], "agreed_by": "Wanda Weft", "agreed_on": days(-5)} | given)


def somebody(name: str, by: str = "rowan") -> Person:
    """One of the cast, in the register."""
    keeper = as_(by)
    found = Person.objects.filter(account_id=person(name).id).first()
    return found or actions.add_person(keeper, name=person(name).name, email=email(name))


def works(name: str, body: Organisation, by: str = "rowan", **given: Any) -> Membership:
    who = somebody(name)
    return actions.begin_membership(
        as_(by), **{"person": who.id, "organisation": body.id, "role": "Weaver", "starts": days(-10)} | given
    )


def group(name: str = "Round table", by: str = "rowan", **given: Any) -> Group:
    return actions.add_group(
        as_(by), **{"name": name, "kind": "delivery", "public_text": "Decides.", "terms": "Monthly.", "starts": days(-30)} | given
    )


def gap(stakeholder: str = "faith", by: str = "rowan", **given: Any) -> Gap:
    return actions.add_gap(
        as_(by),
        **{"stakeholder": stakeholder, "public_text": "They calm and explain.", "state": "open", "next_step": "Meet."} | given,
    )


def about(by: str = "rowan", **given: Any) -> About:
    return actions.change_about(as_(by), **{"public_text": "We work together.", "contact_name": "The office"} | given)


def published(kind: str, row: Any) -> None:
    """Released by the two people whom it takes; leaves Rowan announced."""
    rowan = as_("rowan")
    made = release.prepare(
        rowan, circle=row.circle_id, target=access.public_circle(), title="Who takes part", records=[(kind, row.id)]
    )
    bytes_seen = Release.objects.get(id=made).sha256
    release.release_now(as_("pat"), id=made, circle=row.circle_id, seen=bytes_seen)
    as_("rowan")


def circles(name: str) -> set[Any]:
    """Ids of the circles in which somebody of the cast sits now. Leaves them announced."""
    return {circle.id for circle in access.my_circles(as_(name))}


def now_as(name: str) -> Asker:
    return announced(asker(name))
