"""Files: a row for each, and its sealed content in pieces beside it. And what becomes of records: holds and disposals."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from plait.kernel.keys.fields import Sealed
from plait.kernel.models.base import Protected, Rows


class File(Protected):
    """A file that was taken in. Its name and content are sealed under a key of this row; `sealed_sha256` is of the content as it is kept.

    It belongs to a record by a link of the record's room, in the same circle.
    """

    disposal = {"size": "0", "parts": "0", "sealed_sha256": "''"}

    name = Sealed()
    kind = models.CharField(max_length=8)
    size = models.PositiveIntegerField()
    parts = models.PositiveSmallIntegerField()
    sealed_sha256 = models.CharField(max_length=64)
    removed_on = models.DateField(null=True, blank=True)

    class Meta(Protected.Meta):
        abstract = False
        constraints = [
            *Protected.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=["pdf", "docx", "xlsx", "png", "jpeg"]), name="file_kind"),
            models.CheckConstraint(condition=Q(parts__lte=64), name="file_parts"),
        ]


class FilePart(models.Model):
    """A megabyte of a file, sealed. The reader of the file reads it; only the gate adds and removes; the file's row says what it must be."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.ForeignKey(File, models.PROTECT, related_name="+", db_constraint=False)
    circle = models.ForeignKey("kernel.Circle", models.PROTECT, related_name="+")
    n = models.PositiveSmallIntegerField()
    sealed = models.BinaryField()

    objects = Rows()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "n"], name="filepart_once"),
            models.CheckConstraint(condition=Q(n__lt=64), name="filepart_n"),
        ]


class Disposal(models.Model):
    """That a record is to be disposed of: proposed by one person, agreed by another. Says which record, never what stood in it."""

    REASONS = ("period_over", "names_person", "made_in_error", "asked")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    circle = models.ForeignKey("kernel.Circle", models.PROTECT, related_name="+")
    tab = models.CharField(max_length=63)
    row_id = models.UUIDField()
    reason = models.CharField(max_length=20)
    state = models.CharField(max_length=12)
    proposed_by = models.ForeignKey("kernel.Account", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey("kernel.Account", models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)

    objects = Rows()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["proposed", "taken_back", "done"]), name="disposal_state"),
            models.CheckConstraint(
                condition=Q(reason__in=["period_over", "names_person", "made_in_error", "asked"]),
                name="disposal_reason_from_the_list",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | (Q(decided_by__isnull=False) & ~Q(decided_by=models.F("proposed_by"))),
                name="disposal_by_two_people",
            ),
            models.UniqueConstraint(fields=["tab", "row_id"], condition=Q(state="proposed"), name="disposal_proposed_once"),
        ]


class Hold(models.Model):
    """A record, or all of a circle, is kept whatever its period says: a complaint, a review, a court. Beats every disposal."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    circle = models.ForeignKey("kernel.Circle", models.PROTECT, related_name="+")
    tab = models.CharField(max_length=63, blank=True, default="")
    row_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=300)
    set_by = models.ForeignKey("kernel.Account", models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    lifted_by = models.ForeignKey("kernel.Account", models.PROTECT, related_name="+", null=True)
    lifted_at = models.DateTimeField(null=True)

    objects = Rows()
