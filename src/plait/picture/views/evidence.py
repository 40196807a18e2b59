"""Evidence: the list, one item, and adding it one question a page."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from plait import packs
from plait.frame import charts
from plait.frame.forms import PlaitForm, posted
from plait.frame.lists import Ask, export
from plait.frame.show import done, sees_of, show
from plait.kernel import access
from plait.kernel.errors import Invalid, NotFound
from plait.kernel.models import Level
from plait.picture import actions, drafts, forms, looks_like, policies, queries, words
from plait.picture.models import Evidence
from plait.picture.views.common import circles_said, crumbs, history, one_question, pressed, version_of


def evidence_list(request: HttpRequest) -> HttpResponse:
    asker = request.asker
    known = queries.circles(asker)
    spec = queries.evidence_spec(asker, known)
    ask = Ask.of(request, spec)
    if ask.format:
        rows = queries.evidence_rows(known, ask, spec)
        label = sees_of(asker, queries.narrowest(rows, known))
        return export(rows, spec, ask.format, label=label, title=_("Evidence"), asker=asker, now=asker.now)
    page = queries.evidence_page(known, ask, spec)
    here = access.partnership_circle()
    context = {
        "page": page,
        "said": words.labels("theme", "evidence_kind"),
        "places": words.place_names(),
        "circles": known,
        "partnership_circle": here,
        "may_add": policies.may_add(Level.CONTRIBUTOR if access.may_write(asker) else Level.READER),
        "draft": bool(drafts.kept(request)),
        "map": _map(here),
    }
    return show(request, "picture/evidence_list.html", context, sees=queries.narrowest(page.rows, known))


def _map(circle: uuid.UUID) -> dict[str, Any] | None:
    """Where the partnership's knowledge comes from. Not a map of danger."""
    p = words.partnership()
    if not p.places:
        return None
    counts, places = queries.from_places([circle]), dict(words.places(p))
    narrow = {key: n for key, n in counts.items() if key != words.TOWN and key in places}
    silent = [name for key, name in places.items() if key != words.TOWN and not narrow.get(key)]
    link = f"{reverse('picture:evidence_list')}?place="
    drawn = charts.outline_map(
        p.outline, p.places, {key: narrow.get(key) for key in places}, unit=_("items"), hrefs={key: link + key for key in narrow}
    )
    title = (
        ngettext("Nobody has told us anything from %(n)d place", "Nobody has told us anything from %(n)d places", len(silent))
        % {"n": len(silent)}
        if silent
        else _("We know something from every place")
    )
    return {
        "drawn": drawn,
        "title": title,
        "legend": charts.legend(drawn),
        "town": counts.get(words.TOWN, 0),
        "town_href": link + words.TOWN,
    }


def evidence(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    asker = request.asker
    row = queries.evidence(asker, circle, id)
    said, level, own = words.labels(), queries.level(asker, circle), row.made_by_id == asker.id
    context = {
        "evidence": row,
        "said": said,
        "place": words.place_names().get(row.place, row.place),
        "links": queries.risks_of(row),
        "files": queries.files_of(asker, row),
        "own": own,
        "may_change": policies.may_change(level, own, row.withdrawn_on is not None),
        "may_bring_back": policies.may_bring_back(level, own, row.withdrawn_on is not None),
        "grading": packs.current().grading.about.said(words.language()),
        "crumbs": crumbs((_("Evidence"), reverse("picture:evidence_list"))),
        **history(request, "picture_evidence", row),
    }
    return show(request, "picture/evidence.html", context, sees=row)


def change(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    asker = request.asker
    row = queries.evidence(asker, circle, id)
    policies.may_change(queries.level(asker, circle), row.made_by_id == asker.id, row.withdrawn_on is not None).insist()
    form = forms.EvidenceForm(posted(request), row=row)
    if form.is_valid() and form.does(
        actions.change_evidence, asker, id=id, circle=circle, version=version_of(form), **form.values("version", "circle")
    ):
        return done(request, _("Saved. The words before stay in its history."), row)
    findings = _findings(
        form.data.get("what", "") if form.is_bound else row.what,
        form.data.get("title", "") if form.is_bound else row.title,
        row.lang,
    )
    return one_question(
        request,
        form,
        title=_("Change the evidence"),
        submit=_("Save"),
        back=(row.get_absolute_url(), _("Leave it as it is")),
        sees=row,
        trail=_trail(row),
        template="picture/evidence_form.html",
        findings=findings,
        grade_open=any(n in form.errors for n in ("reliability", "credibility")),
        evidence=row,
    )


def withdraw(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    asker = request.asker
    row = queries.evidence(asker, circle, id)
    policies.may_withdraw(
        queries.level(asker, circle), row.made_by_id == asker.id, row.withdrawn_on is not None, False, False
    ).insist()
    form = forms.WhyForm(posted(request), initial={"version": row.version})
    if form.is_valid() and form.does(actions.withdraw_evidence, asker, id=id, circle=circle, **form.values()):
        return done(request, _("Withdrawn. You can bring it back from its page."), row)
    effects = [
        _("Lists leave it out, and it no longer stands behind a risk."),
        _("Its page and its history stay. You can bring it back from there."),
    ]
    return one_question(
        request,
        form,
        title=_("Withdraw this evidence?"),
        submit=_("Withdraw it"),
        back=(row.get_absolute_url(), _("Leave it as it is")),
        sees=row,
        trail=_trail(row),
        template="picture/withdraw.html",
        effects=effects,
        heading=row.title,
        lang=row.lang,
    )


def bring_back(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    return pressed(request, actions.bring_back_evidence, queries.evidence(request.asker, circle, id), _("The evidence is back."))


def _trail(row: Evidence) -> list[Any]:
    return crumbs((_("Evidence"), reverse("picture:evidence_list")), (row.title, row.get_absolute_url()))


def _findings(what: str, title: str, lang: str) -> list[looks_like.Finding]:
    return looks_like.look(f"{title}.\n{what}" if title else what, lang=lang, known=queries.known_names())


# ---- one question a page ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """One page of the form: its address, the part of the way it belongs to, its form and the answers it gives."""

    slug: str
    part: Any
    form: type[PlaitForm]
    answers: tuple[str, ...]


QUESTIONS = (
    Question("what", gettext_lazy("What"), forms.WhatForm, ("what", "title")),
    Question("how", gettext_lazy("How you know"), forms.HowForm, ("how",)),
    Question("sure", gettext_lazy("How you know"), forms.SureForm, ("sure",)),
    Question("when", gettext_lazy("When and where"), forms.WhenForm, ("happened_on",)),
    Question("where", gettext_lazy("When and where"), forms.WhereForm, ("place",)),
    Question("about", gettext_lazy("Theme"), forms.AboutForm, ("themes", "kind")),
    Question("who", gettext_lazy("Who reads it"), forms.WhoForm, ("circle",)),
)
CHECK = gettext_lazy("Check")


def _circles(request: HttpRequest) -> list[Any]:
    found = access.may_write(request.asker)
    if not found:
        policies.may_add(Level.READER).insist()
    return found


def _questions(circles: list[Any]) -> list[Question]:
    """With one circle to write in there is nothing to ask about readers; the check page says who they are."""
    return [q for q in QUESTIONS if q.slug != "who" or len(circles) > 1]


def _steps(questions: list[Question], at: str) -> list[dict[str, Any]]:
    parts = [*dict.fromkeys(str(q.part) for q in questions), str(CHECK)]
    now = parts.index(next((str(q.part) for q in questions if q.slug == at), str(CHECK)))
    return [{"label": label, "state": "now" if n == now else "done" if n < now else ""} for n, label in enumerate(parts)]


def _address(slug: str) -> str:
    return reverse("picture:check_evidence") if slug == "check" else reverse("picture:evidence_step", args=[slug])


def _next(questions: list[Question], answers: dict[str, Any]) -> str:
    """The first question that was not answered yet, else the check page."""
    return next((q.slug for q in questions if q.answers[0] not in answers), "check")


def _see_other(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def add(request: HttpRequest) -> HttpResponse:
    """Goes to where somebody stopped."""
    return _see_other(_address(_next(_questions(_circles(request)), drafts.kept(request))))


def _form(q: Question, circles: list[Any], data: Any, answers: dict[str, Any], request: HttpRequest) -> PlaitForm:
    initial = {name: answers[name] for name in q.answers if name in answers}
    if q.slug != "who":
        return q.form(data, initial=initial)
    hints = {str(c.id): _people(access.audience(request.asker, c.id)) for c in circles}
    return q.form(data, initial={"circle": str(circles[0].id)} | initial, circles=circles_said(circles), hints=hints)


def _people(audience: Any) -> str:
    return ngettext("%(n)d person", "%(n)d people", audience.people) % {"n": audience.people} if audience else ""


def step(request: HttpRequest, step: str) -> HttpResponse:
    circles = _circles(request)
    questions = _questions(circles)
    slugs = [q.slug for q in questions]
    if step not in slugs:
        raise NotFound
    at = slugs.index(step)
    q, answers = questions[at], drafts.kept(request)
    form = _form(q, circles, posted(request), answers, request)
    if form.is_bound and form.is_valid():
        answers |= form.values()
        drafts.keep(request, answers)
        return _see_other(_address(_next(questions, answers)))
    return _question_page(request, q, form, questions)


def _question_page(request: HttpRequest, q: Question, form: PlaitForm, questions: list[Question]) -> HttpResponse:
    slugs = [s.slug for s in questions]
    at = slugs.index(q.slug)
    fields = list(form.visible_fields())
    context = {
        "form": form,
        "title": _("Add evidence"),
        "first": fields[0],
        "others": fields[1:],
        "steps": _steps(questions, q.slug),
        "back": {
            "href": _address(slugs[at - 1]) if at else reverse("picture:evidence_list"),
            "label": _("Back") if at else _("Leave it for now"),
        },
        "help_lines": q.slug == "what",
        "crumbs": crumbs((_("Evidence"), reverse("picture:evidence_list"))),
    }
    return show(request, "picture/evidence_step.html", context)


def check(request: HttpRequest) -> HttpResponse:
    circles = _circles(request)
    questions, answers = _questions(circles), drafts.kept(request)
    if (missing := _next(questions, answers)) != "check":
        return _see_other(_address(missing))
    written_in = words.language() if words.language() in words.languages() else words.languages()[0]
    known = {str(c.id): c for c in circles}
    if answers.get("circle", str(circles[0].id)) not in known:
        drafts.keep(request, {k: v for k, v in answers.items() if k != "circle"})
        return _see_other(_address("who" if len(circles) > 1 else "check"))
    circle = known[answers.get("circle", str(circles[0].id))]
    form = forms.CheckForm(posted(request), initial={"source": answers.get("source", "")})
    if form.is_bound:
        drafts.keep(request, answers | {"source": form.data.get("source", "")[:300]})
        if form.is_valid():
            given = {k: v for k, v in answers.items() if k not in ("circle", "source")} | form.values()
            given["happened_on"] = date.fromisoformat(given["happened_on"])
            try:
                row = actions.add_evidence(request.asker, circle=circle.id, lang=written_in, **given)
            except Invalid as error:
                return _put_right(request, error, questions, circles, answers)
            drafts.forget(request)
            return done(request, _("Sent. You can correct it on this page; the first words stay in its history."), row)
    plain = packs.current().grade_of(answers["how"], answers["sure"])
    said = words.labels()
    context = {
        "form": form,
        "title": _("Check before you send"),
        "steps": _steps(questions, "check"),
        "answers": answers,
        "happened_on": date.fromisoformat(answers["happened_on"]),
        "place": words.place_names().get(answers["place"], answers["place"]),
        "themes": [said["theme"].get(t, t) for t in answers["themes"]],
        "said": said,
        "circle": circle,
        "asks_who": len(circles) > 1,
        "plain": plain,
        "code": f"{plain.reliability}{plain.credibility}",
        "grading": packs.current().grading.about.said(words.language()),
        "findings": _findings(answers["what"], answers.get("title", ""), written_in),
        "crumbs": crumbs((_("Evidence"), reverse("picture:evidence_list"))),
    }
    return show(request, "picture/evidence_check.html", context, sees=circle.id)


def _put_right(
    request: HttpRequest, error: Invalid, questions: list[Question], circles: list[Any], answers: dict[str, Any]
) -> HttpResponse:
    """An answer that no longer stands (the pack or the places changed meanwhile): its own page, with what to do. Nothing typed is lost."""
    field = next(iter(error.errors))
    q = next((q for q in questions if field in q.answers), questions[0])
    again = _form(q, circles, answers, answers, request)
    again.is_valid()
    again.told({k: v for k, v in error.errors.items() if k not in again.errors})
    return _question_page(request, q, again, questions)


def throw_away(request: HttpRequest) -> HttpResponse:
    drafts.forget(request)
    return done(request, _("Thrown away. Nothing of it was saved."), "picture:evidence_list")
