"""Pages about organisations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plait.frame import links
from plait.frame.lists import Ask, export
from plait.frame.show import done, sees_of, show
from plait.kernel import access, release
from plait.kernel.rights import rights_of
from plait.partners import actions, policies, queries
from plait.partners.days import today
from plait.partners.forms import AgreementForm, LeaveForm, OrganisationForm
from plait.partners.models import Organisation
from plait.partners.places import TOWN, languages, places
from plait.partners.queries import Words
from plait.partners.views.common import ask, public_copy, saves, seen, trail, typed

TITLE = gettext_lazy("Organisations")
FIELDS = {
    "name": gettext_lazy("Name"), "kind": gettext_lazy("Type"), "sectors": gettext_lazy("Sectors"), "duty": gettext_lazy("Takes part"),
    "public_text": gettext_lazy("What it does"), "listed": gettext_lazy("Agreed to be listed"), "agreed_by": gettext_lazy("Agreed by"),
    "agreed_on": gettext_lazy("Agreed on"), "sensitive_site": gettext_lazy("Place of worship or accommodation"), "joined": gettext_lazy("Since"),
    "left": gettext_lazy("Left"),
}  # fmt: skip
KEYS = {"kind": "organisation_type", "sectors": "sector", "duty": "duty_status"}


def organisations(request: HttpRequest) -> HttpResponse:
    circle, words = access.partnership_circle(), Words.now()
    spec = queries.organisations_spec(words)
    asked = Ask.of(request, spec)
    if asked.format:
        rows = queries.organisations_for_export(request.asker, ask=asked, words=words, spec=spec)
        return export(
            rows,
            spec,
            asked.format,
            label=sees_of(request.asker, circle),
            title=TITLE,
            asker=request.asker,
            now=request.asker.now,
        )
    page = queries.organisations(request.asker, ask=asked, words=words, spec=spec)
    context = {"page": page, "tab": "organisations", "may_add": policies.may_edit(rights_of(request.asker))}
    return show(request, "partners/organisations.html", context, sees=circle)


def organisation(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row, words, rights = queries.organisation(request.asker, circle=circle, id=id), Words.now(), rights_of(request.asker)
    left = row.left is not None
    works = queries.works_for(request.asker, row)
    context = {
        "organisation": row,
        "crumbs": trail("organisations", TITLE),
        "kind": words.label("organisation_type", row.kind),
        "duty": words.label("duty_status", row.duty),
        "sectors": [words.label("sector", key) for key in row.sectors],
        "area": queries.area_name(row.area, queries.town()) if row.area else "",
        "listed": [queries.LISTED.get(key, key) for key in row.listed],
        "memberships": queries.memberships(request.asker, circle=circle, organisation=id),
        "own_circle": access.circle_of(request.asker, row.own_circle_id),
        "why_not": policies.organisation_may_be_public(listed=row.listed, sensitive=row.sensitive_site, left=left).because,
        "may_edit": policies.may_edit(rights),
        "may_agree": policies.may_record_agreement(rights, sensitive=row.sensitive_site, left=left),
        "may_withdraw": policies.may_withdraw_agreement(rights, works_there=works, listed=bool(row.listed)),
        "may_leave": policies.may_leave(rights, left=left),
        "may_return": policies.may_return(rights, left=left),
        "may_begin": policies.may_begin_membership(rights, own=False, has_account=True, left=left),
        "may_end": policies.may_end_membership(rights, ended=False),
        "may_seat": policies.may_give_seats(rights, own=False),
        "outside": release.outside(request.asker, "organisation", row),
        "entries": queries.history(request.asker, row, words, KEYS),
        "fields": FIELDS,
        "groups": links.about(request.asker, "organisation", circle, id),
    }
    return show(request, "partners/organisation.html", context, sees=row)


def _form(request: HttpRequest, words: Words, row: Organisation | None = None) -> OrganisationForm:
    where = [(TOWN, queries.town()), *places().items()]
    return OrganisationForm(typed(request), words=words, places=where, languages=languages(), row=row)


def add(request: HttpRequest) -> HttpResponse:
    policies.may_edit(rights_of(request.asker)).insist()
    form = _form(request, Words.now())
    if saves(form, actions.add_organisation, request.asker):
        return done(
            request, _("The organisation has been entered, and its own circle is open. Say next who works for it."), form.made
        )
    crumbs = trail("organisations", TITLE)
    context = {
        "form": form,
        "title": _("Enter an organisation"),
        "crumbs": crumbs,
        "back": {"href": crumbs[0][1], "label": _("Leave it")},
    }
    return show(request, "frame/form.html", context, sees=access.partnership_circle())


def change(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row, words = queries.organisation(request.asker, circle=circle, id=id), Words.now()
    policies.may_edit(rights_of(request.asker)).insist()
    form = _form(request, words, row)
    _before, after = public_copy(request, "organisation", row, words)
    if saves(form, actions.change_organisation, request.asker, **seen(form, row)):
        said = after(_("Saved."))() if form.made.sensitive_site else _("Saved.")
        return done(request, said, form.made)
    back = {"href": row.get_absolute_url(), "label": _("Leave it as it is")}
    return show(
        request,
        "frame/form.html",
        {
            "form": form,
            "title": _("Change %(name)s") % {"name": row.name},
            "crumbs": trail("organisations", TITLE, (row.name, back["href"])),
            "back": back,
        },
        sees=row,
    )


def agreement(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row, words = queries.organisation(request.asker, circle=circle, id=id), Words.now()
    policies.may_record_agreement(rights_of(request.asker), sensitive=row.sensitive_site, left=row.left is not None).insist()
    form = AgreementForm(typed(request), row=row)
    _before, after = public_copy(request, "organisation", row, words)
    if saves(form, actions.record_agreement, request.asker, **seen(form, row)):
        said = _("Written down. It can be released now.") if "public" in form.made.listed else after(_("Written down."))()
        return done(request, said, form.made)
    back = {"href": row.get_absolute_url(), "label": _("Leave it as it is")}
    context: dict[str, Any] = {
        "form": form, "back": back, "title": _("Where may %(name)s be listed?") % {"name": row.name}, "crumbs": trail("organisations", TITLE, (row.name, back["href"])),
        "lead": _("Only what the organisation itself agreed to. It can take this back at any time."),
    }  # fmt: skip
    return show(request, "frame/form.html", context, sees=row)


def withdraw_agreement(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row, words = queries.organisation(request.asker, circle=circle, id=id), Words.now()
    policies.may_withdraw_agreement(
        rights_of(request.asker), works_there=queries.works_for(request.asker, row), listed=bool(row.listed)
    ).insist()
    before, after = public_copy(request, "organisation", row, words)
    return ask(
        request, row, actions.withdraw_agreement, title=_("Take the agreement back"), heading=_("%(name)s is to be listed nowhere?") % {"name": row.name},
        lines=[*before, _("Inside the partnership it stays as it is. It can agree again later.")], submit=_("Take it back"), back=row.get_absolute_url(),
        said=after(_("The agreement is taken back.")),
    )  # fmt: skip


def leave(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row, words = queries.organisation(request.asker, circle=circle, id=id), Words.now()
    policies.may_leave(rights_of(request.asker), left=row.left is not None).insist()
    before, after = public_copy(request, "organisation", row, words)
    working = [m.person for m in queries.memberships(request.asker, circle=circle, organisation=id) if not m.over]
    ends = (
        [_("These memberships end, with every seat they gave: %(people)s.") % {"people": ", ".join(working)}] if working else []
    )
    return ask(
        request, row, actions.leave, title=_("An organisation leaves"), heading=_("%(name)s leaves the partnership?") % {"name": row.name},
        lines=[*ends, *before, _("Its page stays. If it comes back, memberships begin anew.")], submit=_("Write down that it left"), back=row.get_absolute_url(),
        said=after(_("Written down.")), form=LeaveForm(typed(request), row=row, initial={"left": today(request.asker)}),
    )  # fmt: skip


def back(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.organisation(request.asker, circle=circle, id=id)
    policies.may_return(rights_of(request.asker), left=row.left is not None).insist()
    return ask(
        request, row, actions.return_organisation, title=_("An organisation comes back"), heading=_("%(name)s takes part again?") % {"name": row.name},
        lines=[_("No seat comes back by itself: begin the memberships of those who work with you now.")], submit=_("Write down that it is back"),
        back=row.get_absolute_url(), said=_("Written down. Begin its memberships next."), bad=False,
    )  # fmt: skip
