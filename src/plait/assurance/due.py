"""What of assurance waits for people: uses of the emergency access to review, seats to answer for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plait.assurance.queries import waiting
from plait.frame.due import Due, due
from plait.kernel import access
from plait.kernel.acting import Asker


@due("assurance")
def reviews(asker: Asker, rights: set[str], until: date) -> Iterable[Due]:
    """A use of the emergency access goes to whoever may review it; seats, to the stewards of their circles."""
    circle = access.partnership_circle()
    for w in waiting(asker):
        if w.what == "glass" and w.id is not None:
            yield Due(
                "break_glass",
                circle,
                ("use", w.id),
                _("Review a use of the emergency access: %(reference)s") % {"reference": w.reference},
                reverse("assurance:use", args=[w.id]),
                _("It is late: until it is reviewed nobody may use the emergency access.")
                if w.late
                else _("Hold it against a fact elsewhere, within seven days."),
                w.due or None,
                state="bad" if w.late else "warn",
                group="today",
            )
        elif w.what == "seats":
            yield Due(
                "review",
                circle,
                ("seats", circle),
                ngettext("Answer for the seats of %(n)d circle", "Answer for the seats of %(n)d circles", w.count)
                % {"n": w.count},
                reverse("assurance:circles"),
                _("Keep or end each, with a reason; a second person confirms."),
                state="bad" if w.late else "",
                group="today" if w.late else "week",
            )
        elif w.what == "quarter":
            yield Due(
                "review",
                circle,
                ("quarter", circle),
                ngettext("Review the seats of %(n)d circle", "Review the seats of %(n)d circles", w.count) % {"n": w.count},
                reverse("assurance:circles"),
                _("A quarter has passed since each seat was asked for."),
            )
