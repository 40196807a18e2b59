"""Rows: bars, levels on a scale, the yardstick, then and now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from plait.frame.charts.pen import Drawing, Pen, in_site, num, steps_of, wrap


@dataclass(frozen=True)
class Level:
    """A named thing on a scale, such as a risk by its likelihood."""

    label: str
    key: str
    note: str = ""
    href: str = ""


def bar_rows(
    rows: Iterable[Sequence[Any]],
    *,
    unit: str = "",
    top: float | None = None,
    heads: tuple[str, str] | None = None,
    standalone: bool = False,
    width: float = 480,
    phone: bool = True,
) -> Drawing:
    """Bars from zero, each with its name above and its number at its end. Rows: (label, number) or (label, number, address)."""
    pen = Pen(standalone)
    made = [(str(r[0]), r[1], str(r[2]) if len(r) > 2 and r[2] else "") for r in rows]
    small = bar_rows(made, top=top, width=340, phone=False).svg if phone and not standalone else SafeString("")
    most = top or max((float(v) for _l, v, _h in made if isinstance(v, int | float)), default=0) or 1
    room = width - 56
    out: list[str] = []
    for n, (label, value, address) in enumerate(made):
        y = n * 44.0
        number = isinstance(value, int | float)
        length = max(0.0, float(value)) / most * room if number else 0
        parts = [pen.text(label, 0, y + 16, "t", 15)]
        if length:
            parts.append(pen.el("rect", "f-brand", x=0, y=y + 22, width=max(1.5, length), height=12))
        parts.append(pen.el("path", "f-none l-strong", d=f"M0 {num(y + 20)}v16", stroke_width=1.5))
        parts.append(
            pen.text(num(value) if number else (value or _("none")), length + 7, y + 33, "t b" if number else "t-faint", 15)
        )
        out.append(pen.link(address, "".join(parts)))
    said = "; ".join(f"{label}: {num(v) if isinstance(v, int | float) else v or _('none')}" for label, v, _h in made)
    table = [(label, num(v) if isinstance(v, int | float) else (v or _("none"))) for label, v, _h in made]
    svg = pen.svg(
        (-2, 0, width + 2, max(20, len(made) * 44)),
        said,
        "".join(out),
        links=any(in_site(h) for _l, _v, h in made),
        look="draw draw--mid",
    )
    return Drawing(svg, said, heads or (_("What"), unit or _("Count")), table, small)


def level_rows(
    items: Iterable[Level],
    scale: Iterable[Any],
    *,
    standalone: bool = False,
    width: float = 480,
    heads: tuple[str, str, str] | None = None,
    phone: bool = True,
) -> Drawing:
    """Named things on a scale of steps, a line from the scale's beginning to each one's step."""
    pen = Pen(standalone)
    steps = steps_of(scale)
    made = list(items)
    small = level_rows(made, steps, width=340, phone=False).svg if phone and not standalone else SafeString("")
    place = {s.key: n for n, s in enumerate(steps)}
    words = {s.key: s.label for s in steps}
    left, right = 8.0, 8.0

    def x(n: int) -> float:
        return left + n * (width - left - right) / max(1, len(steps) - 1)

    bottom = len(made) * 44 + 4
    out = [pen.el("path", "f-none l-rule", d=f"M{num(x(n))} 4V{num(bottom)}", stroke_width=1) for n in range(len(steps))]
    for n, i in enumerate(made):
        y = n * 44 + 34.0
        parts = [pen.text(i.label, left, y - 12, "t halo", 15)]
        if i.key in place:
            end = x(place[i.key])
            parts.append(pen.el("path", "l-straw f-none", d=f"M{num(left)} {num(y)}H{num(end)}", stroke_width=5))
            parts.append(pen.el("circle", "f-brand", cx=end, cy=y, r=7))
        if i.note:
            late = i.key in place and place[i.key] > (len(steps) - 1) * 0.65
            parts.append(
                pen.text(i.note, width - right, y - 12, "t-soft halo", 14, "end")
                if late
                else pen.text(i.note, (x(place[i.key]) if i.key in place else left) + 14, y + 5, "t-soft halo", 14)
            )
        out.append(pen.link(i.href, "".join(parts)))
    for n in sorted({0, len(steps) // 2, len(steps) - 1}):
        anchor = "start" if n == 0 else "end" if n == len(steps) - 1 else "middle"
        out.append(pen.text(steps[n].label, x(n), bottom + 18, "t-faint", 14, anchor))
    said = "; ".join(", ".join(filter(None, [i.label, words.get(i.key, _("not judged")), i.note])) for i in made)
    svg = pen.svg((0, 0, width, bottom + 26), said, "".join(out), links=any(in_site(i.href) for i in made), look="draw draw--mid")
    return Drawing(
        svg,
        said,
        heads or (_("Risk"), _("Likelihood"), _("Trend")),
        [(i.label, words.get(i.key, _("not judged")), i.note) for i in made],
        small,
    )


def yardstick(bands: Iterable[Any], on: str = "", *, standalone: bool = False, width: float = 760) -> Drawing:
    """The scale of likelihood words with its gaps; the band that was chosen stands out (PHIA yardstick)."""
    steps = steps_of(bands)

    def draw(pen: Pen, wide: float, size: float, letters: int) -> SafeString:
        def x(p: float) -> float:
            return 2 + p / 100 * (wide - 4)

        out: list[str] = []
        deep = 1
        for n, s in enumerate(steps):
            chosen = s.key == on
            out.append(
                pen.el(
                    "rect",
                    ("f-s3" if chosen else "f-s1") + " l-strong",
                    x=x(s.low),
                    y=2,
                    width=max(3, x(s.high) - x(s.low)),
                    height=20,
                    stroke_width=1.6 if chosen else 0.8,
                )
            )
            if wide < 500 and not chosen:
                continue
            anchor, where = (
                ("start", x(s.low))
                if n == 0
                else ("end", x(s.high))
                if n == len(steps) - 1
                else ("middle", x((s.low + s.high) / 2))
            )
            lines = wrap(s.label, letters, 3)
            deep = max(deep, len(lines))
            for k, word in enumerate(lines):
                out.append(pen.text(word, where, 22 + (k + 1) * size * 1.12 + 2, "t b" if chosen else "t-faint", size, anchor))
        return pen.svg((0, 0, wide, 30 + deep * size * 1.12), sentence, "".join(out))

    chosen = next((s for s in steps if s.key == on), None)
    sentence = (
        _("On the scale of likelihood: %(word)s, %(range)s.") % {"word": chosen.label, "range": chosen.note}
        if chosen and chosen.note
        else _("On the scale of likelihood: %(word)s.") % {"word": chosen.label}
        if chosen
        else _("The scale of likelihood.")
    )
    small = SafeString("") if standalone else draw(Pen(False), 358, 14, 30)
    return Drawing(
        draw(Pen(standalone), width, 15, 10), sentence, (_("Word"), _("Means")), [(s.label, s.note) for s in steps], small
    )


def then_and_now(then: int | None, now: int, of: int = 7, *, standalone: bool = False) -> SafeString:
    """Steps of a scale: a hollow dot then, a filled dot now. The words stand beside it, so that it is only for the eye."""
    pen = Pen(standalone)

    def x(i: int) -> float:
        return 8 + i * 102 / max(1, of - 1)

    parts = [pen.el("path", "l-rule f-none", d=f"M{num(x(0))} 10H{num(x(of - 1))}")]
    parts += [pen.el("path", "l-strong f-none", d=f"M{num(x(i))} 6v8") for i in range(of)]
    if then is not None and then != now:
        turn = 6 if now > then else -6
        parts.append(pen.el("path", "l-ink f-none", d=f"M{num(x(then) + turn)} 10H{num(x(now) - turn)}", stroke_width=2))
        parts.append(pen.el("circle", "f-paper l-ink", cx=x(then), cy=10, r=5, stroke_width=1.6))
    parts.append(pen.el("circle", "f-straw l-ink", cx=x(now), cy=10, r=6, stroke_width=1.6))
    return pen.svg((0, 0, 118, 20), "", "".join(parts), hidden=True, look="sp")
