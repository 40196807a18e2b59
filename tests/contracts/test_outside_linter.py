"""An outside linter of row-level security looks at the whole database: every finding has its reason here, and a planted hole has none."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connections

from plait.kernel import scratch
from plait.kernel.access.registry import OPEN
from plait.kernel.access.sync import EXECUTE, PRIVATE
from plait.launch.places import connection as place

pytestmark = pytest.mark.full

GATES = r".*\.(gate|disposes)"
GATE = "the gate owns the definer functions, cannot log in and asks for itself; nobody else has these policies"
REASONS: dict[str, tuple[str, str]] = {  # rule: (where, why it stays)
    "SEC001": (
        "|".join([*(rf"public\.{t}" for t in OPEN), r"plait\.\w+"]),
        "open tables, each with its reason in the registry; and what only the gate is granted",
    ),
    "SEC014": (
        "|".join(rf"plait\.{s.partition('(')[0]}" for s in [*EXECUTE, *PRIVATE]),
        "definer functions of the gate, each on the list of who may call it, with a fixed path: tests/contracts/test_tables.py",
    ),
    "SEC005": (GATES, GATE),
    "SEC008": (GATES, GATE),
    "SEC028": (GATES, GATE),
    "SEC038": (GATES, GATE),
    "SEC007": (r"public\.\w+", "exactly one policy for the application a table and command: tests/contracts/test_tables.py holds the whole list"),
    "SEC013": (r"public\.\w+\.[a-z]+_\w+", "the triggers are the log and the guard: each is on a list with its owner and its path, tests/contracts/test_tables.py"),
    "SEC016": (r"plait_(backup|maintenance)", "a backup that row security binds is empty; both have a socket of their own and listed rights"),
    "PERF003": (r"public\.kernel_\w+\.reads", "measured: the indexes that carry these policies cover the columns"),
    "PERF004": (r"public\.\w+\.(adds|changes|removes|reads)", "the column is an argument of the probe, asked for the rows that are written"),
}  # fmt: skip


def findings(database: str) -> list[dict[str, str]]:
    """What the linter finds and no reason explains."""
    s = connections["owner"].settings_dict
    address = f"postgresql://plait_tamper:{place().password('tamper')}@/{database}?host={s['HOST']}&port={s['PORT']}"
    program = Path(sys.executable).with_name("pgrls")
    done = subprocess.run(
        [program, "lint", "--database-url", address, "--schemas", "public,plait", "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(done.stdout)["violations"]
    assert len(found) > 50, done.stderr
    return [f for f in found if f["rule_id"] not in REASONS or not re.fullmatch(REASONS[f["rule_id"]][0], f["location"])]


def test_every_finding_has_its_reason(committed: str) -> None:
    assert "\n".join(f"{f['rule_id']} {f['location']} {f['title']}" for f in findings(committed)) == ""


PLANTED = {
    "a policy that is always true": "create policy planted on picture_risk for select to plait_app using (true)",
    "row security off": "alter table picture_risk disable row level security",
    "row security not forced": "alter table picture_risk no force row level security",
    "a view of the superuser's": "create view public.planted as select * from picture_risk; grant select on public.planted to plait_app",
    "a definer function without a path": "create function public.planted() returns bigint language sql security definer as 'select count(*) from public.picture_risk'; grant execute on function public.planted() to plait_app",
}  # fmt: skip


@pytest.mark.parametrize("hole", PLANTED)
def test_a_planted_hole_is_found(hole: str, committed: str) -> None:
    with scratch.superuser() as su:
        su.execute(PLANTED[hole])
    assert findings(committed)
