"""Maps: an outline, and places shaded by how much is known from each. Never a map of danger."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from plait.frame.charts.pen import Drawing, Pen, escape, in_site, num, wrap

Ring = tuple[tuple[float, float], ...]


def _features(geojson: Mapping[str, Any] | None) -> list[tuple[dict[str, Any], list[list[Ring]]]]:
    """Properties and polygons of a GeoJSON feature, collection or geometry."""
    if not geojson:
        return []
    kind = geojson.get("type")
    feats = (
        geojson.get("features", [])
        if kind == "FeatureCollection"
        else [geojson if kind == "Feature" else {"properties": {}, "geometry": geojson}]
    )
    made = []
    for f in feats:
        g = f.get("geometry") or {}
        polygons = (
            g.get("coordinates", [])
            if g.get("type") == "MultiPolygon"
            else [g["coordinates"]]
            if g.get("type") == "Polygon"
            else []
        )
        rings = [[tuple((float(p[0]), float(p[1])) for p in ring) for ring in polygon] for polygon in polygons]
        made.append((dict(f.get("properties") or {}), rings))
    return made


def outline_map(
    outline_geojson: Mapping[str, Any] | None,
    places_geojson: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
    *,
    hatched_if_none: bool = True,
    key: str = "key",
    unit: str = "",
    steps: Sequence[float] = (1, 5, 10, 15, 20),
    width: float = 720,
    standalone: bool = False,
    id: str = "map",
    hrefs: Mapping[str, str] | None = None,
    decorative: bool = False,
    phone: bool = True,
) -> Drawing:
    """The area and its places, shaded by how much is known from each. Missing is hatched, never pale. Not a map of danger.

    `values` maps a place's key (or name) to a number, to a text such as "under 5", or to nothing. Without places it is the
    outline alone, for the head of a profile.
    """
    pen = Pen(standalone)
    edges, cells = _features(outline_geojson), _features(places_geojson)
    points = [p for _props, polys in (*edges, *cells) for rings in polys for ring in rings for p in ring]
    if not points:
        return Drawing(SafeString(""), _("No map has been given."))
    x0, x1 = min(p[0] for p in points), max(p[0] for p in points)
    y0, y1 = min(p[1] for p in points), max(p[1] for p in points)
    squeeze = math.cos(math.radians((y0 + y1) / 2)) if -90 <= y0 <= y1 <= 90 else 1.0
    scale = width / max((x1 - x0) * squeeze, 1e-9)
    height = (y1 - y0) * scale

    def at(p: tuple[float, float]) -> tuple[float, float]:
        return (p[0] - x0) * squeeze * scale, (y1 - p[1]) * scale

    def path(polys: list[list[Ring]]) -> str:
        return "".join("M" + "L".join(f"{num(x)} {num(y)}" for x, y in map(at, ring)) + "z" for rings in polys for ring in rings)

    out: list[str] = []
    known = dict(values or {})
    named: list[tuple[str, str, Any]] = []
    words: list[str] = []
    if cells:
        out.append(_hatch(pen, f"{id}-none", 8))
    for props, polys in cells:
        name = str(props.get("name") or props.get(key) or "")
        value = known.get(str(props.get(key, "")), known.get(name))
        named.append((str(props.get(key, name)), name, value))
        step = _step(value, steps)
        said = f"<title>{escape(name)}: {escape(_said(value, unit))}</title>"
        if step:
            shape = pen.el("path", f"f-s{step} l-paper", said, d=path(polys), stroke_width=2.5, stroke_linejoin="round")
        elif hatched_if_none and values is not None:
            shape = pen.el(
                "path", "l-strong", said, d=path(polys), stroke_width=1.5, stroke_linejoin="round", fill=f"url(#{id}-none)"
            )
        else:
            shape = pen.el("path", "f-straw-soft l-straw", said, d=path(polys), stroke_width=1, stroke_linejoin="round")
        out.append(pen.link((hrefs or {}).get(str(props.get(key, name)), ""), shape))
        if polys and not decorative:
            cx, cy = at(centre(max((rings[0] for rings in polys), key=len)))
            look = ("t-on4" if step >= 4 else "t-on1") if step else "t halo"
            lines = wrap(name, 12, 3) if width > 400 else []  # on a phone the numbers alone; the table has the names
            size = 14.5
            first = cy - len(lines) * size * 0.55
            for k, word in enumerate(lines):
                words.append(pen.text(word, cx, first + (k + 0.6) * size * 1.08, look, size, "middle"))
            if values is not None and (lines or step):
                words.append(
                    pen.text(_said(value, ""), cx, first + (len(lines) + 0.7) * size * 1.08, look + " b", size + 1, "middle")
                )
    for _props, polys in edges:
        look = "f-none l-soft" if cells else "f-straw-soft l-straw"
        out.append(pen.el("path", look, d=path(polys), stroke_width=1.5 if cells else 1, stroke_linejoin="round"))
    counted = sorted(((n, v) for _k, n, v in named if isinstance(v, int | float) and v), key=lambda nv: (-nv[1], nv[0]))
    missing = [n for _k, n, v in named if not v]
    sentence = _map_sentence(counted, missing) if values is not None and cells else _("Outline of the area.")
    rows = (
        [(n, _said(v, "")) for _k, n, v in sorted(named, key=lambda t: (-(t[2] if isinstance(t[2], int | float) else 0), t[1]))]
        if values is not None
        else []
    )
    small = SafeString("")
    if phone and not standalone and not decorative and cells:
        small = outline_map(
            outline_geojson,
            places_geojson,
            values,
            hatched_if_none=hatched_if_none,
            key=key,
            unit=unit,
            steps=steps,
            width=352,
            id=f"{id}-small",
            hrefs=hrefs,
            phone=False,
        ).svg
    svg = pen.svg(
        (-3, -3, width + 6, height + 6),
        sentence,
        "".join(out + words),
        hidden=decorative,
        links=any(in_site(h) for h in (hrefs or {}).values()),
    )
    return Drawing(
        svg,
        sentence,
        (_("Place"), unit or _("Count")) if rows else (),
        rows,
        small,
        legend=_shades(steps) if values is not None else (),
    )


def _step(value: Any, steps: Sequence[float]) -> int:
    if isinstance(value, bool) or value is None or value == "":
        return 0
    if isinstance(value, int | float):
        return min(5, sum(value >= s for s in steps))
    return 1


def _said(value: Any, unit: str) -> str:
    if value is None or value == "":
        return _("nothing known")
    return f"{value} {unit}".strip()


def _map_sentence(counted: list[tuple[str, Any]], missing: list[str]) -> str:
    parts = []
    if counted:
        most = ", ".join(f"{n} ({num(v)})" for n, v in counted[:3])
        parts.append(_("Most from %(places)s.") % {"places": most})
    if missing:
        parts.append(_("Nothing from %(places)s.") % {"places": ", ".join(missing)})
    return " ".join([_("Map of places, shaded by how much came from each."), *parts])


def _shades(steps: Sequence[float]) -> list[tuple[str, str]]:
    """Legend: (class, words), from nothing to most."""
    made = [("none", _("nothing known"))]
    for n, low in enumerate(steps):
        high = steps[n + 1] - 1 if n + 1 < len(steps) else None
        words = (
            _("%(low)s or more") % {"low": num(low)}
            if high is None
            else _("%(low)s to %(high)s") % {"low": num(low), "high": num(high)}
        )
        made.append((f"f-s{n + 1}", words))
    return made


def _hatch(pen: Pen, id: str, size: int) -> str:
    """The pattern of what is not known, so wide in both directions."""
    line = pen.el("path", "l-strong", d=f"M0 0V{size}", stroke_width=1.5)
    turned = 'patternUnits="userSpaceOnUse" patternTransform="rotate(45)"'
    return f'<defs><pattern id="{escape(id)}" width="{size}" height="{size}" {turned}>{line}</pattern></defs>'


def legend(drawing: Drawing, name: str = "", id: str = "map") -> SafeString:
    """The shades of a map in words, below it."""
    pen = Pen(False)
    items = []
    for look, words in drawing.legend:
        if look == "none":
            box = _hatch(pen, f"{id}-key", 4) + pen.el(
                "rect", "l-strong", x=0.5, y=0.5, width=11, height=11, fill=f"url(#{id}-key)"
            )
        else:
            box = pen.el("rect", f"{look} l-strong", x=0.5, y=0.5, width=11, height=11)
        items.append(f'<li><svg viewBox="0 0 12 12" aria-hidden="true" focusable="false">{box}</svg>{escape(words)}</li>')
    return (
        SafeString(f'<ul class="legend" aria-label="{escape(name or _("Shading"))}">{"".join(items)}</ul>')
        if items
        else SafeString("")
    )


@lru_cache(maxsize=512)
def centre(ring: Ring) -> tuple[float, float]:
    """Where a label stands best: the point of a coarse grid inside that is farthest from the edge.

    Pole of inaccessibility, Garcia-Castellanos and Lombardo 2007, coarsely.
    """
    xs, ys = [p[0] for p in ring], [p[1] for p in ring]
    ring = ring[:: max(1, len(ring) // 60)]
    pairs = list(zip(ring, ring[1:] + ring[:1], strict=True))
    best = (-1.0, sum(xs) / len(xs), sum(ys) / len(ys))
    for i in range(1, 20):
        for j in range(1, 20):
            x, y = min(xs) + (max(xs) - min(xs)) * i / 20, min(ys) + (max(ys) - min(ys)) * j / 20
            inside, near = False, 1e18
            for (ax, ay), (bx, by) in pairs:
                if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                    inside = not inside
                span = (bx - ax) ** 2 + (by - ay) ** 2
                t = max(0.0, min(1.0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / span)) if span else 0.0
                near = min(near, ((x - ax - t * (bx - ax)) * 0.5) ** 2 + (y - ay - t * (by - ay)) ** 2)
            if inside and near > best[0]:
                best = (near, x, y)
    return best[1], best[2]
