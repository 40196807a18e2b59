"""A second, quite different town is loaded like the first, and its profile has no word of it; what is not released appears nowhere."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import docx
import pypdf
import pytest
from django.test import Client
from django.urls import reverse

from plait.kernel import scratch
from plait.kernel.acting import PUBLIC, Asker, acting
from plait.kernel.models import Account
from plait.launch import demo_source
from plait.public.queries import profile
from plait.reports import FORMATS, render
from plait.web.load import load_folder

ROOT = Path(__file__).resolve().parents[2]
SECOND = ROOT / "tests" / "towns" / "weidenau"
PLANT = "Zwirbelkante"


@pytest.fixture
def empty(django_db_setup, django_db_blocker) -> Iterator[str]:
    """A database with nothing in it but the tables."""
    with django_db_blocker.unblock(), scratch.database(scratch.template(lambda: None)) as name:
        yield name


def text_of(format: str, data: bytes) -> str:
    if format == "pdf":
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    if format == "docx":
        found = docx.Document(io.BytesIO(data))
        return "\n".join([p.text for p in found.paragraphs] + [c.text for t in found.tables for r in t.rows for c in r.cells])
    return data.decode()


def every_form(language: str) -> dict[str, str]:
    """The profile as text, in every format, as the public role reads it."""
    with acting(PUBLIC):
        made = profile(language)
    return {format: text_of(format, render(made, format)) for format in FORMATS}


def public_pages() -> dict[str, str]:
    """Every public page, following the links from the first one."""
    client, seen, waiting = Client(), {}, ["/public/"]
    while waiting:
        url = waiting.pop()
        answer = client.get(url)
        seen[url] = answer.content.decode() if "html" in answer["Content-Type"] else ""
        for link in re.findall(r'href="(/public/[^"#]*)"', seen[url]):
            link = link.replace("&amp;", "&")
            if link not in seen and link not in waiting and not link.endswith((".pdf", ".docx")):
                waiting.append(link)
    return seen


def words_of(folder: Path) -> set[str]:
    """Names that belong to one town: its own name, its organisations', its people's and its neighbourhoods'."""
    from plait.frame.folder import Folder

    f = Folder(folder)
    names = {
        f.one("partnership.yaml").text("town"),
        *(i.text("name") for i in f.items("organisations")),
        *(i.text("name") for i in f.items("people")),
    }
    places = json.loads((folder / "places.geojson").read_text())
    return names | {p["properties"]["name"] for p in places["features"]}


@pytest.mark.full
def test_the_profile_of_a_second_town_has_no_word_of_the_first(empty: str) -> None:
    load_folder(SECOND)
    own = words_of(SECOND)
    for language in ("de", "en"):
        said = every_form(language)
        assert set(said) == set(FORMATS)
        for format, text in said.items():
            assert len(text) > 1000 and "Weidenau" in text, format
            assert [w for w in words_of(demo_source()) - own if w in text] == [], format
    found = json.loads(every_form("en")["json"])
    assert len(found["sections"]) == 9
    assert len({r["kind"] for s in found["sections"] for x in s["sentences"] for r in x["records"]}) >= 6
    pages = public_pages()
    assert len(pages) > 12
    assert [(u, w) for u, t in pages.items() for w in words_of(demo_source()) - own if w in t] == []


@pytest.mark.full
def test_a_word_planted_where_it_does_not_leave_appears_in_no_format_page_search_or_export(empty: str, tmp_path: Path) -> None:
    """In a partnership's record, a draft risk, the notes under a published risk, and an organisation that did not agree."""
    import shutil

    folder = tmp_path / "town"
    shutil.copytree(SECOND, folder)
    organisations, risks, priorities = ((folder / f"{n}.yaml") for n in ("organisations", "risks", "priorities"))
    kind = re.search(r"type: (\S+)", organisations.read_text()).group(1)
    sector = re.search(r"sectors: \[([^,\]]+)", organisations.read_text()).group(1)
    organisations.write_text(
        organisations.read_text()
        + f"\n- key: planted\n  name: {PLANT} Verein\n  type: {kind}\n  sectors: [{sector}]\n  role: {PLANT}\n  listed: []\n"
    )
    first = risks.read_text()
    risks.write_text(
        re.sub(r"\n  why: .*", f"\n  why: {PLANT}", first, count=1)
        + f"\n- key: planted\n  code: R99\n  title: {PLANT}\n  family: other_strand\n  themes: [hate_crime]\n  likelihood: {re.search(r'likelihood: (.+)', first).group(1)}\n"
        f"  impact: {re.search(r'impact: (.+)', first).group(1)}\n  confidence: {re.search(r'confidence: (.+)', first).group(1)}\n  trend: {re.search(r'trend: (.+)', first).group(1)}\n  why: {PLANT}\n  cause: {PLANT}\n"
    )
    priorities.write_text(re.sub(r"\n  next_step: .*", f"\n  next_step: {PLANT}", priorities.read_text(), count=1))
    load_folder(folder)
    for language in ("de", "en"):
        assert [f for f, text in every_form(language).items() if PLANT in text] == []
    assert [u for u, t in public_pages().items() if PLANT in t] == []
    dee = Account(email="dee@example.org", name="Dee")
    dee.set_unusable_password()
    with acting(Asker(None, kind="nobody")):
        dee.save(force_insert=True)
    outside, inside = Client(), Client()
    outside.force_login(dee)
    inside.force_login(Account.objects.exclude(id=dee.id).filter(email__icontains="koord").first() or _coordinator(folder))
    lists = ["picture:risks", "picture:evidence_list", "programme:priorities", "partners:organisations", "exchange:lessons"]
    for name in lists:
        for format in ("", "?format=csv"):
            assert PLANT not in outside.get(reverse(name) + format).content.decode()
    assert PLANT not in outside.get(reverse("web:search"), {"q": PLANT}).content.decode()
    assert PLANT in inside.get(reverse("web:search"), {"q": PLANT}).content.decode()
    assert PLANT in inside.get(reverse("partners:organisations") + "?format=csv").content.decode("utf-8-sig")


def _coordinator(folder: Path) -> Account:
    from plait.frame.folder import Folder

    f = Folder(folder)
    key = f.one("partnership.yaml").text("coordinator")
    return Account.objects.get(email=next(i.text("email") for i in f.items("people") if i.text("key") == key))


BROKEN = {
    "an unknown key": ("risks.yaml", lambda t: re.sub(r"\n  why: ", "\n  nonsense: 1\n  why: ", t, count=1), "nonsense"),
    "an unknown word": ("risks.yaml", lambda t: re.sub(r"\n  likelihood: .*", "\n  likelihood: perhaps", t, count=1), "perhaps"),
    "a date that is none": ("priorities.yaml", lambda t: re.sub(r"\n  due: .*", "\n  due: soon", t, count=1), "soon"),
    "a key that refers to nobody": (
        "groups.yaml",
        lambda t: re.sub(r"\n  chair: .*", "\n  chair: nobody-of-this-name", t, count=1),
        "nobody-of-this-name",
    ),
    "no YAML": ("lessons.yaml", lambda t: t + "\n  - : : [", "lessons.yaml"),
    "an unknown key at the head": ("partnership.yaml", lambda t: t + "\nnonsense: 1\n", "nonsense"),
    "a row with too many cells": ("people.csv", lambda t: t + "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o\n", "people.csv"),
    "a pack that there is not": ("partnership.yaml", lambda t: re.sub(r"\npack: .*", "\npack: atlantis", t, count=1), "atlantis"),
}


@pytest.mark.full
@pytest.mark.parametrize("fault", BROKEN)
def test_a_fault_names_file_line_and_remedy_and_nothing_is_half_loaded(fault: str, empty: str, tmp_path: Path) -> None:
    import shutil

    from plait.launch import Stop

    folder = tmp_path / "town"
    shutil.copytree(SECOND, folder)
    file, change, word = BROKEN[fault]
    (folder / file).write_text(change((folder / file).read_text()))
    with pytest.raises(Stop) as stop:
        load_folder(folder)
    said = stop.value.sentence
    assert stop.value.code == 4 and f"{file}, line " in said and word in said, said
    with scratch.superuser() as su:
        assert (
            su.execute("select count(*) from picture_risk").fetchone()
            == (0,)
            == su.execute("select count(*) from kernel_published").fetchone()
        )
        for table in ("kernel_partnership", "kernel_account", "kernel_circle", "kernel_office", "kernel_decisionright"):
            assert su.execute(f"select count(*) from {table}").fetchone() == (0,), table
    load_folder(SECOND)


@pytest.mark.full
def test_a_failed_load_leaves_a_partnership_that_was_founded_before_as_it_was(empty: str, tmp_path: Path) -> None:
    import shutil

    from plait.launch import Stop
    from plait.web.founding import found

    found("generic-msc", "Ours", "us@example.org")
    with scratch.superuser() as su:
        looked = "select p.name, p.town, p.pack, p.notice, p.places, a.email, a.name from kernel_partnership p, kernel_account a"
        rights = "select step, office from kernel_decisionright order by 1, 2"
        before = su.execute(looked).fetchall(), su.execute(rights).fetchall()
        folder = tmp_path / "town"
        shutil.copytree(SECOND, folder)
        (folder / "risks.yaml").write_text((folder / "risks.yaml").read_text() + "\n- nonsense: 1\n")
        with pytest.raises(Stop):
            load_folder(folder)
        assert (su.execute(looked).fetchall(), su.execute(rights).fetchall()) == before
    load_folder(SECOND)


@pytest.mark.full
def test_a_release_of_a_folder_carries_its_day_and_says_when_it_was_entered(empty: str) -> None:
    from psycopg.errors import InsufficientPrivilege

    from plait.kernel.models import Publication

    load_folder(SECOND)
    with acting(PUBLIC):
        editions = list(Publication.objects.order_by("number"))
    dated = [e for e in editions if e.dated_on]
    assert dated and all(e.dated_on < e.released_at.date() for e in dated)
    said = every_form("en")
    assert said and all(
        ('"entered": ' if format == "json" else "entered from records on") in text
        for format, text in said.items()
        if format != "pdf"
    )
    assert "aus Unterlagen eingetragen" in public_pages()["/public/check/"]
    with scratch.as_role("app", empty) as app, pytest.raises(InsufficientPrivilege):  # only the owner opens the window
        app.execute("insert into plait.loading(until) values (now() + interval '1 hour')")
    with scratch.superuser() as su:
        assert su.execute("select count(*) from plait.loading").fetchone() == (0,)  # and it is closed again
