"""Somebody is called away in the middle of a sentence. The browser locks; the sentence waits."""

from __future__ import annotations

import pytest

from tests.journeys.steps import (
    PASSWORD,
    Journey,
    choose,
    follow,
    give_password,
    leave_alone,
    open_link,
    path_of,
    press,
    sign_in,
    words,
)

WRITTEN = "A long sentence, with “quotes”, an & and a <b>, that took ten minutes.\nAnd a second line."
AWAY = 3600


@pytest.mark.browser
class TestCalledAway(Journey):
    def test_what_was_typed_before_the_lock_is_sent_after_it(self) -> None:
        self.given_a_comment_half_written()
        self.when_she_is_away_for_an_hour_and_presses_send()
        self.then_the_page_is_locked_and_shows_nothing_of_the_partnership()
        self.when_she_mistypes_her_password()
        self.then_she_is_told_and_may_try_again()
        self.when_she_types_her_password()
        self.then_the_comment_stands_as_she_wrote_it()

    def test_several_answers_to_one_question_survive_as_well(self) -> None:
        page = self.given_she_is_signed_in()
        page.goto("/picture/evidence/add/about/")
        boxes = page.get_by_role("group", name="What is it about?").get_by_role("checkbox")
        boxes.nth(0).check()
        boxes.nth(2).check()
        leave_alone(self.site, page, AWAY)
        press(page, "Go on")
        self.unlock(page)
        page.goto("/picture/evidence/add/about/")
        ticked = [boxes.nth(n).is_checked() for n in range(4)]
        assert ticked == [True, False, True, False]

    def test_a_page_that_was_only_opened_is_shown_after_the_lock(self) -> None:
        page = self.given_she_is_signed_in()
        leave_alone(self.site, page, AWAY)
        page.goto("/picture/risks/?trend=rising")
        assert "Locked while you were away" in words(page)
        self.unlock(page)
        assert path_of(page.url) == "/picture/risks/?trend=rising"
        assert page.get_by_role("table", name="Risks").is_visible()

    def test_who_does_not_know_the_password_can_only_leave(self) -> None:
        page = self.given_she_is_signed_in()
        leave_alone(self.site, page, AWAY)
        page.goto("/home/")
        press(page, "Sign out instead")
        page.goto("/home/")
        assert page.get_by_role("heading", level=1).inner_text() == "Sign in"

    def given_she_is_signed_in(self) -> object:
        give_password(self.site, "nasreen.thackeray@example.org")
        return sign_in(self.browse(), "nasreen.thackeray@example.org")

    def given_a_comment_half_written(self) -> None:
        self.page = self.given_she_is_signed_in()
        open_link(self.page, "Read and comment")
        self.picture = path_of(self.page.url)
        open_link(self.page, "Comment")
        self.page.get_by_label("What do you say to this draft?").fill(WRITTEN)
        choose(self.page, "Asks")

    def when_she_is_away_for_an_hour_and_presses_send(self) -> None:
        leave_alone(self.site, self.page, AWAY)
        follow(self.page.locator("main form.form button"))

    def then_the_page_is_locked_and_shows_nothing_of_the_partnership(self) -> None:
        assert "Locked while you were away" in words(self.page)
        assert "Nothing that you typed is lost" in words(self.page)
        assert "extremis" not in words(self.page)
        assert "quotes" not in words(self.page), "whoever passes by reads what she typed"
        assert self.page.get_by_role("navigation", name="Rooms").count() == 0

    def when_she_mistypes_her_password(self) -> None:
        self.unlock(self.page, "not her password at all")

    def then_she_is_told_and_may_try_again(self) -> None:
        assert "That is not your password" in words(self.page)

    def when_she_types_her_password(self) -> None:
        self.unlock(self.page)

    def then_the_comment_stands_as_she_wrote_it(self) -> None:
        assert path_of(self.page.url) == self.picture
        for line in WRITTEN.splitlines():
            assert line in words(self.page)
        assert self.page.locator("main b").count() == 0
        assert words(self.page).count(WRITTEN.splitlines()[0]) == 1, "it was sent twice"

    def unlock(self, page: object, password: str = PASSWORD) -> None:
        page.get_by_label("Password").fill(password)
        follow(page.locator("main form.form button").first)
