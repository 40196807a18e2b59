"""A12: who asks cannot be forged, replayed, inherited or left behind."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.db import connection, connections, transaction

from plait.kernel import scratch
from plait.kernel.acting import NOBODY, PUBLIC, Asker, acting, announce, announced, many_acting, token, verb
from plait.kernel.errors import Refused
from plait.partners.models import Person
from tests.people import as_, asker, for_real, partnership, person


def say(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('plait.token', %s, true)", [value])


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "." * 70,
        "a:1.2.3." + "0" * 64,
        "a:" + "0" * 200,
        "\u202e" * 80,
        f"a:{uuid.uuid4()}.1.99999999999." + "f" * 64,
    ],
)
def test_no_value_of_the_setting_makes_anybody(value: str) -> None:
    as_("rowan")
    say(value)
    assert announced() is None and not Person.objects.exists()


@pytest.mark.django_db
def test_a_token_for_somebody_else_needs_the_key() -> None:
    dee = as_("dee")
    pid = connection.connection.info.backend_pid
    real = token(dee, pid)
    say(real.replace(str(dee.id), str(person("rowan").id)))
    assert announced() is None


@pytest.mark.django_db
def test_savepoints_bring_the_earlier_asker_back() -> None:
    rowan = as_("rowan")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        announce(asker("dee"))
        assert announced() == person("dee").id
        raise ZeroDivisionError
    assert announced() == rowan.id


def test_an_announcement_outside_a_transaction_is_refused(committed: str) -> None:
    who = asker("rowan")
    with pytest.raises(RuntimeError):
        announce(who)


def test_the_announcement_dies_with_the_transaction(committed: str) -> None:
    seen = []
    with acting(asker("rowan")):
        transaction.on_commit(lambda: seen.append((announced(), list(Person.objects.all()))))
    assert seen == [(None, [])] and announced() is None


def test_a_token_replayed_on_another_connection_is_nobody(committed: str) -> None:
    rowan = asker("rowan")
    with acting(rowan):
        stolen = token(rowan, connection.connection.info.backend_pid)
        said = []

        def other() -> None:
            with transaction.atomic():
                say(stolen)
                said.append(announced())
            connections.close_all()

        thread = threading.Thread(target=other)
        thread.start()
        thread.join(20)
        assert said == [None] and announced() == rowan.id


def test_two_thousand_alternating_transactions_of_two_people_never_cross(committed: str) -> None:
    with for_real("rowan"), verb("tests.add"):
        Person(circle=partnership(), name="seen by the partnership").save(force_insert=True)
    rowan, dee = asker("rowan"), asker("dee")
    crossed = 0
    for n in range(2000):
        who, wanted = ((rowan, 1), (dee, 0))[n % 2]
        try:
            with acting(who):
                crossed += Person.objects.count() != wanted
                if n % 6 == 5:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            pass
    assert crossed == 0


def test_nobody_and_the_public_role_see_no_protected_row_and_write_none(committed: str) -> None:
    from django.db import DatabaseError

    with for_real("rowan"), verb("tests.add"):
        Person(circle=partnership(), name="inside").save(force_insert=True)
    with acting(NOBODY):
        assert not Person.objects.exists()
    with acting(PUBLIC), pytest.raises(DatabaseError), transaction.atomic(using="public"):
        list(Person.objects.all())
    with acting(NOBODY), pytest.raises(DatabaseError), transaction.atomic(), verb("tests.add"):
        Person(circle=partnership(), name="outside").save(force_insert=True)


def test_many_people_act_in_one_transaction_and_all_of_it_or_nothing_stays(committed: str) -> None:
    rowan, pol = asker("rowan"), asker("pol")
    with pytest.raises(ZeroDivisionError), many_acting() as as_one:
        for who in (rowan, pol):
            as_one(who)
            with verb("tests.add"):
                Person(circle=partnership(), name="half").save(force_insert=True)
        raise ZeroDivisionError
    with acting(rowan):
        assert not Person.objects.filter(name="half").exists()


@pytest.mark.django_db
def test_an_action_refuses_an_asker_who_is_not_the_one_announced() -> None:
    from plait.kernel.offices import appoint

    as_("dee")
    with pytest.raises(RuntimeError):
        appoint(asker("ada"), account=person("dee").id, office="coordinator", reason="let me in")


@pytest.mark.django_db
def test_nobody_appoints_themself_and_an_administrator_appoints_others() -> None:
    from plait.kernel.offices import appoint

    ada = as_("ada")
    with pytest.raises(Refused):
        appoint(ada, account=ada.id, office="coordinator", reason="I run the machine")
    appoint(ada, account=person("dee").id, office="community_member", reason="the advisory group chose her")
    as_("dee")
    assert connection.cursor().execute("select plait.is_member()").fetchone() == (True,)


def test_a_visitor_reads_nothing_and_writes_only_through_a_listed_function(committed: str) -> None:
    """The third kind of asker: bound by a token to one form, one circle, one purpose."""
    from django.db import DatabaseError

    with for_real("rowan") as rowan, verb("tests.grant"):
        from plait.kernel import access

        grant = access.give_grant(
            rowan,
            form="tests.note",
            circle=access.partnership_circle(),
            purpose="say one thing",
            ends=rowan.now.replace(year=2099),
            uses=1,
        )
    with scratch.superuser() as su:
        su.execute(
            "create function plait.leave_note(words text) returns uuid language plpgsql security definer set search_path = pg_catalog, pg_temp as $f$"
            " declare c uuid := plait.visitor_may('tests.note'); n uuid := gen_random_uuid(); begin"
            " insert into public.kernel_bar(id, account_id, circle_id, reason, made_at) select n, a.id, c, words, plait.now() from public.kernel_account a limit 1; return n; end $f$"
        )
        su.execute(
            "alter function plait.leave_note(text) owner to plait_gate; revoke all on function plait.leave_note(text) from public; grant execute on function plait.leave_note(text) to plait_app"
        )
        visitor = Asker.visitor(grant)
        with acting(visitor):
            assert not Person.objects.exists()
            with pytest.raises(DatabaseError), transaction.atomic(), verb("tests.add"):
                Person(circle=partnership(), name="by a visitor").save(force_insert=True)
            with verb("tests.note"), connection.cursor() as cursor:
                cursor.execute("select plait.leave_note('one thing')")
                cursor.execute("select plait.me(), plait.visitor()")
                assert cursor.fetchone() == (None, grant)
            with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("select plait.visitor_may('another.form')")
            assert error.value.__cause__.sqlstate == "PL010"
        entry = su.execute("select who, verb from kernel_entry where verb = 'tests.note'").fetchone()
        assert entry == (grant, "tests.note")
        su.execute("set session_replication_role = replica")
        su.execute("update kernel_grant set ends = starts where id = %s", [grant])
        with pytest.raises(RuntimeError), acting(visitor):
            pass
