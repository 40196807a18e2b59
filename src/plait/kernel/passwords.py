"""Rules for a new password besides its length and the list of common ones: not made of the names that everybody here knows."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from plait.kernel.models.ground import Partnership

LONGEST = 128
OURS = ("plait", "prevent", "partnership", "safeguarding", "council")
LEFT = 8
"""So many letters must be left when the known names are taken out."""


class NotOurNames:
    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(_("Take at most 128 characters."), code="too_long")
        names = {
            *OURS,
            *(w for row in Partnership.objects.all() for w in re.findall(r"\w{4,}", f"{row.name} {row.town}".casefold())),
        }
        names |= set(re.findall(r"\w{3,}", getattr(user, "name", "").casefold()))
        left = password.casefold()
        for name in sorted(names, key=len, reverse=True):
            left = left.replace(name, "")
        if len(re.findall(r"[^\W\d_]", left)) < LEFT and any(n in password.casefold() for n in names):
            raise ValidationError(_("This is made of names that everybody here knows. Choose other words."), code="our_names")

    def get_help_text(self) -> str:
        return _("Not made of the names of the town or of this program.")
