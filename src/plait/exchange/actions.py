"""Verbs of the exchange."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from plait import packs
from plait.exchange import policies, queries
from plait.exchange.models import Lesson
from plait.kernel import access, release
from plait.kernel.acting import Asker, action
from plait.kernel.decisions import Decision
from plait.kernel.errors import Invalid
from plait.kernel.models import take
from plait.kernel.text import LONGEST, placed, translated


def _written(
    circle: uuid.UUID,
    *,
    title: str,
    public_text: str,
    purpose: str,
    direction: str,
    city: str,
    case_text: str,
    changed: str,
    outcome: str,
    strength: str,
    share: bool,
    group: uuid.UUID | None,
    risk: uuid.UUID | None,
    position: int | None,
    lang: str,
    translations: Mapping[str, str] | None,
) -> dict[str, Any]:
    """What was typed, as it will stand. Raises Invalid with a sentence for each field."""
    errors: dict[str, list[Any]] = {}
    texts = {
        "title": title,
        "public_text": public_text,
        "city": city,
        "case_text": case_text,
        "changed": changed,
        "outcome": outcome,
    }
    texts = {name: (said or "").strip() for name, said in texts.items()}
    missing = {"title": _("Give it a short name."), "public_text": _("Say in a sentence or two what was learnt.")}
    for name, said in texts.items():
        longest = 200 if name in ("title", "city") else LONGEST
        if not said and name in missing:
            errors[name] = [missing[name]]
        elif len(said) > longest:
            errors[name] = [_("Make it shorter: at most %(count)d characters.") % {"count": longest}]
    pack = packs.current()
    for name, key in (("purpose", purpose), ("direction", direction), ("strength", strength)):
        if key not in pack.vocabulary(f"lesson_{name}"):
            errors[name] = [_("Choose one of those listed.")]
    if direction in ("from", "for") and not texts["city"]:
        errors["city"] = [_("Say from or for which city it is.")]
    for name, id in (("group", group), ("risk", risk)):
        if id is not None and not queries.exists_in(name, id, circle):
            errors[name] = [_("Choose one of those listed.")]
    place, said_in = placed(position, errors), translated(lang, translations, errors)
    if errors:
        raise Invalid(errors)
    return {
        **texts,
        "purpose": purpose,
        "direction": direction,
        "strength": strength,
        "share": bool(share),
        "group_id": group,
        "risk_id": risk,
        "position": place,
        "lang": lang,
        "translations": said_in,
    }


def _kept_until(today: date) -> date | None:
    """The day from which a lesson may be disposed of; where the pack names no period it stays until it proves wrong."""
    days = packs.current().retention_class("exchange").days
    return today + timedelta(days=days) if days else None


def _take(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None, reading: Decision) -> Lesson:
    """The row, locked. Whoever reads here and does not write gets the sentence `reading`; whoever does not see it, NotFound."""
    if not queries.writes_in(asker, circle):
        queries.lesson(asker, circle=circle, id=id)
        reading.insist()
    return take(Lesson, id=id, circle=circle, version=version)


@action("exchange.add_lesson")
def add_lesson(
    asker: Asker,
    *,
    circle: uuid.UUID,
    title: str,
    public_text: str,
    purpose: str,
    strength: str,
    direction: str = "own",
    city: str = "",
    case_text: str = "",
    changed: str = "",
    outcome: str = "",
    share: bool = False,
    group: uuid.UUID | None = None,
    risk: uuid.UUID | None = None,
    position: int | None = 0,
    lang: str = "en",
    translations: Mapping[str, str] | None = None,
) -> Lesson:
    """Write down a lesson. Raises Refused (a reader), Invalid."""
    policies.may_add(queries.writes_in(asker, circle)).insist()
    written = _written(
        circle,
        title=title,
        public_text=public_text,
        purpose=purpose,
        direction=direction,
        city=city,
        case_text=case_text,
        changed=changed,
        outcome=outcome,
        strength=strength,
        share=share,
        group=group,
        risk=risk,
        position=position,
        lang=lang,
        translations=translations,
    )
    row = Lesson(circle_id=circle, keep_until=_kept_until(queries.today(asker)), **written)
    row.save(force_insert=True)
    return row


@action("exchange.change_lesson")
def change_lesson(
    asker: Asker,
    *,
    id: uuid.UUID,
    circle: uuid.UUID,
    version: int | None,
    title: str,
    public_text: str,
    purpose: str,
    strength: str,
    direction: str,
    city: str = "",
    case_text: str = "",
    changed: str = "",
    outcome: str = "",
    share: bool = False,
    group: uuid.UUID | None = None,
    risk: uuid.UUID | None = None,
    position: int | None = 0,
    lang: str = "en",
    translations: Mapping[str, str] | None = None,
) -> Lesson:
    """Change a lesson. One that is no longer to be shared leaves the public pages at once.

    Raises NotFound, Conflict, Refused, Invalid.
    """
    row = _take(asker, id=id, circle=circle, version=version, reading=policies.may_change(False, False))
    policies.may_change(True, row.withdrawn_on is not None).insist()
    written = _written(
        circle,
        title=title,
        public_text=public_text,
        purpose=purpose,
        direction=direction,
        city=city,
        case_text=case_text,
        changed=changed,
        outcome=outcome,
        strength=strength,
        share=share,
        group=group,
        risk=risk,
        position=position,
        lang=lang,
        translations=translations,
    )
    stops = row.share and not share and queries.is_public(row)
    policies.may_stop_sharing(stops, stops and queries.may_take_off(asker, circle)).insist()
    for name, value in written.items():
        setattr(row, name, value)
    row.save(update_fields=[*(name.removesuffix("_id") for name in written), "version"])
    if stops:
        release.withdraw(asker, kind="lesson", record=row.id, target=access.public_circle())
    return row


@action("exchange.withdraw_lesson")
def withdraw_lesson(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None) -> Lesson:
    """Take a lesson back, and its public copies with it. Bringing it back brings it back inside.

    Raises NotFound, Conflict, Refused.
    """
    row = _take(asker, id=id, circle=circle, version=version, reading=policies.may_withdraw(False, False, False, False))
    public = queries.is_public(row)
    policies.may_withdraw(True, row.withdrawn_on is not None, public, public and queries.may_take_off(asker, circle)).insist()
    row.withdrawn_on = queries.today(asker)
    row.save(update_fields=["withdrawn_on", "version"])
    if public:
        release.withdraw(asker, kind="lesson", record=row.id, target=access.public_circle())
    return row


@action("exchange.bring_back_lesson")
def bring_back_lesson(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None) -> Lesson:
    """Undo of taking back. Raises NotFound, Conflict, Refused."""
    row = _take(asker, id=id, circle=circle, version=version, reading=policies.may_bring_back(False, False))
    policies.may_bring_back(True, row.withdrawn_on is not None).insist()
    row.withdrawn_on = None
    row.save(update_fields=["withdrawn_on", "version"])
    return row
