"""Pages, as somebody of the cast opens them: what stands there, what may be pressed, and what nobody else is told."""

from __future__ import annotations

import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plait.kernel.models import Account, Published
from plait.partners import actions
from plait.partners.models import About, Gap, Group, GroupMember, Membership, Organisation, Person
from plait.partners.tests import make
from tests.people import as_, person

pytestmark = pytest.mark.django_db


def browser(name: str) -> Client:
    client = Client()
    client.force_login(person(name))
    return client


def page(name: str, address: str, status: int = 200) -> str:
    response = browser(name).get(address)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def to(route: str, row=None) -> str:
    return reverse(f"partners:{route}", args=[row.circle_id, row.id] if row is not None else [])


def send(who: str, address: str, /, **given) -> str:
    """Post what was typed; the page to which that leads."""
    response = browser(who).post(address, given, follow=True)
    assert response.status_code == 200, (response.status_code, response.content.decode()[:3000])
    return response.content.decode()


def everything() -> dict[str, object]:
    """One thing of each kind, with something on it."""
    body = make.listed(
        sectors=["faith"],
        contact_web="https://example.org",
        ror="03vek6s52",
        gss_code="E06000032",
        charity_number="1081124",
        company_number="00123456",
        area="town",
    )
    member = make.works("pol", body)
    group = make.group(chair=make.somebody("bea").id, members=[make.somebody("pol").id], meets="monthly")
    gap = make.gap("youth", lead=make.somebody("tia").id)
    make.about(
        focus="one\ntwo",
        coordinating="The office",
        funder="The city",
        contact_email="a@example.org",
        contact_web="https://example.org",
    )
    rowan = as_("rowan")
    office = actions.appoint(
        as_("bea"), person=Person.objects.get(account_id=person("tia").id).id, office="board_member", reason="asked for it"
    )
    return {
        "organisation": body, "person": Person.objects.get(account_id=person("pol").id), "group": group, "gap": gap, "membership": member,
        "group_member": GroupMember.objects.get(group_id=group.id), "office": office, "rowan": rowan,
    }  # fmt: skip


LISTS = ("coverage", "gaps", "organisations", "people", "groups", "offices", "about")
FORMS = ("add_gap", "add_organisation", "add_person", "invite", "add_group", "change_about")
OF = {
    "organisation": ("organisation", "change_organisation", "agreement", "withdraw_agreement", "leave", "begin_membership"),
    "person": ("person", "change_person"),
    "group": ("group", "change_group", "set_chair", "add_member", "end_group"),
    "gap": ("gap", "change_gap", "withdraw_gap"),
    "membership": ("end_membership", "seat_member"),
    "group_member": ("end_member",),
}


def test_every_page_opens_for_the_coordinator_and_says_who_sees_it() -> None:
    there = everything()
    for route in (*LISTS, *FORMS):
        assert "TLP:GREEN" in page("rowan", to(route)), route
    for kind, routes in OF.items():
        for route in routes:
            assert "TLP:GREEN" in page("rowan", to(route, there[kind])), route
    assert "TLP:GREEN" in page("bea", to("appoint"))
    assert "TLP:GREEN" in page("bea", to("end_office", there["office"]))


def test_every_list_says_what_to_do_first_while_it_is_empty() -> None:
    for route in LISTS:
        said = page("rowan", to(route))
        assert "TLP:GREEN" in said
        assert route in ("coverage", "offices") or 'class="empty"' in said
        page("cal", to(route))


def test_dee_gets_the_same_answer_from_every_address() -> None:
    there = everything()
    addresses = [to(route) for route in (*LISTS, *FORMS, "appoint")]
    addresses += [to(route, there[kind]) for kind, routes in OF.items() for route in routes]
    client = browser("dee")
    for address in addresses:
        for answer in (client.get(address), client.post(address)):
            assert answer.status_code == 404, address
            assert "Weavers" not in answer.content.decode()
    for address in addresses:
        assert Client().get(address).status_code == 302


def test_a_reader_sees_the_pages_and_is_told_why_nothing_can_be_pressed() -> None:
    there = everything()
    for route in LISTS:
        said = page("cal", to(route))
        assert "/add/" not in said
        assert "/change/" not in said
    for kind in ("organisation", "person", "group", "gap"):
        said = page("cal", to(kind, there[kind]))
        assert "/change/" not in said
        assert "/end/" not in said
    for route in FORMS:
        page("cal", to(route), 403)
    for kind, routes in OF.items():
        for route in routes[kind in ("organisation", "person", "group", "gap") :]:
            page("cal", to(route, there[kind]), 403)


def test_hidden_and_absent_are_the_same_page() -> None:
    there = everything()
    row = there["organisation"]
    circle = there["organisation"].own_circle_id
    hidden = page("rowan", reverse("partners:organisation", args=[circle, row.id]), 404)
    absent = page("rowan", reverse("partners:organisation", args=[row.circle_id, uuid.uuid4()]), 404)
    assert hidden == absent


def test_the_table_is_said_as_a_sentence_and_every_name_is_a_link() -> None:
    everything()
    said = " ".join(page("cal", to("coverage")).split())
    total = said.split(" of ")[1].split(" ")[0]
    assert f"1 of {total} kinds of partner that the pack recommends takes part." in said
    assert 'href="#women"' in said
    assert "Weavers&#x27; Hall" in said
    as_("rowan")
    assert to("gap", Gap.objects.get()) in said
    assert "?stakeholder=women" not in said
    assert "?stakeholder=women" in page("rowan", to("coverage"))


def test_an_empty_seat_is_entered_from_the_table() -> None:
    address = f"{to('add_gap')}?stakeholder=women"
    assert 'value="women" selected' in page("rowan", address)
    said = send(
        "rowan",
        to("add_gap"),
        stakeholder="women",
        public_text="They know.",
        state="open",
        lang="en",
        next_step="Ask.",
        in_de="Sie wissen es.",
    )
    assert "Entered." in said
    as_("rowan")
    row = Gap.objects.get()
    assert not row.widen
    assert browser("rowan").get(address)["Location"] == row.get_absolute_url()
    said = send("rowan", to("change_gap", row), public_text="They know best.", state="approached", lang="en", version=row.version)
    assert "They know best." in said
    send("rowan", to("withdraw_gap", row))
    assert "Taken out" in page("rowan", to("gap", row))
    page("rowan", to("withdraw_gap", row), 403)
    send("rowan", to("restore_gap", row))
    as_("rowan")
    assert Gap.objects.get().withdrawn_on is None


def test_a_kind_that_has_a_seat_meanwhile_is_shown_as_closed() -> None:
    row = make.gap("faith")
    make.works("pol", make.organisation(sectors=["faith"]))
    assert "Closed: has a seat now" in page("rowan", to("gap", row))
    assert "Closed" in page("rowan", to("gaps"))


def test_a_tick_left_empty_does_not_say_that_none_takes_part() -> None:
    make.works("pol", make.organisation(sectors=["faith"]))
    said = send("rowan", to("add_gap"), stakeholder="faith", public_text="More.", state="open", lang="en")
    assert "yes: some take part already" in said
    assert "Takes part, more needed" in page("rowan", to("coverage"))


def test_an_organisation_is_entered_changed_and_found() -> None:
    given = {
        "name": "Weavers",
        "kind": "civil_society",
        "sectors": ["faith", "youth"],
        "lang": "en",
        "public_text": "Opens doors.",
        "ror": "03vek6s52",
    }
    wrong = browser("rowan").post(to("add_organisation"), given | {"kind": "", "gss_code": "E1", "name": "<b>Weavers</b>"})
    said = wrong.content.decode()
    assert wrong.status_code == 200
    assert 'class="errors"' in said
    assert "&lt;b&gt;Weavers&lt;/b&gt;" in said
    assert "E1" in said
    as_("rowan")
    assert not Organisation.objects.exists()
    assert "https://ror.org/03vek6s52" in send("rowan", to("add_organisation"), **given)
    as_("rowan")
    row = Organisation.objects.get()
    said = send("rowan", to("change_organisation", row), **given | {"name": "Weavers' Hall", "version": row.version})
    assert "Weavers&#x27; Hall" in said
    assert "changed it" in said
    assert "Weavers&#x27; Hall" in page(
        "cal", f"{to('organisations')}?q=hall&sector=faith&type=civil_society&left=here&listed=nowhere&sort=-name"
    )
    assert "Nothing fits" in page("cal", f"{to('organisations')}?q=dyers")


def test_the_second_of_two_gets_both_texts_and_loses_nothing() -> None:
    row = make.organisation(translations={"de": "Offen."})
    given = {"name": row.name, "kind": row.kind, "sectors": row.sectors, "lang": "en", "version": row.version}
    send("rowan", to("change_organisation", row), **given, public_text="Theirs, saved first.", in_de="Ihres.")
    answer = browser("rowan").post(
        to("change_organisation", row), {**given, "public_text": "Mine, typed second.", "in_de": "Meines."}
    )
    said = answer.content.decode()
    assert answer.status_code == 409
    for words in ("Theirs, saved first.", "Mine, typed second.", "Ihres.", "Meines."):
        assert words in said
    version = re.search(r'name="version" value="(\d+)"', said)[1]
    assert "Mine, typed second." in send(
        "rowan",
        to("change_organisation", row),
        **given | {"version": version, "public_text": "Mine, typed second.", "in_de": "Meines."},
    )


def test_lists_are_taken_as_files_with_the_label_in_name_and_first_row() -> None:
    everything()
    for route in ("organisations", "people", "groups", "gaps"):
        for kind in ("csv", "xlsx"):
            answer = browser("cal").get(f"{to(route)}?format={kind}")
            assert "TLP-GREEN" in answer["Content-Disposition"]
        said = browser("cal").get(f"{to(route)}?format=csv").content.decode("utf-8-sig")
        assert said.startswith("TLP:GREEN")
    assert "@example.org" not in browser("cal").get(f"{to('people')}?format=csv").content.decode()


def test_an_agreement_is_written_down_and_taken_back_with_the_public_copy() -> None:
    row = make.organisation()
    said = send(
        "rowan",
        to("agreement", row),
        listed=["public"],
        agreed_by="Wanda Weft",
        agreed_on=make.days(0).isoformat(),
        version=row.version,
    )
    assert "Wanda Weft agreed" in said
    as_("rowan")
    make.published("organisation", Organisation.objects.get())
    assert "A public copy stands now. It is taken off" in page("rowan", to("withdraw_agreement", row))
    assert "The public copy is gone." in send("rowan", to("withdraw_agreement", row))
    as_("rowan")
    assert not Published.objects.filter(record_id=row.id).exists()
    page("rowan", to("withdraw_agreement", row), 403)


def test_whoever_works_there_may_take_it_back_and_reads_who_takes_the_copy_out() -> None:
    row = make.listed()
    make.works("pol", row)
    make.published("organisation", row)
    assert "stays until somebody takes it out who may" in page("pol", to("withdraw_agreement", row))
    said = send("pol", to("withdraw_agreement", row))
    assert "A public copy still stands." in said
    assert person("rowan").name in said
    as_("rowan")
    assert Published.objects.filter(record_id=row.id).exists()


def test_becoming_a_sensitive_site_says_that_the_public_copy_is_gone() -> None:
    row = make.listed()
    make.published("organisation", row)
    said = send(
        "rowan",
        to("change_organisation", row),
        name=row.name,
        kind=row.kind,
        sectors=row.sectors,
        lang="en",
        sensitive_site="on",
        version=row.version,
    )
    assert "The public copy is gone." in said
    assert "nowhere, ever" in said
    page("rowan", to("agreement", row), 403)


def test_an_organisation_leaves_and_comes_back() -> None:
    row = make.organisation()
    make.works("dee", row, level=2)
    assert person("dee").name in page("rowan", to("leave", row))
    assert 'class="errors"' in browser("rowan").post(to("leave", row), {"left": make.days(1).isoformat()}).content.decode()
    assert "Left" in send("rowan", to("leave", row), left=make.days(0).isoformat())
    page("dee", to("organisations"), 404)
    page("rowan", to("begin_membership", row), 403)
    assert "Takes part" in send("rowan", to("return", row))
    page("rowan", to("return", row), 403)


def test_an_invited_person_gets_a_link_that_is_shown_once_and_a_membership() -> None:
    body = make.organisation()
    answer = browser("rowan").post(to("invite"), {"name": "Wanda Weft", "email": "wanda@example.org"})
    said = answer.content.decode()
    link = re.search(r'value="http://testserver(/invitation/[^"]+)"', said)[1]
    assert answer["Cache-Control"] == "no-store"
    assert Client().get(link).status_code == 200
    as_("rowan")
    wanda = Person.objects.get(name="Wanda Weft")
    assert link not in page("rowan", to("person", wanda))
    assert "already" in browser("rowan").post(to("invite"), {"name": "Wanda Weft", "email": "wanda@example.org"}).content.decode()
    assert f'value="{wanda.id}" selected' in page("rowan", f"{to('begin_membership', body)}?person={wanda.id}")
    said = send(
        "rowan",
        to("begin_membership", body),
        person=str(wanda.id),
        role="Warden",
        starts=make.days(-1).isoformat(),
        level="2",
        inside="on",
    )
    assert "Warden" in said
    assert "Wanda Weft" in said
    client = Client()
    client.force_login(Account.objects.get(email="wanda@example.org"))
    assert client.get(to("organisations")).status_code == 200


def test_somebody_known_by_name_is_corrected_and_invited_later() -> None:
    assert "Wanda" in send("rowan", to("add_person"), name="Wanda", email="")
    as_("rowan")
    row = Person.objects.get()
    assert "Wanda Weft" in send(
        "rowan", to("change_person", row), name="Wanda Weft", email="wanda@example.org", version=row.version
    )
    assert 'value="wanda@example.org"' in page("rowan", to("invite_person", row))
    answer = browser("rowan").post(to("invite_person", row), {"name": "Wanda Weft", "email": "wanda@example.org"})
    assert "/invitation/" in answer.content.decode()


def test_a_membership_is_ended_after_being_asked_and_its_seats_given_anew() -> None:
    body = make.organisation()
    row = make.works("dee", body)
    make.group(members=[make.somebody("dee").id])
    page("dee", to("organisations"), 404)
    assert "The seats are given." in send("rowan", to("seat_member", row), level="1", inside="on")
    page("dee", to("organisations"))
    assert "Round table" in page("rowan", to("end_membership", row))
    assert "has ended" in send("rowan", to("end_membership", row), ends=make.days(0).isoformat(), version=row.version)
    page("dee", to("organisations"), 404)
    page("rowan", to("end_membership", row), 403)
    as_("rowan")
    assert Membership.objects.get().ends == make.days(0)


def test_one_s_own_membership_is_written_without_seats_and_the_page_says_so() -> None:
    body, rowan = make.organisation(), make.somebody("rowan")
    said = send(
        "rowan", to("begin_membership", body), person=str(rowan.id), starts=make.days(0).isoformat(), level="2", inside="on"
    )
    assert "You cannot seat yourself" in said
    as_("rowan")
    row = Membership.objects.get()
    page("rowan", to("seat_member", row), 403)
    assert "The seats are given." in send("bea", to("seat_member", row), level="0", inside="on")
    assert "You sit in it" in page("rowan", to("organisation", body))


def test_a_group_is_set_up_joined_left_ended_and_opened_again() -> None:
    bea, bo, rowan = make.somebody("bea"), make.somebody("bo"), make.somebody("rowan")
    given = {
        "name": "Round table",
        "kind": "delivery",
        "public_text": "Decides.",
        "starts": make.days(0).isoformat(),
        "chair": str(bea.id),
        "members": [str(bo.id)],
        "lang": "en",
    }
    refused = browser("rowan").post(to("add_group"), given | {"members": [str(rowan.id)]})
    assert refused.status_code == 403
    assert "cannot seat yourself" in refused.content.decode()
    said = send("rowan", to("add_group"), **given)
    assert person("bo").name in said
    as_("rowan")
    row = Group.objects.get()
    assert "What the group writes is read by the group alone." in page("rowan", to("group", row))
    assert "You sit in it" in page("bea", to("group", row))
    assert "Added" in send("bea", to("add_member", row), person=str(rowan.id))
    assert "You sit in it" in page("rowan", to("group", row))
    assert "Decides all." in send(
        "rowan",
        to("change_group", row),
        name=row.name,
        kind="delivery",
        public_text="Decides all.",
        lang="en",
        version=row.version,
    )
    as_("rowan")
    member = GroupMember.objects.get(person_id=bo.id)
    assert "Written down." in send("rowan", to("end_member", member), version=member.version)
    page("rowan", to("end_member", member), 403)
    assert "Written down." in send("rowan", to("set_chair", row), chair=str(bo.id))
    assert "has ended" in send("rowan", to("end_group", row))
    page("rowan", to("change_group", row), 403)
    assert "works again" in send("rowan", to("reopen_group", row))
    page("rowan", to("reopen_group", row), 403)


def test_an_office_is_given_and_ended_from_its_page() -> None:
    tia = make.somebody("tia")
    page("rowan", to("appoint"), 403)
    assert 'value="board_member" selected' in page("bea", f"{to('appoint')}?office=board_member")
    said = send("bea", to("appoint"), person=str(tia.id), office="board_member", reason="asked for it")
    assert "asked for it" in said
    again = browser("bea").post(to("appoint"), {"person": str(tia.id), "office": "board_member", "reason": "asked for it"})
    assert "already" in again.content.decode()
    as_("bea")
    from plait.kernel.models import Office

    row = Office.objects.get(account_id=tia.account_id, key="board_member")
    assert "Lay down" in page("tia", to("offices"))
    page("cal", to("end_office", row), 403)
    assert "has ended" in send("tia", to("end_office", row))
    page("bea", to("end_office", row), 403)


def test_what_the_partnership_says_of_itself_is_written_and_changed() -> None:
    assert "Nothing is written yet" in page("rowan", to("about"))
    assert "We prevent together." in send(
        "rowan", to("change_about"), public_text="We prevent together.", lang="en", contact_web="https://example.org"
    )
    as_("rowan")
    row = About.objects.get()
    said = send(
        "rowan", to("change_about"), public_text="We prevent together, early.", lang="en", in_de="Früh.", version=row.version
    )
    assert "together, early." in said
    stale = browser("rowan").post(to("change_about"), {"public_text": "Mine.", "lang": "en", "version": row.version})
    assert stale.status_code == 409
    assert "together, early." in stale.content.decode()


def test_free_text_is_marked_with_its_language_and_never_runs() -> None:
    row = make.organisation(public_text="<script>alert(1)</script> Öffnet Türen.", lang="de")
    said = page("cal", to("organisation", row))
    assert "<script>alert" not in said
    assert 'lang="de"' in said


def test_a_hidden_thing_costs_no_query_more_than_one_that_is_not_there() -> None:
    body = make.organisation()
    client = browser("tia")
    client.get(to("organisations"))
    for kind in ("organisation", "person", "group", "gap"):
        costs = set()
        for circle, id in ((body.own_circle_id, body.id), (body.own_circle_id, uuid.uuid4()), (uuid.uuid4(), uuid.uuid4())):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(reverse(f"partners:{kind}", args=[circle, id])).status_code == 404
            costs.add(len(asked))
        assert len(costs) == 1, kind


def test_a_board_says_which_offices_sit_in_it() -> None:
    make.somebody("rowan")
    row = make.group("Board", kind="board")
    said = page("tia", to("group", row))
    assert "Chair of the board; Board member" in said or "Coordinator; Chair of the board; Board member" in said
    assert "By the pack" not in page("tia", to("group", make.group("Workshop")))


def test_one_reads_what_ends_before_one_leaves_and_leaves_by_oneself() -> None:
    row = make.works("pol", make.organisation())
    group = make.group(chair=make.somebody("pol").id)
    asked = page("pol", to("leave_own", row))
    assert "last organisation" in asked and group.name in asked and "Police partner" in asked
    page("tia", to("leave_own", row), 403)
    assert "You have left." in send("pol", to("leave_own", row))
    assert make.circles("pol") == set()
