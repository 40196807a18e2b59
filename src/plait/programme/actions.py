"""Verbs of the programme."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from plait import packs
from plait.kernel import access, release
from plait.kernel.acting import Asker, action
from plait.kernel.decisions import Decision
from plait.kernel.errors import Invalid
from plait.kernel.models import take
from plait.kernel.text import LONGEST, placed, translated
from plait.programme import policies, queries
from plait.programme.models import Priority


def _written(
    circle: uuid.UUID,
    *,
    title: str,
    public_text: str,
    lead: uuid.UUID | None,
    due: date | None,
    measure: str,
    next_step: str,
    horizon: str,
    risk: uuid.UUID | None,
    gap: uuid.UUID | None,
    position: int | None,
    lang: str,
    translations: Mapping[str, str] | None,
) -> dict[str, Any]:
    """What was typed, as it will stand. Raises Invalid with a sentence for each field."""
    errors: dict[str, list[Any]] = {}
    texts = {"title": title, "public_text": public_text, "measure": measure, "next_step": next_step}
    texts = {name: (said or "").strip() for name, said in texts.items()}
    missing = {
        "title": _("Give it a short name."),
        "public_text": _("Say in a sentence or two what you want to reach."),
        "measure": _("Say how you will know that it worked."),
        "next_step": _("Say what happens next."),
    }
    for name, said in texts.items():
        longest = 200 if name == "title" else LONGEST
        if not said:
            errors[name] = [missing[name]]
        elif len(said) > longest:
            errors[name] = [_("Make it shorter: at most %(count)d characters.") % {"count": longest}]
    if due is None:
        errors["due"] = [_("Say by which day.")]
    if horizon not in packs.current().vocabulary("priority_horizon"):
        errors["horizon"] = [_("Choose one of those listed.")]
    if risk is None and gap is None:
        errors["risk"] = [_("Choose the risk or the gap that this answers. A priority that answers neither has no place here.")]
    if lead is None:
        errors["lead"] = [_("Choose the organisation that leads.")]
    for name, id in (("risk", risk), ("gap", gap), ("lead", lead)):
        if id is not None and not queries.exists_in(name, id, circle):
            errors[name] = [_("Choose one of those listed.")]
    place, said_in = placed(position, errors), translated(lang, translations, errors)
    if errors:
        raise Invalid(errors)
    return {
        **texts,
        "due": due,
        "horizon": horizon,
        "risk_id": risk,
        "gap_id": gap,
        "lead_id": lead,
        "position": place,
        "lang": lang,
        "translations": said_in,
    }


def _kept_until(state: str, withdrawn: bool, today: date) -> date | None:
    """The day from which a priority that has ended may be disposed of; none while it goes on."""
    days = packs.current().retention_class("programme").days
    return today + timedelta(days=days) if days and (withdrawn or policies.has_ended(state)) else None


def _take(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None, reading: Decision) -> Priority:
    """The row, locked. Whoever reads here and does not write gets the sentence `reading`; whoever does not see it, NotFound."""
    if not queries.writes_in(asker, circle):
        queries.priority(asker, circle=circle, id=id)
        reading.insist()
    return take(Priority, id=id, circle=circle, version=version)


@action("programme.add_priority")
def add_priority(
    asker: Asker,
    *,
    circle: uuid.UUID,
    title: str,
    public_text: str,
    lead: uuid.UUID | None,
    due: date | None,
    measure: str,
    next_step: str,
    horizon: str = "now",
    state: str = "planned",
    state_note: str = "",
    risk: uuid.UUID | None = None,
    gap: uuid.UUID | None = None,
    position: int | None = 0,
    lang: str = "en",
    translations: Mapping[str, str] | None = None,
) -> Priority:
    """Take on a priority that answers a risk or a gap in coverage. Raises Refused (a reader), Invalid."""
    policies.may_add(queries.writes_in(asker, circle)).insist()
    written = _written(
        circle,
        title=title,
        public_text=public_text,
        lead=lead,
        due=due,
        measure=measure,
        next_step=next_step,
        horizon=horizon,
        risk=risk,
        gap=gap,
        position=position,
        lang=lang,
        translations=translations,
    )
    if state not in packs.current().vocabulary("priority_state"):
        raise Invalid({"state": [_("Choose one of those listed.")]})
    row = Priority(
        circle_id=circle,
        state=state,
        state_note=state_note.strip()[:LONGEST],
        keep_until=_kept_until(state, False, queries.today(asker)),
        **written,
    )
    row.save(force_insert=True)
    return row


@action("programme.change_priority")
def change_priority(
    asker: Asker,
    *,
    id: uuid.UUID,
    circle: uuid.UUID,
    version: int | None,
    title: str,
    public_text: str,
    lead: uuid.UUID | None,
    due: date | None,
    measure: str,
    next_step: str,
    horizon: str,
    risk: uuid.UUID | None = None,
    gap: uuid.UUID | None = None,
    position: int | None = 0,
    lang: str = "en",
    translations: Mapping[str, str] | None = None,
) -> Priority:
    """Change what a priority says; its state has a verb of its own. Raises NotFound, Conflict, Refused, Invalid."""
    row = _take(asker, id=id, circle=circle, version=version, reading=policies.may_change(False, False))
    policies.may_change(True, row.withdrawn_on is not None).insist()
    written = _written(
        circle,
        title=title,
        public_text=public_text,
        lead=lead,
        due=due,
        measure=measure,
        next_step=next_step,
        horizon=horizon,
        risk=risk,
        gap=gap,
        position=position,
        lang=lang,
        translations=translations,
    )
    for name, value in written.items():
        setattr(row, name, value)
    row.save(update_fields=[*(name.removesuffix("_id") for name in written), "version"])
    return row


@action("programme.move_priority")
def move_priority(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None, state: str, words: str) -> Priority:
    """Say where a priority stands now, and why, in words. Raises NotFound, Conflict, Refused, Invalid."""
    row = _take(asker, id=id, circle=circle, version=version, reading=policies.may_change(False, False))
    policies.may_change(True, row.withdrawn_on is not None).insist()
    known = packs.current().vocabulary("priority_state")
    if state not in known:
        raise Invalid({"state": [_("Choose one of those listed.")]})
    policies.may_move(row.state, state, known.keys).insist()
    said = (words or "").strip()
    if not said:
        raise Invalid({"words": [_("Say in a sentence why it stands there now.")]})
    if len(said) > LONGEST:
        raise Invalid({"words": [_("Make it shorter: at most %(count)d characters.") % {"count": LONGEST}]})
    row.state, row.state_note = state, said
    row.keep_until = _kept_until(state, False, queries.today(asker))
    row.save(update_fields=["state", "state_note", "keep_until", "version"])
    return row


@action("programme.withdraw_priority")
def withdraw_priority(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None) -> Priority:
    """Take a priority back, and its public copies with it. Bringing it back brings it back inside.

    Raises NotFound, Conflict, Refused.
    """
    row = _take(asker, id=id, circle=circle, version=version, reading=policies.may_withdraw(False, False, False, False))
    public = queries.is_public(row)
    policies.may_withdraw(True, row.withdrawn_on is not None, public, public and queries.may_take_off(asker, circle)).insist()
    row.withdrawn_on = queries.today(asker)
    row.keep_until = _kept_until(row.state, True, row.withdrawn_on)
    row.save(update_fields=["withdrawn_on", "keep_until", "version"])
    if public:
        release.withdraw(asker, kind="priority", record=row.id, target=access.public_circle())
    return row


@action("programme.bring_back_priority")
def bring_back_priority(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None) -> Priority:
    """Undo of taking back. Raises NotFound, Conflict, Refused."""
    row = _take(asker, id=id, circle=circle, version=version, reading=policies.may_bring_back(False, False))
    policies.may_bring_back(True, row.withdrawn_on is not None).insist()
    row.withdrawn_on = None
    row.keep_until = _kept_until(row.state, False, queries.today(asker))
    row.save(update_fields=["withdrawn_on", "keep_until", "version"])
    return row
