"""A list asks the database as often for ten thousand rows as for twenty-five; its export holds the same rows as the screen."""

from __future__ import annotations

import csv
import io
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from plait.exchange.models import Lesson
from plait.kernel import access
from plait.kernel.access import cells
from plait.kernel.acting import verb
from plait.partners.models import Organisation
from plait.picture.models import Evidence, Risk
from plait.programme.models import Priority
from tests.people import as_, partnership, person

pytestmark = pytest.mark.django_db

LISTS = {
    "picture:evidence_list": Evidence, "picture:risks": Risk, "programme:priorities": Priority, "exchange:lessons": Lesson,
    "partners:organisations": Organisation,
}  # fmt: skip


def client_of(name: str) -> Client:
    client = Client()
    client.force_login(person(name))
    client.get("/home/")
    return client


def terms() -> dict[str, str]:
    """Real words of the pack for the fields of a row made for a test."""
    from plait.packs import current

    pack = current()

    def first(name: str) -> str:
        return next(iter(pack.vocabulary(name))).key

    return {
        "family": first("risk_family"), "likelihood": first("likelihood"), "impact": first("impact"), "confidence": first("confidence"), "trend": first("trend"),
        "horizon": first("priority_horizon"), "purpose": first("lesson_purpose"), "strength": first("lesson_strength"), "direction": "own",
    }  # fmt: skip


def fill(model, n: int, circle: uuid.UUID | None = None, title: str = "Row") -> None:
    from plait.packs import current

    pack, known = current(), terms()
    circle = circle or partnership().id
    made: dict = {}
    rows = []
    with verb("tests.fill"):
        for m in cells.tables_in_order():
            if m in (Risk, Organisation) and m is not model:
                row = cells.fill(m, circle, made)
                _wordly(row, pack, known)
                row.save(force_insert=True)
                made[m._meta.db_table] = row.id
        for i in range(n):
            row = cells.fill(model, circle, made)
            _wordly(row, pack, known)
            if hasattr(row, "title"):
                row.title = f"{title} {i}"
            rows.append(row)
        model.objects.bulk_create(rows)


def _wordly(row, pack, known) -> None:
    for name, value in known.items():
        if hasattr(row, name) and name != "kind":
            setattr(row, name, value)
    if isinstance(row, Evidence):
        row.kind, row.how, row.sure = (
            next(iter(pack.vocabulary(v))).key for v in ("evidence_kind", "evidence_how", "evidence_sure")
        )
        row.place, row.themes = "town", [next(iter(pack.vocabulary("theme"))).key]
    if isinstance(row, Organisation):
        row.kind, row.duty, row.sectors = (
            next(iter(pack.vocabulary("organisation_type"))).key,
            next(iter(pack.vocabulary("duty_status"))).key,
            [next(iter(pack.vocabulary("sector"))).key],
        )
    if isinstance(row, Priority):
        row.state = "planned"


def asked(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.full
@pytest.mark.parametrize("name", LISTS)
def test_the_number_of_queries_does_not_grow(name: str) -> None:
    as_("rowan")
    fill(LISTS[name], 25)
    client = client_of("rowan")
    few = asked(client, reverse(name))
    as_("rowan")
    fill(LISTS[name], 225, title="More")
    assert asked(client, reverse(name)) == few
    if name == "picture:evidence_list":
        as_("rowan")
        fill(Evidence, 9_750, title="Many")
        assert asked(client, reverse(name)) == few


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "query",
    [
        "?q=%00",
        "?page=-1",
        "?page=99999999999",
        "?sort=';drop",
        "?sort=-title&sort=x",
        "?q=" + "x" * 5000,
        "?format=exe",
        "?kind=%F0%9F%98%80",
        "?from=nonsense&to=0000-99-99",
    ],
)
def test_a_hostile_address_of_a_list_shows_the_list(name: str, query: str) -> None:
    assert client_of("rowan").get(reverse(name) + query).status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_an_export_says_who_when_how_many_and_for_whom_and_has_no_hidden_row(name: str) -> None:
    """X3: label in the file's name and first row; the same rows as the screen; a planted hidden row never."""
    rowan = as_("rowan")
    fill(LISTS[name], 3)
    with verb("tests.open"):
        hidden = access.open_circle(rowan, 4, "a matter")
    fill(LISTS[name], 2, circle=hidden, title="PLANTED")
    answer = client_of("tia").get(reverse(name) + "?format=csv")
    assert answer.status_code == 200 and "TLP-GREEN" in answer["Content-Disposition"]
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert "TLP:GREEN" in " ".join(rows[0]) and person("tia").name in " ".join(rows[0])
    assert "PLANTED" not in text
    sheet = client_of("tia").get(reverse(name) + "?format=xlsx")
    assert sheet.status_code == 200 and sheet.content[:2] == b"PK"


def test_a_formula_in_a_record_stays_text_in_an_export() -> None:
    as_("rowan")
    fill(Lesson, 1, title='=HYPERLINK("http://x","y")')
    text = client_of("rowan").get(reverse("exchange:lessons") + "?format=csv").content.decode("utf-8-sig")
    assert "HYPERLINK" in text and "\n=" not in text and ",=" not in text and ',"=' not in text
