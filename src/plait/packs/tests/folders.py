"""Packs to try things on: a copy of the invented country's, changed in one place."""

from pathlib import Path
from shutil import copytree

REPOSITORY = Path(__file__).resolve().parents[4]
SHIPPED = [REPOSITORY / "packs" / "uk-prevent", REPOSITORY / "packs" / "generic-msc"]
TINY = REPOSITORY / "tests" / "packs" / "tiny"


def copied(to: Path, name: str = "tiny") -> Path:
    return Path(copytree(TINY, to / name))


def change(folder: Path, file: str, old: str, new: str) -> int:
    """Writes `new` for the first `old` of a file. Returns the line where `old` began."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, f"{file} has no {old!r}"
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1
