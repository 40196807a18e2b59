"""Pages of the programme."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plait import packs
from plait.frame import links
from plait.frame.forms import posted
from plait.frame.lists import Ask, export
from plait.frame.show import done, sees_of, show
from plait.kernel import access, log, release
from plait.kernel.decisions import Decision
from plait.kernel.log import LogEntry
from plait.programme import actions, policies, queries
from plait.programme.forms import MoveForm, PriorityForm, VersionForm
from plait.programme.models import Priority

FIELDS = {
    "state": gettext_lazy("State"),
    "state_note": gettext_lazy("Why"),
    "title": gettext_lazy("Name"),
    "public_text": gettext_lazy("Objective"),
    "due": gettext_lazy("Due"),
    "horizon": gettext_lazy("When"),
    "measure": gettext_lazy("Measure"),
    "next_step": gettext_lazy("Next step"),
}


def _home() -> tuple[str, str]:
    return _("Priorities"), reverse("programme:priorities")


def priorities(request: HttpRequest) -> HttpResponse:
    circle = access.partnership_circle()
    ask = Ask.of(request, queries.SPEC)
    if ask.format:
        label = sees_of(request.asker, circle)
        rows = queries.priorities_for_export(request.asker, ask=ask)
        return export(
            rows, queries.SPEC, ask.format, label=label, title=_("Priorities"), asker=request.asker, now=request.asker.now
        )
    context = {
        "page": queries.priorities(request.asker, ask=ask),
        "standing": queries.standing(request.asker),
        "may_add": policies.may_add(queries.writes_in(request.asker, circle)),
    }
    return show(request, "programme/priorities.html", context, sees=circle)


def _in_words(entry: LogEntry, pack: packs.Pack) -> LogEntry:
    """An entry with the pack's words in place of its keys."""
    said = queries.language()

    def worded(values: dict[str, Any] | None) -> dict[str, Any] | None:
        if values is None:
            return None
        found = {
            name: pack.vocabulary(f"priority_{name}").label(values[name], said)
            for name in ("state", "horizon")
            if values.get(name)
        }
        return {**values, **found}

    return replace(entry, before=worded(entry.before), after=worded(entry.after))


def priority(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.priority(request.asker, circle=circle, id=id)
    pack, said = packs.current(), queries.language()
    writes = queries.writes_in(request.asker, circle)
    withdrawn = row.withdrawn_on is not None
    stakeholders = pack.vocabulary("stakeholder")
    answers = [
        ("risk", row.risk_id, str(row.risk) if row.risk_id else ""),
        ("gap", row.gap_id, stakeholders.label(row.gap.stakeholder, said) if row.gap else ""),
    ]
    shown = [(title, next(iter(links.of(request.asker, kind, [(circle, key)])), None)) for kind, key, title in answers if key]
    context = {
        "priority": row,
        "crumbs": [_home()],
        "answers": shown,
        "state": pack.vocabulary("priority_state").label(row.state, said),
        "horizon": pack.vocabulary("priority_horizon").label(row.horizon, said),
        "late": policies.is_late(row.state, row.due, withdrawn, queries.today(request.asker)),
        "may_change": policies.may_change(writes, withdrawn),
        "may_withdraw": _may_withdraw(request, row, queries.is_public(row)),
        "may_bring_back": policies.may_bring_back(writes, withdrawn),
        "writes": writes,
        "outside": release.outside(request.asker, "priority", row),
        "entries": [_in_words(e, pack) for e in log.history(request.asker, Priority._meta.db_table, circle, id)],
        "fields": FIELDS,
        "groups": links.about(request.asker, "priority", circle, id),
    }
    return show(request, "programme/priority.html", context, sees=row)


def add(request: HttpRequest) -> HttpResponse:
    circle = access.partnership_circle()
    policies.may_add(queries.writes_in(request.asker, circle)).insist()
    choosable = queries.choosable(request.asker, circle=circle)
    start = {name: request.GET.get(name, "") for name in ("risk", "gap") if request.GET.get(name)}
    form = PriorityForm(posted(request), choosable=choosable, initial=start)
    if form.is_valid() and form.does(actions.add_priority, request.asker, circle=circle, **form.values()):
        return done(request, _("The priority has been added."), form.made)
    context = {
        "form": form,
        "title": _("Add a priority"),
        "crumbs": [_home()],
        "back": {"href": _home()[1], "label": _("Leave it")},
    }
    return show(request, "frame/form.html", context, sees=circle)


def change(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.priority(request.asker, circle=circle, id=id)
    policies.may_change(queries.writes_in(request.asker, circle), row.withdrawn_on is not None).insist()
    form = PriorityForm(posted(request), choosable=queries.choosable(request.asker, circle=circle, row=row), row=row)
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        if form.does(actions.change_priority, request.asker, id=id, circle=circle, version=version, **form.values()):
            return done(request, _("Saved."), row)
    context = {"form": form, "title": _("Change the priority"), "crumbs": _trail(row), "back": _back(row)}
    return show(request, "frame/form.html", context, sees=row)


def move(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.priority(request.asker, circle=circle, id=id)
    policies.may_change(queries.writes_in(request.asker, circle), row.withdrawn_on is not None).insist()
    form = MoveForm(posted(request), row=row)
    if form.is_valid():
        given = form.values("version")
        if form.does(
            actions.move_priority, request.asker, id=id, circle=circle, version=form.cleaned_data["version"] or 0, **given
        ):
            return done(request, _("Saved."), row)
    stands = packs.current().vocabulary("priority_state").label(row.state, queries.language())
    lead = _("Now it stands at: %(state)s.") % {"state": stands}
    context = {"form": form, "title": _("Say where it stands"), "lead": lead, "crumbs": _trail(row), "back": _back(row)}
    return show(request, "frame/form.html", context, sees=row)


def _may_withdraw(request: HttpRequest, row: Priority, public: bool) -> Decision:
    writes, withdrawn = queries.writes_in(request.asker, row.circle_id), row.withdrawn_on is not None
    return policies.may_withdraw(writes, withdrawn, public, public and queries.may_take_off(request.asker, row.circle_id))


def withdraw(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.priority(request.asker, circle=circle, id=id)
    public = queries.is_public(row)
    _may_withdraw(request, row, public).insist()
    form = VersionForm(posted(request), initial={"version": row.version})
    if form.is_valid():
        actions.withdraw_priority(request.asker, id=id, circle=circle, version=form.cleaned_data["version"])
        return done(request, _("The priority has been taken back. You can bring it back from its page."), row)
    context = {"form": form, "priority": row, "public": public, "crumbs": _trail(row), "back": _back(row)}
    return show(request, "programme/withdraw.html", context, sees=row)


def bring_back(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.priority(request.asker, circle=circle, id=id)
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    actions.bring_back_priority(request.asker, id=id, circle=circle, version=version)
    return done(request, _("The priority is back."), row)


def _trail(row: Priority) -> list[tuple[str, str]]:
    return [_home(), (row.title, row.get_absolute_url())]


def _back(row: Priority) -> dict[str, str]:
    return {"href": row.get_absolute_url(), "label": _("Leave it as it is")}
