"""Pages about people and for whom they work."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plait.frame.lists import Ask, export
from plait.frame.show import done, sees_of, show
from plait.kernel import access
from plait.kernel.acting import Asker
from plait.kernel.models import Level
from plait.kernel.rights import rights_of
from plait.partners import actions, policies, queries
from plait.partners.days import today
from plait.partners.forms import EndForm, InviteForm, MembershipForm, PersonForm, SeatForm, VersionForm
from plait.partners.models import Membership, Person
from plait.partners.queries import Words
from plait.partners.views.common import ask, saves, seen, trail, typed

TITLE = gettext_lazy("People")
FIELDS = {"name": gettext_lazy("Name"), "email": gettext_lazy("E-mail")}


def people(request: HttpRequest) -> HttpResponse:
    circle, spec = access.partnership_circle(), queries.people_spec()
    asked = Ask.of(request, spec)
    if asked.format:
        rows = queries.people_for_export(request.asker, ask=asked, spec=spec)
        return export(
            rows,
            spec,
            asked.format,
            label=sees_of(request.asker, circle),
            title=TITLE,
            asker=request.asker,
            now=request.asker.now,
        )
    page = queries.people(request.asker, ask=asked, spec=spec)
    return show(
        request,
        "partners/people.html",
        {"page": page, "tab": "people", "may_add": policies.may_invite(rights_of(request.asker))},
        sees=circle,
    )


def person(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row, words, rights = queries.person(request.asker, circle=circle, id=id), Words.now(), rights_of(request.asker)
    context = {
        "person": row,
        "crumbs": trail("people", TITLE),
        "memberships": queries.memberships(request.asker, circle=circle, person=id),
        "sits": queries.sitting_groups(request.asker, circle=circle, person=id),
        "duties": queries.duties_of(request.asker, row.account_id, words),
        "may_change": policies.may_invite(rights),
        "may_end": policies.may_end_membership(rights, ended=False),
        "may_seat": policies.may_give_seats(rights, own=row.account_id is not None and row.account_id == request.asker.id),
        "entries": queries.history(request.asker, row, words, {}),
        "fields": FIELDS,
        "may_see_looks": policies.may_see_looks(
            rights,
            own=row.account_id is not None and row.account_id == request.asker.id,
            steward=any(seat.level >= Level.STEWARD for seat in access.why(request.asker, circle)),
        ),
    }
    return show(request, "partners/person.html", context, sees=row)


def add(request: HttpRequest) -> HttpResponse:
    policies.may_invite(rights_of(request.asker)).insist()
    form = PersonForm(typed(request))
    if saves(form, actions.add_person, request.asker):
        return done(request, _("Entered. Say next for whom this person works."), form.made)
    crumbs = trail("people", TITLE)
    context = {
        "form": form, "title": _("Enter a person"), "crumbs": crumbs, "back": {"href": crumbs[0][1], "label": _("Leave it")},
        "lead": _("Somebody who works with the partnership. Nobody whom it supports is ever entered here."),
    }  # fmt: skip
    return show(request, "frame/form.html", context, sees=access.partnership_circle())


def change(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.person(request.asker, circle=circle, id=id)
    policies.may_invite(rights_of(request.asker)).insist()
    form = PersonForm(typed(request), row=row)
    if saves(form, actions.change_person, request.asker, **seen(form, row)):
        return done(request, _("Saved."), form.made)
    back = {"href": row.get_absolute_url(), "label": _("Leave it as it is")}
    return show(
        request,
        "frame/form.html",
        {
            "form": form,
            "title": _("Correct name or address"),
            "crumbs": trail("people", TITLE, (row.name, back["href"])),
            "back": back,
        },
        sees=row,
    )


def invite(request: HttpRequest) -> HttpResponse:
    return _invite(request, None)


def invite_known(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    return _invite(request, queries.person(request.asker, circle=circle, id=id))


def _invite(request: HttpRequest, row: Person | None) -> HttpResponse:
    """The link stands on the answering page alone: nowhere else can it be read again."""
    policies.may_invite(rights_of(request.asker)).insist()
    circle, crumbs = access.partnership_circle(), trail("people", TITLE)
    form = InviteForm(typed(request), initial={"name": row.name, "email": row.email} if row is not None else {})
    if saves(form, actions.invite_person, request.asker, person=row.id if row is not None else None):
        person, secret = form.made
        link = request.build_absolute_uri(reverse("web:invitation", args=[secret]))
        return show(request, "partners/invited.html", {"person": person, "link": link, "crumbs": crumbs}, sees=circle)
    context = {
        "form": form, "title": _("Invite a person"), "crumbs": crumbs, "submit": _("Make the link"), "back": {"href": crumbs[0][1], "label": _("Leave it")},
        "lead": _("An account, and a link by which they choose a password. It gives no seat: say for whom they work, next."),
    }  # fmt: skip
    return show(request, "frame/form.html", context, sees=row if row is not None else circle)


def begin(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.organisation(request.asker, circle=circle, id=id)
    policies.may_begin_membership(rights_of(request.asker), own=False, has_account=True, left=row.left is not None).insist()
    start = {"starts": today(request.asker), "person": request.GET.get("person", "")}
    form = MembershipForm(typed(request), people=queries.person_choices(request.asker), initial=start)
    if saves(form, actions.begin_membership, request.asker, organisation=row.id):
        if form.made.person.account_id == request.asker.id:
            return done(request, _("Written down. You cannot seat yourself: ask somebody else who may give seats to do it."), row)
        return done(request, _("Written down."), row)
    back = {"href": row.get_absolute_url(), "label": _("Leave it as it is")}
    context = {
        "form": form,
        "title": _("Who works for %(name)s?") % {"name": row.name},
        "crumbs": trail("organisations", _("Organisations"), (row.name, back["href"])),
        "back": back,
    }
    return show(request, "frame/form.html", context, sees=row)


def end(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.membership(request.asker, circle=circle, id=id)
    policies.may_end_membership(rights_of(request.asker), ended=queries.membership_line(request.asker, row).over).insist()
    lines = [
        _("Every seat that came with it ends now. To undo this, begin a membership again."),
        *_ends_with_it(request.asker, row),
    ]
    return ask(
        request, row, actions.end_membership, title=_("End a membership"),
        heading=_("%(person)s works for %(organisation)s no longer?") % {"person": row.person.name, "organisation": row.organisation.name}, lines=lines,
        submit=_("End it"), back=row.organisation.get_absolute_url(), said=_("The membership has ended, and its seats with it."),
        form=EndForm(typed(request), row=row, initial={"ends": today(request.asker)}),
    )  # fmt: skip


def _ends_with_it(asker: Asker, row: Membership) -> list[str]:
    """What else ends when this is the last organisation for which the person works."""
    if queries.works_elsewhere(asker, row):
        return []
    said = [_("It is the last organisation for which this person works here. So every other seat ends, too.")]
    if sits := [group.name for group in queries.sitting_groups(asker, circle=row.circle_id, person=row.person_id)]:
        said.append(_("Seats in these groups: %(groups)s.") % {"groups": ", ".join(sits)})
    if duties := queries.duties_of(asker, row.person.account_id, Words.now()):
        said.append(_("Offices: %(offices)s.") % {"offices": ", ".join(duties)})
    return said


def leave_own(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.membership(request.asker, circle=circle, id=id)
    line = queries.membership_line(request.asker, row)
    policies.may_leave_own(own=line.own, ended=line.over).insist()
    form = VersionForm(typed(request), row=row)
    if request.method == "POST" and form.is_valid() and form.does(actions.leave_own, request.asker, **seen(form, row)):
        return done(request, _("You have left. The seats that came with it have ended."), "web:home")
    context = {
        "form": form, "title": _("Leave an organisation"), "heading": _("Do you work for %(organisation)s no longer?") % {"organisation": row.organisation.name},
        "lines": [_("Every seat that came with it ends now. Somebody else has to let you in again."), *_ends_with_it(request.asker, row)],
        "submit": _("I work there no longer"), "back": {"href": reverse("web:me"), "label": _("Leave it as it is")}, "bad": True,
    }  # fmt: skip
    return show(request, "partners/ask.html", context, sees=row)


def seats(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.membership(request.asker, circle=circle, id=id)
    line = queries.membership_line(request.asker, row)
    policies.may_seat_member(rights_of(request.asker), own=line.own, ended=line.over, has_account=line.has_account).insist()
    return ask(
        request, row, actions.seat_member, title=_("Give the seats of a membership"),
        heading=_("%(person)s for %(organisation)s") % {"person": row.person.name, "organisation": row.organisation.name},
        lines=[_("Seats that this membership gave before end, and these begin now. Seats from an office or a group stay as they are.")], submit=_("Give these seats"),
        back=row.organisation.get_absolute_url(), said=_("The seats are given."), form=SeatForm(typed(request)), keys={"id": row.id, "circle": row.circle_id}, bad=False,
    )  # fmt: skip
