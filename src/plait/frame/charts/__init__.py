"""Drawings as SVG, computed from values, each with the sentence it says and the table that proves it.

Pure functions: no request, no database. Every text is escaped and every address checked here, so that whatever a room
passes in, what comes out is safe. On a page colours are classes (both themes, strict CSP); with `standalone=True` the same
drawing carries its light colours itself, for a PDF.

    d = risk_matrix(items, likelihoods, impacts, bands)     {% drawing "What the picture shows" d %}
    d = outline_map(outline, places, values, unit=_("items"))
    d = bar_rows([("Sector", 7, "/address/")])
    d = level_rows([Level("Risk", "likely", note="rising")], likelihoods)
    d = yardstick(bands, "likely")                          seven bands with their gaps
    then_and_now(2, 3, 7)                                   a small one for a cell; the words stand beside it

Places, themes and organisations only: nothing here draws a person.
"""

from plait.frame.charts.maps import legend, outline_map
from plait.frame.charts.matrix import Item, risk_matrix
from plait.frame.charts.pen import PAINT, Drawing, Step
from plait.frame.charts.rows import Level, bar_rows, level_rows, then_and_now, yardstick

__all__ = [
    "PAINT",
    "Drawing",
    "Item",
    "Level",
    "Step",
    "bar_rows",
    "legend",
    "level_rows",
    "outline_map",
    "risk_matrix",
    "then_and_now",
    "yardstick",
]
