"""What enters a log: our own sentences, the kind of an error and where it arose. Never what somebody typed, asked for or is called.

A message of another library may hold an address, a value or a statement, so only its fixed part is written, and of an exception only its type, the
database's code, and the places in the program.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import Any

OURS = ("plait",)


class Quiet(logging.Formatter):
    """One line a record; as JSON where `json` is set."""

    def __init__(self, *args: Any, as_json: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.split(".")[0] in OURS
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage() if ours else str(record.msg)[:200],
        }
        if isinstance(status := getattr(record, "status_code", None), int):
            said["status"] = status
        if ours and isinstance(more := getattr(record, "facts", None), dict):
            said |= more
        if record.exc_info and record.exc_info[0] is not None:
            said |= _error(record.exc_info[1])
        if self.as_json:
            return json.dumps(said, ensure_ascii=True)
        rest = " ".join(f"{k}={v}" for k, v in said.items() if k not in ("at", "level", "logger", "message"))
        return f"{said['at']} {record.levelname} {record.name}: {said['message']}{' ' + rest if rest else ''}".replace("\n", " ")


def _error(error: BaseException | None) -> dict[str, Any]:
    """The chain of types, the database's code, and the places, without one word of the messages."""
    kinds: list[str] = []
    seen = error
    state = ""
    while seen is not None and len(kinds) < 5:
        kinds.append(type(seen).__name__)
        state = state or str(getattr(seen, "sqlstate", None) or "")
        seen = seen.__cause__ or seen.__context__
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    where = [f"{f.filename.rpartition('/src/')[2] or f.filename}:{f.lineno}:{f.name}" for f in frames if "plait" in f.filename]
    found: dict[str, Any] = {"error": kinds, "where": where[-6:]}
    return {**found, "sqlstate": state} if state else found


SECRET = re.compile(r"/(q|invitation)/[^/\s?#]+")


class NoSecret(logging.Filter):
    """The secret of a link stands in its address: a line that names the address names it without."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _without(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_without(a) for a in record.args)
        return True


def _without(said: Any) -> Any:
    return SECRET.sub(r"/\1/…", said) if isinstance(said, str) else said
