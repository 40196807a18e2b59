"""The year's assessment: drafted, commented on, agreed with its dissent, never changed after."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from plait import packs
from plait.kernel.acting import Asker, action
from plait.kernel.errors import Invalid
from plait.kernel.models import take
from plait.picture import frozen, policies, queries
from plait.picture.actions.typed import LINE, Typed, keep_until
from plait.picture.models import Assessment, AssessmentComment, Position
from plait.picture.words import language, today

OPEN, AGREE, VOICE = "picture.open_comments", "picture.agree_assessment", "picture.take_position"


def _written(
    asker: Asker, *, title: str, method: str, public_text: str, lang: str, translations: Mapping[str, str] | None
) -> dict[str, Any]:
    typed = Typed()
    typed.text("title", title, missing=_("Give it a title."), longest=LINE)
    typed.text("public_text", public_text, missing=_("Say in a few sentences what the picture shows."))
    typed.text("method", method)
    typed.language(lang, translations or {})
    return {**typed.stand(), "keep_until": keep_until("judgement", today(asker))}


@action("picture.start_assessment", right=OPEN)
def start_assessment(
    asker: Asker,
    *,
    circle: uuid.UUID,
    title: str,
    public_text: str,
    method: str = "",
    year: int | None = None,
    lang: str = "en",
    translations: Mapping[str, str] | None = None,
) -> Assessment:
    """A new draft: the next number of its year, following the last one that was agreed. Raises Refused, Invalid."""
    policies.may_start({OPEN}, queries.level(asker, circle), queries.in_work(circle)).insist()
    year = year or today(asker).year
    if not 1900 < year < 3000:
        raise Invalid({"year": [_("Write a year in four digits.")]})
    made = _written(asker, title=title, method=method, public_text=public_text, lang=lang, translations=translations)
    before = queries.latest_agreed(circle)
    row = Assessment(
        circle_id=circle, year=year, number=queries.next_number(circle, year), follows_id=before.id if before else None, **made
    )
    row.save(force_insert=True)
    return row


def _step(asker: Asker, verb: str, id: uuid.UUID, circle: uuid.UUID, version: int | None) -> Assessment:
    """The assessment, locked, in a state that has this verb. Raises NotFound, Refused, Conflict."""
    seen = queries.assessment(asker, circle, id)
    policies.may_add(queries.level(asker, circle)).insist()
    policies.step(seen.state, verb).insist()
    row = take(Assessment, id=id, circle=circle, version=version)
    policies.step(row.state, verb).insist()
    return row


@action("picture.edit_assessment", right=OPEN)
def edit_assessment(
    asker: Asker,
    *,
    id: uuid.UUID,
    circle: uuid.UUID,
    version: int | None,
    title: str,
    public_text: str,
    method: str = "",
    lang: str = "en",
    translations: Mapping[str, str] | None = None,
) -> Assessment:
    """Change a draft's words. Raises NotFound, Refused (no draft), Conflict, Invalid."""
    row = _step(asker, "edit", id, circle, version)
    made = _written(asker, title=title, method=method, public_text=public_text, lang=lang, translations=translations)
    for name, value in made.items():
        setattr(row, name, value)
    row.save(update_fields=[*made, "version"])
    return row


@action("picture.open_comments", right=OPEN)
def open_comments(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None, until: date) -> Assessment:
    """Ask the partners for comments and the board for its positions, until a day. Raises NotFound, Refused, Conflict, Invalid."""
    row = _step(asker, "open_comments", id, circle, version)
    if not (may := policies.may_open(len(queries.live(circle)), until, today(asker))):
        raise Invalid({"until": [may.because]})
    row.state, row.comments_until = "commenting", until
    row.save(update_fields=["state", "comments_until", "version"])
    return row


@action("picture.take_back", right=OPEN)
def take_back(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None) -> Assessment:
    """Back to draft, to change it. Comments stay; positions on a text that then changes have to be taken again."""
    row = _step(asker, "take_back", id, circle, version)
    row.state = "draft"
    row.save(update_fields=["state", "version"])
    return row


@action("picture.withdraw_assessment", right=OPEN)
def withdraw_assessment(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None) -> Assessment:
    """Give up a draft. It stays readable, its number stays taken."""
    row = _step(asker, "withdraw", id, circle, version)
    row.state, row.withdrawn_on = "withdrawn", today(asker)
    row.save(update_fields=["state", "withdrawn_on", "version"])
    return row


@action("picture.comment")
def comment(
    asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, stance: str, text: str, lang: str = "en", seen: str | None = None
) -> AssessmentComment:
    """A partner's words on the draft as they read it (`seen`: its hash). Raises NotFound, Refused, Invalid."""
    row = _step(asker, "comment", id, circle, None)
    typed = Typed()
    typed.word("stance", stance, "comment_stance")
    typed.text("text", text, missing=_("Say it in a sentence or two."))
    typed.language(lang, field="text")
    made = typed.stand()
    _text, sha = queries.text_now(row)
    said = AssessmentComment(
        circle_id=circle,
        assessment_id=id,
        organisation=queries.organisation_of(asker, today(asker)),
        text_sha256=seen or sha,
        keep_until=keep_until("judgement", today(asker)),
        **made,
    )
    said.save(force_insert=True)
    return said


@action("picture.answer_comment", right=OPEN)
def answer_comment(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None, answer: str) -> AssessmentComment:
    """Say to a partner what became of their comment. Raises NotFound, Refused, Conflict, Invalid."""
    seen = queries.comment(asker, circle, id)
    _step(asker, "answer", seen.assessment_id, circle, None)
    row = take(AssessmentComment, id=id, circle=circle, version=version)
    typed = Typed()
    typed.text("answer", answer, missing=_("Say in a sentence what became of it."))
    row.answer = typed.stand()["answer"]
    row.save(update_fields=["answer", "version"])
    return row


@action("picture.take_position", right=VOICE)
def take_position(
    asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, position: str, words: str = "", lang: str = "en", seen: str | None = None
) -> Position:
    """A board member agrees, dissents (in words) or abstains, by name, on the text that they read; may change it until it is agreed.

    Raises NotFound, Refused, Invalid.
    """
    row = _step(asker, "take_position", id, circle, None)
    typed = Typed()
    typed.word("position", position, "position")
    missing = _("Say what you dissent from and why. Your words are kept beside the decision.") if position == "dissent" else None
    typed.text("words", words, missing=missing)
    typed.language(lang, field="words")
    made = typed.stand()
    _text, sha = queries.text_now(row)
    if not (may := policies.same_text(seen, sha)):
        raise Invalid({"": [may.because]})
    made["text_sha256"] = sha
    mine = queries.my_position(asker, row)
    if mine is None:
        on = today(asker)
        mine = Position(
            circle_id=circle,
            assessment_id=id,
            name=asker.name,
            organisation=queries.organisation_of(asker, on),
            keep_until=keep_until("judgement", on),
            **made,
        )
        mine.save(force_insert=True)
        return mine
    mine = take(Position, id=mine.id, circle=circle, version=None)
    for name, value in made.items():
        setattr(mine, name, value)
    mine.save(update_fields=[*made, "version"])
    return mine


@action("picture.agree_assessment", right=AGREE)
def agree_assessment(
    asker: Asker,
    *,
    id: uuid.UUID,
    circle: uuid.UUID,
    version: int | None,
    agreed_on: date,
    note: str = "",
    seen: str | None = None,
) -> Assessment:
    """Record that the board agreed this text: the quorum of the pack took a position on it, and more agree than dissent.

    Freezes the bytes: summary, method, every risk's judgement and words, every position, dissent in words, and who was silent by name.
    Raises NotFound, Refused, Conflict, Invalid.
    """
    row = _step(asker, "agree", id, circle, version)
    typed = Typed()
    typed.text("note", note)
    if not (may := policies.may_be_dated(agreed_on, today(asker))):
        typed.wrong("agreed_on", may.because)
    made = typed.stand()
    text, sha = queries.text_now(row)
    if not (may := policies.same_text(seen, sha)):
        raise Invalid({"": [may.because]})
    quorum = packs.current().assessment.quorum
    rule = quorum.note.said(row.lang)
    board = queries.board(asker, row, sha, agreed_on)
    policies.may_agree(
        **board.counts, board=board.size, at_least=quorum.at_least, share=quorum.share, rule=quorum.note.said(language())
    ).insist()
    row.frozen = frozen.canonical(
        frozen.agreed(text, on=agreed_on, note=made["note"], positions=board.positions, silent=board.silent, rule=rule)
    )
    row.sha256 = frozen.sha256(row.frozen)
    row.state, row.agreed_on, row.agreed_note = "agreed", agreed_on, made["note"]
    row.comments_until = min(row.comments_until or agreed_on, agreed_on)
    row.save(update_fields=["state", "agreed_on", "agreed_note", "frozen", "sha256", "comments_until", "version"])
    return row
