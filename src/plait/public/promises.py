"""The thirty guarantees, each held or not built yet. One is held only while a test that is named with it exists and passes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

FILE = Path(__file__).with_name("guarantees.yaml")


@dataclass(frozen=True)
class Guarantee:
    """`held`: the whole of the promise, as far as its rooms are built, is checked by `checks` (pytest node names)."""

    number: int
    title: dict[str, str]
    text: dict[str, str]
    how: dict[str, str]
    held: bool
    checks: tuple[str, ...]
    so_far: dict[str, str] | None = None

    def said(self, name: str, language: str) -> str:
        """One of its texts in this language, else in English."""
        words: dict[str, str] = getattr(self, name) or {}
        return words.get(language) or words.get(language.partition("-")[0]) or words.get("en", "")


@cache
def guarantees() -> tuple[Guarantee, ...]:
    """All of them, in their order. Raises ValueError where the file says something that cannot be."""
    read: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))
    made = []
    for raw in read:
        if raw["state"] not in ("held", "not_built"):
            raise ValueError(f"guarantee {raw['number']}: state is held or not_built")
        made.append(
            Guarantee(
                raw["number"],
                raw["title"],
                raw["text"],
                raw["how"],
                raw["state"] == "held",
                tuple(raw.get("check") or ()),
                raw.get("so_far"),
            )
        )
    return tuple(made)
