"""Organisations: entered, changed, agreed to be listed, left and returned."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import count
from typing import Any

from django.utils.translation import gettext_lazy as _

from plait.kernel import access
from plait.kernel.acting import Asker, action
from plait.kernel.models import take
from plait.kernel.rights import rights_of
from plait.packs import Pack, current
from plait.partners import identifiers, policies
from plait.partners.actions.outside import take_out
from plait.partners.actions.people import close
from plait.partners.actions.writing import insert, update
from plait.partners.checks import Check, active
from plait.partners.days import today
from plait.partners.models import Membership, Organisation
from plait.partners.places import TOWN, places
from plait.partners.table import working_for

LISTED = ("public", "map")
FIELDS = (
    "name", "kind", "duty", "sectors", "public_text", "lang", "translations", "gss_code", "charity_number", "company_number", "ror", "area",
    "contact_email", "contact_phone", "contact_web", "sensitive_site", "joined",
)  # fmt: skip
AGREEMENT = ("listed", "agreed_by", "agreed_on")
TWICE = _("There is an organisation of this name already. Open that one, or write the name so that both can be told apart.")


def _checked(
    asker: Asker, check: Check, pack: Pack, given: Mapping[str, Any], stands: Organisation | None = None
) -> dict[str, Any]:
    """The fields of an organisation, tidy; what is wrong goes to `check`."""
    keep = stands or Organisation(sectors=[])
    sensitive, area = bool(given["sensitive_site"]), given["area"]
    check.not_after("joined", given["joined"], today(asker))
    values = {
        "name": check.line("name", given["name"], needed=True),
        "kind": check.word("kind", given["kind"], active(pack, "organisation_type", [keep.kind])),
        "duty": check.word("duty", given["duty"], active(pack, "duty_status", [keep.duty]), needed=False),
        "sectors": check.words("sectors", given["sectors"], active(pack, "sector", keep.sectors)),
        "public_text": check.text("public_text", given["public_text"], 2000),
        "lang": check.language("lang", given["lang"]),
        "translations": check.translations("translations", given["translations"], given["lang"]),
        "gss_code": check.form(
            "gss_code",
            given["gss_code"],
            identifiers.gss,
            _("Write one letter, E, W, S or N, and eight digits, such as E06000032."),
        ),
        "charity_number": check.form(
            "charity_number",
            given["charity_number"],
            identifiers.charity,
            _("Write the charity's number in digits, such as 1081124 or 1081124-1."),
        ),
        "company_number": check.form(
            "company_number",
            given["company_number"],
            identifiers.company,
            _("Write all eight characters of the company number, zeros in front included."),
        ),
        "ror": check.form(
            "ror",
            given["ror"],
            identifiers.ror,
            _("Write the address as ror.org shows it, such as https://ror.org/ and nine characters; one of them does not fit."),
        ),
        "area": check.word("area", area, [TOWN, *places()], needed=False),
        "contact_email": check.form(
            "contact_email", given["contact_email"], identifiers.email, _("Write an e-mail address such as name@example.org.")
        ),
        "contact_phone": check.form(
            "contact_phone",
            given["contact_phone"],
            identifiers.phone,
            _("Write a telephone number in digits, such as 01632 960 142."),
        ),
        "contact_web": check.form(
            "contact_web", given["contact_web"], identifiers.web, _("Write a whole address that begins with https:// or http://.")
        ),
        "sensitive_site": sensitive,
        "joined": given["joined"],
    }
    if not values["sectors"]:
        check.wrong("sectors", _("Tick at least one."))
    if sensitive and area not in ("", TOWN):
        check.wrong("area", _("A place of worship or accommodation is placed at the town, never nearer."))
    if sensitive:
        values["name"] = _what_it_is(pack, values["kind"], stands)
        for field in TELLS_WHERE:
            if given[field]:
                check.wrong(field, _("Leave this out: it would say which place of worship or accommodation it is."))
    return values


TELLS_WHERE = ("gss_code", "charity_number", "company_number", "ror", "contact_email", "contact_phone", "contact_web")


def _what_it_is(pack: Pack, kind: str, stands: Organisation | None) -> str:
    """A place of worship or an accommodation site stands in the register as what it is; which one it is is not kept."""
    label = pack.label("organisation_type", kind, pack.languages[0]) if kind else ""
    if stands is not None and stands.sensitive_site and stands.name.startswith(label):
        return stands.name
    taken = set(Organisation.objects.filter(name__startswith=label).values_list("name", flat=True))
    return next(name for n in count(1) if (name := label if n == 1 else f"{label} {n}") not in taken)


def _agreement(asker: Asker, check: Check, listed: Iterable[str], agreed_by: str, agreed_on: date | None) -> dict[str, Any]:
    values = {
        "listed": check.words("listed", listed, LISTED),
        "agreed_by": check.line("agreed_by", agreed_by),
        "agreed_on": agreed_on,
    }
    if values["listed"]:
        check.not_after("agreed_on", agreed_on, today(asker))
        if not values["agreed_by"]:
            check.wrong("agreed_by", _("Write who of the organisation agreed."))
        if agreed_on is None:
            check.wrong("agreed_on", _("Write the day on which they agreed."))
    return values


@action("partners.add_organisation", right=policies.EDIT)
def add_organisation(
    asker: Asker, *, name: str, kind: str, sectors: Iterable[str], duty: str = "", public_text: str = "", lang: str = "en", translations: Mapping[str, str] | None = None,
    gss_code: str = "", charity_number: str = "", company_number: str = "", ror: str = "", area: str = "", contact_email: str = "", contact_phone: str = "",
    contact_web: str = "", sensitive_site: bool = False, joined: date | None = None, listed: Iterable[str] = (), agreed_by: str = "", agreed_on: date | None = None,
    invented: bool = False,
) -> Organisation:  # fmt: skip
    """Enter an organisation and open its own circle, which begins empty. Raises Invalid, Refused."""
    check, listed = Check(), list(listed)
    given = {n: v for n, v in locals().items() if n in FIELDS}
    values = _checked(asker, check, current(), given) | _agreement(asker, check, listed, agreed_by, agreed_on)
    if sensitive_site and listed:
        check.wrong("listed", policies.may_record_agreement({policies.EDIT}, sensitive=True, left=False).because)
    check.done()
    own = access.open_circle(asker, 2, values["name"])
    row = Organisation(circle_id=access.partnership_circle(), own_circle_id=own, invented=invented, **values)
    insert(asker, row, "name", TWICE)
    return row


@action("partners.change_organisation", right=policies.EDIT)
def change_organisation(
    asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None, name: str, kind: str, sectors: Iterable[str], duty: str = "", public_text: str = "",
    lang: str = "en", translations: Mapping[str, str] | None = None, gss_code: str = "", charity_number: str = "", company_number: str = "", ror: str = "", area: str = "",
    contact_email: str = "", contact_phone: str = "", contact_web: str = "", sensitive_site: bool = False, joined: date | None = None,
) -> Organisation:  # fmt: skip
    """Change what is known of an organisation. One that becomes a sensitive site loses its listing and its public copy at once.

    Raises Invalid, Refused, NotFound, Conflict.
    """
    given = {n: v for n, v in locals().items() if n in FIELDS}
    row = take(Organisation, id=id, circle=circle, version=version)
    check = Check()
    values = _checked(asker, check, current(), given, row)
    check.done()
    if values["name"] != row.name:
        access.rename_circle(asker, row.own_circle_id, values["name"])
    if sensitive_site:
        values |= {"listed": [], "agreed_by": "", "agreed_on": None}
    for field, value in values.items():
        setattr(row, field, value)
    update(asker, row, values, "name", TWICE)
    if sensitive_site:
        take_out(asker, "organisation", row)
    return row


@action("partners.record_agreement", right=policies.EDIT)
def record_agreement(
    asker: Asker,
    *,
    id: uuid.UUID,
    circle: uuid.UUID,
    version: int | None,
    listed: Iterable[str],
    agreed_by: str,
    agreed_on: date | None,
) -> Organisation:
    """Write down where an organisation agreed to be listed, who of it agreed, and when.

    Where the public is not among it any more, the public copy is taken out in the same step. Raises Invalid, Refused, NotFound, Conflict.
    """
    row = take(Organisation, id=id, circle=circle, version=version)
    policies.may_record_agreement(rights_of(asker), sensitive=row.sensitive_site, left=row.left is not None).insist()
    check = Check()
    values = _agreement(asker, check, listed, agreed_by, agreed_on)
    if not values["listed"]:
        check.wrong("listed", _("Tick at least one place. To take the agreement back, use the page for that."))
    check.done()
    for field, value in values.items():
        setattr(row, field, value)
    row.save(update_fields=[*AGREEMENT, "version"])
    if "public" not in row.listed:
        take_out(asker, "organisation", row)
    return row


@action("partners.withdraw_agreement")
def withdraw_agreement(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None) -> Organisation:
    """Take back the agreement to be listed; a public copy is withdrawn in the same step where the asker may.

    Open to whoever keeps the register and to everybody who works for the organisation. Where a copy still stands afterwards,
    `queries.stands_outside` says so and `queries.who_takes_out` who can end it. Raises Refused, NotFound, Conflict.
    """
    row = take(Organisation, id=id, circle=circle, version=version)
    works = working_for(row, today(asker)).filter(person__account=asker.id).exists()
    policies.may_withdraw_agreement(rights_of(asker), works_there=works, listed=bool(row.listed)).insist()
    row.listed, row.agreed_by, row.agreed_on = [], "", None
    row.save(update_fields=[*AGREEMENT, "version"])
    take_out(asker, "organisation", row)
    return row


@action("partners.leave", right=policies.EDIT)
def leave(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None, left: date) -> Organisation:
    """An organisation leaves: its memberships end, with every seat they gave, and its public copy is taken out.

    Raises Invalid, Refused, NotFound, Conflict.
    """
    row = take(Organisation, id=id, circle=circle, version=version)
    policies.may_leave(rights_of(asker), left=row.left is not None).insist()
    check = Check()
    check.not_after("left", left, today(asker))
    if row.joined is not None and left < row.joined:
        check.wrong("left", _("It cannot have left before it joined."))
    check.done()
    row.left = left
    row.save(update_fields=["left", "version"])
    for membership in Membership.objects.select_for_update().filter(organisation=row, circle_id=circle, ends__isnull=True):
        close(asker, membership, left)
    take_out(asker, "organisation", row)
    return row


@action("partners.return", right=policies.EDIT)
def return_organisation(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None) -> Organisation:
    """It takes part again. Memberships begin anew: no seat comes back by itself. Raises Refused, NotFound, Conflict."""
    row = take(Organisation, id=id, circle=circle, version=version)
    policies.may_return(rights_of(asker), left=row.left is not None).insist()
    row.left = None
    row.save(update_fields=["left", "version"])
    return row
