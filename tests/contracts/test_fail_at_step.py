"""F3: in each of thirty actions the n-th statement fails, n = 1, 2, 3 ... until none is left to fail: whole or nothing.

One story of a partnership, each step an action that is committed. Before it is, it is tried with every one of its statements failing, by the database
itself, and what stands in all tables is compared with what stood before.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connections

from plait.exchange import actions as exchange
from plait.exchange.tests import make as lessons
from plait.kernel import access, accounts, keeping, offices, release, scratch
from plait.kernel.acting import ACTIONS, Asker
from plait.kernel.errors import PlaitError
from plait.kernel.models import Release
from plait.partners import actions as partners
from plait.picture import actions as picture
from plait.picture import words
from plait.picture.tests import make
from plait.programme import actions as programme
from plait.programme.tests import make as priorities
from tests.people import for_real, partnership, person

pytestmark = pytest.mark.full
RECIPIENT = "age1w2d2nvqn8rd7tzvh76at73k7r0kx59hrszkyu4mct3qvydud7caszxfgxj the safe"
Step = tuple[str, Callable[[dict[str, Any], Asker], Any]]


def at(row: Any) -> dict[str, Any]:
    return {"id": row.id, "circle": row.circle_id, "version": row.version}


def here() -> uuid.UUID:
    return partnership().id


def today(a: Asker) -> Any:
    return words.today(a)


ORGANISATION = {"kind": "civil_society", "sectors": ["civil_society"], "public_text": "Opens its doors."}
STORY: dict[str, Step] = {
    "partners.add_organisation": ("rowan", lambda s, a: partners.add_organisation(a, name="Weavers' Hall", **ORGANISATION)),
    "partners.change_organisation": ("rowan", lambda s, a: partners.change_organisation(a, **at(s["partners.add_organisation"]), name="Weavers", **ORGANISATION)),
    "partners.record_agreement": ("rowan", lambda s, a: partners.record_agreement(
        a, **at(s["partners.change_organisation"]), listed=["public"], agreed_by="Wanda Weft", agreed_on=today(a))),
    "partners.add_person": ("rowan", lambda s, a: partners.add_person(a, name="Wanda Weft", email="wanda@example.org")),
    "partners.change_person": ("rowan", lambda s, a: partners.change_person(a, **at(s["partners.add_person"]), name="Wanda Woof", email="")),
    "partners.begin_membership": ("rowan", lambda s, a: partners.begin_membership(
        a, person=s["partners.add_person"].id, organisation=s["partners.add_organisation"].id, role="Weaver", starts=today(a))),
    "partners.end_membership": ("rowan", lambda s, a: partners.end_membership(a, **at(s["partners.begin_membership"]), ends=today(a))),
    "partners.add_group": ("rowan", lambda s, a: partners.add_group(
        a, name="Round table", kind="delivery", public_text="Decides.", terms="Monthly.", starts=today(a))),
    "partners.add_member": ("rowan", lambda s, a: partners.add_member(
        a, group=s["partners.add_group"].id, circle=s["partners.add_group"].circle_id, person=s["partners.add_person"].id)),
    "partners.end_member": ("rowan", lambda s, a: partners.end_member(a, **at(s["partners.add_member"]))),
    "partners.add_gap": ("rowan", lambda s, a: partners.add_gap(a, stakeholder="faith", public_text="They calm.", state="open", next_step="Meet.")),
    "partners.change_gap": ("rowan", lambda s, a: partners.change_gap(a, **at(s["partners.add_gap"]), public_text="They explain.", state="approached", next_step="")),
    "partners.withdraw_gap": ("rowan", lambda s, a: partners.withdraw_gap(a, **at(s["partners.change_gap"]))),
    "partners.change_about": ("rowan", lambda s, a: partners.change_about(a, public_text="We work together.", contact_name="The office")),
    "kernel.invite": ("ada", lambda s, a: accounts.invite(a, email="new@example.org", name="Nia New")),
    "kernel.appoint": ("ada", lambda s, a: offices.appoint(a, account=person("dee").id, office="board_member", reason="elected in May")),
    "kernel.end_office": ("ada", lambda s, a: offices.end(a, office=s["kernel.appoint"])),
    "kernel.rename_circle": ("rowan", lambda s, a: offices.rename_circle(a, circle=here(), name="The braid")),
    "kernel.propose_recipients": ("ada", lambda s, a: keeping.propose(a, keys=RECIPIENT, why="a new safe")),
    "kernel.agree_recipients": ("dora", lambda s, a: keeping.agree(a, id=s["kernel.propose_recipients"])),
    "picture.add_evidence": ("tia", lambda s, a: picture.add_evidence(
        a, circle=here(), what="Stickers at three bus stops.", happened_on=today(a) - timedelta(days=3), place="town", how="saw", sure="sure",
        themes=["hate_crime"], names_nobody=True)),
    "picture.add_risk": ("rowan", lambda s, a: picture.add_risk(a, circle=here(), **make.RISK, public_text="The public may read this.")),
    "picture.link_evidence": ("rowan", lambda s, a: picture.link_evidence(
        a, risk=(here(), s["picture.add_risk"].id), evidence=(here(), s["picture.add_evidence"].id))),
    "picture.change_risk": ("rowan", lambda s, a: picture.change_risk(
        a, **at(s["picture.add_risk"]), **(make.RISK | {"code": "R1", "likelihood": "unlikely"}), public_text="The public may read this.")),
    "picture.start_assessment": ("rowan", lambda s, a: picture.start_assessment(
        a, circle=here(), title="The picture", public_text="Several dangers.", method="Partners judged together.")),
    "picture.edit_assessment": ("rowan", lambda s, a: picture.edit_assessment(
        a, **at(s["picture.start_assessment"]), title="The picture of the year", public_text="Several dangers.", method="Together.")),
    "picture.open_comments": ("rowan", lambda s, a: picture.open_comments(a, **at(s["picture.edit_assessment"]), until=today(a) + timedelta(days=14))),
    "picture.comment": ("tia", lambda s, a: picture.comment(
        a, id=s["picture.open_comments"].id, circle=here(), stance="support", text="It is as we see it.")),
    "programme.add_priority": ("rowan", lambda s, a: programme.add_priority(
        a, circle=here(), **priorities.given(a, risk=s["picture.add_risk"].id))),
    "programme.move_priority": ("rowan", lambda s, a: programme.move_priority(
        a, **at(s["programme.add_priority"]), state="under_way", words="We have begun.")),
    "exchange.add_lesson": ("rowan", lambda s, a: exchange.add_lesson(a, circle=here(), **lessons.given())),
    "release.prepare": ("rowan", lambda s, a: release.prepare(
        a, circle=here(), target=access.public_circle(), title="Who takes part", records=[("risk", s["picture.add_risk"].id)])),
    "release.release": ("pat", lambda s, a: release.release_now(
        a, id=s["release.prepare"], circle=here(), seen=Release.objects.get(id=s["release.prepare"]).sha256)),
    "release.withdraw": ("rowan", lambda s, a: release.withdraw(a, kind="risk", record=s["picture.add_risk"].id, target=access.public_circle())),
    "picture.withdraw_risk": ("rowan", lambda s, a: picture.withdraw_risk(a, **at(s["picture.change_risk"]), why="It was one sighting.")),
}  # fmt: skip


class FailAt:
    """Lets the database refuse the n-th statement, with whatever code a full disk or a broken rule has."""

    def __init__(self, n: int) -> None:
        self.n, self.seen = n, 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        self.seen += 1
        if self.seen == self.n:
            connection = context["connection"]
            with connection.wrap_database_errors:
                connection.connection.execute("do $$ begin raise exception 'forced' using errcode = '53100'; end $$")
        return execute(sql, params, many, context)


class Everything:
    """A digest of every row of every table, as the superuser sees them."""

    def __init__(self, su: Any) -> None:
        self.su = su
        names = su.execute(
            "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind = 'r' and n.nspname in ('public', 'plait', 'plait_keys') order by 1"
        ).fetchall()
        assert len(names) >= 38
        each = " union all ".join(
            f"select count(*) n, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) s from {name} t" for (name,) in names
        )
        self.sql = f"select string_agg(n || ':' || s, ',') from ({each}) x"

    def now(self) -> str:
        return str(self.su.execute(self.sql).fetchone()[0])


def test_thirty_actions_happen_whole_or_not_at_all_whichever_statement_fails(committed: str) -> None:
    results: dict[str, Any] = {}
    tried = 0
    assert len(STORY) >= 30 and set(STORY) <= set(ACTIONS)
    with scratch.superuser() as su:
        everything = Everything(su)
        for name, (who, do) in STORY.items():
            before = everything.now()
            for n in range(1, 200):
                fails = FailAt(n)
                try:
                    with for_real(who) as asker, connections["default"].execute_wrapper(fails):
                        results[name] = do(results, asker)
                except (DatabaseError, PlaitError):
                    assert fails.seen >= n, name  # it failed by our hand and by nothing else
                    assert everything.now() == before, (name, n)
                    tried += 1
                    continue
                assert fails.seen < n, (name, n, "an error of the database was passed over")
                break
            else:
                raise AssertionError(f"{name} never came to its end")
            assert everything.now() != before, name
    assert tried >= 250, tried
