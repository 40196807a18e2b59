"""Who is at the table, and the register of empty seats."""

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
from plait.kernel.acting import Asker
from plait.kernel.rights import rights_of
from plait.partners import actions, policies, queries, rows
from plait.partners.forms import GapForm
from plait.partners.models import Gap
from plait.partners.places import languages
from plait.partners.queries import NEEDS, Words
from plait.partners.views.common import ask as ask_first
from plait.partners.views.common import public_copy, saves, seen, trail, typed

TITLE = gettext_lazy("Empty seats")
FIELDS = {
    "state": gettext_lazy("How far"), "public_text": gettext_lazy("Why it matters"), "next_step": gettext_lazy("Next step"),
    "widen": gettext_lazy("More are needed"), "withdrawn_on": gettext_lazy("Taken out"),
}  # fmt: skip


def coverage(request: HttpRequest) -> HttpResponse:
    circle, words = access.partnership_circle(), Words.now()
    context = {
        "coverage": queries.coverage(request.asker, words),
        "needs": NEEDS,
        "tab": "coverage",
        "may_edit": policies.may_edit(rights_of(request.asker)),
    }
    return show(request, "partners/coverage.html", context, sees=circle)


def gaps(request: HttpRequest) -> HttpResponse:
    circle, words = access.partnership_circle(), Words.now()
    spec = queries.gaps_spec(words)
    asked = Ask.of(request, spec)
    if asked.format:
        found = queries.gaps_for_export(request.asker, ask=asked, words=words, spec=spec)
        return export(
            found,
            spec,
            asked.format,
            label=sees_of(request.asker, circle),
            title=TITLE,
            asker=request.asker,
            now=request.asker.now,
        )
    page = queries.gaps(request.asker, ask=asked, words=words, spec=spec)
    return show(
        request,
        "partners/gaps.html",
        {"page": page, "tab": "gaps", "may_edit": policies.may_edit(rights_of(request.asker))},
        sees=circle,
    )


def gap(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row, words, rights = queries.gap(request.asker, circle=circle, id=id), Words.now(), rights_of(request.asker)
    place = next((each for each in queries.coverage(request.asker, words).places if each.key == row.stakeholder), None)
    withdrawn = row.withdrawn_on is not None
    context = {
        "gap": row,
        "crumbs": trail("coverage", _("Who is at the table"), *trail("gaps", TITLE)),
        "stakeholder": words.label("stakeholder", row.stakeholder),
        "place": place,
        "need": NEEDS.get(place.need, "") if place else "",
        "state": words.label("gap_state", row.state),
        "closed": rows.closed(row),
        "why_not": policies.gap_may_be_public(closed=rows.closed(row), withdrawn=withdrawn).because,
        "may_edit": policies.may_edit(rights),
        "may_withdraw": policies.may_withdraw_gap(rights, withdrawn=withdrawn),
        "may_restore": policies.may_restore_gap(rights, withdrawn=withdrawn),
        "outside": release.outside(request.asker, "gap", row),
        "entries": queries.history(request.asker, row, words, {"state": "gap_state"}),
        "fields": FIELDS,
        "groups": links.about(request.asker, "gap", circle, id),
    }
    return show(request, "partners/gap.html", context, sees=row)


def _form(request: HttpRequest, row: Gap | None = None, **start: str) -> GapForm:
    return GapForm(
        typed(request),
        words=Words.now(),
        people=queries.person_choices(request.asker),
        languages=languages(),
        row=row,
        initial=start,
    )


def add(request: HttpRequest) -> HttpResponse:
    policies.may_edit(rights_of(request.asker)).insist()
    wanted = request.GET.get("stakeholder", "")
    there = queries.gap_of_kind(request.asker, wanted) if wanted and request.method == "GET" else None
    if there is not None:
        return done(request, _("There is an entry for this kind of partner already."), there)
    form = _form(request, stakeholder=wanted, state="open")
    if saves(form, _add, request.asker):
        return done(request, _("Entered."), form.made)
    crumbs = trail("coverage", _("Who is at the table"))
    context = {
        "form": form,
        "title": _("An empty seat"),
        "crumbs": crumbs,
        "back": {"href": crumbs[0][1], "label": _("Leave it")},
    }
    return show(request, "frame/form.html", context, sees=access.partnership_circle())


def _add(asker: Asker, *, widen: bool, **given: Any) -> Gap:
    """A box left empty does not say "no": whether some take part already is looked up then."""
    return actions.add_gap(asker, widen=widen or None, **given)


def change(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.gap(request.asker, circle=circle, id=id)
    policies.may_edit(rights_of(request.asker)).insist()
    form = _form(request, row)
    if saves(form, actions.change_gap, request.asker, **seen(form, row)):
        return done(request, _("Saved."), form.made)
    back = {"href": row.get_absolute_url(), "label": _("Leave it as it is")}
    title = Words.now().label("stakeholder", row.stakeholder)
    return show(
        request,
        "frame/form.html",
        {"form": form, "title": title, "crumbs": trail("gaps", TITLE, (title, back["href"])), "back": back},
        sees=row,
    )


def withdraw(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row, words = queries.gap(request.asker, circle=circle, id=id), Words.now()
    policies.may_withdraw_gap(rights_of(request.asker), withdrawn=row.withdrawn_on is not None).insist()
    before, after = public_copy(request, "gap", row, words)
    return ask_first(
        request, row, actions.withdraw_gap, title=_("Take an entry out"), heading=_("Take out: %(name)s?") % {"name": words.label("stakeholder", row.stakeholder)},
        lines=[_("It leaves the register. It can be put back as it stands."), *before], submit=_("Take it out"), back=row.get_absolute_url(),
        said=after(_("The entry is taken out.")),
    )  # fmt: skip


def restore(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row, words = queries.gap(request.asker, circle=circle, id=id), Words.now()
    policies.may_restore_gap(rights_of(request.asker), withdrawn=row.withdrawn_on is not None).insist()
    return ask_first(
        request, row, actions.restore_gap, title=_("Put an entry back"), heading=_("Put back: %(name)s?") % {"name": words.label("stakeholder", row.stakeholder)},
        lines=[_("It stands in the register again. For the public it must be released anew.")], submit=_("Put it back"), back=row.get_absolute_url(),
        said=_("The entry stands again."), bad=False,
    )  # fmt: skip
