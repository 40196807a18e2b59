"""The newcomer's path: from one press to a changed sentence on the public pages, and away again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.steps import (
    Journey,
    be,
    choose,
    follow,
    give_password,
    open_link,
    path_of,
    press,
    presses,
    sign_in,
    text_of,
    words,
)

NEW = "Patient networks remain the threat that has lasted longest, and this sentence was written by a newcomer."
GERMAN = "Islamistisch-extremistische Netzwerke sind die beständigste Bedrohung"
DISSENT = "I dissent: the picture still says too little about those who were never asked."
COMMENT = "Two pupils' parents asked us about exactly this. Please say what a school should do on the first day."


@pytest.mark.browser
class TestANewcomer(Journey):
    def test_changes_a_sentence_and_finds_it_on_the_public_pages_and_in_every_file(self) -> None:
        self.given_the_newcomer_has_become_the_coordinator_with_one_press()
        self.when_the_coordinator_changes_the_public_text_of_the_first_risk()
        self.then_the_public_still_reads_the_old_text()
        self.when_the_school_comments_on_the_picture_of_the_year_in_a_few_presses()
        self.when_the_board_takes_its_positions_and_one_member_dissents_in_words()
        self.when_the_chair_records_the_agreement()
        self.then_the_dissent_stands_beside_the_decision()
        self.when_the_coordinator_prepares_a_release_of_what_differs()
        self.then_the_coordinator_cannot_release_it_himself()
        self.when_the_publisher_reads_exactly_what_leaves_and_releases_it()
        self.then_nobody_in_particular_reads_the_new_sentence()
        self.then_it_stands_in_every_file_too()
        self.when_the_coordinator_withdraws_the_risk()
        self.then_its_sentence_is_gone_everywhere()

    def given_the_newcomer_has_become_the_coordinator_with_one_press(self) -> None:
        self.rowan = self.browse()
        self.rowan.goto("/")
        follow(self.rowan.get_by_role("button", name="Coordinator"))
        assert self.rowan.get_by_role("heading", level=1).inner_text() == "What needs you today"

    def when_the_coordinator_changes_the_public_text_of_the_first_risk(self) -> None:
        page = self.rowan
        follow(page.get_by_role("navigation", name="Rooms").get_by_role("link", name="Risk picture"))
        follow(page.get_by_role("table", name="Risks").get_by_role("row", name="R1 ").get_by_role("link").first)
        self.risk = path_of(page.url)
        self.old = page.locator("#outside ~ blockquote, #outside blockquote").first.inner_text()
        open_link(page, "Change")
        page.get_by_label("What the public may read").fill(NEW)
        press(page, "Save")
        assert path_of(page.url) == self.risk
        assert NEW in words(page)

    def then_the_public_still_reads_the_old_text(self) -> None:
        assert "Public, in an earlier form" in words(self.rowan)
        anybody = self.nobody()
        anybody.goto("/public/profile/")
        assert self.old in words(anybody)
        assert NEW not in words(anybody)
        anybody.goto("/public/profile/?language=de")
        assert GERMAN in words(anybody)

    def when_the_school_comments_on_the_picture_of_the_year_in_a_few_presses(self) -> None:
        page = self.browser_of("nasreen")
        pressed = presses(page)
        open_link(page, "Read and comment")
        open_link(page, "Comment")
        page.get_by_label("What do you say to this draft?").fill(COMMENT)
        choose(page, "Wants a change")
        follow(page.locator("main form.form button"))
        assert 3 <= len(pressed) <= 6
        self.picture = path_of(page.url)
        assert COMMENT in words(page)

    def when_the_board_takes_its_positions_and_one_member_dissents_in_words(self) -> None:
        samir = self.browser_of("samir")
        open_link(samir, "Say where you stand")
        open_link(samir, "Say where you stand")
        choose(samir, "Dissents")
        self._send(samir)
        assert samir.locator(".errors").is_visible(), "dissent without words was taken"
        samir.get_by_label("In your own words").fill(DISSENT)
        self._send(samir)
        assert DISSENT in words(samir)
        for name in ("bernadette.okoro-pell", "declan.fairweather", "owen.karras"):
            give_password(self.site, f"{name}@example.org")
            self._agree(sign_in(self.browse(), f"{name}@example.org"))
        self._agree(be(self.browse(), "philippa"))

    def _agree(self, page: Any) -> None:
        page.goto(self.picture)
        open_link(page, "Say where you stand")
        choose(page, "Agrees")
        self._send(page)

    def _send(self, page: Any) -> None:
        follow(page.locator("main form.form button").first)

    def when_the_chair_records_the_agreement(self) -> None:
        page = self.browser_of("philippa")
        open_link(page, "Lead the board to a decision")
        open_link(page, "Record the decision")
        assert DISSENT in words(page)
        follow(page.locator(".confirm button"))
        assert path_of(page.url) == self.picture, words(page)
        self.philippa = page

    def then_the_dissent_stands_beside_the_decision(self) -> None:
        decision = " ".join(self.philippa.locator("#decision").inner_text().split())
        assert "The board agreed it" in decision
        assert "dissenting: 1" in decision
        assert DISSENT in decision
        assert "Silent, which is not consent" in decision
        assert COMMENT in words(self.philippa)

    def when_the_coordinator_prepares_a_release_of_what_differs(self) -> None:
        page = self.rowan
        page.goto("/home/")
        open_link(page, "Prepare a release")
        ticked = page.locator("input[name=record]:checked")
        titles = page.locator("input[name=record]:checked + label").all_inner_texts()
        assert ticked.count() >= 2
        assert any("Islamist extremist networks" in t for t in titles)
        assert any("new draft" in t for t in titles)
        page.get_by_label("What is this release, in a few words?").fill("The newcomer's sentence, and the picture agreed today")
        press(page, "Put it on the desk")
        self.release = path_of(page.url)
        assert "Exactly this leaves" in words(page)

    def then_the_coordinator_cannot_release_it_himself(self) -> None:
        page = self.rowan
        assert "A second person must read and decide it" in words(page)
        assert page.get_by_role("button", name="Release it").count() == 0
        token = page.locator("input[name=csrfmiddlewaretoken]")
        token = token.first.input_value() if token.count() else self._token(page)
        seen = page.locator("details code").first.inner_text()
        answer = page.request.post(
            f"{self.release}release/",
            form={"csrfmiddlewaretoken": token, "seen": seen},
            headers={"referer": f"{self.site}{self.release}"},
        )
        assert answer.status in (403, 404)
        page.goto(self.release)
        assert "A second person must read and decide it" in words(page)

    def _token(self, page: Any) -> str:
        page.goto("/me/")
        found = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
        page.goto(self.release)
        return found

    def when_the_publisher_reads_exactly_what_leaves_and_releases_it(self) -> None:
        page = self.browser_of("imogen")
        open_link(page, "Read and release, or send back: The newcomer's sentence")
        leaf = page.locator(".leaf", has_text="Islamist extremist networks").first
        assert NEW in " ".join(leaf.locator("ins").all_inner_texts()) or NEW in " ".join(leaf.inner_text().split())
        body = page.locator("details pre").text_content()
        assert NEW in body
        assert DISSENT in body
        assert COMMENT not in body
        press(page, "Release it")
        assert "Released by Imogen Tarrant" in words(page)

    def then_nobody_in_particular_reads_the_new_sentence(self) -> None:
        page = self.nobody()
        page.goto("/public/profile/")
        assert NEW in words(page)
        assert self.old not in words(page)
        page.goto("/public/picture/")
        assert NEW in words(page)
        assert page.context.cookies() == []

    def then_it_stands_in_every_file_too(self) -> None:
        for form, said in self._files().items():
            assert NEW in said, form
            assert COMMENT not in said, form

    def _files(self) -> dict[str, str]:
        page = self.nobody()
        page.goto("/public/profile/")
        found = {}
        for form in ("pdf", "docx", "md", "json"):
            with page.expect_download() as download:
                page.get_by_role("link", name=form.upper(), exact=True).click()
            found[form] = text_of(download.value.path().read_bytes(), form)
        return found

    def when_the_coordinator_withdraws_the_risk(self) -> None:
        page = self.rowan
        page.goto(self.risk)
        open_link(page, "Withdraw this risk")
        page.get_by_label("Why?").fill("The newcomer's path ends here.")
        press(page, "Withdraw it")
        assert "It was withdrawn" in words(page)

    def then_its_sentence_is_gone_everywhere(self) -> None:
        page = self.nobody()
        page.goto("/public/profile/")
        earlier = [a.get_attribute("href") for a in page.locator(".sheet.noprint li a").all()]
        assert len(earlier) >= 3
        for address in ["/public/profile/", "/public/profile/?language=de", "/public/picture/", "/public/what/", *earlier]:
            page.goto(address)
            for gone in (NEW, self.old, GERMAN):
                assert gone not in words(page), address
        for form, said in self._files().items():
            assert NEW not in said, form
            assert self.old not in said, form
