"""Pages of the programme, as a browser gets them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from plait.programme import queries
from plait.programme.models import Priority
from plait.programme.tests import make
from tests.people import as_, asker, person

pytestmark = pytest.mark.django_db


def browser(name: str) -> Client:
    client = Client()
    client.force_login(person(name))
    return client


def typed(**more: Any) -> dict[str, Any]:
    said = make.given(as_("rowan"), **more)
    return {k: v for k, v in {"state": "planned", "lang": "en", "position": 1, **said}.items() if v is not None}


def test_an_empty_list_says_what_to_do_first() -> None:
    answer = browser("rowan").get(reverse("programme:priorities"))
    assert answer.status_code == 200
    assert reverse("programme:add") in answer.content.decode()
    assert reverse("programme:add") not in browser("dora").get(reverse("programme:priorities")).content.decode()


def test_a_coordinator_adds_changes_moves_takes_back_and_undoes() -> None:
    client, said = browser("rowan"), typed()
    assert client.get(reverse("programme:add")).status_code == 200
    assert client.post(reverse("programme:add"), said).status_code == 303
    as_("rowan")
    row = Priority.objects.get()
    at = {"circle": row.circle_id, "id": row.id}
    page = client.get(row.get_absolute_url()).content.decode()
    assert said["title"] in page
    assert "A hostile crowd" in page
    assert "The council" in page
    assert "TLP:GREEN" in page
    assert client.get(reverse("programme:change", kwargs=at)).status_code == 200
    answer = client.post(
        reverse("programme:change", kwargs=at), {**said, "title": "Renamed", "version": 1, "in_de": "Auf Deutsch."}
    )
    assert answer.status_code == 303
    assert client.get(reverse("programme:move", kwargs=at)).status_code == 200
    assert (
        client.post(reverse("programme:move", kwargs=at), {"state": "under_way", "words": "Begun.", "version": 2}).status_code
        == 303
    )
    page = client.get(row.get_absolute_url()).content.decode()
    assert "Renamed" in page
    assert "Begun." in page
    assert client.get(reverse("programme:withdraw", kwargs=at)).status_code == 200
    assert client.post(reverse("programme:withdraw", kwargs=at), {"version": 3}).status_code == 303
    assert "Renamed" not in client.get(reverse("programme:priorities")).content.decode()
    assert client.post(reverse("programme:bring_back", kwargs=at), {"version": 4}).status_code == 303
    assert "Renamed" in client.get(reverse("programme:priorities")).content.decode()


def test_what_was_typed_stays_with_its_errors() -> None:
    client = browser("rowan")
    answer = client.post(reverse("programme:add"), {**typed(), "risk": "", "title": "Kept words"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Kept words" in page
    assert "answers neither" in page


def test_the_second_of_two_sees_both_texts() -> None:
    client, row = browser("rowan"), make.priority(as_("rowan"))
    address = reverse("programme:change", kwargs={"circle": row.circle_id, "id": row.id})
    assert client.post(address, {**typed(title="First words"), "version": 1}).status_code == 303
    answer = client.post(address, {**typed(title="Second words"), "version": 1})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "First words" in page
    assert "Second words" in page


def test_a_form_without_a_version_overwrites_nothing() -> None:
    client, row = browser("rowan"), make.priority(as_("rowan"))
    at = {"circle": row.circle_id, "id": row.id}
    assert client.post(reverse("programme:change", kwargs=at), typed(title="Blind")).status_code == 409
    assert client.post(reverse("programme:move", kwargs=at), {"state": "under_way", "words": "Blind"}).status_code == 409


def test_a_reader_reads_and_is_told_why_not_more() -> None:
    row = make.priority(as_("rowan"))
    client, at = browser("dora"), {"circle": row.circle_id, "id": row.id}
    page = client.get(row.get_absolute_url()).content.decode()
    assert row.title in page
    assert "contributor" in page
    assert reverse("programme:change", kwargs=at) not in page
    for name in ("change", "move", "withdraw"):
        assert client.get(reverse(f"programme:{name}", kwargs=at)).status_code == 403
    assert client.get(reverse("programme:add")).status_code == 403
    assert client.post(reverse("programme:bring_back", kwargs=at), {"version": 1}).status_code == 403


def test_late_is_said_on_the_list_and_on_the_page() -> None:
    rowan = as_("rowan")
    row = make.priority(rowan, state="under_way", due=queries.today(rowan) - timedelta(days=3))
    client = browser("dora")
    for address in (reverse("programme:priorities"), row.get_absolute_url()):
        assert "Late" in client.get(address).content.decode()
    assert "1 is late" in client.get(reverse("programme:priorities")).content.decode()


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_an_export_carries_its_label(format: str) -> None:
    make.priority(as_("rowan"))
    answer = browser("rowan").get(reverse("programme:priorities"), {"format": format})
    assert answer.status_code == 200
    assert "TLP-GREEN" in answer["Content-Disposition"]


def test_a_file_holds_more_than_the_page_and_each_cell_of_the_page_has_its_head() -> None:
    make.priority(as_("rowan"))
    client = browser("rowan")
    page = client.get(reverse("programme:priorities")).content.decode()
    table = page[page.index("<table") : page.index("</table>")]
    assert table.count("<th ") - 1 == table.count("<td ") + 1  # heads, and one row with its head
    file = client.get(reverse("programme:priorities"), {"format": "csv"}).content.decode("utf-8-sig")
    assert "Measure" in file
    assert "Minutes until everybody was reached." in file


def test_dee_gets_404_everywhere() -> None:
    row = make.priority(as_("rowan"))
    client, at = browser("dee"), {"circle": row.circle_id, "id": row.id}
    for name, where in (
        ("priorities", {}),
        ("add", {}),
        ("priority", at),
        ("change", at),
        ("move", at),
        ("withdraw", at),
        ("bring_back", at),
    ):
        assert client.get(reverse(f"programme:{name}", kwargs=where)).status_code == 404
        assert client.post(reverse(f"programme:{name}", kwargs=where), {"version": 1}).status_code == 404


def test_hidden_and_absent_answer_alike() -> None:
    row = make.priority(as_("rowan"))
    client = browser("dee")
    hidden = client.get(row.get_absolute_url())
    absent = client.get(reverse("programme:priority", kwargs={"circle": asker("dee").id, "id": row.circle_id}))
    assert (hidden.status_code, hidden.content) == (absent.status_code, absent.content)
