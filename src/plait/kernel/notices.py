"""The fixed list of what a person can be told, and in what words. A mail, a calendar entry and a digest say one of these and a date.

Pure data: the tables check against it, so a kind that is not here cannot be stored, and no name can be smuggled in as one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

RHYTHMS = ("now", "daily", "weekly", "none")
STATES = ("waiting", "sending", "sent", "unsure", "refused", "quiet", "done", "shut", "recalled")
"""`unsure`: cut off while the mail server had the last word; never sent again by itself. `refused`: the mail server will not have it.
`quiet`: its reader wants no mail of it. `done`: no longer due when its turn came. `shut`: the reader has no seat there any more."""


@dataclass(frozen=True)
class Kind:
    """`words`: as subject, entry and line of a digest. `rhythm`: unless the reader chooses. `may`: what the reader may choose.

    `twice`: where a crash leaves it open whether it arrived, it is sent again, because never would be worse than twice.
    """

    words: Any
    rhythm: str = "daily"
    may: tuple[str, ...] = RHYTHMS
    twice: bool = False


KINDS: dict[str, Kind] = {
    "position": Kind(_("An assessment waits for your position")),
    "comment": Kind(_("An assessment waits for comments"), "weekly"),
    "agree": Kind(_("An assessment waits for agreement")),
    "second": Kind(_("A release waits for a second person"), "now"),
    "returned": Kind(_("A release was sent back"), "now"),
    "priority": Kind(_("A priority is due"), "weekly"),
    "gap": Kind(_("An empty seat needs a next step"), "weekly"),
    "lesson": Kind(_("A lesson waits to be finished"), "weekly"),
    "review": Kind(_("An access review is due")),
    "break_glass": Kind(_("Somebody took emergency access"), "now", ("now",), twice=True),
    "look": Kind(_("A colleague asks you to look at something"), "now", ("now", "daily")),
    "disposal": Kind(_("A disposal is due")),
    "machine": Kind(_("The machine needs attention"), "now", ("now", "daily")),
    "request": Kind(_("A request waits for an answer")),
    "test": Kind(_("A test message"), "now", ("now",)),
}
CHOSEN = tuple(k for k, kind in KINDS.items() if len(kind.may) > 1)
"""Kinds about which there is something to choose."""
