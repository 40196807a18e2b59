"""A column whose text is sealed."""

from __future__ import annotations

from typing import Any

from django.db import models

from plait.kernel.keys.sealing import HEAD, LEAST, VERSION, is_sealed


class Sealed(models.BinaryField):
    """Text under a key of its row. Filled by `keys.seal`, read by `keys.unseal`; plain text is refused here and by the database.

    Empty means that there is nothing, or nothing any more.
    """

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs["null"] = True
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None and not is_sealed(value):
            raise TypeError(f"{self.name} takes a sealed value: use plait.kernel.keys.seal")
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, *args: Any) -> bytes | None:
        return None if value is None else bytes(value)


def sealed_columns(model: type[models.Model]) -> dict[str, str]:
    """The sealed fields of a table, each with its column."""
    return {f.attname: str(f.column) for f in model._meta.local_fields if isinstance(f, Sealed)}


def check_of(column: str) -> str:
    """The database's own words for `is_sealed`."""
    length = f"get_byte({column}, 29)::bigint * 16777216 + get_byte({column}, 30) * 65536 + get_byte({column}, 31) * 256 + get_byte({column}, 32)"
    return (
        f"case when {column} is null then true when octet_length({column}) < {LEAST} then false"
        f" else get_byte({column}, 0) = {VERSION} and octet_length({column}) = {HEAD} + {length} end"
    )
