"""Whom backups are sealed to is changed by two people, in the database; that a backup was made is an entry of the log."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, connections, transaction

from plait.kernel import keeping, scratch
from plait.kernel.errors import Invalid, NotFound, Refused
from plait.kernel.models import Keeping, Recipients
from tests.people import as_, for_real, partnership, person

in_test = pytest.mark.django_db

ONE = "age1w2d2nvqn8rd7tzvh76at73k7r0kx59hrszkyu4mct3qvydud7caszxfgxj"
TWO = "age18ctlsqff7w2hh24keyq6pusqlwvjs590s6tdmq596y6qsmw5ra5qeakgt7"


def proposal(by: str = "ada", keys: str = f"{ONE} Ada's card\n{TWO} the safe") -> Recipients:
    keeping.propose(as_(by), keys=keys, why="a new safe")
    found = keeping.proposed(as_(by))
    assert found is not None
    return found


@in_test
def test_one_proposes_another_agrees_and_the_list_counts() -> None:
    made = proposal()
    assert keeping.recipients(as_("dora")) is None
    keeping.agree(as_("dora"), id=made.id)
    now = keeping.recipients(as_("ada"))
    assert now is not None and [each["key"] for each in now.keys] == sorted([ONE, TWO])
    assert (now.proposed_by.name, now.decided_by.name) == (person("ada").name, person("dora").name)
    assert keeping.proposed(as_("ada")) is None


@in_test
def test_nobody_agrees_to_their_own_proposal() -> None:
    made = proposal("dora")
    with pytest.raises(Refused):
        keeping.agree(as_("dora"), id=made.id)
    with pytest.raises(DatabaseError), transaction.atomic(), connections["default"].cursor() as cursor:
        as_("dora")
        cursor.execute("select set_config('plait.verb', 'x', true)")
        cursor.execute("select plait.decide_recipients(%s, true)", [made.id])
    keeping.agree(as_("bea"), id=made.id)


@pytest.mark.parametrize("name", ["rowan", "pol", "dee", "cal"])
@in_test
def test_without_the_office_nothing_can_be_proposed_or_agreed(name: str) -> None:
    with pytest.raises(Refused):
        keeping.propose(as_(name), keys=f"{ONE} mine", why="I want to read it")
    made = proposal()
    with pytest.raises(Refused):
        keeping.agree(as_(name), id=made.id)
    with pytest.raises((Refused, NotFound)):
        keeping.decline(as_(name), id=made.id)


@in_test
def test_one_proposal_at_a_time_and_whoever_made_it_may_take_it_back() -> None:
    made = proposal()
    with pytest.raises(Refused, match="must be decided first"):
        proposal("dora", f"{ONE} another")
    keeping.decline(as_("ada"), id=made.id)
    assert keeping.recipients(as_("ada")) is None
    proposal("dora", f"{ONE} another")


@in_test
def test_the_application_writes_neither_table_whatever_it_says(django_db_setup) -> None:
    as_("ada")
    for statement in (
        "insert into kernel_recipients(id, circle_id, number, keys, why, state, proposed_at) values (gen_random_uuid(), %s, 9, '[]', '', 'agreed', now())",
        "insert into kernel_keeping(id, circle_id, kind, at, well, detail) values (gen_random_uuid(), %s, 'backup', now(), true, '{}')",
        "update kernel_recipients set keys = '[]' where circle_id = %s",
        "delete from kernel_keeping where circle_id = %s",
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(statement, [partnership().id])
    for call in ("plait.kept('backup', true, '{}')", "plait.first_recipients('[]')", "plait.as_machine('x')"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connections["default"].cursor() as cursor,
        ):
            cursor.execute(f"select {call}")


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("", "at least one"),
        ("age1abc Ada", "Line 1 is no recipient"),
        (f"{ONE} Ada\n{TWO}", "Line 2 does not say whose"),
        (f"{ONE} Ada\n{ONE} again", "a second time"),
        (f"{ONE[:-1]}x Ada", "Line 1 is no recipient"),
        ("age1\u0000 Ada", "Line 1 is no recipient"),
        ("\n".join([f"{ONE} x"] * 21), "a second time"),
    ],
)
@in_test
def test_a_list_that_would_seal_to_nobody_is_refused_with_its_line(keys: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        keeping.propose(as_("ada"), keys=keys, why="because")


def test_what_the_command_line_and_the_machine_write_down(committed: str) -> None:
    with for_real("ada") as asker:
        assert keeping.backups(asker).overdue and keeping.drills(asker).overdue and keeping.recipients(asker) is None
    keeping.first_recipients([ONE, TWO])
    with pytest.raises(DatabaseError):
        keeping.first_recipients([ONE])
    for kind, well in (("backup", True), ("drill", True), ("backup", False)):
        with connections["owner"].cursor() as cursor:
            cursor.execute("select plait.kept(%s, %s, %s)", [kind, well, '{"why": "No room."}'])
    with for_real("ada") as asker:
        assert Keeping.objects.count() == 3 and len(keeping.recipients(asker).keys) == 2
        standing = keeping.backups(asker)
        assert standing.last.well and standing.failed.detail == {"why": "No room."}
        assert not standing.overdue and not keeping.drills(asker).overdue
    with scratch.superuser() as su:
        said = su.execute(
            "select verb, who::text, op from kernel_entry where tab in ('kernel_keeping', 'kernel_recipients') and op = 'I' order by id"
        ).fetchall()
        assert said == [(f"kernel.{v}", str(uuid.UUID(int=0)), "I") for v in ("first_recipients", "backup", "drill", "backup")]
        su.execute("set session_replication_role = replica")
        su.execute("update kernel_keeping set at = at - interval '36 days'")
    with for_real("bea") as asker:
        assert keeping.backups(asker).overdue and keeping.drills(asker).overdue
    with for_real("dee") as asker:
        assert Keeping.objects.count() == 0 and keeping.recipients(asker) is None


@in_test
def test_the_page_shows_each_person_what_they_can_do(client) -> None:
    made = proposal()
    for name, agrees, status in (
        ("ada", False, 200),
        ("dora", True, 200),
        ("bea", True, 200),
        ("rowan", False, 404),
        ("dee", False, 404),
    ):
        client.force_login(person(name), backend="plait.kernel.accounts.EmailBackend")
        answer = client.get("/backups/")
        assert answer.status_code == status, name
        assert (f"/backups/{made.id}/agree/" in answer.content.decode()) is agrees, name
    client.force_login(person("dora"), backend="plait.kernel.accounts.EmailBackend")
    wrong = client.post("/backups/propose/", {"keys": "age1nonsense Dora", "why": "why"})
    assert wrong.status_code == 200 and "age1nonsense Dora" in wrong.content.decode() and "Line 1" in wrong.content.decode()
    assert client.post(f"/backups/{made.id}/agree/").status_code == 303
    assert "the safe" in client.get("/backups/").content.decode()


@in_test
def test_the_page_of_the_machine_is_the_administrators_and_names_nobody(client) -> None:
    for name, status in (("ada", 200), ("bea", 404), ("rowan", 404), ("dee", 404)):
        client.force_login(person(name), backend="plait.kernel.accounts.EmailBackend")
        answer = client.get("/machine/")
        assert answer.status_code == status, name
    client.force_login(person("ada"), backend="plait.kernel.accounts.EmailBackend")
    text = client.get("/machine/").content.decode()
    assert "keeping.backup" in text and "PostgreSQL" in text and "never" in text
    assert not [
        n for n in ("rowan", "bea", "pol") if person(n).name in text or person(n).email in text or str(person(n).id) in text
    ]
