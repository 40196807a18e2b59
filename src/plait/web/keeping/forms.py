from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from plait.frame.forms import PlaitForm, Text


class Propose(PlaitForm):
    keys = Text(
        label=_("Who can open backups?"),
        help_text=_("The whole list, one on each line: the recipient, which begins with age1, a space, and whose it is."),
        rows=6,
        longest=6000,
    )
    why = Text(label=_("Why does it change?"), help_text=_("Whoever agrees reads this."), rows=2, longest=1000)
