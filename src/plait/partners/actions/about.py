"""What the partnership says of itself."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from plait.kernel import access
from plait.kernel.acting import Asker, action
from plait.kernel.errors import Conflict
from plait.kernel.models import take
from plait.partners import identifiers, policies
from plait.partners.actions.writing import insert
from plait.partners.checks import Check
from plait.partners.models import About

FIELDS = (
    "public_text", "lang", "translations", "coordinating", "focus", "funder", "programme", "disclaimer",
    "contact_name", "contact_address", "contact_email", "contact_phone", "contact_web",
)  # fmt: skip


@action("partners.change_about", right=policies.EDIT)
def change_about(
    asker: Asker, *, version: int | None = None, public_text: str = "", lang: str = "en", translations: Mapping[str, str] | None = None, coordinating: str = "",
    focus: str = "", funder: str = "", programme: str = "", disclaimer: str = "", contact_name: str = "", contact_address: str = "", contact_email: str = "",
    contact_phone: str = "", contact_web: str = "",
) -> About:  # fmt: skip
    """Write or change the one row. Without `version` it is written for the first time. Raises Invalid, Conflict."""
    check = Check()
    values = {
        "public_text": check.text("public_text", public_text, needed=True),
        "lang": check.language("lang", lang),
        "translations": check.translations("translations", translations, lang),
        "coordinating": check.text("coordinating", coordinating),
        "focus": "\n".join(filter(None, (line.strip() for line in check.text("focus", focus).split("\n")))),
        "funder": check.text("funder", funder, 2000),
        "programme": check.line("programme", programme, 300),
        "disclaimer": check.text("disclaimer", disclaimer, 2000),
        "contact_name": check.line("contact_name", contact_name),
        "contact_address": check.line("contact_address", contact_address, 300),
        "contact_email": check.form(
            "contact_email", contact_email, identifiers.email, _("Write an e-mail address such as name@example.org.")
        ),
        "contact_phone": check.form(
            "contact_phone", contact_phone, identifiers.phone, _("Write a telephone number in digits, such as 01632 960 142.")
        ),
        "contact_web": check.form(
            "contact_web", contact_web, identifiers.web, _("Write a whole address that begins with https:// or http://.")
        ),
    }
    check.done()
    circle = access.partnership_circle()
    stands = About.objects.filter(circle_id=circle).first()
    if stands is None:
        row = About(circle_id=circle, **values)
        insert(asker, row, "", _("Somebody else has just written this. Open the page again."))
        return row
    if version is None:
        raise Conflict(stands)
    row = take(About, id=stands.id, circle=circle, version=version)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=[*FIELDS, "version"])
    return row
