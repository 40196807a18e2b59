"""What of the picture would leave: nothing of the working fields, and of an assessment only what the board agreed."""

from __future__ import annotations

import json

import pytest

from plait.kernel import release
from plait.kernel.access import public_circle
from plait.picture import actions, queries
from plait.picture.outside import assessment_public, risk_public
from plait.picture.tests import make
from tests.people import as_, partnership

pytestmark = pytest.mark.django_db


def test_a_risk_leaves_with_its_public_text_and_judgement_and_nothing_else():
    secret = {n: f"PLANTED {n}" for n in ("cause", "event", "consequence", "harmed", "measures", "why")}
    row = make.risk(public_text="The public may read this.", translations={"de": "Das darf man lesen."}, **secret)
    made = release.item("risk", row)
    assert "PLANTED" not in json.dumps(made)
    assert made["payload"]["likelihood"] == {"vocabulary": "likelihood", "key": "likely"}
    assert made["payload"]["translations"] == {"de": "Das darf man lesen."}
    assert release.KINDS["risk"].page(row) == row.get_absolute_url()


def test_a_risk_without_public_text_or_withdrawn_does_not_leave():
    assert risk_public(make.risk()) is None
    row = make.risk(public_text="The public may read this.")
    gone = actions.withdraw_risk(as_("rowan"), id=row.id, circle=row.circle_id, version=1, why="x")
    assert risk_public(gone) is None


def dissenting(**said):
    make.risk(public_text="The public may read this.", why="PLANTED")
    make.risk(title="PLANTED inside")
    row = make.commenting(**said)
    make.voice(row, "bea")
    make.voice(row, "bo")
    make.voice(row, "ben", "dissent", "I would write low.")
    asks = make.by("bea")
    return actions.agree_assessment(asks, id=row.id, circle=row.circle_id, version=None, agreed_on=queries.words.today(asks))


def test_an_assessment_leaves_as_it_was_agreed_with_dissent_in_words_and_no_persons_name():
    row = dissenting()
    made = assessment_public(row)
    assert "PLANTED" not in json.dumps(made)
    assert "Brown" not in json.dumps(made)
    assert made["dissent"] == [{"words": "I would write low.", "lang": "en"}]
    assert [r["code"] for r in made["risks"]] == ["R1"]
    assert (made["year"], made["number"], made["agreed_on"]) == (row.year, 1, row.agreed_on.isoformat())


def test_an_organisation_that_agreed_to_be_listed_stands_beside_its_dissent():
    from plait.kernel.acting import verb
    from plait.partners.models import Membership, Person
    from tests.people import person

    org = make.organisation("Listed Trust", "public")
    rowan = as_("rowan")
    with verb("tests.person"):
        who = Person(circle_id=partnership().id, name="Ben", account_id=person("ben").id)
        who.save(force_insert=True)
        Membership(circle_id=partnership().id, person=who, organisation=org, starts="2020-01-01").save(force_insert=True)
    del rowan
    assert assessment_public(dissenting())["dissent"] == [
        {"words": "I would write low.", "lang": "en", "organisation": "Listed Trust"}
    ]


def test_a_draft_and_a_text_that_does_not_fit_its_hash_do_not_leave():
    make.risk()
    assert assessment_public(make.draft()) is None


def test_a_tampered_text_does_not_leave():
    row = dissenting()
    assert assessment_public(row) is not None
    row.frozen = row.frozen.replace("Several", "Few")
    assert assessment_public(row) is None


def test_a_risk_withdrawn_after_the_decision_leaves_the_public_table_and_stays_in_the_agreed_bytes():
    row = dissenting()
    of = next(r for r in queries.live(row.circle_id) if r.code == "R1")
    gone = actions.withdraw_risk(as_("rowan"), id=of.id, circle=of.circle_id, version=of.version, why="x")
    assert assessment_public(row)["risks"] == [{"record": str(of.id), "withdrawn_on": gone.withdrawn_on.isoformat()}]
    assert '"R1"' in row.frozen


def _released(row, *records):
    made = release.prepare(
        as_("rowan"), circle=row.circle_id, target=public_circle(), title="Picture", records=[("assessment", row.id), *records]
    )
    release.release_now(
        as_("pat"), id=made, circle=row.circle_id, seen=release.Release.objects.values_list("sha256", flat=True).get(id=made)
    )


@pytest.mark.parametrize("by_itself", [True, False])
def test_withdrawing_a_risk_takes_its_line_out_of_every_public_copy_of_the_agreed_picture(by_itself):
    """Also of earlier copies, and whether or not the risk was ever released by itself."""
    make.risk(title="Another that stays", public_text="It stays.")
    row = dissenting()
    of = next(r for r in queries.live(row.circle_id) if r.title != "Another that stays" and r.public_text)
    records = [("risk", of.id)] if by_itself else []
    _released(row, *records)
    _released(row, *records)
    standing = release.Published.objects.filter(kind="assessment")
    assert standing.count() == 2 and all(of.title in str(copy.payload) for copy in standing)
    gone = actions.withdraw_risk(as_("rowan"), id=of.id, circle=of.circle_id, version=of.version, why="x")
    for copy in standing.all():
        assert {"record": str(of.id), "withdrawn_on": gone.withdrawn_on.isoformat()} in copy.payload["risks"]
        assert of.title not in str(copy.payload) and "Another that stays" in str(copy.payload)
    assert not release.Published.objects.filter(kind="risk").exists()
    assert release.outside(as_("rowan"), "assessment", row).state == "same"


def test_a_line_that_left_before_lines_named_their_record_goes_by_its_code(monkeypatch):
    from plait.picture import outside

    line = outside._line
    monkeypatch.setattr(outside, "_line", lambda *given: {n: v for n, v in line(*given).items() if n != "record"})
    make.risk(title="Another that stays", public_text="It stays.")
    row = dissenting()
    of = next(r for r in queries.live(row.circle_id) if r.title != "Another that stays" and r.public_text)
    _released(row, ("risk", of.id))
    actions.withdraw_risk(as_("rowan"), id=of.id, circle=of.circle_id, version=of.version, why="x")
    lines = release.Published.objects.get(kind="assessment").payload["risks"]
    assert of.title not in str(lines) and "Another that stays" in str(lines) and len(lines) == 2


def test_both_can_be_released_by_two_people():
    row = dissenting()
    of = next(r for r in queries.live(row.circle_id) if r.code == "R1")
    made = release.prepare(
        as_("rowan"),
        circle=row.circle_id,
        target=public_circle(),
        title="Picture",
        records=[("assessment", row.id), ("risk", of.id)],
    )
    sha = release.Release.objects.get(id=made).sha256
    assert release.release_now(as_("pat"), id=made, circle=row.circle_id, seen=sha).sha256 == sha
