"""What of a lesson would leave: what was learnt, its purpose, the city, how well it is known. Case, changes and outcome stay."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from plait.exchange import policies
from plait.exchange.models import Lesson
from plait.kernel.release import public_form


def _page(row: Lesson) -> str:
    return row.get_absolute_url()


@public_form("lesson", model=Lesson, label=_("Lesson"), page=_page)
def lesson_public(row: Lesson) -> dict[str, Any] | None:
    """None unless somebody said that it may be shared."""
    if not policies.may_leave(row.share, row.withdrawn_on is not None, row.public_text):
        return None
    return {
        "title": row.title,
        "public_text": row.public_text,
        "lang": row.lang,
        "translations": dict(row.translations),
        "purpose": {"vocabulary": "lesson_purpose", "key": row.purpose},
        "city": row.city,
        "strength": {"vocabulary": "lesson_strength", "key": row.strength},
        "position": row.position,
    }
