"""How somebody shows who they are besides a password. Read before anybody is known, so none of it is protected by a seat."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from plait.kernel.models.ground import Account


class Factor(models.Model):
    """An authenticator app (its secret sealed, and the last time step that was used) or a passkey (its public key)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=[("app", "app"), ("passkey", "passkey")])
    name = models.CharField(max_length=60)
    made_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)
    sealed = models.BinaryField(null=True)
    step = models.BigIntegerField(default=0)
    credential = models.BinaryField(null=True, unique=True)
    public = models.BinaryField(null=True)
    counter = models.BigIntegerField(default=0)
    copied = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="app", sealed__isnull=False, credential__isnull=True)
                | Q(kind="passkey", sealed__isnull=True, credential__isnull=False, public__isnull=False),
                name="factor_is_an_app_or_a_passkey",
            ),
            models.UniqueConstraint(fields=["account"], condition=Q(kind="app"), name="factor_one_app"),
        ]


class RecoveryCode(models.Model):
    """One of ten codes of 120 random bits, of which the hash is kept. Works once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    hash = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True)


class Identity(models.Model):
    """Somebody's account at their own organisation's sign-on: issuer and subject, which alone name it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=300)
    made_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once"),
            models.UniqueConstraint(fields=["account", "issuer"], name="identity_one_at_each_issuer"),
        ]


class Try(models.Model):
    """How often something was guessed at in this hour. The key is a keyed hash: no address, of a person or of a machine, is kept."""

    key = models.BinaryField(primary_key=True)
    began = models.DateTimeField()
    count = models.IntegerField()
