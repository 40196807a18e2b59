"""Who looked at a record: asked with a purpose, and a look itself. The page knows nothing of the record before it is asked."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plait.frame.forms import Choice, PlaitForm, posted
from plait.frame.show import show
from plait.kernel import looks
from plait.kernel.errors import NotFound
from plait.kernel.models import Account
from plait.partners.models import Person

TABLES: dict[str, Any] = {"person": Person, "account": Account}
"""Kinds of record that are looked at, as they stand in addresses."""
HOWS = {
    "display": gettext_lazy("saw it on a page"),
    "export": gettext_lazy("took it in a file"),
    "search": gettext_lazy("found it by a search"),
    "open": gettext_lazy("opened sealed text"),
    "log": gettext_lazy("read who had looked"),
    "refused": gettext_lazy("was refused"),
}
OWN = gettext_lazy("It is about me")


class Purpose(PlaitForm):
    purpose = Choice(
        label=gettext_lazy("What is it for?"),
        help_text=gettext_lazy(
            "The record of looks may be used for nothing else. That you read it, and for what, is written down."
        ),
        choices=[*looks.PURPOSES.items(), (looks.OWN, OWN)],
    )


def looked(request: HttpRequest, kind: str, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    if kind not in TABLES:
        raise NotFound
    form = Purpose(posted(request))
    context: dict[str, Any] = {
        "title": _("Who looked"),
        "lead": _(
            "Stewards, the office that the pack names and the person themself read who looked at a record, found it or took it in a file."
        ),
        "form": form,
        "submit": _("Show who looked"),
    }
    if request.method == "POST" and form.is_valid():
        table = TABLES[kind]._meta.db_table
        found = looks.looks_of(request.asker, table=table, circle=circle, row=id, purpose=form.cleaned_data["purpose"])
        context["found"] = [{"at": each.at, "name": each.name, "how": HOWS[each.how]} for each in found]
        return show(request, "web/looked.html", context)
    return show(request, "frame/form.html", context)
