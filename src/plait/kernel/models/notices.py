"""What is to be told to one person, how they want to be told, and their calendar's address."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from plait.kernel.models.base import Rows
from plait.kernel.notices import KINDS, RHYTHMS, STATES


class Notice(models.Model):
    """One thing to tell one person: a kind from the fixed list, a date, and what it is about, by id. No word of what it is about.

    `once` names the occasion: the same occasion is never told twice. `circle` is where the thing stands: whoever has no seat there
    (any more) is told nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey("kernel.Account", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    circle = models.ForeignKey("kernel.Circle", models.CASCADE, related_name="+", null=True)
    about_kind = models.CharField(max_length=40, blank=True, default="")
    about_id = models.UUIDField(null=True)
    due = models.DateField(null=True)
    once = models.CharField(max_length=120)
    state = models.CharField(max_length=10, default="waiting")
    rhythm = models.CharField(max_length=10, blank=True, default="")
    why = models.CharField(max_length=20, blank=True, default="")
    tries = models.PositiveIntegerField(default=0)
    next_try = models.DateTimeField()
    posted_at = models.DateTimeField()
    posted_by = models.ForeignKey("kernel.Account", models.CASCADE, related_name="+")
    told_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    objects = Rows()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "once"], name="notice_once"),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="notice_kind_from_the_list"),
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="notice_state"),
            models.CheckConstraint(condition=Q(rhythm__in=["", *RHYTHMS]), name="notice_rhythm"),
        ]
        indexes = [models.Index(fields=["account", "state", "next_try"], name="notice_waiting")]


class Rhythm(models.Model):
    """How one person wants to be told of one kind of thing. No row: as the kind's own default."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey("kernel.Account", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    rhythm = models.CharField(max_length=10)

    objects = Rows()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "kind"], name="rhythm_once"),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="rhythm_kind"),
            models.CheckConstraint(condition=Q(rhythm__in=list(RHYTHMS)), name="rhythm_known"),
        ]


class Feed(models.Model):
    """A private address of one person's calendar. Only the hash of its secret is kept; not who asked for it, or when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey("kernel.Account", models.CASCADE, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account"], condition=Q(ended_at__isnull=True), name="feed_one_open")]
