"""The rule of `access.md` in ten lines of Python: what the database's policies are compared with, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass

VERBS = ("select", "insert", "update", "delete")
NEEDED = {"select": 1, "insert": 2, "update": 2, "delete": 2}


@dataclass(frozen=True)
class Cell:
    """One situation: the row's circle, the asker's seat in it, the way it is held, the bar, the time, and what is tried."""

    kind: str  # public partnership organisation group matter
    level: int  # 0 none, 1 reader, 2 contributor, 3 steward
    via: str  # direct | circle: through a group in which the asker sits at this level | lent: as a steward of a group that holds a seat at this level
    barred: str  # no | circle | via: barred from the circle, or from the group through which the seat is held
    time: str  # before | during | after
    verb: str


def allowed(c: Cell) -> bool:
    """Whether the asker may. A row of the public circle is read by anybody and written by nobody."""
    if c.kind == "public":
        return c.verb == "select"
    seated = c.level > 0 and c.time == "during" and c.barred == "no"
    return seated and c.level >= NEEDED[c.verb]
