"""The access matrix: every protected table in every situation, run as the application's role against the real database.

A steward writes one row of every table into a circle of each kind; then each asker tries to read, add, change and remove them. The
expected answer comes from `model.py` and from nowhere else. Runs on a scratch database (`plait.kernel.scratch`), where a superuser
seats people without asking anybody. Used by the suite and by `./plait access --json`.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, models, transaction

from plait.kernel.access.model import VERBS, Cell, allowed
from plait.kernel.access.registry import protected
from plait.kernel.acting import NOBODY, Asker, acting, verb
from plait.kernel.models.base import Across, Protected, Within

KINDS = {"public": 0, "partnership": 1, "organisation": 2, "group": 3, "matter": 4}
"""Kinds of circle by name."""
SITUATIONS = [
    (level, via, barred, time)
    for level, via, barred, time in itertools.product(
        (0, 1, 2, 3), ("direct", "circle", "lent"), ("no", "circle", "via"), ("before", "during", "after")
    )
    if not (level == 0 and (via, time) != ("direct", "during")) and not (barred == "via" and via == "direct")
]


@dataclass(frozen=True)
class Setting:
    """One circle with a row of each table in it, and somebody who is its steward."""

    kind: str
    circle: uuid.UUID
    steward: Asker
    rows: dict[str, uuid.UUID]


def cells(kinds: Iterable[str] = tuple(KINDS)) -> Iterator[Cell]:
    """Every cell of one table."""
    for kind in kinds:
        for level, via, barred, time in SITUATIONS:
            if via != "direct" and kind != "matter":
                continue
            for v in VERBS:
                yield Cell(kind, level, via, barred, time, v)


class Scene:
    """A scratch database's circles and people, written by a superuser's connection that commits each statement."""

    def __init__(self, superuser: Any):
        self.connection = superuser
        self.su = superuser.cursor()
        self.su.execute(
            "set session_replication_role = replica"
        )  # triggers off: even a superuser cannot write without a person and a verb
        self.made = 0

    def account(self) -> uuid.UUID:
        self.made += 1
        a = uuid.uuid4()
        self.su.execute(
            "insert into kernel_account(id, password, email, name, language, is_active, made_at) values (%s, '!', %s, %s, 'en', true, now())",
            [a, f"{a}@example.org", f"Person {self.made}"],
        )
        return a

    def circle(self, kind: str) -> uuid.UUID:
        if kind in ("public", "partnership"):
            self.su.execute("select id from kernel_circle where kind = %s", [KINDS[kind]])
            return self.su.fetchone()[0]
        c = uuid.uuid4()
        self.su.execute(
            "insert into kernel_circle(id, kind, name, opened_at) values (%s, %s, %s, now())", [c, KINDS[kind], f"{kind} {c}"]
        )
        return c

    def seat(
        self, circle: uuid.UUID, level: int, time: str, *, account: uuid.UUID | None = None, via: uuid.UUID | None = None
    ) -> None:
        now = "plait.now()"
        starts, ends = {
            "before": (f"{now} + interval '1 day'", f"{now} + interval '2 days'"),
            "during": (f"{now} - interval '1 day'", "'9999-12-31Z'"),
            "after": (f"{now} - interval '2 days'", f"{now} - interval '1 second'"),
        }[time]
        self.su.execute(
            f"insert into kernel_seat(id, account_id, via_id, via_kind, circle_id, kind, sort_at, level, starts, ends, source, reason)"
            f" select gen_random_uuid(), %s, %s, v.kind, c.id, c.kind, c.opened_at, %s, {starts}, {ends}, 'matrix', 'matrix'"
            f" from kernel_circle c left join kernel_circle v on v.id = %s where c.id = %s",
            [account, via, level, via, circle],
        )

    def bar(self, account: uuid.UUID, circle: uuid.UUID) -> None:
        self.su.execute(
            "insert into kernel_bar(id, account_id, circle_id, reason, made_at) values (gen_random_uuid(), %s, %s, 'matrix', now())",
            [account, circle],
        )

    def asker(self, circle: uuid.UUID, level: int, via: str, barred: str, time: str) -> Asker:
        """Somebody who stands to the circle as the cell says."""
        a = self.account()
        for elsewhere in ("organisation", "group", "matter"):  # what somebody holds elsewhere must not carry over
            self.seat(self.circle(elsewhere), 3, "during", account=a)
        if level:
            if via == "direct":
                self.seat(circle, level, time, account=a)
            else:
                group = self.circle("group")
                self.seat(group, level if via == "circle" else 3, "during", account=a)
                self.seat(circle, 3 if via == "circle" else level, time, via=group)
                if barred == "via":
                    self.bar(a, group)
        if barred == "circle":
            self.bar(a, circle)
        return Asker(a, lifetime=3600)


def filled(model: type[Protected], circle: uuid.UUID, made: dict[str, Any]) -> dict[str, Any]:
    """Values for a new row of a table: the least that its constraints ask for; references go to rows made before."""
    values: dict[str, Any] = {"circle_id": circle}
    for f in model._meta.local_fields:
        if f.name in ("id", "circle", "version", "keep_until", "made_at", "made_by"):
            continue
        if isinstance(f, Within | Across):
            if f.null and not getattr(model, "matrix_needs", {}).get(f.name):
                continue
            target = made[f.related_model._meta.db_table]
            values[f.attname] = target
            if isinstance(f, Across):
                values[f"{f.name}_circle_id"] = circle
        elif f.attname.endswith("_circle_id") and f.attname in values:
            continue
        elif isinstance(f, models.ForeignKey):
            if f.null:
                continue
            values.setdefault(f.attname, circle)
        elif f.name in SPECIAL.get(model._meta.db_table, {}):
            values[f.name] = SPECIAL[model._meta.db_table][f.name]
        elif f.null or f.has_default():
            continue
        elif isinstance(f, models.BooleanField):
            values[f.name] = True
        elif isinstance(f, models.IntegerField):
            values[f.name] = 2026
        elif isinstance(f, models.DateField):
            values[f.name] = "2026-01-01"
        elif isinstance(f, ArrayField):
            values[f.name] = ["one"]
        else:
            values[f.name] = uuid.uuid4().hex[: f.max_length or 32]
    return values


SPECIAL: dict[str, dict[str, Any]] = {
    "picture_evidence": {"reliability": "B", "credibility": "2", "names_nobody": True},
    "picture_position": {"position": "agree"},
    "partners_organisation": {"sectors": ["one"]},
    "picture_assessment": {},
    "kernel_file": {"kind": "pdf", "parts": 1},
}


def tables_in_order() -> list[type[Protected]]:
    """Protected tables, each after those it must refer to."""
    done: list[type[Protected]] = []
    waiting = list(protected())
    while waiting:
        for m in waiting:
            needs = [
                f.related_model
                for f in m._meta.local_fields
                if isinstance(f, Within | Across)
                and f.related_model is not m
                and (not f.null or f.name in NEEDED_REFERENCES.get(m._meta.db_table, ()))
            ]
            if all(n in done for n in needs):
                done.append(m)
                waiting.remove(m)
                break
        else:
            raise RuntimeError("tables refer to each other in a ring")
    return done


NEEDED_REFERENCES = {"programme_priority": ("risk",)}
"""References that may be empty by their column but not by a constraint."""


def fill(model: type[Protected], circle: uuid.UUID, made: dict[str, Any]) -> Protected:
    values = filled(model, circle, made)
    for name in NEEDED_REFERENCES.get(model._meta.db_table, ()):
        f: Any = model._meta.get_field(name)
        values[f.attname] = made[f.related_model._meta.db_table]
    return model(**values)


def setting(scene: Scene, kind: str) -> Setting:
    """A circle of this kind with one row of every protected table in it."""
    circle = scene.circle(kind)
    if kind == "public":
        return Setting(kind, circle, NOBODY, public_rows(scene, circle))
    steward = Asker(scene.account(), lifetime=3600)
    scene.seat(circle, 3, "during", account=steward.id)
    rows: dict[str, uuid.UUID] = {}
    with acting(steward), verb("matrix.make"):
        for model in tables_in_order():
            row = fill(model, circle, rows)
            row.save(force_insert=True)
            rows[model._meta.db_table] = row.id
    return Setting(kind, circle, steward, rows)


def public_rows(scene: Scene, circle: uuid.UUID) -> dict[str, uuid.UUID]:
    """Rows that stand in the public circle as if they had got there: only a superuser with triggers off can put them."""
    rows: dict[str, uuid.UUID] = {}
    author = scene.account()
    for model in tables_in_order():
        row = fill(model, circle, rows)
        row.version, row.made_by_id = 1, author
        columns, values = [], []
        for f in model._meta.local_concrete_fields:
            if f.name == "made_at":
                continue
            columns.append(f'"{f.column}"')
            values.append(
                f.get_db_prep_save(getattr(row, f.attname), connection) if not isinstance(f, models.JSONField) else "{}"
            )
        marks = ", ".join(["%s"] * len(columns))
        scene.su.execute(f"insert into {model._meta.db_table} ({', '.join(columns)}, made_at) values ({marks}, now())", values)
        rows[model._meta.db_table] = row.id
    return rows


def attempt(model: type[Protected], s: Setting, what: str) -> bool:
    """Try one verb on the setting's row as whoever is announced; whether it took effect. Leaves nothing behind."""
    row_id = s.rows[model._meta.db_table]
    try:
        with transaction.atomic():
            if what == "select":
                return model.objects.filter(circle_id=s.circle, id=row_id).exists()
            with verb("matrix.try"):
                if what == "insert":
                    fill(model, s.circle, s.rows).save(force_insert=True)
                    n = 1
                elif what == "update":
                    n = model.objects.filter(id=row_id).update(keep_until="2030-01-01")
                else:
                    with connection.cursor() as cursor:
                        cursor.execute(f"delete from {model._meta.db_table} where id = %s", [row_id])
                        n = cursor.rowcount
            raise _Undo(n > 0)
    except _Undo as undone:
        return undone.took
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") in ("42501", "PL001"):
            return False
        if what == "insert" and getattr(error.__cause__, "sqlstate", "") == "23505":
            return True  # the policy let it pass; the one-row-a-circle constraint did not
        raise


class _Undo(Exception):
    def __init__(self, took: bool):
        self.took = took


def compare(superuser: Any, tables: Iterable[type[Protected]], kinds: Iterable[str] = tuple(KINDS)) -> Iterator[dict[str, Any]]:
    """Run the matrix; every cell with what was expected and what was got. Commits its scene: for a scratch database only."""
    scene = Scene(superuser)
    chosen = list(tables)
    for kind in kinds:
        s = setting(scene, kind)
        askers: dict[Any, Asker] = {}
        for level, via, barred, time in SITUATIONS:
            if (via != "direct" and kind != "matter") or (kind == "public" and level):
                continue
            askers[level, via, barred, time] = scene.asker(s.circle, level, via, barred, time)
        askers["nobody"] = NOBODY
        for key, asker in askers.items():
            level, via, barred, time = key if isinstance(key, tuple) else (0, "nobody", "no", "during")
            with acting(asker):
                for model, what in itertools.product(chosen, VERBS):
                    yield {
                        "table": model._meta.db_table, "circle_kind": kind, "level": level, "via": via, "barred": barred, "time": time, "verb": what,
                        "expected": allowed(Cell(kind, level, via, barred, time, what)), "got": attempt(model, s, what),
                    }  # fmt: skip


def run() -> list[dict[str, Any]]:
    """Every cell, on a scratch database made for it in the tests' cluster."""
    from plait.kernel import scratch
    from plait.kernel.founding import found

    template = scratch.template(
        lambda: found("Scratch", "Scratch", "generic-msc", "scratch@example.org", "Scratch"), Path(__file__)
    )
    with scratch.database(template), scratch.superuser() as superuser:
        return list(compare(superuser, protected()))
