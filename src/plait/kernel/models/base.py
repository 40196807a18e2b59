"""What every protected table has, and the two kinds of reference between protected rows."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Value

from plait.kernel.errors import Conflict, NotFound


class Rows(models.Manager):
    """Rows whose foreign keys and deferred fields are never fetched behind the reader's back."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().fetch_mode(models.FETCH_RAISE)


class VersionField(models.PositiveIntegerField):
    """Sends the version that was read; reads back what the database's step trigger made of it."""

    db_returning = True

    def pre_save(self, row: models.Model, add: bool) -> Any:
        value = super().pre_save(row, add)
        if add or hasattr(value, "resolve_expression"):
            return value
        return Value(value, output_field=models.PositiveIntegerField())


class XactField(models.Field):
    """The database's number of the transaction that wrote a row (`xid8`): what the log's sequencer tells finished ones by."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002
        return "xid8"


class MadeAt(models.DateTimeField):
    """Written by the database from `plait.now()` when the row is made; read back."""

    db_returning = True


class MadeBy(models.ForeignKey):
    """Written by the database from the announced asker when the row is made; read back."""

    db_returning = True


class Protected(models.Model):
    """A row with one audience. Row-level security, guard, step and log triggers come from the registry (`access.sync`).

    `day_only` tables keep only the day in their log entries; `sealed` names fields that a later issue encrypts. A `looked` row is a
    person's record: whoever is shown it, exports it or finds it by a search leaves an entry (`kernel.looks`).
    `searchable` names the fields whose words search finds, the row's title first; `names` says that such a row is somebody's name, which
    only the slower search looks for, the one that touches nothing outside of the asker's own circles.
    A table with `disposal` says what its columns become, as SQL, when a row is disposed of; sealed columns become empty by themselves.
    `disposed_with` names what goes with a row: (link table, its column here, its column there, table there).
    """

    day_only = False
    looked = False
    sealed: tuple[str, ...] = ()
    searchable: tuple[str, ...] = ()
    disposal: dict[str, str] | None = None
    disposed_with: tuple[tuple[str, str, str, str], ...] = ()
    names = False

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    circle = models.ForeignKey("kernel.Circle", models.PROTECT, related_name="+")
    version = VersionField(default=1, editable=False)
    keep_until = models.DateField(null=True, blank=True)
    made_at = MadeAt(editable=False)
    made_by = MadeBy("kernel.Account", models.PROTECT, related_name="+", editable=False)

    objects = Rows()

    class Meta:
        abstract = True
        constraints = [models.UniqueConstraint(fields=["id", "circle"], name="%(app_label)s_%(class)s_id_circle")]


class PublicText(models.Model):
    """Words that may stand outside: kept apart from the working text, released only by the release desk."""

    public_text = models.TextField(blank=True, default="")
    lang = models.CharField(max_length=35, default="en")
    translations = models.JSONField(default=dict, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class Within(models.ForeignKey):
    """A reference inside one circle: the database's foreign key is `(x_id, circle_id) -> (id, circle_id)`, added by `access.sync`."""

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs["db_constraint"] = False
        kwargs.setdefault("on_delete", models.PROTECT)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        return name, path, args, kwargs


class Across(models.ForeignKey):
    """A reference into another circle, for link rows: stands beside `<name>_circle`; the pair is the database's foreign key."""

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs["db_constraint"] = False
        kwargs.setdefault("on_delete", models.PROTECT)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        return name, path, args, kwargs


def take[T: Protected](model: type[T], *, id: uuid.UUID, circle: uuid.UUID, version: int | None) -> T:
    """Lock one row for change. Raises NotFound (hidden or absent), Conflict (changed since `version`; None asks for no check)."""
    row = model.objects.select_for_update().filter(circle_id=circle, id=id).first()
    if row is None:
        raise NotFound
    if version is not None and row.version != version:
        raise Conflict(row)
    return row
