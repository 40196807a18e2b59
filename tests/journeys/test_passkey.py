"""A passkey from its first day: made, signed in by, asked for after a pause and before what matters; and the app without JavaScript."""

from __future__ import annotations

import re

import pytest

from tests.journeys.steps import Journey, be, follow, give_password, leave_alone, path_of, press, sign_in, words
from tests.journeys.test_axe import faults
from tests.people import code_of

TIA = "nasreen.thackeray@example.org"


def with_authenticator(page: object) -> object:
    """A device that knows its owner, as Chromium plays it."""
    told = page.context.new_cdp_session(page)
    told.send("WebAuthn.enable")
    told.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )  # fmt: skip
    return told


@pytest.mark.browser
class TestAPasskey(Journey):
    def at_localhost(self, **options: object) -> object:
        """Passkeys are bound to a name, not to a number."""
        return self.browse(base_url=str(self.site).replace("127.0.0.1", "localhost"), **options)

    def test_made_signed_in_by_and_asked_for(self) -> None:
        self.site = type(self.site)(str(self.site).replace("127.0.0.1", "localhost"), database=self.site.database)
        give_password(self.site, TIA)
        page = self.at_localhost()
        page.context.plait_watch.site = str(self.site)
        with_authenticator(page)
        sign_in(page, TIA)
        page.goto("/me/sign-in/add/")
        page.get_by_label("Name of the passkey").fill("work laptop")
        press(page, "Make a passkey")
        assert page.locator(".codes li").count() == 10 and faults(page, "the codes") == []
        page.goto("/me/sign-in/")
        assert "work laptop" in words(page)
        self.signs_in_without_a_password(page)
        self.is_asked_after_a_pause(page)

    def signs_in_without_a_password(self, page: object) -> None:
        page.goto("/me/")
        press(page, "Sign out")
        sign_in(page, TIA)
        assert path_of(page.url) == "/sign-in/second/" and faults(page, "the second step") == []
        page.goto("/picture/risks/")
        press(page, "Use a passkey")
        assert path_of(page.url) == "/picture/risks/"

    def is_asked_after_a_pause(self, page: object) -> None:
        page.goto("/me/")
        page.get_by_label("Language of the pages").select_option("de") if page.locator("select").count() else page.get_by_label(
            "Deutsch"
        ).check()
        leave_alone(self.site, page, 3600)
        press(page, "Save")
        assert "Locked while you were away" in words(page)
        press(page, "Use a passkey")
        assert page.locator("html").get_attribute("lang") == "de"

    def test_an_app_without_javascript(self) -> None:
        email = "yasmin.corrigan@example.org"
        give_password(self.site, email)
        page = sign_in(self.browse(java_script_enabled=False), email)
        page.goto("/me/sign-in/add/")
        secret = re.sub(r"\s", "", page.locator("p.code").inner_text())
        assert page.get_by_role("button", name="Make a passkey").count() == 0
        page.get_by_label("The six digits that the app shows").fill(code_of(secret))
        press(page, "Take the app")
        codes = page.locator(".codes li").all_inner_texts()
        page.goto("/me/")
        press(page, "Sign out")
        sign_in(page, email)
        assert path_of(page.url) == "/sign-in/second/"
        page.goto("/home/")
        assert path_of(page.url).startswith("/sign-in/"), "a password alone opens nothing"
        page.goto("/sign-in/second/")
        page.get_by_label("Code", exact=True).fill(code_of(secret, 1))
        press(page, "Go on")
        assert path_of(page.url) == "/home/" and len(codes) == 10

    def test_in_the_demonstration_one_press_unlocks(self) -> None:
        page = be(self.browse(), "rowan")
        leave_alone(self.site, page, 3600)
        page.goto("/picture/risks/")
        follow(page.get_by_role("button", name="It is me, go on"))
        assert path_of(page.url) == "/picture/risks/"
