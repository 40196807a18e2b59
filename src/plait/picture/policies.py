"""May it be done at all now? Each rule answers with a Decision: allowed, or the reason as a sentence."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from plait.kernel.decisions import Decision, allowed, because
from plait.kernel.models import Kind, Level

# ---- evidence and risks -----------------------------------------------------------------------------------------


def may_add(level: int) -> Decision:
    """Whoever contributes in a circle may add evidence and risks to it."""
    return (
        allowed
        if level >= Level.CONTRIBUTOR
        else because(_("You read here and do not write. Somebody who contributes can write it down for you."))
    )


def may_change(level: int, own: bool, withdrawn: bool) -> Decision:
    """Its author and the stewards of its circle."""
    if level < Level.CONTRIBUTOR or not (own or level >= Level.STEWARD):
        return because(_("It is changed by whoever wrote it down, or by a steward of its circle."))
    return because(_("It was withdrawn. Bring it back before you change it.")) if withdrawn else allowed


def may_withdraw(level: int, own: bool, withdrawn: bool, public: bool, takes_off: bool) -> Decision:
    """As changing; where the public reads it, also the right to take it off there, because the copy goes at once."""
    if withdrawn:
        return because(_("It was withdrawn already."))
    if not (may := may_change(level, own, withdrawn)):
        return may
    if public and not (level >= Level.STEWARD or takes_off):
        return because(_("The public reads it. Somebody who may take back what was released has to withdraw it."))
    return allowed


def may_bring_back(level: int, own: bool, withdrawn: bool) -> Decision:
    """Undo of withdrawing, by the same people."""
    return may_change(level, own, False) if withdrawn else because(_("It was not withdrawn."))


def may_grade(credibility: str, seconds: int) -> Decision:
    """Nobody's own word is "confirmed": that takes a second record by somebody else, linked to the same risk.

    Source: Admiralty grading, with the rule that 1 needs an independent record.
    """
    if credibility == "1" and not seconds:
        return because(_("Confirmed takes a second record by somebody else. Link both to the same risk first."))
    return allowed


def link_circle(risk: tuple[Any, int], evidence: tuple[Any, int]) -> Any:
    """The circle of a link, from (circle, kind) of its ends: the narrower one. None where neither holds the other.

    A link that stood in a third audience, or in one of two that do not hold each other, would tell one that the other has something.
    """
    if risk[0] == evidence[0] or evidence[1] == Kind.PARTNERSHIP:
        return risk[0]
    return evidence[0] if risk[1] == Kind.PARTNERSHIP else None


def may_link(level: int, withdrawn: bool) -> Decision:
    """Whoever contributes where the link would stand; not to what was withdrawn."""
    if withdrawn:
        return because(_("One of the two was withdrawn. Bring it back before you link it."))
    return may_add(level)


def may_unlink(level: int, own: bool) -> Decision:
    """Whoever made the link, and the stewards of its circle."""
    return may_change(level, own, False)


# ---- the steps of an assessment ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """From a state, by a verb, to a state; with the decision right that it needs ("" for every contributor)."""

    state: str
    verb: str
    to: str
    right: str


STATES = ("draft", "commenting", "agreed", "withdrawn")
VERBS = ("edit", "open_comments", "take_back", "comment", "answer", "take_position", "agree", "withdraw")
STEPS = (
    Step("draft", "edit", "draft", "picture.open_comments"),
    Step("draft", "open_comments", "commenting", "picture.open_comments"),
    Step("draft", "withdraw", "withdrawn", "picture.open_comments"),
    Step("commenting", "take_back", "draft", "picture.open_comments"),
    Step("commenting", "comment", "commenting", ""),
    Step("commenting", "answer", "commenting", "picture.open_comments"),
    Step("commenting", "take_position", "commenting", "picture.take_position"),
    Step("commenting", "agree", "agreed", "picture.agree_assessment"),
)
"""The whole life of an assessment. Where a state and a verb stand in no row, `NOT_NOW` says why."""

NOT_NOW: dict[tuple[str, str], Any] = {
    ("draft", "take_back"): _("It is a draft already."),
    ("draft", "comment"): _("Comments have not been opened yet."),
    ("draft", "answer"): _("Comments have not been opened yet."),
    ("draft", "take_position"): _("The board takes its positions once the draft is open for comment."),
    ("draft", "agree"): _("A draft is opened for comment before the board agrees it."),
    ("commenting", "edit"): _(
        "It is open for comment: partners must be able to rely on the text they read. Take it back to draft to change it."
    ),
    ("commenting", "open_comments"): _("It is open for comment already."),
    ("commenting", "withdraw"): _("It is open for comment. Take it back to draft before you withdraw it."),
    **{("agreed", verb): _("The board has agreed it. Its text no longer changes: begin a new draft.") for verb in VERBS},
    **{("withdrawn", verb): _("It was withdrawn. Begin a new draft.") for verb in VERBS},
}


def step(state: str, verb: str) -> Decision:
    """Whether the table of steps has this verb in this state."""
    return allowed if any((s.state, s.verb) == (state, verb) for s in STEPS) else because(NOT_NOW[state, verb])


def right_of(verb: str) -> str:
    """The decision right that a verb needs, "" for every contributor."""
    return next(s.right for s in STEPS if s.verb == verb)


def may_step(state: str, verb: str, rights: Collection[str], level: int) -> Decision:
    """The table, the decision right and the seat: for pages that show or hide a button."""
    right = right_of(verb)
    if level < Level.CONTRIBUTOR:
        return may_add(level)
    if right and right not in rights:
        return because(_("This step is decided by another office. The page of the pack says which."))
    return step(state, verb)


def may_start(rights: Collection[str], level: int, open_ones: int) -> Decision:
    """One picture is worked on at a time: two open drafts would split the comments."""
    if level < Level.CONTRIBUTOR or right_of("open_comments") not in rights:
        return because(_("A new picture is begun by the office that opens it for comment."))
    return because(_("There is a picture in work already. Agree it or withdraw it first.")) if open_ones else allowed


def may_open(risks: int, until: date, today: date) -> Decision:
    """There is something to comment on, and time to do it."""
    if not risks:
        return because(_("There is no risk in it yet. Add one before you ask for comments."))
    return because(_("Give partners until today at least.")) if until < today else allowed


def same_text(seen: str | None, stands: str) -> Decision:
    """What was read is what stands there. `seen` None: whoever acts reads it in the same moment, as `load` does."""
    if seen is None or seen == stands:
        return allowed
    return because(_("The text changed after you opened the page. Read it again; what you typed is still here."))


def has_quorum(taken: int, board: int, at_least: int, share: int) -> bool:
    """So many in any case, and so many per cent of the board."""
    return taken >= at_least and taken * 100 >= share * board


def may_agree(agree: int, dissent: int, abstain: int, board: int, at_least: int, share: int, rule: str) -> Decision:
    """The pack's quorum took a position on the text as it stands, and more agree than dissent. Whoever is silent counts for neither."""
    taken = agree + dissent + abstain
    if not has_quorum(taken, board, at_least, share):
        said = {"taken": taken, "board": board, "rule": rule}
        return because(
            _("%(taken)s of the %(board)s on the board have taken a position on this text. That is too few. The rule: %(rule)s")
            % said
        )
    if agree <= dissent:
        return because(_("Not more members agree than dissent. Take it back to draft, and change what divides the board."))
    return allowed


def may_be_dated(agreed_on: date, today: date) -> Decision:
    """A decision is recorded after it was taken."""
    return because(_("Write the day on which the board agreed. It cannot lie ahead.")) if agreed_on > today else allowed
