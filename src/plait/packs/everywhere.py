"""What must be true in every file of a pack alike: languages, sources and grades, single keys."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, RootModel

from plait.packs.problems import Path, Problem, one_of
from plait.packs.shape import Shape, Text


def walk(shape: Any, path: Path = ()) -> Iterator[tuple[Path, BaseModel]]:
    """Every shape inside this one, with the place where it is written."""
    if isinstance(shape, BaseModel):
        yield path, shape
        if not isinstance(shape, RootModel):
            for name, field in type(shape).model_fields.items():
                yield from walk(getattr(shape, name), (*path, field.alias or name))
    elif isinstance(shape, dict):
        for key, value in shape.items():
            yield from walk(value, (*path, key))
    elif isinstance(shape, tuple):
        for at, value in enumerate(shape):
            yield from walk(value, (*path, at))


def said_in_all_languages(parts: dict[str, Any]) -> Iterator[Problem]:
    wanted = set(parts["pack.yaml"].languages)
    for file, part in parts.items():
        for path, shape in walk(part):
            if isinstance(shape, Text):
                if missing := sorted(wanted - shape.languages):
                    yield Problem(file, path, f"{path[-1]!r} is not said in {', '.join(missing)}; add it")
                if more := sorted(shape.languages - wanted):
                    yield Problem(
                        file,
                        path,
                        f"{path[-1]!r} is said in {', '.join(more)}, not in pack.yaml; add the language there or take it out",
                    )


def rests_on_something_named(parts: dict[str, Any]) -> Iterator[Problem]:
    sources = {source.key for source in parts["pack.yaml"].sources}
    grades = {grade.key: grade for grade in parts["pack.yaml"].grades}
    for file, part in parts.items():
        for path, shape in walk(part):
            source, grade = getattr(shape, "source", None), getattr(shape, "grade", None)
            if isinstance(source, str) and source not in sources:
                yield Problem(
                    file, (*path, "source"), f"the source {source!r} is not in pack.yaml; {one_of(sorted(sources), source)}"
                )
            if isinstance(grade, str) and grade not in grades:
                yield Problem(file, (*path, "grade"), f"the grade {grade!r} is not in pack.yaml; {one_of(grades, grade)}")
            elif isinstance(grade, str) and not grades[grade].verified and getattr(shape, "check", "needs none") is None:
                yield Problem(
                    file, (*path, "grade"), f"the grade {grade} is not verified; add `check`, which says what to check before use"
                )


def no_key_twice(file: str, part: Shape) -> Iterator[Problem]:
    for path, shape in walk(part):
        if isinstance(shape, RootModel):
            continue
        for name, field in type(shape).model_fields.items():
            value = getattr(shape, name)
            if isinstance(value, tuple) and value and all(hasattr(each, "key") for each in value):
                seen: set[str] = set()
                for at, each in enumerate(value):
                    if each.key in seen:
                        yield Problem(
                            file,
                            (*path, field.alias or name, at, "key"),
                            f"{each.key!r} stands here twice; give one of them another key",
                        )
                    seen.add(each.key)
