"""Pages of the documentation that are made from the code. `./plait python -m tests.contracts.documents` writes them; test_docs.py compares."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

CLONE = Path(__file__).resolve().parents[2]


def tables() -> str:
    """docs/reference/tables.md, from the registry of tables."""
    from plait.kernel.access.registry import GROUND, OPEN, protected
    from plait.kernel.models import Across, Within

    lines = [
        "# Tables",
        "",
        "Every table of the database, once: protected, ground or open. Made from the registry (`src/plait/kernel/access/registry.py`) and",
        "the models, and compared with them in each run of the tests. A table that is in none of the three lists fails the suite",
        "(`tests/contracts/test_tables.py`).",
        "",
        "## Protected",
        "",
        "A row belongs to one circle. It is seen by whoever holds an open seat in that circle and is not barred from it; adding, changing",
        "and removing take a contributor's seat. Row security is forced. A write without a person and a verb is refused; each write leaves",
        "an entry in the log. Keys inside a circle are pairs `(id, circle)`; a link across circles holds both ends as pairs and has a",
        "circle of its own.",
        "",
        "| table | what a row is | keys inside the circle | keys across circles | to be sealed later | log keeps |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for model in protected():
        inside = ", ".join(f"`{f.name}`" for f in model._meta.local_fields if isinstance(f, Within)) or "none"
        across = ", ".join(f"`{f.name}`" for f in model._meta.local_fields if isinstance(f, Across)) or "none"
        sealed = ", ".join(f"`{name}`" for name in model.sealed) or "nothing named"
        said = " ".join((model.__doc__ or "").strip().split("\n")[0].split())
        lines.append(
            f"| `{model._meta.db_table}` | {said} | {inside} | {across} | {sealed} | {'the day' if model.day_only else 'the moment'} |"
        )
    lines += [
        "",
        "## Ground",
        "",
        "Tables of the kernel with written policies of their own. The application reads what the policy lets it read and writes none of",
        "them: definer functions do, after asking for the right.",
        "",
        "| table | why it has rules of its own | the application reads | the public pages read | writes are logged |",
        "| --- | --- | --- | --- | --- |",
    ]
    for table, g in sorted(GROUND.items()):
        reads = "what its policy shows" if g.read else "nothing"
        lines.append(
            f"| `{table}` | {g.reason} | {reads} | {'what its policy shows' if g.read and g.public else 'nothing'} | {'yes' if g.logged else 'no'} |"
        )
    lines += [
        "",
        "## Open",
        "",
        "Tables without an audience. Each has a reason.",
        "",
        "| table | why it is open | the application may | the public pages may |",
        "| --- | --- | --- | --- |",
    ]
    for table, o in sorted(OPEN.items()):
        lines.append(f"| `{table}` | {o.reason} | {o.app or 'nothing'} | {o.public or 'nothing'} |")
    return "\n".join(lines) + "\n"


def person_columns() -> str:
    from tests.contracts.persons import page

    return page()


MADE: dict[str, Callable[[], str]] = {
    "docs/reference/tables.md": tables,
    "docs/guarantees/person-columns.md": person_columns,
}


def main() -> None:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plait.settings")
    import django

    django.setup()
    for name, make in MADE.items():
        path = CLONE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(make(), encoding="utf-8")
        print(name)


if __name__ == "__main__":
    main()
