"""The folder's evidence, risks and assessments become rows through the same actions, and what is wrong names file, line and remedy."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from plait.frame.folder import Folder, Problem
from plait.partners.models import Organisation
from plait.picture import loading
from plait.picture.models import Assessment, AssessmentComment, Evidence, Position, Risk, RiskEvidence
from plait.picture.tests import make
from tests.people import CAST, as_, partnership, person

pytestmark = pytest.mark.django_db

PARTNERSHIP = "name: T\ncoordinator: rowan\nchair: bea\n"
EVIDENCE = """
- {key: e1, title: Stickers, what: Seen at three stops, happened_on: -30d, place: town, how: saw, sure: sure, kind: incident, themes: [hate_crime], by: tia}
- {key: e2, title: Heard, what: Told to staff, happened_on: -20d, place: town, how: told, sure: unsure, themes: [hate_crime], circle: "organisation:police", by: pol}
"""
CSV = "key,title,what,happened_on,place,how,sure,themes,lang,circle,by\ne3,Gelesen,Ein Blatt,-5d,town,read,fairly,hate_crime;online,de,group:team,tia\n"
RISKS = """
- {key: r1, code: R1, position: 1, title: Crowd, family: target, themes: [hate_crime], likelihood: likely, impact: severe, confidence: moderate, trend: rising,
   why: Three say so, lead: police, text: The public may read this, translations: {de: Das darf man lesen}, evidence: [e1], measures: Talks, cause: A rumour}
- {key: r2, code: R2, title: Distrust, family: target, themes: [trust], likelihood: unlikely, impact: serious, confidence: low, trend: steady, why: Few say so, by: rowan}
"""
PICTURES = """
- key: last
  year: 2025
  title: The year before
  state: agreed
  agreed_on: -330d
  risks: [r1]
  judged: {r1: {likelihood: unlikely, trend: steady, why: We thought so then}}
  summary: One danger.
  comments:
    - {by: tia, stance: change, text: Say who is harmed., answer: It says so now.}
    - {by: pol, stance: support, text: Good.}
  voices:
    - {by: bea, position: agree}
    - {by: bo, position: agree}
    - {by: ben, position: dissent, words: Too sure.}
- key: next
  year: today
  title: New draft
  state: commenting
  summary: Two dangers.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    org = make.organisation("Police")
    team = make.narrow("Team", tia=2)
    made = Folder(tmp_path, default_person="rowan")
    made.people = {name: partial(as_, name) for name in CAST if name != "dee"}
    made.loaded["organisation", "police"] = (org.id, org.circle_id)
    give(tmp_path, partnership=PARTNERSHIP, evidence=EVIDENCE, risks=RISKS, assessments=PICTURES)
    (tmp_path / "evidence.csv").write_text(CSV)
    _seat(org, team, made)
    return made


def _seat(org: Organisation, team, made: Folder) -> None:
    from plait.kernel import access
    from plait.kernel.acting import verb
    from plait.partners.models import Group

    rowan = as_("rowan")
    with verb("tests.seat"):
        access.give_seat(rowan, account=person("pol").id, circle=org.own_circle_id, level=2, reason="for the tests")
        group = Group(circle_id=partnership().id, name="Team", kind="coordinating", starts="2026-01-01", own_circle_id=team)
        group.save(force_insert=True)
    made.loaded["group", "team"] = (group.id, group.circle_id)


def give(path: Path, **files: str) -> None:
    for stem, text in files.items():
        (path / f"{stem}.yaml").write_text(text)


def test_evidence_risks_and_pictures_are_lived_through_in_order(folder):
    loading.load(folder)
    as_("rowan")
    assert set(Evidence.objects.values_list("title", flat=True)) == {"Stickers"}
    as_("pol")
    assert set(Evidence.objects.values_list("title", flat=True)) == {"Stickers", "Heard"}
    as_("tia")
    row = Evidence.objects.get(title="Gelesen")
    assert (row.lang, row.themes, row.code) == ("de", ["hate_crime", "online"], "F3")
    last, new = Assessment.objects.order_by("made_at", "year")
    assert (last.state, last.version_name, new.state, new.follows_id) == ("agreed", "2025.1", "commenting", last.id)
    text = json.loads(last.frozen)
    assert [(r["code"], r["likelihood"]["key"], r["why"]) for r in text["risks"]] == [("R1", "unlikely", "We thought so then")]
    assert Risk.objects.get(code="R1").likelihood == "likely"
    assert Risk.objects.get(code="R2").made_by_id == person("rowan").id
    assert RiskEvidence.objects.count() == 1
    assert list(AssessmentComment.objects.order_by("answer").values_list("answer", flat=True)) == ["", "It says so now."]
    assert {p.position for p in Position.objects.all()} == {"agree", "dissent"}
    assert set(folder.loaded) >= {("evidence", "e2"), ("risk", "r2"), ("assessment", "next")}


def test_a_draft_stops_where_it_says(folder):
    give(folder.path, assessments="- {key: d, year: 2026, title: Draft, state: draft, summary: Words}")
    loading.load(folder)
    assert Assessment.objects.get().state == "draft"


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"evidence": EVIDENCE.replace("place: town", "place: mill_lane")}, "not known as 'place'"),
        ({"evidence": EVIDENCE.replace("organisation:police", "everybody")}, "is no circle"),
        ({"evidence": EVIDENCE.replace("organisation:police", "organisation:other")}, "There is no organisation"),
        ({"evidence": EVIDENCE.replace("by: tia", "by: dora")}, "Refused"),
        ({"evidence": EVIDENCE.replace("by: tia", "person: tia")}, "'person' is not known here"),
        ({"risks": RISKS.replace("trend: rising", "trend: up")}, "not known as 'trend'"),
        ({"risks": RISKS.replace("trend: rising,", "")}, "'trend' is missing"),
        ({"risks": RISKS.replace("likelihood: likely", "likelihood: likely, dance: no")}, "'dance' is not known here"),
        (
            {"assessments": PICTURES.replace("{r1: {likelihood: unlikely", "{r9: {likelihood: unlikely")},
            "must be the key of a risk",
        ),
        ({"assessments": PICTURES.replace("likelihood: unlikely", "score: 4")}, "'score' is not known here"),
        ({"assessments": PICTURES.replace("summary: Two dangers.", "summary: Two dangers.\n  risks: [r1]\n")}, "write 'all'"),
        ({"assessments": PICTURES.replace("{by: bo, position: agree}", "{by: bo, position: yes}")}, "not known as 'position'"),
        ({"assessments": PICTURES.replace("stance: change", "stance: shout")}, "not known as 'stance'"),
        ({"assessments": PICTURES.replace("    - {by: bo, position: agree}\n", "")}, "too few"),
        ({"assessments": PICTURES + PICTURES.replace("[r1]", "[r1, r2]").replace("last", "l2").replace("next", "n2")}, "Refused"),
        (
            {
                "assessments": PICTURES.split("- key: next")[0]
                + PICTURES.split("- key: next")[0].replace("[r1]", "[r2]").replace("{r1:", "{r2:").replace("key: last", "key: l2")
            },
            "was in an earlier picture",
        ),
    ],
)
def test_what_is_wrong_names_the_file_and_what_to_do(folder, files, says):
    give(folder.path, **files)
    with pytest.raises(Problem, match=says) as problem:
        loading.load(folder)
    assert next(iter(files)) in problem.value.file
