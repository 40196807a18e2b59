"""Guarantee 1: every numeric column that can be reached from a person, with the reason why it says nothing about them.

`./plait python -m tests.contracts.documents` writes docs/guarantees/person-columns.md from here; test_docs.py compares.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models

PERSONS = ("kernel.Account", "partners.Person")
"""Tables whose rows are people: whoever signs in, and whoever works with the partnership."""

NUMERIC = (models.IntegerField, models.FloatField, models.DecimalField, models.DurationField)
"""Small, big, positive and automatic integers are IntegerField's."""

JUDGING = re.compile(
    r"(^|_)(score|rank(ing)?|rating|probability|likeliness|predict\w*|percentile|risk_level|threat_level|class_of|points|weight|suspicion|vulnerab\w*)(_|$)"
)
"""Names that a column about a person never has, whatever its type."""

REASONS = {
    "version": "Counts the changes of the row, so that two people who edit it lose nothing. Says nothing of anybody.",
    "kernel.Circle.kind": "What sort of audience a circle is: 0 public to 4 matter.",
    "kernel.Seat.kind": "Copy of the circle's kind, kept true by a key.",
    "kernel.Seat.via_kind": "Copy of the kind of the small circle that holds the seat.",
    "kernel.Seat.level": "What the seat allows: 1 reads, 2 writes, 3 decides who sees it. Given by a named person with a reason; nothing computes it.",
    "kernel.Grant.most": "How many answers a visitor's link takes in all, chosen by its maker.",
    "kernel.Factor.counter": "What a passkey counts by itself, so that a copy of it is noticed.",
    "kernel.Factor.step": "The half minute of the app's last used code, so that each counts once.",
    "kernel.File.size": "Bytes of a file. Says nothing of anybody.",
    "kernel.File.parts": "In how many pieces a file is kept.",
    "kernel.FilePart.n": "Order of the pieces of a file.",
    "kernel.Grant.uses_left": "How often a visitor's link may still be used.",
    "kernel.Notice.tries": "How often the mail server said 'later' to one message. Says nothing of anybody.",
    "kernel.Recipients.number": "Counts the lists of those who can open backups, in their order.",
    "kernel.Entry.id": "Order of the log's entries. The application cannot read the table.",
    "picture.Risk.position": "Order of the risks in the risk picture, typed by people. A risk is the town's, never a person's.",
    "picture.Assessment.year": "Year of an assessment.",
    "picture.Assessment.number": "Number of an assessment's version within its year.",
    "programme.Priority.position": "Order of the priorities in the profile, typed by people.",
    "exchange.Lesson.position": "Order of the lessons in the profile, typed by people.",
}
"""`app.Model.field`, or a field's name alone where every table has it."""


@dataclass(frozen=True)
class Column:
    """A numeric column: where it is, what type, and the shortest way of keys on which a person reaches it."""

    model: type[models.Model]
    field: models.Field
    way: str

    @property
    def key(self) -> str:
        return f"{self.model._meta.label}.{self.field.name}"

    @property
    def reason(self) -> str:
        return REASONS.get(self.key) or REASONS.get(self.field.name, "")


def reached(found: Iterable[type[models.Model]] | None = None, persons: Iterable[str] = PERSONS) -> dict[type[models.Model], str]:
    """Every table that keys connect with a person, in either direction, and by which way. `found`: the tables to look at."""
    tables = [m for m in (found if found is not None else apps.get_models(include_auto_created=True)) if m._meta.managed]
    beside: dict[type[models.Model], list[tuple[type[models.Model], str]]] = {m: [] for m in tables}
    for m in tables:
        for f in m._meta.get_fields():
            if isinstance(f, models.ForeignKey | models.ManyToManyField) and f.related_model in beside:
                beside[m].append((f.related_model, f"{m._meta.label}.{f.name}"))
                beside[f.related_model].append((m, f"{m._meta.label}.{f.name}"))
    ways = {m: "itself" for m in tables if m._meta.label in persons}
    todo = deque(ways)
    while todo:
        here = todo.popleft()
        for there, key in beside[here]:
            if there not in ways:
                ways[there] = key if ways[here] == "itself" else f"{ways[here]}, {key}"
                todo.append(there)
    # the log names people and rows by plain ids, without a key
    ways.update({m: "who" for m in tables if m._meta.label == "kernel.Entry"})
    return ways


def columns(found: Iterable[type[models.Model]] | None = None, persons: Iterable[str] = PERSONS) -> list[Column]:
    """Every numeric column of every table that is reached, by name."""
    numeric = [
        Column(m, f, way) for m, way in reached(found, persons).items() for f in m._meta.local_fields if isinstance(f, NUMERIC)
    ]
    return sorted(numeric, key=lambda c: c.key)


def judging(found: Iterable[type[models.Model]] | None = None, persons: Iterable[str] = PERSONS) -> Iterator[str]:
    """Columns, numeric or not, whose name says that a person is judged by the program."""
    for model in reached(found, persons):
        for f in model._meta.local_fields:
            if JUDGING.search(f.name):
                yield f"{model._meta.label}.{f.name}"


def page() -> str:
    """docs/guarantees/person-columns.md."""
    lines = [
        "# Numbers that can be reached from a person",
        "",
        "Guarantee 1: no machine judges a person. No column, function or export holds a score, rank, probability or class computed for a",
        "person. This page lists every numeric column of every table that foreign keys connect with an account or with a person of the",
        "register, however long the way, and why it is there. It is made from the models by `tests/contracts/persons.py` and compared with",
        "them in each run of the tests: a new numeric column without a reason fails.",
        "",
        "People whom the partnership supports are in no table: the rooms for cases are not built.",
        "",
        "| table | column | type | way from a person | why it is there |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{c.model._meta.db_table}` | `{c.field.column}` | {type(c.field).__name__} | {c.way} | {c.reason} |"
        for c in columns()
    ]
    return "\n".join(lines) + "\n"
