"""Guessing: ten tries an hour for each address that is typed, known or not, so that a refusal tells nothing.

What is counted is a keyed hash of what was guessed at. Where somebody sits is never asked: one shared address of a town hall is not one
bucket, and no header that a client sends moves a try into another. Passkeys and an organisation's sign-on are not counted at all:
whoever guesses at an account locks nobody out of it. A browser in which the person signed in before has a bucket of its own.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.db import connections
from django.utils import timezone

from plait.kernel.chores import chore
from plait.kernel.models.factors import Try

MOST = 10
WINDOW = timedelta(hours=1)


def key_of(*what: str) -> bytes:
    return hmac.new(
        settings.SECRET_KEY.encode(), "\0".join(("plait: tries", *what)).encode("utf-8", "replace"), hashlib.sha256
    ).digest()


def allowed(*what: str) -> bool:
    """Count one try; whether it may be made. Two at once wait for each other."""
    now = timezone.now()
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "insert into kernel_try(key, began, count) values (%s, %s, 1) on conflict (key) do update set"
            " count = case when kernel_try.began <= %s then 1 else kernel_try.count + 1 end,"
            " began = case when kernel_try.began <= %s then excluded.began else kernel_try.began end returning count",
            [key_of(*what), now, now - WINDOW, now - WINDOW],
        )
        return bool(cursor.fetchone()[0] <= MOST)


def right(*what: str) -> None:
    """The try was no guess: it is not counted."""
    with connections["default"].cursor() as cursor:
        cursor.execute("update kernel_try set count = greatest(count - 1, 0) where key = %s", [key_of(*what)])


@chore("kernel.drop_tries", every=timedelta(hours=1), as_="maintenance")
def drop_old() -> int:
    return Try.objects.filter(began__lt=timezone.now() - WINDOW).delete()[0]
