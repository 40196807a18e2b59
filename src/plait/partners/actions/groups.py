"""Boards, panels, delivery and advisory groups: set up, changed, joined, left, ended."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from plait.kernel import access
from plait.kernel.acting import Asker, action
from plait.kernel.errors import NotFound
from plait.kernel.models import take
from plait.kernel.rights import rights_of
from plait.packs import current
from plait.partners import policies
from plait.partners.actions.outside import take_out
from plait.partners.actions.people import find_person
from plait.partners.actions.writing import insert, update
from plait.partners.checks import Check, active
from plait.partners.days import midnight, today
from plait.partners.models import Group, GroupMember, Person

FIELDS = ("name", "kind", "public_text", "lang", "translations", "terms", "meets")
TWICE = _("There is a group of this name already.")
SITS = _("This person sits in the group already.")
OFFICES_SIT = _(
    "By the pack, offices sit in groups of one of these kinds. End this group and set up another of the kind you want."
)


def _checked(check: Check, given: Mapping[str, Any], keep: str = "") -> dict[str, Any]:
    return {
        "name": check.line("name", given["name"], needed=True),
        "kind": check.word("kind", given["kind"], active(current(), "group_kind", [keep])),
        "public_text": check.text("public_text", given["public_text"], 2000, needed=True),
        "lang": check.language("lang", given["lang"]),
        "translations": check.translations("translations", given["translations"], given["lang"]),
        "terms": check.text("terms", given["terms"], 10_000),
        "meets": check.line("meets", given["meets"]),
    }


def _with_offices() -> set[str]:
    """Kinds of group in which the pack seats the holders of offices."""
    return {seat.circle for office in current().offices for seat in office.seats}


def _seat(asker: Asker, group: Group, person: Person, level: int, source: uuid.UUID, starts: date) -> None:
    """A seat in the group's own circle, for whoever has an account."""
    if person.account_id is None:
        return
    said = _now("chairs %(group)s") if level == 3 else _now("sits in %(group)s")
    access.give_seat(
        asker, account=person.account_id, circle=group.own_circle_id, level=level, starts=midnight(starts), source="group", source_id=source,
        reason=said % {"group": group.name},
    )  # fmt: skip


@action("partners.add_group", right=policies.GROUP)
def add_group(
    asker: Asker, *, name: str, kind: str, public_text: str, terms: str = "", meets: str = "", starts: date, chair: uuid.UUID | None = None,
    members: Iterable[uuid.UUID] = (), lang: str = "en", translations: Mapping[str, str] | None = None,
) -> Group:  # fmt: skip
    """Set up a group and open its circle: the chair as its steward, members as contributors, and whom an office seats in this kind of group.

    Nobody seats themself: the asker may be neither chair nor member here. Raises Invalid, Refused, NotFound.
    """
    given = {n: v for n, v in locals().items() if n in FIELDS}
    circle = access.partnership_circle()
    ids = [*([chair] if chair is not None else []), *(m for m in dict.fromkeys(members) if m != chair)]
    found = {p.id: p for p in Person.objects.filter(circle_id=circle, id__in=ids)}
    if len(found) != len(ids):
        raise NotFound
    own = next((p.id for p in found.values() if p.account_id is not None and p.account_id == asker.id), None)
    policies.may_add_group(rights_of(asker), own=own, people=ids).insist()
    check = Check()
    values = _checked(check, given)
    check.done()
    circle_of_its_own = access.open_circle(asker, 3, values["name"])
    row = Group(circle_id=circle, own_circle_id=circle_of_its_own, starts=starts, chair_id=chair, **values)
    insert(asker, row, "name", TWICE)
    access.seat_offices(asker, circle_of_its_own, row.kind)
    if chair is not None:
        _seat(asker, row, found[chair], 3, row.id, starts)
    for id in ids:
        if id != chair:
            member = GroupMember(circle_id=circle, group=row, person=found[id], starts=starts)
            member.save(force_insert=True)
            _seat(asker, row, found[id], 2, member.id, starts)
    return row


@action("partners.change_group", right=policies.GROUP)
def change_group(
    asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None, name: str, kind: str, public_text: str, terms: str = "", meets: str = "",
    lang: str = "en", translations: Mapping[str, str] | None = None,
) -> Group:  # fmt: skip
    """Change name, kind, purpose or terms of reference. Raises Invalid, Refused, NotFound, Conflict."""
    given = {n: v for n, v in locals().items() if n in FIELDS}
    row = take(Group, id=id, circle=circle, version=version)
    policies.may_edit_group(rights_of(asker), ended=row.ends is not None).insist()
    check = Check()
    values = _checked(check, given, row.kind)
    if values["kind"] != row.kind and {values["kind"], row.kind} & _with_offices():
        check.wrong("kind", OFFICES_SIT)
    check.done()
    if values["name"] != row.name:
        access.rename_circle(asker, row.own_circle_id, values["name"])
    for field, value in values.items():
        setattr(row, field, value)
    update(asker, row, FIELDS, "name", TWICE)
    return row


@action("partners.set_chair", right=policies.GROUP)
def set_chair(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None, chair: uuid.UUID) -> Group:
    """Another person leads the group: the former chair's seat ends, the new one is its steward. Raises Refused, NotFound, Conflict."""
    row = take(Group, id=id, circle=circle, version=version)
    who = find_person(chair, circle)
    policies.may_set_chair(
        rights_of(asker), own=who.account_id is not None and who.account_id == asker.id, ended=row.ends is not None
    ).insist()
    access.end_seats_from(asker, "group", row.id)
    row.chair = who
    row.save(update_fields=["chair", "version"])
    _seat(asker, row, who, 3, row.id, today(asker))
    return row


@action("partners.add_member")
def add_member(
    asker: Asker, *, group: uuid.UUID, circle: uuid.UUID, person: uuid.UUID, starts: date | None = None
) -> GroupMember:
    """A person joins a group. By its chair, or by whoever may edit groups and give seats; never by that person. Raises Invalid, Refused, NotFound."""
    body = Group.objects.select_related("chair").filter(id=group, circle_id=circle).first()
    if body is None:
        raise NotFound
    who = find_person(person, circle)
    policies.may_add_member(
        rights_of(asker),
        own=who.account_id is not None and who.account_id == asker.id,
        chairs=body.chair is not None and body.chair.account_id == asker.id,
        ended=body.ends is not None,
    ).insist()
    day = starts or today(asker)
    row = GroupMember(circle_id=circle, group=body, person=who, starts=day)
    insert(asker, row, "person", SITS)
    _seat(asker, body, who, 2, row.id, day)
    return row


def _part(asker: Asker, row: GroupMember, ends: date) -> None:
    row.ends = max(ends, row.starts)
    row.save(update_fields=["ends", "version"])
    access.end_seats_from(asker, "group", row.id)


@action("partners.end_member")
def end_member(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None) -> GroupMember:
    """A person leaves a group; the seat in its circle ends now. Raises Refused, NotFound, Conflict."""
    row = take(GroupMember, id=id, circle=circle, version=version)
    policies.may_end_member(rights_of(asker), ended=row.ends is not None).insist()
    _part(asker, row, today(asker))
    return row


@action("partners.end_group", right=policies.GROUP)
def end_group(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None) -> Group:
    """A group ends: its chair and members rise, and its public copy is taken out. What it wrote stays in its circle.

    Raises Refused, NotFound, Conflict.
    """
    row = take(Group, id=id, circle=circle, version=version)
    policies.may_end_group(rights_of(asker), ended=row.ends is not None).insist()
    row.ends = max(today(asker), row.starts)
    row.save(update_fields=["ends", "version"])
    access.end_seats_from(asker, "group", row.id)
    access.unseat_offices(asker, row.own_circle_id)
    for member in GroupMember.objects.select_for_update().filter(group=row, circle_id=circle, ends__isnull=True):
        _part(asker, member, row.ends)
    take_out(asker, "group", row)
    return row


@action("partners.reopen_group", right=policies.GROUP)
def reopen_group(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None) -> Group:
    """A group that ended works again, without chair and members, who are asked anew; offices sit in it as before. Raises Refused, NotFound, Conflict."""
    row = take(Group, id=id, circle=circle, version=version)
    policies.may_reopen_group(rights_of(asker), ended=row.ends is not None).insist()
    row.ends, row.chair_id = None, None
    row.save(update_fields=["ends", "chair", "version"])
    access.seat_offices(asker, row.own_circle_id, row.kind)
    return row
