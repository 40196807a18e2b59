"""Two people change the same risk at the same time. Nobody loses a word."""

from __future__ import annotations

import pytest

from tests.journeys.steps import Journey, follow, give_password, open_link, path_of, press, sign_in, words

HIS = "Three partners report the same pattern since the summer, each from another place."
HERS = "Two partners report a pattern; the third heard of it from them, so we count two."
HER_MEASURE = "A call back within one working day."


@pytest.mark.browser
class TestTwoPeople(Journey):
    def test_who_change_one_risk_see_both_texts_side_by_side_and_keep_both(self) -> None:
        self.given_the_coordinator_and_his_deputy_have_the_same_risk_open("R6 ")
        self.when_he_saves_first()
        self.when_she_saves_what_she_typed()
        self.then_she_sees_both_texts_side_by_side_and_nothing_is_saved_yet()
        self.when_she_keeps_hers_with_one_press()
        self.then_hers_stands_there_and_the_history_shows_both()

    def test_and_who_leaves_the_other_text_as_it_is_changes_nothing(self) -> None:
        self.given_the_coordinator_and_his_deputy_have_the_same_risk_open("R7 ")
        self.when_he_saves_first()
        self.when_she_saves_what_she_typed()
        open_link(self.her, "Leave theirs as it is")
        self.her.goto(self.risk)
        assert HIS in self.her.locator("#judgement").inner_text()
        assert HERS not in words(self.her)

    def given_the_coordinator_and_his_deputy_have_the_same_risk_open(self, code: str) -> None:
        give_password(self.site, "yasmin.corrigan@example.org")
        self.his = self.browser_of("rowan")
        self.her = sign_in(self.browse(), "yasmin.corrigan@example.org")
        for page in (self.his, self.her):
            page.goto("/picture/risks/")
            follow(page.get_by_role("table", name="Risks").get_by_role("row", name=code).get_by_role("link").first)
            self.risk = path_of(page.url)
            open_link(page, "Change")

    def when_he_saves_first(self) -> None:
        self.his.get_by_label("Why do you judge it so?").fill(HIS)
        press(self.his, "Save")
        assert HIS in words(self.his)

    def when_she_saves_what_she_typed(self) -> None:
        self.her.get_by_label("Why do you judge it so?").fill(HERS)
        self.her.get_by_label("Measures that stand in the way").fill(HER_MEASURE)
        press(self.her, "Save")

    def then_she_sees_both_texts_side_by_side_and_nothing_is_saved_yet(self) -> None:
        assert self.her.get_by_role("heading", level=1).inner_text() == "Somebody else saved this meanwhile"
        assert "Rowan Ellery" in words(self.her)
        both = self.her.get_by_role("row", name="Why do you judge it so?")
        theirs, mine = both.get_by_role("cell").all()
        assert theirs.inner_text().strip() == HIS
        assert mine.inner_text().strip() == HERS
        assert self.her.get_by_role("row", name="Measures").get_by_role("cell").nth(1).inner_text().strip() == HER_MEASURE
        left, right = theirs.bounding_box(), mine.bounding_box()
        assert left["y"] == right["y"]
        assert left["x"] < right["x"]
        self.his.goto(self.risk)
        assert HERS not in words(self.his)

    def when_she_keeps_hers_with_one_press(self) -> None:
        press(self.her, "Save my words over it")
        assert path_of(self.her.url) == self.risk

    def then_hers_stands_there_and_the_history_shows_both(self) -> None:
        assert HERS in self.her.locator("#judgement").inner_text()
        assert HER_MEASURE in words(self.her)
        history = self.her.locator("#history")
        entries = [" ".join(e.split()) for e in history.locator("li").all_inner_texts()]
        newest, before = entries[0], entries[1]
        assert "Yasmin Corrigan" in newest
        assert "Rowan Ellery" in before
        removed = " ".join(history.locator("li").nth(0).locator("del").all_inner_texts())
        added = " ".join(history.locator("li").nth(0).locator("ins").all_inner_texts())
        assert "Three partners" in removed or "since the summer" in removed, newest
        assert "count two" in added, newest
