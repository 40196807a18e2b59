"""Giving and ending offices: the verbs; the rules are in the database's definer functions."""

from __future__ import annotations

import uuid
from typing import Any

from plait.kernel import access
from plait.kernel.acting import Asker, action


@action("kernel.appoint")
def appoint(asker: Asker, *, account: uuid.UUID, office: str, starts: Any = None, ends: Any = None, reason: str) -> uuid.UUID:
    """Give somebody else an office; its seats begin with it. Raises Refused (not entitled, or to oneself)."""
    return access.give_office(asker, account=account, office=office, starts=starts, ends=ends, reason=reason)


@action("kernel.end_office")
def end(asker: Asker, *, office: uuid.UUID) -> None:
    """End an office and every seat that came with it."""
    access.end_office(asker, office)


@action("kernel.rename_circle")
def rename_circle(asker: Asker, *, circle: uuid.UUID, name: str) -> None:
    access.rename_circle(asker, circle, name)


@action("kernel.set_bar")
def set_bar(asker: Asker, *, account: uuid.UUID, circle: uuid.UUID, reason: str) -> uuid.UUID:
    """A conflict of interest: the account sees nothing of the circle from now on. For oneself, or by a steward."""
    return access.set_bar(asker, account=account, circle=circle, reason=reason)
