"""People, the organisations for which they work, and the seats that come with that."""

from __future__ import annotations

import uuid
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from plait.kernel import access, accounts
from plait.kernel.acting import Asker, action
from plait.kernel.errors import Invalid, NotFound
from plait.kernel.models import Account, take
from plait.kernel.rights import rights_of
from plait.partners import identifiers, policies
from plait.partners.actions.writing import insert, update
from plait.partners.checks import Check
from plait.partners.days import midnight, today
from plait.partners.models import Group, GroupMember, Membership, Organisation, Person

EMAIL = _("Write an e-mail address such as name@example.org.")
TWICE = _("This account belongs to somebody in the register already.")


def find_person(id: uuid.UUID, circle: uuid.UUID) -> Person:
    row = Person.objects.filter(id=id, circle_id=circle).first()
    if row is None:
        raise NotFound
    return row


@action("partners.add_person", right=policies.INVITE)
def add_person(asker: Asker, *, name: str, email: str = "", account_id: uuid.UUID | None = None) -> Person:
    """Somebody who works with the partnership, by name. Where the e-mail is an account's, the person is its owner. Raises Invalid."""
    check = Check()
    name = check.line("name", name, needed=True)
    email = check.form("email", email, identifiers.email, EMAIL)
    check.done()
    if account_id is None and email:
        account_id = Account.objects.filter(email__iexact=email).values_list("id", flat=True).first()
    row = Person(circle_id=access.partnership_circle(), name=name, email=email, account_id=account_id)
    insert(asker, row, "email", TWICE)
    return row


@action("partners.change_person", right=policies.INVITE)
def change_person(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None, name: str, email: str = "") -> Person:
    """Correct a name or an address; the account stays whose it is. Raises Invalid, NotFound, Conflict."""
    row = take(Person, id=id, circle=circle, version=version)
    check = Check()
    row.name = check.line("name", name, needed=True)
    row.email = check.form("email", email, identifiers.email, EMAIL)
    check.done()
    row.save(update_fields=["name", "email", "version"])
    return row


@action("partners.invite_person", right=policies.INVITE)
def invite_person(asker: Asker, *, name: str, email: str, person: uuid.UUID | None = None) -> tuple[Person, str]:
    """An account and its person, or an account for a person who has none; and the secret of the link, which is kept nowhere.

    Raises Invalid, NotFound, Refused.
    """
    circle = access.partnership_circle()
    row = take(Person, id=person, circle=circle, version=None) if person is not None else None
    if row is not None and row.account_id is not None:
        raise Invalid({"": [_("This person has an account already.")]})
    account, secret = accounts.invite(asker, email=email, name=name)
    if row is None:
        row = Person(circle_id=circle, name=account.name, email=account.email, account_id=account.id)
        row.save(force_insert=True)
    else:
        row.account_id, row.email = account.id, account.email
        update(asker, row, ("account_id", "email"), "email", TWICE)
    return row, secret


def _give(
    asker: Asker, row: Membership, person: Person, organisation: Organisation, level: int, *, inside: bool, since: bool
) -> None:
    """The seats of a membership: in the organisation's own circle, and in the partnership's where `level` says so."""
    reason = _now("works for %(organisation)s") % {"organisation": organisation.name}
    starts = midnight(row.starts) if since else max(midnight(row.starts), asker.now)
    ends = midnight(row.ends) if row.ends is not None else None
    for circle, at in ((organisation.own_circle_id, 2 if inside else 0), (row.circle_id, level)):
        if at:
            access.give_seat(
                asker,
                account=person.account_id,
                circle=circle,
                level=at,
                starts=starts,
                ends=ends,
                source="membership",
                source_id=row.id,
                reason=reason,
            )


@action("partners.begin_membership", right=policies.INVITE)
def begin_membership(
    asker: Asker,
    *,
    person: uuid.UUID,
    organisation: uuid.UUID,
    role: str = "",
    starts: date,
    ends: date | None = None,
    level: int = 0,
    inside: bool = True,
) -> Membership:
    """A person works for an organisation from a day on, and takes the seats that go with it from that day's midnight.

    Seats: contributor in the organisation's circle, unless `inside` is false (somebody who runs its machines, say); in the
    partnership's at `level` (0 none, 1 reader, 2 contributor, 3 steward).
    Nobody seats themself: beginning one's own membership writes it down and gives no seat; another holder of the right to give seats
    does that by `seat_member`. A person without an account gets the seats then, too. A membership that is over already gives none.
    Raises Invalid, Refused, NotFound.
    """
    circle = access.partnership_circle()
    body = Organisation.objects.filter(id=organisation, circle_id=circle).first()
    if body is None:
        raise NotFound
    who = find_person(person, circle)
    own = who.account_id is not None and who.account_id == asker.id
    over = ends is not None and ends <= today(asker)
    policies.may_begin_membership(
        rights_of(asker), own=own, has_account=who.account_id is not None and not over, left=body.left is not None and not over
    ).insist()
    check = Check()
    role = check.line("role", role)
    check.word("level", str(level), ("0", "1", "2", "3"))
    if ends is not None and ends < starts:
        check.wrong("ends", _("It cannot end before it begins."))
    if not over and Membership.objects.filter(circle_id=circle, person=who, organisation=body, ends__isnull=True).exists():
        check.wrong("person", _("This person works for this organisation already."))
    check.done()
    row = Membership(circle_id=circle, person=who, organisation=body, role=role, starts=starts, ends=ends)
    row.save(force_insert=True)
    if who.account_id is not None and not own and not over:
        _give(asker, row, who, body, level, inside=inside, since=True)
    return row


@action("partners.seat_member", right=policies.SEAT)
def seat_member(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, level: int = 0, inside: bool = True) -> Membership:
    """Give the seats of a membership that has none, or give them anew at another level, from now on. Raises Refused, NotFound, Invalid."""
    row = take(Membership, id=id, circle=circle, version=None)
    who = find_person(row.person_id, circle)
    body = Organisation.objects.get(id=row.organisation_id, circle_id=circle)
    policies.may_seat_member(
        rights_of(asker),
        own=who.account_id == asker.id,
        ended=policies.is_over(row, today(asker)),
        has_account=who.account_id is not None,
    ).insist()
    check = Check()
    check.word("level", str(level), ("0", "1", "2", "3"))
    check.done()
    access.end_seats_from(asker, "membership", row.id)
    _give(asker, row, who, body, level, inside=inside, since=False)
    return row


def close(asker: Asker, row: Membership, ends: date) -> None:
    """End a membership that was taken, and every seat that came from it, in this transaction.

    Whoever then works for no organisation leaves the partnership: their groups, offices and every other seat end with it.
    """
    row.ends = max(ends, row.starts)
    row.save(update_fields=["ends", "version"])
    day = today(asker)
    last = row.ends <= day and not open_memberships(row.circle_id, row.person_id, day).exists()
    person = find_person(row.person_id, row.circle_id)
    own = person.account_id is not None and person.account_id == asker.id
    if last:
        for member in GroupMember.objects.select_for_update().filter(circle_id=row.circle_id, person=person, ends__isnull=True):
            member.ends = max(row.ends, member.starts)
            member.save(update_fields=["ends", "version"])
        for group in Group.objects.select_for_update().filter(circle_id=row.circle_id, chair=person):
            group.chair = None
            group.save(update_fields=["chair", "version"])
    if last and person.account_id is not None:
        access.leave(asker, person.account_id)
    elif own:
        access.end_own_seats(asker, "membership", row.id)
    else:
        access.end_seats_from(asker, "membership", row.id)


def open_memberships(circle: uuid.UUID, person: uuid.UUID, day: date) -> QuerySet[Membership]:
    """For whom somebody works on a day."""
    return Membership.objects.filter(Q(ends__isnull=True) | Q(ends__gt=day), circle_id=circle, person_id=person, starts__lte=day)


@action("partners.leave_own")
def leave_own(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None) -> Membership:
    """One's own work for an organisation is over, from today: nobody has to ask to be let out.

    Whoever only reads cannot write the day into the register; their seats end all the same. Raises Refused, NotFound, Conflict.
    """
    row = Membership.objects.filter(id=id, circle_id=circle).first()
    if row is None:
        raise NotFound
    person, day = find_person(row.person_id, circle), today(asker)
    account = person.account_id if person.account_id == asker.id else None
    policies.may_leave_own(own=account is not None, ended=policies.is_over(row, day)).insist()
    if not access.holds(asker, circle, 2):
        if open_memberships(circle, person.id, day).exclude(id=row.id).exists():
            access.end_own_seats(asker, "membership", row.id)
        elif account is not None:
            access.leave(asker, account)
        return row
    row = take(Membership, id=id, circle=circle, version=version)
    close(asker, row, day)
    return row


@action("partners.end_membership", right=policies.INVITE)
def end_membership(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, version: int | None, ends: date) -> Membership:
    """A person stops working for an organisation; the seats end now. Raises Invalid, Refused, NotFound, Conflict."""
    row = take(Membership, id=id, circle=circle, version=version)
    day = today(asker)
    policies.may_end_membership(rights_of(asker), ended=policies.is_over(row, day)).insist()
    check = Check()
    check.not_after("ends", ends, day)
    if ends < row.starts <= day:
        check.wrong("ends", _("It cannot end before it begins."))
    check.done()
    close(asker, row, ends)
    return row
