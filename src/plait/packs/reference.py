"""The tables of `docs/reference/packs.md`, made from the shapes. A test compares them; `rewrite` puts them right:

./plait python -c "from plait.packs import reference; reference.rewrite()"
"""

import re
import typing
from pathlib import Path

from pydantic import BaseModel, RootModel

from plait.packs.needs import RETENTION, STEPS, VOCABULARIES
from plait.packs.problems import bare
from plait.packs.shape import FILES

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "packs.md"
_BLOCK = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def shapes() -> dict[str, type[BaseModel]]:
    """Every shape that can be written in a file, by name, in the order in which a reader meets it."""
    found: dict[str, type[BaseModel]] = {}

    def add(kind: typing.Any) -> None:
        kind = bare(kind)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if not issubclass(kind, RootModel) and kind.__name__ not in found:
                found[kind.__name__] = kind
                for field in kind.model_fields.values():
                    add(field.annotation)
        else:
            for inner in typing.get_args(kind):
                add(inner)

    for shape in FILES.values():
        add(shape)
    return found


def table(shape: type[BaseModel]) -> str:
    """What may be written in a shape: key, whether it must be there, what it is."""
    lines = ["| key | must | what it is |", "| --- | --- | --- |"]
    for name, field in shape.model_fields.items():
        lines.append(f"| `{field.alias or name}` | {'yes' if _asked_for(shape, name) else ''} | {field.description} |")
    return "\n".join(lines)


def _asked_for(shape: type[BaseModel], name: str) -> bool:
    return shape.model_fields[name].is_required() and not (name == "order" and shape.__name__ in ("Term", "Band"))


def steps() -> str:
    return "\n".join(
        ["| step | whoever holds the right may |", "| --- | --- |", *(f"| `{key}` | {does} |" for key, does in STEPS.items())]
    )


def vocabularies() -> str:
    lines = ["| vocabulary | words that must be there | others |", "| --- | --- | --- |"]
    for name, (needed, closed) in VOCABULARIES.items():
        lines.append(f"| `{name}` | {', '.join(f'`{key}`' for key in sorted(needed))} | {'no' if closed else 'yes'} |")
    return "\n".join(lines)


def made(name: str) -> str:
    """What stands between `<!-- made: name -->` and `<!-- end -->`. Raises KeyError for a shape that is no more."""
    special = {
        "STEPS": steps,
        "VOCABULARIES": vocabularies,
        "RETENTION": lambda: ", ".join(f"`{key}`" for key in RETENTION) + ".",
    }
    return special[name]() if name in special else table(shapes()[name])


def filled(page: str) -> str:
    """The page with every made part as it should be."""
    return _BLOCK.sub(lambda found: f"{found[1]}{made(found[2])}\n{found[3]}", page)


def named(page: str) -> set[str]:
    return {found[2] for found in _BLOCK.finditer(page)}


def rewrite() -> None:
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    rewrite()
