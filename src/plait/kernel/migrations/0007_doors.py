import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0006_entry"),
    ]

    operations = [
        migrations.AddField(
            model_name="grant",
            name="about_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="grant",
            name="about_kind",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AddField(
            model_name="grant",
            name="lang",
            field=models.CharField(db_default="en", default="en", max_length=35),
        ),
        migrations.AddField(
            model_name="grant",
            name="made_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="grant",
            name="most",
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name="grant",
            name="revoked",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="grant",
            name="secret_hash",
            field=models.CharField(max_length=64, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="grant",
            name="shown",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("form", models.CharField(max_length=60)),
                ("question", models.CharField(max_length=300)),
                ("about_kind", models.CharField(blank=True, default="", max_length=40)),
                ("about_id", models.UUIDField(null=True)),
                ("lang", models.CharField(max_length=35)),
                ("text", models.TextField()),
                ("said", models.JSONField(default=dict)),
                ("signed", models.CharField(blank=True, default="", max_length=200)),
                ("came_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("new", "new"), ("taken", "taken"), ("declined", "declined")], default="new", max_length=10
                    ),
                ),
                ("settled_on", models.DateField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                ("became_kind", models.CharField(blank=True, default="", max_length=40)),
                ("became_id", models.UUIDField(null=True)),
                ("circle", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.circle")),
                ("grant", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.grant")),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["circle", "state", "came_on"], name="answer_list")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("state__in", ["new", "taken", "declined"])), name="answer_state"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_by__isnull", True), ("settled_on__isnull", True), ("state", "new")),
                            models.Q(
                                models.Q(("state", "new"), _negated=True),
                                ("settled_by__isnull", False),
                                ("settled_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="answer_settled_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "declined"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="answer_declined_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "taken"), _negated=True), ("became_id__isnull", False), _connector="OR"
                        ),
                        name="answer_taken_into_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BreakGlass",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("reason", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
                ("ends", models.DateTimeField()),
                ("due", models.DateTimeField()),
                ("told", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField())),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("justified", "justified"), ("unjustified", "unjustified")],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("fact", models.TextField(blank=True, default="")),
                (
                    "account",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("circle", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.circle")),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("seat", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.seat")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "justified", "unjustified"])), name="breakglass_state"
                    ),
                    models.CheckConstraint(condition=models.Q(("reason__length__gte", 20)), name="breakglass_reason"),
                    models.CheckConstraint(condition=models.Q(("told__len__gte", 1)), name="breakglass_somebody_is_told"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("reviewed_by__isnull", True),
                            models.Q(("reviewed_by", models.F("account")), _negated=True),
                            _connector="OR",
                        ),
                        name="breakglass_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reviewed_at__isnull", True), ("reviewed_by__isnull", True), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                ("fact__length__gte", 20),
                                ("reviewed_at__isnull", False),
                                ("reviewed_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="breakglass_closed_against_a_fact",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SeatReview",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("begun_on", models.DateField()),
                ("due", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "asked"), ("answered", "answered"), ("kept", "kept"), ("ended", "ended")],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("say", models.CharField(blank=True, default="", max_length=4)),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                ("decided_on", models.DateField(null=True)),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                (
                    "account",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "begun_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("circle", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.circle")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("seat", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="kernel.seat")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "answered", "kept", "ended"])), name="seatreview_state"
                    ),
                    models.CheckConstraint(condition=models.Q(("say__in", ["", "keep", "end"])), name="seatreview_say"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "asked"),
                            models.Q(
                                models.Q(("say", ""), _negated=True),
                                models.Q(("reason", ""), _negated=True),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="seatreview_answered_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["kept", "ended"]), _negated=True),
                            models.Q(("decided_by__isnull", False), ("decided_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="seatreview_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            ("state", "asked"),
                            models.Q(("decided_by", models.F("answered_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="seatreview_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("account__isnull", True),
                            ("answered_by__isnull", True),
                            models.Q(("answered_by", models.F("account")), _negated=True),
                            _connector="OR",
                        ),
                        name="seatreview_not_of_oneself",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["asked", "answered"])),
                        fields=("seat",),
                        name="seatreview_once_at_a_time",
                    ),
                ],
            },
        ),
    ]
