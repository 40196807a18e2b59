"""A private address of one's calendar, for a program that has no account. It opens kinds and days, nothing else."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from plait.kernel.acting import Asker, action
from plait.kernel.models.notices import Feed


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def made_at(asker: Asker) -> datetime | None:
    """When the asker's present address was made; None where there is none."""
    return Feed.objects.filter(account_id=asker.account, ended_at__isnull=True).values_list("made_at", flat=True).first()


@action("kernel.open_feed")
def begin(asker: Asker) -> str:
    """A new address; an earlier one stops working. Returns its secret, which is kept nowhere."""
    _end(asker)
    secret = secrets.token_urlsafe(24)
    Feed.objects.create(account_id=asker.account, secret_hash=_digest(secret), made_at=asker.now)
    return secret


@action("kernel.end_feed")
def end(asker: Asker) -> None:
    """The address stops working."""
    _end(asker)


def _end(asker: Asker) -> None:
    Feed.objects.filter(account_id=asker.account, ended_at__isnull=True).update(ended_at=asker.now)


def asker_of(secret: str) -> Asker | None:
    """Whose calendar an address opens, while the account is open."""
    found = (
        Feed.objects.filter(secret_hash=_digest(secret), ended_at__isnull=True, account__is_active=True)
        .select_related("account")
        .first()
    )
    return Asker.of(found.account) if found else None


def language_of(asker: Asker) -> str:
    """In which language the asker reads."""
    from plait.kernel.models import Account

    return Account.objects.values_list("language", flat=True).get(id=asker.account)
