"""How the two processes talk: the file in, one frame out. The answer is input too, and is read as strictly.

answer   4 bytes length of the words · the words as JSON {"ok", "why" | "kind", "taken_out"} · the clean file
"""

from __future__ import annotations

import json
from typing import Any

from plait.kernel.inspect.kinds import KINDS, MOST_BYTES, REFUSALS, TAKEN_OUT, Clean, Refuse

MOST_WORDS = 4096


class Garbage(Exception):
    """What came back is no answer."""


def say(found: Clean | Refuse) -> bytes:
    if isinstance(found, Refuse):
        words, data = {"ok": False, "why": found.why}, b""
    else:
        words, data = {"ok": True, "kind": found.kind, "taken_out": list(found.taken_out)}, found.data
    said = json.dumps(words).encode()
    return len(said).to_bytes(4, "big") + said + data


def hear(answer: bytes) -> Clean:
    """Raises Refuse with the reason that was given, Garbage for anything that is not exactly an answer."""
    length = int.from_bytes(answer[:4], "big")
    if len(answer) < 4 or length > MOST_WORDS or len(answer) < 4 + length:
        raise Garbage
    try:
        words: Any = json.loads(answer[4 : 4 + length].decode("ascii"))
    except (ValueError, RecursionError):
        raise Garbage from None
    data = answer[4 + length :]
    if not isinstance(words, dict) or not isinstance(words.get("ok"), bool):
        raise Garbage
    if not words["ok"]:
        if set(words) != {"ok", "why"} or words["why"] not in REFUSALS or data:
            raise Garbage
        raise Refuse(words["why"])
    kind, out = words.get("kind"), words.get("taken_out")
    if set(words) != {"ok", "kind", "taken_out"} or not isinstance(kind, str) or kind not in KINDS or not isinstance(out, list):
        raise Garbage
    if (
        any(not isinstance(o, str) or o not in TAKEN_OUT for o in out)
        or not data.startswith(KINDS[kind].starts)
        or len(data) > MOST_BYTES
    ):
        raise Garbage
    return Clean(kind, data, tuple(out))
