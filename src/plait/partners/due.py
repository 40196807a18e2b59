"""What of the partners waits for people: empty seats without a next step."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from plait.frame.due import Due, due
from plait.kernel.acting import Asker
from plait.partners.models import Gap


@due("partners")
def gaps(asker: Asker, rights: set[str], until: date) -> Iterable[Due]:
    if "partners.edit_organisation" not in rights:
        return
    for g in Gap.objects.filter(next_step="", withdrawn_on__isnull=True).order_by("stakeholder")[:3]:
        href = reverse("partners:gap", args=[g.circle_id, g.id])
        yield Due("gap", g.circle_id, ("gap", g.id), _("Decide a next step for an empty seat"), href, g.public_text, lang=g.lang)
