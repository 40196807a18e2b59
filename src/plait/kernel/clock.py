"""The one clock. In SQL it is `plait.now()`; here the same instant, asked of the database where there is a transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import connections


def now(using: str = "default") -> datetime:
    """The database's `plait.now()`: the start of this transaction, or the moved clock of a test database."""
    with connections[using].cursor() as cursor:
        cursor.execute("select plait.now()")
        return cursor.fetchone()[0]
