"""Reads the YAML of a pack into plain data that remembers its lines.

A file that was written by somebody else is material, not a program: no tags, no anchors and aliases, no merge keys, one document,
a bounded size and depth. Words are never turned into numbers of another kind: `no` is a text, a date is a text.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent, MappingStartEvent, NodeEvent, ScalarEvent

from plait.frame.harmless import RefusedError, harmless
from plait.packs.problems import Path, Problem

MOST_BYTES = 512 * 1024


@dataclass
class Document:
    """One file. `lines` leads from a place inside it to the line where that place is written, from 1."""

    file: str
    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of this place, or of the nearest one around it that is written down."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(file: FilePath) -> Document:
    """Reads one file. Its problems stand in the document; `data` is None where it could not be read."""
    document = Document(file.name)
    try:
        raw = file.read_bytes()
    except OSError as error:
        return _broken(document, 1, f"cannot be read ({error.strerror}); check its rights")
    if len(raw) > MOST_BYTES:
        return _broken(document, 1, f"is larger than {MOST_BYTES // 1024} KB; a pack's file holds words, shorten it")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _broken(document, raw[: error.start].count(b"\n") + 1, "is not UTF-8 text; save it as UTF-8")
    try:
        _build(document, text)
    except RefusedError as refused:
        return _broken(document, refused.line, refused.sentence)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = " ".join(str(error.problem or error.context or "not readable").split())
        return _broken(document, mark.line + 1 if mark else 1, f"is not YAML ({why}); look at indentation and quotes here")
    except YAMLError as error:
        return _broken(document, 1, f"is not YAML ({' '.join(str(error).split())}); take out what cannot be seen")
    if not isinstance(document.data, dict):
        document.data = None
        return _broken(document, 1, "holds no keys; write it as key: value (docs/reference/packs.md)")
    return document


def _broken(document: Document, line: int, sentence: str) -> Document:
    document.lines[()] = line
    document.problems.append(Problem(document.file, (), sentence))
    return document


_NO_KEY = object()


@dataclass
class _Open:
    """A mapping or list that is being read. `key` is the key that waits for its value."""

    path: Path
    found: dict[str, Any] | list[Any]
    key: Any = _NO_KEY
    skip: bool = False
    """The key that waits stands here twice, or is no plain word; its value is read over."""


def _build(document: Document, text: str) -> None:
    """Builds plain data from the events of a file, and stops at the first thing that a pack's file may not hold."""
    open_: list[_Open] = []
    for event in harmless(text):
        if isinstance(event, CollectionEndEvent):
            open_.pop()
        elif isinstance(event, CollectionStartEvent):
            begun: dict[str, Any] | list[Any] = {} if isinstance(event, MappingStartEvent) else []
            open_.append(_Open(_put(document, open_, event, begun), begun))
        elif isinstance(event, ScalarEvent):
            _put(document, open_, event, event.value if event.style else _scalar(str(event.value)))


def _put(document: Document, open_: list[_Open], event: NodeEvent, value: Any) -> Path:
    """Puts a value where it belongs, or keeps it as the key of the value that follows. Returns its place."""
    line = event.start_mark.line + 1
    if not open_:
        document.data = value
        document.lines.setdefault((), line)
        return ()
    inner = open_[-1]
    if isinstance(inner.found, list):
        here: Path = (*inner.path, len(inner.found))
        document.lines[here] = line
        inner.found.append(value)
    elif inner.key is _NO_KEY:
        here = (*inner.path, str(event.value) if isinstance(event, ScalarEvent) else "")
        inner.key, inner.skip = here[-1], True
        if here[-1] in ("", "<<"):
            sentence = "has a key that is no plain word; write key: value"
        elif here[-1] in inner.found:
            sentence, here = f"{inner.key!r} stands here twice; keep one", (*inner.path, f"{inner.key} again")
        else:
            sentence, inner.skip = "", False
        if sentence:
            document.problems.append(Problem(document.file, here, sentence))
        document.lines[here] = line
    else:
        here = (*inner.path, f"{inner.key} again" if inner.skip else inner.key)
        if not inner.skip:
            inner.found[inner.key] = value
        inner.key = _NO_KEY
    return here


def _scalar(text: str) -> Any:
    """What a word without quotes means: nothing, true, false, a number, or itself."""
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _BROKEN.fullmatch(text) else text


_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_BROKEN = re.compile(r"[+-]?[0-9]{1,18}\.[0-9]{1,18}")
