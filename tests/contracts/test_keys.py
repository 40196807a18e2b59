"""A7, A8: a row's circle does not change; keys tell nothing of what is hidden."""

from __future__ import annotations

import re
import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from plait.kernel import scratch
from plait.kernel.access import cells
from plait.kernel.access.registry import protected
from plait.kernel.acting import acting, verb
from plait.kernel.models import Across, Within


def _refusal(action) -> tuple[str, str]:
    """SQLSTATE and text of the refusal, ids masked."""
    try:
        with transaction.atomic(), verb("keys.try"):
            action()
            with connection.cursor() as cursor:
                cursor.execute("set constraints all immediate")
    except DatabaseError as error:
        return error.__cause__.sqlstate, re.sub(r"[0-9a-f-]{36}", "ID", str(error))
    return "none", ""


@pytest.mark.full
def test_hidden_and_absent_answer_alike_for_every_reference_and_circle(committed: str) -> None:
    compared = 0
    with scratch.superuser() as su:
        scene = cells.Scene(su)
        mine, hidden = cells.setting(scene, "matter"), cells.setting(scene, "matter")
        su.execute("set session_replication_role = origin")
        with acting(mine.steward):
            for model in protected():
                table = model._meta.db_table
                for f in model._meta.local_fields:
                    if not isinstance(f, Within | Across):
                        continue
                    said = []
                    for target in (hidden.rows[f.related_model._meta.db_table], uuid.uuid4()):
                        row = cells.fill(model, mine.circle, mine.rows)
                        setattr(row, f.attname, target)
                        said.append(_refusal(lambda row=row: row.save(force_insert=True)))
                    assert said[0] == said[1] and said[0][0] != "none", (table, f.name, said)
                    compared += 1
                said = []
                for circle in (hidden.circle, uuid.uuid4()):
                    row = cells.fill(model, circle, mine.rows)
                    said.append(_refusal(lambda row=row: row.save(force_insert=True)))
                assert said[0] == said[1] and said[0][0] == "42501", (table, said)
                compared += 1
    assert compared > 25


@pytest.mark.django_db(databases=["default", "owner"])
def test_uniqueness_holds_inside_a_circle_only() -> None:
    """Every unique key of a protected table has the circle in it, but the random id itself."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        for model in protected():
            cursor.execute(
                "select i.relname, array(select a.attname from pg_attribute a where a.attrelid = x.indrelid and a.attnum = any(x.indkey))::text[]"
                " from pg_index x join pg_class i on i.oid = x.indexrelid where x.indrelid = %s::regclass and x.indisunique",
                [model._meta.db_table],
            )
            for name, columns in cursor.fetchall():
                assert columns == ["id"] or "circle_id" in columns, name


@pytest.mark.full
def test_the_circle_the_id_and_the_author_of_a_row_do_not_change(committed: str) -> None:
    """A7: not even a steward of both circles moves a row; widening is a release."""
    with scratch.superuser() as su:
        scene = cells.Scene(su)
        one, two = cells.setting(scene, "matter"), cells.setting(scene, "matter")
        scene.seat(two.circle, 3, "during", account=one.steward.id)
        su.execute("set session_replication_role = origin")
        with acting(one.steward):
            for model in protected():
                rows = model.objects.filter(id=one.rows[model._meta.db_table])
                for change in ({"circle_id": two.circle}, {"id": uuid.uuid4()}, {"made_by_id": two.steward.id}):
                    with pytest.raises(DatabaseError) as error, transaction.atomic(), verb("keys.move"):
                        rows.update(**change)
                    assert error.value.__cause__.sqlstate == "PL002", (model, change)
