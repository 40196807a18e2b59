"""Somebody without a mouse: every control can be reached, in the order in which it is read, and one sees where one is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.steps import Journey, follow, open_link

CONTROLS = """() => {
    const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')];
    const named = new Set();
    return all.filter(e => {
        if (e.disabled || !e.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true})) return false;
        if (e.type === 'radio') {  // a group of answers is one stop: at the chosen one, else at its first
            const group = [...document.getElementsByName(e.name)].filter(o => o.form === e.form);
            return e === (group.find(o => o.checked) || group[0]);
        }
        return true;
    }).map((e, n) => { e.dataset.stop = n; return (e.innerText || e.name || e.id || e.getAttribute('href') || e.tagName).toString().slice(0, 60); });
}"""
HERE = """() => {
    const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    return {stop: e.dataset.stop, what: (e.innerText || e.name || e.tagName).toString().slice(0, 60), tag: e.tagName,
            seen: outlined || style.boxShadow !== 'none' || e.checkVisibility() && e.matches('.skip'),
            inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth};
}"""


@pytest.mark.browser
class TestWithoutAMouse(Journey):
    @pytest.mark.parametrize("width", [1280, 390])
    @pytest.mark.parametrize("where", ["home", "list", "record", "form", "demo", "public"])
    def test_tab_reaches_every_control_in_reading_order_and_shows_where_it_is(self, where: str, width: int) -> None:
        page = self.given_the_page(where, width)
        controls = page.evaluate(CONTROLS)
        stops = self.when_tab_is_pressed_through_the_page(page, len(controls))
        reached = [int(s["stop"]) for s in stops if s["stop"] is not None]
        assert [controls[n] for n in range(len(controls)) if n not in reached] == [], "not reached"
        assert reached == sorted(reached), [(s["stop"], s["what"]) for s in stops]
        assert [s["what"] for s in stops if not s["seen"]] == [], "the focus is not visible"
        assert [s["what"] for s in stops if not s["inside"]] == [], "the focus is off the screen"

    def given_the_page(self, where: str, width: int) -> Any:
        if where in ("demo", "public"):
            page = self.nobody(width=width)
            page.goto("/demo/" if where == "demo" else "/public/profile/")
            return page
        page = self.browser_of("rowan", width=width)
        if where != "home":
            page.goto("/picture/risks/")
        if where in ("record", "form"):
            follow(page.get_by_role("table", name="Risks").get_by_role("row", name="R1 ").get_by_role("link").first)
        if where == "form":
            open_link(page, "Change")
        return page

    def when_tab_is_pressed_through_the_page(self, page: Any, most: int) -> list[dict[str, Any]]:
        stops = []
        for _ in range(most + 5):
            page.keyboard.press("Tab")
            here = page.evaluate(HERE)
            if here["tag"] in ("BODY", "HTML") or (stops and here["stop"] == stops[0]["stop"]):
                break
            stops.append(here)
        return stops

    @pytest.mark.parametrize("address", ["/home/", "/picture/risks/add/", "/public/"])
    def test_the_skip_link_is_the_first_stop_and_goes_past_the_menu(self, address: str) -> None:
        page = self.browser_of("rowan")
        page.goto(address)
        page.keyboard.press("Tab")
        way_past = page.locator(".skip")
        assert way_past.evaluate("e => e === document.activeElement")
        box = way_past.bounding_box()
        assert box["y"] >= 0
        assert box["height"] >= 20
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")

    def test_the_menu_opens_and_closes_on_a_phone(self) -> None:
        page = self.browser_of("rowan", width=390, height=844)
        menu = page.get_by_role("navigation", name="Rooms")
        assert not menu.is_visible()
        page.get_by_role("link", name="Menu", exact=True).focus()
        page.keyboard.press("Enter")
        assert menu.is_visible()
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('#menu').contains(document.activeElement)")
        page.keyboard.press("Enter")
        assert not menu.is_visible()
