"""The table of the benches."""

from __future__ import annotations

from django.db import models

from plait.kernel.models import Protected


class Matter(Protected):
    """A record in a circle of its own."""

    searchable = ("title",)

    title = models.CharField(max_length=200)
    status = models.SmallIntegerField(default=0)
    lang = models.CharField(max_length=35, default="en")

    class Meta(Protected.Meta):
        abstract = False
        constraints = [*Protected.Meta.constraints, models.UniqueConstraint(fields=["circle"], name="matter_one")]
        indexes = [models.Index(fields=["status", "circle"], name="matter_status")]
