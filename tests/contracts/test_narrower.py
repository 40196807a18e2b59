"""A5: a day in the wide circle is the same, to the byte, whether or not a narrower part exists that one is not in. X4: exports hold what the screen counts."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from plait.kernel import access, scratch
from plait.kernel.access import cells
from plait.kernel.acting import Asker, acting, verb
from plait.kernel.models import Account
from tests.contracts.hostile import Forms, pages

pytestmark = pytest.mark.full

MASK = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"|\d\d[:.]\d\d(?::\d\d)?(?:\.\d+)?')
PLANT = "Zwirbelkante"
WIDE = ("board_member", "publisher")


def first(office: str) -> Account:
    with scratch.superuser() as su:
        (id,) = su.execute("select account_id from kernel_office where key = %s order by account_id limit 1", [office]).fetchone()
    return Account.objects.get(id=id)


def narrower(office: str) -> int:
    """Somebody opens a matter of their own and writes one record of every kind into it, each with a planted word. How many."""
    who = Asker.of(first(office), lifetime=3600)
    rows: dict[str, object] = {}
    with acting(who), verb("tests.open"):
        circle = access.open_circle(who, 4, PLANT)
        for model in cells.tables_in_order():
            row = cells.fill(model, circle, rows)
            for field in model._meta.local_fields:
                if field.get_internal_type() == "TextField" and getattr(row, field.attname):
                    setattr(row, field.attname, f"{PLANT} {getattr(row, field.attname)}")
            row.save(force_insert=True)
            rows[model._meta.db_table] = row.id
    return len(rows)


def day(office: str) -> dict[str, tuple[int, bytes, dict[str, str]]]:
    """What somebody meets in a day: each kind of page, each list as a file, searches, and what is suggested."""
    client = Client(raise_request_exception=False)
    client.force_login(first(office))
    met = {}
    exports = []
    for at, answer in pages(client):
        if at.startswith("/me/sign-in/"):
            continue  # a secret is drawn there each time
        met[at] = answer
        exports += [
            link for link in sorted(Forms(answer.content.decode(), at).links) if "format=csv" in link and "q=" not in link
        ]
    for link in dict.fromkeys(
        [*exports, f"/search/?q={PLANT}", "/search/?q=a", f"/picture/risks/?q={PLANT}", f"/picture/evidence/?q={PLANT}"]
    ):
        met[link] = client.get(link)
    return {
        at: (
            a.status_code,
            MASK.sub(b"", a.content),
            {k: v for k, v in a.headers.items() if k not in ("Server-Timing", "Content-Disposition")},
        )
        for at, a in met.items()
    }


def test_nothing_shows_of_a_narrower_part(town_template: str, django_db_setup, django_db_blocker) -> None:
    with django_db_blocker.unblock():
        met = {}
        for planted in (False, True):
            with scratch.database(town_template):
                made = narrower("coordinator") if planted else 0
                met[planted] = {office: day(office) for office in WIDE}
                for alias in connections:
                    connections[alias].close()
    assert made >= 15
    compared = 0
    for office in WIDE:
        assert list(met[False][office]) == list(met[True][office]), office
        for at, without in met[False][office].items():
            assert met[True][office][at] == without, (office, at)
            compared += 1
    assert compared >= 90, compared


def test_who_is_in_the_narrower_part_does_find_it(town_template: str, django_db_setup, django_db_blocker) -> None:
    """The twin of the test above: what it looks at would show."""
    with django_db_blocker.unblock(), scratch.database(town_template):
        narrower("coordinator")
        found = day("coordinator")
    assert sum(PLANT.encode() in body for at, (_status, body, _headers) in found.items() if PLANT not in at) >= 5


def rows_of(book: bytes) -> int:
    """Rows of a sheet in which something stands."""
    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()
    return len([row for row in re.findall(r"<row [^>]*>(.*?)</row>", sheet, re.DOTALL) if "<c " in row])


LISTS = (
    "picture:risks",
    "picture:evidence_list",
    "programme:priorities",
    "partners:organisations",
    "partners:people",
    "exchange:lessons",
)


def test_an_export_holds_as_many_rows_as_the_screen_counts(holder: Callable[[str], Client]) -> None:
    client, compared = holder("coordinator"), 0
    for name in LISTS:
        at = reverse(name)
        page = client.get(at)
        narrowing = [("", "")]
        for form in Forms(page.content.decode(), at).forms:
            if form.method == "get" and "q" in form.values and form.action != "/search/":
                narrowing += [(k, v) for k, choices in form.choices.items() for v in choices if v and k not in ("q", "format")]
        narrowing = narrowing[:: max(1, len(narrowing) // 4)] + [("q", word) for word in ("e", "zzz", "%")]
        for key, value in narrowing:
            asked = {key: value} if key else {}
            screen = client.get(at, asked)
            count = screen.context["page"].found
            rows = list(csv.reader(io.StringIO(client.get(at, {**asked, "format": "csv"}).content.decode("utf-8-sig"))))
            head = str(screen.context["page"].spec.columns[0].label)
            above = next(n for n, r in enumerate(rows) if r and r[0] == head) + 1
            assert len([r for r in rows[above:] if any(r)]) == count, (name, asked, count)
            if not compared % 5:
                assert rows_of(client.get(at, {**asked, "format": "xlsx"}).content) - above == count, (name, asked)
            compared += 1
    assert compared >= 35, compared
