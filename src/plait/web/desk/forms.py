from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from plait.frame.forms import Line, PlaitForm, Text


class Prepare(PlaitForm):
    title = Line(label=_("What is this release, in a few words?"))
    why = Text(
        label=_("Why now?"), help_text=_("The second person reads this. It does not leave."), rows=2, longest=1000, required=False
    )


class SendBack(PlaitForm):
    words = Text(label=_("What should change?"), help_text=_("Whoever prepared it reads this."), rows=3, longest=2000)
