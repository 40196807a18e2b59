"""What the verbs do, and every refusal beside its twin that succeeds."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from plait.kernel import log, release
from plait.kernel.errors import Conflict, Invalid, NotFound, Refused
from plait.picture import actions, frozen, policies, queries, words
from plait.picture.models import Assessment, Evidence, RiskEvidence
from plait.picture.tests import make
from tests.people import as_, partnership, person

pytestmark = pytest.mark.django_db


def at(row):
    return {"id": row.id, "circle": row.circle_id, "version": row.version}


def whole(row: Evidence, **said):
    names = ("title", "what", "happened_on", "place", "how", "sure", "themes", "names_nobody", "kind", "source", "lang")
    return at(row) | {name: getattr(row, name) for name in names} | said


# ---- evidence ---------------------------------------------------------------------------------------------------


def test_a_teacher_writes_down_what_she_saw_and_the_pack_grades_it():
    row = make.evidence("tia", how="saw", sure="fairly")
    assert (row.code, row.made_by_id, row.title) == (
        "B3",
        person("tia").id,
        "Stickers with a code were put up at three bus stops",
    )
    assert row.keep_until == row.happened_on + timedelta(days=1095)
    assert [e.verb for e in log.history(as_("tia"), "picture_evidence", row.circle_id, row.id)] == ["picture.add_evidence"]


def test_a_long_text_without_a_title_gets_one_cut_between_two_words():
    row = make.evidence(what="word " * 60)
    assert row.title.endswith("word…")
    assert len(row.title) <= 80


def test_a_reader_does_not_write_evidence_and_a_contributor_does():
    with pytest.raises(Refused):
        make.evidence("dora")
    assert make.evidence("tia").id


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("what", ""),
        ("what", "x" * 4001),
        ("what", "a\0b"),
        ("title", "x" * 201),
        ("source", "x" * 301),
        ("happened_on", None),
        ("place", "12 Mill Lane"),
        ("how", "guessed"),
        ("sure", "very"),
        ("kind", "gossip"),
        ("themes", []),
        ("themes", ["people"]),
        ("lang", "not a language"),
        ("names_nobody", False),
    ],
)
def test_what_cannot_stand_is_named_field_by_field(field, said):
    with pytest.raises(Invalid) as error:
        make.evidence(**{field: said})
    assert field in error.value.errors


def test_evidence_from_tomorrow_is_refused_and_from_today_is_not():
    today = words.today(as_("tia"))
    with pytest.raises(Invalid):
        make.evidence(happened_on=today + timedelta(days=1))
    assert make.evidence(happened_on=today).happened_on == today


def test_its_author_corrects_it_and_the_grade_follows_the_plain_answers():
    row = make.evidence("tia")
    changed = actions.change_evidence(as_("tia"), **whole(row, how="told", sure="unsure"))
    assert (changed.code, changed.version) == ("C6", 2)


def test_another_contributor_does_not_correct_it_and_a_steward_does():
    row = make.evidence("tia")
    with pytest.raises(Refused):
        actions.change_evidence(as_("pol"), **whole(row))
    assert actions.change_evidence(as_("rowan"), **whole(row, reliability="A")).code == "A2"


def test_the_second_of_two_people_gets_a_conflict():
    row = make.evidence("tia")
    actions.change_evidence(as_("tia"), **whole(row, title="Hers"))
    with pytest.raises(Conflict) as error:
        actions.change_evidence(as_("rowan"), **whole(row, title="His"))
    assert error.value.row.title == "Hers"


def test_confirmed_needs_a_second_record_by_somebody_else_behind_the_same_risk():
    row, of = make.evidence("tia"), make.risk()
    make.by("tia")
    with pytest.raises(Invalid) as error:
        actions.change_evidence(as_("tia"), **whole(row, credibility="1"))
    assert "credibility" in error.value.errors
    second = make.evidence("pol")
    for item in (row, second):
        actions.link_evidence(as_("rowan"), risk=(of.circle_id, of.id), evidence=(item.circle_id, item.id))
    assert actions.change_evidence(as_("tia"), **whole(row, credibility="1")).code == "B1"


def test_withdrawing_evidence_takes_a_reason_and_can_be_undone():
    row = make.evidence("tia")
    with pytest.raises(Invalid):
        actions.withdraw_evidence(as_("tia"), **at(row), why=" ")
    gone = actions.withdraw_evidence(as_("tia"), **at(row), why="Told twice")
    assert gone.withdrawn_on is not None
    with pytest.raises(Refused):
        actions.change_evidence(as_("tia"), **whole(gone))
    with pytest.raises(Refused):
        actions.withdraw_evidence(as_("tia"), **at(gone), why="again")
    back = actions.bring_back_evidence(as_("tia"), **at(gone))
    assert (back.withdrawn_on, back.withdrawn_why) == (None, "")
    with pytest.raises(Refused):
        actions.bring_back_evidence(as_("tia"), **at(back))


def test_evidence_of_a_circle_that_one_is_not_in_is_not_found():
    row = make.evidence("pol", make.narrow(pol=3, tia=2))
    for who in ("rowan", "dee"):
        with pytest.raises(NotFound):
            actions.withdraw_evidence(as_(who), **at(row), why="x")
    assert actions.withdraw_evidence(as_("pol"), **at(row), why="x").withdrawn_on


# ---- risks ------------------------------------------------------------------------------------------------------


def test_a_risk_gets_the_next_free_code_and_a_second_of_the_same_code_is_refused():
    assert [make.risk().code, make.risk().code] == ["R1", "R2"]
    with pytest.raises(Invalid) as error:
        make.risk(code="R2")
    assert "code" in error.value.errors
    assert make.risk(code="R2a").code == "R2a"


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("title", ""),
        ("why", ""),
        ("family", "x"),
        ("themes", []),
        ("likelihood", "maybe"),
        ("impact", "bad"),
        ("confidence", ""),
        ("trend", "up"),
        ("position", -1),
        ("lang", "?"),
        ("code", "x" * 13),
    ],
)
def test_a_risk_that_cannot_stand_is_named_field_by_field(field, said):
    with pytest.raises(Invalid) as error:
        make.risk(**{field: said})
    assert field in error.value.errors


def test_a_translation_that_is_too_long_is_refused_and_one_that_fits_is_kept():
    with pytest.raises(Invalid) as error:
        make.risk(public_text="A", translations={"de": "x" * 4001})
    assert "public_text" in error.value.errors
    assert make.risk(public_text="A", translations={"de": "B", "fr": " "}).translations == {"de": "B"}


def test_a_risk_is_led_by_an_organisation_of_its_circle():
    org = make.organisation()
    assert make.risk(lead=org.id).lead_id == org.id
    with pytest.raises(Invalid) as error:
        make.risk(lead=partnership().id)
    assert "lead" in error.value.errors


def risk_whole(row, **said):
    names = (
        "code",
        "title",
        "family",
        "themes",
        "likelihood",
        "impact",
        "confidence",
        "trend",
        "why",
        "public_text",
        "lang",
        "translations",
        "position",
    )
    return at(row) | {name: getattr(row, name) for name in names} | said


def test_a_steward_judges_anew_and_another_contributor_does_not():
    row = make.risk()
    with pytest.raises(Refused):
        actions.change_risk(as_("tia"), **risk_whole(row, likelihood="unlikely"))
    assert actions.change_risk(as_("rowan"), **risk_whole(row, likelihood="unlikely")).likelihood == "unlikely"


def test_withdrawing_a_risk_takes_its_public_copy_at_once_and_undoing_does_not_bring_that_back():
    row = make.risk(public_text="The public may read this.")
    target = queries.access.public_circle()
    made = release.prepare(as_("rowan"), circle=row.circle_id, target=target, title="One", records=[("risk", row.id)])
    sha = release.Release.objects.get(id=made).sha256
    release.release_now(as_("pat"), id=made, circle=row.circle_id, seen=sha)
    as_("rowan")
    assert queries.is_public("risk", row.id)
    gone = actions.withdraw_risk(as_("rowan"), **at(row), why="It was wrong")
    assert not queries.is_public("risk", row.id)
    back = actions.bring_back_risk(as_("rowan"), **at(gone))
    assert back.withdrawn_on is None
    assert not queries.is_public("risk", row.id)


def test_an_author_who_may_not_take_off_the_public_pages_cannot_withdraw_what_is_public():
    row = make.risk("tia", public_text="The public may read this.")
    made = release.prepare(
        as_("rowan"), circle=row.circle_id, target=queries.access.public_circle(), title="One", records=[("risk", row.id)]
    )
    release.release_now(as_("pat"), id=made, circle=row.circle_id, seen=release.Release.objects.get(id=made).sha256)
    with pytest.raises(Refused):
        actions.withdraw_risk(as_("tia"), **at(row), why="x")
    assert actions.withdraw_risk(as_("rowan"), **at(row), why="x").withdrawn_on


# ---- links ------------------------------------------------------------------------------------------------------


def link(who, of, item):
    return actions.link_evidence(as_(who), risk=(of.circle_id, of.id), evidence=(item.circle_id, item.id))


def test_a_link_to_narrower_evidence_stands_in_the_narrower_circle_and_leaves_no_trace_outside():
    circle = make.narrow(pol=3, tia=2)
    of, item = make.risk(), make.evidence("pol", circle)
    made = link("tia", of, item)
    assert made.circle_id == circle
    before = queries.risk(as_("rowan"), of.circle_id, of.id).version
    as_("rowan")
    assert queries.evidence_of(of) == []
    assert not RiskEvidence.objects.exists()
    assert before == 1
    as_("pol")
    assert [x.evidence_id for x in queries.evidence_of(of)] == [item.id]


def test_evidence_and_risk_of_two_narrow_circles_are_not_linked_and_of_the_same_are():
    one, two = make.narrow("One", tia=3), make.narrow("Two", tia=3)
    of, other, same = make.risk("tia", one), make.evidence("tia", two), make.evidence("tia", one)
    with pytest.raises(Refused):
        link("tia", of, other)
    assert link("tia", of, same).circle_id == one


def test_partnership_evidence_behind_a_narrow_risk_is_linked_in_the_narrow_circle():
    circle = make.narrow(tia=2)
    of, item = make.risk("tia", circle), make.evidence("pol")
    assert link("tia", of, item).circle_id == circle


def test_the_same_link_twice_is_refused_and_withdrawn_ends_are_not_linked():
    of, item = make.risk(), make.evidence()
    made = link("tia", of, item)
    with pytest.raises(Invalid):
        link("pol", of, item)
    with pytest.raises(Refused):
        actions.unlink_evidence(as_("pol"), id=made.id, circle=made.circle_id)
    actions.unlink_evidence(as_("tia"), id=made.id, circle=made.circle_id)
    with pytest.raises(NotFound):
        actions.unlink_evidence(as_("tia"), id=made.id, circle=made.circle_id)
    actions.withdraw_evidence(as_("tia"), **at(item), why="x")
    with pytest.raises(Refused):
        link("tia", of, item)


def test_a_reader_links_nothing():
    of, item = make.risk(), make.evidence()
    with pytest.raises(Refused):
        link("dora", of, item)


# ---- assessments ------------------------------------------------------------------------------------------------


def test_a_new_draft_takes_the_next_number_of_its_year_and_follows_the_last_agreed():
    make.risk()
    first = make.agreed()
    second = make.draft(year=first.year)
    assert (first.number, second.number, second.follows_id) == (1, 2, first.id)


def test_only_one_picture_is_in_work_at_a_time():
    row = make.draft()
    with pytest.raises(Refused):
        make.draft()
    gone = actions.withdraw_assessment(as_("rowan"), **at(row))
    assert (gone.state, gone.withdrawn_on is not None) == ("withdrawn", True)
    assert make.draft().number == 2


@pytest.mark.parametrize(("field", "said"), [("title", ""), ("public_text", ""), ("year", 12), ("lang", "!")])
def test_a_draft_that_cannot_stand_says_why(field, said):
    with pytest.raises(Invalid) as error:
        make.draft(**{field: said})
    assert field in error.value.errors


def test_a_member_of_the_board_does_not_begin_a_picture_and_the_coordinator_does():
    with pytest.raises(Refused):
        make.draft("bo")
    assert make.draft("rowan").state == "draft"


def test_a_draft_is_edited_and_once_open_for_comment_it_is_not():
    make.risk()
    row = make.draft()
    given = {"title": "Other", "public_text": "Other words", "method": "", "lang": "en", "translations": {"de": "Andere Worte"}}
    changed = actions.edit_assessment(as_("rowan"), **at(row), **given)
    assert changed.translations == {"de": "Andere Worte"}
    opened = actions.open_comments(as_("rowan"), **at(changed), until=words.today(as_("rowan")))
    with pytest.raises(Refused):
        actions.edit_assessment(as_("rowan"), **at(opened), **given)
    back = actions.take_back(as_("rowan"), **at(opened))
    assert actions.edit_assessment(as_("rowan"), **at(back), **given).state == "draft"


def test_comments_are_not_opened_on_nothing_nor_until_yesterday():
    row = make.draft()
    today = words.today(as_("rowan"))
    with pytest.raises(Invalid):
        actions.open_comments(as_("rowan"), **at(row), until=today)
    make.risk()
    with pytest.raises(Invalid):
        actions.open_comments(as_("rowan"), **at(row), until=today - timedelta(days=1))
    assert actions.open_comments(as_("rowan"), **at(row), until=today).state == "commenting"


def test_a_partner_comments_and_the_coordinator_answers():
    make.risk()
    row = make.commenting()
    with pytest.raises(Invalid):
        actions.comment(as_("tia"), id=row.id, circle=row.circle_id, stance="support", text="")
    with pytest.raises(Refused):
        actions.comment(as_("dora"), id=row.id, circle=row.circle_id, stance="support", text="Good")
    said = actions.comment(as_("tia"), id=row.id, circle=row.circle_id, stance="change", text="Girls are harmed first.")
    assert said.text_sha256 == queries.text_now(row)[1]
    with pytest.raises(Refused):
        actions.answer_comment(as_("bea"), **at(said), answer="Yes")
    with pytest.raises(Invalid):
        actions.answer_comment(as_("rowan"), **at(said), answer="")
    assert actions.answer_comment(as_("rowan"), **at(said), answer="It says so now.").answer == "It says so now."


def test_a_comment_on_a_draft_is_too_early():
    row = make.draft()
    with pytest.raises(Refused):
        actions.comment(as_("tia"), id=row.id, circle=row.circle_id, stance="support", text="Good")


def test_dissent_needs_words_and_a_position_may_be_changed_until_it_is_agreed():
    make.risk()
    row = make.commenting()
    with pytest.raises(Invalid):
        make.voice(row, "bo", "dissent")
    first = make.voice(row, "bo", "dissent", "Too sure of it.")
    second = make.voice(row, "bo", "abstain")
    assert (first.id, second.version, second.position) == (second.id, 2, "abstain")
    with pytest.raises(Refused):
        make.voice(row, "tia")


def test_a_position_is_taken_on_the_text_that_was_read():
    of = make.risk()
    row = make.commenting()
    sha = queries.text_now(row)[1]
    assert make.voice(row, "bo", seen=sha).text_sha256 == sha
    actions.change_risk(as_("rowan"), **risk_whole(of, likelihood="unlikely"))
    with pytest.raises(Invalid):
        make.voice(row, "ben", seen=sha)
    make.voice(row, "ben")
    on = words.today(as_("bea"))
    board = queries.board(as_("bea"), row, queries.text_now(row)[1], on)
    assert [p.name for p in board.stale] == [person("bo").name]
    assert [p.name for p in board.positions] == [person("ben").name]
    assert set(board.silent) == {person("bea").name, person("bo").name}


def agree(row, who="bea", **said):
    asks = as_(who)
    return actions.agree_assessment(
        asks, **({"id": row.id, "circle": row.circle_id, "version": None, "agreed_on": words.today(asks)} | said)
    )


def test_without_a_quorum_nothing_is_agreed_and_with_it_it_is():
    make.risk()
    row = make.commenting()
    make.voice(row, "bea")
    make.voice(row, "bo")
    with pytest.raises(Refused, match="too few"):
        agree(row)
    make.voice(row, "ben", "abstain")
    assert agree(row).state == "agreed"


def test_as_many_against_as_for_is_not_agreed():
    make.risk()
    row = make.commenting()
    make.voice(row, "bea")
    make.voice(row, "bo", "dissent", "No.")
    make.voice(row, "ben", "abstain")
    with pytest.raises(Refused):
        agree(row)
    make.voice(row, "ben")
    assert agree(row).state == "agreed"


def test_only_the_chair_records_it_and_not_for_tomorrow():
    make.risk()
    row = make.commenting()
    for who in ("bea", "bo", "ben"):
        make.voice(row, who)
    with pytest.raises(Refused):
        agree(row, "rowan")
    with pytest.raises(Invalid):
        agree(row, agreed_on=words.today(as_("bea")) + timedelta(days=1))
    with pytest.raises(Invalid):
        agree(row, seen="0" * 64)
    assert agree(row, seen=queries.text_now(row)[1]).agreed_on == words.today(as_("bea"))


def test_the_agreed_bytes_hold_summary_risks_and_dissent_and_do_not_change_when_a_risk_does():
    of = make.risk(public_text="The public may read this.")
    row = make.commenting(translations={"de": "Mehrere Gefahren"})
    make.voice(row, "bea")
    make.voice(row, "bo")
    make.voice(row, "ben", "dissent", "I would write low.")
    done = agree(row, note="In the town hall.")
    assert frozen.fits(done)
    text = json.loads(done.frozen)
    assert text["summary"] == row.public_text
    assert text["risks"][0]["likelihood"] == {"key": "likely", "label": "Likely"}
    assert [p["words"] for p in text["positions"] if p["position"] == "dissent"] == ["I would write low."]
    assert (text["silent"], text["note"]) == ([], "In the town hall.")
    assert frozen.canonical(text) == done.frozen
    actions.change_risk(as_("rowan"), **risk_whole(of, likelihood="unlikely"))
    again = queries.assessment(as_("rowan"), row.circle_id, row.id)
    assert (again.frozen, again.sha256) == (done.frozen, done.sha256)


def test_an_agreed_picture_takes_no_further_verb():
    make.risk()
    row = make.agreed()
    given = {"title": "Other", "public_text": "Other"}
    for verb in (
        lambda: actions.edit_assessment(as_("rowan"), **at(row), **given),
        lambda: actions.take_back(as_("rowan"), **at(row)),
        lambda: actions.withdraw_assessment(as_("rowan"), **at(row)),
        lambda: actions.comment(as_("tia"), id=row.id, circle=row.circle_id, stance="support", text="Good"),
        lambda: make.voice(row, "bo"),
        lambda: agree(row),
    ):
        with pytest.raises(Refused, match="agreed"):
            verb()


def test_bytes_that_do_not_fit_their_hash_are_noticed():
    make.risk()
    row = make.agreed()
    row.frozen = row.frozen.replace("Several", "Few")
    assert not frozen.fits(row)


def test_the_table_of_steps_is_complete_and_disjoint():
    named = [(s.state, s.verb) for s in policies.STEPS]
    assert len(named) == len(set(named))
    assert set(named) & set(policies.NOT_NOW) == set()
    assert set(named) | set(policies.NOT_NOW) == {(s, v) for s in policies.STATES for v in policies.VERBS}
    assert set(policies.STATES) == set(Assessment.STATES)
    assert {s.to for s in policies.STEPS} | {"draft"} == set(policies.STATES)


def test_the_steps_are_those_of_every_pack_that_is_shipped():
    from plait.packs import available, load

    mine = {(s.verb, s.state, s.to, s.right) for s in policies.STEPS}
    for folder in available().values():
        for s in load(folder).assessment.steps:
            assert (s.key, s.from_, s.to, s.right) in mine
