"""What somebody has answered so far, kept in their own session between the pages of a form.

Sealed, because sessions are read before anybody is known: only a request of the same account can open it. Gone when the
session is; nothing half-finished ever becomes a row.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest

KEY = "picture.evidence"


def _seal() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"{KEY}:{settings.SECRET_KEY}".encode()).digest()))


def kept(request: HttpRequest) -> dict[str, Any]:
    """The answers so far; nothing where there are none, or where they are somebody else's."""
    sealed = request.session.get(KEY)
    if not sealed:
        return {}
    try:
        held = json.loads(_seal().decrypt(str(sealed).encode()))
    except (InvalidToken, ValueError):
        return {}
    return held["answers"] if held.get("account") == str(request.asker.id) else {}  # type: ignore[attr-defined]


def keep(request: HttpRequest, answers: dict[str, Any]) -> None:
    held = {"account": str(request.asker.id), "answers": answers}  # type: ignore[attr-defined]
    request.session[KEY] = _seal().encrypt(json.dumps(held, default=str).encode()).decode()


def forget(request: HttpRequest) -> None:
    request.session.pop(KEY, None)
