"""Accounts, circles, seats, bars, offices, decision rights, entries, releases."""

from __future__ import annotations

import unicodedata
import uuid
from datetime import UTC, datetime

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce

from plait.kernel.models.base import Rows, XactField

FOREVER = datetime(9999, 12, 31, tzinfo=UTC)


class Kind(models.IntegerChoices):
    PUBLIC = 0
    PARTNERSHIP = 1
    ORGANISATION = 2
    GROUP = 3
    MATTER = 4


class Level(models.IntegerChoices):
    READER = 1
    CONTRIBUTOR = 2
    STEWARD = 3


def normal(password: str | None) -> str | None:
    """A password as every keyboard writes it: é is one character, however it was put together (NFKC)."""
    return None if password is None else unicodedata.normalize("NFKC", password)


class Accounts(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email__iexact=(username or "").strip())


class Account(AbstractBaseUser):
    """Somebody who can sign in. Holds no content and no right by itself."""

    looked = True
    USERNAME_FIELD = "email"
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=35, default="en")
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = Accounts()

    def __str__(self) -> str:
        return self.name

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(normal(raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        return super().check_password(normal(raw_password) or "")


class Session(AbstractBaseSession):
    """A signed-in browser, so that its owner can see and end it. No address and no browser name is kept."""

    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="sessions")
    began_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True)

    @classmethod
    def get_session_store_class(cls) -> type:
        from plait.kernel.sessions import SessionStore

        return SessionStore


class Invitation(models.Model):
    """A link by which an invited person sets a first password (or a new one). Only the hash of its secret is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    ends = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Circle(models.Model):
    """An audience. `word`: the pack's kind of group for which offices sit in it; written once, as it opens. `closed`: offices bring nobody in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.SmallIntegerField(choices=Kind.choices)
    name = models.CharField(max_length=200)
    opened_at = models.DateTimeField()
    word = models.CharField(max_length=60, blank=True, default="", db_default="")
    closed = models.BooleanField(default=False, db_default=False)

    objects = Rows()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__gte=0, kind__lte=4), name="circle_kind"),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind__in=[0, 1]), name="circle_one_public_one_partnership"),
            models.UniqueConstraint(fields=["id", "kind", "opened_at"], name="circle_id_kind_opened"),
            models.UniqueConstraint(fields=["id", "kind"], name="circle_id_kind"),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(kind=0), name="circle_public")]

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """A holder in a circle, at a level, for a time, from somebody, for a reason. The only truth about who sees what."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    via = models.ForeignKey(Circle, models.PROTECT, null=True, related_name="+", db_constraint=False)
    via_kind = models.SmallIntegerField(null=True)
    holder = models.GeneratedField(
        expression=Coalesce(F("account_id"), F("via_id")), output_field=models.UUIDField(), db_persist=True
    )
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="+", db_constraint=False)
    kind = models.SmallIntegerField()
    sort_at = models.DateTimeField()
    level = models.SmallIntegerField(choices=Level.choices)
    starts = models.DateTimeField()
    ends = models.DateTimeField(default=FOREVER)
    source = models.CharField(max_length=20)
    source_id = models.UUIDField(null=True)
    given_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    reason = models.CharField(max_length=500)

    objects = Rows()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__gte=1, kind__lte=4), name="seat_never_in_the_public_circle"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=3), name="seat_level"),
            models.CheckConstraint(
                condition=Q(account__isnull=False, via__isnull=True, via_kind__isnull=True)
                | Q(account__isnull=True, via__isnull=False, via_kind__gte=1, via_kind__lte=3, kind=4),
                name="seat_held_by_an_account_or_a_small_circle_in_a_matter",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="seat_has_a_reason"),
        ]
        indexes = [
            models.Index(fields=["holder", "kind", "sort_at", "circle"], include=["starts", "ends", "level"], name="seat_drive"),
            models.Index(fields=["circle", "holder"], include=["kind", "starts", "ends", "level"], name="seat_circle"),
            models.Index(fields=["source_id"], name="seat_source"),
        ]


class Bar(models.Model):
    """A conflict of interest: beats every seat."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="+")
    given_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    reason = models.CharField(max_length=500)
    made_at = models.DateTimeField()

    objects = Rows()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "circle"], name="bar_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="bar_has_a_reason"),
        ]


class OfficeSeat(models.Model):
    """Which circle an office seats its holder in: loaded from the pack. `level` 0: the office exists and gives no seat.

    `kind` 1: the partnership's circle; 3: the circle of every group whose kind is `word`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.CharField(max_length=60)
    kind = models.SmallIntegerField(default=1)
    word = models.CharField(max_length=60, blank=True, default="", db_default="")
    level = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "kind", "word"], name="officeseat_once_for_a_kind")]


class DecisionRight(models.Model):
    """Which office decides a step: loaded from the pack."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    step = models.CharField(max_length=80)
    office = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "office"], name="right_once")]


class Office(models.Model):
    """A named duty held by an account for a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    key = models.CharField(max_length=60)
    starts = models.DateTimeField()
    ends = models.DateTimeField(default=FOREVER)
    given_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    reason = models.CharField(max_length=500)

    objects = Rows()

    class Meta:
        indexes = [models.Index(fields=["account", "key"], name="office_account")]


class Grant(models.Model):
    """What a visitor's token is bound to: one form, one circle, one purpose.

    Where a link leads to it, `secret_hash` is all that is kept of the link, and `shown` all that the visitor is shown.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    form = models.CharField(max_length=60)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=300)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    uses_left = models.IntegerField(null=True)
    secret_hash = models.CharField(max_length=64, unique=True, null=True)
    lang = models.CharField(max_length=35, default="en", db_default="en")
    shown = models.JSONField(default=dict, db_default={})
    about_kind = models.CharField(max_length=40, blank=True, default="", db_default="")
    about_id = models.UUIDField(null=True)
    most = models.IntegerField(null=True)
    made_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    revoked = models.BooleanField(default=False, db_default=False)


class Partnership(models.Model):
    """One row: who this partnership is, in which pack's words. Nothing in it is protected: it is printed on every page."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    town = models.CharField(max_length=200)
    pack = models.CharField(max_length=60)
    languages = models.JSONField(default=list)
    notice = models.TextField(blank=True, default="")
    source = models.TextField(blank=True, default="")
    outline = models.JSONField(null=True)
    places = models.JSONField(null=True)
    partnership_circle = models.ForeignKey(Circle, models.PROTECT, related_name="+")
    public_circle = models.ForeignKey(Circle, models.PROTECT, related_name="+")
    founded_at = models.DateTimeField()


class Entry(models.Model):
    """One write, look or refused attempt: who, by which verb, which row, before and after, and a salted commitment to all of it.

    `op`: I, U, D a write; L a look; R a refused attempt; S, M what a migration left; X entries that were disposed of.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    who = models.UUIDField()
    verb = models.CharField(max_length=80)
    tab = models.CharField(max_length=63)
    op = models.CharField(max_length=1)
    row_id = models.UUIDField()
    circle_id = models.UUIDField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    salt = models.BinaryField()
    commitment = models.BinaryField()
    xact = XactField(db_default=Func(function="pg_current_xact_id", output_field=XactField()), editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["xact"], name="entry_xact"),
            models.Index(fields=["tab", "row_id"], name="entry_row"),
            models.Index(fields=["circle_id", "at"], name="entry_circle"),
        ]


class Token(models.Model):
    """A word of a record, as a keyed hash, in the record's circle: what search compares. Made from the record by a trigger, and with it."""

    pk = models.CompositePrimaryKey("hash", "circle_id", "sort_at", "tab", "row_id")
    hash = models.BigIntegerField()
    circle_id = models.UUIDField()
    sort_at = models.DateTimeField()
    tab = models.CharField(max_length=63)
    row_id = models.UUIDField()

    objects = Rows()

    class Meta:
        indexes = [models.Index(fields=["row_id", "hash"], name="token_row")]


class Release(models.Model):
    """A copy on its way into a wider audience: prepared by one person, released or sent back by another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="+")
    target = models.ForeignKey(Circle, models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    why = models.TextField(blank=True, default="")
    body = models.TextField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=[(s, s) for s in ("prepared", "released", "returned")])
    prepared_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    decided_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    dated_on = models.DateField(null=True)
    answer = models.TextField(blank=True, default="")

    objects = Rows()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["prepared", "released", "returned"]), name="release_state"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("prepared_by")), name="release_two_people"
            ),
            models.CheckConstraint(
                condition=Q(state="prepared", decided_by__isnull=True)
                | (~Q(state="prepared") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="release_decided_by_somebody",
            ),
        ]


class Publication(models.Model):
    """One release that took place, as its audience sees it: number, date, title, and the hash of the bytes.

    `dated_on` is the day on which a folder that was loaded says that it took place; `released_at` is when it was entered here. Both are shown.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="+")
    number = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    released_at = models.DateTimeField()
    dated_on = models.DateField(null=True)
    sha256 = models.CharField(max_length=64)

    objects = Rows()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "number"], name="publication_number")]


class Published(models.Model):
    """The released copy of one record. `until` is set when a newer copy replaced it; withdrawal deletes every copy."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="+")
    publication = models.ForeignKey(Publication, models.PROTECT, related_name="copies")
    kind = models.CharField(max_length=40)
    record_id = models.UUIDField()
    payload = models.JSONField()
    lang = models.CharField(max_length=35)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    objects = Rows()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "kind", "record_id"], condition=Q(until__isnull=True), name="published_one_current"
            )
        ]
        indexes = [models.Index(fields=["circle", "kind", "since"], name="published_kind")]
