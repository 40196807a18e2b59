"""What anybody reads, asked for as a browser without cookies would, by the bare database role."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

import plait.frame
from plait.kernel import access, release
from plait.kernel.errors import Refused
from plait.programme import actions as programme
from plait.public import queries, views
from plait.public.tests import make
from tests.people import for_real

NAMES = (
    "home",
    "what",
    "who",
    "picture",
    "profile",
    "refuse",
    "pays",
    "guarantees",
    "help",
    "complaints",
    "contact",
    "check",
    "accessibility",
    "privacy",
    "log",
)
STATIC = Path(plait.frame.__file__).parent / "static" / "frame"


@pytest.fixture
def browser(committed: str) -> Iterator[Client]:
    views._rendered.cache_clear()
    yield Client()
    views._rendered.cache_clear()


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def everything() -> dict[str, object]:
    """One of each kind, released; beside them records that were not, each with the planted word."""
    with for_real("rowan") as rowan:
        about, risk = make.about(rowan), make.risk(rowan)
        make.risk(rowan, code="R9", title=f"{make.PLANTED} draft risk", public_text=f"{make.PLANTED} draft")
        board, gap = make.group(rowan), make.gap(rowan)
        council = make.organisation(rowan, "The council")
        make.make.organisation(rowan, f"{make.PLANTED} who did not agree")
        picture = make.assessment(rowan, [risk], dissent="I would say less likely.")
        plan = make.priority(rowan, lead=council.id, risk=risk.id)
        lesson = make.lesson(rowan)
        make.lesson(rowan, title=f"{make.PLANTED} kept inside", public_text=f"{make.PLANTED} inside", share=False)
    made = {
        "partnership": about,
        "risk": risk,
        "group": board,
        "gap": gap,
        "organisation": council,
        "assessment": picture,
        "priority": plan,
        "lesson": lesson,
    }
    make.publish("Everything", *made.items())
    return made


def addresses() -> list[str]:
    number = queries.site().editions[0].number
    found = [reverse(f"public:{name}") for name in NAMES]
    found += [reverse("public:earlier", kwargs={"number": number})]
    found += [reverse("public:assessment", kwargs={"number": a}) for a in ("2026.1",)]
    found += [reverse("public:file", kwargs={"number": number, "format": f}) for f in ("json", "md", "docx", "pdf")]
    return [*found, *(f"{a}?language=de" for a in found)]


def pages() -> list[str]:
    return [a for a in addresses() if not re.search(r"/(json|md|docx|pdf)/", a)]


def test_every_page_stands_before_anything_was_published(browser: Client) -> None:
    for name in NAMES:
        page = text(browser, reverse(f"public:{name}"))
        assert "Tests&#x27; Partnership" in page


def test_no_page_sets_a_cookie_runs_a_script_or_has_a_form(browser: Client) -> None:
    everything()
    for address in addresses():
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert not answer.cookies, address
        assert "Cookie" not in answer.get("Vary", ""), address
        assert answer["Cache-Control"] == "public, max-age=60"
        assert answer["ETag"]
    for address in pages():
        page = text(browser, address)
        assert not re.search("<script|<form|style=", page), address
        loaded = re.findall(r'<(?:link|img|source|iframe|object|embed)[^>]*(?:href|src)="([^"]*)"', page)
        assert {one.split("/")[1] for one in loaded} == {"static"}, address
    assert not browser.cookies


def served(browser: Client, name: str) -> int:
    """How many bytes of a style or drawing travel."""
    answer = browser.get(f"/static/frame/{name}", headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200, name
    return len(answer.getvalue())


def test_a_page_and_all_that_it_loads_stay_under_100_kilobytes(browser: Client) -> None:
    """Also where a name is written with the letters of Polish, Czech, Turkish or Romanian: they bring a font of their own."""
    everything()
    for address in pages():
        answer = browser.get(address, headers={"accept-encoding": "gzip"})
        assert answer["Content-Encoding"] == "gzip"
        page = gzip.decompress(answer.content).decode()
        files = {Path(one).name for one in re.findall(r'href="/static/frame/([^"?]*)', page)}
        loaded = sum(served(browser, name) for name in files) + sum(
            (STATIC / "fonts" / f"source-sans-3-{name}.woff2").stat().st_size for name in ("latin", "latin-a")
        )
        assert len(answer.content) + loaded < 100_000, (address, len(answer.content), loaded)


def test_planted_words_of_what_was_not_released_appear_nowhere(browser: Client) -> None:
    everything()
    for address in addresses():
        body = browser.get(address).content
        if address.partition("?")[0].endswith("/docx/"):
            import io
            import zipfile

            with zipfile.ZipFile(io.BytesIO(body)) as parts:
                body = b"".join(parts.read(name) for name in parts.namelist())
        assert make.PLANTED.encode() not in body.lower(), address


def test_the_pages_are_made_by_a_role_that_can_read_nothing_else(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connections

    seen = set()

    def who(site: object) -> object:
        from plait.kernel.acting import role

        with connections[role.get()].cursor() as cursor:
            cursor.execute(
                "select current_user, has_table_privilege('picture_risk', 'select'),"
                " has_table_privilege('kernel_release', 'select')"
            )
            seen.add(cursor.fetchone())
        return telling_about(site)

    telling_about = views.telling.about
    monkeypatch.setattr(views.telling, "about", who)
    text(browser, reverse("public:home"))
    assert seen == {("plait_public", False, False)}


def test_what_was_released_is_read(browser: Client) -> None:
    made = everything()
    assert "Council, police and schools" in text(browser, reverse("public:home"))
    assert "The picture in a sentence." in text(browser, reverse("public:home"))
    who = text(browser, reverse("public:who"))
    assert "The council" in who
    assert "It decides." in who
    assert "Trust is thinnest here." in who
    picture = text(browser, reverse("public:picture"))
    assert "What the public may read of R1." in picture
    assert "<svg" in picture
    what = text(browser, reverse("public:what"))
    assert "Every partner hears within the hour." in what
    assert "A call a week" in what
    assert f"#risk-{made['risk'].id}" in what
    assert "The ministry pays." in text(browser, reverse("public:pays"))
    assert "hello@example.org" in text(browser, reverse("public:contact"))
    assert "Everything" in text(browser, reverse("public:check"))


def test_each_source_of_the_profile_leads_to_its_place(browser: Client) -> None:
    everything()
    page = text(browser, reverse("public:profile"))
    targets = re.findall(r'<li id="f\d+">[^<]*<a href="([^"]+)"', page)
    assert targets
    for target in targets:
        address, _hash, id = target.partition("#")
        there = text(browser, address)
        assert not id or f'id="{id}"' in there, target


def test_nothing_is_public_until_a_second_person_has_released_it(browser: Client) -> None:
    with for_real("rowan") as rowan:
        risk = make.risk(rowan)
        circle, public = access.partnership_circle(), access.public_circle()
        desk = release.prepare(rowan, circle=circle, target=public, title="Risks", records=[("risk", risk.id)])
        seen = release.Release.objects.get(id=desk).sha256
    assert "What the public may read" not in text(browser, reverse("public:picture"))
    with for_real("rowan") as rowan, pytest.raises(Refused):
        release.release_now(rowan, id=desk, circle=circle, seen=seen)
    with for_real("bea") as bea, pytest.raises(Refused):
        release.release_now(bea, id=desk, circle=circle, seen="0" * 64)
    assert "What the public may read" not in text(browser, reverse("public:picture"))
    with for_real("pat") as pat:
        release.release_now(pat, id=desk, circle=circle, seen=seen)
    assert "What the public may read" in text(browser, reverse("public:picture"))


def test_dissent_stands_beside_the_decision_in_its_own_words(browser: Client) -> None:
    everything()
    for address in (reverse("public:picture"), reverse("public:assessment", kwargs={"number": "2026.1"})):
        page = text(browser, address)
        assert "Not everybody agreed" in page
        assert "I would say less likely." in page


def test_a_later_edit_shows_only_after_the_next_release_and_the_earlier_edition_stays(browser: Client) -> None:
    with for_real("rowan") as rowan:
        plan = make.priority(rowan, title="First name", public_text="The first words.")
    first = make.publish("Plan", ("priority", plan))
    with for_real("rowan") as rowan:
        given = dict(
            make.make.given(
                rowan, title="Second name", public_text="The second words.", risk=plan.risk_id, lead=plan.lead_id
            ).items()
        )
        programme.change_priority(rowan, id=plan.id, circle=plan.circle_id, version=1, **given)
    assert "The first words." in text(browser, reverse("public:profile"))
    second = make.publish("Plan again", ("priority", plan))
    assert "The second words." in text(browser, reverse("public:profile"))
    assert "The first words." not in text(browser, reverse("public:profile"))
    old = text(browser, reverse("public:earlier", kwargs={"number": first}))
    assert "The first words." in old
    assert "The second words." not in old
    assert reverse("public:earlier", kwargs={"number": first}) in text(browser, reverse("public:profile"))
    assert "The second words." in text(browser, reverse("public:earlier", kwargs={"number": second}))


def test_what_is_taken_back_is_gone_from_every_edition(browser: Client) -> None:
    with for_real("rowan") as rowan:
        plan, lesson = make.priority(rowan, public_text="To be taken back."), make.lesson(rowan)
    first = make.publish("Both", ("priority", plan), ("lesson", lesson))
    assert "To be taken back." in text(browser, reverse("public:profile"))
    with for_real("rowan") as rowan:
        programme.withdraw_priority(rowan, id=plan.id, circle=plan.circle_id, version=1)
    for address in (reverse("public:profile"), reverse("public:earlier", kwargs={"number": first}), reverse("public:what")):
        page = text(browser, address)
        assert "To be taken back." not in page
    assert "A call a week" in text(browser, reverse("public:profile"))
    assert "Both" in text(browser, reverse("public:check"))


def test_a_lead_that_is_not_on_these_pages_is_not_named(browser: Client) -> None:
    with for_real("rowan") as rowan:
        lead = make.organisation(rowan, "The named lead")
        plan = make.priority(rowan, lead=lead.id)
    make.publish("Plan", ("priority", plan))
    assert "The named lead" not in text(browser, reverse("public:what"))
    make.publish("Who", ("organisation", lead))
    assert "The named lead" in text(browser, reverse("public:what"))


def test_the_language_stands_in_the_address_and_every_link_keeps_it(browser: Client) -> None:
    from plait.kernel.founding import describe

    describe(languages=["en", "de"])
    everything()
    for name in NAMES:
        answer = browser.get(reverse(f"public:{name}"), {"language": "de"})
        page = answer.content.decode()
        assert answer["Content-Language"] == "de"
        assert '<html lang="de"' in page
        links = re.findall(r'href="(/public/[^"#]*)', page)
        assert links, name
        files = ("/public/log/checkpoint", "/public/log/key")  # of no language
        assert [
            k for k in links if "language=de" not in k and k != answer.request["PATH_INFO"] and not k.startswith(files)
        ] == [], name
    assert browser.get(reverse("public:home"), headers={"accept-language": "de"})["Content-Language"] == "en"


def test_a_translation_is_read_where_somebody_entered_one(browser: Client) -> None:
    from plait.kernel.founding import describe

    describe(languages=["en", "de"])
    with for_real("rowan") as rowan:
        plan = make.priority(rowan, translations={"de": "Alle hören es binnen einer Stunde."})
    make.publish("Plan", ("priority", plan))
    german = text(browser, reverse("public:what") + "?language=de")
    assert "Alle hören es" in german
    assert "Every partner hears" not in german
    assert "Every partner hears" in text(browser, reverse("public:what"))


@pytest.mark.parametrize(
    "query",
    [
        "language=xx%00",
        "language=%ff%fe",
        "language=de&language=xx",
        "language=" + "x" * 3000,
        "language=../../etc",
        "%00=%00",
        "language[]=de",
        "page=%27%22",
    ],
)
def test_hostile_queries_are_answered_in_the_first_language(browser: Client, query: str) -> None:
    for name in NAMES:
        answer = browser.get(f"{reverse(f'public:{name}')}?{query}")
        assert answer.status_code == 200
        assert answer["Content-Language"] == "en"


@pytest.mark.parametrize(
    "path",
    [
        "nowhere/",
        "profile/1999.1/",
        "profile/%00/",
        "profile/x/pdf/",
        "profile/2026.1/exe/",
        "picture/2026.99/",
        "picture/%00/",
        "%00",
        "..%2f..%2f",
        "a" * 4000 + "/",
        "nowhere",
    ],
)
def test_what_is_not_there_answers_404_in_the_same_frame(browser: Client, path: str) -> None:
    make.publish("Nothing much", ("partnership", _about()))
    answer = browser.get(f"/public/{path}")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "There is nothing here" in page
    assert 'class="open"' in page
    assert not answer.cookies


def _about() -> object:
    with for_real("rowan") as rowan:
        return make.about(rowan)


def test_a_missing_stroke_is_added_and_the_language_kept(browser: Client) -> None:
    answer = browser.get("/public/who?language=de")
    assert answer.status_code == 302
    assert answer["Location"] == "/public/who/?language=de"


def test_only_reading_is_answered(browser: Client) -> None:
    for name in NAMES:
        assert browser.post(reverse(f"public:{name}"), {"x": "y"}).status_code in (403, 405)


def test_whoever_has_the_page_already_is_told_that_it_is_the_same(browser: Client) -> None:
    everything()
    for address in addresses():
        first = browser.get(address)
        again = browser.get(address, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b""), address


def test_every_page_names_the_way_outside_and_whose_it_is(browser: Client) -> None:
    everything()
    for address in pages():
        page = text(browser, address)
        assert reverse("public:complaints") in page, address


def test_what_the_pack_has_not_verified_is_marked(browser: Client) -> None:
    pack = queries.site().pack
    waiting = [thing for thing in (*pack.help.lines, *pack.complaints, pack.help.emergency) if thing.check is not None]
    shown = text(browser, reverse("public:help")) + text(browser, reverse("public:complaints"))
    import html

    for thing in waiting:
        assert html.escape(thing.check.said("en")) in shown
        mark = pack.grade(thing.grade).mark
        assert mark is None or html.escape(mark.said("en")) in shown


def test_the_files_are_what_they_say(browser: Client) -> None:
    everything()
    number = queries.site().editions[0].number
    starts = {"pdf": b"%PDF", "docx": b"PK", "md": b"#", "json": b"{"}
    for format, start in starts.items():
        answer = browser.get(reverse("public:file", kwargs={"number": number, "format": format}))
        assert answer.content.lstrip().startswith(start)
        assert number in answer["Content-Disposition"]
    told = json.loads(browser.get(reverse("public:file", kwargs={"number": number, "format": "json"})).content)
    assert {"title", "version", "date", "sections"} <= set(told)
    assert told["version"] == number
    kinds = {r["kind"] for s in told["sections"] for one in s["sentences"] for r in one["records"]}
    assert len(kinds) >= 6


def test_the_profile_is_the_same_for_the_command_as_for_the_page(browser: Client) -> None:
    everything()
    assert queries.profile("en") == queries.profile("en", queries.site().editions[0].number)
    assert queries.profile("en").version == queries.site().editions[0].number


def test_the_seals_are_those_of_the_bytes_that_were_shown(browser: Client) -> None:
    with for_real("rowan") as rowan:
        lesson = make.lesson(rowan)
    make.publish("One lesson", ("lesson", lesson))
    with for_real("rowan"):
        body = release.Release.objects.get(title="One lesson").body
    assert hashlib.sha256(body.encode()).hexdigest() in text(browser, reverse("public:check"))


def test_every_address_of_the_room_is_tried_here() -> None:
    known = {str(key) for key in get_resolver("plait.public.urls").reverse_dict if isinstance(key, str)}
    assert known == {
        *NAMES, "earlier", "assessment", "file", "missing",
        "log_checkpoint", "log_checkpoint_of", "log_key", "log_proof", "log_tile",  # test_log.py
    }  # fmt: skip
