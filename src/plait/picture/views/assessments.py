"""The year's picture: its versions, one of them, each step, and two side by side."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from plait import packs
from plait.frame import charts
from plait.frame.forms import posted
from plait.frame.show import done, sees_of, show
from plait.kernel import access, release
from plait.kernel.errors import NotFound
from plait.picture import actions, forms, frozen, policies, queries, words
from plait.picture.models import Assessment
from plait.picture.views.common import SCALES, crumbs, history, one_question, version_of
from plait.picture.views.risks import finding, matrix


def assessments(request: HttpRequest) -> HttpResponse:
    asker = request.asker
    rows = queries.assessments(asker)
    here = access.partnership_circle()
    lines = [{"row": a, "before": next((b for b in rows[n + 1 :] if b.state == "agreed"), None)} for n, a in enumerate(rows)]
    context = {
        "lines": lines,
        "rows": rows,
        "said": words.labels("assessment_state"),
        "may_start": policies.may_start(
            queries.rights(asker), queries.level(asker, here), sum(a.state in ("draft", "commenting") for a in rows)
        ),
    }
    return show(request, "picture/assessments.html", context, sees=here)


def _text(row: Assessment) -> dict[str, Any]:
    """The text of a version: the agreed bytes, or what stands there now."""
    return frozen.read(row) if row.state == "agreed" else queries.text_now(row)[0]


def _pins(text: dict[str, Any], circle: uuid.UUID, live: set[str]) -> list[dict[str, Any]]:
    return [
        {
            "code": r["code"],
            "title": r["title"],
            "lang": r["lang"],
            "why": r["why"],
            "lead": r["lead"],
            "family": r["family"]["key"],
            "href": reverse("picture:risk", args=[circle, r["id"]]) if r["id"] in live else "",
            **{name: r[name]["key"] for name in SCALES},
        }
        for r in text["risks"]
    ]


def assessment(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    asker = request.asker
    row = queries.assessment(asker, circle, id)
    said, level, rights = words.labels(), queries.level(asker, circle), queries.rights(asker)
    now, sha = queries.text_now(row)
    text = frozen.read(row) if row.state == "agreed" else now
    pins = _pins(text, circle, {r["id"] for r in now["risks"]}) if row.state != "withdrawn" else []
    state = next((s for s in packs.current().assessment.states if s.key == row.state), None)
    comments = queries.comments(row)
    context = {
        "assessment": row,
        "state": said["assessment_state"].get(row.state, row.state),
        "state_note": state.note.said(words.language()) if state and state.note else "",
        "text": text,
        "risks": pins,
        "drawn": matrix(pins) if pins else None,
        "finding": finding(pins),
        "said": said,
        "may_step": {verb: policies.may_step(row.state, verb, rights, level) for verb in policies.VERBS},
        "comments": comments,
        "unanswered": sum(not c.answer for c in comments),
        "sha": sha,
        "board": queries.board(asker, row, sha, words.today(asker)) if row.state == "commenting" else None,
        "quorum": packs.current().assessment.quorum.note.said(words.language()),
        "mine": queries.my_position(asker, row),
        "decision": _decision(text) if row.state == "agreed" else None,
        "fits": frozen.fits(row),
        "outside": release.outside(asker, "assessment", row) if row.state == "agreed" else None,
        "crumbs": crumbs((_("Assessments"), reverse("picture:assessments"))),
        **history(request, "picture_assessment", row),
    }
    return show(request, "picture/assessment.html", context, sees=row)


def _decision(text: dict[str, Any]) -> dict[str, Any]:
    """How the board agreed: numbers of positions, each dissent and each word said beside an agreement, who was silent."""
    said = text["positions"]
    return {
        **{kind: [p for p in said if p["position"] == kind] for kind in ("agree", "dissent", "abstain")},
        "worded": [p for p in said if p["words"] and p["position"] != "dissent"],
        "silent": text["silent"],
        "note": text["note"],
        "rule": text["quorum"],
    }


def text(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    """The agreed bytes, exactly: their SHA-256 is the one on the page. Their label is in the file's name."""
    row = queries.assessment(request.asker, circle, id)
    if row.state != "agreed":
        raise NotFound
    label = sees_of(request.asker, row).tlp.replace(":", "-").replace("+", "-")
    response = HttpResponse(row.frozen.encode(), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="assessment-{row.version_name}-{label}.json"'
    response["Cache-Control"] = "no-store"
    return response


# ---- steps ------------------------------------------------------------------------------------------------------


def begin(request: HttpRequest) -> HttpResponse:
    asker = request.asker
    circle = access.partnership_circle()
    policies.may_start(queries.rights(asker), queries.level(asker, circle), queries.in_work(circle)).insist()
    before = queries.latest_agreed(circle)
    start = (
        {"title": before.title, "public_text": before.public_text, "method": before.method, "lang": before.lang} if before else {}
    )
    form = forms.DraftForm(posted(request), initial=start)
    if form.is_valid() and form.does(actions.start_assessment, asker, circle=circle, **form.values()):
        return done(request, _("Begun. It shows the risks as they stand; change them on their own pages."), form.made)
    lead = _("It begins with the words of the last picture that was agreed. Write what has changed.") if before else ""
    return one_question(
        request,
        form,
        title=_("Begin a new picture"),
        submit=_("Begin"),
        back=(reverse("picture:assessments"), _("Not now")),
        sees=circle,
        lead=lead,
        trail=crumbs((_("Assessments"), reverse("picture:assessments"))),
    )


def _stepping(request: HttpRequest, verb: str, circle: uuid.UUID, id: uuid.UUID) -> Assessment:
    """The assessment, if its state and the asker's seat have this verb. Raises NotFound, Refused."""
    asker = request.asker
    row = queries.assessment(asker, circle, id)
    policies.may_step(row.state, verb, queries.rights(asker), queries.level(asker, circle)).insist()
    return row


def _trail(row: Assessment) -> list[Any]:
    return crumbs((_("Assessments"), reverse("picture:assessments")), (row.title, row.get_absolute_url()))


def _ask(request: HttpRequest, row: Assessment, form: Any, title: Any, submit: Any, **more: Any) -> HttpResponse:
    back = (row.get_absolute_url(), _("Back to the picture"))
    return one_question(request, form, title=title, submit=submit, back=back, sees=row, trail=_trail(row), **more)


def edit(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    row = _stepping(request, "edit", circle, id)
    form = forms.DraftForm(posted(request), row=row)
    if form.is_valid() and form.does(
        actions.edit_assessment, request.asker, id=id, circle=circle, version=version_of(form), **form.values()
    ):
        return done(request, _("Saved."), row)
    return _ask(request, row, form, _("Change the draft"), _("Save"))


def open_comments(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    row = _stepping(request, "open_comments", circle, id)
    form = forms.OpenForm(posted(request), initial={"version": row.version})
    if form.is_valid() and form.does(actions.open_comments, request.asker, id=id, circle=circle, **form.values()):
        return done(request, _("Open for comment. Every partner sees it on their first page."), row)
    return _ask(
        request,
        row,
        form,
        _("Ask partners for comments"),
        _("Open for comment"),
        lead=_("While it is open nobody changes its words. You can take it back to draft."),
    )


def take_back(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    row = _stepping(request, "take_back", circle, id)
    form = forms.VersionForm(posted(request), initial={"version": row.version})
    if form.is_valid():
        actions.take_back(request.asker, id=id, circle=circle, **form.values())
        return done(request, _("It is a draft again."), row)
    effects = [
        _("Comments stay, with their answers."),
        _(
            "Positions stay too, but count only for the text on which they were taken: once it changes, the board takes them again."
        ),
    ]
    return _ask(
        request,
        row,
        form,
        _("Take it back to draft?"),
        _("Take it back"),
        template="picture/withdraw.html",
        effects=effects,
        heading=row.title,
        lang=row.lang,
    )


def withdraw(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    row = _stepping(request, "withdraw", circle, id)
    form = forms.VersionForm(posted(request), initial={"version": row.version})
    if form.is_valid():
        actions.withdraw_assessment(request.asker, id=id, circle=circle, **form.values())
        return done(request, _("Withdrawn. Its number stays taken, and its words can still be read."), row)
    effects = [
        _("It will not be agreed. Its words and comments can still be read, and its number is not given again."),
        _("To go on, begin a new draft: it takes a number of its own."),
    ]
    return _ask(
        request,
        row,
        form,
        _("Withdraw this draft?"),
        _("Withdraw it"),
        template="picture/withdraw.html",
        effects=effects,
        heading=row.title,
        lang=row.lang,
    )


def comment(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    """One question for a partner; the draft stands below it."""
    row = _stepping(request, "comment", circle, id)
    now, sha = queries.text_now(row)
    form = forms.CommentForm(posted(request), initial={"seen": sha})
    if form.is_valid() and form.does(
        actions.comment, request.asker, id=id, circle=circle, lang=words.language(), **form.values()
    ):
        return done(request, _("Thank you. Your words stand with the picture, and the coordinator answers them there."), row)
    return _ask(request, row, form, _("Comment on the picture"), _("Send"), template="picture/comment.html", **_reading(row, now))


def position(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    row = _stepping(request, "take_position", circle, id)
    now, sha = queries.text_now(row)
    mine = queries.my_position(request.asker, row)
    start = {"position": mine.position, "words": mine.words} if mine else {}
    form = forms.PositionForm(posted(request), initial={"seen": sha} | start)
    if form.is_valid() and form.does(
        actions.take_position, request.asker, id=id, circle=circle, lang=words.language(), **form.values()
    ):
        return done(request, _("Your position stands, by name. You may change it until the chair records the decision."), row)
    return _ask(
        request,
        row,
        form,
        _("Say where you stand"),
        _("Take this position"),
        template="picture/comment.html",
        **_reading(row, now, sha=sha, form=form),
    )


def agree(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    asker = request.asker
    row = _stepping(request, "agree", circle, id)
    now, sha = queries.text_now(row)
    on = words.today(asker)
    form = forms.AgreeForm(posted(request), initial={"version": row.version, "seen": sha, "agreed_on": on})
    if form.is_valid() and form.does(actions.agree_assessment, asker, id=id, circle=circle, **form.values()):
        return done(request, _("Agreed. The text no longer changes; it becomes public by release, by two people."), row)
    quorum = packs.current().assessment.quorum
    board = queries.board(asker, row, sha, on)
    may = policies.may_agree(
        **board.counts, board=board.size, at_least=quorum.at_least, share=quorum.share, rule=quorum.note.said(words.language())
    )
    return _ask(
        request,
        row,
        form,
        _("Record that the board agreed"),
        _("Record the decision"),
        template="picture/agree.html",
        board=board,
        may=may,
        **_reading(row, now, sha=sha, form=form),
    )


def answer(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    said = queries.comment(request.asker, circle, id)
    row = _stepping(request, "answer", circle, said.assessment_id)
    form = forms.AnswerForm(posted(request), initial={"version": said.version, "answer": said.answer})
    if form.is_valid() and form.does(actions.answer_comment, request.asker, id=id, circle=circle, **form.values()):
        return done(request, _("Answered. It stands below the comment."), row.get_absolute_url() + "#comments")
    return _ask(request, row, form, _("Answer a comment"), _("Send the answer"), template="picture/answer.html", comment=said)


def _reading(row: Assessment, now: dict[str, Any], *, sha: str = "", form: Any = None) -> dict[str, Any]:
    """The draft below a question. A form that was refused because the text changed is sent again for the new one."""
    if form is not None and form.is_bound and form.non_field_errors():
        form.data = form.data.copy()
        form.data["seen"] = sha
    return {
        "assessment": row,
        "said": words.labels("position", *SCALES),
        "risks": _pins(now, row.circle_id, {r["id"] for r in now["risks"]}),
        "page_question": True,
    }


# ---- two versions -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Moved:
    """One scale of one risk, then and now."""

    name: str
    then: str
    now: str
    drawing: Any

    @property
    def changed(self) -> bool:
        return self.then != self.now


def _moved(name: str, then: dict[str, Any], now: dict[str, Any], said: dict[str, str]) -> Moved:
    order = list(said)
    places = [order.index(x["key"]) if x["key"] in order else None for x in (then[name], now[name])]
    drawn = (
        charts.then_and_now(places[0], places[1], len(order))
        if places[1] is not None and name in ("likelihood", "impact")
        else ""
    )
    return Moved(name, said.get(then[name]["key"], then[name]["label"]), said.get(now[name]["key"], now[name]["label"]), drawn)


def compare(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID, other: uuid.UUID) -> HttpResponse:
    """What moved between two versions of a circle's picture: likelihood, impact, confidence, trend and words."""
    asker = request.asker
    new, old = queries.assessment(asker, circle, id), queries.assessment(asker, circle, other)
    if "withdrawn" in (new.state, old.state):
        raise NotFound
    texts = {"new": _text(new), "old": _text(old)}
    before = {r["id"]: r for r in texts["old"]["risks"]}
    after = {r["id"]: r for r in texts["new"]["risks"]}
    said = words.labels(*SCALES)
    both = [
        {"risk": r, "then": before[k], "moved": [_moved(n, before[k], r, said[n]) for n in SCALES]}
        for k, r in after.items()
        if k in before
    ]
    moved = [line for line in both if any(m.changed for m in line["moved"])]
    reworded = [line for line in both if any(line["risk"][n] != line["then"][n] for n in (*frozen.WORDS, "title", "public_text"))]
    names = {
        "title": _("Title"),
        "cause": _("Cause"),
        "event": _("Event"),
        "consequence": _("Consequence"),
        "harmed": _("Who may be harmed"),
        "measures": _("Measures"),
        "why": _("Why"),
        "public_text": _("Public text"),
    }
    context = {
        "new": new,
        "old": old,
        "texts": texts,
        "moved": moved,
        "scales": {"likelihood": _("Likelihood"), "impact": _("Impact"), "confidence": _("Confidence"), "trend": _("Trend")},
        "came": [r for k, r in after.items() if k not in before],
        "went": [r for k, r in before.items() if k not in after],
        "reworded": [
            {"risk": w["risk"], "parts": [(names[n], w["then"][n], w["risk"][n]) for n in names if w["risk"][n] != w["then"][n]]}
            for w in reworded
        ],
        "crumbs": _trail(new),
    }
    return show(request, "picture/compare.html", context, sees=new)
