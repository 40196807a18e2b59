"""What every page's frame needs. The web room fills `request.plait_frame`; without it the frame stands empty and safe.

Nothing here asks the database or touches the session: error pages and public pages use the same processor.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

# What web may put into request.plait_frame:
#   menu           [[{"label", "href", "current": bool, "count": int|None, "small": bool}]] groups, or one flat list
#   partnership    name of the partnership, as it stands in the bar
#   notice         the sentence at the foot: who and what is invented, in the data's own words
#   asker_name     the person's name and office, as the link to their own page says it
#   may            set of decision rights and office keys, for hiding buttons: {% if "picture.agree" in may %}
#   searches       True where the asker has something to search in
#   demo           True in the demonstration only
#   foot           [{"label", "href"}] links at the foot
#   language_links [{"code", "label", "href", "current", "dir"}] on public pages


def frame(request: HttpRequest) -> dict[str, Any]:
    given = getattr(request, "plait_frame", None) or {}
    menu = given.get("menu") or []
    if menu and isinstance(menu[0], dict):
        menu = [menu]
    asker = getattr(request, "asker", None)
    return {
        "menu": menu,
        "partnership": given.get("partnership", ""),
        "notice": given.get("notice", ""),
        "asker": asker,
        "asker_name": given.get("asker_name") or getattr(asker, "name", ""),
        "may": given.get("may", frozenset()),
        "searches": bool(given.get("searches", False)),
        "demo": bool(given.get("demo", False)),
        "foot": given.get("foot", ()),
        "language_links": given.get("language_links", ()),
    }
