"""Questions about who works together. Lists come as pages of frozen lines; one thing as its row with what the page shows of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from plait.frame.lists import Ask, Column, Filter, Page, Spec, fetch, matching
from plait.kernel import access, log
from plait.kernel.acting import Asker
from plait.kernel.errors import NotFound
from plait.kernel.founding import the_partnership
from plait.kernel.models import Office, Protected, Published
from plait.packs import Pack, current
from plait.partners import rows
from plait.partners.days import open_on, today
from plait.partners.models import About, Gap, Group, GroupMember, Membership, Organisation, Person
from plait.partners.places import TOWN, places
from plait.partners.policies import is_open, is_over
from plait.partners.table import at_the_table, working_for

LISTED = {"public": gettext_lazy("on the public pages"), "map": gettext_lazy("on the map")}


@dataclass(frozen=True)
class Words:
    """The pack in the reader's language."""

    pack: Pack
    lang: str

    @classmethod
    def now(cls) -> Words:
        return cls(current(), get_language() or "en")

    def label(self, vocabulary: str, key: str) -> str:
        return self.pack.vocabulary(vocabulary).label(key, self.lang) if key else ""

    def choices(self, vocabulary: str) -> list[tuple[str, str]]:
        return self.pack.choices(vocabulary, self.lang)


def _one[M: Protected](found: QuerySet[M], circle: uuid.UUID, id: uuid.UUID) -> M:
    row = access.in_circle(found, circle).filter(id=id).first()
    if row is None:
        raise NotFound
    return row


# the table -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seat:
    """An organisation at the table."""

    id: uuid.UUID
    circle: uuid.UUID
    name: str


@dataclass(frozen=True)
class Place:
    """A recommended kind of partner: who of it sits at the table now, and what is done where nobody does."""

    key: str
    label: str
    need: str
    why: str
    organisations: tuple[Seat, ...]
    gap: Gap | None
    gap_state: str

    @property
    def taken(self) -> bool:
        return bool(self.organisations)

    @property
    def widen(self) -> bool:
        """Some take part, and the partnership has said that more are needed."""
        return self.taken and self.gap is not None and self.gap.widen


@dataclass(frozen=True)
class Coverage:
    """The recommended table, as it is taken now. A sentence and names; no score."""

    places: tuple[Place, ...]

    @property
    def total(self) -> int:
        return len(self.places)

    @property
    def at_table(self) -> int:
        return sum(place.taken for place in self.places)

    @property
    def missing(self) -> tuple[Place, ...]:
        return tuple(place for place in self.places if not place.taken)

    @property
    def needed_most(self) -> tuple[Place, ...]:
        return tuple(place for place in self.missing if place.need == "must")


NEEDS = {"must": gettext_lazy("must be here"), "should": gettext_lazy("should be here"), "could": gettext_lazy("could be here")}


def coverage(asker: Asker, words: Words | None = None) -> Coverage:
    """The pack's recommended kinds against who has a seat now; empty seats first, then in the pack's order of need."""
    words, circle = words or Words.now(), access.partnership_circle()
    seated = [
        (Seat(id, circle, name), set(sectors))
        for id, name, sectors in at_the_table(circle, today(asker)).order_by("name", "id").values_list("id", "name", "sectors")
    ]
    gaps = {gap.stakeholder: gap for gap in Gap.objects.filter(circle_id=circle, withdrawn_on__isnull=True)}
    found = []
    for each in words.pack.stakeholders:
        gap = gaps.get(each.key)
        found.append(
            Place(
                key=each.key, label=each.label.said(words.lang), need=each.need, why=each.why.said(words.lang),
                organisations=tuple(seat for seat, sectors in seated if sectors & set(each.sectors)),
                gap=gap, gap_state=words.label("gap_state", gap.state) if gap else "",
            )
        )  # fmt: skip
    order = list(NEEDS)
    return Coverage(tuple(sorted(found, key=lambda place: (place.taken, order.index(place.need)))))


# organisations -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OrganisationLine:
    """One organisation in a list."""

    id: uuid.UUID
    circle_id: uuid.UUID
    url: str
    name: str
    kind: str
    sectors: tuple[str, ...]
    duty: str
    listed: tuple[str, ...]
    agreed_on: date | None
    joined: date | None
    left: date | None
    invented: bool


def organisations_spec(words: Words) -> Spec:
    return Spec(
        "organisations",
        columns=[
            Column("name", _("Organisation"), order="name"),
            Column("kind", _("Type"), order="kind"),
            Column("sectors", _("Sectors")),
            Column("duty", _("Takes part"), order="duty"),
            Column("listed", _("Agreed to be listed")),
            Column("joined", _("Since"), order="joined"),
            Column("left", _("Left"), order="left"),
        ],
        filters=[
            Filter("sector", _("Sector"), choices=words.choices("sector"), where=lambda key: Q(sectors__contains=[key])),
            Filter("type", _("Type"), choices=words.choices("organisation_type"), field="kind"),
            Filter("duty", _("Takes part"), choices=words.choices("duty_status"), field="duty"),
            Filter(
                "listed", _("Agreed to be listed"), choices=[*LISTED.items(), ("nowhere", _("nowhere"))],
                where=lambda key: Q(listed=[]) if key == "nowhere" else Q(listed__contains=[key]),
            ),
            Filter("left", _("Here or left"), choices=[("here", _("takes part")), ("left", _("has left"))], where=lambda key: Q(left__isnull=key == "here")),
        ],
        search=["name", "public_text"],
        default_order=["name"],
    )  # fmt: skip


def _organisation_line(row: Organisation, words: Words) -> OrganisationLine:
    return OrganisationLine(
        id=row.id, circle_id=row.circle_id, url=row.get_absolute_url(), name=row.name, kind=words.label("organisation_type", row.kind),
        sectors=tuple(words.label("sector", key) for key in row.sectors), duty=words.label("duty_status", row.duty),
        listed=tuple(str(LISTED.get(key, key)) for key in row.listed), agreed_on=row.agreed_on, joined=row.joined, left=row.left, invented=row.invented,
    )  # fmt: skip


def organisations(asker: Asker, *, ask: Ask, words: Words, spec: Spec) -> Page:
    page = fetch(Organisation.objects.filter(circle_id=access.partnership_circle()), ask, spec)
    return replace(page, rows=[_organisation_line(row, words) for row in page.rows])


def organisations_for_export(asker: Asker, *, ask: Ask, words: Words, spec: Spec) -> Iterable[OrganisationLine]:
    return [
        _organisation_line(row, words)
        for row in matching(Organisation.objects.filter(circle_id=access.partnership_circle()), ask, spec)
    ]


def organisation(asker: Asker, *, circle: uuid.UUID, id: uuid.UUID) -> Organisation:
    """Raises NotFound."""
    return _one(rows.organisations(), circle, id)


def area_name(key: str, town: str) -> str:
    """The area served, in words."""
    return town if key == TOWN else places().get(key, key)


def town() -> str:
    return the_partnership().town


@dataclass(frozen=True)
class MembershipLine:
    """Somebody works for an organisation."""

    id: uuid.UUID
    circle_id: uuid.UUID
    person: str
    person_url: str
    organisation: str
    organisation_url: str
    role: str
    starts: date
    ends: date | None
    open: bool
    over: bool
    has_account: bool
    own: bool


def _membership_line(row: Membership, asker: Asker, day: date) -> MembershipLine:
    return MembershipLine(
        id=row.id, circle_id=row.circle_id, person=row.person.name, person_url=row.person.get_absolute_url(), organisation=row.organisation.name,
        organisation_url=row.organisation.get_absolute_url(), role=row.role, starts=row.starts, ends=row.ends, open=is_open(row, day), over=is_over(row, day),
        has_account=row.person.account_id is not None, own=row.person.account_id is not None and row.person.account_id == asker.id,
    )  # fmt: skip


def memberships(
    asker: Asker, *, circle: uuid.UUID, organisation: uuid.UUID | None = None, person: uuid.UUID | None = None
) -> list[MembershipLine]:
    """Who works for an organisation, or for which ones a person works: open ones first, by name; then those that are over, newest first."""
    whose: dict[str, Any] = {"organisation_id": organisation} if organisation is not None else {"person_id": person}
    found = Membership.objects.filter(circle_id=circle, **whose).select_related("person", "organisation")
    day = today(asker)
    lines = [_membership_line(row, asker, day) for row in found]
    return sorted(
        lines,
        key=lambda m: (
            m.over,
            -m.ends.toordinal() if m.over and m.ends else 0,
            m.person.casefold(),
            m.organisation.casefold(),
            str(m.id),
        ),
    )


def membership(asker: Asker, *, circle: uuid.UUID, id: uuid.UUID) -> Membership:
    """Raises NotFound."""
    return _one(Membership.objects.select_related("person", "organisation"), circle, id)


def membership_line(asker: Asker, row: Membership) -> MembershipLine:
    return _membership_line(row, asker, today(asker))


def works_for(asker: Asker, row: Organisation) -> bool:
    """Whether the asker works for this organisation now."""
    return working_for(row, today(asker)).filter(person__account=asker.id).exists()


def works_elsewhere(asker: Asker, row: Membership) -> bool:
    """Whether this person works for another organisation, too."""
    return (
        Membership.objects.filter(open_on(today(asker)), circle_id=row.circle_id, person_id=row.person_id)
        .exclude(id=row.id)
        .exists()
    )


def sitting_groups(asker: Asker, *, circle: uuid.UUID, person: uuid.UUID) -> list[Group]:
    """Groups that a person chairs or sits in now."""
    sits = GroupMember.objects.filter(open_on(today(asker)), circle_id=circle, person_id=person).values("group_id")
    return list(
        Group.objects.filter(Q(chair_id=person) | Q(id__in=sits), circle_id=circle, ends__isnull=True).order_by("name", "id")
    )


# outside -------------------------------------------------------------------------------------------------------------------


def stands_outside(kind: str, row: Protected) -> bool:
    """Whether any public copy of this record stands now."""
    return Published.objects.filter(circle_id=access.public_circle(), kind=kind, record_id=row.id).exists()


def level_in(asker: Asker, circle: uuid.UUID) -> int:
    """The asker's own level in a circle; 0 for none."""
    return max((seat.level for seat in access.why(asker, circle)), default=0)


def who_takes_out(asker: Asker, circle: uuid.UUID, words: Words) -> list[str]:
    """Who can take a public copy out: the circle's stewards by name, and the offices that the pack names."""
    offices = words.pack.offices_for("release.withdraw")
    return [*access.stewards(asker, circle), *(words.label("office", key) for key in offices)]


# people --------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PersonLine:
    """Somebody in the register."""

    looked: ClassVar = Person
    id: uuid.UUID
    circle_id: uuid.UUID
    url: str
    name: str
    organisations: tuple[str, ...]
    roles: tuple[str, ...]
    account: bool


def people_spec() -> Spec:
    return Spec(
        "people",
        columns=[
            Column("name", _("Name"), order="name"),
            Column("organisations", _("Organisation")),
            Column("roles", _("Role")),
            Column("account", _("Has an account")),
        ],
        search=["name", "memberships__organisation__name", "memberships__role"],
        default_order=["name"],
    )


def _people(day: date) -> QuerySet[Person]:
    working = Membership.objects.filter(open_on(day)).select_related("organisation").order_by("starts", "id")
    return Person.objects.filter(circle_id=access.partnership_circle()).prefetch_related(
        Prefetch("memberships", queryset=working, to_attr="working")
    )


def _person_line(row: Any) -> PersonLine:
    return PersonLine(
        id=row.id, circle_id=row.circle_id, url=row.get_absolute_url(), name=row.name, organisations=tuple(m.organisation.name for m in row.working),
        roles=tuple(m.role for m in row.working if m.role), account=row.account_id is not None,
    )  # fmt: skip


def people(asker: Asker, *, ask: Ask, spec: Spec) -> Page:
    found = _people(today(asker))
    if ask.q:
        found = found.filter(id__in=Person.objects.filter(ask.where(spec)).values("id"))
        page = fetch(found, replace(ask, q=""), spec)
        page = replace(page, ask=ask, total=Person.objects.filter(circle_id=access.partnership_circle()).count())
    else:
        page = fetch(found, ask, spec)
    return replace(page, rows=[_person_line(row) for row in page.rows])


def people_for_export(asker: Asker, *, ask: Ask, spec: Spec) -> list[PersonLine]:
    """Names, organisations and roles; addresses stay on each person's page."""
    found = _people(today(asker)).filter(id__in=Person.objects.filter(ask.where(spec)).values("id"))
    return [_person_line(row) for row in found.order_by(*ask.order(spec))]


def person(asker: Asker, *, circle: uuid.UUID, id: uuid.UUID) -> Person:
    """Raises NotFound."""
    return _one(Person.objects.all(), circle, id)


def person_choices(asker: Asker, *, with_account: bool = False, without: Iterable[uuid.UUID] = ()) -> list[tuple[str, str]]:
    """People to choose from, by name, with where they work: two may have one name."""
    found = _people(today(asker)).exclude(id__in=list(without)).order_by("name", "id")
    if with_account:
        found = found.filter(account_id__isnull=False)
    made = []
    for row in found:
        where = ", ".join(m.organisation.name for m in row.working)  # type: ignore[attr-defined]
        made.append(
            (str(row.id), _("%(name)s (%(organisation)s)") % {"name": row.name, "organisation": where} if where else row.name)
        )
    return made


# groups --------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GroupLine:
    id: uuid.UUID
    circle_id: uuid.UUID
    url: str
    name: str
    lang: str
    kind: str
    purpose: str
    chair: str
    meets: str
    starts: date
    ends: date | None


def groups_spec(words: Words) -> Spec:
    return Spec(
        "groups",
        columns=[
            Column("name", _("Group"), order="name"),
            Column("kind", _("Kind"), order="kind"),
            Column("purpose", _("What it is for")),
            Column("chair", _("Chair"), order="chair__name"),
            Column("meets", _("Meets")),
            Column("starts", _("Since"), order="starts"),
            Column("ends", _("Ended"), order="ends"),
        ],
        filters=[
            Filter("kind", _("Kind"), choices=words.choices("group_kind")),
            Filter(
                "state",
                _("Works or ended"),
                choices=[("works", _("works")), ("ended", _("has ended"))],
                where=lambda key: Q(ends__isnull=key == "works"),
            ),
        ],
        search=["name", "public_text", "terms"],
        default_order=["name"],
    )


def _group_line(row: Group, words: Words) -> GroupLine:
    return GroupLine(
        id=row.id, circle_id=row.circle_id, url=row.get_absolute_url(), name=row.name, lang=row.lang, kind=words.label("group_kind", row.kind),
        purpose=row.public_text, chair=row.chair.name if row.chair else "", meets=row.meets, starts=row.starts, ends=row.ends,
    )  # fmt: skip


def _groups() -> QuerySet[Group]:
    return Group.objects.filter(circle_id=access.partnership_circle()).select_related("chair")


def groups(asker: Asker, *, ask: Ask, words: Words, spec: Spec) -> Page:
    page = fetch(_groups(), ask, spec)
    return replace(page, rows=[_group_line(row, words) for row in page.rows])


def groups_for_export(asker: Asker, *, ask: Ask, words: Words, spec: Spec) -> list[GroupLine]:
    return [_group_line(row, words) for row in matching(_groups(), ask, spec)]


def group(asker: Asker, *, circle: uuid.UUID, id: uuid.UUID) -> Group:
    """Raises NotFound."""
    return _one(rows.groups(), circle, id)


@dataclass(frozen=True)
class MemberLine:
    """Somebody sits in a group."""

    id: uuid.UUID
    circle_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    url: str
    organisations: tuple[str, ...]
    starts: date
    ends: date | None
    version: int


def members(asker: Asker, row: Group) -> list[MemberLine]:
    """Members of a group: those who sit there now by name, then those who left."""
    day = today(asker)
    found = list(GroupMember.objects.filter(circle_id=row.circle_id, group_id=row.id).select_related("person"))
    where = _working(day, [each.person_id for each in found])
    lines = [
        MemberLine(
            each.id,
            each.circle_id,
            each.person_id,
            each.person.name,
            each.person.get_absolute_url(),
            where.get(each.person_id, ()),
            each.starts,
            each.ends,
            each.version,
        )
        for each in found
    ]
    return sorted(lines, key=lambda m: (m.ends is not None, m.name.casefold(), str(m.id)))


def _working(day: date, people: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[str, ...]]:
    found: dict[uuid.UUID, tuple[str, ...]] = {}
    for person, name in (
        Membership.objects.filter(open_on(day), person_id__in=list(people))
        .order_by("organisation__name")
        .values_list("person_id", "organisation__name")
    ):
        found[person] = (*found.get(person, ()), name)
    return found


def organisations_of(asker: Asker, person: uuid.UUID) -> tuple[str, ...]:
    return _working(today(asker), [person]).get(person, ())


def group_member(asker: Asker, *, circle: uuid.UUID, id: uuid.UUID) -> GroupMember:
    """Raises NotFound."""
    return _one(GroupMember.objects.select_related("group", "person"), circle, id)


# offices -------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Holder:
    """Who holds a duty, since when, from whom, and why."""

    id: uuid.UUID
    circle_id: uuid.UUID
    name: str
    url: str
    starts: datetime
    ends: datetime
    given_by: str
    reason: str
    own: bool


@dataclass(frozen=True)
class Duty:
    """An office of the pack and its holders now."""

    key: str
    label: str
    description: str
    holders: tuple[Holder, ...]


@dataclass(frozen=True)
class Duties:
    now: tuple[Duty, ...]
    before: tuple[tuple[str, Holder], ...]

    @cached_property
    def vacant(self) -> tuple[Duty, ...]:
        return tuple(duty for duty in self.now if not duty.holders)


def offices(asker: Asker, words: Words) -> Duties:
    """Every office of the pack with who holds it; and those that were laid down, newest first."""
    circle = access.partnership_circle()
    found = list(Office.objects.filter(circle_id=circle).select_related("account", "given_by").order_by("starts", "id"))
    people = {
        p.account_id: p for p in Person.objects.filter(circle_id=circle, account_id__in=[each.account_id for each in found])
    }
    held: dict[str, list[Holder]] = {}
    before = []
    for each in found:
        person = people.get(each.account_id)
        holder = Holder(
            each.id, each.circle_id, each.account.name, person.get_absolute_url() if person else "", each.starts, each.ends,
            each.given_by.name if each.given_by else "", each.reason, each.account_id == asker.id,
        )  # fmt: skip
        if each.ends <= asker.now:
            before.append((words.label("office", each.key), holder))
        elif each.starts <= asker.now:
            held.setdefault(each.key, []).append(holder)
    now = [
        Duty(o.key, o.label.said(words.lang), o.description.said(words.lang), tuple(held.pop(o.key, ())))
        for o in words.pack.offices
    ]
    now += [Duty(key, key, "", tuple(holders)) for key, holders in held.items()]
    return Duties(tuple(now), tuple(sorted(before, key=lambda pair: pair[1].ends, reverse=True)))


def office(asker: Asker, *, circle: uuid.UUID, id: uuid.UUID) -> Office:
    """Raises NotFound."""
    row = access.in_circle(Office.objects.select_related("account"), circle).filter(id=id).first()
    if row is None:
        raise NotFound
    return row


def offices_sitting_in(kind: str, words: Words) -> list[str]:
    """The offices whose holders sit in a group of this kind, by the pack."""
    return [words.label("office", o.key) for o in words.pack.offices if any(s.circle == kind for s in o.seats)]


def duties_of(asker: Asker, account: uuid.UUID | None, words: Words) -> list[str]:
    """The offices that somebody holds now."""
    if account is None:
        return []
    held = Office.objects.filter(
        circle_id=access.partnership_circle(), account_id=account, starts__lte=asker.now, ends__gt=asker.now
    )
    return [words.label("office", key) for key in held.order_by("starts", "id").values_list("key", flat=True)]


# gaps, about, history ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GapLine:
    id: uuid.UUID
    circle_id: uuid.UUID
    url: str
    stakeholder: str
    why: str
    lang: str
    state: str
    next_step: str
    lead: str
    closed: bool
    withdrawn: bool


def gaps_spec(words: Words) -> Spec:
    return Spec(
        "empty-seats",
        columns=[
            Column("stakeholder", _("Kind of partner"), order="stakeholder"),
            Column("why", _("Why it matters")),
            Column("state", _("How far"), order="state"),
            Column("next_step", _("Next step")),
            Column("lead", _("Who takes it on"), order="lead__name"),
            Column("closed", _("Has a seat now")),
        ],
        filters=[
            Filter("state", _("How far"), choices=words.choices("gap_state")),
            Filter(
                "next",
                _("Next step"),
                choices=[("none", _("not decided")), ("some", _("decided"))],
                where=lambda key: Q(next_step="") if key == "none" else ~Q(next_step=""),
            ),
            Filter(
                "entry",
                _("Entry"),
                choices=[("stands", _("in the register")), ("out", _("taken out"))],
                where=lambda key: Q(withdrawn_on__isnull=key == "stands"),
            ),
        ],
        search=["public_text", "next_step"],
        default_order=["stakeholder"],
    )


def _gap_line(row: Gap, words: Words) -> GapLine:
    return GapLine(
        id=row.id, circle_id=row.circle_id, url=row.get_absolute_url(), stakeholder=words.label("stakeholder", row.stakeholder), why=row.public_text, lang=row.lang,
        state=words.label("gap_state", row.state), next_step=row.next_step, lead=row.lead.name if row.lead else "", closed=rows.closed(row),
        withdrawn=row.withdrawn_on is not None,
    )  # fmt: skip


def gaps(asker: Asker, *, ask: Ask, words: Words, spec: Spec) -> Page:
    page = fetch(rows.gaps().filter(circle_id=access.partnership_circle()), ask, spec)
    return replace(page, rows=[_gap_line(row, words) for row in page.rows])


def gaps_for_export(asker: Asker, *, ask: Ask, words: Words, spec: Spec) -> list[GapLine]:
    return [_gap_line(row, words) for row in matching(rows.gaps().filter(circle_id=access.partnership_circle()), ask, spec)]


def gap(asker: Asker, *, circle: uuid.UUID, id: uuid.UUID) -> Gap:
    """Raises NotFound."""
    return _one(rows.gaps(), circle, id)


def gap_of_kind(asker: Asker, stakeholder: str) -> Gap | None:
    """The entry for a kind of partner, where there is one."""
    return Gap.objects.filter(circle_id=access.partnership_circle(), stakeholder=stakeholder).first()


def about(asker: Asker) -> About | None:
    """What the partnership says of itself; None before anybody wrote it."""
    return rows.abouts().filter(circle_id=access.partnership_circle()).first()


def history(asker: Asker, row: Protected, words: Words, vocabularies: dict[str, str]) -> list[log.LogEntry]:
    """A record's entries, with the pack's words in place of its keys."""

    def worded(values: dict[str, Any] | None) -> dict[str, Any] | None:
        if values is None:
            return None
        said: dict[str, Any] = {}
        for field, vocabulary in vocabularies.items():
            value = values.get(field)
            if isinstance(value, list):
                said[field] = [words.label(vocabulary, key) for key in value]
            elif value:
                said[field] = words.label(vocabulary, value)
        return {**values, **said}

    entries = log.history(asker, row._meta.db_table, row.circle_id, row.id)
    return [replace(entry, before=worded(entry.before), after=worded(entry.after)) for entry in entries]
