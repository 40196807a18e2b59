"""Who holds which duty."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plait.frame.show import done, show
from plait.kernel import access
from plait.kernel.rights import rights_of
from plait.partners import actions, policies, queries
from plait.partners.forms import AppointForm, VersionForm
from plait.partners.queries import Words
from plait.partners.views.common import saves, trail, typed

TITLE = gettext_lazy("Offices")


def offices(request: HttpRequest) -> HttpResponse:
    context = {
        "duties": queries.offices(request.asker, Words.now()),
        "tab": "offices",
        "may_appoint": policies.may_appoint(rights_of(request.asker)),
    }
    return show(request, "partners/offices.html", context, sees=access.partnership_circle())


def appoint(request: HttpRequest) -> HttpResponse:
    policies.may_appoint(rights_of(request.asker)).insist()
    people = queries.person_choices(request.asker, with_account=True)
    form = AppointForm(typed(request), words=Words.now(), people=people, initial={"office": request.GET.get("office", "")})
    if saves(form, actions.appoint, request.asker):
        return done(request, _("Appointed. The seats that go with the office have begun."), "partners:offices")
    crumbs = trail("offices", TITLE)
    context = {
        "form": form,
        "title": _("Appoint somebody"),
        "crumbs": crumbs,
        "submit": _("Appoint"),
        "back": {"href": crumbs[0][1], "label": _("Leave it")},
    }
    return show(request, "frame/form.html", context, sees=access.partnership_circle())


def end(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row, words = queries.office(request.asker, circle=circle, id=id), Words.now()
    policies.may_end_office(
        rights_of(request.asker), own=row.account_id == request.asker.id, ended=row.ends <= request.asker.now
    ).insist()
    form, office = VersionForm(typed(request)), words.label("office", row.key)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.does(actions.end_office, request.asker, id=row.id, circle=row.circle_id)
    ):
        return done(request, _("The office has ended, and its seats with it."), "partners:offices")
    context = {
        "form": form, "title": _("End an office"), "heading": _("%(person)s is %(office)s no longer?") % {"person": row.account.name, "office": office},
        "lines": [_("The seats and rights that came with it end now. To undo this, somebody who may must appoint them again.")], "submit": _("End it"),
        "back": {"href": reverse("partners:offices"), "label": _("Leave it as it is")}, "bad": True,
    }  # fmt: skip
    return show(request, "partners/ask.html", context, sees=circle)
