"""Somebody at a school writes down what they saw: on a phone, without a mouse, one question a page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.journeys.steps import Journey, presses, tab_to, words

NAMED = "Stickers of a banned group on the bus shelter. Peter Marlowe said on 07700 900123 that he had put them there."
SAID = "Stickers of a banned group on the bus shelter. Two pupils asked us what they mean."
SHORT = "Stickers at the bus shelter"


def a_day_that_reads_alike_in_every_order() -> date:
    """The last one such as 5 May: some browsers ask for the month first."""
    today = datetime.now(UTC).date()
    return max(day for year in (today.year - 1, today.year) for m in range(1, 13) if (day := date(year, m, m)) <= today)


@pytest.mark.browser
class TestEvidenceOnAPhone(Journey):
    def test_takes_one_question_a_page_and_loses_nothing(self) -> None:
        self.given_a_teacher_with_a_phone_and_no_mouse()
        self.when_she_begins_and_forgets_the_main_answer()
        self.then_she_is_told_and_what_she_typed_is_still_there()
        self.when_she_answers_how_she_knows_and_when()
        self.when_she_goes_back_twice_with_the_browser()
        self.then_her_answers_are_still_there()
        self.when_she_answers_the_rest_and_forgets_the_theme()
        self.then_the_name_in_her_words_is_pointed_out()
        self.when_she_takes_the_name_out_and_sends_it()
        self.then_it_stands_in_the_list_for_those_whom_she_chose()

    def given_a_teacher_with_a_phone_and_no_mouse(self) -> None:
        self.page = self.browser_of("nasreen", width=390, height=844, has_touch=True, is_mobile=True)
        self.pressed = presses(self.page)
        self._enter(self.page.get_by_role("main").get_by_role("link", name="Add evidence"))

    def when_she_begins_and_forgets_the_main_answer(self) -> None:
        self._write("The same in a few words", SHORT)
        self._go_on()

    def then_she_is_told_and_what_she_typed_is_still_there(self) -> None:
        assert self.page.title().startswith("Error:")
        assert self.page.locator(".errors").evaluate("e => e === document.activeElement"), "the errors do not take the focus"
        assert self.page.get_by_label("The same in a few words").input_value() == SHORT
        self._write("What did you see, hear or read?", NAMED)
        self._go_on()

    def when_she_answers_how_she_knows_and_when(self) -> None:
        self._first_answer("How do you know?")
        self._first_answer("How sure are you?")
        self.day = a_day_that_reads_alike_in_every_order()
        tab_to(self.page, self.page.get_by_label("When was it?"))
        self.page.keyboard.type(self.day.strftime("%d%m%Y"))
        self._go_on()
        assert self.page.get_by_role("group", name="Where was it?").is_visible()

    def when_she_goes_back_twice_with_the_browser(self) -> None:
        self.page.go_back()
        assert self.page.get_by_label("When was it?").input_value() == self.day.isoformat()
        self.page.go_back()

    def then_her_answers_are_still_there(self) -> None:
        assert self.page.get_by_role("group", name="How sure are you?").locator("input:checked").count() == 1
        self.page.goto("/picture/evidence/")
        self._enter(self.page.get_by_role("main").get_by_role("link", name="Go on with what you began"))

    def when_she_answers_the_rest_and_forgets_the_theme(self) -> None:
        self._first_answer("Where was it?")
        kind = tab_to(self.page, self.page.get_by_label("What kind of thing is it?"))
        self.page.keyboard.press("ArrowDown")
        chosen = kind.input_value()
        assert chosen
        self._go_on()
        assert self.page.locator(".errors").is_visible()
        assert self.page.get_by_label("What kind of thing is it?").input_value() == chosen
        tab_to(self.page, self.page.get_by_role("group", name="What is it about?").get_by_role("checkbox").first)
        self.page.keyboard.press("Space")
        self._go_on()
        self._first_answer("Who may read it?")

    def then_the_name_in_her_words_is_pointed_out(self) -> None:
        assert self.page.get_by_role("heading", level=1).inner_text() == "Check before you send"
        pointed_out = self.page.locator(".warning").inner_text()
        assert "Look at this before you go on" in pointed_out
        assert "Peter Marlowe" in pointed_out
        assert "07700 900123" in pointed_out

    def when_she_takes_the_name_out_and_sends_it(self) -> None:
        self._enter(self.page.locator("main dl div", has_text=NAMED[:30]).get_by_role("link").first)
        field = tab_to(self.page, self.page.get_by_label("What did you see, hear or read?"))
        assert field.input_value() == NAMED
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(SAID)
        self._go_on()
        assert "found no name, number or address" in words(self.page)
        tab_to(self.page, self.page.get_by_label("It names no private person"))
        self.page.keyboard.press("Space")
        self._enter(self.page.get_by_role("button", name="Send"))

    def then_it_stands_in_the_list_for_those_whom_she_chose(self) -> None:
        assert SAID in words(self.page)
        assert "Sent." in words(self.page)
        assert NAMED not in words(self.page)
        self.page.goto(f"/picture/evidence/?q={SHORT.replace(' ', '+')}")
        assert self.page.get_by_role("table", name="Evidence").get_by_role("link", name=SHORT).count() == 1
        assert self.pressed == [], "something needed a finger or a mouse"

    def _write(self, label: str, said: str) -> None:
        tab_to(self.page, self.page.get_by_label(label))
        self.page.keyboard.type(said)

    def _first_answer(self, question: str) -> None:
        tab_to(self.page, self.page.get_by_role("group", name=question).get_by_role("radio").first)
        self.page.keyboard.press("Space")
        self._go_on()

    def _go_on(self) -> None:
        self._enter(self.page.get_by_role("button", name="Go on"))

    def _enter(self, target: Any) -> None:
        tab_to(self.page, target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
