"""What the partnership says of itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plait.frame.show import done, show
from plait.kernel import access, release
from plait.kernel.rights import rights_of
from plait.partners import actions, policies, queries
from plait.partners.forms import AboutForm
from plait.partners.places import languages
from plait.partners.queries import Words
from plait.partners.views.common import saves, trail, typed

FIELDS = {
    "public_text": gettext_lazy("Who we are"), "coordinating": gettext_lazy("Who coordinates"), "focus": gettext_lazy("What we look to first"),
    "funder": gettext_lazy("Who pays"), "programme": gettext_lazy("Programme"), "disclaimer": gettext_lazy("Disclaimer"),
    "contact_name": gettext_lazy("Contact"), "contact_address": gettext_lazy("Address"), "contact_email": gettext_lazy("E-mail"),
    "contact_phone": gettext_lazy("Telephone"), "contact_web": gettext_lazy("Website"),
}  # fmt: skip


def about(request: HttpRequest) -> HttpResponse:
    row = queries.about(request.asker)
    context: dict[str, Any] = {"about": row, "tab": "about", "may_edit": policies.may_edit(rights_of(request.asker))}
    if row is not None:
        context |= {
            "focus": row.focus.split("\n") if row.focus else [],
            "outside": release.outside(request.asker, "partnership", row),
            "entries": queries.history(request.asker, row, Words.now(), {}),
            "fields": FIELDS,
        }
    return show(request, "partners/about.html", context, sees=access.partnership_circle())


def change(request: HttpRequest) -> HttpResponse:
    policies.may_edit(rights_of(request.asker)).insist()
    row = queries.about(request.asker)
    form = AboutForm(typed(request), languages=languages(), row=row)
    version = (form.cleaned_data.get("version") if form.is_bound and form.is_valid() else None) or (
        row.version if row is not None else None
    )
    if saves(form, actions.change_about, request.asker, version=version):
        return done(request, _("Saved."), "partners:about")
    crumbs = trail("about", _("About the partnership"))
    context = {
        "form": form,
        "title": _("What the partnership says of itself"),
        "crumbs": crumbs,
        "back": {"href": crumbs[0][1], "label": _("Leave it as it is")},
    }
    return show(request, "frame/form.html", context, sees=access.partnership_circle())
