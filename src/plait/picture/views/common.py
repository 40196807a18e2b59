"""What the three kinds of page share: the tabs, the history in words, pressing a button."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plait.frame.show import done, show
from plait.kernel import log
from plait.picture.forms import VersionForm

FIELDS = {
    "title": gettext_lazy("Title"),
    "what": gettext_lazy("What was seen, heard or read"),
    "place": gettext_lazy("Where"),
    "happened_on": gettext_lazy("When"),
    "reliability": gettext_lazy("Reliability of the source"),
    "credibility": gettext_lazy("Credibility of what is said"),
    "cause": gettext_lazy("Cause"),
    "event": gettext_lazy("Event"),
    "consequence": gettext_lazy("Consequence"),
    "harmed": gettext_lazy("Who may be harmed"),
    "measures": gettext_lazy("Measures"),
    "likelihood": gettext_lazy("Likelihood"),
    "impact": gettext_lazy("Impact"),
    "confidence": gettext_lazy("Confidence"),
    "trend": gettext_lazy("Trend"),
    "why": gettext_lazy("Why"),
    "public_text": gettext_lazy("Public text"),
    "method": gettext_lazy("How it was made"),
    "withdrawn_why": gettext_lazy("Why it was withdrawn"),
}
SCALES = ("likelihood", "impact", "confidence", "trend")


def history(request: HttpRequest, table: str, row: Any, said: dict[str, dict[str, str]] | None = None) -> dict[str, Any]:
    """The context of `{% history %}`; words of the pack stand for their keys."""
    entries = log.history(request.asker, table, row.circle_id, row.id)
    for side in (side for entry in entries for side in (entry.before, entry.after) if side is not None):
        for name, known in (said or {}).items():
            if name in SCALES:
                side[name] = known.get(str(side.get(name)), side.get(name))
    return {"entries": entries, "fields": FIELDS}


def crumbs(*more: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [(_("Home"), reverse("web:home")), *more]


def one_question(
    request: HttpRequest,
    form: Any,
    *,
    title: Any,
    submit: Any,
    back: tuple[str, Any],
    sees: Any,
    trail: list[Any],
    lead: Any = "",
    template: str = "frame/form.html",
    **more: Any,
) -> HttpResponse:
    """A form on a page of its own."""
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "back": {"href": back[0], "label": back[1]},
        "crumbs": trail,
        "lead": lead,
        **more,
    }
    return show(request, template, context, sees=sees)


def pressed(request: HttpRequest, verb: Any, row: Any, message: Any, to: Any = None) -> HttpResponse:
    """A POST that needs no words: undo, take back."""
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    verb(request.asker, id=row.id, circle=row.circle_id, version=version)
    return done(request, message, to or row)


def version_of(form: Any) -> int:
    """The version that was shown; a form without one is as good as an old one."""
    return form.cleaned_data.get("version") or 0


def circles_said(circles: list[Any]) -> list[tuple[str, str]]:
    return [(str(c.id), c.name) for c in circles]


def uuid_or_none(said: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(said)
    except ValueError:
        return None
