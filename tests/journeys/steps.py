"""What people do in every journey: become somebody with one press, read, press, write. And what a journey may look up."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

PASSWORD = "straw plaited into one strong braid"  # noqa: S105 - of invented people


class Site(str):
    """The address of a served demonstration, and the name of the database behind it."""

    database: str

    def __new__(cls, address: str, *, database: str) -> Site:
        made = super().__new__(cls, address)
        made.database = database
        return made


class Watch:
    """Notes what must never happen in a browser, whatever the journey."""

    def __init__(self, context: Any, site: str) -> None:
        self.context, self.site, self.offences = context, site, []
        self.expected: tuple[str, ...] = ()
        context.plait_watch = self
        context.on("console", self._console)
        context.on("weberror", lambda error: self.offences.append(f"script: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: Any) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            self.offences.append(f"policy: {message.text}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.site, "data:", "blob:", "about:")):
            self.offences.append(f"another host: {request.url}")

    def _response(self, response: Any) -> None:
        if response.status >= 500:
            self.offences.append(f"{response.status}: {response.url}")


def be(page: Any, key: str) -> Any:
    """Become somebody whom the demonstration offers, with one press."""
    page.goto("/demo/")
    page.locator(f'form[action="/demo/{key}/"] button').click()
    return page


def sign_in(page: Any, email: str, password: str = PASSWORD) -> Any:
    page.goto("/sign-in/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    return page


def words(page: Any) -> str:
    """What a reader reads on a page, in one line."""
    return " ".join(page.locator("body").inner_text().split())


def choose(page: Any, label: str, of: str = "") -> None:
    """Tick an answer; `of`: the question, where an answer occurs twice on the page."""
    where = page.get_by_role("group", name=of) if of else page
    where.get_by_label(label, exact=True).check()


def open_link(page: Any, name: str) -> None:
    page.get_by_role("main").get_by_role("link", name=name).first.click()


def press(page: Any, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name).first.click()


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def links(page: Any) -> list[str]:
    """Where a page leads inside the house, without fragments, in the order in which it stands there."""
    found = page.eval_on_selector_all("a[href]", "all => all.map(a => new URL(a.getAttribute('href'), location).href)")
    here = urlsplit(page.url).netloc
    return list(dict.fromkeys(path_of(a) for a in found if urlsplit(a).netloc == here))


def crawl(page: Any, start: str = "/home/", *, leave: Callable[[str], bool] = lambda _: False, most: int = 1000) -> dict[str, int]:
    """Every address that can be reached by links from `start`, with its status. Files are asked for and not opened."""
    seen: dict[str, int] = {}
    waiting = [start]
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        if address in seen or leave(address):
            continue
        if "format=" in address:
            seen[address] = page.request.get(address).status
            continue
        try:
            answer = page.goto(address, wait_until="domcontentloaded")
        except Exception as error:  # a file: Chromium begins a download instead of a page
            if "Download is starting" not in str(error):
                raise
            seen[address] = page.request.get(address).status
            continue
        seen[address] = answer.status
        waiting += [a for a in links(page) if a not in seen]
    return seen


# ---- behind the curtain: what a journey cannot do by hand -------------------------------------------------------------


@contextlib.contextmanager
def database(site: Site) -> Iterator[Any]:
    """The site's database as its superuser, without triggers: to prepare what no page offers, never to check a rule."""
    from plait.kernel import scratch

    with scratch.as_role("tamper", site.database) as connection:
        connection.execute("set session_replication_role = replica")
        yield connection


def give_password(site: Site, email: str) -> None:
    """Demo people have no password. Somebody who signs in by one needs one."""
    from django.contrib.auth.hashers import make_password

    with database(site) as db:
        assert db.execute("update kernel_account set password = %s where email = %s", [make_password(PASSWORD), email]).rowcount == 1


def leave_alone(site: Site, page: Any, seconds: int) -> None:
    """As if nobody had touched this browser for so long."""
    from plait.kernel.sessions import SessionStore

    key = next(c["value"] for c in page.context.cookies() if c["name"] == "plait_session")
    with database(site) as db:
        (held,) = db.execute("select session_data from kernel_session where session_key = %s", [key]).fetchone()
        data = SessionStore().decode(held)
        data["seen"] -= seconds
        db.execute("update kernel_session set session_data = %s where session_key = %s", [SessionStore().encode(data), key])


def rows(site: Site, sql: str, *values: Any) -> list[Any]:
    with database(site) as db:
        return db.execute(sql, list(values)).fetchall()


class Journey:
    """A day of somebody. Methods are called given_, when_ and then_, so that a test reads as what happens."""

    site: Site
    browse: Callable[..., Any]

    @pytest.fixture(autouse=True)
    def _begin(self, site: Site, browse: Callable[..., Any]) -> None:
        self.site, self.browse = site, browse

    def browser_of(self, key: str, **options: Any) -> Any:
        """A browser in which somebody of the demonstration is signed in."""
        return be(self.browse(**options), key)

    def nobody(self, **options: Any) -> Any:
        """A fresh browser: no account, no cookie, no cached page."""
        return self.browse(**options)
