"""Offices and decision rights of the asker, as the database knows them."""

from __future__ import annotations

from django.db import connections

from plait.kernel.acting import Asker


def _column(asker: Asker, sql: str, *args: str) -> list:
    if asker.id is None or asker.kind != "account":
        return []
    with connections[asker.using].cursor() as cursor:
        cursor.execute(sql, args)
        return [row[0] for row in cursor.fetchall()]


def holds_right(asker: Asker, step: str) -> bool:
    """Whether an office that the asker holds now decides this step."""
    return bool(_column(asker, "select plait.has_right(%s)", step) == [True])


def rights_of(asker: Asker) -> set[str]:
    return set(_column(asker, "select * from plait.my_rights()"))


def offices_of(asker: Asker) -> list[str]:
    return sorted(_column(asker, "select * from plait.my_offices()"))
