"""What the asker sees, and that the rest leaves no trace."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from plait.frame import links
from plait.kernel.errors import NotFound
from plait.picture import actions, frozen, queries, words
from plait.picture.tests import make
from tests.people import as_, partnership, person

pytestmark = pytest.mark.django_db


def test_the_strongest_seat_counts_and_no_seat_is_none():
    assert [queries.level(as_(n), partnership().id) for n in ("rowan", "tia", "dora", "dee")] == [3, 2, 1, 0]


def test_a_list_is_labelled_by_the_narrowest_row():
    circle = make.narrow("Team", tia=2)
    wide, tight = make.evidence("tia"), make.evidence("tia", circle)
    known = queries.circles(as_("tia"))
    assert queries.narrowest([wide, tight], known) == circle
    assert queries.narrowest([wide], known) == partnership().id
    assert queries.narrowest([], known) == partnership().id


def test_hidden_and_absent_are_not_found_alike():
    circle = make.narrow("Team", tia=2)
    row = make.evidence("tia", circle)
    of = make.risk("tia", circle)
    link = actions.link_evidence(as_("tia"), risk=(of.circle_id, of.id), evidence=(row.circle_id, row.id))
    for ask, id_ in (
        (queries.evidence, row.id),
        (queries.risk, of.id),
        (queries.link, link.id),
        (queries.assessment, row.id),
        (queries.comment, row.id),
    ):
        with pytest.raises(NotFound):
            ask(as_("rowan"), circle, id_)


def test_places_are_counted_from_what_the_asker_sees():
    circle = make.narrow("Team", tia=2)
    make.evidence("tia")
    make.evidence("tia", circle)
    assert queries.from_places(queries.circles(as_("tia")))["town"] == 2
    assert queries.from_places(queries.circles(as_("rowan")))["town"] == 1


def test_a_second_record_is_by_somebody_else_and_stands():
    one, two, mine, of = make.evidence("tia"), make.evidence("pol"), make.evidence("tia"), make.risk()
    for item in (one, two, mine):
        actions.link_evidence(as_("rowan"), risk=(of.circle_id, of.id), evidence=(item.circle_id, item.id))
    assert queries.seconds(one) == 1
    actions.withdraw_evidence(as_("pol"), id=two.id, circle=two.circle_id, version=1, why="x")
    assert queries.seconds(one) == 0


def test_months_go_back_three_years_and_both_ends_count():
    months = queries._months(date(2026, 2, 3))
    assert (months[0][0], months[2][0], len(months)) == ("2026-02", "2025-12", 36)
    assert queries._first("2025-12", 1) == date(2026, 1, 1)


def test_a_member_who_joined_after_the_decision_was_not_silent():
    from plait.kernel.acting import verb
    from plait.partners.models import Membership, Person

    make.risk()
    row = make.commenting()
    make.voice(row, "bea")
    org = make.organisation()
    rowan = as_("rowan")
    today = words.today(rowan)
    with verb("tests.person"):
        who = Person(circle_id=partnership().id, name="Ben", account_id=person("ben").id)
        who.save(force_insert=True)
        Membership(circle_id=partnership().id, person=who, organisation=org, starts=today - timedelta(days=10)).save(
            force_insert=True
        )
    sha = queries.text_now(row)[1]
    asks = as_("bea")
    assert set(queries.board(asks, row, sha, today).silent) == {person("bo").name, person("ben").name}
    assert set(queries.board(asks, row, sha, today - timedelta(days=30)).silent) == {person("bo").name}


def test_words_of_another_pack_do_not_break_a_page():
    row = make.risk()
    row.likelihood = "of-another-pack"
    from plait.packs import current

    assert frozen.risk_text(row, current())["band"] is None
    assert words.shade("of-another-pack", row.impact) == 1
    assert words.shade("likely", "very_severe") == 4


def test_a_matter_s_places_come_from_the_partnership(monkeypatch):
    p = words.partnership()
    p.places = {
        "features": [
            {"properties": {"key": "b", "name": "Brook"}},
            {"properties": {"key": "a", "name": "Acre"}},
            {"properties": {}},
            {},
        ]
    }
    assert [k for k, _n in words.places(p)] == ["town", "a", "b"]
    p.languages = []
    assert words.languages(p) == ["en"]


def test_other_rooms_show_risks_evidence_and_pictures_that_the_asker_may_see():
    circle = make.narrow("Team", tia=2)
    of, hidden, item, row = make.risk(), make.risk("tia", circle), make.evidence("tia"), make.draft()
    as_("rowan")
    pairs = [(r.circle_id, r.id) for r in (of, hidden)]
    assert [x.title for x in links.of(as_("rowan"), "risk", pairs)] == [str(of)]
    assert len(links.of(as_("tia"), "risk", pairs)) == 2
    assert links.of(as_("tia"), "evidence", [(item.circle_id, item.id)])[0].note == item.code
    assert links.of(as_("tia"), "assessment", [(row.circle_id, row.id)])[0].note == row.version_name
