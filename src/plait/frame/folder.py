"""A folder of YAML, CSV and GeoJSON that describes a partnership, as `./plait load` reads it.

Every item knows its file and line. A problem names both and says what to do; problems are gathered, and nothing is half loaded.
"""

from __future__ import annotations

import csv
import json
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from plait.frame.harmless import RefusedError, harmless
from plait.kernel.acting import Asker
from plait.kernel.errors import Invalid, PlaitError


class Problem(Exception):
    """One thing that is wrong in the folder: file, line, and a sentence that says what to do."""

    def __init__(self, file: str, line: int, sentence: str):
        super().__init__(f"{file}, line {line}: {sentence}")
        self.file, self.line, self.sentence = file, line, sentence


_NOTHING: Any = object()


@dataclass
class Item:
    """One mapping of a file. Take what is known; `done()` complains of what was not taken."""

    file: str
    line: int
    data: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    today: date = field(default_factory=date.today)

    def problem(self, key: str, sentence: str) -> Problem:
        return Problem(self.file, self.lines.get(key, self.line), sentence)

    def has(self, key: str) -> bool:
        return self.data.get(key) not in (None, "", [], {})

    def text(self, key: str, default: Any = _NOTHING) -> str:
        """A piece of text; without default it must be there."""
        self.taken.add(key)
        value = self.data.get(key)
        if value in (None, ""):
            if default is _NOTHING:
                raise self.problem(key, f"'{key}' is missing: write it.")
            return default
        if isinstance(value, (dict, list)):
            raise self.problem(key, f"'{key}' must be one piece of text.")
        return str(value).strip()

    def texts(self, key: str) -> list[str]:
        """A list of keys or texts: a YAML list, or parted by semicolons."""
        self.taken.add(key)
        value = self.data.get(key)
        if value in (None, ""):
            return []
        if isinstance(value, str):
            value = value.split(";")
        if not isinstance(value, list) or any(isinstance(v, (dict, list)) for v in value):
            raise self.problem(key, f"'{key}' must be a list of texts, or texts parted by semicolons.")
        return [str(v).strip() for v in value if str(v).strip()]

    def items(self, key: str) -> list[Item]:
        """A list of mappings inside this one."""
        self.taken.add(key)
        value = self.data.get(key) or []
        if not isinstance(value, list) or any(not isinstance(v, dict) for v in value):
            raise self.problem(key, f"'{key}' must be a list of mappings.")
        return [
            Item(self.file, _line(v, self.lines.get(key, self.line)), dict(v), _key_lines(v), today=self.today) for v in value
        ]

    def mapping(self, key: str) -> dict[str, Any]:
        self.taken.add(key)
        value = self.data.get(key) or {}
        if not isinstance(value, dict):
            raise self.problem(key, f"'{key}' must be a mapping.")
        return {str(k): v for k, v in value.items()}

    def flag(self, key: str, default: bool = False) -> bool:
        self.taken.add(key)
        value = self.data.get(key)
        if value in (None, ""):
            return default
        if isinstance(value, bool):
            return value
        if str(value).lower() in ("true", "yes", "1"):
            return True
        if str(value).lower() in ("false", "no", "0"):
            return False
        raise self.problem(key, f"'{key}' must be true or false, not '{value}'.")

    def number(self, key: str, default: int | None = None) -> int:
        self.taken.add(key)
        value = self.data.get(key)
        if value in (None, "") and default is not None:
            return default
        try:
            return int(str(value))
        except ValueError:
            raise self.problem(key, f"'{key}' must be a whole number, not '{value}'.") from None

    def date(self, key: str, default: Any = _NOTHING) -> Any:
        """A date: 2026-05-01, or relative to today: today, -30d, +60d."""
        self.taken.add(key)
        value = self.data.get(key)
        if value in (None, ""):
            if default is _NOTHING:
                raise self.problem(key, f"'{key}' is missing: write a date such as 2026-05-01 or -30d.")
            return default
        if isinstance(value, date):
            return value
        said = str(value).strip()
        if said == "today":
            return self.today
        try:
            if said[:1] in "+-" and said.endswith("d"):
                return self.today + timedelta(days=int(said[:-1]))
            return date.fromisoformat(said)
        except (ValueError, OverflowError):
            raise self.problem(key, f"'{key}' is no date: write 2026-05-01, today, -30d or +60d, not '{said}'.") from None

    def one_of(self, key: str, allowed: Any, default: Any = _NOTHING) -> str:
        """A key of a vocabulary."""
        value = self.text(key, default)
        if value not in allowed and not (default is not _NOTHING and value == default):
            raise self.problem(key, f"'{value}' is not known as '{key}': write one of {', '.join(sorted(map(str, allowed)))}.")
        return value

    def some_of(self, key: str, allowed: Any) -> list[str]:
        values = self.texts(key)
        for value in values:
            if value not in allowed:
                raise self.problem(
                    key, f"'{value}' is not known in '{key}': write some of {', '.join(sorted(map(str, allowed)))}."
                )
        return values

    def done(self) -> None:
        """Refuse what nobody took."""
        for key in self.data:
            if key not in self.taken:
                raise self.problem(
                    key, f"'{key}' is not known here: take it out, or write one of {', '.join(sorted(self.taken))}."
                )


def _line(value: Any, default: int) -> int:
    at = getattr(value, "lc", None)
    return at.line + 1 if at is not None and at.line is not None else default


def _key_lines(value: Any) -> dict[str, int]:
    at = getattr(value, "lc", None)
    if at is None or at.data is None:
        return {}
    return {str(k): v[0] + 1 for k, v in at.data.items()}


def _plain(value: Any) -> Any:
    """ruamel's containers as plain ones, one level down kept for their line numbers."""
    return value


@dataclass
class Folder:
    """The folder, what was loaded from it so far, and who acts."""

    path: Path
    people: dict[str, Callable[[], Asker]] = field(default_factory=dict)
    default_person: str = ""
    loaded: dict[tuple[str, str], tuple[uuid.UUID, uuid.UUID]] = field(default_factory=dict)
    today: date = field(default_factory=date.today)
    LIMIT = 20_000_000

    def _read(self, name: str) -> str:
        path = self.path / name
        if path.stat().st_size > self.LIMIT:
            raise Problem(name, 1, "This file is larger than 20 MB: part it.")
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise Problem(name, 1, "This file is not UTF-8: save it as UTF-8.") from None
        if "\0" in text:
            raise Problem(name, text[: text.index("\0")].count("\n") + 1, "A character here cannot be seen or kept: take it out.")
        return text

    def one(self, name: str) -> Item:
        """A YAML file that holds one mapping."""
        if not (self.path / name).exists():
            raise Problem(name, 1, "This file is missing: docs/reference/load.md shows what it holds.")
        value = self._yaml(name)
        if not isinstance(value, dict):
            raise Problem(name, 1, "This file must hold one mapping (key: value).")
        return Item(name, 1, dict(value), _key_lines(value), today=self.today)

    def items(self, stem: str) -> Iterator[Item]:
        """Every mapping of `<stem>.yaml` and every row of `<stem>.csv`; nothing when neither is there."""
        if (self.path / f"{stem}.yaml").exists():
            name = f"{stem}.yaml"
            value = self._yaml(name)
            if value is None:
                return
            if not isinstance(value, list) or any(not isinstance(v, dict) for v in value):
                raise Problem(name, 1, "This file must be a list of mappings (- key: value).")
            for v in value:
                yield Item(name, _line(v, 1), dict(v), _key_lines(v), today=self.today)
        if (self.path / f"{stem}.csv").exists():
            name = f"{stem}.csv"
            reader = csv.DictReader(self._read(name).splitlines(keepends=True), strict=True)
            try:
                for row in reader:
                    if None in row:
                        raise Problem(name, reader.line_num, "This row has more cells than the first row has names.")
                    yield Item(name, reader.line_num, {k: v for k, v in row.items() if v not in (None, "")}, today=self.today)
            except csv.Error as error:
                raise Problem(name, reader.line_num, f"This row is no CSV ({error}): check its quotes.") from None

    def _yaml(self, name: str) -> Any:
        text = self._read(name)
        try:
            for _event in harmless(text):
                pass
            return YAML(typ="rt", pure=True).load(text)
        except RefusedError as refused:
            raise Problem(name, refused.line, f"This file {refused.sentence}.") from None
        except MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise Problem(name, line, f"This is no YAML ({error.problem}): check indents and quotes.") from None
        except YAMLError as error:
            raise Problem(name, 1, f"This is no YAML ({' '.join(str(error).split())}): take out what cannot be seen.") from None
        except (ValueError, OverflowError) as error:  # a date or a number that YAML takes for one and Python does not
            raise Problem(name, 1, f"This file holds a value that cannot be read ({error}): write it in quotes.") from None

    def content(self, item: Item, key: str, name: str) -> bytes:
        """The bytes of a file in the folder that an item names; never of one outside of it."""
        path = (self.path / name).resolve()
        if not path.is_relative_to(self.path.resolve()) or not path.is_file():
            raise item.problem(
                key, f"There is no file '{name}' in this folder: write its path from the folder on, such as files/photo.jpg."
            )
        if path.stat().st_size > self.LIMIT:
            raise item.problem(key, f"'{name}' is larger than 20 MB: part it.")
        return path.read_bytes()

    def geojson(self, name: str) -> dict[str, Any] | None:
        if not (self.path / name).exists():
            return None
        try:
            value = json.loads(self._read(name))
        except json.JSONDecodeError as error:
            raise Problem(name, error.lineno, f"This is no JSON ({error.msg}).") from None
        except (RecursionError, ValueError):
            raise Problem(name, 1, "This file is nested too deep, or holds a number too long to read: make it plain.") from None
        if re.search(r"\\u0000|\\ud[89a-f]", json.dumps(value)):
            raise Problem(
                name, 1, "A text in this file holds a character that cannot be kept (\\u0000, or half of one): take it out."
            )
        if not isinstance(value, dict) or value.get("type") not in ("FeatureCollection", "Feature", "Polygon", "MultiPolygon"):
            raise Problem(name, 1, "This file must be GeoJSON: a FeatureCollection, Feature, Polygon or MultiPolygon.")
        return value

    # what refers to what -------------------------------------------------------------------------------------------

    def remember(self, kind: str, item: Item, row: Any) -> None:
        """Keep the row's id and circle under the item's key."""
        key = item.text("key", "")
        if not key:
            return
        if (kind, key) in self.loaded:
            raise item.problem("key", f"There are two with the key '{key}': keys must differ.")
        self.loaded[kind, key] = (row.id, row.circle_id)

    def find(self, kind: str, item: Item, key: str, value: str | None = None) -> tuple[uuid.UUID, uuid.UUID]:
        """Id and circle of what `item[key]` refers to."""
        wanted = item.text(key) if value is None else value
        if (kind, wanted) not in self.loaded:
            known = sorted(k for t, k in self.loaded if t == kind)
            raise item.problem(
                key, f"There is no {kind} with the key '{wanted}': write one of {', '.join(known[:40]) or '(none loaded yet)'}."
            )
        return self.loaded[kind, wanted]

    def act(self, item: Item, key: str = "by") -> Asker:
        """Announce whoever does this item: its `by`, else the folder's coordinator."""
        return self.act_as(item, item.text(key, self.default_person), key)

    def act_as(self, item: Item, person: str, key: str = "by") -> Asker:
        if person not in self.people:
            raise item.problem(
                key,
                f"There is no person with the key '{person}' who can sign in: write one of {', '.join(sorted(self.people)[:40])}.",
            )
        return self.people[person]()

    def run[T](self, item: Item, verb: Callable[[], T]) -> T:
        """Call an action; what it says no to becomes a problem of this item."""
        try:
            return verb()
        except Invalid as error:
            key = next(iter(error.errors))
            raise item.problem(key, " ".join(str(s) for s in error.errors[key])) from None
        except PlaitError as error:
            raise Problem(item.file, item.line, f"{type(error).__name__}: {error}") from None
