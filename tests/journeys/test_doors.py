"""Two ways in besides a seat: somebody without an account answers one question, and somebody with a duty of care reads for four hours."""

from __future__ import annotations

import re

import pytest

from tests.journeys.steps import Journey, choose, follow, open_link, path_of, press, words

QUESTION = "Do you see this in your street, too?"
ANSWER = "We see it at the bus stops since Monday."
WHY = "A pupil may be in danger and nobody of the board answers."
FACT = "The duty log of the school names the call of that hour."


@pytest.mark.browser
class TestAVisitor(Journey):
    def test_answers_on_a_telephone_without_script_or_account_and_the_answer_becomes_evidence(self) -> None:
        self.given_the_coordinator_made_a_link_after_seeing_all_that_it_shows()
        self.when_somebody_opens_it_and_answers()
        self.then_nothing_else_opens_for_them_and_the_address_is_used_up()
        self.then_the_coordinator_takes_the_answer_into_the_evidence()

    def given_the_coordinator_made_a_link_after_seeing_all_that_it_shows(self) -> None:
        self.coordinator = page = self.browser_of("rowan")
        page.goto("/questions/")
        open_link(page, "Ask somebody without an account")
        open_link(page, "Do they know something about a place or a theme?")
        page.get_by_label("Your question, as they will read it").fill(QUESTION)
        press(page, "See what they will see")
        assert QUESTION in words(page) and "This is all that they will see" in words(page)
        press(page, "Make the link")
        self.address = path_of(page.locator("p.code").inner_text().strip())
        assert re.fullmatch(r"/q/[\w-]{27}/", self.address)

    def when_somebody_opens_it_and_answers(self) -> None:
        self.visitor = page = self.nobody(width=390, java_script_enabled=False)
        page.goto(self.address)
        assert page.get_by_role("heading", level=1).inner_text() == QUESTION
        press(page, "Send")
        assert "Answer this" in words(page)
        page.get_by_label("What have you seen, heard or read?").fill(ANSWER)
        press(page, "Send")
        assert "Your answer has arrived" in words(page)
        assert page.context.cookies() == []

    def then_nothing_else_opens_for_them_and_the_address_is_used_up(self) -> None:
        for address in ("/home/", "/questions/", "/picture/evidence/"):
            self.visitor.goto(address)
            assert path_of(self.visitor.url).startswith("/sign-in/")
        used = self.visitor.goto(self.address)
        gone = used.body()
        never = self.visitor.goto(f"/q/{'x' * 27}/")
        assert (used.status, gone) == (404, never.body())

    def then_the_coordinator_takes_the_answer_into_the_evidence(self) -> None:
        page = self.coordinator
        page.goto("/questions/")
        follow(page.get_by_role("link", name=ANSWER))
        open_link(page, "Take it into the evidence")
        page.get_by_label("Where was it?").select_option(index=1)
        page.get_by_role("group", name="What is it about?").get_by_role("checkbox").first.check()
        page.get_by_label("It names no private person, and nobody can be recognised from it").check()
        press(page, "Take it over")
        assert path_of(page.url).startswith("/picture/evidence/") and ANSWER in words(page)


@pytest.mark.browser
class TestTheEmergencyAccess(Journey):
    def test_opens_for_four_hours_is_told_at_once_and_is_reviewed_by_another(self) -> None:
        self.given_somebody_told_the_safeguarding_lead_a_reference()
        self.when_she_asks_who_its_steward_is_and_nobody_answers()
        self.when_she_says_why_it_cannot_wait()
        self.then_it_is_on_the_first_page_of_the_data_protection_officer_by_its_reference_alone()
        self.when_he_holds_it_against_a_fact_elsewhere()
        self.then_she_reads_what_it_was_held_against()

    def given_somebody_told_the_safeguarding_lead_a_reference(self) -> None:
        chair = self.browser_of("philippa")
        chair.goto("/partners/groups/")
        open_link(chair, "Prevention Board")
        open_link(chair, "You sit in it")
        self.circle = path_of(chair.url).split("/")[2]
        self.she = self.browser_of("nasreen")
        assert self.she.goto(f"/circles/{self.circle}/").status == 404

    def when_she_asks_who_its_steward_is_and_nobody_answers(self) -> None:
        self.she.goto("/assurance/emergency/steward/")
        self.she.get_by_label("Reference of the record").fill(self.circle)
        press(self.she, "Ask")
        assert "Philippa Nwosu-Grey" in words(self.she)

    def when_she_says_why_it_cannot_wait(self) -> None:
        self.she.goto("/assurance/emergency/use/")
        self.she.get_by_label("Reference of the record").fill(self.circle)
        self.she.get_by_label("Why can it not wait for a steward?").fill("Urgent")
        press(self.she, "Read for four hours")
        assert "at least 20 characters" in words(self.she)
        self.she.get_by_label("Why can it not wait for a steward?").fill(WHY)
        press(self.she, "Read for four hours")
        assert path_of(self.she.url) == f"/circles/{self.circle}/" and WHY in words(self.she)

    def then_it_is_on_the_first_page_of_the_data_protection_officer_by_its_reference_alone(self) -> None:
        self.he = self.browser_of("hugh")
        line = self.he.get_by_role("link", name="Review a use of the emergency access").first
        assert "Nasreen" not in line.inner_text() and "Board" not in line.inner_text()
        follow(line)
        said = words(self.he)
        assert WHY in said and "Nasreen Thackeray" in said and "Prevention Board" not in said

    def when_he_holds_it_against_a_fact_elsewhere(self) -> None:
        choose(self.he, "Yes", "Was it justified?")
        self.he.get_by_label("Which fact elsewhere says so?").fill(FACT)
        press(self.he, "Close the review")
        assert "Reviewed." in words(self.he)

    def then_she_reads_what_it_was_held_against(self) -> None:
        self.she.goto("/assurance/emergency/")
        follow(self.she.get_by_role("main").get_by_role("rowheader").get_by_role("link").first)
        assert FACT in words(self.she) and "Hugh Penhallow" in words(self.she)
