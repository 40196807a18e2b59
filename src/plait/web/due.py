"""What of the release desk waits for people, and what was sent back to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from plait.frame.due import Due, due
from plait.kernel.acting import Asker
from plait.kernel.models import Release


@due("desk")
def releases(asker: Asker, rights: set[str], until: date) -> Iterable[Due]:
    for r in Release.objects.filter(state="prepared").select_related("prepared_by").order_by("prepared_at"):
        where: dict[str, Any] = {
            "circle": r.circle_id,
            "about": ("release", r.id),
            "href": reverse("web:release", args=[r.circle_id, r.id]),
            "when": r.prepared_at,
        }
        if "release.approve" in rights and r.prepared_by_id != asker.id:
            yield Due(
                "second",
                title=_("Read and release, or send back: %(title)s") % {"title": r.title},
                why=_("Prepared by %(name)s. You can be the second person.") % {"name": r.prepared_by.name},
                state="warn",
                group="today",
                **where,
            )
        elif r.prepared_by_id == asker.id:
            yield Due(
                "second",
                title=r.title,
                why=_("On the release desk: a second person must release it."),
                group="others",
                remind=False,
                **where,
            )
    since = asker.now - timedelta(days=30)
    for r in Release.objects.filter(state="returned", prepared_by_id=asker.id, decided_at__gte=since).order_by("-decided_at")[:3]:
        href = reverse("web:release", args=[r.circle_id, r.id])
        title = _("Sent back: %(title)s") % {"title": r.title}
        yield Due("returned", r.circle_id, ("release", r.id), title, href, r.answer, r.decided_at)
