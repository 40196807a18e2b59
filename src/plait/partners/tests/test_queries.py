"""Questions: who sits at the table, lists that cost the same at every length, and what nobody else is told."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from plait.frame import links
from plait.frame.lists import Ask
from plait.kernel import access
from plait.kernel.errors import NotFound
from plait.partners import actions, queries
from plait.partners.queries import Words
from plait.partners.tests import make
from tests.people import as_, person

pytestmark = pytest.mark.django_db


def asked(spec, **said) -> Ask:
    return Ask.of(RequestFactory().get("/", said), spec)


def test_the_table_counts_kinds_with_somebody_who_works_for_them_today() -> None:
    rowan = as_("rowan")
    empty = queries.coverage(rowan)
    assert empty.at_table == 0
    assert empty.total == len(Words.now().pack.stakeholders)
    body = make.organisation(sectors=["faith", "youth"])
    assert queries.coverage(rowan).at_table == 0
    member = make.works("pol", body)
    table = queries.coverage(as_("rowan"))
    assert {place.key for place in table.places if place.taken} == {"faith", "youth"}
    assert [seat.name for place in table.places for seat in place.organisations] == ["Weavers' Hall"] * 2
    assert len(table.missing) == table.total - 2
    assert table.places[-1].taken
    assert all(place.need == "must" for place in table.needed_most)
    rowan = as_("rowan")
    actions.end_membership(rowan, id=member.id, circle=member.circle_id, version=member.version, ends=make.days(0))
    assert queries.coverage(rowan).at_table == 0


def test_one_that_left_has_no_seat() -> None:
    body = make.organisation(sectors=["faith"])
    make.works("pol", body)
    rowan = as_("rowan")
    body = queries.organisation(rowan, circle=body.circle_id, id=body.id)
    actions.leave(rowan, id=body.id, circle=body.circle_id, version=body.version, left=make.days(0))
    assert queries.coverage(rowan).at_table == 0


def test_a_place_knows_its_gap_and_whether_more_are_needed() -> None:
    make.gap("youth")
    make.works("pol", make.organisation(sectors=["faith"]))
    make.gap("faith")
    places = {place.key: place for place in queries.coverage(as_("rowan")).places}
    assert places["youth"].gap_state == "Nobody asked yet"
    assert (places["youth"].widen, places["faith"].widen) == (False, True)
    assert places["women"].gap is None


def test_the_table_takes_the_same_queries_however_many_sit_there() -> None:
    def cost() -> int:
        rowan = as_("rowan")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            queries.coverage(rowan)
        return len(seen)

    make.works("pol", make.organisation())
    make.gap("faith")
    few = cost()
    for n in range(6):
        make.works("tia", make.organisation(f"Hall {n}", sectors=["youth", "women"]))
    make.gap("arts")
    assert cost() == few


def test_lists_take_the_same_queries_however_long_they_are() -> None:
    words = Words.now()

    def cost() -> list[int]:
        rowan, found = as_("rowan"), []
        for ask in (
            lambda: queries.organisations(
                rowan, ask=asked(queries.organisations_spec(words)), words=words, spec=queries.organisations_spec(words)
            ),
            lambda: queries.people(rowan, ask=asked(queries.people_spec()), spec=queries.people_spec()),
            lambda: queries.groups(rowan, ask=asked(queries.groups_spec(words)), words=words, spec=queries.groups_spec(words)),
            lambda: queries.gaps(rowan, ask=asked(queries.gaps_spec(words)), words=words, spec=queries.gaps_spec(words)),
            lambda: queries.offices(rowan, words),
        ):
            with CaptureQueriesContext(connection) as seen:
                ask()
            found.append(len(seen))
        return found

    make.works("pol", make.organisation())
    make.group(chair=make.somebody("bea").id)
    make.gap("faith")
    few = cost()
    for n, name in enumerate(("tia", "bo", "ben", "pat")):
        make.works(name, make.organisation(f"Hall {n}"))
        make.group(f"Group {n}", chair=make.somebody(name).id)
    for kind in ("youth", "women", "arts"):
        make.gap(kind)
    assert cost() == few


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ({}, ["Agreed", "Left", "Weavers' Hall"]), ({"q": "weav"}, ["Weavers' Hall"]), ({"sector": "faith"}, ["Agreed"]), ({"type": "network"}, ["Left"]),
        ({"duty": "voluntary"}, ["Agreed"]), ({"listed": "public"}, ["Agreed"]), ({"listed": "nowhere"}, ["Left", "Weavers' Hall"]), ({"listed": "map"}, []),
        ({"left": "left"}, ["Left"]), ({"left": "here"}, ["Agreed", "Weavers' Hall"]), ({"sort": "-name"}, ["Weavers' Hall", "Left", "Agreed"]),
    ],
)  # fmt: skip
def test_the_list_of_organisations_is_searched_sorted_and_narrowed(said: dict, names: list[str]) -> None:
    make.organisation()
    make.listed("Agreed", sectors=["faith"], duty="voluntary")
    gone = make.organisation("Left", kind="network")
    rowan, words = as_("rowan"), Words.now()
    actions.leave(rowan, id=gone.id, circle=gone.circle_id, version=gone.version, left=make.days(0))
    spec = queries.organisations_spec(words)
    page = queries.organisations(rowan, ask=asked(spec, **said), words=words, spec=spec)
    assert [row.name for row in page.rows] == names
    assert [row.name for row in queries.organisations_for_export(rowan, ask=asked(spec, **said), words=words, spec=spec)] == names


def test_people_are_found_by_name_organisation_and_role_each_once() -> None:
    body = make.organisation()
    make.works("pol", body)
    make.works("pol", make.organisation("Weavers' Annex"))
    make.somebody("tia")
    rowan, spec = as_("rowan"), queries.people_spec()
    page = queries.people(rowan, ask=asked(spec, q="weav"), spec=spec)
    assert [row.name for row in page.rows] == [person("pol").name]
    assert (page.found, page.total) == (1, 2)
    assert sorted(page.rows[0].organisations) == ["Weavers' Annex", "Weavers' Hall"]
    assert len(queries.people(rowan, ask=asked(spec), spec=spec).rows) == 2
    assert len(queries.people_for_export(rowan, ask=asked(spec, q="weaver"), spec=spec)) == 1
    assert dict(queries.person_choices(rowan))[str(make.somebody("tia").id)] == person("tia").name
    assert queries.person_choices(as_("rowan"), with_account=True, without=[make.somebody("tia").id])[0][1].startswith(
        person("pol").name
    )


def test_gaps_are_narrowed_by_how_far_they_are() -> None:
    make.gap("faith", next_step="")
    out = make.gap("youth", state="approached")
    rowan, words = as_("rowan"), Words.now()
    actions.withdraw_gap(rowan, id=out.id, circle=out.circle_id, version=out.version)
    spec = queries.gaps_spec(words)

    def kinds(**said) -> list[str]:
        assert len(queries.gaps_for_export(rowan, ask=asked(spec, **said), words=words, spec=spec)) == len(
            queries.gaps(rowan, ask=asked(spec, **said), words=words, spec=spec).rows
        )
        return [row.stakeholder for row in queries.gaps(rowan, ask=asked(spec, **said), words=words, spec=spec).rows]

    assert kinds(next="none") == kinds(entry="stands") == ["Faith organisations"]
    assert kinds(next="some") == kinds(entry="out") == kinds(state="approached") == ["Youth organisations"]


def test_who_holds_which_duty_since_when_from_whom_and_why() -> None:
    tia = make.somebody("tia")
    bea = as_("bea")
    row = actions.appoint(bea, person=tia.id, office="board_member", reason="asked for it")
    duties = queries.offices(bea, Words.now())
    members = next(duty for duty in duties.now if duty.key == "board_member")
    (holder,) = [h for h in members.holders if h.name == person("tia").name]
    assert (holder.given_by, holder.reason, holder.url) == (person("bea").name, "asked for it", tia.get_absolute_url())
    assert all(not duty.holders for duty in duties.vacant)
    assert queries.duties_of(bea, tia.account_id, Words.now())[-1] == "Board member"
    assert queries.duties_of(bea, None, Words.now()) == []
    actions.end_office(bea, id=row.id, circle=row.circle_id)
    assert [h.name for _label, h in queries.offices(bea, Words.now()).before] == [person("tia").name]
    with pytest.raises(NotFound):
        queries.office(bea, circle=row.circle_id, id=uuid.uuid4())


def test_hidden_and_absent_answer_alike() -> None:
    body = make.organisation()
    rowan = as_("rowan")
    assert queries.organisation(rowan, circle=body.circle_id, id=body.id) == body
    for circle, id in ((body.circle_id, uuid.uuid4()), (body.own_circle_id, body.id), (uuid.uuid4(), body.id)):
        with pytest.raises(NotFound):
            queries.organisation(rowan, circle=circle, id=id)
    dee = as_("dee")
    for question in (
        queries.organisation,
        queries.person,
        queries.group,
        queries.gap,
        queries.membership,
        queries.group_member,
        queries.office,
    ):
        with pytest.raises(NotFound):
            question(dee, circle=body.circle_id, id=body.id)


def test_other_rooms_pages_show_what_the_asker_may_see() -> None:
    body, group, gap = make.organisation(), make.group(), make.gap("faith")
    rowan = as_("rowan")
    for kind, row, title in (
        ("organisation", body, body.name),
        ("group", group, group.name),
        ("gap", gap, "Faith organisations"),
    ):
        assert [link.title for link in links.of(rowan, kind, [(row.circle_id, row.id), (row.circle_id, uuid.uuid4())])] == [title]
    dee = as_("dee")
    assert links.of(dee, "organisation", [(body.circle_id, body.id)]) == []


def test_an_area_is_said_in_words() -> None:
    as_("rowan")
    assert queries.area_name("town", queries.town()) == "Testford"
    assert queries.area_name("nowhere", "Testford") == "nowhere"


def test_the_history_is_told_in_the_packs_words() -> None:
    row = make.organisation(sectors=["faith"])
    (entry,) = queries.history(
        as_("rowan"), row, Words.now(), {"kind": "organisation_type", "sectors": "sector", "duty": "duty_status"}
    )
    assert entry.verb == "partners.add_organisation"
    assert (entry.after["kind"], entry.after["sectors"]) == ("Civil society organisation", ["Faith organisations"])
    assert entry.before is None
    assert access.partnership_circle() == row.circle_id
