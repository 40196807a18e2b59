"""What the pack says is kept for so long and no longer, done by the worker."""

from __future__ import annotations

from datetime import timedelta

from plait.kernel import looks
from plait.kernel.chores import chore
from plait.packs import current


@chore("log.dispose_looks", every=timedelta(days=1), as_="maintenance")
def old_looks() -> int:
    """Who looked, and who was refused, is kept as long as the pack's class `look` says. How many went."""
    days = current().retention_class("look").days
    return looks.dispose_of_old(days) if days else 0
