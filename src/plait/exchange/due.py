"""What of the exchange waits for people: own lessons that do not say yet what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from plait.exchange.models import Lesson
from plait.frame.due import Due, due
from plait.kernel.acting import Asker


@due("exchange")
def lessons(asker: Asker, rights: set[str], until: date) -> Iterable[Due]:
    """For whoever began to write one: nobody else is asked to finish another's words."""
    for each in Lesson.objects.filter(direction="own", outcome="", made_by_id=asker.id, withdrawn_on__isnull=True).order_by(
        "made_at"
    )[:3]:
        href = reverse("exchange:lesson", args=[each.circle_id, each.id])
        yield Due(
            "lesson",
            each.circle_id,
            ("lesson", each.id),
            _("Say what came of it: %(title)s") % {"title": each.title},
            href,
            _("A lesson without its outcome helps nobody yet."),
            lang=each.lang,
        )
