"""Writing down, changing, withdrawing evidence."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from plait import packs
from plait.kernel.acting import Asker, action
from plait.kernel.errors import Invalid
from plait.kernel.models import take
from plait.picture import policies, queries, words
from plait.picture.actions.typed import LINE, Typed, keep_until, reason
from plait.picture.models import Evidence

TITLE_FROM_WORDS = 80


def title_of(what: str) -> str:
    """A title out of the first words, cut between two of them, for whoever gave none."""
    first = " ".join(what.split())
    if len(first) <= TITLE_FROM_WORDS:
        return first.rstrip(".")
    return first[: TITLE_FROM_WORDS - 1].rsplit(" ", 1)[0].rstrip(",;:.") + "…"


def _written(
    asker: Asker,
    *,
    title: str,
    what: str,
    happened_on: date | None,
    place: str,
    how: str,
    sure: str,
    kind: str,
    themes: Iterable[str],
    source: str,
    lang: str,
    names_nobody: bool,
    reliability: str,
    credibility: str,
) -> dict[str, Any]:
    typed, today = Typed(), words.today(asker)
    typed.text("what", what, missing=_("Say in a sentence or two what you saw, heard or read."))
    typed.text("title", title or title_of(what or ""), longest=LINE)
    typed.text("source", source, longest=300)
    if happened_on is None:
        typed.wrong("happened_on", _("Write the day on which it happened, or on which you heard or read it."))
    elif happened_on > today:
        typed.wrong("happened_on", _("Write a day that is not ahead of us."))
    typed.values["happened_on"] = happened_on
    typed.one_of("place", place, (key for key, _name in words.places()))
    typed.word("how", how, "evidence_how")
    typed.word("sure", sure, "evidence_sure")
    typed.word("kind", kind, "evidence_kind", optional=True)
    typed.words("themes", themes, "theme")
    typed.language(lang)
    if names_nobody is not True:
        typed.wrong("names_nobody", _("Tick the box once it names no private person. Change the words first if it does."))
    typed.values["names_nobody"] = True
    typed.word("reliability", reliability, "admiralty_reliability", optional=True)
    typed.word("credibility", credibility, "admiralty_credibility", optional=True)
    made = typed.stand()
    plain = packs.current().grade_of(how, sure)
    made["reliability"] = reliability or plain.reliability
    made["credibility"] = credibility or plain.credibility
    made["keep_until"] = keep_until("evidence", made["happened_on"])
    return made


@action("picture.add_evidence")
def add_evidence(
    asker: Asker,
    *,
    circle: uuid.UUID,
    what: str,
    happened_on: date | None,
    place: str,
    how: str,
    sure: str,
    themes: Iterable[str],
    names_nobody: bool,
    title: str = "",
    kind: str = "",
    source: str = "",
    lang: str = "en",
) -> Evidence:
    """One thing that the asker saw, was told or read, for the readers of one circle. The grade follows from the plain answers.

    Raises Refused (not a contributor there), Invalid.
    """
    policies.may_add(queries.level(asker, circle)).insist()
    made = _written(
        asker,
        title=title,
        what=what,
        happened_on=happened_on,
        place=place,
        how=how,
        sure=sure,
        kind=kind,
        themes=themes,
        source=source,
        lang=lang,
        names_nobody=names_nobody,
        reliability="",
        credibility="",
    )
    row = Evidence(circle_id=circle, **made)
    row.save(force_insert=True)
    return row


@action("picture.change_evidence")
def change_evidence(
    asker: Asker,
    *,
    id: uuid.UUID,
    circle: uuid.UUID,
    version: int | None,
    title: str,
    what: str,
    happened_on: date | None,
    place: str,
    how: str,
    sure: str,
    themes: Iterable[str],
    names_nobody: bool,
    kind: str = "",
    source: str = "",
    lang: str = "en",
    reliability: str = "",
    credibility: str = "",
) -> Evidence:
    """Correct an item; its circle never changes. An empty grade means: as the plain answers say. Raises NotFound, Refused, Conflict, Invalid."""
    seen = queries.evidence(asker, circle, id)
    policies.may_change(queries.level(asker, circle), seen.made_by_id == asker.id, seen.withdrawn_on is not None).insist()
    row = take(Evidence, id=id, circle=circle, version=version)
    made = _written(
        asker,
        title=title,
        what=what,
        happened_on=happened_on,
        place=place,
        how=how,
        sure=sure,
        kind=kind,
        themes=themes,
        source=source,
        lang=lang,
        names_nobody=names_nobody,
        reliability=reliability,
        credibility=credibility,
    )
    if not (may := policies.may_grade(made["credibility"], queries.seconds(seen))):
        raise Invalid({"credibility": [may.because]})
    for name, value in made.items():
        setattr(row, name, value)
    row.save(update_fields=[*made, "version"])
    return row


@action("picture.withdraw_evidence")
def withdraw_evidence(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None, why: str) -> Evidence:
    """Take an item out of lists and from behind risks, with the reason; can be undone. Raises NotFound, Refused, Conflict, Invalid."""
    seen = queries.evidence(asker, circle, id)
    policies.may_withdraw(
        queries.level(asker, circle), seen.made_by_id == asker.id, seen.withdrawn_on is not None, False, False
    ).insist()
    row = take(Evidence, id=id, circle=circle, version=version)
    row.withdrawn_why, row.withdrawn_on = reason(why), words.today(asker)
    row.save(update_fields=["withdrawn_on", "withdrawn_why", "version"])
    return row


@action("picture.bring_back_evidence")
def bring_back_evidence(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None) -> Evidence:
    """Undo of withdrawing. Raises NotFound, Refused, Conflict."""
    seen = queries.evidence(asker, circle, id)
    policies.may_bring_back(queries.level(asker, circle), seen.made_by_id == asker.id, seen.withdrawn_on is not None).insist()
    row = take(Evidence, id=id, circle=circle, version=version)
    row.withdrawn_on, row.withdrawn_why = None, ""
    row.save(update_fields=["withdrawn_on", "withdrawn_why", "version"])
    return row
