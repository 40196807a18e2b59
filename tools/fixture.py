"""At each release: keep a database of this version's schema, from which every later version must be able to migrate.

    ./plait python tools/fixture.py

Writes `tests/fixtures/schema-VERSION.dump` (pg_dump's custom form, made by the backup role) and `schema-VERSION.json` with the rows of each table.
A town loaded as anybody's folder is, and 40 circles with a row of every protected table in each. Run it on the commit that is released, never later:
`tests/test_upgrade.py` restores each of them, migrates it to head, and counts.
"""

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from plait.launch import embedded
from plait.launch.places import Places

CLONE = Path(__file__).resolve().parents[1]
FIXTURES = CLONE / "tests" / "fixtures"
TOWN = CLONE / "tests" / "towns" / "weidenau"
CIRCLES = 40


def fill() -> None:
    """A town, and rows of every protected table in groups and matters of its own."""
    from plait.kernel.access import cells
    from plait.kernel.scratch import superuser
    from plait.web.load import load_folder

    load_folder(TOWN)
    with superuser() as burglar:
        scene = cells.Scene(burglar)
        for n in range(CIRCLES):
            cells.setting(scene, "group" if n % 2 else "matter")


def counts() -> dict[str, int]:
    from plait.kernel.scratch import superuser

    with superuser() as there:
        names = there.execute(
            "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind = 'r' and n.nspname in ('public', 'plait', 'plait_keys') and c.relname <> 'gate_key' order by 1"
        ).fetchall()
        return {name: there.execute(f"select count(*) from {name}").fetchone()[0] for (name,) in names}  # type: ignore[index]


def main() -> None:
    version = tomllib.loads((CLONE / "pyproject.toml").read_text())["project"]["version"]
    with tempfile.TemporaryDirectory(prefix="plait-fixture-") as folder:
        Path(folder).chmod(0o711)
        server = embedded.Server(Places(Path(folder) / "data"), tests=True)
        server.create()
        server.start()
        try:
            os.environ.update(server.connection().variables())
            from plait.cli.inside import django, migrate

            with django(owner=True):
                migrate()
                fill()
                found = counts()
            target, there = FIXTURES / f"schema-{version}.dump", server.connection()
            os.environ["PGPASSWORD"] = there.password("backup")
            arguments = ["-h", there.host, "-p", there.port, "-U", "plait_backup", "--no-owner", "-Fc", "-Z", "9"]
            program = str(server.programs.folder / "pg_dump")
            subprocess.run(
                [program, *arguments, "--exclude-table-data", "plait.gate_key", "-f", str(target), "plait"], check=True
            )
            target.with_suffix(".json").write_text(json.dumps({"version": version, "rows": found}, indent=1) + "\n")
            print(f"{target}: {target.stat().st_size} bytes, {len(found)} tables, {sum(found.values())} rows", file=sys.stderr)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
