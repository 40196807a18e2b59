"""Pages of the picture, as a browser gets them."""

from __future__ import annotations

import hashlib
import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from plait.kernel import access
from plait.picture import actions, queries, words
from plait.picture.models import Assessment, AssessmentComment, Evidence, Position, Risk, RiskEvidence
from plait.picture.tests import make
from tests.people import as_, partnership, person

pytestmark = pytest.mark.django_db


def browser(name: str) -> Client:
    client = Client()
    client.force_login(person(name))
    return client


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:2000]
    return html.unescape(answer.content.decode())


def page(name: str, row: Any, **more: Any) -> str:
    return reverse(f"picture:{name}", kwargs={"circle": row.circle_id, "id": row.id, **more})


# ---- evidence, one question a page ------------------------------------------------------------------------------


def typed(client: Client) -> dict[str, dict[str, Any]]:
    as_("tia")
    return {
        "what": {
            "what": "Boys in the lunch queue passed round a clip that mocks women. Jamie said it comes from a channel.",
            "title": "",
        },
        "how": {"how": "told"},
        "sure": {"sure": "fairly"},
        "when": {"happened_on": (words.today(as_("tia")) - timedelta(days=2)).isoformat()},
        "where": {"place": "town"},
        "about": {"themes": ["misogyny", "online"], "kind": ""},
    }


def go(client: Client, steps: dict[str, dict[str, Any]]) -> None:
    for slug, answer in steps.items():
        address = reverse("picture:evidence_step", args=[slug])
        assert client.get(address).status_code == 200
        assert client.post(address, answer).status_code == 303


def test_a_teacher_adds_evidence_one_question_a_page() -> None:
    client = browser("tia")
    start = client.get(reverse("picture:add_evidence"))
    assert (start.status_code, start["Location"]) == (303, reverse("picture:evidence_step", args=["what"]))
    go(client, typed(client))
    check = read(client, reverse("picture:check_evidence"))
    assert "“Jamie” looks like somebody's name" in check
    assert "misses much" in check
    assert "C3" in check
    assert "TLP:GREEN" in check
    as_("tia")
    assert not Evidence.objects.exists()  # nothing half saved
    refused = html.unescape(client.post(reverse("picture:check_evidence"), {"source": "Lunch duty"}).content.decode())
    assert "Tick the box" in refused
    assert "Lunch duty" in refused
    as_("tia")
    assert not Evidence.objects.exists()
    done = client.post(reverse("picture:check_evidence"), {"source": "Lunch duty", "names_nobody": "on"})
    as_("tia")
    row = Evidence.objects.get()
    assert done["Location"] == row.get_absolute_url()
    assert (row.code, row.themes, row.source, row.made_by_id, row.circle_id) == (
        "C3",
        ["misogyny", "online"],
        "Lunch duty",
        person("tia").id,
        partnership().id,
    )
    assert client.get(reverse("picture:add_evidence"))["Location"] == reverse("picture:evidence_step", args=["what"])


def test_an_error_keeps_what_was_typed_and_going_back_changes_one_answer() -> None:
    client = browser("tia")
    steps = typed(client)
    long = "x" * 4001
    assert long in client.post(reverse("picture:evidence_step", args=["what"]), {"what": long}).content.decode()
    go(client, steps)
    back = read(client, reverse("picture:evidence_step", args=["what"]))
    assert "lunch queue" in back
    answer = client.post(reverse("picture:evidence_step", args=["what"]), {"what": "One of them said so.", "title": "A clip"})
    assert answer["Location"] == reverse("picture:check_evidence")
    check = read(client, reverse("picture:check_evidence"))
    assert "A clip" in check
    assert "Jamie" not in check


def test_the_check_page_sends_to_the_first_question_that_is_open() -> None:
    client = browser("tia")
    assert client.get(reverse("picture:check_evidence"))["Location"] == reverse("picture:evidence_step", args=["what"])
    steps = typed(client)
    go(client, {"what": steps["what"], "how": steps["how"]})
    assert client.get(reverse("picture:check_evidence"))["Location"] == reverse("picture:evidence_step", args=["sure"])
    assert "Go on with what you began" in read(client, reverse("picture:evidence_list"))
    assert client.post(reverse("picture:throw_away")).status_code == 303
    assert "Go on with what you began" not in read(client, reverse("picture:evidence_list"))


def test_who_may_read_it_is_asked_where_there_is_a_choice_and_the_partnership_is_preselected() -> None:
    client = browser("tia")
    assert client.get(reverse("picture:evidence_step", args=["who"])).status_code == 404
    circle = make.narrow("School", tia=2)
    asked = read(client, reverse("picture:evidence_step", args=["who"]))
    assert re.search(rf'value="{partnership().id}" checked', asked)
    go(client, typed(client) | {"who": {"circle": str(circle)}})
    check = read(client, reverse("picture:check_evidence"))
    assert "TLP:AMBER" in check
    client.post(reverse("picture:check_evidence"), {"names_nobody": "on"})
    as_("tia")
    assert Evidence.objects.get().circle_id == circle
    assert "School" not in read(browser("rowan"), reverse("picture:evidence_list"))


def test_a_circle_that_was_left_meanwhile_is_asked_again_and_nothing_is_lost() -> None:
    client = browser("tia")
    circle = make.narrow("School", tia=2)
    go(client, typed(client) | {"who": {"circle": str(circle)}})
    from plait.kernel.acting import verb
    from plait.kernel.models import Seat

    rowan = as_("rowan")
    tia = as_("tia")
    seat = Seat.objects.get(circle_id=circle)
    with verb("tests.leave"):
        access.end_seat(tia, seat.id)
    del rowan
    answer = client.get(reverse("picture:check_evidence"))
    assert answer.status_code == 303
    assert "lunch queue" in read(client, reverse("picture:check_evidence"))


def test_an_answer_that_no_longer_stands_comes_back_as_its_own_question(monkeypatch) -> None:
    client = browser("tia")
    go(client, typed(client))
    monkeypatch.setattr("plait.picture.actions.evidence.words.places", lambda: [("elsewhere", "Elsewhere")])
    answer = html.unescape(client.post(reverse("picture:check_evidence"), {"names_nobody": "on"}).content.decode())
    assert "Where was it?" in answer
    assert "Choose one of those listed." in answer


def test_a_draft_of_somebody_else_is_not_opened() -> None:
    client = browser("tia")
    go(client, {"what": typed(client)["what"]})
    session = client.session
    assert "lunch" not in str(dict(session.items()))
    sealed = session["picture.evidence"]
    other = browser("pol")
    held = other.session
    held["picture.evidence"] = sealed
    held.save()
    assert "lunch queue" not in read(other, reverse("picture:evidence_step", args=["what"]))
    held["picture.evidence"] = "nonsense"
    held.save()
    assert other.get(reverse("picture:evidence_step", args=["what"])).status_code == 200


def test_a_reader_is_told_why_there_is_no_button() -> None:
    client = browser("dora")
    said = read(client, reverse("picture:evidence_list"))
    assert reverse("picture:add_evidence") not in said
    assert "You read here and do not write." in said
    for name in ("add_evidence", "check_evidence", "add_risk"):
        assert client.get(reverse(f"picture:{name}")).status_code == 403


# ---- evidence ---------------------------------------------------------------------------------------------------


def test_the_list_of_evidence_is_searched_narrowed_and_taken_as_a_file() -> None:
    old = make.evidence("tia", title="Old leaflets", happened_on=words.today(as_("tia")) - timedelta(days=200))
    make.evidence("pol", title="Stickers", themes=["online"], kind="incident", how="told")
    client = browser("tia")
    at = reverse("picture:evidence_list")
    assert {"Old leaflets", "Stickers"} <= set(re.findall(r"Old leaflets|Stickers", read(client, at)))
    month = old.happened_on.strftime("%Y-%m")
    for query, shown in (
        ("?q=leaflets", "Old leaflets"),
        ("?theme=online", "Stickers"),
        ("?kind=incident", "Stickers"),
        ("?grade=C", "Stickers"),
        ("?show=mine", "Old leaflets"),
        (f"?to={month}", "Old leaflets"),
        (f"?from={words.today(as_('tia')).strftime('%Y-%m')}", "Stickers"),
        ("?place=town&q=leaflets", "Old leaflets"),
    ):
        said = read(client, at + query)
        hidden = {"Old leaflets", "Stickers"} - {shown}
        assert shown in said, query
        assert f">{hidden.pop()}<" not in said, query
    file = client.get(at + "?format=csv")
    assert "TLP-GREEN" in file["Content-Disposition"]
    assert "Stickers" in file.content.decode()


def test_evidence_of_a_narrower_circle_labels_the_list_and_its_file() -> None:
    circle = make.narrow("Team", tia=2)
    make.evidence("tia", circle, title="Narrow")
    at = reverse("picture:evidence_list")
    assert "TLP:AMBER" in read(browser("tia"), at)
    assert "TLP-AMBER" in browser("tia").get(at + "?format=csv")["Content-Disposition"]
    outside = read(browser("rowan"), at)
    assert "Narrow" not in outside
    assert "TLP:GREEN" in outside


def test_an_item_is_changed_graded_withdrawn_and_brought_back() -> None:
    row = make.evidence("tia", title="Stickers")
    client = browser("tia")
    assert "Stickers" in read(client, row.get_absolute_url())
    form = read(client, page("change_evidence", row))
    assert "Grade it by hand" in form
    given = {
        "what": row.what,
        "title": "Stickers again",
        "how": "told",
        "sure": "sure",
        "happened_on": row.happened_on.isoformat(),
        "place": "town",
        "themes": row.themes,
        "kind": "",
        "source": "",
        "lang": "en",
        "names_nobody": "on",
        "reliability": "D",
        "credibility": "",
        "version": 1,
    }
    assert "Confirmed takes a second record" in html.unescape(
        client.post(page("change_evidence", row), given | {"credibility": "1"}).content.decode()
    )
    assert client.post(page("change_evidence", row), given).status_code == 303
    assert "D2" in read(client, row.get_absolute_url())
    stale = client.post(page("change_evidence", row), given | {"title": "Mine"})
    assert stale.status_code == 409
    assert "Stickers again" in stale.content.decode()
    assert "Mine" in stale.content.decode()
    assert "Withdraw this evidence?" in read(client, page("withdraw_evidence", row))
    assert client.post(page("withdraw_evidence", row), {"version": 2, "why": ""}).status_code == 200
    assert client.post(page("withdraw_evidence", row), {"version": 2, "why": "Told twice"}).status_code == 303
    gone = read(client, row.get_absolute_url())
    assert "Told twice" in gone
    assert client.get(page("change_evidence", row)).status_code == 403
    assert "Stickers again" not in read(client, reverse("picture:evidence_list"))
    assert "Stickers again" in read(client, reverse("picture:evidence_list") + "?show=withdrawn")
    assert client.post(page("bring_back_evidence", row), {"version": 3}).status_code == 303
    assert client.post(page("bring_back_evidence", row), {}).status_code == 403
    assert "brought it back" in read(client, row.get_absolute_url())


def test_a_form_without_its_version_is_as_good_as_an_old_one() -> None:
    row = make.evidence("tia")
    given = {
        "what": "x",
        "title": "y",
        "how": "told",
        "sure": "sure",
        "happened_on": row.happened_on.isoformat(),
        "place": "town",
        "themes": row.themes,
        "lang": "en",
        "names_nobody": "on",
    }
    assert browser("tia").post(page("change_evidence", row), given).status_code == 409


SQUARE = [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]


def test_the_map_says_from_where_nobody_told_us(monkeypatch) -> None:
    p = words.partnership()
    p.outline = {"type": "Polygon", "coordinates": SQUARE}
    p.places = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"key": k, "name": k.title()},
                "geometry": {"type": "Polygon", "coordinates": SQUARE},
            }
            for k in ("acre", "brook")
        ],
    }
    monkeypatch.setattr("plait.picture.words.partnership", lambda: p)
    make.evidence("tia", place="acre")
    make.evidence("tia", place="town")
    said = read(browser("tia"), reverse("picture:evidence_list"))
    assert "Nobody has told us anything from 1 place" in said
    assert "1 item concerns the whole town" in said
    make.evidence("tia", place="brook")
    assert "We know something from every place" in read(browser("tia"), reverse("picture:evidence_list"))


# ---- risks ------------------------------------------------------------------------------------------------------


def risk_given(**said: Any) -> dict[str, Any]:
    return {**make.RISK, "lang": "en", "position": "", "code": "", "lead": "", "public_text": "The public may read this.", **said}


def test_a_risk_is_added_judged_anew_and_its_page_says_all_of_it() -> None:
    client = browser("rowan")
    assert "No risk has been added yet" in read(client, reverse("picture:risks"))
    assert client.get(reverse("picture:add_risk")).status_code == 200
    refused = client.post(reverse("picture:add_risk"), risk_given(why=""))
    assert refused.status_code == 200
    assert "Hostile crowd" in refused.content.decode()
    assert client.post(reverse("picture:add_risk"), risk_given(event="A crowd gathers.")).status_code == 303
    as_("rowan")
    row = Risk.objects.get()
    said = read(client, row.get_absolute_url())
    for words_ in (
        "A crowd gathers.",
        "Three partners say so.",
        "55 to 75%",
        "As far as you can tell it is an opinion",
        "TLP:GREEN",
        "The public may read this.",
    ):
        assert words_ in said
    assert client.get(page("change_risk", row)).status_code == 200
    assert client.post(page("change_risk", row), risk_given(code="R1", likelihood="unlikely", version=1)).status_code == 303
    assert "25 to 35%" in read(client, row.get_absolute_url())
    listed = read(client, reverse("picture:risks"))
    assert "<svg" in listed
    assert "R1 Hostile crowd" in listed
    assert "1 risk is rising" in listed
    assert client.get(reverse("picture:risks") + "?format=csv").status_code == 200


def test_a_risk_of_a_narrower_circle_is_chosen_on_the_form() -> None:
    circle = make.narrow("Team", pol=2)
    client = browser("pol")
    assert "Team" in read(client, reverse("picture:add_risk"))
    client.post(reverse("picture:add_risk"), risk_given(readers=str(circle)))
    as_("pol")
    assert Risk.objects.get().circle_id == circle
    assert "Hostile crowd" not in read(browser("tia"), reverse("picture:risks"))


def test_translations_have_a_field_for_each_language_of_the_partnership(monkeypatch) -> None:
    monkeypatch.setattr("plait.picture.words.languages", lambda row=None: ["en", "de"])
    client = browser("rowan")
    assert "German" in read(client, reverse("picture:add_risk"))
    client.post(reverse("picture:add_risk"), risk_given(translation_de="Das darf man lesen.", translation_en="ignored"))
    as_("rowan")
    row = Risk.objects.get()
    assert row.translations == {"de": "Das darf man lesen."}
    assert "Das darf man lesen." in read(client, page("change_risk", row))


def test_withdrawing_a_risk_asks_first_and_can_be_undone() -> None:
    row = make.risk(title="Hostile crowd")
    client = browser("rowan")
    assert "Withdraw this risk?" in read(client, page("withdraw_risk", row))
    assert client.post(page("withdraw_risk", row), {"version": 1, "why": "Wrong"}).status_code == 303
    assert "Hostile crowd" not in read(client, reverse("picture:risks"))
    assert "Hostile crowd" in read(client, reverse("picture:risks") + "?show=withdrawn")
    assert "Wrong" in read(client, row.get_absolute_url())
    assert client.post(page("bring_back_risk", row), {"version": 2}).status_code == 303
    assert "Hostile crowd" in read(client, reverse("picture:risks"))


def test_the_page_that_asks_says_that_the_public_loses_it_too() -> None:
    row = make.risk(public_text="The public may read this.")
    asked = read(browser("rowan"), page("withdraw_risk", row))
    assert "The public pages lose it now" not in asked
    from plait.kernel import release

    made = release.prepare(
        as_("rowan"), circle=row.circle_id, target=access.public_circle(), title="One", records=[("risk", row.id)]
    )
    release.release_now(as_("pat"), id=made, circle=row.circle_id, seen=release.Release.objects.get(id=made).sha256)
    assert "The public pages lose it now" in read(browser("rowan"), page("withdraw_risk", row))


def test_risks_of_another_pack_are_listed_and_stand_in_no_cell(monkeypatch) -> None:
    from plait.packs import current

    make.risk()
    pack = current()
    monkeypatch.setattr("plait.picture.views.risks.band_of", lambda *_a: None)
    assert "No risk has been placed yet" in read(browser("tia"), reverse("picture:risks"))
    assert pack.matrix.bands


def test_the_matrix_says_what_the_board_discusses_first() -> None:
    make.risk(title="Hostile crowd")
    assert "(High): R1 Hostile crowd" in read(browser("tia"), reverse("picture:risks"))
    for _n in range(3):
        make.risk(title="Another")
    assert "The board discusses 4 first (High), among them R1 Hostile crowd;" in read(browser("tia"), reverse("picture:risks"))


def test_cause_event_and_consequence_written_as_one_sentence_open_the_page() -> None:
    row = make.risk(cause="A false rumour", event="brings a crowd", consequence="so that people are afraid.")
    assert "A false rumour brings a crowd so that people are afraid." in read(browser("tia"), row.get_absolute_url())


def test_a_language_that_nobody_has_named_is_called_by_its_code() -> None:
    from plait.frame.forms import language_name

    assert (language_name("de"), language_name("tlh")) == ("German", "tlh")


def test_evidence_is_linked_to_a_risk_and_the_link_removed() -> None:
    row, item = make.risk(), make.evidence("tia", title="Stickers")
    client = browser("tia")
    assert "Stickers" in read(client, page("link_evidence", row))
    chosen = {"evidence": f"{item.circle_id}.{item.id}"}
    assert client.post(page("link_evidence", row), chosen).status_code == 303
    assert "behind the risk already" in client.post(page("link_evidence", row), chosen).content.decode()
    assert client.post(page("link_evidence", row), {"evidence": "nonsense"}).status_code == 404
    assert "You see 1 item." in read(client, row.get_absolute_url())
    assert row.code in read(client, item.get_absolute_url())
    as_("tia")
    made = RiskEvidence.objects.get()
    assert browser("pol").get(page("unlink_evidence", made)).status_code == 403
    assert "Remove this link?" in read(client, page("unlink_evidence", made))
    assert client.post(page("unlink_evidence", made)).status_code == 303
    assert "Nothing that you may see stands behind it" in read(client, row.get_absolute_url())


MASK = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|[0-9]+(\.[0-9]+)? ms')


def test_narrower_evidence_behind_a_risk_changes_no_byte_for_those_outside() -> None:
    row = make.risk()
    client = browser("rowan")
    addresses = [
        row.get_absolute_url(),
        reverse("picture:risks"),
        reverse("picture:evidence_list"),
        page("link_evidence", row),
        reverse("picture:risks") + "?format=csv",
    ]
    before = [MASK.sub("", read(client, a)) for a in addresses]
    item = make.evidence("pol", make.narrow("Team", pol=3, tia=2), title="PLANTED")
    actions.link_evidence(as_("pol"), risk=(row.circle_id, row.id), evidence=(item.circle_id, item.id))
    assert [MASK.sub("", read(client, a)) for a in addresses] == before
    assert client.get(item.get_absolute_url()).status_code == 404
    inside = read(browser("pol"), row.get_absolute_url())
    assert "PLANTED" in inside
    assert "Only for Team" in inside
    assert "TLP:AMBER" in inside
    assert "PLANTED" not in browser("pol").get(reverse("picture:risks") + "?format=csv").content.decode()


# ---- assessments ------------------------------------------------------------------------------------------------


def test_a_picture_goes_from_draft_to_agreed_by_the_pages_alone() -> None:
    make.risk(public_text="The public may read this.")
    rowan, tia, bea = browser("rowan"), browser("tia"), browser("bea")
    assert "No picture has been begun" in read(rowan, reverse("picture:assessments"))
    assert rowan.get(reverse("picture:start_assessment")).status_code == 200
    given = {"title": "Picture of the year", "public_text": "Several dangers meet.", "method": "", "lang": "en"}
    assert rowan.post(reverse("picture:start_assessment"), given).status_code == 303
    as_("rowan")
    row = Assessment.objects.get()
    assert tia.get(page("comment", row)).status_code == 403  # a draft is not commented on
    assert rowan.get(page("edit_assessment", row)).status_code == 200
    assert rowan.post(page("edit_assessment", row), given | {"method": "Partners judged.", "version": 1}).status_code == 303
    assert rowan.get(page("open_comments", row)).status_code == 200
    until = (words.today(as_("rowan")) + timedelta(days=14)).isoformat()
    assert rowan.post(page("open_comments", row), {"version": 2, "until": until}).status_code == 303

    question = read(tia, page("comment", row))
    assert "Hostile crowd" in question  # what the question is about stands below it
    assert tia.post(page("comment", row), {"text": "", "stance": "change", "seen": ""}).status_code == 200
    assert (
        tia.post(page("comment", row), {"text": "Girls are harmed first.", "stance": "change", "seen": "x" * 64}).status_code
        == 303
    )
    as_("rowan")
    said = AssessmentComment.objects.get()
    assert rowan.get(page("answer_comment", said)).status_code == 200
    assert rowan.post(page("answer_comment", said), {"version": 1, "answer": "It says so now."}).status_code == 303
    both = read(tia, row.get_absolute_url())
    assert "Girls are harmed first." in both
    assert "It says so now." in both

    assert "too few" in read(bea, page("agree", row))
    for name, given in (
        ("bea", {"position": "agree"}),
        ("bo", {"position": "agree"}),
        ("ben", {"position": "dissent", "words": "I would write low."}),
    ):
        client = browser(name)
        seen = re.search(r'name="seen" value="([0-9a-f]{64})"', read(client, page("position", row)))[1]  # type: ignore[index]
        if name == "ben":
            assert (
                "Say what you dissent from"
                in client.post(page("position", row), given | {"seen": seen, "words": ""}).content.decode()
            )
        assert client.post(page("position", row), given | {"seen": seen}).status_code == 303
    assert "3 of 3 have taken a position" in read(tia, row.get_absolute_url())
    assert "Change your position" in read(bea, row.get_absolute_url())
    shown = read(bea, page("agree", row))
    assert "What happens when you record it" in shown
    seen = re.search(r'name="seen" value="([0-9a-f]{64})"', shown)[1]  # type: ignore[index]
    version = re.search(r'name="version" value="(\d+)"', shown)[1]  # type: ignore[index]
    assert bea.post(page("agree", row), {"version": version, "seen": seen, "agreed_on": "", "note": ""}).status_code == 200
    done = bea.post(
        page("agree", row),
        {"version": version, "seen": seen, "agreed_on": words.today(as_("bea")).isoformat(), "note": "In the town hall."},
    )
    assert done.status_code == 303

    agreed = read(tia, row.get_absolute_url())
    for words_ in (
        "The board agreed it",
        "Agreeing: 2, dissenting: 1, abstaining: 0.",
        "I would write low.",
        "It fits",
        "In the town hall.",
        "Nobody on the board was silent.",
    ):
        assert words_ in agreed
    file = tia.get(page("assessment_text", row))
    as_("tia")
    assert hashlib.sha256(file.content).hexdigest() == Assessment.objects.get().sha256
    assert "TLP-GREEN" in file["Content-Disposition"]
    assert rowan.get(page("edit_assessment", row)).status_code == 403
    as_("tia")
    assert Position.objects.count() == 3


def test_a_text_that_does_not_fit_its_hash_is_said_to_be_so(monkeypatch) -> None:
    make.risk()
    row = make.agreed()
    monkeypatch.setattr("plait.picture.frozen.fits", lambda _row: False)
    assert "does not fit the hash" in read(browser("tia"), row.get_absolute_url())


def test_a_draft_has_no_text_to_take_along() -> None:
    assert browser("rowan").get(page("assessment_text", make.draft())).status_code == 404


def test_a_text_that_changed_under_the_reader_is_read_again_and_the_words_are_kept() -> None:
    of = make.risk()
    row = make.commenting()
    client = browser("bo")
    seen = queries.text_now(row)[1]
    actions.change_risk(
        as_("rowan"), id=of.id, circle=of.circle_id, version=1, **(make.RISK | {"code": "R1", "likelihood": "unlikely"})
    )
    answer = html.unescape(
        client.post(page("position", row), {"position": "abstain", "words": "Not sure yet", "seen": seen}).content.decode()
    )
    assert "The text changed after you opened the page" in answer
    assert "Not sure yet" in answer
    again = re.search(r'name="seen" value="([0-9a-f]{64})"', answer)[1]  # type: ignore[index]
    assert again != seen
    assert client.post(page("position", row), {"position": "abstain", "words": "Not sure yet", "seen": again}).status_code == 303


def test_a_position_on_an_earlier_text_is_said_to_wait() -> None:
    of = make.risk()
    row = make.commenting()
    make.voice(row, "bo")
    actions.change_risk(
        as_("rowan"), id=of.id, circle=of.circle_id, version=1, **(make.RISK | {"code": "R1", "likelihood": "unlikely"})
    )
    said = read(browser("bea"), row.get_absolute_url())
    assert "The text changed after these positions were taken" in said
    assert "0 of 3 have taken a position" in said


def test_it_is_taken_back_and_withdrawn_and_both_ask_first() -> None:
    make.risk()
    row = make.commenting()
    client = browser("rowan")
    assert "Take it back to draft?" in read(client, page("take_back", row))
    assert client.post(page("take_back", row), {"version": 2}).status_code == 303
    assert "Withdraw this draft?" in read(client, page("withdraw_assessment", row))
    assert client.post(page("withdraw_assessment", row), {"version": 3}).status_code == 303
    assert "Withdrawn" in read(client, row.get_absolute_url())
    assert "Begin a new picture" in read(client, reverse("picture:assessments"))


def test_two_versions_side_by_side_say_what_moved() -> None:
    of = make.risk(title="Hostile crowd")
    gone = make.risk(title="Old danger")
    first = make.agreed()
    actions.change_risk(
        as_("rowan"),
        id=of.id,
        circle=of.circle_id,
        version=1,
        **(make.RISK | {"code": "R1", "likelihood": "unlikely", "why": "Fewer say so."}),
    )
    actions.withdraw_risk(as_("rowan"), id=gone.id, circle=gone.circle_id, version=1, why="Over")
    make.risk(title="New danger")
    second = make.draft(public_text="Fewer dangers meet in the town.", method="Asked again.")
    client = browser("tia")
    said = read(client, page("compare", second, other=first.id))
    for words_ in (
        "1 risk was judged otherwise",
        "Likely to Unlikely",
        "New danger",
        "Old danger",
        "Fewer say so.",
        "Asked again.",
    ):
        assert words_ in re.sub(r"<[^>]+>", "", said) or words_ in said
    assert "What moved since" in read(client, second.get_absolute_url())
    assert "No judgement" in read(client, page("compare", first, other=first.id))
    actions.withdraw_assessment(as_("rowan"), id=second.id, circle=second.circle_id, version=1)
    assert client.get(page("compare", second, other=first.id)).status_code == 404


def test_steps_are_hidden_from_those_who_may_not_take_them() -> None:
    make.risk()
    row = make.commenting()
    for name, may in (
        ("tia", {"comment"}),
        ("bo", {"comment", "position"}),
        ("bea", {"comment", "position", "agree"}),
        ("dora", set()),
        ("rowan", {"comment"}),
    ):
        said = read(browser(name), row.get_absolute_url())
        for step in ("comment", "position", "agree"):
            assert (f'href="{page(step, row)}"' in said) is (step in may), (name, step)


def test_nothing_of_the_picture_is_there_for_dee() -> None:
    of, item = make.risk(), make.evidence()
    row = make.agreed()
    client = browser("dee")
    for address in (
        of.get_absolute_url(),
        item.get_absolute_url(),
        row.get_absolute_url(),
        page("assessment_text", row),
        reverse("picture:risks"),
        reverse("picture:evidence_list"),
    ):
        assert client.get(address).status_code == 404
