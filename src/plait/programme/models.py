"""Priorities."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from plait.kernel.models import Protected, PublicText, Within


class Priority(PublicText, Protected):
    """An objective that answers a risk or a gap in coverage. `public_text` is the objective as the public reads it."""

    searchable = ("title", "public_text", "next_step", "measure", "state_note")

    title = models.CharField(max_length=200)
    horizon = models.CharField(max_length=40, default="now")
    state = models.CharField(max_length=40)
    state_note = models.TextField(blank=True, default="")
    due = models.DateField(null=True, blank=True)
    measure = models.TextField(blank=True, default="")
    next_step = models.TextField(blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)
    lead = Within("partners.Organisation", null=True, blank=True, related_name="+")
    risk = Within("picture.Risk", null=True, blank=True, related_name="+")
    gap = Within("partners.Gap", null=True, blank=True, related_name="+")

    class Meta(Protected.Meta):
        abstract = False
        constraints = [
            *Protected.Meta.constraints,
            models.CheckConstraint(condition=Q(risk__isnull=False) | Q(gap__isnull=False), name="priority_answers_something"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("programme:priority", kwargs={"circle": self.circle_id, "id": self.id})
