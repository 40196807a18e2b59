"""Pages about groups."""

from __future__ import annotations

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
from plait.partners.forms import ChairForm, GroupForm, MemberForm, NewGroupForm
from plait.partners.models import Group
from plait.partners.places import languages
from plait.partners.queries import Words
from plait.partners.views.common import ask, public_copy, saves, seen, trail, typed

TITLE = gettext_lazy("Groups")
FIELDS = {
    "name": gettext_lazy("Name"), "kind": gettext_lazy("Kind"), "public_text": gettext_lazy("What it is for"), "terms": gettext_lazy("Terms of reference"),
    "meets": gettext_lazy("Meets"), "ends": gettext_lazy("Ended"),
}  # fmt: skip


def groups(request: HttpRequest) -> HttpResponse:
    circle, words = access.partnership_circle(), Words.now()
    spec = queries.groups_spec(words)
    asked = Ask.of(request, spec)
    if asked.format:
        rows = queries.groups_for_export(request.asker, ask=asked, words=words, spec=spec)
        return export(
            rows,
            spec,
            asked.format,
            label=sees_of(request.asker, circle),
            title=TITLE,
            asker=request.asker,
            now=request.asker.now,
        )
    page = queries.groups(request.asker, ask=asked, words=words, spec=spec)
    return show(
        request,
        "partners/groups.html",
        {"page": page, "tab": "groups", "may_add": policies.may_edit_group(rights_of(request.asker))},
        sees=circle,
    )


def _chairs(request: HttpRequest, row: Group) -> bool:
    return row.chair is not None and row.chair.account_id is not None and row.chair.account_id == request.asker.id


def group(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row, words, rights = queries.group(request.asker, circle=circle, id=id), Words.now(), rights_of(request.asker)
    ended = row.ends is not None
    context = {
        "group": row,
        "crumbs": trail("groups", TITLE),
        "kind": words.label("group_kind", row.kind),
        "chair_works": queries.organisations_of(request.asker, row.chair_id) if row.chair_id else (),
        "members": queries.members(request.asker, row),
        "by_office": queries.offices_sitting_in(row.kind, words) if not ended else [],
        "own_circle": access.circle_of(request.asker, row.own_circle_id),
        "may_edit": policies.may_edit_group(rights, ended=ended),
        "may_chair": policies.may_set_chair(rights, own=False, ended=ended),
        "may_add": policies.may_add_member(rights, own=False, chairs=_chairs(request, row), ended=ended),
        "may_end_member": policies.may_end_member(rights, ended=False),
        "may_end": policies.may_end_group(rights, ended=ended),
        "may_reopen": policies.may_reopen_group(rights, ended=ended),
        "outside": release.outside(request.asker, "group", row),
        "entries": queries.history(request.asker, row, words, {"kind": "group_kind"}),
        "fields": FIELDS,
        "groups": links.about(request.asker, "group", circle, id),
    }
    return show(request, "partners/group.html", context, sees=row)


def add(request: HttpRequest) -> HttpResponse:
    policies.may_edit_group(rights_of(request.asker)).insist()
    people = queries.person_choices(request.asker)
    form = NewGroupForm(
        typed(request), words=Words.now(), people=people, languages=languages(), initial={"starts": today(request.asker)}
    )
    if saves(form, actions.add_group, request.asker):
        return done(request, _("The group is set up, and its circle is open."), form.made)
    crumbs = trail("groups", TITLE)
    context = {
        "form": form, "title": _("Set up a group"), "crumbs": crumbs, "back": {"href": crumbs[0][1], "label": _("Leave it")},
        "lead": _("Leave yourself out: the group's chair can add you afterwards."),
    }  # fmt: skip
    return show(request, "frame/form.html", context, sees=access.partnership_circle())


def change(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.group(request.asker, circle=circle, id=id)
    policies.may_edit_group(rights_of(request.asker), ended=row.ends is not None).insist()
    form = GroupForm(typed(request), words=Words.now(), languages=languages(), row=row)
    if saves(form, actions.change_group, request.asker, **seen(form, row)):
        return done(request, _("Saved."), form.made)
    back = {"href": row.get_absolute_url(), "label": _("Leave it as it is")}
    return show(
        request,
        "frame/form.html",
        {
            "form": form,
            "title": _("Change %(name)s") % {"name": row.name},
            "crumbs": trail("groups", TITLE, (row.name, back["href"])),
            "back": back,
        },
        sees=row,
    )


def chair(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.group(request.asker, circle=circle, id=id)
    policies.may_set_chair(rights_of(request.asker), own=False, ended=row.ends is not None).insist()
    without = [row.chair_id] if row.chair_id else []
    form = ChairForm(
        typed(request), people=queries.person_choices(request.asker, without=without), row=row, initial={"chair": ""}
    )
    return ask(
        request, row, actions.set_chair, title=_("Another chair"), heading=_("Who chairs %(name)s?") % {"name": row.name},
        lines=[_("The new chair becomes steward of the group's circle. The former chair's seat there ends; add them as a member if they stay.")],
        submit=_("Write down the new chair"), back=row.get_absolute_url(), said=_("Written down."), form=form, bad=False,
    )  # fmt: skip


def add_member(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.group(request.asker, circle=circle, id=id)
    policies.may_add_member(
        rights_of(request.asker), own=False, chairs=_chairs(request, row), ended=row.ends is not None
    ).insist()
    sits = [member.person_id for member in queries.members(request.asker, row) if member.ends is None]
    people = queries.person_choices(request.asker, without=[*sits, *([row.chair_id] if row.chair_id else [])])
    form = MemberForm(typed(request), people=people)
    if saves(form, actions.add_member, request.asker, group=row.id, circle=row.circle_id):
        return done(request, _("Added: they sit in the group's circle from today."), row)
    back = {"href": row.get_absolute_url(), "label": _("Leave it as it is")}
    return show(
        request,
        "frame/form.html",
        {
            "form": form,
            "title": _("Add a member to %(name)s") % {"name": row.name},
            "crumbs": trail("groups", TITLE, (row.name, back["href"])),
            "back": back,
        },
        sees=row,
    )


def end_member(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.group_member(request.asker, circle=circle, id=id)
    policies.may_end_member(rights_of(request.asker), ended=row.ends is not None).insist()
    return ask(
        request, row, actions.end_member, title=_("A member leaves"), heading=_("%(person)s leaves %(group)s?") % {"person": row.person.name, "group": row.group.name},
        lines=[_("The seat in the group's circle ends now. To undo this, add them again.")], submit=_("Write down that they left"),
        back=row.group.get_absolute_url(), said=_("Written down."),
    )  # fmt: skip


def end(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row, words = queries.group(request.asker, circle=circle, id=id), Words.now()
    policies.may_end_group(rights_of(request.asker), ended=row.ends is not None).insist()
    before, after = public_copy(request, "group", row, words)
    return ask(
        request, row, actions.end_group, title=_("End a group"), heading=_("%(name)s ends?") % {"name": row.name},
        lines=[_("Chair and members rise: their seats in the group's circle end. What was written there stays there."), *before], submit=_("End the group"),
        back=row.get_absolute_url(), said=after(_("The group has ended.")),
    )  # fmt: skip


def reopen(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.group(request.asker, circle=circle, id=id)
    policies.may_reopen_group(rights_of(request.asker), ended=row.ends is not None).insist()
    return ask(
        request, row, actions.reopen_group, title=_("Open a group again"), heading=_("%(name)s works again?") % {"name": row.name},
        lines=[_("Nobody's seat comes back by itself: name a chair and add its members next.")], submit=_("Open it again"), back=row.get_absolute_url(),
        said=_("The group works again. Name its chair next."), bad=False,
    )  # fmt: skip
