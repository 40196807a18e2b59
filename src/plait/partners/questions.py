"""What this room asks people without an account: whether what it holds about their organisation is right."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from plait.frame.forms import Choice, Line, PlaitForm, Text
from plait.kernel.acting import Asker
from plait.kernel.errors import NotFound
from plait.kernel.models import Answer
from plait.packs import current
from plait.partners.actions import change_organisation
from plait.partners.models import Organisation
from plait.questions.forms import VisitorForm
from plait.questions.kinds import Kind, Shown, Taker, asks, page_of

CHANGED = ("name", "public_text", "contact_email", "contact_phone", "contact_web")


class RightForm(VisitorForm):
    right = Choice(label=_("Is this right?"), choices=[("yes", _("Yes, all of it")), ("no", _("Not all of it"))])
    text = Text(
        label=_("What should we change or add?"),
        help_text=_("About your organisation, not about a person. If all is right, write so."),
        rows=4,
        longest=4000,
    )
    field_order = ("right", "text", "signed")


def _things(asker: Asker) -> list[tuple[str, str]]:
    """Organisations that take part; a place of worship or an accommodation site never stands in a link."""
    rows = Organisation.objects.filter(left__isnull=True, sensitive_site=False).order_by("name", "id")
    return [(str(row.id), row.name) for row in rows]


def _freeze(asker: Asker, id: uuid.UUID, lang: str) -> Shown:
    """The organisation's own entry as it stands: nothing that others wrote about it, no person, no seat."""
    row = Organisation.objects.filter(id=id, left__isnull=True, sensitive_site=False).first()
    if row is None:
        raise NotFound
    pack = current()
    with translation.override(lang):
        facts = (
            (_now("Name"), row.name),
            (_now("What it is"), pack.label("organisation_type", row.kind, lang)),
            (_now("What it does in the partnership"), str(row.translations.get(lang) or row.public_text)),
            (_now("E-mail address"), row.contact_email),
            (_now("Telephone"), row.contact_phone),
            (_now("Web address"), row.contact_web),
            (_now("Named on the public pages"), _now("yes") if "public" in row.listed else _now("no")),
        )
    return Shown(title=row.name, lang=row.lang, facts=facts, about_kind="organisation", about_id=row.id)


class TakeForm(PlaitForm):
    name = Line(label=_("Name"))
    public_text = Text(label=_("What it does in the partnership"), rows=3, longest=2000, required=False)
    contact_email = Line(label=_("E-mail address"), max_length=254, required=False)
    contact_phone = Line(label=_("Telephone"), max_length=60, required=False)
    contact_web = Line(label=_("Web address"), required=False)


def _row(answer: Answer) -> Organisation:
    row = Organisation.objects.filter(id=answer.about_id).first() if answer.about_id is not None else None
    if row is None:
        raise NotFound
    return row


def _form(asker: Asker, answer: Answer, data: Any) -> TakeForm:
    row = _row(answer)
    return TakeForm(data, initial={name: getattr(row, name) for name in CHANGED})


def _take(asker: Asker, answer: Answer, values: Mapping[str, Any]) -> tuple[str, Organisation]:
    row = _row(answer)
    kept = {
        name: getattr(row, name)
        for name in (
            "kind",
            "sectors",
            "duty",
            "lang",
            "translations",
            "gss_code",
            "charity_number",
            "company_number",
            "ror",
            "area",
            "joined",
        )
    }
    made = change_organisation(
        asker, id=row.id, circle=row.circle_id, version=row.version, sensitive_site=row.sensitive_site, **kept, **values
    )
    return "organisation", made


asks(
    Kind(
        "organisation",
        _("Confirm what we hold about your organisation"),
        _("They see their own entry in the register, and say whether it is right."),
        RightForm,
        about=_("Which organisation?"),
        things=_things,
        freeze=_freeze,
        takers=(
            Taker(
                "organisation",
                _("Change the organisation's entry"),
                _form,
                _take,
                lambda _asker, a: a.about_kind == "organisation",
            ),
        ),
        extra=("right",),
    )
)


@page_of("organisation")
def _page(id: uuid.UUID) -> str:
    row = Organisation.objects.filter(id=id).first()
    return row.get_absolute_url() if row else ""
