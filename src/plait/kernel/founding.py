"""The one row that says who this partnership is."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connections, transaction

from plait.kernel.models.ground import Account, Partnership
from plait.kernel.once import forget_all, once


def partnership() -> Partnership | None:
    """The partnership's row, or None before `init`. Only the owner changes it: a page asks for it once."""
    return once("partnership", Partnership.objects.first)


def the_partnership() -> Partnership:
    """The partnership's row. Raises Partnership.DoesNotExist before `init`."""
    row = partnership()
    if row is None:
        raise Partnership.DoesNotExist
    return row


def pack_key() -> str:
    row = partnership()
    return row.pack if row else "generic-msc"


def found(name: str, town: str, pack: str, admin_email: str, admin_name: str) -> uuid.UUID:
    """Found the partnership, as owner: its two circles and its first administrator. Returns the administrator's account id."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("select plait.found(%s, %s, %s, %s, %s)", [name, town, pack, admin_email, admin_name])
        return cursor.fetchone()[0]


def describe(**fields: Any) -> None:
    """Set languages, notice, source, outline and places, as owner (they are no secret and no audience's)."""
    Partnership.objects.using("owner").update(**fields)
    forget_all()


@dataclass(frozen=True)
class Standing:
    """What stood before a load began: the partnership's own fields, and the founder's."""

    partnership: dict[str, Any]
    founder: tuple[uuid.UUID, str, str]


def standing() -> Standing | None:
    """None before `init`."""
    row = Partnership.objects.using("owner").values().first()
    if row is None:
        return None
    first = Account.objects.using("owner").order_by("made_at").values_list("id", "email", "name").first()
    return Standing(dict(row), first) if first else None


def put_back(was: Standing | None) -> None:
    """A load failed: what founding committed before the load's one transaction is undone. As owner.

    Where people work already nothing was founded, so nothing is touched. The log keeps both the founding and that it was taken back.
    """
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        people = list(Account.objects.using("owner").values_list("id", flat=True)[:2])
        if len(people) != 1:
            return
        if was is not None:
            Partnership.objects.using("owner").filter(id=was.partnership["id"]).update(**was.partnership)
            rename_founder(people[0], email=was.founder[1], name=was.founder[2])
            return
        cursor.execute("delete from kernel_partnership")
        cursor.execute("select plait.unfound(%s)", people)
        cursor.execute("delete from kernel_account where id = %s", people)
    sync_rights({}, {})


@contextmanager
def loading(hours: int = 1) -> Iterator[None]:
    """While a folder is loaded a release may say the earlier day on which it took place. Only the owner opens this."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("delete from plait.loading")
        cursor.execute("insert into plait.loading(until) values (clock_timestamp() + make_interval(hours => %s))", [hours])
    try:
        yield
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute("delete from plait.loading")


def rename_founder(account: uuid.UUID, *, email: str, name: str) -> None:
    """Before anybody else has an account: the founder as a newly loaded folder names them. As owner."""
    Account.objects.using("owner").filter(id=account).update(email=email, name=name)


def sync_rights(rights: dict[str, list[str]], seats: dict[str, dict[str, int]]) -> None:
    """Make the tables of decision rights and office seats equal the pack, as owner.

    `rights`: step -> offices. `seats`: office -> where -> level; where is "" (the partnership's circle, level 0: none) or a kind of group.
    """
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("delete from kernel_decisionright")
        cursor.execute("delete from kernel_officeseat")
        for step, offices in sorted(rights.items()):
            for office in offices:
                cursor.execute(
                    "insert into kernel_decisionright(id, step, office) values (gen_random_uuid(), %s, %s)", [step, office]
                )
        for office, where in sorted(seats.items()):
            for word, level in sorted(where.items()):
                cursor.execute(
                    "insert into kernel_officeseat(id, office, kind, word, level) values (gen_random_uuid(), %s, %s, %s, %s)",
                    [office, 3 if word else 1, word, level],
                )
