"""Nobody in particular reads the public pages: no account, no cookie, no script, and nothing that was not released."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.steps import Journey, crawl, database, follow, links, path_of, text_of, words

FORMS = ("pdf", "docx", "md", "json")
PROMISED = {
    "/public/", "/public/what/", "/public/who/", "/public/picture/", "/public/profile/", "/public/refuse/", "/public/pays/", "/public/guarantees/",
    "/public/help/", "/public/complaints/", "/public/contact/", "/public/check/", "/public/accessibility/", "/public/privacy/",
}  # fmt: skip
HEAVIEST = 100_000
ICON = 1_600
"""A browser asks for the icon once for all pages: it counts on each."""
FILE = re.compile(r"/(pdf|docx|md|json)/")
ROOMS = re.compile(r"(partners|picture|programme|exchange)_|kernel_(release|seat|office|bar|circle)$")


def not_released(site: Any) -> dict[str, str]:
    """Every text that stands in a record and in no copy that was released, by where it stands.

    Read behind the curtain, so that a kind of record that comes later is looked for as well.
    """
    with database(site) as db:
        ask = db.execute
        out = " ".join(strings([r[0] for r in ask("select payload from kernel_published")]))
        out += " ".join(r[0] for r in ask("select title from kernel_publication"))
        columns = ask(
            "select c.relname, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind = 'r' and n.nspname !~ '^(pg_|information_schema)' and a.attnum > 0 and not a.attisdropped"
            " and a.atttypid = any(array['text', 'varchar', 'jsonb']::regtype[]) order by 1, 2"
        )
        found: dict[str, str] = {}
        for table, column in columns.fetchall():
            if not ROOMS.match(table) or (table, column) == ("kernel_release", "body"):
                continue
            for (value,) in ask(f'select distinct to_jsonb("{column}") from "{table}"'):
                for said in strings(value):
                    plain = " ".join(said.split())
                    if len(plain) >= 15 and " " in plain and plain not in out:
                        found[plain] = f"{table}.{column}"
        found |= {
            name: "a person's name" for (name,) in ask("select name from partners_person union select name from kernel_account")
        }
        named = ask("select name from partners_organisation").fetchall()
        return found | {name: "an organisation that was not released" for (name,) in named if name not in out}


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings(one)


@pytest.mark.browser
class TestNobodyInParticular(Journey):
    def test_reads_every_public_page_without_leaving_a_trace_and_finds_nothing_that_was_not_released(self) -> None:
        self.given_every_public_page_and_file()
        self.when_nobody_reads_each_page_with_a_fresh_browser_without_javascript()
        self.then_no_page_sets_a_cookie_runs_a_script_or_weighs_more_than_promised()
        self.then_nothing_that_was_not_released_stands_on_any_page()
        self.then_nothing_that_was_not_released_stands_in_any_file()

    def given_every_public_page_and_file(self) -> None:
        files: dict[str, None] = {}

        def no_page(address: str) -> bool:
            if FILE.search(address):
                files[address] = None
            return bool(FILE.search(address)) or not address.startswith("/public/")

        found = crawl(self.nobody(), "/public/", leave=no_page)
        assert {a: s for a, s in found.items() if s != 200} == {}
        self.pages, self.files = list(found), list(files)
        assert {a.partition("?")[0] for a in self.pages} >= PROMISED
        assert {a.partition("?")[0].split("/")[-2] for a in self.files} == set(FORMS)

    def when_nobody_reads_each_page_with_a_fresh_browser_without_javascript(self) -> None:
        self.read: dict[str, str] = {}
        self.weight: dict[str, int] = {}
        self.scripts: dict[str, int] = {}
        self.cookies: dict[str, list[Any]] = {}
        page = self.browse(java_script_enabled=False)
        without_cache = page.context.new_cdp_session(page)
        without_cache.send("Network.enable")
        without_cache.send("Network.setCacheDisabled", {"cacheDisabled": True})
        asked: list[Any] = []
        loaded: list[Any] = []
        page.on("request", lambda request: asked.append(request))
        page.on("requestfinished", lambda request: loaded.append(request))
        for address in self.pages:
            asked.clear()
            loaded.clear()
            page.goto(address, wait_until="load")
            page.wait_for_timeout(20)  # the fonts
            while len(loaded) < len(asked):
                page.wait_for_timeout(20)
            sizes = [request.sizes() for request in loaded]
            self.weight[address] = ICON + sum(s["responseBodySize"] + s["responseHeadersSize"] for s in sizes)
            self.scripts[address] = page.locator("script, iframe, object, embed, form, [onclick], [style]").count()
            set_by = [request.response().header_value("set-cookie") for request in loaded]
            self.cookies[address] = [*page.context.cookies(), *(said for said in set_by if said)]
            self.read[address] = words(page)

    def then_no_page_sets_a_cookie_runs_a_script_or_weighs_more_than_promised(self) -> None:
        assert {a: c for a, c in self.cookies.items() if c} == {}
        assert {a: n for a, n in self.scripts.items() if n} == {}
        heavy = max(self.weight, key=lambda a: self.weight[a])
        print(
            f"{len(self.pages)} public pages, {len(self.files)} files; the heaviest page is {heavy}: {self.weight[heavy]} bytes"
        )
        assert min(self.weight.values()) > 5_000, "nothing was measured"
        assert {a: n for a, n in self.weight.items() if n >= HEAVIEST} == {}

    def then_nothing_that_was_not_released_stands_on_any_page(self) -> None:
        self.kept = not_released(self.site)
        told = set(self.kept.values())
        for kind in (
            "picture_evidence.title",
            "picture_risk.why",
            "picture_assessment.public_text",
            "picture_assessmentcomment.text",
            "partners_group.terms",
        ):
            assert kind in told, f"nothing is looked for in {kind}"
        assert "an organisation that was not released" in told
        print(f"{len(self.kept)} texts are looked for")
        shown = {a: self.read[a] for a in self.pages}
        self._appears_nowhere(shown)

    def then_nothing_that_was_not_released_stands_in_any_file(self) -> None:
        page = self.nobody()
        files = {}
        for address in self.files:
            form = address.partition("?")[0].split("/")[-2]
            answer = page.request.get(address)
            assert answer.status == 200, address
            body = answer.body()
            files[address] = text_of(body, form) + (json.dumps(json.loads(body), ensure_ascii=False) if form == "json" else "")
            assert len(files[address]) > 500, address
        self._appears_nowhere(files)

    def _appears_nowhere(self, shown: dict[str, str]) -> None:
        assert [(a, said, self.kept[said]) for said in self.kept for a, text in shown.items() if said in text] == []

    def test_the_search_can_find_what_it_looks_for(self) -> None:
        """The same words stand on the pages of the coordinator: they are looked for as they are shown."""
        page = self.browser_of("rowan")
        kept = not_released(self.site)
        page.goto("/picture/evidence/")
        assert sum(said in words(page) for said, where in kept.items() if where == "picture_evidence.title") >= 10
        page.goto("/partners/organisations/")
        assert any(said in words(page) for said, where in kept.items() if where == "an organisation that was not released")

    def test_changes_the_language_and_comes_back(self) -> None:
        page = self.nobody()
        page.goto("/public/profile/")
        headings = page.locator("article h2").all_inner_texts()
        follow(page.get_by_role("navigation", name="Languages").get_by_role("link", name="Deutsch"))
        assert page.locator("html").get_attribute("lang") == "de"
        german = page.locator("article h2").all_inner_texts()
        assert len(german) == len(headings)
        assert not set(german) & set(headings)
        assert page.locator("article [lang=en]").count() >= 1, "what nobody has translated is not marked as English"
        follow(page.locator("header nav ul a").first)
        assert page.locator("html").get_attribute("lang") == "de", "the language is lost on the way"
        follow(page.locator("nav a[hreflang=en]"))
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.context.cookies() == []

    def test_reads_earlier_editions_as_they_were(self) -> None:
        page = self.nobody()
        page.goto("/public/profile/")
        newest = page.locator("article .over").inner_text()
        earlier = [a for a in links(page) if re.fullmatch(r"/public/profile/[\d.]+/", a)]
        assert len(earlier) >= 3
        seen = {newest}
        for address in earlier:
            page.goto(address)
            seen.add(page.locator("article .over").inner_text())
        assert len(seen) == len(earlier) + 1
        page.goto(earlier[-1])
        first = len(page.locator("article").inner_text())
        page.goto("/public/profile/")
        assert first < len(page.locator("article").inner_text())

    def test_finds_the_emergency_rule_and_whom_to_ring(self) -> None:
        page = self.nobody(width=390, height=844)
        page.goto("/public/")
        assert page.locator('main a[href="tel:999"]').is_visible()
        page.goto("/public/")
        follow(page.get_by_role("navigation", name="Pages").get_by_role("link", name="Help"))
        assert path_of(page.url) == "/public/help/"
        assert page.locator('main a[href="tel:999"]').is_visible()
        assert "call 999 first" in words(page)
        assert page.locator('main a[href^="tel:"]').count() >= 2
        assert "ACT Early support line" in words(page)
        assert page.locator("main article").count() >= 2

    def test_may_complain_to_somebody_outside_and_reads_who_pays_and_what_is_refused(self) -> None:
        page = self.nobody()
        for address, at_least in (("/public/complaints/", 2), ("/public/refuse/", 3), ("/public/guarantees/", 5)):
            page.goto(address)
            assert page.locator("main h2, main h3, main li strong").count() >= at_least, address
        page.goto("/public/guarantees/")
        assert "held" in words(page)
        assert "not built yet" in words(page)
        page.goto("/public/pays/")
        assert "Home Office" in words(page)
