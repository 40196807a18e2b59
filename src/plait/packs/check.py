"""Reads a folder as a pack and says all that is wrong with it, at once."""

import hashlib
from pathlib import Path

from pydantic import ValidationError

from plait.packs import rules
from plait.packs.problems import Problem, all_in_words, one_of
from plait.packs.reading import Document, read
from plait.packs.shape import FILES, Shape


def check_folder(folder: Path | str) -> list[str]:
    """All that is wrong with a pack, in the order of its files and lines; an empty list for a good one."""
    return read_pack(Path(folder))[1]


def read_pack(folder: Path) -> tuple[dict[str, Shape], list[str], str]:
    """The files that could be read, what is wrong, and the fingerprint of the whole."""
    if not folder.is_dir():
        return {}, [f"{folder}: is no folder; name the folder that holds pack.yaml"], ""
    documents: dict[str, Document] = {}
    parts: dict[str, Shape] = {}
    problems: list[Problem] = []
    digest = hashlib.sha256()
    for name, shape in FILES.items():
        if not (folder / name).is_file():
            problems.append(Problem(name, (), "is missing; add it (docs/reference/packs.md says what stands in it)"))
            continue
        document = documents[name] = read(folder / name)
        problems += document.problems
        if document.data is None:
            continue
        digest.update(f"{name}\0".encode() + (folder / name).read_bytes() + b"\0")
        try:
            parts[name] = shape.model_validate(document.data)
        except ValidationError as error:
            problems += [Problem(name, *each) for each in all_in_words(error.errors(include_url=False), shape)]
    for each in sorted(folder.iterdir()):
        if each.suffix in (".yaml", ".yml") and each.name not in FILES:
            problems.append(Problem(each.name, (), f"is no file of a pack; take it out, or {one_of(FILES, each.name)}"))
    problems += rules.problems(folder.name, parts)
    order = {name: at for at, name in enumerate(FILES)}

    def line(problem: Problem) -> int:
        return documents[problem.file].line(problem.path) if problem.file in documents else 1

    said = sorted({(order.get(each.file, len(order)), line(each), each.sentence, each.file) for each in problems})
    return parts, [f"{folder / file}, line {at}: {sentence}" for _order, at, sentence, file in said], digest.hexdigest()
