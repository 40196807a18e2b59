"""Asking somebody without an account, and what came back."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from plait.frame.forms import posted
from plait.frame.lists import Ask, export
from plait.frame.show import done, sees_of, show
from plait.kernel import access, founding
from plait.kernel.access import visiting
from plait.kernel.errors import NotFound
from plait.questions import kinds, policies, queries, visit
from plait.questions.forms import DeclineForm, LinkForm
from plait.questions.kinds import KINDS, Kind, Shown


def _home() -> tuple[str, str]:
    return _("Answers"), reverse("questions:answers")


def answers(request: HttpRequest) -> HttpResponse:
    asker, circle = request.asker, access.partnership_circle()
    ask = Ask.of(request, queries.SPEC)
    if ask.format:
        rows = list(queries.answers_for_export(asker, ask=ask))
        label = sees_of(asker, [*{row.circle_id for row in rows}, circle])
        return export(rows, queries.SPEC, ask.format, label=label, title=_("Answers"), asker=asker, now=asker.now)
    page = queries.answers(asker, ask=ask)
    context = {
        "page": page,
        "kinds": {k.key: k.label for k in KINDS.values()},
        "states": queries.STATES,
        "may_ask": bool(queries.steward_in(asker)),
    }
    return show(request, "questions/answers.html", context, sees=[*{row.circle_id for row in page.rows}, circle])


def answer(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    asker = request.asker
    row = queries.answer(asker, circle=circle, id=id)
    kind = KINDS.get(row.form)
    may = policies.may_settle(queries.level(asker, circle), row.state)
    context = {
        "answer": row,
        "kind": kind.label if kind else row.form,
        "chosen": _chosen(kind, row.said) if kind else [],
        "about": kinds.where(row.about_kind, row.about_id),
        "became": kinds.where(row.became_kind, row.became_id),
        "state": queries.STATES[row.state],
        "may": may,
        "ways": [t for t in kind.takers if t.can(asker, row)] if kind and may else [],
        "crumbs": [_home()],
    }
    return show(request, "questions/answer.html", context, sees=row)


def _chosen(kind: Kind, said: dict[str, Any]) -> list[tuple[Any, Any]]:
    """What was ticked, in words."""
    form = kind.form()
    made = []
    for name in kind.extra:
        field = form.fields[name]
        known = {str(k): v for k, v in getattr(field, "choices", [])}
        made.append((field.label, known.get(str(said.get(name, "")), said.get(name, ""))))
    return made


def take(request: HttpRequest, circle: UUID, id: UUID, way: str) -> HttpResponse:
    """Into a record, through the room's own action: what it needs besides is asked here."""
    asker = request.asker
    row = queries.answer(asker, circle=circle, id=id)
    taker = next((t for t in KINDS[row.form].takers if t.key == way and t.can(asker, row)), None) if row.form in KINDS else None
    if taker is None:
        raise NotFound
    policies.may_settle(queries.level(asker, circle), row.state).insist()
    form = taker.form(asker, row, posted(request))
    if request.method == "POST" and form.is_valid() and form.does(taker.take, asker, row, form.values("version", "circle")):
        kind, record = form.made
        visiting.take_answer(asker, answer=row.id, kind=kind, record=record.id)
        return done(request, _("Taken over. The answer says what it became."), record)
    context = {
        "form": form,
        "answer": row,
        "title": taker.label,
        "submit": _("Take it over"),
        "crumbs": [_home(), (_("The answer"), _page(row))],
        "back": {"href": _page(row), "label": _("Leave it as it is")},
    }
    return show(request, "questions/take.html", context, sees=row)


def _page(row: Any) -> str:
    return reverse("questions:answer", args=[row.circle_id, row.id])


def decline(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    asker = request.asker
    row = queries.answer(asker, circle=circle, id=id)
    policies.may_settle(queries.level(asker, circle), row.state).insist()
    form = DeclineForm(posted(request))
    if request.method == "POST" and form.is_valid():
        visiting.decline_answer(asker, answer=row.id, reason=form.cleaned_data["reason"])
        return done(request, _("Declined. The answer stays readable, with your reason."), _page(row))
    context = {
        "form": form,
        "answer": row,
        "title": _("Decline an answer"),
        "submit": _("Decline it"),
        "crumbs": [_home(), (_("The answer"), _page(row))],
        "back": {"href": _page(row), "label": _("Leave it as it is")},
    }
    return show(request, "questions/take.html", context, sees=row)


# links -------------------------------------------------------------------------------------------------------------------


def links(request: HttpRequest) -> HttpResponse:
    circles = queries.steward_in(request.asker)
    if not circles:
        raise NotFound
    context = {"links": queries.links(request.asker), "crumbs": [_home()]}
    return show(request, "questions/links.html", context, sees=[c.id for c in circles])


def choose(request: HttpRequest) -> HttpResponse:
    circles = queries.steward_in(request.asker)
    if not circles:
        raise NotFound
    context = {"kinds": list(KINDS.values()), "crumbs": [_home()]}
    return show(
        request, "questions/choose.html", context, sees=access.partnership_circle() if access.is_member(request.asker) else None
    )


def make(request: HttpRequest, kind: str) -> HttpResponse:
    """Type it, see what they will see, make the link. The address stands on the answering page alone."""
    asker, circles = request.asker, queries.steward_in(request.asker)
    if kind not in KINDS or not circles:
        raise NotFound
    asked = KINDS[kind]
    row = founding.partnership()
    form = LinkForm(
        posted(request),
        about=(asked.about, list(asked.things(asker))) if asked.things else None,
        circles=[(str(c.id), c.name) for c in circles],
        languages=[code for code in (row.languages if row else []) if code in _known()] or ["en"],
        initial={
            "circle": str(circles[0].id),
            "lang": translation.get_language() or "en",
            "ends": queries.today(asker) + timedelta(days=28),
            "most": 1,
        },
    )
    preview = None
    if request.method == "POST" and form.is_valid():
        may = policies.may_last(form.cleaned_data["ends"], queries.today(asker))
        if not may:
            form.add_error("ends", may.because)
        else:
            given = form.cleaned_data
            shown = asked.freeze(asker, UUID(given["about"]), given["lang"]) if asked.freeze and asked.things else Shown()
            if "make" in request.POST:
                _id, secret = visiting.make_link(
                    asker,
                    form=kind,
                    circle=UUID(given["circle"]),
                    purpose=given["question"],
                    ends=_end_of(given["ends"]),
                    most=given["most"],
                    lang=given["lang"],
                    shown=shown.as_dict(),
                    about_kind=shown.about_kind,
                    about_id=shown.about_id,
                )
                where = request.build_absolute_uri(reverse("questions:question", args=[secret]))
                made = {"where": where, "given": given, "crumbs": [_home()], "title": _("The link is made")}
                return show(request, "questions/made.html", made, sees=UUID(given["circle"]))
            if "change" not in request.POST:
                preview = _preview(asked, given, shown, next(c for c in circles if str(c.id) == given["circle"]).name)
    context = {
        "form": form,
        "preview": preview,
        "kind": asked,
        "crumbs": [_home(), (_("Ask somebody without an account"), reverse("questions:choose"))],
        "nothing": asked.things is not None and not list(asked.things(asker)),
    }
    return show(request, "questions/make.html", context, sees=access.partnership_circle())


def _known() -> set[str]:
    from django.conf import settings

    return {code for code, _name in settings.LANGUAGES}


def _end_of(day: Any) -> datetime:
    """Midnight after a day."""
    return datetime.combine(day, time(), timezone.get_current_timezone()) + timedelta(days=1)


def _preview(asked: Kind, given: dict[str, Any], shown: Shown, audience: str) -> dict[str, Any]:
    with translation.override(given["lang"]):
        seen = visiting.Asked(asked.key, given["lang"], given["question"], shown.as_dict(), audience, _end_of(given["ends"]))
        form = asked.form(prefix="preview")
        for field in form.fields.values():
            field.disabled = True
        return {**visit.page(asked, seen), "form": form, "lang": given["lang"]}


def end(request: HttpRequest, circle: UUID, id: UUID) -> HttpResponse:
    row = queries.link(request.asker, circle, id)
    if row.state != "open":
        raise NotFound
    if request.method == "POST":
        visiting.end_link(request.asker, link=id)
        return done(request, _("The link is ended. Its address opens nothing any more."), "questions:links")
    context = {"link": row, "crumbs": [_home(), (_("Links"), reverse("questions:links"))], "title": _("End a link")}
    return show(request, "questions/end.html", context, sees=circle)
