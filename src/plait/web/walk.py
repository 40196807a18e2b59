"""Every address of the house, with what it needs: for `./plait routes --json` and the tests that walk them all."""

from __future__ import annotations

from typing import Any

from plait.frame.routes import addresses


def routes() -> list[dict[str, Any]]:
    return [a.as_dict() for a in addresses()]
