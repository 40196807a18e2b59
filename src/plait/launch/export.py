"""`./plait export`: everything that a partnership has written, in open formats, for whoever leaves Plait or wants to count for themself.

One file of JSON Lines for each table, a row a line, and `tables.json`, which says of each column what it is and to which table it refers. Read in one
snapshot, as the backup role. Sealed text stands as it stands in the database. Passwords, sessions, keys and the inner tables of Django are left out.
"""

import json
from pathlib import Path
from typing import Any

from plait.launch import DATA, ENVIRONMENT, USAGE, Stop
from plait.launch.backup import PLAIN, connect
from plait.launch.places import Connection

LEFT_OUT = (
    "public.auth_",
    "public.django_",
    "public.kernel_session",
    "public.kernel_invitation",
    "plait.",
    "plait_keys.",
    "public.kernel_token",
)
NOT_GIVEN = {"kernel_account": ("password",), "kernel_entry": ("salt",)}
"""Columns that open something: a password's hash; the salt with which a commitment can be tied to a guess."""
COLUMNS = """
select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), coalesce(f.confrelid::regclass::text, '') from pg_class c
  join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join lateral (select k.confrelid from pg_constraint k where k.conrelid = c.oid and k.contype = 'f' and k.conkey[1] = a.attnum limit 1) f on true
where n.nspname = 'public' and c.relkind = 'r' order by c.relname, a.attnum
"""


def write(there: Connection, folder: Path) -> dict[str, int]:
    """Write every table; give the number of rows of each.

    Raises:
        Stop: 2 when the folder is not empty, 3 when it cannot be written, 4 when a table has another number of rows than was written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Stop(USAGE, f"{folder} is not an empty folder.")
    written: dict[str, int] = {}
    tables: dict[str, list[dict[str, Any]]] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with connect(there, "backup") as backup:
            for statement in PLAIN.split("; "):
                backup.execute(statement.encode())
            backup.execute("begin isolation level repeatable read read only")
            backup.execute("set local row_security = off")
            for table, column, kind, refers in backup.execute(COLUMNS).fetchall():
                if not f"public.{table}".startswith(LEFT_OUT) and column not in NOT_GIVEN.get(table, ()):
                    tables.setdefault(table, []).append(
                        {"column": column, "type": kind, **({"refers_to": refers} if refers else {})}
                    )
            for table in tables:
                written[table] = _table(backup, table, folder / f"{table}.jsonl")
        (folder / "tables.json").write_text(
            json.dumps({"tables": tables, "rows": written}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    except OSError as error:
        raise Stop(ENVIRONMENT, f"Cannot write to {folder}: {error.strerror}.") from None
    return written


def _table(backup: Any, table: str, path: Path) -> int:
    gone = ", ".join(f"'{c}'" for c in NOT_GIVEN.get(table, ()))
    number = 0
    with backup.cursor(f"export_{table}") as cursor, path.open("w", encoding="utf-8") as file:
        cursor.execute(f'select (to_jsonb(t) - array[{gone}]::text[])::text from public."{table}" t'.encode())
        for (line,) in cursor:
            file.write(line + "\n")
            number += 1
    counted = backup.execute(f'select count(*) from public."{table}"'.encode()).fetchone()[0]
    if counted != number:
        raise Stop(DATA, f"{table} has {counted} rows and {number} were written; nothing of this export can be relied on.")
    return number
