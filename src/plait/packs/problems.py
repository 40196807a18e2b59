"""What is wrong with a pack, each in one sentence that names the file, the line and what to do."""

import difflib
import typing
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, RootModel

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """`path` leads to the place inside the file; the reader of the file turns it into a line."""

    file: str
    path: Path
    sentence: str


class PackError(ValueError):
    """A pack that cannot be used. `errors` has all its problems, each naming file, line and remedy."""

    def __init__(self, errors: list[str]):
        super().__init__("\n".join(errors))
        self.errors = errors


def one_of(known: typing.Iterable[object], written: object = None) -> str:
    """`write one of a, b, c`, the nearest first where what was written looks like one of them."""
    names = [str(name) for name in known]
    near = difflib.get_close_matches(str(written), names, n=1) if written is not None else []
    if near:
        return f"did you mean {near[0]}? write one of: {', '.join(names)}"
    return f"write one of: {', '.join(names)}"


def all_in_words(errors: typing.Iterable[Any], shape: type[BaseModel]) -> list[tuple[Path, str]]:
    """Pydantic's errors as places and sentences, each fault once."""
    errors = list(errors)
    bad_keys = {tuple(each["loc"][:-1]) for each in errors if each["loc"][-1:] == ("[key]",)}
    # A list whose only entries are faulty counts as too short: the entries' own faults say what to mend.
    around = {tuple(each["loc"][:end]) for each in errors for end in range(len(each["loc"]))}
    return [
        in_words(each, shape)
        for each in errors
        if each["loc"] not in bad_keys and not (each["type"] == "too_short" and each["loc"] in around)
    ]


def in_words(error: dict[str, Any], shape: type[BaseModel]) -> tuple[Path, str]:
    """One of pydantic's errors: its place in the file, and a sentence with its remedy."""
    path: Path = tuple(part for part in error["loc"] if part != "[key]")
    name = path[-1] if path else "this file"
    written, context = error.get("input"), error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            return path, f"{name!r} is no key here; {one_of(_keys_at(shape, path[:-1]), name)}"
        case "missing":
            return path, f"{name!r} is missing; add it"
        case "string_type" if isinstance(written, (int, float)):
            return path, f"{name!r} is a number here; put it in quotes: '{written}'"
        case "string_type":
            return path, f"{name!r} is a text; write one, in quotes where it begins with a special sign"
        case "string_too_short" | "too_short":
            return path, f"{name!r} is empty; fill it in"
        case "string_too_long":
            return path, f"{name!r} is too long; at most {context['max_length']} signs"
        case "string_pattern_mismatch":
            hint = "; if it is part of a sentence, put that in quotes, for a comma ends it" if _is_language(path, context) else ""
            return path, f"{written!r} cannot stand here; {_pattern_in_words(context['pattern'])}{hint}"
        case "literal_error":
            known = context["expected"].replace("'", "").replace(" or ", ", ").split(", ")
            return path, f"{written!r} is not known here; {one_of(known, written)}"
        case "dict_type" | "model_type" | "model_attributes_type":
            return path, f"{name!r} takes keys with values below it; {_like(shape, path)}"
        case "tuple_type" | "list_type":
            return path, f"{name!r} takes a list; begin each entry with '- '"
        case "int_type" | "int_parsing" | "int_from_float":
            return path, f"{written!r} is no whole number; write one"
        case "bool_type" | "bool_parsing":
            return path, f"{written!r} is neither yes nor no; write true or false"
        case "greater_than_equal" | "less_than_equal":
            limit = context.get("ge", context.get("le"))
            return path, f"{written!r} is out of range; write {'at least' if 'ge' in context else 'at most'} {limit}"
        case "value_error":
            return path, str(context["error"])
        case _:
            return path, f"{error['msg']}; see docs/reference/packs.md"


_PATTERNS = {
    "DATE": "write year, month and day, such as 2026-12-25",
    "SLUG": "small letters, digits and _ only (or one capital letter), such as youth_groups",
    "LANGUAGE": "write a language such as en, de or pt-BR",
    "ADDRESS": "write a whole address that begins with https://",
    "NUMBER": "write digits and spaces, with + first if need be, in quotes",
    "DAY": "write a year, a month or a day: '2024', '2024-02' or '2024-02-12'",
    "ROUTE": "write the page as room:name, such as picture:risks",
}


def _pattern_in_words(pattern: str) -> str:
    from plait.packs.shape import base

    return next((_PATTERNS[name] for name, known in base.PATTERNS.items() if known == pattern), f"it has to match {pattern}")


def _is_language(path: Path, context: dict[str, Any]) -> bool:
    """A key of a text, not an entry of the list of languages."""
    from plait.packs.shape import base

    return isinstance(path[-1], str) and context["pattern"] == base.PATTERNS["LANGUAGE"]


def _type_at(shape: Any, path: Path) -> Any:
    """The type that stands at a place of a shape, as far as it can be told."""
    for part in path:
        shape = bare(shape)
        if isinstance(part, int):
            arguments = typing.get_args(shape)
            shape = arguments[0] if arguments else None
        elif typing.get_origin(shape) is dict:
            shape = typing.get_args(shape)[1]
        elif isinstance(shape, type) and issubclass(shape, BaseModel):
            fields = {field.alias or name: field for name, field in shape.model_fields.items()}
            shape = fields[str(part)].annotation if part in fields else None
        else:
            return None
    return bare(shape)


def bare(shape: Any) -> Any:
    """Without `Annotated` and without `| None`."""
    while True:
        if typing.get_origin(shape) is typing.Annotated:
            shape = typing.get_args(shape)[0]
            continue
        inner = [each for each in typing.get_args(shape) if each is not type(None)]
        if type(None) in typing.get_args(shape) and len(inner) == 1:
            shape = inner[0]
            continue
        return shape


def _keys_at(shape: type[BaseModel], path: Path) -> list[str]:
    found = _type_at(shape, path)
    if isinstance(found, type) and issubclass(found, BaseModel):
        return [field.alias or name for name, field in found.model_fields.items()]
    return []


def _like(shape: type[BaseModel], path: Path) -> str:
    found = _type_at(shape, path)
    if isinstance(found, type) and issubclass(found, RootModel):
        return "write the text in each language: {en: ...}"
    keys = _keys_at(shape, path)
    return f"it knows: {', '.join(keys)}" if keys else "write them as key: value"
