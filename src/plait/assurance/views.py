"""Who sits where, whether it is still needed, and the emergency access."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from plait.assurance import actions, policies, queries
from plait.assurance.forms import AnswerForm, AskForm, BeginForm, BreakForm, DecideForm, GlassForm
from plait.frame.forms import posted
from plait.frame.show import done, show
from plait.kernel import access
from plait.kernel.access import glass
from plait.kernel.rights import rights_of


def _seats() -> tuple[str, str]:
    return _("Seats"), reverse("assurance:circles")


def _emergency() -> tuple[str, str]:
    return _("Emergency access"), reverse("assurance:uses")


def circles(request: HttpRequest) -> HttpResponse:
    context = {"circles": queries.circles(request.asker)}
    return show(request, "assurance/circles.html", context, sees=access.partnership_circle())


def circle(request: HttpRequest, circle: UUID) -> HttpResponse:
    found = queries.circle(request.asker, circle)
    context = {
        "found": found,
        "crumbs": [_seats()],
        "may_begin": policies.may_begin(found.part, waits=found.line.waits),
        "title": found.line.name or _("Matter %(reference)s") % {"reference": found.line.reference},
    }
    return show(request, "assurance/circle.html", context, sees=access.partnership_circle())


def begin(request: HttpRequest, circle: UUID) -> HttpResponse:
    asker, found = request.asker, queries.circle(request.asker, circle)
    policies.may_begin(found.part, waits=found.line.waits).insist()
    form = BeginForm(posted(request), initial={"due": queries.today(asker) + policies.ANSWER_WITHIN})
    here = reverse("assurance:circle", args=[circle])
    if (
        request.method == "POST"
        and form.is_valid()
        and form.does(actions.begin_review, asker, circle=circle, due=form.cleaned_data["due"])
    ):
        return done(request, _("Each seat is asked for now."), here)
    context = {
        "form": form,
        "title": _("Review the seats"),
        "lead": _("Each seat that is open now is asked for once: keep it or end it, with a reason. A second person confirms."),
        "submit": _("Begin"),
        "crumbs": [_seats(), (found.line.name or found.line.reference, here)],
        "back": {"href": here, "label": _("Leave it")},
    }
    return show(request, "frame/form.html", context, sees=access.partnership_circle())


def answer(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    found, line = queries.seat(request.asker, circle, id)
    line.may_answer.insist()
    form, here = AnswerForm(posted(request)), reverse("assurance:circle", args=[circle])
    if request.method == "POST" and form.is_valid():
        actions.answer_seat(request.asker, circle=circle, id=id, **form.values())
        return done(request, _("Written down. A second person confirms it."), here)
    context = {
        "form": form,
        "line": line,
        "title": _("Is this seat still needed?"),
        "submit": _("Answer"),
        "crumbs": [_seats(), (found.line.name or found.line.reference, here)],
        "back": {"href": here, "label": _("Leave it")},
    }
    return show(request, "assurance/seat.html", context, sees=access.partnership_circle())


def decide(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    found, line = queries.seat(request.asker, circle, id)
    line.may_decide.insist()
    form, here = DecideForm(posted(request)), reverse("assurance:circle", args=[circle])
    if request.method == "POST" and form.is_valid():
        agree = form.cleaned_data["agree"] == "yes"
        actions.decide_seat(request.asker, circle=circle, id=id, agree=agree, note=form.cleaned_data["note"])
        return done(request, _("Confirmed.") if agree else _("It is asked again."), here)
    context = {
        "form": form,
        "line": line,
        "title": _("Confirm an answer"),
        "submit": _("Decide"),
        "crumbs": [_seats(), (found.line.name or found.line.reference, here)],
        "back": {"href": here, "label": _("Leave it")},
    }
    return show(request, "assurance/seat.html", context, sees=access.partnership_circle())


# the emergency access ----------------------------------------------------------------------------------------------------------


def uses(request: HttpRequest) -> HttpResponse:
    rights = rights_of(request.asker)
    context = {
        "uses": [(g, queries.GLASS_STATES[g.state]) for g in queries.uses(request.asker)],
        "now": request.asker.now,
        "may_use": glass.BREAK in rights,
        "may_ask": glass.ASK in rights,
    }
    return show(request, "assurance/uses.html", context, sees=access.partnership_circle())


def break_glass(request: HttpRequest) -> HttpResponse:
    """Told before shown. Whatever cannot be opened answers alike, so that a reference tells nothing of itself."""
    form = BreakForm(posted(request))
    if request.method == "POST" and form.is_valid():
        circle = form.cleaned_data["circle"]
        actions.break_glass(request.asker, circle=circle, reason=form.cleaned_data["reason"])
        return done(
            request,
            _("You may read for four hours. The stewards and the data protection officer have been told."),
            "web:why",
            circle,
        )
    context = {
        "form": form,
        "title": _("Emergency access"),
        "lead": _("For somebody with a duty of care, when nobody who may let you in can be reached in time. You read for four hours and write nothing."),
        "points": [
            _("The stewards of the record and the data protection officer are told in the same moment."),
            _("Within seven days somebody else checks against a fact elsewhere whether it was needed."),
            _("A conflict of interest that is written down keeps you out here, too."),
            _("How often this is used, and how often it was not justified, is published."),
        ],
        "submit": _("Read for four hours"),
        "crumbs": [_emergency()],
        "back": {"href": reverse("assurance:uses"), "label": _("Leave it")},
    }  # fmt: skip
    return show(request, "assurance/break.html", context, sees=access.partnership_circle())


def ask_steward(request: HttpRequest) -> HttpResponse:
    form, names = AskForm(posted(request)), None
    if request.method == "POST" and form.is_valid():
        names = glass.steward_of(request.asker, form.cleaned_data["circle"])
    context = {
        "form": form,
        "names": names,
        "title": _("Who is its steward?"),
        "lead": _("You have a reference and may not see what it belongs to. This says whom you can ask, and nothing else."),
        "submit": _("Ask"),
        "crumbs": [_emergency()],
        "back": {"href": reverse("assurance:uses"), "label": _("Leave it")},
    }
    return show(request, "assurance/steward.html", context, sees=access.partnership_circle())


def use(request: HttpRequest, id: UUID) -> HttpResponse:
    row = queries.use(request.asker, id)
    may = policies.may_review_glass(row.state, own=row.own)
    form = GlassForm(posted(request))
    if request.method == "POST":
        may.insist()
        if form.is_valid() and form.does(
            actions.review_glass,
            request.asker,
            id=id,
            justified=form.cleaned_data["justified"] == "yes",
            fact=form.cleaned_data["fact"],
        ):
            return done(request, _("Reviewed."), "assurance:uses")
    context = {
        "use": row,
        "state": queries.GLASS_STATES[row.state],
        "now": request.asker.now,
        "may": may,
        "form": form,
        "crumbs": [_emergency()],
        "title": _("Use %(reference)s") % {"reference": row.reference},
    }
    return show(request, "assurance/use.html", context, sees=access.partnership_circle())
