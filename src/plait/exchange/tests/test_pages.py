"""Pages of the exchange, as a browser gets them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from plait.exchange.models import Lesson
from plait.exchange.tests import make
from tests.people import as_, asker, person

pytestmark = pytest.mark.django_db


def browser(name: str) -> Client:
    client = Client()
    client.force_login(person(name))
    return client


def typed(**more: Any) -> dict[str, Any]:
    said = {"lang": "en", "position": 1, **make.given(), "share": "on", **more}
    return {k: v for k, v in said.items() if v is not None}


def test_an_empty_list_says_what_to_do_first() -> None:
    address = reverse("exchange:lessons")
    assert reverse("exchange:add") in browser("tia").get(address).content.decode()
    assert reverse("exchange:add") not in browser("dora").get(address).content.decode()


def test_a_teacher_adds_changes_takes_back_and_undoes() -> None:
    client = browser("tia")
    assert client.get(reverse("exchange:add")).status_code == 200
    assert client.post(reverse("exchange:add"), typed()).status_code == 303
    as_("tia")
    row = Lesson.objects.get()
    at = {"circle": row.circle_id, "id": row.id}
    page = client.get(row.get_absolute_url()).content.decode()
    assert row.title in page
    assert "May be shared" in page
    assert "TLP:GREEN" in page
    assert client.get(reverse("exchange:change", kwargs=at)).status_code == 200
    answer = client.post(
        reverse("exchange:change", kwargs=at), typed(title="Renamed", version=1, share=None, in_de="Auf Deutsch.")
    )
    assert answer.status_code == 303
    page = client.get(row.get_absolute_url()).content.decode()
    assert "Renamed" in page
    assert "Stays inside" in page
    assert client.get(reverse("exchange:withdraw", kwargs=at)).status_code == 200
    assert client.post(reverse("exchange:withdraw", kwargs=at), {"version": 2}).status_code == 303
    assert "Renamed" not in client.get(reverse("exchange:lessons")).content.decode()
    assert client.post(reverse("exchange:bring_back", kwargs=at), {"version": 3}).status_code == 303
    assert "Renamed" in client.get(reverse("exchange:lessons")).content.decode()


def test_what_was_typed_stays_with_its_errors() -> None:
    page = browser("tia").post(reverse("exchange:add"), typed(direction="from", case_text="Kept words")).content.decode()
    assert "Kept words" in page
    assert "for which city" in page


def test_the_second_of_two_sees_both_texts_and_a_form_without_a_version_overwrites_nothing() -> None:
    client, row = browser("tia"), make.lesson(as_("tia"))
    address = reverse("exchange:change", kwargs={"circle": row.circle_id, "id": row.id})
    assert client.post(address, typed(title="First words", version=1)).status_code == 303
    for version in (1, None):
        answer = client.post(address, typed(title="Second words", version=version))
        page = answer.content.decode()
        assert answer.status_code == 409
        assert "First words" in page
        assert "Second words" in page


def test_a_reader_reads_and_is_told_why_not_more() -> None:
    row = make.lesson(as_("rowan"))
    client, at = browser("dora"), {"circle": row.circle_id, "id": row.id}
    page = client.get(row.get_absolute_url()).content.decode()
    assert row.title in page
    assert "contributor" in page
    assert reverse("exchange:change", kwargs=at) not in page
    for name in ("change", "withdraw"):
        assert client.get(reverse(f"exchange:{name}", kwargs=at)).status_code == 403
    assert client.get(reverse("exchange:add")).status_code == 403
    assert client.post(reverse("exchange:bring_back", kwargs=at), {"version": 1}).status_code == 403


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_an_export_carries_its_label(format: str) -> None:
    make.lesson(as_("rowan"))
    answer = browser("rowan").get(reverse("exchange:lessons"), {"format": format})
    assert answer.status_code == 200
    assert "TLP-GREEN" in answer["Content-Disposition"]


def test_a_file_holds_more_than_the_page_and_each_cell_of_the_page_has_its_head() -> None:
    make.lesson(as_("rowan"))
    client = browser("rowan")
    page = client.get(reverse("exchange:lessons")).content.decode()
    table = page[page.index("<table") : page.index("</table>")]
    assert table.count("<th ") - 1 == table.count("<td ") + 1  # heads, and one row with its head
    file = client.get(reverse("exchange:lessons"), {"format": "csv"}).content.decode("utf-8-sig")
    assert "What came of it" in file
    assert "They ring earlier." in file


def test_dee_gets_404_everywhere_and_hidden_and_absent_are_alike() -> None:
    row = make.lesson(as_("rowan"))
    client, at = browser("dee"), {"circle": row.circle_id, "id": row.id}
    for name, where in (("lessons", {}), ("add", {}), ("lesson", at), ("change", at), ("withdraw", at), ("bring_back", at)):
        assert client.get(reverse(f"exchange:{name}", kwargs=where)).status_code == 404
        assert client.post(reverse(f"exchange:{name}", kwargs=where), {"version": 1}).status_code == 404
    absent = client.get(reverse("exchange:lesson", kwargs={"circle": asker("dee").id, "id": row.circle_id}))
    assert client.get(row.get_absolute_url()).content == absent.content
