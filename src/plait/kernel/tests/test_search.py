"""Search under the one policy: words, forms, who finds what, and that no write forgets a word."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from hypothesis import given, settings
from hypothesis import strategies as st

from plait.exchange.models import Lesson
from plait.kernel import access, scratch, search
from plait.kernel.access import cells, sync
from plait.kernel.access.registry import protected, searched
from plait.kernel.acting import Asker, acting, verb
from plait.partners.models import Organisation, Person
from plait.picture.models import Evidence
from tests.people import as_, asker, for_real, partnership

EVIDENCE = [Evidence._meta.db_table]


def write(title: str, what: str = "", lang: str = "en", circle: uuid.UUID | None = None, **more: Any) -> Evidence:
    row = cells.fill(Evidence, circle or partnership().id, {})
    row.title, row.what, row.lang = title, what, lang
    for name, value in more.items():
        setattr(row, name, value)
    with verb("tests.write"):
        row.save(force_insert=True)
    return row


def titles(asker: Asker, words: str, **more: Any) -> list[str]:
    """Titles of the evidence that is found."""
    hits = search.find(asker, words, tables=EVIDENCE, **more).hits
    names = {e.id: e.title for e in Evidence.objects.filter(id__in=[h.row for h in hits])}
    return [names[h.row] for h in hits]


@pytest.fixture(params=["by circle", "at once"])
def each_form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both forms of the query, whatever the asker's circles."""
    monkeypatch.setattr(search, "FEW", 1000 if request.param == "by circle" else -1)


FORMS = [
    ("en", "Meetings of schools", "meeting school"), ("en", "The library's evening", "libraries evenings"), ("en", "O’Brien Street", "obrien"),
    ("en", "Café Noir", "CAFE noir"), ("de", "Ängste der Jugendlichen", "Angst Jugendlicher"), ("de", "Straße der Häuser", "strasse haus"),
    ("ar", "المدارس الجديدة", "مدارس"), ("ar", "كِتَاب", "كتاب"), ("ur", "لائبریری کی ملاقات", "ملاقات"), ("ur", "کتاب ۱۲", "كتاب 12"),
    ("tr", "ISPARTA", "isparta"), ("el", "ΟΔΟΣ", "οδος"), ("bn", "সম্প্রদায়ের কথা", "কথা"), ("en", "unit-testing, B2/C3", "testing c3"),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("lang", "title", "words"), FORMS)
def test_a_word_is_found_in_its_other_forms(lang: str, title: str, words: str) -> None:
    rowan = as_("rowan")
    write(title, lang=lang)
    write("Something else", lang=lang)
    assert titles(rowan, words) == [title]


@pytest.mark.django_db
def test_every_word_must_stand_in_the_record(each_form: None) -> None:
    rowan = as_("rowan")
    write("Harbour", "the market")
    write("Harbour", "the station")
    assert titles(rowan, "harbour market") == ["Harbour"]
    assert len(titles(rowan, "harbour")) == 2
    assert titles(rowan, "harbour market station") == titles(rowan, "") == titles(rowan, " ,;. ") == []


@pytest.mark.django_db
def test_whoever_is_not_in_the_circle_finds_nothing_counts_nothing_and_is_offered_nothing(each_form: None) -> None:
    rowan = as_("rowan")
    with verb("tests.open"):
        matter = access.open_circle(rowan, 4, "a matter")
    write("Wisteria", circle=matter)
    assert titles(rowan, "wisteria") == ["Wisteria"]
    assert search.find(rowan, "wiste", tables=EVIDENCE, beginning=True).total == 1
    tia = as_("tia")
    for beginning in (False, True):
        assert search.find(tia, "wisteria", tables=EVIDENCE, beginning=beginning) == search.Found()
    as_("rowan")
    with verb("tests.seat"):
        access.give_seat(rowan, account=tia.id, circle=matter, level=1, reason="to read it")
    tia = as_("tia")
    assert titles(tia, "wisteria") == ["Wisteria"]
    with verb("tests.bar"):
        access.set_bar(tia, account=tia.id, circle=matter, reason="a conflict")
    assert search.find(tia, "wisteria", tables=EVIDENCE).total == 0


@pytest.mark.django_db
def test_pages_are_disjoint_in_order_and_the_last_stands_for_what_is_past_it(each_form: None) -> None:
    rowan = as_("rowan")
    for n in range(7):
        write(f"Lantern {n}")
    seen = [titles(rowan, "lantern", size=3, page=page) for page in (1, 2, 3)]
    assert sorted(t for page in seen for t in page) == [f"Lantern {n}" for n in range(7)]
    assert [len(page) for page in seen] == [3, 3, 1]
    past = search.find(rowan, "lantern", tables=EVIDENCE, size=3, page=99)
    assert (past.page, past.total, len(past.hits)) == (3, 7, 1)


@pytest.mark.django_db
def test_words_follow_the_record(each_form: None) -> None:
    rowan = as_("rowan")
    row = write("Juniper", "first text")
    with verb("tests.change"):
        Evidence.objects.filter(id=row.id).update(title="Rowanberry")
    assert titles(rowan, "juniper") == [] and titles(rowan, "rowanberries text") == ["Rowanberry"]
    with verb("tests.withdraw"):
        Evidence.objects.filter(id=row.id).update(withdrawn_on="2026-01-01", withdrawn_why="wrong")
    assert titles(rowan, "rowanberry") == []
    with verb("tests.again"):
        Evidence.objects.filter(id=row.id).update(withdrawn_on=None, withdrawn_why="")
    assert titles(rowan, "rowanberry") == ["Rowanberry"]
    with verb("tests.remove"), connection.cursor() as cursor:
        cursor.execute("delete from picture_evidence where id = %s", [row.id])
        assert cursor.rowcount == 1
    assert search.find(rowan, "rowanberry", tables=EVIDENCE).total == 0


@pytest.mark.django_db
def test_a_translation_is_found_in_its_own_language() -> None:
    rowan = as_("rowan")
    row = cells.fill(Lesson, partnership().id, {})
    row.title, row.translations = "A lesson", {"de": "Die Schulen sprachen miteinander", "ur": "لائبریری"}
    with verb("tests.write"):
        row.save(force_insert=True)
    for words in ("schule", "لائبریری"):
        assert search.find(rowan, words, tables=["exchange_lesson"]).total == 1, words


@pytest.mark.django_db
def test_names_are_found_and_have_words_of_their_own(each_form: None) -> None:
    rowan = as_("rowan")
    tables = [Person._meta.db_table, Organisation._meta.db_table, *EVIDENCE]
    row = cells.fill(Person, partnership().id, {})
    row.name = "Zsófia Łukasz-O’Hara"
    with verb("tests.write"):
        row.save(force_insert=True)
    write("Zsofia", "is no name here")
    found = search.find(rowan, "zsofia", tables=tables)
    assert found.of == {"partners_person": 1, "picture_evidence": 1} and found.total == 2
    assert [h.table for h in search.find(rowan, "lukasz OHARA", tables=tables).hits] == ["partners_person"]
    assert search.find(rowan, "zsofia", tables=tables, only="partners_person").total == 1


@pytest.mark.django_db
def test_the_application_neither_writes_words_nor_reads_the_key_nor_makes_hashes() -> None:
    as_("rowan")
    for statement in (
        "insert into kernel_token(hash, circle_id, sort_at, tab, row_id) select 1, circle_id, sort_at, tab, row_id from kernel_token",
        "update kernel_token set circle_id = gen_random_uuid()",
        "delete from kernel_token",
        "select * from plait.search_key",
        "select * from plait.searched",
        "select plait.token_hashes(array['w:a'])",
        "select plait.tokens('{}', false, array['title'])",
    ):
        with verb("tests.try"), pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert refused.value.__cause__.sqlstate == "42501", statement


def test_sealed_fields_and_unknown_ones_cannot_be_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(searched()) >= 9
    for fields in (("title", "nonsense"), ("title", "what")):
        monkeypatch.setattr(Evidence, "searchable", fields)
        monkeypatch.setattr(Evidence, "sealed", ("what",))
        with pytest.raises(RuntimeError, match="cannot be searched"):
            searched()


# --- no write forgets: what stands in the table is what the rows say -------------------------------------------------------------


def stale(superuser: Any) -> list[str]:
    """Tables in which a word is missing or too much."""
    found = []
    for model in searched():
        columns = "array[" + ", ".join(f"'{c}'" for c in model.searchable) + "]"
        wanted = f"select h, circle_id, made_at, id from {model._meta.db_table} r cross join lateral unnest(plait.tokens(to_jsonb(r), {model.names}, {columns})) h"
        kept = f"select hash, circle_id, sort_at, row_id from kernel_token where tab = '{model._meta.db_table}'"
        (n,) = superuser.execute(
            f"select (select count(*) from ({wanted} except {kept}) a) + (select count(*) from ({kept} except {wanted}) b)"
        ).fetchone()
        if n:
            found.append(f"{model._meta.db_table}: {n}")
    return found


def test_every_word_of_every_row_stands_there_and_none_too_much(committed: str) -> None:
    with for_real("rowan"), verb("tests.write"):
        rows = [cells.fill(Evidence, partnership().id, {}) for _ in range(40)]
        for n, row in enumerate(rows):
            row.title = f"Number {n} of many"
        Evidence.objects.bulk_create(rows)
        Evidence.objects.filter(title__contains="1").update(what="changed all at once", source="and more")
        Evidence.objects.filter(title__contains="2").update(withdrawn_on="2026-01-01", withdrawn_why="wrong")
        person = cells.fill(Person, partnership().id, {})
        person.save(force_insert=True)
    with scratch.superuser() as su:
        assert stale(su) == []
        su.execute("set session_replication_role = replica")
        su.execute("update picture_evidence set title = 'behind the back' where title like '%3%'")
        assert stale(su) != []  # the comparison itself finds what is missing


@pytest.mark.full
def test_rows_that_were_there_before_are_made_ready_counted_and_said(committed: str, caplog: pytest.LogCaptureFixture) -> None:
    with for_real("rowan"):
        for n in range(3):
            write(f"Earlier row {n}")
    with scratch.superuser() as su:
        su.execute("truncate kernel_token; delete from plait.searched")
        with acting(asker("rowan")) as rowan:
            assert titles(rowan, "earlier") == []
        with caplog.at_level("INFO", "plait"):
            sync.sync()
        assert "3 rows of picture_evidence made ready" in caplog.text
        assert su.execute("select rows from plait.searched where tab = 'picture_evidence'").fetchone() == (3,)
        assert stale(su) == []
        assert su.execute("select count(*) from kernel_token where hash = 0").fetchone() == (1,)
        forced = "select count(*) from pg_class where relname = any(%s) and relforcerowsecurity"
        tables = ["kernel_token", *(m._meta.db_table for m in protected())]
        assert su.execute(forced, [tables]).fetchone() == (len(tables),)
    with acting(asker("rowan")) as rowan:
        assert len(titles(rowan, "earlier")) == 3
    caplog.clear()
    with caplog.at_level("INFO", "plait"):
        sync.sync()
    assert "made ready" not in caplog.text  # a second time there is nothing to do


# --- words of any text -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def words(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The words of a text, as the database makes them."""
    with django_db_blocker.unblock(), scratch.superuser() as su:
        yield lambda text: {w for (w,) in su.execute("select word from plait.words_in(%s)", [[text]])}


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60)


@given(text=TEXT)
@settings(max_examples=150, deadline=None)
def test_words_of_any_text_are_stable_and_hold_no_space_case_or_mark(words: Any, text: str) -> None:
    found = words(text)
    assert words(unicodedata.normalize("NFC", text)) == words(unicodedata.normalize("NFD", text)) == found
    assert words(f"  {text}\n") == found
    for word in found:
        assert word and not any(c.isspace() for c in word) and len(word) <= 60
        assert words(word) == {word}
    assert words(" ".join(sorted(found))) == found


@given(text=st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F), max_size=40))
@settings(max_examples=100, deadline=None)
def test_case_and_accents_do_not_count_in_latin_words(words: Any, text: str) -> None:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    assert words(text) == words(bare) == words(text.lower())
