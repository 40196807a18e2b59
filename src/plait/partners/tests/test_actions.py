"""The verbs of the room, each as somebody of the cast would try it; every refusal beside its twin that succeeds."""

from __future__ import annotations

import json
import uuid

import pytest
from hypothesis import given as of_any
from hypothesis import strategies as st

from plait.kernel import access, release
from plait.kernel.errors import Conflict, Invalid, NotFound, Refused
from plait.kernel.models import Office, Published
from plait.partners import actions, queries, rows
from plait.partners.actions.people import TWICE
from plait.partners.checks import Check
from plait.partners.models import Gap, Group, GroupMember, Membership, Organisation, Person
from plait.partners.tests import make
from tests.people import as_, person

pytestmark = pytest.mark.django_db


def at(row) -> dict:
    return {"id": row.id, "circle": row.circle_id, "version": row.version}


def plain(row: Organisation) -> dict:
    return {"name": row.name, "kind": row.kind, "sectors": row.sectors}


# organisations -------------------------------------------------------------------------------------------------------------


def test_entering_an_organisation_opens_its_own_circle_which_begins_empty() -> None:
    row = make.organisation()
    assert row.own_circle_id not in make.circles("rowan")
    assert row.own_circle_id != row.circle_id


def test_only_the_office_that_the_pack_names_enters_organisations() -> None:
    with pytest.raises(Refused):
        make.organisation(by="bea")
    assert make.organisation(by="rowan").name == "Weavers' Hall"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"), ({"name": "x" * 201}, "name"), ({"kind": "guild"}, "kind"), ({"duty": "guild"}, "duty"), ({"sectors": []}, "sectors"),
        ({"sectors": ["guild"]}, "sectors"), ({"gss_code": "E1"}, "gss_code"), ({"charity_number": "x"}, "charity_number"), ({"company_number": "1"}, "company_number"),
        ({"ror": "03vek6s53"}, "ror"), ({"area": "moon"}, "area"), ({"contact_email": "x"}, "contact_email"), ({"contact_phone": "x"}, "contact_phone"),
        ({"contact_web": "example.org"}, "contact_web"), ({"lang": "?"}, "lang"), ({"translations": {"?": "x"}}, "translations"),
        ({"sensitive_site": True, "contact_web": "https://example.org"}, "contact_web"), ({"public_text": "x" * 2001}, "public_text"),
        ({"listed": ["public"]}, "agreed_by"), ({"listed": ["moon"]}, "listed"),
    ],
)  # fmt: skip
def test_what_cannot_stand_is_said_with_its_field(given: dict, field: str) -> None:
    with pytest.raises(Invalid) as error:
        make.organisation(**given)
    assert field in error.value.errors


def test_days_in_the_future_are_refused() -> None:
    with pytest.raises(Invalid):
        make.organisation(joined=make.days(1))
    with pytest.raises(Invalid):
        make.listed(agreed_on=make.days(1))
    assert make.listed(joined=make.days(0), agreed_on=make.days(0))


def test_a_sensitive_site_is_placed_at_the_town_and_never_listed(monkeypatch) -> None:
    monkeypatch.setattr("plait.partners.actions.organisations.places", lambda: {"north": "North end"})
    with pytest.raises(Invalid) as error:
        make.organisation(sensitive_site=True, area="north")
    assert "area" in error.value.errors
    with pytest.raises(Invalid) as error:
        make.listed(sensitive_site=True)
    assert "listed" in error.value.errors
    assert make.organisation(sensitive_site=True, area="town").area == "town"
    assert make.organisation("Another", area="north").area == "north"


def test_a_sensitive_site_stands_as_what_it_is_and_which_one_is_not_kept() -> None:
    one, two = make.organisation("Hall of prayer", sensitive_site=True), make.organisation("Another hall", sensitive_site=True)
    assert "prayer" not in one.name and one.name != two.name and two.name.startswith(one.name)
    again = actions.change_organisation(as_("rowan"), **at(one), **{**plain(one), "name": "Hall of prayer"}, sensitive_site=True)
    assert again.name == one.name
    for tells in ({"contact_email": "hall@example.org"}, {"contact_phone": "01632 960 142"}, {"charity_number": "1081124"}):
        with pytest.raises(Invalid):
            make.organisation("Hall of prayer", sensitive_site=True, **tells)


def test_two_organisations_of_one_name_are_refused() -> None:
    make.organisation()
    with pytest.raises(Invalid) as error:
        make.organisation()
    assert "name" in error.value.errors
    other = make.organisation("Dyers' Hall")
    with pytest.raises(Invalid):
        actions.change_organisation(as_("rowan"), **at(other), **plain(other) | {"name": "Weavers' Hall"})


def test_identifiers_are_kept_tidy() -> None:
    row = make.organisation(gss_code="e06000032", ror="03vek6s52", translations={"de": " Offen. ", "en": "same", "fr": ""})
    assert (row.gss_code, row.ror, row.translations) == ("E06000032", "https://ror.org/03vek6s52", {"de": "Offen."})


def test_changing_a_name_changes_the_name_of_its_circle() -> None:
    row = make.organisation()
    make.works("pol", row)
    changed = actions.change_organisation(as_("rowan"), **at(row), **plain(row) | {"name": "Weavers' House"})
    assert changed.version == 2
    pol = as_("pol")
    assert access.circle_of(pol, row.own_circle_id).name == "Weavers' House"


def test_the_second_of_two_who_change_one_organisation_is_told() -> None:
    row = make.organisation()
    actions.change_organisation(as_("rowan"), **at(row), **plain(row), public_text="First")
    with pytest.raises(Conflict) as error:
        actions.change_organisation(as_("rowan"), **at(row), **plain(row), public_text="Second")
    assert error.value.row.public_text == "First"
    with pytest.raises(Refused):
        actions.change_organisation(as_("bea"), **at(row), **plain(row))


def test_becoming_a_sensitive_site_ends_the_listing_and_the_public_copy() -> None:
    row = make.listed()
    make.published("organisation", row)
    assert Published.objects.filter(record_id=row.id).exists()
    row = actions.change_organisation(as_("rowan"), **at(row), **plain(row), sensitive_site=True)
    assert row.listed == []
    assert not Published.objects.filter(record_id=row.id).exists()


def test_an_agreement_is_written_down_with_who_and_when() -> None:
    row = make.organisation()
    with pytest.raises(Invalid):
        actions.record_agreement(as_("rowan"), **at(row), listed=["public"], agreed_by="", agreed_on=None)
    with pytest.raises(Invalid):
        actions.record_agreement(as_("rowan"), **at(row), listed=[], agreed_by="Wanda", agreed_on=make.days(0))
    row = actions.record_agreement(as_("rowan"), **at(row), listed=["map", "public"], agreed_by="Wanda", agreed_on=make.days(0))
    assert row.listed == ["public", "map"]
    site = make.organisation("Hall of prayer", sensitive_site=True)
    with pytest.raises(Refused):
        actions.record_agreement(as_("rowan"), **at(site), listed=["public"], agreed_by="Wanda", agreed_on=make.days(0))


def test_an_agreement_for_the_map_alone_takes_the_public_copy_out() -> None:
    row = make.listed()
    make.published("organisation", row)
    actions.record_agreement(as_("rowan"), **at(row), listed=["map"], agreed_by="Wanda", agreed_on=make.days(0))
    assert not Published.objects.filter(record_id=row.id).exists()


def test_taking_an_agreement_back_takes_every_public_copy_out_in_the_same_step() -> None:
    row = make.listed()
    make.published("organisation", row)
    row = actions.withdraw_agreement(as_("rowan"), **at(row))
    assert (row.listed, row.agreed_by, row.agreed_on) == ([], "", None)
    assert not queries.stands_outside("organisation", row)
    with pytest.raises(Refused):
        actions.withdraw_agreement(as_("rowan"), **at(row))


def test_whoever_works_there_takes_the_agreement_back_and_is_told_who_takes_the_copy_out() -> None:
    row = make.listed()
    make.works("pol", row)
    make.published("organisation", row)
    with pytest.raises(Refused):
        actions.withdraw_agreement(as_("tia"), **at(row))
    pol = as_("pol")
    row = actions.withdraw_agreement(pol, **at(row))
    assert row.listed == []
    assert queries.stands_outside("organisation", row)
    who = queries.who_takes_out(pol, row.circle_id, queries.Words.now())
    assert person("rowan").name in who
    assert len(who) > 1


def test_a_desk_that_holds_a_copy_cannot_let_it_out_after_the_agreement_was_taken_back() -> None:
    row = make.listed()
    rowan = as_("rowan")
    made = release.prepare(
        rowan, circle=row.circle_id, target=access.public_circle(), title="Who", records=[("organisation", row.id)]
    )
    seen = release.Release.objects.get(id=made).sha256
    actions.withdraw_agreement(rowan, **at(row))
    with pytest.raises(Refused):
        release.release_now(as_("pat"), id=made, circle=row.circle_id, seen=seen)


def test_leaving_ends_every_membership_and_its_seats_and_the_public_copy() -> None:
    row = make.listed(joined=make.days(-50))
    make.works("dee", row, level=2)
    assert {row.circle_id, row.own_circle_id} <= make.circles("dee")
    make.published("organisation", row)
    with pytest.raises(Invalid):
        actions.leave(as_("rowan"), **at(row), left=make.days(1))
    with pytest.raises(Invalid):
        actions.leave(as_("rowan"), **at(row), left=make.days(-51))
    row = actions.leave(as_("rowan"), **at(row), left=make.days(0))
    assert not queries.stands_outside("organisation", row)
    assert Membership.objects.get(organisation_id=row.id).ends == make.days(0)
    assert make.circles("dee") == set()
    with pytest.raises(Refused):
        actions.leave(as_("rowan"), **at(row), left=make.days(0))
    with pytest.raises(Refused):
        make.works("dee", row)
    row = actions.return_organisation(as_("rowan"), **at(row))
    assert row.left is None
    assert make.circles("dee") == set()
    with pytest.raises(Refused):
        actions.return_organisation(as_("rowan"), **at(row))


# people --------------------------------------------------------------------------------------------------------------------


def test_a_person_is_joined_to_the_account_of_their_address() -> None:
    row = make.somebody("tia")
    assert row.account_id == person("tia").id
    with pytest.raises(Invalid) as error:
        actions.add_person(as_("rowan"), name="Another Tia", account_id=person("tia").id)
    assert error.value.errors == {"email": [TWICE]}
    with pytest.raises(Invalid):
        actions.add_person(as_("rowan"), name="")
    with pytest.raises(Refused):
        actions.add_person(as_("bea"), name="Somebody")
    assert actions.add_person(as_("rowan"), name="Somebody").account_id is None


def test_an_administrator_may_invite_and_still_writes_nothing_into_the_partnership() -> None:
    with pytest.raises(Refused):
        actions.add_person(as_("ada"), name="Somebody")


def test_a_name_is_corrected() -> None:
    row = make.somebody("tia")
    with pytest.raises(Invalid):
        actions.change_person(as_("rowan"), **at(row), name="Tia", email="nowhere")
    row = actions.change_person(as_("rowan"), **at(row), name="Tia Teal", email="tia.teal@example.org")
    assert row.name == "Tia Teal"
    assert row.account_id == person("tia").id


def test_an_invitation_makes_account_and_person_and_no_seat() -> None:
    row, secret = actions.invite_person(as_("rowan"), name="Wanda Weft", email="wanda@example.org")
    assert row.account.email == "wanda@example.org"
    assert len(secret) > 20
    with pytest.raises(Invalid):
        actions.invite_person(as_("rowan"), name="Wanda Weft", email="wanda@example.org")
    with pytest.raises(Invalid):
        actions.invite_person(as_("rowan"), name="Wanda Weft", email="weft@example.org", person=row.id)
    with pytest.raises(NotFound):
        actions.invite_person(as_("rowan"), name="X", email="x@example.org", person=uuid.uuid4())
    with pytest.raises(Refused):
        actions.invite_person(as_("bea"), name="X", email="x@example.org")


def test_somebody_known_by_name_is_invited_later_and_seated_then() -> None:
    body = make.organisation()
    row = actions.add_person(as_("rowan"), name="Wanda Weft")
    member = actions.begin_membership(as_("rowan"), person=row.id, organisation=body.id, starts=make.days(-3), level=2)
    with pytest.raises(Refused):
        actions.seat_member(as_("rowan"), id=member.id, circle=member.circle_id, level=2)
    row, _secret = actions.invite_person(as_("rowan"), name=row.name, email="wanda@example.org", person=row.id)
    actions.seat_member(as_("rowan"), id=member.id, circle=member.circle_id, level=1)
    from plait.kernel.acting import Asker, announce

    wanda = Asker(row.account_id)
    announce(wanda)
    assert {c.id for c in access.my_circles(wanda)} == {body.circle_id, body.own_circle_id}
    assert [seat.level for seat in access.why(wanda, body.circle_id)] == [1]


def test_a_membership_gives_its_seats_from_the_midnight_of_its_first_day() -> None:
    body = make.organisation()
    row = make.works("dee", body, level=1)
    dee = as_("dee")
    (seat,) = access.why(dee, body.circle_id)
    assert (seat.level, seat.source) == (1, "membership")
    from django.utils import timezone

    assert timezone.localtime(seat.starts).isoformat().startswith(f"{row.starts.isoformat()}T00:00:00")
    assert [s.level for s in access.why(dee, body.own_circle_id)] == [2]


def test_a_membership_at_no_level_gives_a_seat_in_the_organisation_alone() -> None:
    body = make.organisation()
    make.works("dee", body)
    assert make.circles("dee") == {body.own_circle_id}


def test_whoever_runs_the_machines_of_an_organisation_need_not_sit_in_its_circle() -> None:
    body = make.organisation()
    make.works("dee", body, inside=False)
    assert make.circles("dee") == set()


def test_a_membership_that_begins_later_opens_nothing_yet() -> None:
    body = make.organisation()
    row = make.works("dee", body, level=2, starts=make.days(3))
    assert make.circles("dee") == set()
    row = actions.end_membership(as_("rowan"), **at(row), ends=make.days(0))
    assert row.ends == row.starts


def test_a_membership_that_is_over_gives_nothing() -> None:
    body = make.organisation()
    make.works("dee", body, level=2, ends=make.days(-1))
    assert make.circles("dee") == set()
    make.works("dee", body, level=2, ends=make.days(9))
    assert body.own_circle_id in make.circles("dee")


def test_nobody_seats_themself_and_somebody_else_can() -> None:
    body = make.organisation()
    row = make.works("rowan", body, level=2)
    assert body.own_circle_id not in make.circles("rowan")
    with pytest.raises(Refused):
        actions.seat_member(as_("rowan"), id=row.id, circle=row.circle_id)
    with pytest.raises(Refused):
        actions.seat_member(as_("bo"), id=row.id, circle=row.circle_id)
    actions.seat_member(as_("bea"), id=row.id, circle=row.circle_id)
    assert body.own_circle_id in make.circles("rowan")


@pytest.mark.parametrize(("given", "field"), [({"level": 4}, "level"), ({"role": "x" * 201}, "role")])
def test_a_membership_that_cannot_stand_is_said_with_its_field(given: dict, field: str) -> None:
    with pytest.raises(Invalid) as error:
        make.works("dee", make.organisation(), **given)
    assert field in error.value.errors


def test_a_membership_is_begun_once_and_ends_after_it_begins() -> None:
    body = make.organisation()
    row = make.works("dee", body)
    with pytest.raises(Invalid):
        make.works("dee", body)
    with pytest.raises(Invalid):
        make.works("dee", body, ends=make.days(-20))
    with pytest.raises(Invalid):
        actions.end_membership(as_("rowan"), **at(row), ends=make.days(1))
    with pytest.raises(Invalid):
        actions.end_membership(as_("rowan"), **at(row), ends=make.days(-20))
    with pytest.raises(Invalid):
        actions.seat_member(as_("rowan"), id=row.id, circle=row.circle_id, level=9)
    with pytest.raises(NotFound):
        actions.begin_membership(as_("rowan"), person=make.somebody("tia").id, organisation=uuid.uuid4(), starts=make.days(0))
    with pytest.raises(NotFound):
        actions.begin_membership(as_("rowan"), person=uuid.uuid4(), organisation=body.id, starts=make.days(0))


def test_ending_a_membership_ends_its_seats_in_the_same_step() -> None:
    body = make.organisation()
    row = make.works("dee", body, level=2)
    assert make.circles("dee") == {body.circle_id, body.own_circle_id}
    with pytest.raises(Refused):
        actions.end_membership(as_("bea"), **at(row), ends=make.days(0))
    row = actions.end_membership(as_("rowan"), **at(row), ends=make.days(0))
    assert make.circles("dee") == set()
    with pytest.raises(Refused):
        actions.end_membership(as_("rowan"), **at(row), ends=make.days(0))
    with pytest.raises(Refused):
        actions.seat_member(as_("rowan"), id=row.id, circle=row.circle_id)


# groups --------------------------------------------------------------------------------------------------------------------


def test_a_group_seats_its_chair_as_steward_and_its_members_as_contributors() -> None:
    chair, member, known = make.somebody("bea"), make.somebody("bo"), actions.add_person(as_("rowan"), name="Wanda")
    row = make.group(chair=chair.id, members=[member.id, chair.id, known.id, member.id])
    assert [s.level for s in access.why(as_("bea"), row.own_circle_id)] == [3]
    assert [s.level for s in access.why(as_("bo"), row.own_circle_id)] == [2]
    assert row.own_circle_id not in make.circles("rowan")
    assert GroupMember.objects.filter(group_id=row.id).count() == 2


def test_whoever_sets_a_group_up_cannot_sit_in_it_until_its_chair_adds_them() -> None:
    rowan, bea = make.somebody("rowan"), make.somebody("bea")
    with pytest.raises(Refused) as error:
        make.group(chair=bea.id, members=[rowan.id])
    assert "chair" in str(error.value)
    with pytest.raises(Refused):
        make.group(chair=rowan.id)
    row = make.group(chair=bea.id)
    with pytest.raises(Refused):
        actions.add_member(as_("rowan"), group=row.id, circle=row.circle_id, person=rowan.id)
    actions.add_member(as_("bea"), group=row.id, circle=row.circle_id, person=rowan.id)
    assert row.own_circle_id in make.circles("rowan")
    with pytest.raises(Invalid):
        actions.add_member(as_("bea"), group=row.id, circle=row.circle_id, person=rowan.id)
    tia = make.somebody("tia")
    with pytest.raises(Refused):
        actions.add_member(as_("bo"), group=row.id, circle=row.circle_id, person=tia.id)
    actions.add_member(as_("rowan"), group=row.id, circle=row.circle_id, person=tia.id)


def test_a_group_that_cannot_stand_is_said_with_its_field() -> None:
    for given, field in (({"name": ""}, "name"), ({"kind": "guild"}, "kind"), ({"public_text": ""}, "public_text")):
        with pytest.raises(Invalid) as error:
            make.group(**given)
        assert field in error.value.errors
    with pytest.raises(NotFound):
        make.group(chair=uuid.uuid4())
    with pytest.raises(Refused):
        make.group(by="bo")
    make.group()
    with pytest.raises(Invalid):
        make.group()


def test_a_group_is_changed_and_its_circle_named_anew() -> None:
    row = make.group(chair=make.somebody("bea").id)
    given = {"name": "Square table", "kind": "panel", "public_text": "Advises."}
    row = actions.change_group(as_("rowan"), **at(row), **given)
    assert access.circle_of(as_("bea"), row.own_circle_id).name == "Square table"
    row = actions.change_group(as_("rowan"), **at(row), **given | {"terms": "Weekly."})
    assert row.terms == "Weekly."
    make.group("Round table")
    with pytest.raises(Invalid):
        actions.change_group(as_("rowan"), **at(row), **given | {"name": "Round table"})


def test_another_chair_takes_over_and_the_former_one_rises() -> None:
    row = make.group(chair=make.somebody("bea").id)
    row = actions.set_chair(as_("rowan"), **at(row), chair=make.somebody("bo").id)
    assert row.own_circle_id not in make.circles("bea")
    assert [s.level for s in access.why(as_("bo"), row.own_circle_id)] == [3]
    with pytest.raises(Refused):
        actions.set_chair(as_("rowan"), **at(row), chair=make.somebody("rowan").id)


def test_a_member_leaves_and_their_seat_ends() -> None:
    row = make.group(chair=make.somebody("bea").id, members=[make.somebody("bo").id])
    member = GroupMember.objects.get(group_id=row.id)
    with pytest.raises(Refused):
        actions.end_member(as_("bo"), **at(member))
    member = actions.end_member(as_("rowan"), **at(member))
    assert row.own_circle_id not in make.circles("bo")
    with pytest.raises(Refused):
        actions.end_member(as_("rowan"), **at(member))
    actions.add_member(as_("bea"), group=row.id, circle=row.circle_id, person=member.person_id)
    assert row.own_circle_id in make.circles("bo")


def test_ending_a_group_ends_its_seats_and_its_public_copy_and_opening_it_gives_none_back() -> None:
    row = make.group(chair=make.somebody("bea").id, members=[make.somebody("bo").id])
    make.published("group", row)
    row = actions.end_group(as_("rowan"), **at(row))
    assert row.own_circle_id not in make.circles("bea") | make.circles("bo")
    as_("rowan")
    assert not queries.stands_outside("group", row)
    assert release.item("group", rows.groups().get(id=row.id)) is None
    for verb, given in (
        (actions.end_group, {}),
        (actions.set_chair, {"chair": make.somebody("bo").id}),
        (actions.change_group, {"name": "x", "kind": "board", "public_text": "x"}),
    ):
        with pytest.raises(Refused):
            verb(as_("rowan"), **at(row), **given)
    with pytest.raises(Refused):
        actions.add_member(as_("rowan"), group=row.id, circle=row.circle_id, person=make.somebody("bo").id)
    row = actions.reopen_group(as_("rowan"), **at(row))
    assert (row.ends, row.chair_id) == (None, None)
    with pytest.raises(Refused):
        actions.reopen_group(as_("rowan"), **at(row))
    with pytest.raises(NotFound):
        actions.add_member(as_("rowan"), group=uuid.uuid4(), circle=row.circle_id, person=make.somebody("bo").id)
    actions.add_member(as_("rowan"), group=row.id, circle=row.circle_id, person=make.somebody("bo").id)


# gaps and about ------------------------------------------------------------------------------------------------------------


def test_an_empty_seat_is_entered_once() -> None:
    row = make.gap(lead=make.somebody("tia").id)
    assert (row.widen, row.lead.name) == (False, person("tia").name)
    with pytest.raises(Invalid):
        make.gap()
    with pytest.raises(Refused):
        make.gap("youth", by="bea")
    for given, field in (
        ({"stakeholder": "guild"}, "stakeholder"),
        ({"state": "guild"}, "state"),
        ({"public_text": ""}, "public_text"),
    ):
        with pytest.raises(Invalid) as error:
            make.gap(**{"stakeholder": "youth"} | given)
        assert field in error.value.errors
    with pytest.raises(NotFound):
        make.gap("youth", lead=uuid.uuid4())


def test_a_seat_taken_meanwhile_closes_the_gap_and_it_may_not_leave() -> None:
    row = make.gap("faith")
    assert release.item("gap", rows.gaps().get(id=row.id)) is not None
    body = make.organisation(sectors=["faith"])
    assert not rows.closed(rows.gaps().get(id=row.id))
    member = make.works("pol", body)
    stands = rows.gaps().get(id=row.id)
    assert rows.closed(stands)
    assert release.item("gap", stands) is None
    actions.end_membership(as_("rowan"), **at(member), ends=make.days(0))
    assert release.item("gap", rows.gaps().get(id=row.id)) is not None


def test_a_gap_entered_while_the_kind_has_a_seat_says_that_more_are_needed() -> None:
    make.works("pol", make.organisation(sectors=["faith"]))
    row = make.gap("faith")
    assert row.widen
    assert release.item("gap", rows.gaps().get(id=row.id)) is not None
    row = actions.change_gap(as_("rowan"), **at(row), public_text="Enough.", state="in_dialogue", widen=False)
    assert release.item("gap", rows.gaps().get(id=row.id)) is None
    assert not make.gap("youth", widen=False).widen


def test_a_gap_is_taken_out_with_its_public_copy_and_put_back() -> None:
    row = make.gap()
    make.published("gap", row)
    row = actions.withdraw_gap(as_("rowan"), **at(row))
    assert not queries.stands_outside("gap", row)
    assert release.item("gap", rows.gaps().get(id=row.id)) is None
    with pytest.raises(Refused):
        actions.withdraw_gap(as_("rowan"), **at(row))
    row = actions.restore_gap(as_("rowan"), **at(row))
    assert release.item("gap", rows.gaps().get(id=row.id)) is not None
    with pytest.raises(Refused):
        actions.restore_gap(as_("rowan"), **at(row))


def test_what_the_partnership_says_of_itself_is_one_row() -> None:
    row = make.about(focus=" one \n\n two ")
    assert row.focus == "one\ntwo"
    with pytest.raises(Conflict):
        make.about()
    row = make.about(version=row.version, public_text="Anew.", contact_web="https://example.org")
    assert row.version == 2
    for given in ({"public_text": ""}, {"contact_email": "x"}, {"contact_web": "x"}, {"contact_phone": "x"}):
        with pytest.raises(Invalid):
            make.about(version=row.version, **given)
    with pytest.raises(Refused):
        make.about(by="bea")


# offices -------------------------------------------------------------------------------------------------------------------


def test_an_office_is_given_to_somebody_else_and_laid_down() -> None:
    tia, bea, circle = make.somebody("tia"), make.somebody("bea"), access.partnership_circle()
    wanda = actions.add_person(as_("rowan"), name="Wanda")
    with pytest.raises(Refused):
        actions.appoint(as_("bo"), person=tia.id, office="board_member", reason="asked for it")
    with pytest.raises(Refused):
        actions.appoint(as_("bea"), person=bea.id, office="board_member", reason="asked for it")
    for given, field in (({"office": "guild"}, "office"), ({"reason": ""}, "reason")):
        with pytest.raises(Invalid) as error:
            actions.appoint(as_("bea"), **{"person": tia.id, "office": "board_member", "reason": "asked for it"} | given)
        assert field in error.value.errors
    with pytest.raises(Invalid):
        actions.appoint(as_("bea"), person=wanda.id, office="board_member", reason="asked for it")
    row = actions.appoint(as_("bea"), person=tia.id, office="board_member", reason="asked for it")
    with pytest.raises(Invalid):
        actions.appoint(as_("bea"), person=tia.id, office="board_member", reason="again")
    with pytest.raises(Refused):
        actions.end_office(as_("bo"), id=row.id, circle=circle)
    actions.end_office(as_("tia"), id=row.id, circle=circle)
    assert Office.objects.get(id=row.id).ends <= as_("tia").now
    with pytest.raises(Refused):
        actions.end_office(as_("bea"), id=row.id, circle=circle)
    with pytest.raises(NotFound):
        actions.end_office(as_("bea"), id=uuid.uuid4(), circle=circle)


# what leaves ---------------------------------------------------------------------------------------------------------------


def test_a_public_copy_of_an_organisation_holds_only_what_may_leave() -> None:
    row = make.listed(contact_email="inside@example.org", duty="voluntary")
    payload = json.loads(json.dumps(release.item("organisation", row)["payload"]))
    assert set(payload) == {"title", "public_text", "lang", "translations", "sectors", "type", "duty", "role"}
    assert payload["sectors"] == [{"vocabulary": "sector", "key": "civil_society"}]
    assert "inside@" not in json.dumps(payload)
    assert "Wanda" not in json.dumps(payload)
    assert release.item("organisation", make.organisation("Another")) is None
    assert (
        release.item("organisation", make.organisation("A third", listed=["map"], agreed_by="W", agreed_on=make.days(0))) is None
    )


def test_a_public_copy_of_a_group_names_an_office_and_counts_organisations_that_agreed() -> None:
    make.works("bea", make.listed("One"))
    make.works("bo", make.listed("Two"))
    make.works("ben", make.organisation("Not agreed"))
    row = make.group(chair=make.somebody("bea").id, members=[make.somebody("bo").id, make.somebody("ben").id])
    payload = release.item("group", rows.groups().get(id=row.id))["payload"]
    assert payload["chair"] == {"vocabulary": "office", "key": "board_chair"}
    assert payload["members"] == 2
    said = json.dumps(payload)
    assert not any(person(name).name in said for name in ("bea", "bo", "ben"))
    assert "Monthly" not in said
    empty = release.item("group", rows.groups().get(id=make.group("Empty").id))["payload"]
    assert (empty["chair"], empty["members"]) == (None, 0)


def test_a_public_copy_of_a_gap_and_of_the_partnership_name_no_person() -> None:
    row = make.gap(lead=make.somebody("tia").id)
    payload = release.item("gap", rows.gaps().get(id=row.id))["payload"]
    assert payload["stakeholder"] == {"vocabulary": "stakeholder", "key": "faith"}
    assert person("tia").name not in json.dumps(payload)
    about = make.about(funder="The city", focus="one\ntwo", contact_email="a@example.org")
    payload = release.item("partnership", about)["payload"]
    assert (payload["town"], payload["focus"], payload["funder"]) == ("Testford", ["one", "two"], "The city")
    assert payload["contact"] == {"name": "The office", "email": "a@example.org"}
    assert release.item("partnership", make.about(version=about.version))["payload"]["focus"] == []


# looking before writing ----------------------------------------------------------------------------------------------------


@of_any(st.text(max_size=60))
def test_a_line_is_one_line(said: str) -> None:
    check = Check()
    line = check.line("x", said)
    assert "\n" not in line
    assert "\0" not in line
    assert line == line.strip()
    assert not check.errors


@of_any(st.text(max_size=300), st.integers(1, 200))
def test_a_text_is_never_longer_than_it_may_be(said: str, longest: int) -> None:
    check = Check()
    text = check.text("x", said, longest)
    assert (len(text) > longest) == bool(check.errors)


@of_any(st.lists(st.sampled_from(["a", "b", "c", "d"])))
def test_words_of_a_list_come_once_and_in_its_order(given_words: list[str]) -> None:
    check = Check()
    words = check.words("x", given_words, ["a", "b", "c"])
    assert words == sorted(set(given_words) - {"d"})
    assert ("d" in given_words) == bool(check.errors)


def test_nobody_else_sees_what_stands_here() -> None:
    make.works("pol", make.organisation())
    make.gap()
    make.group()
    as_("dee")
    for model in (Organisation, Person, Membership, Group, Gap):
        assert not model.objects.exists()


# seats that an office brings, and leaving ------------------------------------------------------------------------------------


def test_an_office_seats_its_holder_in_the_group_for_which_it_is_held() -> None:
    """By the pack: the chair of the board is its steward, a member contributes, the coordinator too; nobody else gets in."""
    row = make.group("Board", kind="board")
    for name, level in (("bea", 3), ("bo", 2), ("rowan", 2)):
        assert [(s.level, s.source) for s in access.why(as_(name), row.own_circle_id)] == [(level, "office")], name
    assert not [name for name in ("pat", "pol", "tia", "cal", "dora", "dee", "ada") if row.own_circle_id in make.circles(name)]
    other = make.group("Workshop", kind="delivery")
    assert not [name for name in ("bea", "bo", "rowan") if other.own_circle_id in make.circles(name)]


def test_whoever_comes_into_an_office_later_sits_down_and_rises_with_it() -> None:
    row = make.group("Board", kind="board")
    dee = make.somebody("dee")
    held = actions.appoint(as_("bea"), person=dee.id, office="board_member", reason="chosen by the board")
    assert [(s.level, s.source) for s in access.why(as_("dee"), row.own_circle_id)] == [(2, "office")]
    actions.end_office(as_("bea"), id=held.id, circle=held.circle_id)
    assert row.own_circle_id not in make.circles("dee")


def test_a_group_that_ended_is_closed_to_offices_until_it_works_again() -> None:
    row = make.group("Board", kind="board")
    row = actions.end_group(as_("rowan"), **at(row))
    assert not [name for name in ("bea", "bo", "rowan") if row.own_circle_id in make.circles(name)]
    dee = make.somebody("dee")
    actions.appoint(as_("bea"), person=dee.id, office="board_member", reason="chosen by the board")
    assert row.own_circle_id not in make.circles("dee")
    actions.reopen_group(as_("rowan"), **at(row))
    assert all(row.own_circle_id in make.circles(name) for name in ("bea", "bo", "rowan", "dee"))


def test_a_group_does_not_become_one_in_which_offices_sit_nor_cease_to_be_one() -> None:
    """Else whoever may rename a kind would let an office, perhaps their own, into what others wrote in private."""
    row, board = make.group("Circle of trust", kind="panel"), make.group("Board", kind="board")
    said = {"public_text": "Decides.", "lang": "en"}
    for each, kind in ((row, "coordinating"), (board, "advisory")):
        with pytest.raises(Invalid) as error:
            actions.change_group(as_("rowan"), **at(each), name=each.name, kind=kind, **said)
        assert list(error.value.errors) == ["kind"]
    assert row.own_circle_id not in make.circles("rowan")
    assert actions.change_group(as_("rowan"), **at(row), name=row.name, kind="advisory", **said).kind == "advisory"


def test_the_database_itself_writes_the_kind_of_a_circle_once() -> None:
    from plait.kernel.acting import action

    seat = action("tests.seat_offices")(lambda asker, circle, word: access.seat_offices(asker, circle, word))
    row = make.group("Circle of trust", kind="panel")
    with pytest.raises(Refused):
        seat(as_("rowan"), row.own_circle_id, "coordinating")
    with pytest.raises(Refused):
        seat(as_("tia"), row.own_circle_id, "panel")
    assert seat(as_("rowan"), row.own_circle_id, "panel") == 0


def test_leaving_the_last_organisation_ends_every_seat_and_office_and_leaving_another_does_not() -> None:
    first, second = make.organisation(), make.organisation("Loom")
    one, two = make.works("pol", first), make.works("pol", second)
    pol = make.somebody("pol")
    group = make.group(chair=make.somebody("bea").id, members=[pol.id])
    with_chair = make.group("Pol's", chair=pol.id)
    actions.end_membership(as_("rowan"), **at(one), ends=make.days(0))
    assert make.circles("pol") == {second.own_circle_id, group.own_circle_id, with_chair.own_circle_id, first.circle_id}
    actions.end_membership(as_("rowan"), **at(two), ends=make.days(0))
    assert make.circles("pol") == set()
    as_("rowan")
    assert not Office.objects.filter(account_id=person("pol").id, ends__gt=make.now_as("rowan").now).exists()
    assert not GroupMember.objects.filter(person=pol, ends__isnull=True).exists()
    assert Group.objects.get(id=with_chair.id).chair_id is None


@pytest.mark.parametrize("name", ["pol", "dora"])
def test_one_leaves_by_oneself_and_nobody_by_another(name: str) -> None:
    """Pol writes in the partnership and so the day is written down; Dora only reads, and her seats end all the same."""
    body = make.organisation()
    row = make.works(name, body)
    with pytest.raises(Refused):
        actions.leave_own(as_("tia"), **at(row))
    actions.leave_own(as_(name), **at(row))
    assert make.circles(name) == set()
    as_("rowan")
    assert (Membership.objects.get(id=row.id).ends is not None) is (name == "pol")


def test_leaving_one_of_two_by_oneself_keeps_the_other() -> None:
    one, two = make.works("dora", make.organisation()), make.works("dora", make.organisation("Loom"))
    as_("rowan")
    actions.leave_own(as_("dora"), **at(one))
    assert make.circles("dora") == {two.circle_id, Organisation.objects.get(id=two.organisation_id).own_circle_id}
