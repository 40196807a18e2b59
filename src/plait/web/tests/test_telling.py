"""People are told what waits for them: once, by kind and date, at an address that is their account's, as somebody who still has a seat.

The mail server is a real one (`tests/sink.py`); the worker's chores are run by hand, as its process runs them.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connections, transaction
from django.test import Client

from plait.kernel import chores, outbox, scratch
from plait.kernel.acting import acting, action, verb
from plait.kernel.errors import Refused
from plait.kernel.models import Account, Notice
from plait.kernel.notices import KINDS
from plait.picture.models import Assessment
from plait.picture.tests.make import commenting, draft, risk, voice
from plait.web.tasks import ics
from plait.web.tasks.chores import next_digest
from tests.people import asker, for_real, partnership, person
from tests.sink import Sink

pytestmark = pytest.mark.full


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    found = Sink()
    found.start()
    settings.SMTP = found.server
    settings.ADDRESS = "https://plait.testford.example"
    yield found
    found.stop()


def later(**how: float) -> None:
    with scratch.superuser() as su:
        su.execute("update plait.clock set shift = shift + %s", [timedelta(**how)])


@action("tests.tell")
def tell(who, to: str, kind: str = "look", once: str = "", about: uuid.UUID | None = None) -> None:
    outbox.post(
        who,
        kind=kind,
        to=person(to).id,
        circle=partnership().id,
        about=("risk", about or uuid.uuid4()),
        once=once or str(uuid.uuid4()),
    )


def open_assessment(**said: str) -> Assessment:
    with for_real("rowan"):
        risk()
        return commenting(**said)


def states(name: str) -> dict[str, int]:
    with scratch.superuser() as su:
        rows = su.execute("select state, count(*) from kernel_notice where account_id = %s group by 1", [person(name).id])
        return dict(rows.fetchall())


def deliver() -> chores.Status:
    return chores.run("tasks.tell")


# exactly once -----------------------------------------------------------------------------------------------------------------


def test_a_notice_is_told_once_however_often_the_occasion_is_posted_and_the_worker_runs(committed: str, sink: Sink) -> None:
    for _again in range(3):
        with for_real("rowan") as rowan:
            tell(rowan, "bea", once="one occasion")
    for _again in range(3):
        deliver()
        later(minutes=5)
    assert sink.to == ["bea@example.org"] and states("bea") == {"sent": 1}


def test_what_is_rolled_back_is_not_told(committed: str, sink: Sink) -> None:
    with pytest.raises(RuntimeError, match="never happened"), for_real("rowan") as rowan:
        tell(rowan, "bea")
        raise RuntimeError("never happened")
    deliver()
    assert sink.kept == [] and states("bea") == {}


def test_whoever_lost_their_seat_or_account_meanwhile_is_told_nothing(committed: str, sink: Sink) -> None:
    for name in ("bea", "bo", "ben"):
        with for_real("rowan") as rowan:
            tell(rowan, name)
    with scratch.superuser() as su:
        su.execute("set session_replication_role = replica")
        su.execute("update kernel_seat set ends = plait.now() where account_id = %s", [person("bea").id])
        su.execute("update kernel_account set is_active = false where id = %s", [person("bo").id])
    deliver()
    assert sink.to == ["ben@example.org"]
    assert states("bea") == {"shut": 1}
    with for_real("bea") as bea:
        assert outbox.mine(bea) == []


def test_a_mail_server_that_is_away_for_a_day_gets_everything_once(committed: str, sink: Sink) -> None:
    """F9: the queue drains once, nothing twice, nothing is lost."""
    sink.stop()
    tries = 0
    for name in ("bea", "bo", "ben", "pat"):
        for _kind in range(2):
            with for_real("rowan") as rowan:
                tell(rowan, name, kind="second" if _kind else "look")
    for _hour in range(24 * 6):
        if "tasks.tell" in chores.due("mail"):
            went = deliver()
            tries += 1
            assert went.failures and went.error == "Halt"
        later(minutes=10)
    assert 100 <= tries <= 200, "it goes on trying, and no more than every ten minutes"
    assert sink.kept == []
    sink.start()
    sent = 0
    for _again in range(4):
        sent += deliver().done
        later(minutes=10)
    assert sent == 8 and len(sink.to) == 8 and sorted(set(sink.to)) == [f"{n}@example.org" for n in ("bea", "ben", "bo", "pat")]
    assert len({m["Message-ID"] for m in sink.kept}) == 8
    assert all(states(n) == {"sent": 2} for n in ("bea", "bo", "ben", "pat"))


CUT = """
import os, sys
import django
django.setup()
from plait.kernel import chores
import plait.web.urls
chores.run("tasks.tell")
"""


def worker_that_is_killed(sink: Sink, *, at: str) -> None:
    """A worker process of its own, ended by SIGKILL while the mail server has the word."""
    import os
    import signal
    import subprocess
    import sys

    child: list[subprocess.Popen] = []

    def kill(*_what: object) -> str:
        os.kill(child[0].pid, signal.SIGKILL)
        child[0].wait(10)
        return "250 OK"

    setattr(sink, f"at_{at}", kill)
    settings = connections["owner"].settings_dict
    environment = {
        **{k: v for k, v in os.environ.items() if k != "PLAIT_OWNER"},
        "PLAIT_WORKER": "1", "PLAIT_DB_NAME": settings["NAME"], "DJANGO_SETTINGS_MODULE": "plait.settings",
        "PLAIT_SMTP": f"smtp+plain://127.0.0.1:{sink.port}", "PLAIT_SMTP_FROM": "plait@sender.example",
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
    }  # fmt: skip
    child.append(subprocess.Popen([sys.executable, "-c", CUT], env=environment))
    child[0].wait(60)
    assert child[0].returncode == -signal.SIGKILL
    setattr(sink, f"at_{at}", lambda _x: "250 OK")


def test_killed_before_the_last_word_it_is_told_once_afterwards(committed: str, sink: Sink) -> None:
    with for_real("rowan") as rowan:
        tell(rowan, "bea")
    worker_that_is_killed(sink, at="rcpt")
    assert sink.kept == [] and states("bea") == {"waiting": 1}
    deliver()
    deliver()
    assert sink.to == ["bea@example.org"] and states("bea") == {"sent": 1}


def test_killed_after_the_last_word_it_is_not_told_twice_unless_never_would_be_worse(committed: str, sink: Sink) -> None:
    with for_real("rowan") as rowan:
        tell(rowan, "bea")
    worker_that_is_killed(sink, at="data")
    assert len(sink.kept) == 1 and states("bea") == {"sending": 1}
    for _again in range(3):
        deliver()
        later(minutes=10)
    assert len(sink.kept) == 1 and states("bea") == {"unsure": 1}

    with for_real("rowan") as rowan:
        tell(rowan, "bo", kind="break_glass")
    worker_that_is_killed(sink, at="data")
    for _again in range(3):
        deliver()
        later(minutes=10)
    mine = [m for m in sink.kept if m["To"] == "bo@example.org"]
    assert len(mine) == 2 and len({m["Message-ID"] for m in mine}) == 1, "the same mail, which a mail server shows once"
    assert states("bo") == {"sent": 1}


def test_a_refused_address_and_a_server_that_wants_time(committed: str, sink: Sink) -> None:
    sink.at_rcpt = lambda to: "550 no such mailbox" if to.startswith("bea") else "451 later" if to.startswith("bo") else "250 OK"
    for name in ("bea", "bo", "ben"):
        with for_real("rowan") as rowan:
            tell(rowan, name)
    assert deliver().done == 1 and sink.to == ["ben@example.org"]
    assert states("bea") == {"refused": 1} and states("bo") == {"waiting": 1}
    with for_real("ada") as ada:
        assert [(name, email) for _id, name, email in outbox.refused(ada)] == [(person("bea").name, "bea@example.org")]
    with for_real("rowan") as rowan:
        assert outbox.refused(rowan) == [] and outbox.counted(rowan) == [], "for whoever runs the machine alone"
    sink.at_rcpt = lambda _to: "250 OK"
    later(hours=1)
    deliver()
    assert sorted(sink.to) == ["ben@example.org", "bo@example.org"] and states("bea") == {"refused": 1}


# P3 -------------------------------------------------------------------------------------------------------------------------------

PLANTED = ("Zerubabel", "Quisling-Street", "CASE-4711", "Zzyzx")


def test_p3_no_mail_calendar_entry_title_address_or_file_name_says_a_planted_word(committed: str, sink: Sink) -> None:
    """Planted in every field that people fill: a record's title and text, a colleague's name, an organisation."""
    with scratch.superuser() as su:
        su.execute("update kernel_account set name = %s where email like 'rowan%%'", ["Zerubabel Zzyzx"])
    made = open_assessment(title="CASE-4711 Zerubabel of Quisling-Street", public_text="Zzyzx")
    with for_real("rowan") as rowan:
        for kind in KINDS:
            tell(rowan, "bea", kind=kind, about=made.id)
    chores.run("tasks.find")
    for _day in range(9):
        deliver()
        later(days=1)
    assert len(sink.kept) >= 10
    told = {k for k in KINDS if any(str(KINDS[k].words) in m.get_content() for m in sink.kept)}
    assert told == set(KINDS), "every kind was in a mail"
    for mail in sink.kept:
        whole = mail.as_string() + mail.get_content()
        assert not [w for w in PLANTED if w.lower() in whole.lower()]
        assert mail["To"] in {a.email for a in Account.objects.all()}
        assert mail["Subject"] in {*(str(k.words) for k in KINDS.values()), "Things wait for you"}
        assert mail.get_content_type() == "text/plain" and "http" not in mail.get_content() and "<" not in mail.get_content()
        assert "Tests' Partnership" in mail.get_content() and "plait.testford.example" in mail.get_content()
        assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", mail.get_content())
    client = Client()
    client.force_login(person("bea"), backend="plait.kernel.accounts.EmailBackend")
    where = re.search(r"http[^<]+plait\.ics", client.post("/me/calendar/").content.decode())[0]
    feed = Client().get(where)
    assert feed["Content-Type"].startswith("text/calendar") and "plait.ics" in feed["Content-Disposition"]
    text = feed.content.decode().replace("\r\n ", "")
    assert text.count("BEGIN:VEVENT") >= 1 and not [w for w in PLANTED if w.lower() in text.lower()]
    assert set(re.findall(r"SUMMARY:(.*)\r\n", text)) <= {str(k.words) for k in KINDS.values()}
    for path in ("/calendar/", "/me/told/"):
        page = client.get(path).content.decode()
        title = re.search(r"<title>(.*?)</title>", page, re.S)[1]
        assert not [w for w in PLANTED if w.lower() in title.lower()]


def test_a_calendar_address_is_one_person_s_can_be_renewed_and_ended_and_says_nothing_to_strangers(committed: str) -> None:
    client = Client()
    client.force_login(person("bea"), backend="plait.kernel.accounts.EmailBackend")

    def address() -> str:
        return re.search(r"/calendar/feed/[^<]+plait\.ics", client.post("/me/calendar/").content.decode())[0]

    first = address()
    assert Client().get(first).status_code == 200
    second = address()
    assert Client().get(first).status_code == 404 and Client().get(second).status_code == 200
    wrong = Client().get("/calendar/feed/nobody-s/plait.ics")
    assert wrong.status_code == 404 and wrong.content == Client().get(first).content
    with scratch.superuser() as su:
        assert su.execute("select count(*) from kernel_feed where secret_hash like %s", [f"%{second[15:25]}%"]).fetchone() == (0,)
        su.execute("set session_replication_role = replica")  # closing an account takes somebody who does it; here it is closed
        su.execute("update kernel_account set is_active = false where id = %s", [person("bea").id])
    assert Client().get(second).status_code == 404
    with scratch.superuser() as su:
        su.execute("update kernel_account set is_active = true")
    client.post("/me/calendar/end/")
    assert Client().get(second).status_code == 404


def test_a_calendar_file_is_folded_escaped_and_says_each_kind_once_a_day() -> None:
    entries = [("second", "Ü" * 60 + ", and; more\nof it", date(2026, 3, 29))] * 2 + [("gap", "B", date(2028, 2, 29))]
    raw = ics.written(entries, key="k", at=datetime(2026, 1, 1, tzinfo=UTC))
    assert raw.endswith(b"\r\n") and all(len(line) <= 75 for line in raw.split(b"\r\n"))
    text = raw.decode().replace("\r\n ", "")
    assert text.count("BEGIN:VEVENT") == 2 and "\\, and\\; more\\nof it" in text
    assert "DTSTART;VALUE=DATE:20280229\r\nDTEND;VALUE=DATE:20280301" in text
    assert raw == ics.written(reversed(entries), key="k", at=datetime(2026, 1, 1, tzinfo=UTC))
    assert (
        set(re.findall(r"UID:(.*)", text))
        & set(re.findall(r"UID:(.*)", ics.written(entries, key="l", at=datetime(2026, 1, 1, tzinfo=UTC)).decode()))
        == set()
    )


# P4, choices ------------------------------------------------------------------------------------------------------------------------


def test_p4_an_address_comes_from_the_account_when_its_turn_comes_and_from_nowhere_else(committed: str, sink: Sink) -> None:
    with for_real("rowan") as rowan:
        tell(rowan, "bea")
    with scratch.superuser() as su:
        su.execute("update kernel_account set email = 'bea@newplace.example' where id = %s", [person("bea").id])
        columns = {
            c
            for (c,) in su.execute(
                "select column_name from information_schema.columns where table_name = 'kernel_notice'"
            ).fetchall()
        }
        assert not {c for c in columns if "mail" in c or "address" in c or "text" in c or "title" in c}
        with pytest.raises(Exception, match="notice_kind_from_the_list"):
            su.execute("set session_replication_role = replica; update kernel_notice set kind = 'Bea Brown'")
    deliver()
    assert sink.to == ["bea@newplace.example"]


def test_p4_what_was_told_can_be_taken_back_until_it_is_read(committed: str, sink: Sink) -> None:
    with for_real("rowan"):
        made = draft(title="To look at")
    client = Client()
    client.force_login(person("rowan"), backend="plait.kernel.accounts.EmailBackend")
    for name in ("bea", "bo", "ben"):
        with for_real("rowan") as rowan:
            outbox.ask_to_look(rowan, to=person(name).id, circle=partnership().id, about=("assessment", made.id))
    with for_real("rowan") as rowan:
        asked = {a.account: a.id for a in outbox.asked(rowan)}
    client.post(f"/me/told/{asked[person('bea').id]}/take-back/")
    deliver()
    assert sorted(sink.to) == ["ben@example.org", "bo@example.org"], "taken back before its turn: no mail"
    client.post(f"/me/told/{asked[person('bo').id]}/take-back/")
    with for_real("bo") as bo:
        assert outbox.mine(bo) == [], "taken back after the mail: nothing stands there"
    reader = Client()
    reader.force_login(person("ben"), backend="plait.kernel.accounts.EmailBackend")
    page = reader.get("/me/told/").content.decode()
    assert "A colleague asks you to look at something" in page and "To look at" not in page
    opened = reader.post(f"/me/told/{asked[person('ben').id]}/open/")
    assert opened.status_code == 302 and opened["Location"] == f"/picture/assessments/{partnership().id}/{made.id}/"
    too_late = client.post(f"/me/told/{asked[person('ben').id]}/take-back/")
    assert too_late.status_code == 403 and "read already" in too_late.content.decode()
    assert Client().post(f"/me/told/{asked[person('ben').id]}/open/").status_code == 302, "to sign in"
    assert client.post(f"/me/told/{asked[person('ben').id]}/open/").status_code == 404, "it is Ben's"
    with pytest.raises(Refused), for_real("bea") as bea:
        outbox.recall(bea, id=asked[person("ben").id])


def test_p4_whoever_asks_sees_for_whom_a_colleague_works_and_is_warned_of_another_domain(committed: str) -> None:
    from plait.partners.tests import make

    with for_real("rowan"):
        made = draft(title="To look at")
        for name, body in (("bea", "Borough of Testford"), ("bo", "A school far away")):
            make.works(name, make.organisation(name=body))
    with scratch.superuser() as su:
        su.execute("update kernel_account set email = 'bo@elsewhere.example' where id = %s", [person("bo").id])
    client = Client()
    client.force_login(person("rowan"), backend="plait.kernel.accounts.EmailBackend")
    page = client.get(f"/ask/assessment/{partnership().id}/{made.id}/").content.decode()
    assert "Borough of Testford. Mail goes to example.org." in page
    assert "A school far away. Careful: the mail goes to another domain than yours, elsewhere.example." in page
    assert "bo@elsewhere.example" not in page and "bea@example.org" not in page
    sent = client.post(f"/ask/assessment/{partnership().id}/{made.id}/", {"who": str(person("dee").id)})
    assert sent.status_code == 200 and "Choose one of those listed." in sent.content.decode()


def test_nobody_tells_a_stranger_and_nobody_reads_another_s_notices(committed: str) -> None:
    with pytest.raises(Refused), for_real("dee") as dee:
        tell(dee, "bea")
    with for_real("rowan") as rowan:
        tell(rowan, "bea")
    with for_real("bo"):
        assert Notice.objects.count() == 0
        with pytest.raises(DatabaseError), transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute("update kernel_notice set state = 'sent'")
    with for_real("bea"):
        assert Notice.objects.count() == 1
    with pytest.raises(DatabaseError), acting(asker("rowan")) as rowan:  # no verb, no notice
        outbox.post(rowan, kind="look", to=person("bea").id, circle=partnership().id, once="x")


def test_a_digest_leaves_on_the_morning_of_a_working_day_and_says_all_at_once(committed: str, sink: Sink) -> None:
    with for_real("bea") as bea:
        outbox.choose(bea, rhythms={"second": "daily", "returned": "daily", "gap": "none"})
    for kind in ("second", "returned", "gap", "second"):
        with for_real("rowan") as rowan:
            tell(rowan, "bea", kind=kind)
    deliver()
    assert sink.kept == [] and states("bea") == {"waiting": 3, "quiet": 1}
    later(days=5)
    deliver()
    assert len(sink.kept) == 1 and sink.kept[0]["Subject"] == "Things wait for you"
    body = sink.kept[0].get_content()
    assert "A release waits for a second person" in body and "A release was sent back" in body and "empty seat" not in body
    with pytest.raises(Refused), for_real("bea") as bea:
        outbox.choose(bea, rhythms={"break_glass": "none"})


def test_digests_know_the_pack_s_holidays_and_clock() -> None:
    from plait.packs.loading import find, load

    calendar = load(find("uk-prevent")).days.calendar
    christmas = datetime(2026, 12, 24, 12, tzinfo=UTC)
    assert next_digest(calendar, "daily", christmas) == datetime(2026, 12, 29, 7, 30, tzinfo=UTC)
    assert next_digest(calendar, "daily", datetime(2026, 3, 27, 12, tzinfo=UTC)) == datetime(2026, 3, 30, 6, 30, tzinfo=UTC), (
        "summer time"
    )
    assert next_digest(calendar, "weekly", datetime(2026, 5, 2, 12, tzinfo=UTC)) == datetime(2026, 5, 5, 6, 30, tzinfo=UTC), (
        "a holiday's Monday"
    )
    assert next_digest(calendar, "daily", datetime(2026, 11, 24, 5, tzinfo=UTC)) == datetime(2026, 11, 24, 7, 30, tzinfo=UTC)


def test_what_waits_is_found_for_whom_it_waits_told_and_not_told_when_it_is_done(committed: str, sink: Sink) -> None:
    made = open_assessment(title="The year's")
    chores.run("tasks.find")
    chores.run("tasks.find")
    assert states("bea") == {"waiting": 2} and states("dee") == {} and states("ada") == {}
    with for_real("bea"):
        voice(made, "bea")
    for _day in range(5):
        deliver()
        later(days=1)
    bea = [m for m in sink.kept if m["To"] == "bea@example.org"]
    assert bea and not any("waits for your position" in m.get_content() for m in bea), "it was taken before the digest"
    assert any("waits for your position" in m.get_content() for m in sink.kept if m["To"] == "bo@example.org")


def test_a_test_message_goes_the_way_of_every_mail_and_the_page_says_what_became_of_it(committed: str, sink: Sink) -> None:
    client = Client()
    client.force_login(person("ada"), backend="plait.kernel.accounts.EmailBackend")
    sink.stop()
    client.post("/administration/work/test/")
    assert deliver().failures == 1
    page = client.get("/administration/work/").content.decode()
    assert "the mail server cannot be reached" in page and "Halt" in page
    sink.start()
    later(minutes=30)
    deliver()
    assert sink.to == ["ada@example.org"] and sink.kept[0]["Subject"] == "A test message"
    assert "sent" in client.get("/administration/work/").content.decode()
    assert Client().get("/administration/work/").status_code == 302


def test_without_a_mail_server_it_is_said_and_nothing_leaves(committed: str, settings) -> None:
    settings.SMTP = None
    with for_real("rowan") as rowan:
        tell(rowan, "bea")
    assert deliver().done == 0 and states("bea") == {"waiting": 1}
    client = Client()
    client.force_login(person("ada"), backend="plait.kernel.accounts.EmailBackend")
    page = client.get("/administration/work/").content.decode()
    assert "would be sent" in page and "Bea" not in page and "PLAIT_SMTP" in page


def test_a_verb_is_needed_to_claim_what_is_one_s_own(committed: str) -> None:
    with for_real("rowan") as rowan:
        tell(rowan, "bea")
    with acting(asker("bea")) as bea:
        with verb("tests.look"):
            assert len(outbox.claim(bea)) == 1
    with acting(asker("bo")) as bo:
        assert outbox.claim(bo) == []
