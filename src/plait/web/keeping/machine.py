"""What whoever runs the machine wants to know: counts, times, sizes. Nothing about a person, a page or an hour."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from plait import __version__
from plait.kernel import chores, keeping
from plait.kernel.acting import Asker
from plait.launch.places import connection as place
from plait.web import metrics


@dataclass(frozen=True)
class Fact:
    label: str
    value: Any
    bad: bool = False


def _megabytes(n: int) -> str:
    return f"{n / 2**20:,.0f} MB"


def facts(asker: Asker) -> list[Fact]:
    size, connections, most, server = keeping.database_facts(asker)
    folder = place().secrets or Path("/")
    free = shutil.disk_usage(folder).free
    return [
        Fact(_("Version of Plait"), __version__),
        Fact(_("Version of PostgreSQL"), server),
        Fact(_("Size of the database"), _megabytes(size)),
        Fact(_("Free on the disk of the data folder"), _megabytes(free), bad=free < 2 * 2**30),
        Fact(_("Connections to the database"), f"{connections} / {most}", bad=connections > most * 0.8),
    ]


def requests() -> list[Fact]:
    found = metrics.total()
    answered = sum(found[n] for n in ("ok", "moved", "refused", "failed"))
    named = {
        "ok": _("answered"), "moved": _("sent on to another page"), "refused": _("not found, not allowed, or wrong"), "failed": _("failed"),
        "retried": _("tried once more"), "faults": _("not carried out because the database failed"),
    }  # fmt: skip
    made = [Fact(label, found[name], bad=name in ("failed", "faults") and found[name] > 0) for name, label in named.items()]
    return [*made, Fact(_("milliseconds each, on average"), round(found["milliseconds"] / answered) if answered else 0)]


def times() -> list[tuple[str, int]]:
    found = metrics.total()
    steps = [
        _("under 10 ms"),
        _("under 30 ms"),
        _("under 100 ms"),
        _("under 300 ms"),
        _("under 1 s"),
        _("under 3 s"),
        _("3 s and more"),
    ]
    return list(zip(steps, (found[n] for n in metrics.NAMES[7:]), strict=True))


def work() -> list[chores.Status]:
    return chores.status()
