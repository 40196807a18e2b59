"""What several pages of the room share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from plait.frame.show import done, show
from plait.kernel.errors import Conflict
from plait.kernel.models import Protected
from plait.kernel.rights import rights_of
from plait.partners import policies, queries
from plait.partners.forms import IN, VersionForm


def typed(request: HttpRequest) -> QueryDict | None:
    """What was sent, though it be nothing."""
    return request.POST if request.method == "POST" else None


def saves(form: Any, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
    """`form.does()`, and where two people changed one thing the translations stand side by side too."""
    try:
        return bool(
            form.is_valid()
            and form.does(verb, *args, **kwargs, **{k: v for k, v in form.values().items() if k not in ("version", "circle")})
        )
    except Conflict as error:
        for name in form.fields:
            if name.startswith(IN) and error.row is not None:
                setattr(error.row, name, error.row.translations.get(name.removeprefix(IN), ""))
        raise


def seen(form: Any, row: Protected) -> dict[str, Any]:
    """Which row, and which version of it the asker has read."""
    version = form.cleaned_data.get("version") if form.is_bound and form.is_valid() else None
    return {"id": row.id, "circle": row.circle_id, "version": version or row.version}


def ask(
    request: HttpRequest, row: Protected, verb: Callable[..., Any], *, title: str, heading: str, lines: list[Any], submit: str, back: str, said: Any, bad: bool = True,
    form: Any = None, keys: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """A page of its own before a step: what will happen, the step, and the safe way out. `said` is a sentence, or makes one afterwards."""
    form = form or VersionForm(typed(request), row=row)
    if request.method == "POST" and form.is_valid():
        given = {k: v for k, v in form.values().items() if k not in ("version", "circle")}
        if form.does(verb, request.asker, **(keys if keys is not None else seen(form, row)), **given):
            return done(request, said() if callable(said) else said, back)
    context = {
        "form": form,
        "title": title,
        "heading": heading,
        "lines": lines,
        "submit": submit,
        "back": {"href": back, "label": _("Leave it as it is")},
        "bad": bad,
    }
    return show(request, "partners/ask.html", context, sees=row)


def public_copy(
    request: HttpRequest, kind: str, row: Protected, words: queries.Words
) -> tuple[list[str], Callable[[str], Callable[[], str]]]:
    """What a step that takes a public copy out says before, and what afterwards."""
    if not queries.stands_outside(kind, row):
        return [], lambda sentence: lambda: sentence
    may = policies.may_take_out(rights_of(request.asker), level=queries.level_in(request.asker, row.circle_id))
    who = ", ".join(queries.who_takes_out(request.asker, row.circle_id, words))
    if may:
        before = [
            _("A public copy stands now. It is taken off the public pages in the same step, with every earlier version of it.")
        ]
        return before, lambda sentence: lambda: _("%(sentence)s The public copy is gone.") % {"sentence": sentence}
    before = [_("A public copy stands now, and stays until somebody takes it out who may: %(who)s.") % {"who": who}]
    return (
        before,
        lambda sentence: (
            lambda: (
                _("%(sentence)s A public copy still stands. Ask one of these to take it out: %(who)s.")
                % {"sentence": sentence, "who": who}
            )
        ),
    )


def trail(name: str, label: Any, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [(label, reverse(f"partners:{name}")), *more]
