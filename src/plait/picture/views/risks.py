"""Risks: the matrix with its list, one risk, the evidence behind it."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from plait import packs
from plait.frame import charts, links
from plait.frame.forms import PlaitForm, posted
from plait.frame.lists import Ask, export
from plait.frame.show import done, sees_of, show
from plait.kernel import access, release
from plait.kernel.access.queries import TLP as LABELS
from plait.kernel.decisions import Decision
from plait.kernel.errors import NotFound
from plait.kernel.models import Kind, Level
from plait.picture import actions, forms, policies, queries, words
from plait.picture.frozen import band_of
from plait.picture.models import Risk, RiskEvidence
from plait.picture.views.common import SCALES, circles_said, crumbs, history, one_question, pressed, uuid_or_none, version_of

MOST_PINS = 120
"""More pins than this no matrix can show; the list has them all."""
NAMED = 3
"""So many risks are named in the title of a matrix."""


def matrix(rows: list[Any]) -> charts.Drawing:
    """Rows with code, title, the four judgements and perhaps an address, on the pack's matrix: looked up, never computed."""
    said = words.labels(*SCALES)
    items = [
        {
            "code": r["code"],
            "label": r["title"],
            "likelihood": r["likelihood"],
            "impact": r["impact"],
            "confidence": r["confidence"],
            "trend": r["trend"],
            "href": r.get("href", ""),
            "confidence_label": said["confidence"].get(r["confidence"], r["confidence"]),
            "trend_label": said["trend"].get(r["trend"], r["trend"]),
        }
        for r in rows
    ]
    return charts.risk_matrix(items, words.steps("likelihood"), words.steps("impact"), words.shade)


def as_pins(rows: list[Risk]) -> list[dict[str, Any]]:
    return [
        {"code": r.code, "title": r.title, "href": r.get_absolute_url(), **{name: getattr(r, name) for name in SCALES}}
        for r in rows
    ]


def finding(rows: list[dict[str, Any]]) -> str:
    """What the matrix shows, in a sentence: which the pack's table puts first."""
    pack = packs.current()
    bands: dict[str, list[str]] = {}
    for r in rows:
        if band := band_of(pack, r["likelihood"], r["impact"]):
            bands.setdefault(band.key, []).append(f"{r['code']} {r['title']}")
    first = next((b for b in sorted(pack.matrix.bands, key=lambda b: -b.order) if b.key in bands), None)
    if first is None:
        return _("No risk has been placed yet")
    here = bands[first.key]
    said = {"band": first.label.said(words.language()), "risks": "; ".join(here[:NAMED]), "n": len(here)}
    if len(here) > NAMED:
        return _("The board discusses %(n)d first (%(band)s), among them %(risks)s") % said
    return _("The board discusses first (%(band)s): %(risks)s") % said


def chain(row: Risk) -> str:
    """Cause, event and consequence as its author wrote them: one sentence where they were written to be one."""
    if row.event[:1].islower():
        return " ".join(part.strip().rstrip(".") for part in (row.cause, row.event, row.consequence) if part) + "."
    return row.event


def risks(request: HttpRequest) -> HttpResponse:
    asker = request.asker
    known = queries.circles(asker)
    spec = queries.risk_spec(asker, known)
    ask = Ask.of(request, spec)
    if ask.format:
        # without the count of evidence: it is what this asker sees, and a file is passed on
        told = replace(spec, columns=[c for c in spec.columns if c.key != "evidence"])
        rows = queries.risk_rows(known, ask, spec)
        label = sees_of(asker, queries.narrowest(rows, known))
        return export(rows, told, ask.format, label=label, title=_("Risks"), asker=asker, now=asker.now)
    page = queries.risk_page(known, ask, spec)
    drawn = as_pins(queries.risk_rows(known, ask, spec, MOST_PINS))
    agreed = queries.latest_agreed(access.partnership_circle())
    context = {
        "page": page,
        "said": words.labels("risk_family", *SCALES),
        "circles": known,
        "partnership_circle": access.partnership_circle(),
        "drawn": matrix(drawn) if drawn else None,
        "finding": finding(drawn),
        "about_matrix": packs.current().matrix.about.said(words.language()),
        "rising": sum(r["trend"] == "rising" for r in drawn),
        "town": words.partnership().town,
        "agreed": agreed,
        "may_add": policies.may_add(Level.CONTRIBUTOR if access.may_write(asker) else Level.READER),
    }
    return show(request, "picture/risks.html", context, sees=queries.narrowest(page.rows, known))


def risk(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    asker = request.asker
    row = queries.risk(asker, circle, id)
    behind = queries.evidence_of(row)
    said, level, own, gone = (
        words.labels(),
        queries.level(asker, circle),
        row.made_by_id == asker.id,
        row.withdrawn_on is not None,
    )
    pack = packs.current()
    band = band_of(pack, row.likelihood, row.impact)
    steps = words.steps("likelihood")
    known = queries.circles(asker)
    context = {
        "risk": row,
        "chain": chain(row),
        "said": said,
        "band": band.label.said(words.language()) if band else "",
        "band_note": band.note.said(words.language()) if band and band.note else "",
        "likelihood": next((s for s in steps if s.key == row.likelihood), None),
        "yardstick": charts.yardstick(steps, row.likelihood),
        "notes": {name: words.hints(name).get(getattr(row, name), "") for name in ("impact", "confidence")},
        "behind": _behind(asker, row, behind),
        "grades": sorted(Counter(x.evidence.code for x in behind).items()),
        "places": words.place_names(),
        "groups": links.about(asker, "risk", circle, id),
        "outside": release.outside(asker, "risk", row),
        "own": own,
        "may_change": policies.may_change(level, own, gone),
        "may_withdraw": _may_withdraw(asker, row, queries.is_public("risk", id)),
        "may_bring_back": policies.may_bring_back(level, own, gone),
        "may_link": policies.may_link(
            level if level >= Level.CONTRIBUTOR else (Level.CONTRIBUTOR if access.may_write(asker) else 0), gone
        ),
        "crumbs": crumbs((_("Risk picture"), reverse("picture:risks"))),
        **history(request, "picture_risk", row, said),
    }
    return show(
        request,
        "picture/risk.html",
        context,
        sees=[circle, *{x.evidence.circle_id for x in behind if x.evidence.circle_id in known}],
    )


def _behind(asker: Any, row: Risk, found: list[RiskEvidence]) -> list[dict[str, Any]]:
    """Each link with its evidence; where that is narrower, for whom; and whether the asker may remove it."""
    levels = {circle: queries.level(asker, circle) for circle in {x.circle_id for x in found}}
    return [
        {
            "link": x,
            "evidence": x.evidence,
            "label": LABELS[Kind(x.evidence.circle.kind)] if x.evidence.circle_id != row.circle_id else "",
            "circle": x.evidence.circle.name,
            "may_unlink": policies.may_unlink(levels[x.circle_id], x.made_by_id == asker.id),
        }
        for x in found
    ]


def add(request: HttpRequest) -> HttpResponse:
    asker = request.asker
    circles = access.may_write(asker)
    if not circles:
        policies.may_add(Level.READER).insist()
    chosen = uuid_or_none(request.POST.get("readers", "")) if request.method == "POST" else None
    circle = chosen if chosen in {c.id for c in circles} else circles[0].id
    form = forms.RiskForm(
        posted(request), organisations=queries.organisations(circle), circles=circles_said(circles) if len(circles) > 1 else None
    )
    if form.is_valid() and form.does(actions.add_risk, asker, circle=circle, **form.values()):
        return done(request, _("Added. Link the evidence that it rests on."), form.made)
    return _form_page(
        request, form, _("Add a risk"), reverse("picture:risks"), circle, crumbs((_("Risk picture"), reverse("picture:risks")))
    )


def change(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    asker = request.asker
    row = queries.risk(asker, circle, id)
    policies.may_change(queries.level(asker, circle), row.made_by_id == asker.id, row.withdrawn_on is not None).insist()
    form = forms.RiskForm(posted(request), row=row, organisations=queries.organisations(circle))
    if form.is_valid() and form.does(actions.change_risk, asker, id=id, circle=circle, version=version_of(form), **form.values()):
        return done(request, _("Saved. What the board agreed stays as it was agreed."), row)
    return _form_page(request, form, _("Change the risk"), row.get_absolute_url(), row, _trail(row))


JUDGED = ("likelihood", "impact", "confidence", "trend", "why")
OUTSIDE = ("public_text", "lang")


def _form_page(request: HttpRequest, form: forms.RiskForm, title: str, back: str, sees: Any, trail: list[Any]) -> HttpResponse:
    outside = [*OUTSIDE, *form.translated]
    first = [f for f in form.visible_fields() if f.name not in (*JUDGED, *outside)]
    context = {
        "form": form,
        "title": title,
        "first": first,
        "judged": [form[name] for name in JUDGED],
        "outside_fields": [form[name] for name in outside],
        "back": {"href": back, "label": _("Leave it as it is")},
        "crumbs": trail,
    }
    return show(request, "picture/risk_form.html", context, sees=sees)


def _may_withdraw(asker: Any, row: Risk, public: bool) -> Decision:
    level, own, gone = queries.level(asker, row.circle_id), row.made_by_id == asker.id, row.withdrawn_on is not None
    return policies.may_withdraw(level, own, gone, public, public and queries.may_take_off(asker))


def withdraw(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    asker = request.asker
    row = queries.risk(asker, circle, id)
    public = queries.is_public("risk", id)
    _may_withdraw(asker, row, public).insist()
    form = forms.WhyForm(posted(request), initial={"version": row.version})
    if form.is_valid() and form.does(actions.withdraw_risk, asker, id=id, circle=circle, **form.values()):
        return done(request, _("Withdrawn. You can bring it back from its page."), row)
    effects = [
        _(
            "It leaves the list, the matrix and the draft of the next picture. Pictures that the board agreed keep it as it was agreed."
        ),
        _("Its page and its history stay. You can bring it back from there."),
    ]
    if public:
        effects.append(
            _(
                "The public pages lose it now, the earlier versions too; where it stood in a picture that the board agreed they say that a risk was withdrawn today. To come back there it needs a new release by two people."
            )
        )
    return one_question(
        request,
        form,
        title=_("Withdraw this risk?"),
        submit=_("Withdraw it"),
        back=(row.get_absolute_url(), _("Leave it as it is")),
        sees=row,
        trail=_trail(row),
        template="picture/withdraw.html",
        effects=effects,
        heading=str(row),
        lang=row.lang,
    )


def bring_back(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    return pressed(
        request,
        actions.bring_back_risk,
        queries.risk(request.asker, circle, id),
        _("The risk is back, inside. The public reads it after a new release."),
    )


def link(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    """Choose evidence to stand behind a risk."""
    asker = request.asker
    row = queries.risk(asker, circle, id)
    form = PlaitForm()
    if request.method == "POST":
        at, _dot, item = request.POST.get("evidence", "").partition(".")
        pair = (uuid_or_none(at), uuid_or_none(item))
        if None in pair:
            raise NotFound
        form = PlaitForm(request.POST)
        if form.is_valid() and form.does(actions.link_evidence, asker, risk=(circle, id), evidence=pair):
            return done(request, _("Linked."), row)
    known = queries.circles(asker)
    spec = queries.linkable_spec()
    page = queries.linkable(asker, row, known, Ask.of(request, spec), spec)
    context = {
        "title": _("Evidence behind this risk"),
        "risk": row,
        "page": page,
        "form": form,
        "circles": known,
        "crumbs": _trail(row),
    }
    return show(request, "picture/link_evidence.html", context, sees=queries.narrowest([row, *page.rows], known))


def unlink(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    asker = request.asker
    row = queries.link(asker, circle, id)
    policies.may_unlink(queries.level(asker, circle), row.made_by_id == asker.id).insist()
    to = row.risk.get_absolute_url()
    if request.method == "POST":
        actions.unlink_evidence(asker, id=id, circle=circle)
        return done(request, _("The link is gone. You can make it again."), to)
    form = PlaitForm()
    return one_question(
        request,
        form,
        title=_("Remove this link?"),
        submit=_("Remove it"),
        back=(to, _("Leave it")),
        sees=row,
        trail=_trail(row.risk),
        template="picture/withdraw.html",
        effects=[_("The evidence no longer stands behind this risk. Both stay, and you can link them again.")],
        heading=row.evidence.title,
        lang=row.evidence.lang,
    )


def _trail(row: Risk) -> list[Any]:
    return crumbs((_("Risk picture"), reverse("picture:risks")), (str(row), row.get_absolute_url()))
