"""Pages about seats and the emergency access, as the people use them who answer for both."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from plait.kernel import access, offices
from plait.kernel.access import glass, reviewing
from plait.kernel.acting import Asker, action
from plait.kernel.errors import Refused
from plait.kernel.models import Kind, Seat
from tests.people import as_, person

pytestmark = pytest.mark.django_db(databases=["default", "public"])

WHY = "A child may be in danger and nobody answers."
FACT = "The duty log of the school names the call."


@action("tests.pages_open")
def open_matter(asker: Asker, name: str = "Zyzzyva's matter") -> uuid.UUID:
    return access.open_circle(asker, Kind.MATTER, name)


@action("tests.pages_seat")
def seat(asker: Asker, name: str, circle: uuid.UUID, level: int = 2) -> uuid.UUID:
    return access.give_seat(asker, account=person(name).id, circle=circle, level=level, reason="knows the street")


def browser(name: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person(name))
    return client


def page(name: str, address: str, status: int = 200) -> str:
    answer = browser(name).get(address)
    assert answer.status_code == status, (name, address, answer.status_code)
    return answer.content.decode()


def send(name: str, address: str, status: int = 303, **given: str) -> str:
    answer = browser(name).post(address, given)
    assert answer.status_code == status, (name, answer.status_code, re.sub(r"<[^>]+>", " ", answer.content.decode())[-900:])
    return answer.content.decode()


def to(name: str, *args: object) -> str:
    return reverse(f"assurance:{name}", args=args)


# who sits where ----------------------------------------------------------------------------------------------------------------


def test_a_steward_reads_who_holds_which_seat_and_why_in_their_circle_and_nobody_else_does() -> None:
    circle = open_matter(as_("pol"))
    seat(as_("pol"), "cal", circle)
    said = page("pol", to("circle", circle))
    assert "knows the street" in said and person("cal").name in said and "opened it" in said
    for name in ("cal", "tia", "rowan", "bo", "pat"):
        page(name, to("circle", circle), 404)
    page("pol", to("circle", uuid.uuid4()), 404)


def test_the_office_that_confirms_reads_the_seats_of_a_matter_and_not_its_name() -> None:
    circle = open_matter(as_("pol"))
    for said in (page("dora", to("circle", circle)), page("dora", to("circles"))):
        assert "Zyzzyva" not in said and str(circle)[:8] in said
    assert "Zyzzyva" in page("pol", to("circles"))
    assert str(circle)[:8] not in page("rowan", to("circles"))


def test_whoever_is_barred_from_a_circle_does_not_read_its_seats() -> None:
    circle = open_matter(as_("pol"))
    offices.set_bar(as_("pol"), account=person("dora").id, circle=circle, reason="a cousin")
    page("dora", to("circle", circle), 404)


def test_whether_and_when_somebody_used_a_seat_is_neither_asked_nor_shown() -> None:
    said = page("dora", to("circle", access.partnership_circle() if as_("rowan") else None))
    assert "is not looked at" in said and "signed in" not in said.lower() and "last seen" not in said.lower()


def test_a_review_is_begun_answered_and_confirmed_by_two_and_a_seat_ends_with_it() -> None:
    circle = open_matter(as_("pol"))
    mine = seat(as_("pol"), "cal", circle)
    due = (as_("pol").now + timedelta(days=10)).date().isoformat()
    assert "after today" in send("pol", to("begin", circle), 200, due="2020-01-01")
    send("pol", to("begin", circle), due=due)
    assert "Answer for the seats of 1 circle" in page("pol", reverse("web:home"))
    send("pol", to("begin", circle), 403, due=due)
    rows = {r.seat: r.id for r in reviewing.reviews(as_("pol"), circle)}
    own = next(id for s, id in rows.items() if s != mine)
    assert "Somebody else answers" in page("pol", to("answer", circle, own), 403)
    assert "Answer this" in send("pol", to("answer", circle, rows[mine]), 200, say="end", reason="")
    send("pol", to("answer", circle, rows[mine]), say="end", reason="moved to another street")
    page("pol", to("decide", circle, rows[mine]), 403)
    assert "moved to another street" in page("dora", to("decide", circle, rows[mine]))
    assert "Say why not" in send("dora", to("decide", circle, rows[mine]), 200, agree="no", note="")
    send("dora", to("decide", circle, rows[mine]), agree="no", note="ask her first")
    assert "ask her first" in page("pol", to("circle", circle))
    send("pol", to("answer", circle, rows[mine]), say="end", reason="she agrees")
    as_("cal")
    assert Seat.objects.filter(id=mine).exists()
    send("dora", to("decide", circle, rows[mine]), agree="yes", note="")
    as_("cal")
    assert not Seat.objects.filter(id=mine).exists()
    send("dora", to("answer", circle, own), say="keep", reason="she opened it")
    send("bea", to("decide", circle, own), agree="yes", note="")
    assert "Answer for the seats" not in page("pol", reverse("web:home"))
    send("pol", to("begin", circle), due=due)


def test_a_quarter_without_a_review_is_due_on_the_first_page_of_whoever_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    from plait.assurance import policies

    assert "Review the seats" not in page("dora", reverse("web:home"))
    monkeypatch.setattr(policies, "QUARTER", timedelta(days=-1))
    assert re.search(r"Review the seats of \d+ circle", page("dora", reverse("web:home")))
    assert "Review the seats" not in page("cal", reverse("web:home"))


def test_a_late_answer_stands_under_today(monkeypatch: pytest.MonkeyPatch) -> None:
    circle = open_matter(as_("pol"))
    reviewing.begin(as_("pol"), circle=circle, due=(as_("pol").now + timedelta(days=3)).date())
    from plait.assurance import queries

    monkeypatch.setattr(queries, "today", lambda asker: (asker.now + timedelta(days=9)).date())
    assert "late" in page("pol", to("circle", circle))


# the emergency access ----------------------------------------------------------------------------------------------------------


def test_somebody_with_a_duty_of_care_reads_for_four_hours_and_it_is_reviewed() -> None:
    circle = open_matter(as_("pol"))
    page("tia", reverse("web:why", args=[circle]), 404)
    assert "20 characters" in send("tia", to("break_glass"), 200, circle=str(circle), reason="short")
    assert "32 letters" in send("tia", to("break_glass"), 200, circle="not a reference", reason=WHY)
    send("tia", to("break_glass"), circle=str(circle), reason=WHY)
    assert WHY in page("tia", reverse("web:why", args=[circle]))
    use = glass.uses(as_("tia"))[0]
    assert "Somebody else reviews" in page("tia", to("use", use.id))
    send("tia", to("use", use.id), 403, justified="yes", fact=FACT)
    for name in ("dora", "pol", "bea"):
        assert use.reference in page(name, reverse("web:home"))
    for name in ("cal", "rowan", "pat"):
        assert use.reference not in page(name, reverse("web:home"))
        page(name, to("use", use.id), 404)
    assert "20 characters" in send("dora", to("use", use.id), 200, justified="yes", fact="She said so.")
    send("dora", to("use", use.id), justified="yes", fact=FACT)
    assert FACT in page("tia", to("use", use.id)) and "found justified" in page("dora", to("uses"))


def test_a_hidden_reference_and_one_that_is_none_answer_alike() -> None:
    circle = open_matter(as_("pol"))
    offices.set_bar(as_("pol"), account=person("tia").id, circle=circle, reason="her own school")
    alike = {
        re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", send("tia", to("break_glass"), 403, circle=str(c), reason=WHY))
        for c in (circle, uuid.uuid4())
    }
    assert len(alike) == 1


def test_whom_to_ask_is_said_to_the_office_that_may_ask_and_to_nobody_else() -> None:
    circle = open_matter(as_("pol"))
    assert person("pol").name in send("tia", to("ask_steward"), 200, circle=str(circle))
    assert "Nobody is known" in send("tia", to("ask_steward"), 200, circle=str(uuid.uuid4()))
    page("cal", to("ask_steward"), 404)
    page("cal", to("break_glass"), 404)
    with pytest.raises(Refused):
        glass.break_glass(as_("cal"), circle=circle, reason=WHY)


def test_the_public_reads_how_often_it_was_used_and_no_small_number() -> None:
    said = page("cal", reverse("public:guarantees"))
    assert "Emergency access, counted" in said and "under five, or never" in said
