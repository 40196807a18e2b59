"""What of a priority would leave: its objective, where it stands, by when, who leads, what it answers.

Measure, next step and notes stay.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from plait.kernel.release import public_form
from plait.programme.models import Priority
from plait.programme.queries import WITH


def _page(row: Priority) -> str:
    return row.get_absolute_url()


@public_form("priority", model=Priority, label=_("Priority"), page=_page, rows=lambda: Priority.objects.select_related(*WITH))
def priority_public(row: Priority) -> dict[str, Any] | None:
    """None once it was taken back, or while it has no objective.

    What it answers leaves as kind and id only: a risk's title is the risk's own to publish. The lead is named only if it agreed.
    """
    if row.withdrawn_on is not None or not row.public_text.strip():
        return None
    named = row.lead if row.lead and row.lead.left is None and "public" in row.lead.listed else None
    pairs = (("risk", row.risk_id), ("gap", row.gap_id))
    return {
        "title": row.title,
        "public_text": row.public_text,
        "lang": row.lang,
        "translations": dict(row.translations),
        "state": {"vocabulary": "priority_state", "key": row.state},
        "horizon": {"vocabulary": "priority_horizon", "key": row.horizon},
        "due": row.due.isoformat() if row.due else None,
        "lead": named.name if named else "",
        "answers": [{"kind": kind, "id": str(id)} for kind, id in pairs if id],
        "position": row.position,
    }
