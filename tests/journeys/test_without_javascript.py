"""A browser that runs no script: everything that people come to do is done all the same."""

from __future__ import annotations

import pytest

from tests.journeys.steps import Journey, choose, follow, open_link, path_of, press, words

SENTENCE = "Networks that were here before us are met by those who were here before them."


@pytest.mark.browser
class TestWithoutJavaScript(Journey):
    def test_a_risk_is_found_changed_released_and_read(self) -> None:
        self.given_a_coordinator_whose_browser_runs_no_script()
        self.when_he_searches_sorts_and_narrows_the_list()
        self.when_he_changes_a_public_text()
        self.when_it_is_prepared_and_released_by_two_people()
        self.then_anybody_reads_it()

    def test_a_partner_adds_evidence_and_comments(self) -> None:
        page = self.without_script("nasreen")
        open_link(page, "Add evidence")
        page.get_by_label("What did you see, hear or read?").fill(
            "Two classes talked about the same video that calls for revenge."
        )
        press(page, "Go on")
        for question in (
            "How do you know?",
            "How sure are you?",
            "When was it?",
            "Where was it?",
            "What is it about?",
            "Who may read it?",
        ):
            if question == "When was it?":
                page.get_by_label(question).fill("2026-03-03")
            else:
                page.get_by_role("group", name=question).locator("input").first.check()
            press(page, "Go on")
        page.get_by_label("It names no private person").check()
        press(page, "Send")
        assert "Two classes talked" in words(page)
        page.goto("/home/")
        open_link(page, "Read and comment")
        open_link(page, "Comment")
        page.get_by_label("What do you say to this draft?").fill("Read without a script, and written without one.")
        choose(page, "Supports")
        follow(page.locator("main form.form button"))
        assert "written without one" in words(page)

    def test_the_menu_opens_on_a_phone_and_details_unfold(self) -> None:
        page = self.without_script("rowan", width=390, height=844)
        menu = page.get_by_role("navigation", name="Rooms")
        assert not menu.is_visible()
        page.get_by_role("link", name="Menu", exact=True).click()
        assert menu.is_visible()
        follow(menu.get_by_role("link", name="Risk picture"))
        summary = page.locator("main summary").first
        summary.scroll_into_view_if_needed()
        table = page.locator("main details").first.locator("table")
        assert not table.is_visible()
        summary.click()
        assert table.is_visible()

    def test_somebody_signs_out_and_is_out(self) -> None:
        page = self.without_script("rowan")
        page.goto("/me/")
        press(page, "Sign out")
        page.goto("/home/")
        assert page.get_by_role("heading", level=1).inner_text() == "Sign in"

    def without_script(self, key: str, **options: object) -> object:
        return self.browser_of(key, java_script_enabled=False, **options)

    def given_a_coordinator_whose_browser_runs_no_script(self) -> None:
        self.rowan = self.without_script("rowan")
        assert self.rowan.get_by_role("heading", level=1).inner_text() == "What needs you today"

    def when_he_searches_sorts_and_narrows_the_list(self) -> None:
        page = self.rowan
        page.goto("/picture/risks/")
        rows = page.get_by_role("table", name="Risks").locator("tbody tr")
        everything = rows.count()
        page.get_by_label("Search in this list").fill("networks")
        follow(page.get_by_role("search", name="Narrow the list").get_by_role("button", name="Show"))
        assert 1 <= rows.count() < everything
        follow(page.get_by_role("link", name="Show all").first)
        follow(page.get_by_role("columnheader", name="Risk").get_by_role("link").first)
        titles = [" ".join(t.split()) for t in rows.locator("td:nth-child(2)").all_inner_texts()]
        assert titles == sorted(titles, key=str.casefold)

    def when_he_changes_a_public_text(self) -> None:
        page = self.rowan
        follow(page.get_by_role("row", name="R1 ").get_by_role("link").first)
        self.risk = path_of(page.url)
        open_link(page, "Change")
        page.get_by_label("What the public may read").fill(SENTENCE)
        press(page, "Save")

    def when_it_is_prepared_and_released_by_two_people(self) -> None:
        page = self.rowan
        open_link(page, "Prepare it for release")
        page.get_by_label("What is this release, in a few words?").fill("One sentence, without a script")
        press(page, "Put it on the desk")
        publisher = self.without_script("imogen")
        open_link(publisher, "One sentence, without a script")
        press(publisher, "Release it")
        assert "Released by Imogen Tarrant" in words(publisher)

    def then_anybody_reads_it(self) -> None:
        anybody = self.nobody(java_script_enabled=False)
        anybody.goto("/public/profile/")
        assert SENTENCE in words(anybody)
