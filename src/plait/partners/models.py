"""Organisations, people, memberships, groups, gaps."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from plait.kernel.models import Protected, PublicText, Within


class About(PublicText, Protected):
    """What the partnership says about itself: one row. `public_text` says who it is, `coordinating` who coordinates and how.

    `focus` holds one focus a line.
    """

    coordinating = models.TextField(blank=True, default="")
    focus = models.TextField(blank=True, default="")
    funder = models.TextField(blank=True, default="")
    programme = models.CharField(max_length=300, blank=True, default="")
    disclaimer = models.TextField(blank=True, default="")
    contact_name = models.CharField(max_length=200, blank=True, default="")
    contact_address = models.CharField(max_length=300, blank=True, default="")
    contact_email = models.EmailField(blank=True, default="")
    contact_phone = models.CharField(max_length=60, blank=True, default="")
    contact_web = models.CharField(max_length=200, blank=True, default="")

    class Meta(Protected.Meta):
        abstract = False
        constraints = [*Protected.Meta.constraints, models.UniqueConstraint(fields=["circle"], name="about_one")]

    def get_absolute_url(self) -> str:
        return reverse("partners:about")


class Organisation(PublicText, Protected):
    """A body that works with the partnership. `public_text` says what it does there."""

    searchable = ("name", "public_text", "contact_web")
    names = True

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    duty = models.CharField(max_length=60, blank=True, default="")
    sectors = ArrayField(models.CharField(max_length=60), default=list)
    gss_code = models.CharField(max_length=9, blank=True, default="")
    charity_number = models.CharField(max_length=20, blank=True, default="")
    company_number = models.CharField(max_length=20, blank=True, default="")
    ror = models.CharField(max_length=40, blank=True, default="")
    area = models.CharField(max_length=60, blank=True, default="")
    contact_email = models.EmailField(blank=True, default="")
    contact_phone = models.CharField(max_length=60, blank=True, default="")
    contact_web = models.CharField(max_length=200, blank=True, default="")
    listed = ArrayField(models.CharField(max_length=20), default=list)
    agreed_by = models.CharField(max_length=200, blank=True, default="")
    agreed_on = models.DateField(null=True, blank=True)
    sensitive_site = models.BooleanField(default=False)
    invented = models.BooleanField(default=False)
    joined = models.DateField(null=True, blank=True)
    left = models.DateField(null=True, blank=True)
    own_circle = models.ForeignKey("kernel.Circle", models.PROTECT, related_name="+")

    class Meta(Protected.Meta):
        abstract = False
        constraints = [
            *Protected.Meta.constraints,
            models.UniqueConstraint(fields=["circle", "name"], name="organisation_name_once_in_a_circle"),
            models.CheckConstraint(
                condition=Q(listed__len=0) | Q(agreed_on__isnull=False), name="organisation_listed_only_by_agreement"
            ),
            models.CheckConstraint(
                condition=Q(sensitive_site=False) | Q(listed__len=0), name="organisation_sensitive_site_never_listed"
            ),
            models.CheckConstraint(condition=Q(sectors__len__gte=1), name="organisation_has_a_sector"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partners:organisation", kwargs={"circle": self.circle_id, "id": self.id})


class Person(Protected):
    """Somebody who works with the partnership, known in the register by name and role. Not anybody whom it supports."""

    searchable = ("name",)
    names = True
    looked = True

    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True, default="")
    account = models.ForeignKey("kernel.Account", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(Protected.Meta):
        abstract = False
        constraints = [
            *Protected.Meta.constraints,
            models.UniqueConstraint(fields=["circle", "account"], name="person_account_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partners:person", kwargs={"circle": self.circle_id, "id": self.id})


class Membership(Protected):
    """A person works for an organisation, from then until then. The seats it gives end with it, in the same transaction."""

    person = Within(Person, related_name="memberships")
    organisation = Within(Organisation, related_name="memberships")
    role = models.CharField(max_length=200, blank=True, default="")
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    class Meta(Protected.Meta):
        abstract = False
        constraints = [
            *Protected.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="membership_ends_after_it_starts"
            ),
        ]


class Group(PublicText, Protected):
    """A board, panel, delivery or advisory group. `public_text` says what it is for."""

    searchable = ("name", "public_text", "terms", "meets")

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    terms = models.TextField(blank=True, default="")
    meets = models.CharField(max_length=200, blank=True, default="")
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    chair = Within(Person, null=True, blank=True, related_name="chairs")
    own_circle = models.ForeignKey("kernel.Circle", models.PROTECT, related_name="+")

    class Meta(Protected.Meta):
        abstract = False
        constraints = [
            *Protected.Meta.constraints,
            models.UniqueConstraint(fields=["circle", "name"], name="group_name_once_in_a_circle"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("partners:group", kwargs={"circle": self.circle_id, "id": self.id})


class GroupMember(Protected):
    """A person sits in a group, from then until then."""

    group = Within(Group, related_name="members")
    person = Within(Person, related_name="groups")
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    class Meta(Protected.Meta):
        abstract = False
        constraints = [
            *Protected.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="groupmember_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["circle", "group", "person"], condition=Q(ends__isnull=True), name="groupmember_once"
            ),
        ]


class Gap(PublicText, Protected):
    """A recommended kind of partner without a seat at the table: what the partnership does about it. `public_text` says why it matters.

    `widen`: some of this kind take part already, and more are needed. Such a gap stays open though the kind has a seat; any other
    is closed by the seat.
    """

    searchable = ("public_text", "next_step")

    stakeholder = models.CharField(max_length=60)
    state = models.CharField(max_length=40)
    next_step = models.TextField(blank=True, default="")
    widen = models.BooleanField(default=False)
    lead = Within(Person, null=True, blank=True, related_name="+")

    class Meta(Protected.Meta):
        abstract = False
        constraints = [*Protected.Meta.constraints, models.UniqueConstraint(fields=["circle", "stakeholder"], name="gap_once")]

    def __str__(self) -> str:
        return self.public_text[:80] or self.stakeholder

    def get_absolute_url(self) -> str:
        return reverse("partners:gap", kwargs={"circle": self.circle_id, "id": self.id})
