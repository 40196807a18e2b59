"""A3: every table is protected, ground or open; every protected one is secured alike; nothing else is in the catalogue."""

from __future__ import annotations

import re

import pytest

from plait.kernel import scratch
from plait.kernel.access.registry import GROUND, OPEN, protected, undeclared
from plait.kernel.access.sync import EXECUTE, PRIVATE
from plait.kernel.keys import sealed_columns
from tests.contracts import catalogue

pytestmark = pytest.mark.django_db(databases=["default", "public", "owner"])


@pytest.fixture
def cursor(django_db_setup):
    from django.db import connections

    with connections["owner"].cursor() as found:
        yield found


def test_a_table_in_neither_list_fails() -> None:
    assert undeclared() == []


def test_every_relation_of_the_database_is_in_the_registry(cursor) -> None:
    known = {m._meta.db_table for m in protected()} | set(GROUND) | set(OPEN)
    assert catalogue.tables(cursor) == known


def test_every_protected_table_says_what_is_expected(cursor) -> None:
    assert len(protected()) >= 12
    links = {link for m in protected() for link, *_where in m.disposed_with}
    assert [
        d
        for m in protected()
        for d in catalogue.differences(
            cursor,
            m._meta.db_table,
            day_only=m.day_only,
            searchable=m.searchable,
            names=m.names,
            sealed=list(sealed_columns(m).values()),
            disposed="ALL" if m.disposal is not None else "SELECT" if m._meta.db_table in links else "",
        )
    ] == []


def test_the_seat_has_one_select_policy_for_the_application(cursor) -> None:
    said = catalogue.of(cursor, "kernel_seat")
    mine = [p for p in said["policies"] if "plait_app" in p[3]]
    assert len(mine) == 1 and mine[0][1] == "SELECT"
    assert [g for g in said["grants"] if g[0] in ("plait_app", "plait_public")] == [
        ("plait_app", "SELECT"),
        ("plait_public", "SELECT"),
    ]


def test_the_application_has_no_right_at_all_on_the_log_and_the_links_of_visitors(cursor) -> None:
    for table in ("kernel_entry", "kernel_grant"):
        assert {g[0] for g in catalogue.of(cursor, table)["grants"]} == {"plait_gate"}


def test_the_application_writes_no_ground_table(cursor) -> None:
    for table in GROUND:
        assert {
            g for g in catalogue.of(cursor, table)["grants"] if g[0] in ("plait_app", "plait_public") and g[1] != "SELECT"
        } == set()


def test_open_tables_grant_what_the_registry_says(cursor) -> None:
    for table, entry in OPEN.items():
        wanted = {
            (r, p.strip().upper())
            for r, ps in (
                ("plait_app", entry.app),
                ("plait_public", entry.public),
                ("plait_gate", entry.gate),
                ("plait_maintenance", re.sub(r"\w+ \([^)]*\),?", "", entry.maintenance)),
            )
            for p in ps.split(",")
            if p.strip()
        }
        assert set(catalogue.of(cursor, table)["grants"]) == wanted, table
        assert entry.reason


MAINTENANCE = {
    "kernel_notice": {("SELECT", "account_id"), ("SELECT", "state"), ("SELECT", "next_try")},
    "kernel_account": {("SELECT", "id"), ("SELECT", "is_active")},
    "kernel_session": {("SELECT", "session_key"), ("SELECT", "expire_date")},
    "kernel_try": {("SELECT", "key"), ("SELECT", "began")},
}
"""Whole columns that the maintenance role reads, besides whole tables: it is bound by no policy, so this is all that a chore may see."""


def test_the_maintenance_role_reads_no_more_than_its_chores_need(cursor) -> None:
    cursor.execute(
        "select table_name, privilege_type, column_name from information_schema.column_privileges p where grantee = 'plait_maintenance'"
        " and table_schema = 'public' and not exists (select 1 from information_schema.role_table_grants g where g.grantee = p.grantee"
        " and g.table_name = p.table_name and g.privilege_type = p.privilege_type)"
    )
    found: dict[str, set] = {}
    for table, privilege, column in cursor.fetchall():
        found.setdefault(table, set()).add((privilege, column))
    assert found == MAINTENANCE
    cursor.execute(
        "select table_schema, table_name, privilege_type from information_schema.role_table_grants where grantee = 'plait_maintenance'"
    )
    assert set(cursor.fetchall()) == {
        ("public", "kernel_chore", "SELECT"),
        ("public", "kernel_chore", "INSERT"),
        ("public", "kernel_chore", "UPDATE"),
        ("public", "kernel_leaf", "SELECT"),
        ("public", "kernel_leaf", "INSERT"),
        ("public", "kernel_tile", "SELECT"),
        ("public", "kernel_tile", "INSERT"),
        ("public", "kernel_tile", "UPDATE"),
        ("public", "kernel_checkpoint", "SELECT"),
        ("public", "kernel_checkpoint", "INSERT"),
        ("public", "kernel_loghead", "SELECT"),
        ("public", "kernel_loghead", "INSERT"),
        ("public", "kernel_loghead", "UPDATE"),
        ("public", "kernel_partnership", "SELECT"),
        ("public", "kernel_session", "DELETE"),
        ("public", "kernel_try", "DELETE"),
    }
    for model in protected():
        assert not [g for g in catalogue.of(cursor, model._meta.db_table)["grants"] if g[0] == "plait_maintenance"]


def test_definer_functions_are_the_gates_have_a_fixed_path_and_are_called_by_whom_the_list_says(cursor) -> None:
    cursor.execute(
        "select p.oid::regprocedure::text, pg_get_userbyid(proowner), prosecdef, coalesce(array_to_string(proconfig, ','), ''), proleakproof,"
        " array(select pg_get_userbyid(a.grantee) from aclexplode(coalesce(proacl, acldefault('f', proowner))) a where a.grantee <> p.proowner order by 1)::text[],"
        " exists(select 1 from aclexplode(coalesce(proacl, acldefault('f', proowner))) a where a.grantee = 0)"
        " from pg_proc p where pronamespace in ('plait'::regnamespace, 'public'::regnamespace)"
    )
    found = cursor.fetchall()
    assert len(found) >= 35
    said = {}
    for name, owner, _definer, config, leakproof, roles, everybody in found:
        assert owner == "plait_gate" and "search_path=pg_catalog, pg_temp" in config and not leakproof and not everybody, name
        said[name.removeprefix("plait.").split("(")[0]] = set(roles)
    for signature, roles in EXECUTE.items():
        assert said[signature.split("(")[0]] == set(roles) - {"plait_gate"}, signature
    assert set(said) == {s.split("(")[0] for s in [*EXECUTE, *PRIVATE]}
    assert all(said[s.split("(")[0]] == set() for s in PRIVATE)


def test_there_is_no_view_rule_large_object_or_extension(cursor) -> None:
    cursor.execute(
        "select (select count(*) from pg_matviews), (select count(*) from pg_views where schemaname not in ('pg_catalog', 'information_schema'))"
    )
    assert cursor.fetchone() == (0, 0)
    cursor.execute(
        "select (select count(*) from pg_largeobject_metadata), (select count(*) from pg_rules where schemaname not in ('pg_catalog', 'information_schema'))"
    )
    assert cursor.fetchone() == (0, 0)
    cursor.execute("select extname from pg_extension")
    assert cursor.fetchall() == [("plpgsql",)]


PLANTED = {
    "a bare table": "create table planted(x int)",
    "a view": "create view planted as select 1",
    "row security not forced": "alter table {t} no force row level security",
    "row security off": "alter table {t} disable row level security",
    "a second policy": "create policy planted on {t} for select to plait_app using (true)",
    "a policy for everybody": "drop policy reads on {t}; create policy reads on {t} for select to public using (true)",
    "a policy that is always true": "alter policy reads on {t} using (true)",
    "a check that is always true": "alter policy changes on {t} with check (true)",
    "a trigger disabled": "alter table {t} disable trigger a_guard",
    "a trigger dropped": "drop trigger z_log_u on {t}",
    "the words' trigger dropped": "drop trigger y_words_i on {t}",
    "the words' trigger without a column": "drop trigger y_words_i on {t}; create trigger y_words_i after insert on {t} referencing new table as fresh for each statement execute function plait.keep_tokens('plain', 'title')",
    "truncate granted": "grant truncate on {t} to plait_app",
    "select to everybody": "grant select on {t} to public",
    "a loose key": "alter table {t} add column planted uuid references picture_risk(id)",
}


@pytest.mark.parametrize("offence", PLANTED)
def test_the_catalogue_test_finds_a_planted(offence: str, committed: str) -> None:
    model = protected()[0]
    table, told = model._meta.db_table, {"day_only": model.day_only, "searchable": model.searchable, "names": model.names}
    with scratch.superuser() as su:
        assert catalogue.differences(su.cursor(), table, **told) == []
        su.execute("create unique index on picture_risk(id)") if "loose" in offence else None
        for statement in PLANTED[offence].format(t=table).split("; "):
            su.execute(statement)
        cursor = su.cursor()
        known = {m._meta.db_table for m in protected()} | set(GROUND) | set(OPEN)
        assert catalogue.tables(cursor) != known or catalogue.differences(cursor, table, **told)
