"""What the database's own catalogue says of each table: row security, policies, triggers, grants, keys."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

Said = dict[str, Any]


def of(cursor: Any, table: str) -> Said:
    """Everything about one table that access rests on, with the table's own name replaced by T."""

    def rows(sql: str) -> list[tuple]:
        cursor.execute(sql, {"t": table})
        return [tuple(re.sub(rf"\b{table}\b", "T", v) if isinstance(v, str) else v for v in row) for row in cursor.fetchall()]

    return {
        "forced": rows(
            "select relrowsecurity, relforcerowsecurity, relkind::text, pg_get_userbyid(relowner)::text from pg_class where oid = %(t)s::regclass"
        ),
        "policies": rows(
            "select policyname::text, cmd::text, permissive::text, roles::text, coalesce(qual, ''), coalesce(with_check, '') from pg_policies"
            " where schemaname = 'public' and tablename = %(t)s order by 1"
        ),
        "triggers": rows(
            "select tgname::text, tgenabled::text, tgtype::int, tgfoid::regproc::text, encode(tgargs, 'escape') from pg_trigger where tgrelid = %(t)s::regclass and not tgisinternal order by 1"
        ),
        "grants": sorted(
            rows(
                "select grantee::text, privilege_type::text from information_schema.role_table_grants where table_schema = 'public' and table_name = %(t)s and grantee <> 'plait_owner'"
            )
        ),
        "loose_keys": rows(
            "select conname::text from pg_constraint c join pg_class f on f.oid = c.confrelid where c.conrelid = %(t)s::regclass and c.contype = 'f'"
            " and array_length(c.conkey, 1) = 1 and exists (select 1 from pg_policies p where p.tablename = f.relname and p.policyname = 'adds') order by 1"
        ),
    }


SMALL = "(circle_id = ANY (( SELECT plait.my_small() AS my_small)::uuid[]))"
STANDARD = f"({SMALL} OR (EXISTS ( SELECT 1\n   FROM kernel_seat s\n  WHERE ((s.circle_id = T.circle_id) AND (s.kind = 4)))))"
WRITE = "((circle_id = ANY (( SELECT plait.my_writable() AS my_writable)::uuid[])) OR plait.holds(circle_id, 2))"

EXPECTED: Said = {
    "forced": [(True, True, "r", "plait_owner")],
    "policies": [
        ("adds", "INSERT", "PERMISSIVE", "{plait_app}", "", WRITE),
        ("changes", "UPDATE", "PERMISSIVE", "{plait_app}", WRITE, WRITE),
        ("reads", "SELECT", "PERMISSIVE", "{plait_app}", STANDARD, ""),
        ("removes", "DELETE", "PERMISSIVE", "{plait_app}", WRITE, ""),
    ],
    "triggers": [
        ("a_guard", "O", 30, "plait.guard", ""),
        ("b_made", "O", 7, "plait.made", ""),
        ("b_step", "O", 19, "plait.step", ""),
        ("z_log_d", "O", 8, "plait.log_rows", ""),
        ("z_log_i", "O", 4, "plait.log_rows", ""),
        ("z_log_u", "O", 16, "plait.log_rows", ""),
    ],
    "grants": [("plait_app", "DELETE"), ("plait_app", "INSERT"), ("plait_app", "SELECT"), ("plait_app", "UPDATE")],
    "loose_keys": [],
}
"""What every protected table must say. `day_only` tables have the argument 'day' in their log triggers."""


WORDS = [("y_words_d", "O", 8), ("y_words_i", "O", 4), ("y_words_u", "O", 16)]
"""The triggers that keep a searchable table's words."""


def differences(
    cursor: Any,
    table: str,
    *,
    day_only: bool = False,
    searchable: tuple[str, ...] = (),
    names: bool = False,
    sealed: Sequence[str] = (),
    disposed: str = "",
) -> list[str]:
    """What of a protected table is not as it must be."""
    found, wanted = of(cursor, table), dict(EXPECTED)
    if sealed:
        arguments = "".join(f"{column}\\000" for column in sealed)
        wanted["triggers"] = sorted([*EXPECTED["triggers"], ("c_sealed", "O", 23, "plait.sealed", arguments)])
    if disposed:  # the gate empties it ("ALL"), or reads in a link what goes with another ("SELECT")
        wanted["policies"] = sorted(
            [
                *EXPECTED["policies"],
                ("disposes", disposed, "PERMISSIVE", "{plait_gate}", "true", "true" if disposed == "ALL" else ""),
            ]
        )
        gate = [("plait_gate", "SELECT"), *([("plait_gate", "UPDATE")] if disposed == "ALL" else [])]
        wanted["grants"] = sorted([*EXPECTED["grants"], *gate])
    if day_only:
        wanted["triggers"] = [(n, e, t, f, "day\\000" if n.startswith("z_log") else a) for n, e, t, f, a in EXPECTED["triggers"]]
    if searchable:
        said = "".join(f"{a}\\000" for a in ("named" if names else "plain", *searchable))
        wanted["triggers"] = sorted([*wanted["triggers"], *((n, e, t, "plait.keep_tokens", said) for n, e, t in WORDS)])
    return [f"{table}: {part}: {found[part]!r} instead of {wanted[part]!r}" for part in wanted if found[part] != wanted[part]]


def tables(cursor: Any) -> set[str]:
    """Every relation in the public schema that holds rows."""
    cursor.execute(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'f', 'v', 'm')"
    )
    return {name for (name,) in cursor.fetchall()}
