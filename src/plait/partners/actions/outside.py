"""Taking a public copy out at once, in the same step in which its ground falls away."""

from __future__ import annotations

from plait.kernel import access, release
from plait.kernel.acting import Asker
from plait.kernel.models import Protected, Published
from plait.kernel.rights import rights_of
from plait.partners import policies


def take_out(asker: Asker, kind: str, row: Protected) -> bool:
    """Withdraw every public copy of a record when the asker may. False: a copy still stands, and another office must do it."""
    public = access.public_circle()
    if not Published.objects.filter(circle_id=public, kind=kind, record_id=row.id).exists():
        return True
    level = max((seat.level for seat in access.why(asker, row.circle_id)), default=0)
    if not policies.may_take_out(rights_of(asker), level=level):
        return False
    release.withdraw(asker, kind=kind, record=row.id, target=public)
    return True
