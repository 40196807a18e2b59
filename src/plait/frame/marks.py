"""The two small marks that stand with a judgement: the diamond of confidence and the arrow of trend."""

from __future__ import annotations

from django.utils.safestring import SafeString

LEVELS = {"low": 1, "moderate": 2, "medium": 2, "high": 3}
TRENDS = {
    "rising": -35,
    "up": -35,
    "growing": -35,
    "increasing": -35,
    "steady": 0,
    "same": 0,
    "stable": 0,
    "enduring": 0,
    "falling": 35,
    "down": 35,
    "easing": 35,
    "decreasing": 35,
}

EDGE = "M5 .8 9.2 5 5 9.2.8 5z"
FILL = {1: "", 2: "M5 .8 .8 5 5 9.2z", 3: EDGE}
ARROW = "M1 5h9M7 2l3 3-3 3"


def level(key: object) -> int:
    """1, 2 or 3 for low, moderate and high; 0 for what nobody judged."""
    return LEVELS.get(str(key or "").lower(), 0)


def angle(key: object) -> int | None:
    """How far the arrow turns; None for what nobody judged."""
    return TRENDS.get(str(key or "").lower())


def _svg(look: str, width: int, drawn: str) -> SafeString:
    return SafeString(f'<svg class="{look}" viewBox="0 0 {width} 10" aria-hidden="true" focusable="false">{drawn}</svg>')


def diamond(key: object) -> SafeString:
    """Strength of knowledge: an empty, half or full diamond."""
    n = level(key)
    if not n:
        return SafeString("")
    inner = f'<path class="know__fill" d="{FILL[n]}"/>' if FILL[n] else ""
    return _svg("know", 10, f'{inner}<path class="know__edge" d="{EDGE}"/>')


def arrow(key: object) -> SafeString:
    """Which way it goes. Up is up in both directions of writing."""
    turn = angle(key)
    if turn is None:
        return SafeString("")
    return _svg("know know--arrow", 12, f'<path class="know__edge" transform="rotate({turn} 6 5)" d="{ARROW}"/>')
