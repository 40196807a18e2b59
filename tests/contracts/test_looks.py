"""L2: whoever is shown a person's record, takes it in a file or finds it by a search leaves an entry before the bytes leave."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from plait.frame.routes import Address, addresses
from plait.kernel import access, looks, scratch
from plait.kernel.access import cells
from plait.kernel.acting import acting, verb
from plait.kernel.errors import Refused
from plait.kernel.models import Account
from plait.partners.models import Person
from tests.contracts.test_addresses import url
from tests.people import asker, for_real, person

NAME, EMAIL = "Quarnström", "zibeline.q@planted.example"

ORDINARY = {
    "partners:organisation": "who works for a body: name and role",
    "partners:group": "who sits in a group",
    "partners:leave": "whose memberships end when a body leaves",
    "partners:end_membership": "whose membership ends",
    "partners:end_member": "whose seat in a group ends",
    "partners:begin_membership": "a choice of names",
    "partners:add_member": "a choice of names",
    "partners:set_chair": "a choice of names",
    "partners:add_group": "a choice of names",
    "partners:add_gap": "a choice of names",
    "partners:change_gap": "a choice of names",
}
"""Pages that name a person and show no record of theirs: name (and role) only, each with the reason. The e-mail address must never be there."""


@pytest.fixture
def planted(committed: str) -> tuple[uuid.UUID, dict[str, uuid.UUID]]:
    """A row of every table in the partnership's circle, committed, tied to one person with an unusual name."""
    rows: dict[str, uuid.UUID] = {}
    with for_real("rowan") as rowan, verb("tests.fill"):
        circle = access.partnership_circle()
        for model in cells.tables_in_order():
            row = cells.fill(model, circle, rows)
            if isinstance(row, Person):
                row.name, row.email = f"Zibeline {NAME}", EMAIL
            row.save(force_insert=True)
            rows[model._meta.db_table] = row.id
        assert rowan.id
    return circle, rows


def entries(where: str = "op = 'L'") -> list[tuple]:
    with scratch.superuser() as su:
        return su.execute(f"select verb, tab, row_id, who, after from kernel_entry where {where} order by id").fetchall()


def signed_in(name: str) -> Client:
    with for_real(name):
        client = Client(raise_request_exception=False)
        client.force_login(person(name))
        return client


def walk(client: Client, circle: uuid.UUID, rows: dict[str, uuid.UUID]) -> Iterator[tuple[Address, HttpResponse]]:
    """Every address that is read, with the row that opens it; lists also searched and taken as a file."""
    for a in addresses():
        if "GET" not in a.methods or a.needs == "anybody":
            continue
        for row in rows.values() if "<uuid:id>" in a.path else [uuid.uuid4()]:
            answer = client.get(url(a, circle, row))
            yield a, answer
            if answer.status_code == 200:
                break
        if "<" not in a.path:
            for query in ("?q=Zibeline", "?format=csv", "?q=Zibeline&format=csv"):
                yield a, client.get(url(a, circle, row) + query)


@pytest.mark.full
def test_every_address_that_shows_the_planted_person_leaves_a_look_of_whoever_asked(planted) -> None:
    circle, rows = planted
    client, rowan = signed_in("rowan"), asker("rowan")
    shown, asked, silent = set(), 0, set()
    with scratch.superuser() as su:
        last = 0
        for a, answer in walk(client, circle, rows):
            asked += answer.status_code == 200
            text = answer.content.decode(errors="replace") if answer.status_code == 200 else ""
            if EMAIL in text or NAME in text:
                shown.add(a.name)
                looked = su.execute(
                    "select 1 from kernel_entry where id > %s and op = 'L' and tab = 'partners_person' and row_id = %s and who = %s",
                    [last, rows["partners_person"], rowan.id],
                ).fetchone()
                if looked is None:
                    assert EMAIL not in text, a.name
                    silent.add(a.name)
            (last,) = su.execute("select coalesce(max(id), 0) from kernel_entry").fetchone()
    assert asked >= 100
    assert {"partners:people", "partners:person", "web:search"} <= shown - silent
    assert silent <= set(ORDINARY), silent - set(ORDINARY)
    assert set(ORDINARY) <= {a.name for a in addresses()}


@pytest.mark.full
def test_display_export_and_search_are_told_apart_and_the_seat_is_named(planted) -> None:
    circle, rows = planted
    client, me = signed_in("cal"), asker("cal").id
    for query, how in (("", "display"), ("?q=Zibeline", "search"), ("?format=csv", "export"), ("?format=xlsx", "export")):
        before = len(entries())
        assert client.get("/partners/people/" + query).status_code == 200
        (found,) = [e for e in entries()[before:] if e[2] == rows["partners_person"]]
        assert found[0] == f"look.{how}" and found[3] == me and found[4]["how"] == how
        with scratch.superuser() as su:
            seat = su.execute("select account_id from kernel_seat where id = %s", [found[4]["seat"]]).fetchone()
        assert seat == (me,)
    before = len(entries())
    client.get(f"/partners/people/{circle}/{rows['partners_person']}/")
    assert [e[0] for e in entries()[before:]] == ["look.display"]
    for quiet in ("/picture/risks/", "/home/", "/partners/organisations/", "/lately/"):
        before = len(entries())
        assert client.get(quiet).status_code == 200
        assert len(entries()) == before, f"{quiet} is an ordinary page"


@pytest.mark.full
def test_the_administrators_list_of_accounts_is_a_look_at_each_account(committed: str) -> None:
    client = signed_in("ada")
    assert client.get("/administration/").status_code == 200
    found = {e[2] for e in entries() if e[1] == "kernel_account" and e[0] == "look.display"}
    assert found == set(Account.objects.values_list("id", flat=True))


@pytest.mark.parametrize("address", ["/partners/people/", "/partners/people/?format=csv", "/search/?q=Zibeline", "{person}"])
def test_where_the_look_cannot_be_written_no_byte_of_the_person_leaves(planted, address: str) -> None:
    circle, rows = planted
    client = signed_in("rowan")
    here = address.format(person=f"/partners/people/{circle}/{rows['partners_person']}/")
    assert NAME in client.get(here).content.decode()
    with scratch.superuser() as su:
        su.execute("alter table kernel_entry add constraint broken check (op <> 'L') not valid")
    answer = client.get(here)
    assert answer.status_code == 403 and NAME not in answer.content.decode() and EMAIL not in answer.content.decode()
    assert "could not be written down" in answer.content.decode()


def test_a_refused_attempt_is_kept_though_its_transaction_rolled_back(planted) -> None:
    circle, rows = planted
    client = signed_in("cal")
    here = f"/partners/people/{circle}/{rows['partners_person']}/change/"
    for answer in (client.get(here), client.post(here, {"name": "Somebody else", "email": ""})):
        assert answer.status_code == 403
    found = entries("op = 'R'")
    assert [e[0] for e in found] == ["refused.read", "refused.write"]
    assert {(e[2], e[3]) for e in found} == {(rows["partners_person"], asker("cal").id)}
    assert "Somebody else" not in str(found) and "Zibeline" not in str(found)


def test_hidden_and_absent_are_kept_alike(planted) -> None:
    with for_real("rowan") as rowan, verb("tests.open"):
        hidden = access.open_circle(rowan, 4, "a matter")
        row = cells.fill(Person, hidden, {})
        row.save(force_insert=True)
    client = signed_in("cal")
    kept = []
    for circle, id in ((hidden, row.id), (hidden, uuid.uuid4()), (uuid.uuid4(), uuid.uuid4())):
        before = len(entries("op in ('R', 'L')"))
        assert client.get(f"/partners/people/{circle}/{id}/").status_code == 404
        (found,) = entries("op in ('R', 'L')")[before:]
        assert found[2] == id
        kept.append((found[0], found[1], found[3], sorted(found[4])))
    assert kept[0] == kept[1] == kept[2]


def test_who_looked_is_read_by_stewards_the_office_and_the_person_for_one_of_four_purposes(planted) -> None:
    circle, rows = planted
    there = {"table": "partners_person", "circle": circle, "row": rows["partners_person"]}
    with for_real("cal") as cal:
        looks.look(cal, how="display", **there)
    for name in ("rowan", "dora"):
        with for_real(name) as who:
            found = looks.looks_of(who, purpose="lawfulness", **there)
            assert (found[-1].name, found[-1].how) == (person("cal").name, "display")
            assert looks.looks_of(who, purpose="integrity", **there)[0].how == "log"  # reading it is a look itself
    for name, purpose in (
        ("rowan", "performance"),
        ("rowan", ""),
        ("rowan", "own"),
        ("cal", "lawfulness"),
        ("ada", "lawfulness"),
        ("dee", "own"),
    ):
        with pytest.raises(Refused), acting(asker(name)) as who:
            looks.looks_of(who, purpose=purpose, **there)
    account = asker("cal").id
    with for_real("cal") as cal:
        assert looks.looks_of(cal, table="kernel_account", circle=circle, row=account, purpose="own")[0].how == "log"


def test_nobody_writes_a_look_at_what_they_may_not_see(planted) -> None:
    circle, rows = planted
    with pytest.raises(looks.NotRecorded), acting(asker("dee")) as dee:
        looks.look(dee, table=Person, circle=circle, row=rows["partners_person"], how="display")
    with pytest.raises(looks.NotRecorded), acting(asker("cal")) as cal:
        looks.look(cal, table=Person, circle=circle, row=rows["partners_person"], how="glance")
    assert entries() == []


def test_every_table_of_people_says_that_it_is_looked_at() -> None:
    """A table with a name and an e-mail address of somebody is a person's record."""
    people = {m._meta.label for m in apps.get_models() if {"name", "email"} <= {f.name for f in m._meta.get_fields()}}
    assert (
        people
        == {m._meta.label for m in apps.get_models() if getattr(m, "looked", False)}
        == {"kernel.Account", "partners.Person"}
    )


@pytest.mark.django_db
def test_the_log_of_looks_is_joined_with_no_number_about_staff() -> None:
    """No page, report or export counts looks by person: `looks_of` is the only reader, and it asks for one record and a purpose."""
    with connection.cursor() as cursor:
        cursor.execute("select has_table_privilege('plait_app', 'kernel_entry', 'select')")
        assert cursor.fetchone() == (False,)


def test_the_page_asks_for_a_purpose_and_tells_nobody_else_whether_there_is_such_a_record(planted) -> None:
    circle, rows = planted
    here = f"/looked/person/{circle}/{rows['partners_person']}/"
    client = signed_in("cal")
    client.get(f"/partners/people/{circle}/{rows['partners_person']}/")
    dora = signed_in("dora")
    assert "What is it for?" in dora.get(here).content.decode()
    assert "Choose one" in dora.post(here, {}).content.decode()
    shown = dora.post(here, {"purpose": "lawfulness"}).content.decode()
    with for_real("dora"):
        assert person("cal").name in shown and "saw it on a page" in shown
    assert here in dora.get(f"/partners/people/{circle}/{rows['partners_person']}/").content.decode()
    assert here not in client.get(f"/partners/people/{circle}/{rows['partners_person']}/").content.decode()
    refused = [client.post(a, {"purpose": "lawfulness"}) for a in (here, f"/looked/person/{circle}/{uuid.uuid4()}/")]
    assert [a.status_code for a in refused] == [403, 403]
    assert dora.get(f"/looked/risk/{circle}/{rows['partners_person']}/").status_code == 404
