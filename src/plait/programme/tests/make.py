"""Makers: what a priority refers to, and priorities, as somebody of the cast."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from plait.kernel import access
from plait.kernel.acting import Asker, verb
from plait.kernel.models import Kind
from plait.partners.models import Gap, Organisation
from plait.picture.models import Risk
from plait.programme import actions, queries
from plait.programme.models import Priority


def organisation(asker: Asker, name: str = "The council", **more: Any) -> Organisation:
    with verb("tests.make"):
        own = access.open_circle(asker, Kind.ORGANISATION, name)
        row = Organisation(
            circle_id=access.partnership_circle(),
            own_circle_id=own,
            name=name,
            kind="local_authority",
            sectors=["local_authority"],
            **more,
        )
        row.save(force_insert=True)
    return row


def risk(asker: Asker, title: str = "A hostile crowd", code: str = "R1", **more: Any) -> Risk:
    given = {"family": "target", "likelihood": "likely", "impact": "serious", "confidence": "moderate", "trend": "rising"} | more
    with verb("tests.make"):
        row = Risk(circle_id=access.partnership_circle(), title=title, code=code, **given)
        row.save(force_insert=True)
    return row


def gap(asker: Asker, stakeholder: str = "faith", **more: Any) -> Gap:
    with verb("tests.make"):
        row = Gap(circle_id=access.partnership_circle(), stakeholder=stakeholder, state="open", **more)
        row.save(force_insert=True)
    return row


def given(asker: Asker, **more: Any) -> dict[str, Any]:
    """What a priority needs, as keywords of the actions."""
    said: dict[str, Any] = {
        "title": "Keep the contact list tested",
        "public_text": "Every partner hears within the hour.",
        "due": queries.today(asker) + timedelta(days=30),
        "measure": "Minutes until everybody was reached.",
        "next_step": "A test on a Saturday.",
        "horizon": "now",
    }
    said |= more
    if "lead" not in said:
        said["lead"] = (Organisation.objects.filter(name="The council").first() or organisation(asker)).id
    if "risk" not in said and "gap" not in said:
        said["risk"] = (Risk.objects.filter(code="R1").first() or risk(asker)).id
    return said


def priority(asker: Asker, **more: Any) -> Priority:
    return actions.add_priority(asker, circle=access.partnership_circle(), **given(asker, **more))
