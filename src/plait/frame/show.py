"""How a page leaves a view: with its label, or not at all.

`show()` renders a template and says above it who can see what stands there. A page with a protected row in its context
and no `sees` is refused: the label can be wrong only where somebody wrote it wrongly, never because it was forgotten.
Where a person's record stands in it, who looks is written into the log first (`kernel.looks`).
`done()` is the end of a form; `conflict()` the page for the second of two people who changed the same thing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import FieldDoesNotExist
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# From widest to narrowest. The label follows from the circle's kind and is never typed.
TLP = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
COLOUR = dict(zip(TLP, ("clear", "green", "amber", "strict", "red"), strict=True))


class NoLabel(RuntimeError):
    """A protected row was about to be shown without saying who sees it."""


@dataclass(frozen=True)
class Sees:
    """Who sees a page: in the pack's words, as the TLP word, and how many they are."""

    words: str
    tlp: str
    people: int | None = None
    organisations: int | None = None
    circle: UUID | None = None
    why: str = ""

    @property
    def colour(self) -> str:
        return COLOUR.get(self.tlp, "clear")

    @property
    def public(self) -> bool:
        return self.tlp == TLP[0]


def sees_of(asker: Any, thing: Any) -> Sees:
    """Who sees a circle, a row, or the narrowest of several of them. Raises NotFound where the asker is not in it."""
    from plait.kernel import access
    from plait.kernel.errors import NotFound

    if isinstance(thing, Sees):
        return thing
    circles = dict.fromkeys(_circles(thing))
    if not circles:
        raise NoLabel(f"{thing!r} names no circle")
    found = []
    for circle in circles:
        audience = access.audience(asker, circle)
        if audience is None:
            raise NotFound()
        found.append(_sees(audience, circle))
    return max(found, key=lambda s: TLP.index(s.tlp) if s.tlp in TLP else len(TLP))


def _sees(audience: Any, circle: Any) -> Sees:
    public = audience.tlp == TLP[0]
    try:
        why = "" if public else reverse("web:why", kwargs={"circle": circle})
    except NoReverseMatch:
        why = ""
    words = getattr(audience, "words", "") or audience.name
    return Sees(
        words=str(_("Everybody: this is public") if public else words),
        tlp=str(audience.tlp),
        people=None if public else audience.people,
        organisations=None if public else audience.organisations,
        circle=circle,
        why=why,
    )


def _circles(thing: Any) -> Iterator[Any]:
    if isinstance(thing, UUID):
        yield thing
    elif getattr(thing, "circle_id", None) is not None:
        yield thing.circle_id
    elif type(thing).__name__ == "Circle" or hasattr(thing, "kind"):
        yield thing.pk if hasattr(thing, "pk") else thing.id
    elif isinstance(thing, Iterable) and not isinstance(thing, str | bytes | Mapping):
        for one in thing:
            yield from _circles(one)


def _protected(context: Mapping[str, Any]) -> str:
    """The name under which a protected row stands in the context, looking one step into lists and pages."""
    from plait.kernel.models import Protected

    for name, value in context.items():
        if isinstance(value, Protected):
            return name
        rows = getattr(value, "rows", value)
        if isinstance(rows, list | tuple) and any(isinstance(row, Protected) for row in rows[:1]):
            return name
    return ""


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    sees: Any = None,
    status: int = 200,
) -> HttpResponse:
    """A page. `sees`: a circle, a row that has one, several of these (the narrowest counts), or a `Sees`."""
    held = dict(context or {})
    if sees is None:
        if name := _protected(held):
            raise NoLabel(f"{template}: {name!r} is protected; say who sees it: show(..., sees=...)")
    else:
        held["sees"] = sees_of(getattr(request, "asker", None), sees)
    _look(request, held, sees)
    response = render(request, template, held, status=status)
    shown = held.get("sees")
    if isinstance(shown, Sees) and not shown.public:
        response["Cache-Control"] = "no-store"
    return response


def _look(request: HttpRequest, held: Mapping[str, Any], sees: Any) -> None:
    """Who looks at a person's record is written down before the page is made. Raises NotRecorded."""
    from plait.kernel import looks

    asker = getattr(request, "asker", None)
    if asker is None or asker.id is None:
        return
    searched = any(getattr(getattr(value, "ask", None), "q", "") for value in held.values())
    found = [*looks.subjects(held), *looks.subjects(sees)]
    looks.look_at(asker, found, "search" if searched else "display", {"address": _address(request)})


def _address(request: HttpRequest) -> str:
    match = getattr(request, "resolver_match", None)
    return match.view_name if match is not None else ""


def done(request: HttpRequest, message: Any, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """It is done: say so on the next page. `to` is a row with an address, a route's name or an address."""
    messages.success(request, str(message), fail_silently=True)
    response = HttpResponseRedirect(resolve_url(to, *args, **kwargs))
    response.status_code = 303
    return response


# ---- two people, one thing --------------------------------------------------------------------------------------

NOT_SHOWN = ("csrfmiddlewaretoken", "version", "circle", "id")


def conflict(request: HttpRequest, error: Any, *, form: django_forms.BaseForm | None = None) -> HttpResponse:
    """Both texts side by side. What was typed is on the page, and one press saves it over what stands there now.

    `error.row` is the row as it stands; `error.form`, set by `PlaitForm.does()`, brings labels and choices in words.
    """
    row = error.row
    form = form or getattr(error, "form", None)
    sides = [
        {"name": name, "label": label, "mine": mine, "theirs": theirs, "same": mine == theirs}
        for name, label, mine, theirs in _sides(request, row, form)
    ]
    posted = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "version")
        for value in values
    ]
    context = {
        "sides": sides,
        "different": [s for s in sides if not s["same"]],
        "posted": posted,
        "version": getattr(row, "version", ""),
        "action": request.get_full_path(),
        "theirs": row.get_absolute_url() if hasattr(row, "get_absolute_url") else "",
        **_last_saved(request, row),
    }
    return show(request, "frame/errors/409.html", context, sees=row if getattr(row, "circle_id", None) else None, status=409)


def _last_saved(request: HttpRequest, row: Any) -> dict[str, Any]:
    """Who saved what stands there now, and when."""
    from plait.kernel import log

    asker, circle = getattr(request, "asker", None), getattr(row, "circle_id", None)
    entries = log.history(asker, row._meta.db_table, circle, row.pk) if asker and circle and hasattr(row, "_meta") else []
    return {"by": entries[-1].name, "at": entries[-1].at} if entries else {}


def _sides(request: HttpRequest, row: Any, form: django_forms.BaseForm | None) -> Iterator[tuple[str, Any, str, str]]:
    meta = getattr(row, "_meta", None)
    for name, values in request.POST.lists():
        if name in NOT_SHOWN:
            continue
        bare = name.removeprefix(f"{form.prefix}-") if form is not None and form.prefix else name
        typed = form.fields.get(bare) if form is not None else None
        stands = getattr(row, bare, None) if bare in getattr(row, "__dict__", {}) else getattr(row, f"{bare}_id", None)
        if stands is None and not hasattr(row, bare):
            continue
        label: Any = typed.label if typed is not None and typed.label else bare
        if typed is None and meta is not None:
            with contextlib.suppress(FieldDoesNotExist):
                label = meta.get_field(bare).verbose_name
        yield name, label, _words(typed, values), _words(typed, stands)


def _words(typed: django_forms.Field | None, value: Any) -> str:
    many = value if isinstance(value, list | tuple) else [value]
    known: dict[str, Any] = {}
    choices = getattr(typed, "choices", None)
    if choices is not None and not isinstance(choices, str):
        known = {str(k): v for k, v in choices if not isinstance(v, list | tuple)}
    said = [str(known.get(str(v), v)) for v in many if v is not None and not isinstance(v, Promise | type)]
    return "\n".join(said).replace("\r\n", "\n").strip()
