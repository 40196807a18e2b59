"""Adding and saving rows whose names must differ: the database says so, and this says it in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction

from plait.kernel.acting import Asker
from plait.kernel.errors import Invalid
from plait.kernel.models import Protected


def insert(asker: Asker, row: Protected, field: str, sentence: Any) -> None:
    """Add a row; `sentence` is said where there is such a one already."""
    try:
        with transaction.atomic(using=asker.using):
            row.save(force_insert=True)
    except IntegrityError:
        raise Invalid({field: [sentence]}) from None


def update(asker: Asker, row: Protected, fields: Iterable[str], field: str = "", sentence: Any = "") -> None:
    """Save changed fields of a row that was taken; `sentence` is said where the change meets another row."""
    try:
        with transaction.atomic(using=asker.using):
            row.save(update_fields=[*fields, "version"])
    except IntegrityError:
        raise Invalid({field: [sentence]}) from None
