"""Duties with a name: given to somebody else, laid down."""

from __future__ import annotations

import uuid
from typing import cast

from django.utils.translation import gettext_lazy as _

from plait.kernel import access
from plait.kernel.acting import Asker, action
from plait.kernel.errors import NotFound
from plait.kernel.models import Office
from plait.kernel.rights import rights_of
from plait.packs import current
from plait.partners import policies
from plait.partners.actions.people import find_person
from plait.partners.checks import Check


@action("partners.appoint", right=policies.OFFICE)
def appoint(asker: Asker, *, person: uuid.UUID, office: str, reason: str) -> Office:
    """Give somebody in the register an office, with the seats and rights that the pack gives with it, from now on.

    Raises Invalid, Refused (to oneself), NotFound.
    """
    circle = access.partnership_circle()
    who = find_person(person, circle)
    policies.may_appoint(rights_of(asker), own=who.account_id == asker.id).insist()
    check = Check()
    check.word("office", office, [each.key for each in current().offices])
    reason = check.line("reason", reason, 500)
    if len(reason) < 3:
        check.wrong("reason", _("Say in a few words why: everybody in the partnership can read it."))
    if who.account_id is None:
        check.wrong("person", _("This person has no account yet. Invite them first."))
    elif Office.objects.filter(
        circle_id=circle, account_id=who.account_id, key=office, starts__lte=asker.now, ends__gt=asker.now
    ).exists():
        check.wrong("office", _("This person holds this office already."))
    check.done()
    account = cast(uuid.UUID, who.account_id)
    return Office.objects.get(id=access.give_office(asker, account=account, office=office, reason=reason))


@action("partners.end_office")
def end_office(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID) -> Office:
    """An office ends, with every seat that came with it. Raises Refused, NotFound."""
    row = Office.objects.filter(id=id, circle_id=circle).first()
    if row is None:
        raise NotFound
    policies.may_end_office(rights_of(asker), own=row.account_id == asker.id, ended=row.ends <= asker.now).insist()
    access.end_office(asker, row.id)
    return row
