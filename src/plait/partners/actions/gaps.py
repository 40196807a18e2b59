"""Recommended kinds of partner without a seat: why each matters, and what comes next."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from plait.kernel import access
from plait.kernel.acting import Asker, action
from plait.kernel.models import take
from plait.kernel.rights import rights_of
from plait.packs import current
from plait.partners import policies
from plait.partners.actions.outside import take_out
from plait.partners.actions.people import find_person
from plait.partners.actions.writing import insert
from plait.partners.checks import Check, active
from plait.partners.days import today
from plait.partners.models import Gap
from plait.partners.table import sectors_at_the_table

FIELDS = ("state", "public_text", "lang", "translations", "next_step", "widen")
TWICE = _("There is an entry for this kind of partner already. Open that one.")


def _checked(check: Check, given: Mapping[str, Any], circle: uuid.UUID, keep: str = "") -> dict[str, Any]:
    lead = given["lead"]
    return {
        "state": check.word("state", given["state"], active(current(), "gap_state", [keep])),
        "public_text": check.text("public_text", given["public_text"], 2000, needed=True),
        "lang": check.language("lang", given["lang"]),
        "translations": check.translations("translations", given["translations"], given["lang"]),
        "next_step": check.text("next_step", given["next_step"], 2000),
        "lead_id": find_person(lead, circle).id if lead is not None else None,
    }


@action("partners.add_gap", right=policies.EDIT)
def add_gap(
    asker: Asker, *, stakeholder: str, public_text: str, state: str, next_step: str = "", lead: uuid.UUID | None = None, widen: bool | None = None,
    lang: str = "en", translations: Mapping[str, str] | None = None,
) -> Gap:  # fmt: skip
    """Say that a recommended kind of partner is missing, why that matters, and what comes next.

    `widen` None: true where the kind has a seat already, for then the entry can only mean that one seat is not enough.
    Raises Invalid, Refused, NotFound.
    """
    given = {
        "state": state,
        "public_text": public_text,
        "lang": lang,
        "translations": translations,
        "next_step": next_step,
        "lead": lead,
    }
    circle, pack, check = access.partnership_circle(), current(), Check()
    check.word("stakeholder", stakeholder, [each.key for each in pack.stakeholders])
    values = _checked(check, given, circle)
    check.done()
    if widen is None:
        widen = bool(set(pack.stakeholder(stakeholder).sectors) & sectors_at_the_table(circle, today(asker)))
    row = Gap(circle_id=circle, stakeholder=stakeholder, widen=widen, **values)
    insert(asker, row, "stakeholder", TWICE)
    return row


@action("partners.change_gap", right=policies.EDIT)
def change_gap(
    asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None, public_text: str, state: str, next_step: str = "", lead: uuid.UUID | None = None,
    widen: bool = False, lang: str = "en", translations: Mapping[str, str] | None = None,
) -> Gap:  # fmt: skip
    """Write down how far the conversation is. Raises Invalid, Refused, NotFound, Conflict."""
    given = {
        "state": state,
        "public_text": public_text,
        "lang": lang,
        "translations": translations,
        "next_step": next_step,
        "lead": lead,
    }
    row = take(Gap, id=id, circle=circle, version=version)
    check = Check()
    values = _checked(check, given, circle, row.state) | {"widen": widen}
    check.done()
    for field, value in values.items():
        setattr(row, field, value)
    row.save(update_fields=[*FIELDS, "lead", "version"])
    return row


@action("partners.withdraw_gap", right=policies.EDIT)
def withdraw_gap(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None) -> Gap:
    """Take an entry out of the register, and its public copy with it. Raises Refused, NotFound, Conflict."""
    row = take(Gap, id=id, circle=circle, version=version)
    policies.may_withdraw_gap(rights_of(asker), withdrawn=row.withdrawn_on is not None).insist()
    row.withdrawn_on = today(asker)
    row.save(update_fields=["withdrawn_on", "version"])
    take_out(asker, "gap", row)
    return row


@action("partners.restore_gap", right=policies.EDIT)
def restore_gap(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None) -> Gap:
    """Put an entry back; a public copy comes back only by a new release. Raises Refused, NotFound, Conflict."""
    row = take(Gap, id=id, circle=circle, version=version)
    policies.may_restore_gap(rights_of(asker), withdrawn=row.withdrawn_on is not None).insist()
    row.withdrawn_on = None
    row.save(update_fields=["withdrawn_on", "version"])
    return row
