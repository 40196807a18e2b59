"""Verbs of the picture: the only files that write."""

from plait.picture.actions.assessments import (
    agree_assessment,
    answer_comment,
    comment,
    edit_assessment,
    open_comments,
    start_assessment,
    take_back,
    take_position,
    withdraw_assessment,
)
from plait.picture.actions.evidence import add_evidence, bring_back_evidence, change_evidence, withdraw_evidence
from plait.picture.actions.files import add_file, bring_back_file, remove_file
from plait.picture.actions.risks import add_risk, bring_back_risk, change_risk, link_evidence, unlink_evidence, withdraw_risk

__all__ = [
    "add_evidence",
    "add_file",
    "add_risk",
    "agree_assessment",
    "answer_comment",
    "bring_back_evidence",
    "bring_back_file",
    "bring_back_risk",
    "change_evidence",
    "change_risk",
    "comment",
    "edit_assessment",
    "link_evidence",
    "open_comments",
    "remove_file",
    "start_assessment",
    "take_back",
    "take_position",
    "unlink_evidence",
    "withdraw_assessment",
    "withdraw_evidence",
    "withdraw_risk",
]
