"""What people choose about being told."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plait.frame.forms import Choice, PlaitForm
from plait.kernel.notices import CHOSEN, KINDS
from plait.web.tasks.queries import Colleague

RHYTHM = {
    "now": gettext_lazy("at once"),
    "daily": gettext_lazy("once a day, with others"),
    "weekly": gettext_lazy("once a week, with others"),
    "none": gettext_lazy("no mail: I look myself"),
}


class Rhythms(PlaitForm):
    """One question for each kind about which there is something to choose."""

    def __init__(self, *args: Any, now: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in CHOSEN:
            kind = KINDS[key]
            self.fields[key] = Choice(label=kind.words, choices=[(r, RHYTHM[r]) for r in kind.may], initial=now[key], menu=True)


class Ask(PlaitForm):
    who = Choice(label=gettext_lazy("Whom do you ask?"), choices=())

    def __init__(self, *args: Any, colleagues: list[Colleague], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["who"]
        field.choices = [(str(c.account), c.name) for c in colleagues]
        field.hints = {str(c.account): self._hint(c) for c in colleagues}

    @staticmethod
    def _hint(c: Colleague) -> str:
        said = {"where": c.organisations or _("no organisation"), "domain": c.domain}
        if c.other:
            return _("%(where)s. Careful: the mail goes to another domain than yours, %(domain)s.") % said
        return _("%(where)s. Mail goes to %(domain)s.") % said
