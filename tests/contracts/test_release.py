"""X1, X2: nothing leaves without two people, and what leaves is what was shown."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from plait.exchange.actions import add_lesson, change_lesson, withdraw_lesson
from plait.exchange.models import Lesson
from plait.kernel import access, release
from plait.kernel.acting import verb
from plait.kernel.errors import Invalid, Refused
from plait.kernel.models import Publication, Published, Release
from tests.people import as_, asker, partnership, person

pytestmark = pytest.mark.django_db


def lesson(**more) -> Lesson:
    rowan = as_("rowan")
    words = {
        "title": "Begin with trust",
        "public_text": "Trust comes before cooperation.",
        "purpose": "advice",
        "strength": "experience",
        "share": True,
        **more,
    }
    from plait.packs import current

    words["strength"] = current().vocabulary("lesson_strength").terms[0].key
    return add_lesson(rowan, circle=partnership().id, **words)


def prepared(row: Lesson, who: str = "rowan") -> Release:
    made = release.prepare(
        as_(who), circle=row.circle_id, target=access.public_circle(), title="For everybody", records=[("lesson", row.id)]
    )
    return Release.objects.get(id=made)


def let_out(row: Release, who: str) -> Publication:
    return release.release_now(as_(who), id=row.id, circle=row.circle_id, seen=row.sha256)


def test_a_second_person_lets_out_exactly_what_was_shown() -> None:
    on_desk = prepared(lesson())
    publication = let_out(on_desk, "pat")
    copy = Published.objects.get()
    assert copy.payload == json.loads(on_desk.body)["items"][0][
        "payload"
    ] and publication.sha256 == on_desk.sha256 == release.sha256(on_desk.body)


@pytest.mark.parametrize("who", ["rowan", "tia", "cal", "pol", "dee"])
def test_nobody_else_lets_it_out(who: str) -> None:
    on_desk = prepared(lesson())
    with pytest.raises((Refused, release.NotFound)):
        let_out(on_desk, who)
    as_("rowan")
    assert not Published.objects.exists()


def test_whoever_prepared_it_cannot_release_it_even_with_the_office() -> None:
    """Rowan is given the publisher's office too: the two must still be two people."""
    from plait.kernel.offices import appoint

    appoint(as_("ada"), account=asker("rowan").id, office="publisher", reason="holiday cover")
    on_desk = prepared(lesson())
    with pytest.raises(Refused):
        let_out(on_desk, "rowan")
    with pytest.raises(DatabaseError) as error, transaction.atomic(), verb("tests.walk_around"), connection.cursor() as cursor:
        cursor.execute("select plait.release(%s, %s)", [on_desk.id, on_desk.sha256])
    assert error.value.__cause__.sqlstate == "PL010"


def test_nobody_dates_a_release_back_by_hand() -> None:
    """A folder that is being loaded may say an earlier day; whoever sits at the desk may not, though they may release."""
    on_desk = prepared(lesson())
    with pytest.raises(Refused):
        release.release_now(as_("pat"), id=on_desk.id, circle=on_desk.circle_id, seen=on_desk.sha256, on=date(2020, 1, 1))
    publication = release.release_now(as_("pat"), id=on_desk.id, circle=on_desk.circle_id, seen=on_desk.sha256)
    assert publication.dated_on is None


def test_what_waits_on_the_desk_is_not_chosen_a_second_time(client) -> None:
    row = lesson()
    other = lesson(title="Not on the desk")
    prepared(row)
    as_("rowan")
    client.force_login(person("rowan"))
    page = client.get("/desk/prepare/").content.decode()
    assert f'value="lesson:{row.id}">' in page and f'value="lesson:{other.id}" checked>' in page
    assert "on the desk already" in page


def test_any_change_of_the_record_opens_it_again() -> None:
    row = lesson()
    on_desk = prepared(row)
    rowan = as_("rowan")
    words = {n: getattr(row, n) for n in ("title", "purpose", "strength", "direction", "city", "share")}
    change_lesson(rowan, id=row.id, circle=row.circle_id, version=row.version, public_text="Something else", **words)
    with pytest.raises(Refused):
        let_out(on_desk, "pat")
    as_("pat")
    assert not Published.objects.exists()


def test_a_record_withdrawn_meanwhile_does_not_leave() -> None:
    row = lesson()
    on_desk = prepared(row)
    withdraw_lesson(as_("rowan"), id=row.id, circle=row.circle_id, version=row.version)
    with pytest.raises(Refused):
        let_out(on_desk, "pat")


def test_another_hash_than_the_one_shown_is_refused() -> None:
    on_desk = prepared(lesson())
    with pytest.raises(Refused):
        release.release_now(as_("pat"), id=on_desk.id, circle=on_desk.circle_id, seen="0" * 64)


def test_what_was_sent_back_or_released_is_decided() -> None:
    on_desk = prepared(lesson())
    release.send_back(as_("pat"), id=on_desk.id, circle=on_desk.circle_id, words="Say where it comes from.")
    with pytest.raises(Refused):
        let_out(on_desk, "bea")
    again = prepared(Lesson.objects.get())
    let_out(again, "bea")
    with pytest.raises(Refused):
        let_out(again, "pat")


def test_a_contributor_cannot_prepare_and_a_record_that_may_not_leave_stays() -> None:
    row = lesson()
    with pytest.raises(Refused):
        prepared(row, "tia")
    kept = lesson(title="Not for outside", share=False)
    with pytest.raises(Invalid):
        prepared(kept)


DIRECT = [
    "insert into kernel_published(id, circle_id, publication_id, kind, record_id, payload, lang, since) select gen_random_uuid(), p.public_circle_id, gen_random_uuid(), 'lesson', gen_random_uuid(), '{}', 'en', now() from kernel_partnership p",
    "update kernel_release set state = 'released'",
    "update kernel_release set body = '{}'",
    "delete from kernel_release",
    "insert into kernel_publication(id, circle_id, number, title, released_at, sha256) select gen_random_uuid(), p.public_circle_id, '1', 'x', now(), 'x' from kernel_partnership p",
    "update kernel_published set payload = '{}'",
    "delete from kernel_published",
    "update exchange_lesson set circle_id = (select public_circle_id from kernel_partnership)",
    "insert into exchange_lesson select gen_random_uuid(), (select public_circle_id from kernel_partnership)",
    "update kernel_circle set kind = 0",
    "insert into kernel_decisionright(id, step, office) values (gen_random_uuid(), 'release.approve', 'coordinator')",
    "insert into kernel_office(id, circle_id, account_id, key, starts, ends, reason) select gen_random_uuid(), p.partnership_circle_id, plait.me(), 'publisher', now(), '9999-12-31', 'x' from kernel_partnership p",
    "insert into kernel_seat(id, account_id, circle_id, kind, sort_at, level, starts, ends, source, reason) select gen_random_uuid(), plait.me(), p.public_circle_id, 1, now(), 3, now(), '9999-12-31', 'x', 'x' from kernel_partnership p",
    "select plait.log_rows()",
    "set role plait_gate",
    "set row_security = off; select * from kernel_entry",
    "alter table kernel_release disable trigger all",
    "alter table kernel_published no force row level security",
    "create table planted(x int)",
    "create function planted() returns int language sql as 'select 1'",
    "copy kernel_release to '/tmp/planted'",
    "select pg_read_file('/etc/passwd')",
    "select * from plait.gate_key",
    "set session_replication_role = replica",
    "truncate kernel_entry",
    "insert into plait.copy_source values (gen_random_uuid(), 'lesson', gen_random_uuid(), gen_random_uuid())",
]  # fmt: skip


@pytest.mark.parametrize("sql", DIRECT)
def test_no_statement_of_the_application_walks_around_the_desk(sql: str) -> None:
    let_out(prepared(lesson()), "pat")
    on_desk = prepared(lesson(title="Another"))
    as_("rowan")
    before = list(Published.objects.values_list("kind", "record_id", "payload"))
    took = False
    with (
        pytest.raises((DatabaseError, ZeroDivisionError)),
        transaction.atomic(),
        verb("tests.walk_around"),
        connection.cursor() as cursor,
    ):
        for statement in sql.split("; "):
            cursor.execute(statement)
        took = cursor.rowcount > 0
        raise ZeroDivisionError
    assert not took
    as_("rowan")
    assert list(Published.objects.values_list("kind", "record_id", "payload")) == before
    assert Release.objects.get(id=on_desk.id).body == on_desk.body and Release.objects.get(id=on_desk.id).state == "prepared"


def test_withdrawing_takes_every_copy_out_at_once() -> None:
    row = lesson()
    let_out(prepared(row), "pat")
    release.withdraw(as_("rowan"), kind="lesson", record=row.id, target=access.public_circle())
    assert not Published.objects.exists()
    let_out(prepared(Lesson.objects.get(id=row.id)), "pat")
    with pytest.raises(Refused):
        release.withdraw(as_("tia"), kind="lesson", record=row.id, target=access.public_circle())
    assert Published.objects.count() == 1


def test_small_counts_of_people_are_hidden() -> None:
    assert release.PublicCount(4) == release.PublicCount(0) == {"under": 5} and release.PublicCount(5) == {"count": 5}
