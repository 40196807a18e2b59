"""Dee has an account and nothing else. Whatever somebody of the partnership can open, she is told that there is nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import resolve

from plait.frame.routes import addresses
from tests.journeys.steps import Journey, crawl, give_password, path_of, sign_in, words

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
OF_ONE_SHAPE = 2
OWN = ("/home/", "/me/", "/me/password/")
OPEN_TO_ANY_ACCOUNT = {a.name for a in addresses() if a.needs in ("account", "anybody")}
"""Her own page and her own account, where nothing of the partnership stands: checked below."""


def shape(address: str) -> str:
    path, _, query = address.partition("?")
    return UUID.sub("*", path) + "?" + "&".join(sorted(part.partition("=")[0] for part in query.split("&") if part))


class Few:
    """Leaves the public pages, and whatever is the third of a shape: another risk's page is the same page."""

    def __init__(self) -> None:
        self.seen: dict[str, int] = {}

    def __call__(self, address: str) -> bool:
        if address.startswith(("/public/", "/demo/")):
            return True
        self.seen[shape(address)] = self.seen.get(shape(address), 0) + 1
        return self.seen[shape(address)] > (1 if "?" in address else OF_ONE_SHAPE)


@pytest.mark.browser
class TestDee(Journey):
    def test_is_told_that_there_is_nothing_at_every_address_that_the_coordinator_can_open(self) -> None:
        self.given_every_address_that_the_coordinator_can_reach()
        self.when_dee_signs_in()
        self.then_each_protected_address_is_a_404_that_reads_like_any_other()
        self.then_nobody_is_sent_to_sign_in_from_each()
        self.then_dees_own_pages_hold_nothing_of_the_partnership()

    def given_every_address_that_the_coordinator_can_reach(self) -> None:
        found = crawl(self.browser_of("rowan"), leave=Few())
        assert set(found.values()) == {200}, {a: s for a, s in found.items() if s != 200}
        self.protected = [a for a in found if resolve(a.partition("?")[0]).view_name not in OPEN_TO_ANY_ACCOUNT]
        records = [a for a in self.protected if UUID.search(a)]
        assert len(self.protected) >= 100
        assert len(records) >= 60
        print(f"{len(found)} addresses, {len(self.protected)} protected, {len(records)} of records")

    def when_dee_signs_in(self) -> None:
        give_password(self.site, "dee.marsh@example.org")
        self.dee = sign_in(self.browse(), "dee.marsh@example.org")
        assert "Nothing is open to you yet" in words(self.dee)

    def then_each_protected_address_is_a_404_that_reads_like_any_other(self) -> None:
        absent = self._ask("/picture/risks/00000000-0000-4000-8000-000000000000/00000000-0000-4000-8000-000000000000/")
        assert absent[0] == 404
        assert {a: said for a in self.protected if (said := self._ask(a)) != absent} == {}

    def _ask(self, address: str) -> tuple[int, str]:
        answer = self.dee.goto(address, wait_until="domcontentloaded")
        return answer.status, re.sub(r'value="[^"]{60,}"', "", self.dee.content())

    def then_nobody_is_sent_to_sign_in_from_each(self) -> None:
        page = self.nobody()
        wrong: dict[str, Any] = {}
        for address in self.protected:
            answer = page.request.get(address, max_redirects=0)
            if answer.status != 302 or not answer.headers["location"].startswith("/sign-in/?next="):
                wrong[address] = answer.status
        assert wrong == {}
        page.goto(self.protected[0])
        assert page.get_by_role("heading", level=1).inner_text() == "Sign in"

    def then_dees_own_pages_hold_nothing_of_the_partnership(self) -> None:
        for address in OWN:
            assert self.dee.goto(address).status == 200
            rooms = self.dee.get_by_role("navigation", name="Rooms").get_by_role("link")
            assert {path_of(a.get_attribute("href")) for a in rooms.all()} <= {"/home/", "/me/", "/public/", "/demo/"}
            for word in ("R1", "Rowan", "risk", "evidence"):
                assert word not in self.dee.get_by_role("main").inner_text(), (address, word)
