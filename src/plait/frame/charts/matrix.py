"""The risk matrix: likelihood across, impact up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from plait.frame import marks
from plait.frame.charts.pen import Drawing, Pen, Step, in_site, num, steps_of, wrap


@dataclass(frozen=True)
class Item:
    """A risk as the matrix shows it. `likelihood` and `impact` are keys of the scales."""

    code: str
    label: str
    likelihood: str
    impact: str
    confidence: str = ""
    trend: str = ""
    href: str = ""
    confidence_label: str = ""
    trend_label: str = ""


def risk_matrix(
    items: Iterable[Item | Mapping[str, Any]],
    likelihoods: Iterable[Any],
    impacts: Iterable[Any],
    bands: Mapping[Any, int] | Callable[[str, str], int],
    *,
    standalone: bool = False,
) -> Drawing:
    """Likelihood across, impact up; each cell's shade is looked up in the pack's bands (1 to 4), never computed.

    `bands` maps (likelihood, impact) to 1..4 or is a function of both. A risk that nobody judged is in the table only.
    """
    across, up = steps_of(likelihoods), steps_of(impacts)
    made = [i if isinstance(i, Item) else Item(**i) for i in items]
    look = bands if callable(bands) else lambda a, b: bands.get((a, b), 0)
    words = {s.key: s.label for s in (*across,)}, {s.key: s.label for s in up}
    placed = [i for i in made if i.likelihood in words[0] and i.impact in words[1]]
    each = "; ".join(
        _("%(code)s %(label)s: %(likelihood)s, %(impact)s")
        % {"code": i.code, "label": i.label, "likelihood": words[0][i.likelihood], "impact": words[1][i.impact]}
        for i in placed
    )
    sentence = _("Risks by likelihood and impact. %(each)s.") % {"each": each or _("None has been judged")}
    rows = [
        (
            f"{i.code} {i.label}".strip(),
            words[0].get(i.likelihood, _("not judged")),
            words[1].get(i.impact, _("not judged")),
            i.confidence_label or i.confidence,
            i.trend_label or i.trend,
        )
        for i in made
    ]
    heads = (_("Risk"), _("Likelihood"), _("Impact"), _("Confidence"), _("Trend"))
    wide = _grid(placed, across, list(reversed(up)), look, sentence, standalone, turned=False)
    small = SafeString("") if standalone else _grid(placed, up, list(reversed(across)), look, sentence, False, turned=True)
    return Drawing(wide, sentence, heads, rows, small)


def _grid(
    items: list[Item],
    cols: list[Step],
    lines: list[Step],
    look: Callable[[str, str], int],
    sentence: str,
    standalone: bool,
    *,
    turned: bool,
) -> SafeString:
    pen = Pen(standalone)
    size = 12.5 if turned else 15
    width, left = (358.0, 74.0) if turned else (980.0, 96.0)
    gap = 2 if turned else 3
    cell = (width - left) / len(cols)
    here: dict[tuple[str, str], list[Item]] = {}
    for i in items:
        here.setdefault((i.impact, i.likelihood) if turned else (i.likelihood, i.impact), []).append(i)
    pin_h = 24 if turned else 28
    pin_w = {i.code: (30 if turned else 46) + len(i.code) * (7.2 if turned else 9.2) for i in items}
    out: list[str] = []
    y = 0.0
    for line in lines:
        stacks = {c.key: _stack(here.get((c.key, line.key), []), pin_w, cell - gap - 6) for c in cols}
        height = max(44.0 if turned else 64.0, *(len(s) * (pin_h + 4) + 10 for s in stacks.values())) if stacks else 64.0
        label = wrap(line.label, 11 if turned else 13, 3)
        for k, word in enumerate(label):
            out.append(pen.text(word, 0, y + height / 2 + size * 0.35 + (k - (len(label) - 1) / 2) * size * 1.15, "t-soft", size))
        for n, c in enumerate(cols):
            x = left + n * cell
            zone = look(line.key, c.key) if turned else look(c.key, line.key)
            zone = zone if zone in (1, 2, 3, 4) else 1
            out.append(pen.el("rect", f"f-z{zone}", x=x, y=y, width=cell - gap, height=height - gap))
            top = y + (height - gap - (len(stacks[c.key]) * (pin_h + 4) - 4)) / 2
            for shelf in stacks[c.key]:
                px = x + 4
                for i in shelf:
                    out.append(_pin(pen, i, px, top, pin_w[i.code], pin_h, turned))
                    px += pin_w[i.code] + 4
                top += pin_h + 4
        y += height
    y += 4
    deepest = 0
    for n, c in enumerate(cols):
        below = [(w, "t-soft") for w in wrap(c.label, 9 if turned else 15, 3)]
        if c.note and not turned:
            below += [(w, "t-faint") for w in wrap(c.note, 16, 1)]
        deepest = max(deepest, len(below))
        for k, (word, look_of) in enumerate(below):
            out.append(
                pen.text(word, left + n * cell, y + size + k * size * 1.18, look_of, size if look_of == "t-soft" else size - 1)
            )
    height = y + deepest * size * 1.18 + 6
    return pen.svg((0, 0, width, height), sentence, "".join(out), links=any(in_site(i.href) for i in items))


def _stack(items: list[Item], widths: Mapping[str, float], room: float) -> list[list[Item]]:
    """Pins on shelves, as many on one as fit."""
    shelves: list[list[Item]] = []
    used = 0.0
    for i in items:
        if shelves and used + widths[i.code] + 4 <= room:
            shelves[-1].append(i)
            used += widths[i.code] + 4
        else:
            shelves.append([i])
            used = widths[i.code]
    return shelves


def _pin(pen: Pen, i: Item, x: float, y: float, w: float, h: float, small: bool) -> str:
    rising = (marks.angle(i.trend) or 0) < 0
    parts = [
        pen.el(
            "rect",
            "f-surface " + ("l-ink" if rising else "l-soft"),
            x=x,
            y=y,
            width=w,
            height=h,
            rx=h / 2,
            stroke_width=2 if rising else 1,
        )
    ]
    mid = y + h / 2
    k = 0.95 if small else 1.25
    n = marks.level(i.confidence)
    at = x + (5 if small else 8)
    if n:
        place = f"translate({num(at)} {num(mid - 5 * k)}) scale({k})"
        if marks.FILL[n]:
            parts.append(pen.el("path", "f-ink", d=marks.FILL[n], transform=place))
        parts.append(pen.el("path", "f-none l-ink", d=marks.EDGE, transform=place, stroke_width=1.3))
    parts.append(
        pen.text(i.code, x + w / 2 - (0.5 if small else 1), mid + (4.3 if small else 5.2), "t b", 12 if small else 15, "middle")
    )
    turn = marks.angle(i.trend)
    if turn is not None:
        place = f"translate({num(x + w - (16 if small else 22))} {num(mid - 5 * k)}) scale({k}) rotate({turn} 6 5)"
        parts.append(pen.el("path", "f-none l-ink", d=marks.ARROW, transform=place, stroke_width=1.7))
    said = ", ".join(filter(None, [f"{i.code} {i.label}".strip(), i.confidence_label, i.trend_label]))
    return pen.link(i.href, "".join(parts), said)
