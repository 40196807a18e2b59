"""Reading a folder: the same actions, done by whoever may; what is wrong names file, line and remedy."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from plait.frame.folder import Folder, Problem
from plait.kernel import access
from plait.partners import loading
from plait.partners.models import About, Gap, Group, GroupMember, Membership, Organisation, Person
from plait.partners.tests import make
from tests.people import CAST, announced, as_, asker, email, person

pytestmark = pytest.mark.django_db

HEAD = """
coordinator: rowan
chair: bea
lang: en
about: We prevent together.
focus: [To listen., To act.]
contact: {name: The office, email: office@example.org}
translations: {de: Wir beugen vor.}
"""
ORGANISATIONS = """
- key: hall
  name: Weavers' Hall
  type: civil_society
  duty: voluntary
  sectors: [civil_society, faith]
  identifiers: {ror: "https://ror.org/03vek6s52", charity: 1081124}
  contact: {web: "https://example.org"}
  area: town
  listed: [public]
  agreed_by: pol
  agreed_on: -5d
  joined: -90d
  role: Opens its doors.
  translations: {de: Steht offen.}
- key: gone
  name: Gone
  type: network
  sectors: [youth]
  joined: -90d
  left: -9d
"""
PEOPLE = f"""key,name,email,organisation,role,starts,ends,offices,seat,demo,demo_label
rowan,Rowan,{email("rowan")},hall,Coordinator,-30d,,coordinator,steward,,
bea,Bea,{email("bea")},hall,Chair,-30d,,board_chair,contributor,,
pol,Pol,{email("pol")},hall,Warden,-30d,,,contributor,,
ben,Ben,{email("ben")},hall,Before,-30d,-3d,,contributor,,
dee,Dee,{email("dee")},,,,,,,,
tia,Tia,{email("tia")},,,,,,reader,,
cal,Cal,{email("cal")},hall,Runs the machine,-30d,,administrator,,,
"""
GROUPS = """
- key: board
  name: Board
  kind: board
  chair: bea
  members: [pol, rowan]
  starts: -20d
  purpose: Decides.
- key: team
  name: Team
  kind: coordinating
  chair: rowan
  members: [pol]
  purpose: Prepares.
- key: empty
  name: Empty
  kind: panel
  purpose: Waits.
"""
GAPS = """
- key: women
  stakeholder: women
  why: They know.
  next_step: Ask.
  state: open
  lead: pol
- key: faith
  stakeholder: faith
  why: More.
  state: in_dialogue
- key: youth
  stakeholder: youth
  why: None.
  state: open
  widen: true
"""


def folder(path: Path, **changed: str) -> Folder:
    files = {
        "partnership.yaml": HEAD,
        "organisations.yaml": ORGANISATIONS,
        "people.csv": PEOPLE,
        "groups.yaml": GROUPS,
        "gaps.yaml": GAPS,
    }
    for name, text in files.items():
        (path / name).write_text(changed.get(name.partition(".")[0], text), encoding="utf-8")
    as_("rowan")
    made = Folder(path, default_person="rowan")
    for name in CAST:
        made.people[name] = partial(announced, asker(name))
        made.loaded["account", name] = (person(name).id, person(name).id)
    return made


def test_a_folder_becomes_organisations_people_groups_and_gaps(tmp_path: Path) -> None:
    made = folder(tmp_path)
    loading.load(made)
    as_("rowan")
    about = About.objects.get()
    assert (about.focus, about.translations, about.contact_name) == (
        "To listen.\nTo act.",
        {"de": "Wir beugen vor."},
        "The office",
    )
    hall, gone = Organisation.objects.order_by("-name")
    assert (hall.agreed_by, hall.ror, hall.charity_number, hall.sectors) == (
        person("pol").name,
        "https://ror.org/03vek6s52",
        "1081124",
        ["civil_society", "faith"],
    )
    assert gone.left == make.days(-9)
    assert Membership.objects.count() == 5
    assert not Person.objects.filter(account_id=person("dee").id).exists()
    assert Person.objects.filter(account_id=person("tia").id).exists()
    assert {g.stakeholder: g.widen for g in Gap.objects.all()} == {"women": False, "faith": True, "youth": True}
    assert ("gap", "women") in made.loaded
    assert ("organisation", "hall") in made.loaded
    assert ("person", "pol") in made.loaded
    assert ("group", "board") in made.loaded


def test_whoever_keeps_the_register_is_seated_by_others(tmp_path: Path) -> None:
    loading.load(folder(tmp_path))
    rowan = as_("rowan")
    hall = Organisation.objects.get(name="Weavers' Hall")
    board, team = Group.objects.get(name="Board"), Group.objects.get(name="Team")
    assert [s.given_by for s in access.why(rowan, hall.own_circle_id)] == [person("bea").name]
    for group, level in ((team, 3), (board, 2)):
        seats = [(s.level, s.given_by) for s in access.why(rowan, group.own_circle_id) if s.source != "office"]
        assert seats == [(level, person("bea").name)]
    assert GroupMember.objects.filter(group_id=board.id).count() == 2
    assert [s.source for s in access.why(as_("rowan"), hall.circle_id)] == ["office"]
    assert [s.source for s in access.why(as_("pol"), hall.own_circle_id)] == ["membership"]


def test_whoever_runs_the_machine_or_is_gone_sits_nowhere(tmp_path: Path) -> None:
    loading.load(folder(tmp_path))
    as_("rowan")
    hall = Organisation.objects.get(name="Weavers' Hall")
    for name in ("cal", "ben", "dee", "tia"):
        assert hall.own_circle_id not in make.circles(name)


@pytest.mark.parametrize(
    ("file", "was", "put", "said"),
    [
        ("partnership", "email:", "mail:", "partnership.yaml, line 7: 'mail' is not known in 'contact'"),
        ("organisations", "ror:", "xor:", "organisations.yaml, line 7: 'xor' is not known in 'identifiers'"),
        ("organisations", "03vek6s52", "03vek6s53", "organisations.yaml, line 2"),
        ("organisations", "web:", "fax:", "organisations.yaml, line 8: 'fax' is not known in 'contact'"),
        ("organisations", "type: network", "type: guild", "organisations.yaml, line 18: 'guild' is not known as 'type'"),
        ("organisations", "agreed_by: pol", "agreed_by: nobody", "organisations.yaml, line 11: There is no account"),
        ("organisations", "area: town", "area: moon", "organisations.yaml, line 9: 'moon' is not known as 'area'"),
        ("organisations", "role:", "rule:", "'rule' is not known here"),
        ("people", ",hall,Warden", ",guild,Warden", "people.csv, line 4: There is no organisation"),
        ("people", "reader", "looker", "people.csv, line 7: 'looker' is not known as 'seat'"),
        ("groups", "[pol, rowan]", "[pol, dee]", "groups.yaml, line 6: There is no person"),
        ("groups", "kind: panel", "kind: guild", "'guild' is not known as 'kind'"),
        ("gaps", "stakeholder: women", "stakeholder: guild", "gaps.yaml, line 3: 'guild' is not known as 'stakeholder'"),
        ("gaps", "lead: pol", "lead: dee", "gaps.yaml, line 7: There is no person"),
        ("gaps", "key: youth", "kay: youth", "'kay' is not known here"),
    ],
)  # fmt: skip
def test_what_is_wrong_names_file_line_and_remedy(tmp_path: Path, file: str, was: str, put: str, said: str) -> None:
    text = {"partnership": HEAD, "organisations": ORGANISATIONS, "people": PEOPLE, "groups": GROUPS, "gaps": GAPS}[file]
    assert was in text
    with pytest.raises(Problem) as problem:
        loading.load(folder(tmp_path, **{file: text.replace(was, put, 1)}))
    assert said in str(problem.value)


def test_a_group_without_chair_is_not_entered_by_one_of_its_members(tmp_path: Path) -> None:
    with pytest.raises(Problem) as problem:
        loading.load(folder(tmp_path, groups="- {key: g, name: G, kind: board, purpose: P, members: [rowan]}\n"))
    assert "name a chair" in str(problem.value)


def test_a_group_that_nobody_may_set_up_for_its_chair_is_refused(tmp_path: Path) -> None:
    made = folder(tmp_path, groups="- {key: g, name: G, kind: board, purpose: P, chair: rowan}\n")
    made.people.pop("bea")
    (tmp_path / "people.csv").write_text(PEOPLE.replace("bea,Bea", "bo,Bo").replace(email("bea"), email("bo")))
    (tmp_path / "partnership.yaml").write_text(HEAD.replace("chair: bea", "chair: bo"))
    with pytest.raises(Problem) as problem:
        loading.load(made)
    assert "'rowan' cannot seat themself" in str(problem.value)
