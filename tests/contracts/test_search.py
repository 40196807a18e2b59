"""A9 and A10: what a search answers is what it would answer if nothing hidden existed, in results, counts, kinds, offers, marks and files."""

from __future__ import annotations

import json
import random
import re
import time
import uuid
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from plait.exchange.models import Lesson
from plait.frame.lists import Ask
from plait.kernel import access, scratch, search
from plait.kernel.access import cells
from plait.kernel.acting import Asker, verb
from plait.partners.models import Person
from plait.picture.models import Evidence
from plait.web import search as page
from plait.web.middleware import Count
from tests.people import as_, partnership, person

SEED, TERMS = 8151, 1_000
PARTS = [
    "ba",
    "be",
    "bi",
    "bo",
    "bu",
    "da",
    "de",
    "di",
    "do",
    "du",
    "fa",
    "fe",
    "fi",
    "fo",
    "ga",
    "ge",
    "gi",
    "go",
    "ka",
    "ke",
    "ki",
    "ko",
    "la",
    "le",
    "li",
    "lo",
    "ma",
    "me",
    "mi",
    "mo",
    "na",
    "ne",
    "ni",
    "no",
    "pa",
    "pe",
    "pi",
    "po",
    "ra",
    "re",
    "ri",
    "ro",
    "sa",
    "se",
    "si",
    "so",
    "ta",
    "te",
    "ti",
    "to",
]
MASK = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"')


def made_up(n: int) -> list[str]:
    """Words of four to six syllables, many of which begin alike."""
    chance, found = random.Random(SEED), dict[str, None]()
    while len(found) < n:
        found["".join(chance.choice(PARTS) for _ in range(chance.randint(4, 6)))] = None
    return list(found)


def write(circle: uuid.UUID, terms: list[str], each: int = 5) -> int:
    """Records of several kinds, each with a few of the terms, in title, text and name."""
    written = 0
    for n, some in enumerate(terms[k : k + each] for k in range(0, len(terms), each)):
        made: list[Any] = [cells.fill(Evidence, circle, {}), cells.fill(Lesson, circle, {}), cells.fill(Person, circle, {})]
        row = made[n % 3]
        if isinstance(row, Person):
            row.name = " ".join(some)[:200]
        else:
            row.title = f"{some[0]} {some[-1]}"
            setattr(row, "what" if isinstance(row, Evidence) else "case_text", f"They said {', '.join(some)}, and more.")
        row.save(force_insert=True)
        written += 1
    return written


def hidden_circles(rowan: Asker) -> list[uuid.UUID]:
    """A matter, and a group and an organisation whose steward is somebody else."""
    with verb("tests.open"):
        circles = [access.open_circle(rowan, kind, "narrow") for kind in (4, 3, 2)]
        access.give_seat(rowan, account=person("bea").id, circle=circles[1], level=3, reason="to lead it")
        access.give_seat(rowan, account=person("bo").id, circle=circles[2], level=3, reason="to lead it")
    return circles


def hide(circles: list[uuid.UUID], terms: list[str]) -> int:
    written = 0
    for name, circle in zip(("rowan", "bea", "bo"), circles, strict=True):
        as_(name)
        with verb("tests.write"):
            written += write(circle, terms)
    return written


def answers(asker: Asker, terms: list[str]) -> list[Any]:
    """Everything that a search says to each term: hits with their marks, counts, kinds, what is offered, the file."""
    found = []
    for n, term in enumerate(terms):
        ask = Ask(term)
        of = page.found(asker, ask)
        found.append((of.rows, of.found, of.total, of.filters, page.beginning(asker, Ask(term[:5]), 30)))
        if of.rows and n % 4 == 0:
            found.append(page.for_export(asker, ask))
    return found


def compare(n: int, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Answers before and after the hidden records were written: by both forms of the query. How many answers, how many of them empty."""
    terms = made_up(n)
    only_hidden, open_ones = terms[: n // 2], terms[n // 2 : n * 3 // 4]
    circles = hidden_circles(as_("rowan"))
    with verb("tests.write"):
        assert write(partnership().id, open_ones) == -(-len(open_ones) // 5)
    tia = as_("tia")
    asked = [*terms, f"{terms[0]} {open_ones[0]}", f"{open_ones[0]} {open_ones[1]}"]
    without = answers(tia, asked)
    assert sum(bool(a[0]) for a in without) >= len(open_ones)
    assert hide(circles, [*only_hidden, *open_ones]) >= 3 * (n // 8)
    tia = as_("tia")
    assert answers(tia, asked) == without
    monkeypatch.setattr(search, "FEW", -1)
    assert answers(tia, asked) == without
    bea = as_("bea")
    assert search.find(bea, only_hidden[0], tables=list(page.TABLES)).total == 1  # they are there, for whoever sits there
    return len(terms), len(only_hidden)


@pytest.mark.full
@pytest.mark.django_db
def test_a_thousand_answers_are_those_of_a_database_without_the_hidden_records(monkeypatch: pytest.MonkeyPatch) -> None:
    """A9."""
    assert compare(TERMS, monkeypatch) == (1_000, 500)


@pytest.mark.full
@pytest.mark.django_db
def test_hidden_and_absent_take_the_same_statements_and_the_same_bytes() -> None:
    """A10, the part that can be asserted; the time is in `./plait bench timing`."""
    terms = made_up(40)
    circles = hidden_circles(as_("rowan"))
    with verb("tests.write"):
        write(partnership().id, terms[:10])
    client = Client()
    client.force_login(person("tia"))
    client.get("/home/")
    session = client.session
    session["seen"] = int(time.time()) + 600
    session.save()

    def asked(term: str) -> tuple[int, int, bytes]:
        count = Count()
        with connection.execute_wrapper(count):
            answer = client.get("/search/", {"q": term})
        return answer.status_code, count.n, MASK.sub(b"", answer.content)

    absent = [asked(t) for t in terms]
    assert len({n for _s, n, _b in absent[10:]}) == 1
    hide(circles, terms)
    assert [asked(t) for t in terms] == absent


def touched(asker: Asker, term: str) -> tuple[int, int, int]:
    """What the look-up of a word touched: rows read of the token table, rows thrown away by the policy, pages."""
    seen: list[tuple[str, list[Any]]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        assert search.find(asker, term, tables=list(page.TABLES)).total == 0
    sql, params = next((s, p) for s, p in seen if "kernel_token" in s)
    with connection.cursor() as cursor:
        cursor.execute(f"explain (analyze, buffers, timing off, format json) {sql}", params)
        plan = cursor.fetchone()[0]
    rows = thrown = pages = 0
    nodes = [(plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]]
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        if node.get("Relation Name") == "kernel_token":
            rows += node["Actual Rows"] * node["Actual Loops"]
            thrown += node.get("Rows Removed by Filter", 0) * node["Actual Loops"]
            pages += node["Shared Hit Blocks"] + node["Shared Read Blocks"]
    return round(rows), round(thrown), pages


@pytest.mark.full
@pytest.mark.django_db
def test_a_word_that_is_hidden_a_thousand_times_touches_what_an_absent_one_touches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A10 at its root: not one row or page more of the token table is read."""
    circles = hidden_circles(as_("rowan"))
    with verb("tests.write"):
        write(partnership().id, made_up(100))
    as_("rowan")
    with verb("tests.write"):
        rows = [cells.fill(Evidence, circles[0], {}) for _ in range(1_000)]
        for row in rows:
            row.title = "Wisteria"
        Evidence.objects.bulk_create(rows)
    tia = as_("tia")
    hidden, absent = touched(tia, "wisteria"), touched(tia, "wistaria")
    assert hidden == absent and hidden[0] == 0  # a table without statistics may be read whole: for either word
    monkeypatch.setattr(search, "FEW", -1)
    with connection.cursor() as cursor:  # no statistics yet: whether the whole table is read hangs on what else was written
        cursor.execute("set local enable_seqscan = off")
    assert (
        touched(tia, "wisteria")[1] >= touched(tia, "wistaria")[1] + 1_000
    )  # the other form does look at them: the limit that SECURITY.md states


PLANTED = {
    "every word to everybody": "alter policy reads on kernel_token using (true)",
    "one kind's words to everybody": "alter policy reads on kernel_token using (tab = 'picture_evidence' or circle_id = any((select plait.my_small())::uuid[]))",
}


@pytest.mark.full
@pytest.mark.parametrize("offence", PLANTED)
def test_the_comparison_finds(offence: str, committed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with scratch.superuser() as su:
        su.execute(PLANTED[offence])
    with pytest.raises(AssertionError), transaction.atomic():
        compare(20, monkeypatch)


def test_the_comparison_is_content_with_the_policy_as_it_is(committed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction.atomic():
        assert compare(20, monkeypatch) == (20, 10)
