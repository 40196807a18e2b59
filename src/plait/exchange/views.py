"""Pages of the exchange."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plait import packs
from plait.exchange import actions, policies, queries
from plait.exchange.forms import LessonForm, VersionForm
from plait.exchange.models import Lesson
from plait.frame import links
from plait.frame.forms import posted
from plait.frame.lists import Ask, export
from plait.frame.show import done, sees_of, show
from plait.kernel import access, log, release
from plait.kernel.decisions import Decision
from plait.kernel.log import LogEntry

FIELDS = {
    "title": gettext_lazy("Name"),
    "public_text": gettext_lazy("What was learnt"),
    "purpose": gettext_lazy("Purpose"),
    "direction": gettext_lazy("Whose"),
    "city": gettext_lazy("City"),
    "case_text": gettext_lazy("Case"),
    "changed": gettext_lazy("What changed"),
    "outcome": gettext_lazy("What came of it"),
    "strength": gettext_lazy("How well it is known"),
    "share": gettext_lazy("May be shared"),
}
WORDS = ("purpose", "direction", "strength")


def _home() -> tuple[str, str]:
    return _("Lessons"), reverse("exchange:lessons")


def lessons(request: HttpRequest) -> HttpResponse:
    circle = access.partnership_circle()
    ask = Ask.of(request, queries.SPEC)
    if ask.format:
        label = sees_of(request.asker, circle)
        rows = queries.lessons_for_export(request.asker, ask=ask)
        return export(rows, queries.SPEC, ask.format, label=label, title=_("Lessons"), asker=request.asker, now=request.asker.now)
    context = {
        "page": queries.lessons(request.asker, ask=ask),
        "standing": queries.standing(request.asker),
        "may_add": policies.may_add(queries.writes_in(request.asker, circle)),
    }
    return show(request, "exchange/lessons.html", context, sees=circle)


def _in_words(entry: LogEntry, pack: packs.Pack) -> LogEntry:
    """An entry with the pack's words in place of its keys."""
    said = queries.language()

    def worded(values: dict[str, Any] | None) -> dict[str, Any] | None:
        if values is None:
            return None
        return {
            **values,
            **{name: pack.vocabulary(f"lesson_{name}").label(values[name], said) for name in WORDS if values.get(name)},
        }

    return replace(entry, before=worded(entry.before), after=worded(entry.after))


def lesson(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.lesson(request.asker, circle=circle, id=id)
    pack, said = packs.current(), queries.language()
    writes, withdrawn = queries.writes_in(request.asker, circle), row.withdrawn_on is not None
    linked = [
        ("group", row.group_id, row.group.name if row.group else ""),
        ("risk", row.risk_id, str(row.risk) if row.risk_id else ""),
    ]
    context = {
        "lesson": row,
        "crumbs": [_home()],
        "linked": {
            kind: (title, next(iter(links.of(request.asker, kind, [(circle, key)])), None)) for kind, key, title in linked if key
        },
        "words": {name: pack.vocabulary(f"lesson_{name}").label(getattr(row, name), said) for name in WORDS},
        "may_change": policies.may_change(writes, withdrawn),
        "may_withdraw": _may_withdraw(request, row, queries.is_public(row)),
        "may_bring_back": policies.may_bring_back(writes, withdrawn),
        "writes": writes,
        "outside": release.outside(request.asker, "lesson", row),
        "entries": [_in_words(e, pack) for e in log.history(request.asker, Lesson._meta.db_table, circle, id)],
        "fields": FIELDS,
        "groups": links.about(request.asker, "lesson", circle, id),
    }
    return show(request, "exchange/lesson.html", context, sees=row)


def add(request: HttpRequest) -> HttpResponse:
    circle = access.partnership_circle()
    policies.may_add(queries.writes_in(request.asker, circle)).insist()
    start = {name: request.GET.get(name, "") for name in ("risk", "group") if request.GET.get(name)}
    form = LessonForm(posted(request), choosable=queries.choosable(request.asker, circle=circle), initial=start)
    if form.is_valid() and form.does(actions.add_lesson, request.asker, circle=circle, **form.values()):
        return done(request, _("The lesson has been written down."), form.made)
    context = {
        "form": form,
        "title": _("Write down a lesson"),
        "crumbs": [_home()],
        "back": {"href": _home()[1], "label": _("Leave it")},
    }
    return show(request, "frame/form.html", context, sees=circle)


def change(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.lesson(request.asker, circle=circle, id=id)
    policies.may_change(queries.writes_in(request.asker, circle), row.withdrawn_on is not None).insist()
    form = LessonForm(posted(request), choosable=queries.choosable(request.asker, circle=circle, row=row), row=row)
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        if form.does(actions.change_lesson, request.asker, id=id, circle=circle, version=version, **form.values()):
            return done(request, _("Saved."), row)
    context = {"form": form, "title": _("Change the lesson"), "crumbs": _trail(row), "back": _back(row)}
    return show(request, "frame/form.html", context, sees=row)


def _may_withdraw(request: HttpRequest, row: Lesson, public: bool) -> Decision:
    writes, withdrawn = queries.writes_in(request.asker, row.circle_id), row.withdrawn_on is not None
    return policies.may_withdraw(writes, withdrawn, public, public and queries.may_take_off(request.asker, row.circle_id))


def withdraw(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.lesson(request.asker, circle=circle, id=id)
    public = queries.is_public(row)
    _may_withdraw(request, row, public).insist()
    form = VersionForm(posted(request), initial={"version": row.version})
    if form.is_valid():
        actions.withdraw_lesson(request.asker, id=id, circle=circle, version=form.cleaned_data["version"])
        return done(request, _("The lesson has been taken back. You can bring it back from its page."), row)
    context = {"form": form, "lesson": row, "public": public, "crumbs": _trail(row), "back": _back(row)}
    return show(request, "exchange/withdraw.html", context, sees=row)


def bring_back(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.lesson(request.asker, circle=circle, id=id)
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    actions.bring_back_lesson(request.asker, id=id, circle=circle, version=version)
    return done(request, _("The lesson is back."), row)


def _trail(row: Lesson) -> list[tuple[str, str]]:
    return [_home(), (row.title, row.get_absolute_url())]


def _back(row: Lesson) -> dict[str, str]:
    return {"href": row.get_absolute_url(), "label": _("Leave it as it is")}
