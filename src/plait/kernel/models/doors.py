"""Ways in besides a seat that a steward gives: a link to one question, breaking the glass; and the review of who sits where."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length

from plait.kernel.models.base import Rows
from plait.kernel.models.ground import Account, Circle, Grant, Seat

models.CharField.register_lookup(Length)
models.TextField.register_lookup(Length)


class Answer(models.Model):
    """What somebody without an account wrote through a link. Of its coming only the day is kept, and nothing of the browser.

    `question` and `about` say what was asked; `said` holds the fields that the form has besides its one text. It is taken over into a
    record by whoever may write that record, or declined with a reason.
    """

    STATES = ("new", "taken", "declined")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="+")
    grant = models.ForeignKey(Grant, models.PROTECT, related_name="+")
    form = models.CharField(max_length=60)
    question = models.CharField(max_length=300)
    about_kind = models.CharField(max_length=40, blank=True, default="")
    about_id = models.UUIDField(null=True)
    lang = models.CharField(max_length=35)
    text = models.TextField()
    said = models.JSONField(default=dict)
    signed = models.CharField(max_length=200, blank=True, default="")
    came_on = models.DateField()
    state = models.CharField(max_length=10, default="new", choices=[(s, s) for s in STATES])
    settled_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    settled_on = models.DateField(null=True)
    reason = models.CharField(max_length=500, blank=True, default="")
    became_kind = models.CharField(max_length=40, blank=True, default="")
    became_id = models.UUIDField(null=True)

    objects = Rows()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["new", "taken", "declined"]), name="answer_state"),
            models.CheckConstraint(
                condition=Q(state="new", settled_by__isnull=True, settled_on__isnull=True)
                | (~Q(state="new") & Q(settled_by__isnull=False, settled_on__isnull=False)),
                name="answer_settled_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(state="declined") | ~Q(reason=""), name="answer_declined_for_a_reason"),
            models.CheckConstraint(condition=~Q(state="taken") | Q(became_id__isnull=False), name="answer_taken_into_something"),
        ]
        indexes = [models.Index(fields=["circle", "state", "came_on"], name="answer_list")]


class BreakGlass(models.Model):
    """A reader's seat for four hours that its holder took, for a duty of care. A second person reviews it within seven days.

    `told`: the accounts told in the same transaction. `fact`: what, outside of the person's own word, the use was held against.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    ends = models.DateTimeField()
    due = models.DateTimeField()
    told = ArrayField(models.UUIDField())
    state = models.CharField(max_length=12, default="open", choices=[(s, s) for s in ("open", "justified", "unjustified")])
    reviewed_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    reviewed_at = models.DateTimeField(null=True)
    fact = models.TextField(blank=True, default="")

    objects = Rows()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["open", "justified", "unjustified"]), name="breakglass_state"),
            models.CheckConstraint(condition=Q(reason__length__gte=20), name="breakglass_reason"),
            models.CheckConstraint(condition=Q(told__len__gte=1), name="breakglass_somebody_is_told"),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("account")), name="breakglass_two_people"
            ),
            models.CheckConstraint(
                condition=Q(state="open", reviewed_by__isnull=True, reviewed_at__isnull=True)
                | (~Q(state="open") & Q(reviewed_by__isnull=False, reviewed_at__isnull=False, fact__length__gte=20)),
                name="breakglass_closed_against_a_fact",
            ),
        ]


class SeatReview(models.Model):
    """One seat in one round of asking whether it is still needed: keep or end with a reason, confirmed by a second person."""

    STATES = ("asked", "answered", "kept", "ended")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="+")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    begun_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    begun_on = models.DateField()
    due = models.DateField()
    state = models.CharField(max_length=10, default="asked", choices=[(s, s) for s in STATES])
    say = models.CharField(max_length=4, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")
    answered_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    decided_on = models.DateField(null=True)
    note = models.CharField(max_length=500, blank=True, default="")

    objects = Rows()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["asked", "answered", "kept", "ended"]), name="seatreview_state"),
            models.CheckConstraint(condition=Q(say__in=["", "keep", "end"]), name="seatreview_say"),
            models.CheckConstraint(
                condition=Q(state="asked") | (~Q(say="") & ~Q(reason="") & Q(answered_by__isnull=False)),
                name="seatreview_answered_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["kept", "ended"]) | Q(decided_by__isnull=False, decided_on__isnull=False),
                name="seatreview_decided",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(state="asked") | ~Q(decided_by=F("answered_by")),
                name="seatreview_two_people",
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=True) | Q(answered_by__isnull=True) | ~Q(answered_by=F("account")),
                name="seatreview_not_of_oneself",
            ),
            models.UniqueConstraint(
                fields=["seat"], condition=Q(state__in=["asked", "answered"]), name="seatreview_once_at_a_time"
            ),
        ]
