"""Risks: judging, changing, withdrawing; evidence behind them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from plait.kernel import access, release
from plait.kernel.acting import Asker, action
from plait.kernel.errors import Invalid, Refused
from plait.kernel.models import take
from plait.picture import policies, queries, words
from plait.picture.actions.typed import LINE, Typed, keep_until, reason
from plait.picture.models import Risk, RiskEvidence

TEXTS = ("cause", "event", "consequence", "harmed", "measures", "why")


def _written(
    asker: Asker,
    circle: uuid.UUID,
    *,
    code: str,
    title: str,
    family: str,
    themes: Iterable[str],
    likelihood: str,
    impact: str,
    confidence: str,
    trend: str,
    lead: uuid.UUID | None,
    public_text: str,
    lang: str,
    translations: Mapping[str, str] | None,
    position: int | None,
    texts: Mapping[str, str],
) -> dict[str, Any]:
    typed = Typed()
    typed.text("code", code, missing=_("Give it a short code, such as R1."), longest=12)
    typed.text("title", title, missing=_("Name the risk in a few words."), longest=LINE)
    for name in TEXTS:
        missing = _("Say why you judge it so. A judgement without a reason cannot be questioned.") if name == "why" else None
        typed.text(name, texts.get(name, ""), missing=missing)
    typed.word("family", family, "risk_family")
    typed.words("themes", themes, "theme")
    for name, said in (("likelihood", likelihood), ("impact", impact), ("confidence", confidence), ("trend", trend)):
        typed.word(name, said, name)
    if lead is not None:
        typed.one_of("lead", str(lead), (key for key, _name in queries.organisations(circle)))
    typed.text("public_text", public_text)
    typed.language(lang, translations or {})
    typed.number("position", position)
    made = typed.stand()
    made.pop("lead", None)
    made |= {"lead_id": lead, "keep_until": keep_until("judgement", words.today(asker))}
    return made


def _once(row: Risk, save: Any) -> None:
    try:
        with transaction.atomic():
            save()
    except IntegrityError:  # the only thing that a row of checked values can offend at once
        raise Invalid(
            {"code": [_("There is a risk with the code %(code)s already. Choose another.") % {"code": row.code}]}
        ) from None


@action("picture.add_risk")
def add_risk(
    asker: Asker,
    *,
    circle: uuid.UUID,
    title: str,
    family: str,
    themes: Iterable[str],
    likelihood: str,
    impact: str,
    confidence: str,
    trend: str,
    why: str,
    code: str = "",
    cause: str = "",
    event: str = "",
    consequence: str = "",
    harmed: str = "",
    measures: str = "",
    lead: uuid.UUID | None = None,
    public_text: str = "",
    lang: str = "en",
    translations: Mapping[str, str] | None = None,
    position: int | None = 0,
) -> Risk:
    """A risk, judged in words: cause, event, consequence; who may be harmed; likelihood, impact, confidence, trend and why.

    Raises Refused (not a contributor there), Invalid.
    """
    policies.may_add(queries.level(asker, circle)).insist()
    texts = {"cause": cause, "event": event, "consequence": consequence, "harmed": harmed, "measures": measures, "why": why}
    made = _written(
        asker,
        circle,
        code=code or queries.next_code(circle),
        title=title,
        family=family,
        themes=themes,
        likelihood=likelihood,
        impact=impact,
        confidence=confidence,
        trend=trend,
        lead=lead,
        public_text=public_text,
        lang=lang,
        translations=translations,
        position=position,
        texts=texts,
    )
    row = Risk(circle_id=circle, **made)
    _once(row, lambda: row.save(force_insert=True))
    return row


@action("picture.change_risk")
def change_risk(
    asker: Asker,
    *,
    id: uuid.UUID,
    circle: uuid.UUID,
    version: int | None,
    code: str,
    title: str,
    family: str,
    themes: Iterable[str],
    likelihood: str,
    impact: str,
    confidence: str,
    trend: str,
    why: str,
    cause: str = "",
    event: str = "",
    consequence: str = "",
    harmed: str = "",
    measures: str = "",
    lead: uuid.UUID | None = None,
    public_text: str = "",
    lang: str = "en",
    translations: Mapping[str, str] | None = None,
    position: int | None = 0,
) -> Risk:
    """Judge a risk anew, or mend its words. What the board agreed stays as it was agreed. Raises NotFound, Refused, Conflict, Invalid."""
    seen = queries.risk(asker, circle, id)
    policies.may_change(queries.level(asker, circle), seen.made_by_id == asker.id, seen.withdrawn_on is not None).insist()
    row = take(Risk, id=id, circle=circle, version=version)
    texts = {"cause": cause, "event": event, "consequence": consequence, "harmed": harmed, "measures": measures, "why": why}
    made = _written(
        asker,
        circle,
        code=code,
        title=title,
        family=family,
        themes=themes,
        likelihood=likelihood,
        impact=impact,
        confidence=confidence,
        trend=trend,
        lead=lead,
        public_text=public_text,
        lang=lang,
        translations=translations,
        position=position,
        texts=texts,
    )
    for name, value in made.items():
        setattr(row, name, value)
    _once(row, lambda: row.save(update_fields=[*(n.removesuffix("_id") for n in made), "version"]))
    return row


@action("picture.withdraw_risk")
def withdraw_risk(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None, why: str) -> Risk:
    """Take a risk out of the picture, and every public copy of it with it, now. Undoing brings it back inside only.

    Raises NotFound, Refused, Conflict, Invalid.
    """
    seen = queries.risk(asker, circle, id)
    public = queries.is_public("risk", id)
    policies.may_withdraw(
        queries.level(asker, circle),
        seen.made_by_id == asker.id,
        seen.withdrawn_on is not None,
        public,
        public and queries.may_take_off(asker),
    ).insist()
    row = take(Risk, id=id, circle=circle, version=version)
    row.withdrawn_why, row.withdrawn_on = reason(why), words.today(asker)
    row.save(update_fields=["withdrawn_on", "withdrawn_why", "version"])
    if public:
        release.withdraw(asker, kind="risk", record=id, target=access.public_circle())
    return row


@action("picture.bring_back_risk")
def bring_back_risk(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None) -> Risk:
    """Undo of withdrawing; the public reads it again only after a new release. Raises NotFound, Refused, Conflict."""
    seen = queries.risk(asker, circle, id)
    policies.may_bring_back(queries.level(asker, circle), seen.made_by_id == asker.id, seen.withdrawn_on is not None).insist()
    row = take(Risk, id=id, circle=circle, version=version)
    row.withdrawn_on, row.withdrawn_why = None, ""
    row.save(update_fields=["withdrawn_on", "withdrawn_why", "version"])
    return row


@action("picture.link_evidence")
def link_evidence(asker: Asker, *, risk: tuple[uuid.UUID, uuid.UUID], evidence: tuple[uuid.UUID, uuid.UUID]) -> RiskEvidence:
    """Say that an item of evidence stands behind a risk; both are (circle, id). The link stands in the narrower circle of the two.

    Raises NotFound, Refused, Invalid.
    """
    of, item = queries.risk(asker, *risk), queries.evidence(asker, *evidence)
    circle = policies.link_circle((of.circle_id, of.circle.kind), (item.circle_id, item.circle.kind))
    if circle is None:
        raise Refused(
            _("The risk and the evidence have different readers. A link would tell one of them that the other has something.")
        )
    policies.may_link(queries.level(asker, circle), of.withdrawn_on is not None or item.withdrawn_on is not None).insist()
    row = RiskEvidence(
        circle_id=circle, risk_id=of.id, risk_circle_id=of.circle_id, evidence_id=item.id, evidence_circle_id=item.circle_id
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:  # the only thing that a link between two rows can offend at once
        raise Invalid({"evidence": [_("This evidence stands behind the risk already.")]}) from None
    return row


@action("picture.unlink_evidence")
def unlink_evidence(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID) -> None:
    """Take a link away; the log keeps that it was there. Raises NotFound, Refused."""
    seen = queries.link(asker, circle, id)
    policies.may_unlink(queries.level(asker, circle), seen.made_by_id == asker.id).insist()
    RiskEvidence.objects.filter(id=id, circle_id=circle).delete()
