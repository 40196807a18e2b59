"""The search page: what is found, marked, offered and taken as a file; who else sees it stands on it; hidden and absent alike."""

from __future__ import annotations

import csv
import io
import re
import time
import uuid

import pytest
from django.db import connection
from django.test import Client

from plait.kernel import access, looks
from plait.kernel.access import cells
from plait.kernel.access.registry import searched
from plait.kernel.acting import verb
from plait.partners.models import Person
from plait.picture.models import Evidence
from plait.web.middleware import Count
from plait.web.search import TABLES
from tests.people import as_, partnership, person

pytestmark = pytest.mark.django_db
MASK = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"')


def client_of(name: str) -> Client:
    client = Client()
    client.force_login(person(name))
    client.get("/home/")
    session = client.session
    session["seen"] = int(time.time()) + 600  # a session writes once a minute when it was last seen; not in here
    session.save()
    return client


def evidence(title: str, what: str = "nothing more", circle: uuid.UUID | None = None) -> Evidence:
    row = cells.fill(Evidence, circle or partnership().id, {})
    row.title, row.what = title, what
    with verb("tests.write"):
        row.save(force_insert=True)
    return row


def body(client: Client, query: str) -> str:
    answer = client.get(f"/search/?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_searchable_table_has_a_place_on_the_page() -> None:
    assert set(TABLES) == {m._meta.db_table for m in searched()}


def test_what_is_found_is_shown_with_its_words_marked_in_their_passage() -> None:
    as_("rowan")
    evidence("Meetings <b>at</b> night", "word " * 80 + "the wardens of the harbour " + "word " * 80)
    said = body(client_of("tia"), "q=meeting+warden")
    assert "<mark>Meetings</mark> &lt;b&gt;at&lt;/b&gt; night" in said and "<b>at" not in said
    passage = re.search(r"<p>(… .*?)</p>", said, re.DOTALL)
    assert passage and "<mark>wardens</mark> of the harbour" in passage[1] and passage[1].endswith("…") and len(passage[1]) < 500
    assert "1 record that you may see has these words." in said


def test_kinds_narrow_and_count_what_may_be_seen() -> None:
    as_("rowan")
    for n in range(3):
        evidence(f"Amberley {n}")
    with verb("tests.write"):
        row = cells.fill(Person, partnership().id, {})
        row.name = "Alex Amberley"
        row.save(force_insert=True)
    client = client_of("tia")
    every = body(client, "q=amberley")
    assert "4 records" in every and "Evidence (3)" in every and "Person (1)" in every and "Risk (0)" in every
    narrowed = body(client, "q=amberley&kind=person")
    assert narrowed.count("<li><a") - every.count("<li><a") == -3 and "Alex <mark>Amberley</mark>" in narrowed
    assert "Amberley</mark> 0" in body(client, "q=amberley&kind=nonsense")


@pytest.mark.full
def test_a_title_is_offered_by_how_its_word_begins() -> None:
    as_("rowan")
    evidence("Safeguarding evening")
    said = body(client_of("tia"), "q=safeg")
    assert "0 records" in said and "begins like “safeg”" in said and "Safeguarding evening" in said
    assert "Safeguarding evening" in body(client_of("tia"), "q=evenings+safeg")
    assert "begins like" not in body(client_of("tia"), "q=safeguarding")


@pytest.mark.full
def test_a_file_of_it_says_whose_it_is_and_the_narrowest_audience_labels_page_and_file() -> None:
    rowan = as_("rowan")
    with verb("tests.open"):
        matter = access.open_circle(rowan, 4, "a matter")
    evidence("Quartz for all")
    evidence("=Quartz for few", circle=matter)
    narrow, wide = client_of("rowan"), client_of("tia")
    assert "TLP:RED" in body(narrow, "q=quartz") and "TLP:RED" not in body(wide, "q=quartz")
    for client, rows, label in ((narrow, 2, "TLP-RED"), (wide, 1, "TLP-GREEN")):
        answer = client.get("/search/?q=quartz&format=csv")
        said = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert label in answer["Content-Disposition"] and len(said) == rows + 2
        assert not any(cell.startswith("=") for line in said for cell in line)
    assert client.get("/search/?q=quartz&format=xlsx").content[:2] == b"PK"


HOSTILE = [
    "q=%00", "q=" + "x" * 5000, "q=%22%27%3B--", "q=%F0%9F%98%80", "q=%ED%A0%80", "q=%25&page=99999999999", "q=a&page=-1", "q=a&kind=%00&kind=risk",
    "q=%E2%80%AEabc", "q=" + "a+" * 90, "q=x&format=exe", "q=%DF%FF", "q=row&page=7", "q=row&page=999999",
]  # fmt: skip


@pytest.mark.full
@pytest.mark.parametrize("query", HOSTILE)
def test_a_hostile_question_shows_the_page(query: str) -> None:
    as_("rowan")
    evidence("Row")
    body(client_of("rowan"), query)


@pytest.mark.full
def test_hidden_and_absent_answer_alike_in_bytes_headers_and_number_of_queries() -> None:
    """The same question before and after records with its word were written where the asker may not look."""
    rowan = as_("rowan")
    evidence("Something seen")
    client = client_of("tia")
    asked = [
        "wisteria",
        "seen",
        "wisteria+seen",
        "wist",
        "see",
        "wisteria&kind=evidence",
        "wisteria&kind=person",
        "wisteria&format=csv",
    ]

    def answers() -> list[tuple]:
        found = []
        for q in asked:
            count = Count()
            with connection.execute_wrapper(count):
                answer = client.get(f"/search/?q={q}")
            headers = {k: v for k, v in answer.headers.items() if k not in ("Server-Timing", "Date")}
            found.append((answer.status_code, MASK.sub(b"", answer.content), headers, count.n))
        return found

    before = answers()
    as_("rowan")
    with verb("tests.open"):
        circles = [access.open_circle(rowan, kind, "narrow") for kind in (3, 4)]
        access.give_seat(rowan, account=person("bea").id, circle=circles[0], level=3, reason="to lead it")
    as_("rowan")
    for n in range(5):
        evidence(f"Wisteria seen {n}", circle=circles[1])
        with verb("tests.write"):
            row = cells.fill(Person, circles[1], {})
            row.name = "Wisteria Wist"
            row.save(force_insert=True)
    assert answers() == before
    assert "<mark>Wisteria</mark>" in body(client_of("rowan"), "q=wisteria")


@pytest.mark.full
def test_the_number_of_queries_does_not_grow_with_what_is_found() -> None:
    as_("rowan")
    client = client_of("tia")
    counts = []
    for n in (1, 20):
        as_("rowan")
        for k in range(n):
            evidence(f"Larkspur {k}")
        count = Count()
        with connection.execute_wrapper(count):
            body(client, "q=larkspur")
        counts.append(count.n)
    assert counts[0] == counts[1]


def test_finding_a_person_is_a_look_and_what_was_asked_is_kept_nowhere() -> None:
    """A name that is shown leaves an entry at that person, without the words; a piece of evidence leaves none."""
    as_("rowan")
    row = evidence("Amberley evening")
    with verb("tests.write"):
        somebody = cells.fill(Person, partnership().id, {})
        somebody.name = "Alex Amberley"
        somebody.save(force_insert=True)
    body(client_of("tia"), "q=amberley")
    body(client_of("tia"), "q=amber")  # offered by how the name begins
    as_("tia")
    body(client_of("tia"), "q=wisteria")
    rowan = as_("rowan")
    seen = looks.looks_of(
        rowan, table="partners_person", circle=partnership().id, row=somebody.id, purpose=next(iter(looks.PURPOSES))
    )
    assert [(look.who, look.how) for look in seen if look.who == person("tia").id] == [(person("tia").id, "search")] * 2
    assert not any("amber" in str(look).lower() for look in seen)
    others = looks.looks_of(
        rowan, table="picture_evidence", circle=partnership().id, row=row.id, purpose=next(iter(looks.PURPOSES))
    )
    assert [look for look in others if look.how == "search"] == []


def test_an_empty_question_says_what_to_do() -> None:
    as_("rowan")
    said = body(client_of("tia"), "")
    assert "Type one word or several." in said and "kept nowhere" in said
