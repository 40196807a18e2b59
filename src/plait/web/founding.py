"""Founding a partnership in an empty database, and bringing the pack's offices and rights into it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from plait.kernel import founding
from plait.kernel.accounts import first_invitation
from plait.kernel.acting import NOBODY, acting
from plait.kernel.models import Account
from plait.launch import Stop
from plait.packs import PackError, find, load
from plait.packs.shape import Pack

LEVELS = {"reader": 1, "contributor": 2, "steward": 3}


def sync_pack(pack: Pack) -> None:
    """Make the database's decision rights and office seats equal the pack's. As owner."""
    seats: dict[str, dict[str, int]] = {}
    for office in pack.offices:
        where = seats.setdefault(office.key, {"": 0})
        for seat in office.seats:
            word = "" if seat.circle == "partnership" else seat.circle
            where[word] = max(where.get(word, 0), LEVELS[seat.level])
    founding.sync_rights({step: list(right.offices) for step, right in pack.rights.items()}, seats)


def sync_current() -> None:
    """The same for the pack in use, after a migration; nothing before founding."""
    if founding.partnership() is not None:
        sync_pack(load(find(founding.pack_key())))


def begin(pack_key: str, name: str, town: str, admin_email: str, admin_name: str) -> uuid.UUID:
    """Found, or where only the founder is there yet, found anew with these words. Returns the administrator's account.

    Raises Stop(4) when a partnership works here already, Stop(2) for an unknown pack.
    """
    try:
        pack = load(find(pack_key))
    except PackError as error:
        raise Stop(2, str(error)) from None
    there = founding.partnership()
    accounts = list(Account.objects.using("owner").all()[:2])
    if there is not None and len(accounts) != 1:
        raise Stop(
            4, f"{there.name} works in this data folder already. Load into an empty one: set PLAIT_DATA to another folder."
        )
    sync_pack(pack)
    if there is None:
        return founding.found(name, town, pack_key, admin_email, admin_name)
    founding.describe(name=name, town=town, pack=pack_key)
    founding.rename_founder(accounts[0].id, email=admin_email, name=admin_name)
    return accounts[0].id


@contextmanager
def undone_if_it_fails() -> Iterator[None]:
    """Founding is committed before a load's one transaction: when the load fails, it goes back."""
    was = founding.standing()
    try:
        yield
    except BaseException:
        founding.put_back(was)
        sync_current()
        raise


def found(pack: str, name: str, admin_email: str) -> str:
    """`./plait init`: found the partnership; returns the path of the link by which the administrator sets a password."""
    admin = begin(pack, name, name, admin_email, admin_email.partition("@")[0])
    with acting(NOBODY):
        return f"/invitation/{first_invitation(admin)}/"
