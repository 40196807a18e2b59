"""That backups are made and tried, and whom they are sealed to."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from plait.kernel.models.base import Rows


class Keeping(models.Model):
    """One backup, drill, restore or export: when, and whether it went well. Written by `plait.kept`, which also appends the entry."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    circle = models.ForeignKey("kernel.Circle", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    well = models.BooleanField()
    detail = models.JSONField(default=dict)

    objects = Rows()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["backup", "drill", "restore", "export"]), name="keeping_kind")
        ]
        indexes = [models.Index(fields=["kind", "at"], name="keeping_kind_at")]


class Recipients(models.Model):
    """Whom backups are sealed to, as one list: proposed by one person, agreed by another. The newest agreed one counts.

    The first may come from `init`, which nobody proposes and nobody decides.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    circle = models.ForeignKey("kernel.Circle", models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    keys = models.JSONField()
    why = models.TextField(blank=True, default="")
    state = models.CharField(max_length=10, choices=[(s, s) for s in ("proposed", "agreed", "returned")])
    proposed_by = models.ForeignKey("kernel.Account", models.PROTECT, related_name="+", null=True)
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey("kernel.Account", models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)

    objects = Rows()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["circle", "number"], name="recipients_number"),
            models.UniqueConstraint(fields=["circle"], condition=Q(state="proposed"), name="recipients_one_proposed"),
            models.CheckConstraint(condition=Q(state__in=["proposed", "agreed", "returned"]), name="recipients_state"),
            models.CheckConstraint(
                condition=Q(number=1, state="agreed", proposed_by__isnull=True, decided_by__isnull=True)
                | Q(state="proposed", proposed_by__isnull=False, decided_by__isnull=True)
                | Q(state="returned", proposed_by__isnull=False, decided_by__isnull=False)
                | (Q(state="agreed", proposed_by__isnull=False, decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="recipients_two_people",
            ),
        ]
