"""The access matrix is tried on five broken policies: each must turn it red."""

from __future__ import annotations

import re

import pytest

from plait.kernel import scratch
from plait.kernel.access import cells, sync
from plait.kernel.access.registry import STANDARD, protected


def _replace_function(su, name: str, change) -> None:
    text = next(s for s in sync.statements() if f"function plait.{name}(" in s)
    broken = change(text)
    assert broken != text
    su.execute("set role plait_gate")
    su.execute("reset role")
    su.execute(broken)


def break_bar(su, t: str) -> None:
    """The bar's clause is forgotten."""
    _replace_function(
        su,
        "holds",
        lambda s: s.replace(
            "if exists (select 1 from public.kernel_bar b where b.account_id = a and b.circle_id = circle) then return false; end if;",
            "",
        ),
    )
    for name in ("my_small", "my_writable", "my_holders"):
        _replace_function(
            su,
            name,
            lambda s: re.sub(
                r" and s\.circle_id not in \(select b\.circle_id from public\.kernel_bar b where b\.account_id = a\)", "", s
            ),
        )


def break_end(su, t: str) -> None:
    """A seat never ends."""
    for name in ("my_small", "my_writable", "my_holders", "holds"):
        _replace_function(su, name, lambda s: s.replace(" and t < s.ends", ""))


def break_check(su, t: str) -> None:
    """WITH CHECK lets anything in."""
    su.execute(f"alter policy adds on {t} with check (true)")


def break_force(su, t: str) -> None:
    """Row security is not enforced on the table any more."""
    su.execute(f"alter table {t} no force row level security")
    su.execute(f"alter table {t} disable row level security")


def break_and(su, t: str) -> None:
    """'and' has become 'or'."""
    condition = STANDARD.format(t=t).replace(
        f"s.circle_id = {t}.circle_id and s.kind = 4", f"s.circle_id = {t}.circle_id or s.kind = 4"
    )
    assert condition != STANDARD.format(t=t)
    su.execute(f"alter policy reads on {t} using ({condition})")


BREAKS = [break_bar, break_end, break_check, break_force, break_and]


@pytest.mark.parametrize("broken", BREAKS, ids=lambda b: b.__name__)
def test_the_matrix_turns_red_when_the_policy_is_broken(broken, committed: str) -> None:
    model = protected()[0]
    with scratch.superuser() as su:
        broken(su, model._meta.db_table)
        su.execute("reset role")
        found = list(cells.compare(su, [model]))
    assert [c for c in found if c["expected"] != c["got"]] != []
