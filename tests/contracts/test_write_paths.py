"""L1: every way to write a protected row leaves its entry: by triggers, so none can forget it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connections, transaction

from plait.kernel import access, scratch
from plait.kernel.access import cells
from plait.kernel.acting import verb
from tests.people import for_real

DAYS = iter(dt.date(2040, 1, 1) + dt.timedelta(days=n) for n in range(10_000))


@pytest.mark.full
def test_every_write_path_over_every_protected_table_leaves_its_entry(committed: str) -> None:
    missed, tried = [], 0
    rows: dict = {}
    with scratch.superuser() as su:

        def check(table: str, path: str, op: str, row: object) -> None:
            nonlocal tried
            tried += 1
            found = su.execute(
                "select verb from kernel_entry where tab = %s and row_id = %s and op = %s order by id desc limit 1",
                [table, row, op],
            ).fetchone()
            if found != (f"tests.{path}",):
                missed.append((table, path, found))

        for model in cells.tables_in_order():
            table = model._meta.db_table
            for path in ("bulk_create", "queryset_delete", "insert", "save", "queryset_update", "bulk_update", "raw_update"):
                with for_real("rowan") as rowan, verb(f"tests.{path}"):
                    circle = access.partnership_circle()
                    mine = model.objects.filter(id=rows.get(table))
                    if path in ("bulk_create", "insert"):
                        row = cells.fill(model, circle, rows)
                        model.objects.bulk_create([row]) if path == "bulk_create" else row.save(force_insert=True)
                        rows[table] = row.id
                    elif path == "queryset_delete":
                        mine.delete()
                    elif path == "queryset_update":
                        assert mine.update(keep_until=next(DAYS)) == 1
                    elif path == "raw_update":
                        with connections[rowan.using].cursor() as cursor:
                            cursor.execute(f"update {table} set keep_until = %s where id = %s", [next(DAYS), rows[table]])
                    else:
                        row = mine.get()
                        row.keep_until = next(DAYS)
                        row.save(update_fields=["keep_until", "version"]) if path == "save" else model.objects.bulk_update(
                            [row], ["keep_until"]
                        )
                check(table, path, "D" if "delete" in path else "I" if path in ("bulk_create", "insert") else "U", rows[table])
        for model in reversed(cells.tables_in_order()):
            table = model._meta.db_table
            with for_real("rowan") as rowan, verb("tests.raw_delete"), connections[rowan.using].cursor() as cursor:
                cursor.execute(f"delete from {table} where id = %s", [rows[table]])
            check(table, "raw_delete", "D", rows[table])
            with (
                pytest.raises(DatabaseError, match="a write needs a person"),
                transaction.atomic(using="owner"),
                connections["owner"].cursor() as cursor,
            ):
                cursor.execute(f"alter table {table} no force row level security")  # as a migration might
                cursor.execute(f"delete from {table}")
    assert missed == []
    assert tried >= 15 * 8
