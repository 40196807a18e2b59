"""What of the picture waits for people: assessments that are open for comments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from plait.frame.due import Due, due
from plait.kernel import access
from plait.kernel.acting import Asker
from plait.picture.models import Assessment, AssessmentComment, Position


@due("picture")
def assessments(asker: Asker, rights: set[str], until: date) -> Iterable[Due]:
    open_ones = list(Assessment.objects.filter(state="commenting").order_by("comments_until"))
    commented = set(
        AssessmentComment.objects.filter(assessment__in=open_ones, made_by_id=asker.id).values_list("assessment_id", flat=True)
    )
    positioned = set(
        Position.objects.filter(assessment__in=open_ones, made_by_id=asker.id).values_list("assessment_id", flat=True)
    )
    writes = {c.id for c in access.may_write(asker)}
    for a in open_ones:
        href = reverse("picture:assessment", args=[a.circle_id, a.id])
        where: dict[str, Any] = {
            "circle": a.circle_id,
            "about": ("assessment", a.id),
            "href": href,
            "when": a.comments_until,
            "lang": a.lang,
        }
        if "picture.take_position" in rights and a.id not in positioned:
            yield Due(
                "position",
                title=_("Say where you stand on %(title)s") % {"title": a.title},
                why=_("Silence is not counted as agreement."),
                state="warn",
                group="today",
                **where,
            )
        elif a.id not in commented and a.circle_id in writes:
            yield Due(
                "comment",
                title=_("Read and comment: %(title)s") % {"title": a.title},
                why=_("One question, two minutes. Your words stay with the decision."),
                **where,
            )
        if "picture.agree_assessment" in rights:
            yield Due(
                "agree",
                title=_("Lead the board to a decision on %(title)s") % {"title": a.title},
                why=_("Positions are coming in; you record the agreement."),
                **where,
            )
