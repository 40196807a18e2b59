"""Sessions in the database, each with its account, so that a person can see and end them. No address, no browser is kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from plait.kernel.chores import chore
from plait.kernel.models.ground import Session

LONGEST = timedelta(hours=12)


@chore("kernel.drop_sessions", every=timedelta(hours=1), as_="maintenance")
def drop_ended() -> int:
    """Sessions that ended are deleted, so that no trace is kept of who was here when. How many."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = super().create_model_instance(data)
        if not isinstance(row, Session):
            raise TypeError("a session of another table")
        row.account_id = data.get(SESSION_KEY)
        began = data.get("began")
        row.began_at = timezone.now() if began is None else datetime.fromisoformat(began)
        row.seen_at = timezone.now()
        return row
