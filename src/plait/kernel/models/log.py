"""The tree over the log's entries: which leaf is which entry, the tree's hashes, and the signed checkpoints."""

from __future__ import annotations

from django.db import models
from django.db.models import Func, Q, Value

from plait.kernel.models.base import Rows, XactField


class Leaf(models.Model):
    """One leaf, counted from 0: an entry, or a padding with a salt of its own. Of an entry that was disposed of the leaf stays."""

    idx = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(null=True, unique=True)
    salt = models.BinaryField(null=True)

    objects = Rows()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(idx__gte=0), name="leaf_from_nought"),
            models.CheckConstraint(condition=Q(entry_id__isnull=False) ^ Q(salt__isnull=False), name="leaf_entry_or_padding"),
        ]


class Tile(models.Model):
    """Up to 256 hashes of one level in eight of the tree, as C2SP tlog-tiles counts them. Level 0 holds the leaves' hashes."""

    pk = models.CompositePrimaryKey("level", "number")
    level = models.SmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField()

    objects = Rows()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=0, level__lte=7, number__gte=0), name="tile_place"),
        ]


class Checkpoint(models.Model):
    """The tree's size and head at a fixed time, signed. `note` is the whole signed text; `key` the public key that checks it."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField()
    key = models.CharField(max_length=200)
    public = models.BooleanField()

    objects = Rows()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["at", "public"], name="checkpoint_at_once")]
        indexes = [models.Index(fields=["public", "size"], name="checkpoint_size")]


class LogHead(models.Model):
    """One row: how many leaves there are, and which transactions the sequencer has been through (all before `after`)."""

    one = models.BooleanField(primary_key=True, default=True)
    size = models.BigIntegerField(default=0)
    after = XactField(db_default=Func(Value("0"), function="xid8", output_field=XactField()))
    origin = models.CharField(max_length=120)

    objects = Rows()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(one=True), name="loghead_one")]
