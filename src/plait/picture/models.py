"""Evidence, risks, assessments with their comments and positions."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from plait.kernel.models import Across, Protected, PublicText, Within


class Evidence(Protected):
    """One thing that somebody saw, was told or read, graded, with its date and a place no finer than the pack's floor."""

    disposal = {
        **dict.fromkeys(("title", "what", "source", "kind", "place", "how", "sure"), "''"),
        "happened_on": "'1900-01-01'",
        "themes": "'{}'",
        "reliability": "'F'",
        "credibility": "'6'",
        "withdrawn_on": "coalesce(withdrawn_on, plait.now()::date)",
        "withdrawn_why": "'-'",
    }
    disposed_with = (("picture_evidencefile", "evidence_id", "file_id", "kernel_file"),)
    searchable = ("title", "what", "source")

    title = models.CharField(max_length=200)
    what = models.TextField()
    lang = models.CharField(max_length=35, default="en")
    happened_on = models.DateField()
    place = models.CharField(max_length=60)
    kind = models.CharField(max_length=60, blank=True, default="")
    how = models.CharField(max_length=20)
    sure = models.CharField(max_length=20)
    reliability = models.CharField(max_length=1)
    credibility = models.CharField(max_length=1)
    source = models.CharField(max_length=300, blank=True, default="")
    themes = ArrayField(models.CharField(max_length=60), default=list)
    names_nobody = models.BooleanField()
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=500, blank=True, default="")

    class Meta(Protected.Meta):
        abstract = False
        constraints = [
            *Protected.Meta.constraints,
            models.CheckConstraint(condition=Q(names_nobody=True), name="evidence_names_nobody"),
            models.CheckConstraint(
                condition=Q(reliability__in=list("ABCDEF")) & Q(credibility__in=list("123456")), name="evidence_admiralty"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | ~Q(withdrawn_why=""), name="evidence_withdrawn_for_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["circle", "happened_on", "id"], name="evidence_list")]

    @property
    def code(self) -> str:
        """The Admiralty grade, such as B2."""
        return f"{self.reliability}{self.credibility}"

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("picture:evidence", args=[self.circle_id, self.id])


class Risk(PublicText, Protected):
    """A risk to the town as the partnership judges it now. `public_text` is what the public may read of it."""

    searchable = ("title", "code", "public_text", "cause", "event", "consequence", "harmed", "measures", "why")

    code = models.CharField(max_length=12)
    title = models.CharField(max_length=200)
    family = models.CharField(max_length=60)
    themes = ArrayField(models.CharField(max_length=60), default=list)
    cause = models.TextField(blank=True, default="")
    event = models.TextField(blank=True, default="")
    consequence = models.TextField(blank=True, default="")
    harmed = models.TextField(blank=True, default="")
    measures = models.TextField(blank=True, default="")
    likelihood = models.CharField(max_length=40)
    impact = models.CharField(max_length=40)
    confidence = models.CharField(max_length=40)
    trend = models.CharField(max_length=40)
    why = models.TextField(blank=True, default="")
    lead = Within("partners.Organisation", null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    withdrawn_why = models.CharField(max_length=500, blank=True, default="")

    class Meta(Protected.Meta):
        abstract = False
        constraints = [
            *Protected.Meta.constraints,
            models.UniqueConstraint(fields=["circle", "code"], name="risk_code_once_in_a_circle"),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | ~Q(withdrawn_why=""), name="risk_withdrawn_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("picture:risk", args=[self.circle_id, self.id])


class RiskEvidence(Protected):
    """This evidence supports that risk. The link has a circle of its own, so narrower evidence shows nothing to the wider circle."""

    risk = Across(Risk, related_name="links")
    risk_circle = models.ForeignKey("kernel.Circle", models.PROTECT, related_name="+")
    evidence = Across(Evidence, related_name="links")
    evidence_circle = models.ForeignKey("kernel.Circle", models.PROTECT, related_name="+")

    class Meta(Protected.Meta):
        abstract = False
        constraints = [
            *Protected.Meta.constraints,
            models.UniqueConstraint(fields=["circle", "risk", "evidence"], name="riskevidence_once"),
        ]


class Assessment(PublicText, Protected):
    """One version of the year's picture. `public_text` is its summary. From `agreed` on its frozen text never changes."""

    STATES = ("draft", "commenting", "agreed", "withdrawn")
    searchable = ("title", "public_text", "method")

    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    method = models.TextField(blank=True, default="")
    state = models.CharField(max_length=20, default="draft")
    comments_until = models.DateField(null=True, blank=True)
    frozen = models.TextField(blank=True, default="")
    sha256 = models.CharField(max_length=64, blank=True, default="")
    agreed_on = models.DateField(null=True, blank=True)
    agreed_note = models.TextField(blank=True, default="")
    follows = Within("self", null=True, blank=True, related_name="followed_by")

    class Meta(Protected.Meta):
        abstract = False
        constraints = [
            *Protected.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state__in=["draft", "commenting", "agreed", "withdrawn"]), name="assessment_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="agreed") | (Q(agreed_on__isnull=False) & ~Q(frozen="") & ~Q(sha256="")),
                name="assessment_agreed_is_dated_and_frozen",
            ),
            models.CheckConstraint(
                condition=Q(state="agreed") | (Q(agreed_on__isnull=True) & Q(frozen="") & Q(sha256="")),
                name="assessment_frozen_only_if_agreed",
            ),
            models.CheckConstraint(
                condition=~Q(state="commenting") | Q(comments_until__isnull=False), name="assessment_comments_have_an_end"
            ),
            models.UniqueConstraint(fields=["circle", "year", "number"], name="assessment_number_once"),
        ]

    @property
    def version_name(self) -> str:
        return f"{self.year}.{self.number}"

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("picture:assessment", args=[self.circle_id, self.id])


class AssessmentComment(Protected):
    """A partner's words on an assessment that is open for comment. `text_sha256` names the draft they read."""

    assessment = Within(Assessment, related_name="comments")
    organisation = models.CharField(max_length=200, blank=True, default="")
    stance = models.CharField(max_length=40)
    text = models.TextField()
    lang = models.CharField(max_length=35, default="en")
    text_sha256 = models.CharField(max_length=64)
    answer = models.TextField(blank=True, default="")

    class Meta(Protected.Meta):
        abstract = False
        constraints = [*Protected.Meta.constraints]


class Position(Protected):
    """A board member's own position on an assessment. Who says nothing is counted as silent, never as agreeing.

    `text_sha256` names the text on which it was taken: when that changes, the position waits to be taken again.
    """

    assessment = Within(Assessment, related_name="positions")
    name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200, blank=True, default="")
    position = models.CharField(max_length=20)
    words = models.TextField(blank=True, default="")
    lang = models.CharField(max_length=35, default="en")
    text_sha256 = models.CharField(max_length=64)

    class Meta(Protected.Meta):
        abstract = False
        constraints = [
            *Protected.Meta.constraints,
            models.CheckConstraint(condition=Q(position__in=["agree", "dissent", "abstain"]), name="position_kind"),
            models.CheckConstraint(condition=~Q(position="dissent") | ~Q(words=""), name="position_dissent_in_words"),
            models.UniqueConstraint(fields=["circle", "assessment", "made_by"], name="position_once"),
        ]


class EvidenceFile(Protected):
    """This file belongs to that evidence. The file stands in the evidence's circle and is opened by whoever reads the evidence."""

    evidence = Within(Evidence, related_name="files")
    file = Within("kernel.File", related_name="+")

    class Meta(Protected.Meta):
        abstract = False
        constraints = [
            *Protected.Meta.constraints,
            models.UniqueConstraint(fields=["circle", "file"], name="evidencefile_once"),
        ]
