"""What `load` reads of this room: what the partnership says of itself, organisations, people, groups, gaps; through the same actions.

Accounts and offices are there already, made by the founder from people.csv. Whoever keeps the register cannot seat themself: their
own membership is written by them and seated by the partnership's chair; a group that they chair is set up by the chair; a group in
which they sit is joined by them through that group's own chair.
"""

from __future__ import annotations

from typing import Any

from plait.frame.folder import Folder, Item
from plait.kernel.acting import Asker
from plait.kernel.models import Account, Office, OfficeSeat
from plait.kernel.rights import holds_right
from plait.packs import Pack, current
from plait.partners import actions, policies
from plait.partners.models import Person
from plait.partners.places import TOWN, places

LEVELS = {"": 0, "reader": 1, "contributor": 2, "steward": 3}


def load(folder: Folder) -> None:
    pack = current()
    head = folder.one("partnership.yaml")
    _about(folder, head)
    lang = head.text("lang", "en")
    for item in folder.items("organisations"):
        _organisation(folder, item, pack, lang)
    chair = head.text("chair", "")
    for item in folder.items("people"):
        _person(folder, item, chair)
    for item in folder.items("groups"):
        _group(folder, item, pack, chair, lang)
    for item in folder.items("gaps"):
        _gap(folder, item, pack, lang)


def _done(item: Item) -> None:
    """Nothing is left that nobody knows; checked before anything of the item is written."""
    item.taken.add("key")
    item.done()


def _words(pack: Pack, name: str) -> list[str]:
    return list(pack.vocabulary(name).keys)


def _free(item: Item, default: str) -> dict[str, Any]:
    """`lang` and `translations` of an item's public text."""
    return {
        "lang": item.text("lang", default),
        "translations": {k: str(v).strip() for k, v in item.mapping("translations").items()},
    }


def _about(folder: Folder, head: Item) -> None:
    contact = head.mapping("contact")
    for key in contact:
        if key not in ("name", "address", "email", "phone", "web"):
            raise head.problem("contact", f"'{key}' is not known in 'contact': write some of name, address, email, phone, web.")
    asker = folder.act(head, "coordinator")
    card: dict[str, Any] = {f"contact_{k}": str(v) for k, v in contact.items()}
    row = folder.run(
        head,
        lambda: actions.change_about(
            asker,
            public_text=head.text("about"),
            coordinating=head.text("coordinating", ""),
            focus="\n".join(head.texts("focus")),
            funder=head.text("funder", ""),
            programme=head.text("programme", ""),
            disclaimer=head.text("disclaimer", ""),
            **card,
            **_free(head, "en"),
        ),
    )
    # `name`, `town`, `pack` and the like are the founder's; this mapping is read by more than one
    folder.loaded["partnership", "partnership"] = (row.id, row.circle_id)


def _organisation(folder: Folder, item: Item, pack: Pack, lang: str) -> None:
    names, contact = item.mapping("identifiers"), item.mapping("contact")
    for field, given, known in (
        ("identifiers", names, ("gss", "charity", "company", "ror")),
        ("contact", contact, ("email", "phone", "web")),
    ):
        for key in given:
            if key not in known:
                raise item.problem(field, f"'{key}' is not known in '{field}': write some of {', '.join(known)}.")
    agreed_by = item.text("agreed_by", "")
    if agreed_by:
        agreed_by = Account.objects.get(id=folder.find("account", item, "agreed_by")[0]).name
    given = {
        "name": item.text("name"),
        "kind": item.one_of("type", _words(pack, "organisation_type")),
        "duty": item.one_of("duty", _words(pack, "duty_status"), ""),
        "sectors": item.some_of("sectors", _words(pack, "sector")),
        "public_text": item.text("role", ""),
        "gss_code": str(names.get("gss") or ""),
        "charity_number": str(names.get("charity") or ""),
        "company_number": str(names.get("company") or ""),
        "ror": str(names.get("ror") or ""),
        "area": item.one_of("area", [TOWN, *places()], ""),
        "contact_email": str(contact.get("email") or ""),
        "contact_phone": str(contact.get("phone") or ""),
        "contact_web": str(contact.get("web") or ""),
        "sensitive_site": item.flag("sensitive_site"),
        "joined": item.date("joined", None),
        "listed": item.some_of("listed", ("public", "map")),
        "agreed_by": agreed_by,
        "agreed_on": item.date("agreed_on", None),
        "invented": item.flag("invented"),
        **_free(item, lang),
    }
    left = item.date("left", None)
    asker = folder.act(item)
    _done(item)
    row = folder.run(item, lambda: actions.add_organisation(asker, **given))
    if left is not None:
        row = folder.run(item, lambda: actions.leave(asker, id=row.id, circle=row.circle_id, version=row.version, left=left))
    folder.remember("organisation", item, row)


def _person(folder: Folder, item: Item, chair: str) -> None:
    key, email, place = item.text("key"), item.text("email", ""), item.text("organisation", "")
    starts, ends = item.date("starts", folder.today), item.date("ends", None)
    role, level = item.text("role", ""), LEVELS[item.one_of("seat", LEVELS, "")]
    name = item.text("name")
    for known in ("offices", "demo", "demo_label"):  # the founder's, and the sign-in page's
        item.taken.add(known)
    organisation = folder.find("organisation", item, "organisation")[0] if place else None
    asker = folder.act(item)
    _done(item)
    if organisation is None and level == 0 and not item.texts("offices"):
        return  # an account and nothing else: not in the register of those who work with the partnership
    person = folder.run(item, lambda: actions.add_person(asker, name=name, email=email))
    folder.remember("person", item, person)
    if organisation is None:
        return
    level = 0 if level <= _level_by_office(person) else level
    inside = "administrator" not in item.texts("offices")  # whoever runs the machine sits nowhere by that
    made = folder.run(
        item,
        lambda: actions.begin_membership(
            asker, person=person.id, organisation=organisation, role=role, starts=starts, ends=ends, level=level, inside=inside
        ),
    )
    if person.account_id == asker.id and chair and chair != key:
        other = folder.act_as(item, chair)
        if holds_right(other, policies.SEAT):
            folder.run(item, lambda: actions.seat_member(other, id=made.id, circle=made.circle_id, level=level))


def _level_by_office(person: Person) -> int:
    """The level that the person's offices give already."""
    held = Office.objects.filter(circle_id=person.circle_id, account=person.account_id, ends__year=9999).values_list(
        "key", flat=True
    )
    return max(OfficeSeat.objects.filter(office__in=list(held), word="").values_list("level", flat=True), default=0)


def _may_set_up(asker: Asker) -> bool:
    return holds_right(asker, policies.GROUP) and holds_right(asker, policies.SEAT)


def _setter(folder: Folder, item: Item, chair_of_group: str, chair: str) -> tuple[str, Asker]:
    """Who sets the group up: its `by`, unless they are to chair it; then the partnership's chair, or another who may."""
    wanted = item.text("by", folder.default_person)
    for person in dict.fromkeys([wanted, chair, *folder.people]):
        if person and person != chair_of_group and (person == wanted or _may_set_up(folder.act_as(item, person))):
            return person, folder.act_as(item, person)
    raise item.problem(
        "chair", f"'{chair_of_group}' cannot seat themself: nobody else holds an office that may set up groups and give seats."
    )


def _group(folder: Folder, item: Item, pack: Pack, chair: str, lang: str) -> None:
    leader, names = item.text("chair", ""), item.texts("members")
    chair_id = folder.find("person", item, "chair")[0] if leader else None
    members = {each: folder.find("person", item, "members", each)[0] for each in names if each != leader}
    given = {
        "name": item.text("name"),
        "kind": item.one_of("kind", _words(pack, "group_kind")),
        "public_text": item.text("purpose"),
        "terms": item.text("terms", ""),
        "meets": item.text("meets", ""),
        "starts": item.date("starts", folder.today),
        **_free(item, lang),
    }
    setter, asker = _setter(folder, item, leader, chair)
    _done(item)
    first = [id for each, id in members.items() if each != setter]
    row = folder.run(item, lambda: actions.add_group(asker, chair=chair_id, members=first, **given))
    if setter in members:
        if not leader:
            raise item.problem(
                "members", f"'{setter}' sets the group up and cannot seat themself: name a chair, who can, or another 'by'."
            )
        lead = folder.act_as(item, leader, "chair")
        folder.run(
            item,
            lambda: actions.add_member(lead, group=row.id, circle=row.circle_id, person=members[setter], starts=given["starts"]),
        )
    folder.remember("group", item, row)


def _gap(folder: Folder, item: Item, pack: Pack, lang: str) -> None:
    lead = folder.find("person", item, "lead")[0] if item.has("lead") else None
    item.taken.add("lead")
    given = {
        "stakeholder": item.one_of("stakeholder", [each.key for each in pack.stakeholders]),
        "public_text": item.text("why"),
        "next_step": item.text("next_step", ""),
        "state": item.one_of("state", _words(pack, "gap_state")),
        "widen": item.flag("widen") if item.has("widen") else None,
        **_free(item, lang),
    }
    item.taken.add("widen")
    asker = folder.act(item)
    _done(item)
    row = folder.run(item, lambda: actions.add_gap(asker, lead=lead, **given))
    folder.remember("gap", item, row)
