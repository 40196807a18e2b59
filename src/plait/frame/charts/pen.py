"""What every drawing is made with: colours, escaping, the pen, the scales."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import escape as _escape
from django.utils.safestring import SafeString

FONT = "Noto Sans"  # what the reports bring; on a page the stylesheet says Source Sans 3

# What a class paints, for drawings that leave the page. The values are those of tokens.css in light; a test compares them.
_FILL = {
    "s1": "#F6EBCD",
    "s2": "#E6CC8C",
    "s3": "#CB9F48",
    "s4": "#98692B",
    "s5": "#5E3B19",
    "z1": "#F3EEE3",
    "z2": "#F6EBCD",
    "z3": "#ECD7A6",
    "z4": "#DEBF78",
    "brand": "#0E4B51",
    "straw": "#B48120",
    "straw-soft": "#F5E8C6",
    "ink": "#1E2427",
    "paper": "#FBF9F4",
    "surface": "#FFFFFF",
    "none": "none",
}
_LINE = {
    "ink": "#1E2427",
    "soft": "#454B4E",
    "rule": "#DDD6C8",
    "strong": "#7D7667",
    "brand": "#0E4B51",
    "straw": "#B48120",
    "paper": "#FBF9F4",
}
_TEXT = {"t": "#1E2427", "t-soft": "#454B4E", "t-faint": "#5C6164", "t-on1": "#1E2427", "t-on4": "#FFFFFF"}
PAINT: dict[str, dict[str, str]] = {
    **{f"f-{name}": {"fill": colour} for name, colour in _FILL.items()},
    **{f"l-{name}": {"stroke": colour} for name, colour in _LINE.items()},
    **{name: {"fill": colour, "font-family": FONT} for name, colour in _TEXT.items()},
    "b": {"font-weight": "700"},
    "halo": {"stroke": "#FBF9F4", "stroke-width": "4", "stroke-linejoin": "round", "paint-order": "stroke"},
}


@dataclass(frozen=True)
class Drawing:
    """A drawing for the page, one for a phone where the first would be too small, its sentence and its table."""

    svg: SafeString
    sentence: str
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[Any]] = ()
    small: SafeString = field(default_factory=lambda: SafeString(""))
    legend: Sequence[tuple[str, str]] = ()

    def __str__(self) -> str:
        return self.svg

    def __html__(self) -> str:
        return self.svg


@dataclass(frozen=True)
class Step:
    """A step of a scale, smallest first. `note` is its range in words; low and high are per cent, for the yardstick."""

    key: str
    label: str
    note: str = ""
    low: float = 0
    high: float = 0


def escape(words: Any) -> SafeString:
    """Text for an SVG: escaped, and without the control characters that XML cannot hold."""
    return _escape(re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", str(words)))


def num(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".") or "0"


def in_site(address: str) -> str:
    """An address inside the site, or a part of the page; anything else is dropped."""
    bare = address.strip()
    ours = bare.startswith(("/", "#", "?")) and not bare.startswith(("//", "/\\"))
    return bare if ours or bare.startswith("https://") else ""


class Pen:
    """Writes elements. Attributes' values and texts go through escape(); names are fixed in this file."""

    def __init__(self, standalone: bool) -> None:
        self.standalone = standalone

    def attrs(self, classes: str, given: Mapping[str, Any]) -> str:
        made = {
            k.rstrip("_").replace("_", "-"): num(v) if isinstance(v, int | float) else str(v)
            for k, v in given.items()
            if v not in (None, "")
        }
        if self.standalone:
            for name in classes.split():
                made = {**PAINT.get(name, {}), **made}
        elif classes:
            made = {"class": classes, **made}
        return "".join(f' {k}="{escape(v)}"' for k, v in made.items())

    def el(self, name: str, classes: str = "", inside: str = "", **given: Any) -> str:
        return f"<{name}{self.attrs(classes, given)}>{inside}</{name}>" if inside else f"<{name}{self.attrs(classes, given)}/>"

    def text(self, words: Any, x: float, y: float, classes: str = "t", size: float = 14, anchor: str = "start") -> str:
        return f"<text{self.attrs(classes, {'x': x, 'y': y, 'font_size': size, 'text_anchor': anchor})}>{escape(words)}</text>"

    def link(self, address: str, inside: str, title: str = "") -> str:
        to = "" if self.standalone else in_site(address)
        named = f"<title>{escape(title)}</title>" if title else ""
        return f'<a href="{escape(to)}">{named}{inside}</a>' if to else f"<g>{named}{inside}</g>"

    def svg(
        self,
        box: tuple[float, float, float, float],
        sentence: str,
        inside: str,
        *,
        links: bool = False,
        hidden: bool = False,
        look: str = "draw",
    ) -> SafeString:
        view = " ".join(num(v) for v in box)
        name = ' xmlns="http://www.w3.org/2000/svg"' if self.standalone else ""
        if hidden:
            said = ' aria-hidden="true" focusable="false"'
        else:  # links inside an image could not be reached: then it is a group with a name
            said = f' role="{"group" if links and not self.standalone else "img"}" aria-label="{escape(sentence)}"'
        size = f' width="{num(box[2])}" height="{num(box[3])}"' if self.standalone else ""
        styled = "" if self.standalone else f' class="{look}"'
        return SafeString(f'<svg{name}{styled} viewBox="{view}"{size}{said}>{inside}</svg>')


def wrap(text: str, letters: int, lines: int = 3) -> list[str]:
    """Words on lines of about so many letters; what is longer than all lines ends with an ellipsis."""
    out: list[str] = []
    for word in str(text).split():
        if out and len(out[-1]) + len(word) < letters:
            out[-1] += " " + word
        else:
            out.append(word)
    if len(out) > lines:
        out = [*out[: lines - 1], out[lines - 1][: max(1, letters - 1)] + "…"]
    return out


def steps_of(scale: Iterable[Any]) -> list[Step]:
    return [s if isinstance(s, Step) else Step(*s) if isinstance(s, tuple | list) else Step(str(s), str(s)) for s in scale]
