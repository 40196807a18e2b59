"""Lessons."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from plait.kernel.models import Protected, PublicText, Within


class Lesson(PublicText, Protected):
    """What was learnt, in which case of cooperation, what changed and what came of it. `public_text` is what others may read."""

    searchable = ("title", "public_text", "case_text", "changed", "outcome", "city")

    title = models.CharField(max_length=200)
    purpose = models.CharField(max_length=40)
    direction = models.CharField(max_length=10, default="own")
    city = models.CharField(max_length=200, blank=True, default="")
    case_text = models.TextField(blank=True, default="")
    changed = models.TextField(blank=True, default="")
    outcome = models.TextField(blank=True, default="")
    strength = models.CharField(max_length=40)
    share = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    group = Within("partners.Group", null=True, blank=True, related_name="+")
    risk = Within("picture.Risk", null=True, blank=True, related_name="+")

    class Meta(Protected.Meta):
        abstract = False
        constraints = [
            *Protected.Meta.constraints,
            models.CheckConstraint(condition=Q(direction__in=["own", "from", "for"]), name="lesson_direction"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("exchange:lesson", kwargs={"circle": self.circle_id, "id": self.id})
