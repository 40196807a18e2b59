"""What of the programme waits for people: priorities with a day, late ones first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from plait.frame.due import Due, due
from plait.kernel.acting import Asker
from plait.programme.models import Priority


@due("programme")
def priorities(asker: Asker, rights: set[str], until: date) -> Iterable[Due]:
    """Late ones are for whoever leads the work, and wait for others elsewhere; those to come stand in everybody's calendar."""
    today, late = asker.now.date(), 0
    for p in Priority.objects.filter(due__lte=until, state__in=["planned", "under_way"], withdrawn_on__isnull=True).order_by(
        "due"
    ):
        href = reverse("programme:priority", args=[p.circle_id, p.id])
        where: dict[str, Any] = {"circle": p.circle_id, "about": ("priority", p.id), "href": href, "when": p.due, "lang": p.lang}
        leads = "release.prepare" in rights
        if p.due and p.due < today:
            late += 1
            yield Due(
                "priority",
                title=_("Late: %(title)s") % {"title": p.title},
                why=p.next_step or _("No next step is written down."),
                state="bad",
                group="calendar" if late > 5 else "week" if leads else "others",
                remind=leads,
                **where,
            )
        else:
            yield Due("priority", title=p.title, why=p.next_step, group="calendar", remind=leads, **where)
