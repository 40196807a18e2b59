"""What people do in every journey: become somebody with one press, read, press, write. And what a journey may look up."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

import pytest

PASSWORD = "straw plaited into one strong braid"


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


def follow(target: Any) -> None:
    """Press a link or a button that leads to another page, and wait until that page is there."""
    with target.page.expect_navigation():
        target.click()


def be(page: Any, key: str) -> Any:
    """Become somebody whom the demonstration offers, with one press."""
    page.goto("/demo/")
    follow(page.locator(f'form[action="/demo/{key}/"] button'))
    return page


def sign_in(page: Any, email: str, password: str = PASSWORD) -> Any:
    page.goto("/sign-in/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    follow(page.get_by_role("button", name="Sign in"))
    return page


def words(page: Any) -> str:
    """What a reader reads on a page, in one line."""
    return " ".join(page.locator("body").inner_text().split())


def choose(page: Any, label: str, of: str = "") -> None:
    """Tick an answer; `of`: the question, where an answer occurs twice on the page."""
    where = page.get_by_role("group", name=of) if of else page
    where.get_by_label(label, exact=True).check()


def open_link(page: Any, name: str) -> None:
    follow(page.get_by_role("main").get_by_role("link", name=name).first)


def press(page: Any, name: str) -> None:
    follow(page.get_by_role("main").get_by_role("button", name=name).first)


def text_of(body: bytes, form: str) -> str:
    """Every word of a profile that was downloaded, in one line."""
    if form == "pdf":
        from pypdf import PdfReader

        said = " ".join(leaf.extract_text() for leaf in PdfReader(io.BytesIO(body)).pages)
    elif form == "docx":
        from docx import Document

        made = Document(io.BytesIO(body))
        cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
        said = " ".join([*(p.text for p in made.paragraphs), *cells])
    elif form == "json":
        sections = json.loads(body)["sections"]
        said = " ".join(s["text"] for section in sections for s in section["sentences"])
    else:
        said = body.decode()
    return " ".join(said.split())


def presses(page: Any) -> list[str]:
    """Every press of a finger or mouse from the next page on, counted in the browser and not by the test."""
    counted: list[str] = []
    page.context.expose_binding("plaitPressed", lambda source, what: counted.append(what))
    page.context.add_init_script(
        "addEventListener('pointerdown', e => window.plaitPressed(e.target.innerText || e.target.name || ''), true)"
    )
    page.reload()
    return counted


def tab_to(page: Any, target: Any, most: int = 120) -> Any:
    """Reach something with the Tab key alone, as somebody without a mouse does."""
    for _ in range(most):
        if target.evaluate("e => e === document.activeElement"):
            return target
        page.keyboard.press("Tab")
    raise AssertionError(f"{most} presses of Tab do not reach {target}")


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def links(page: Any) -> list[str]:
    """Where a page leads inside the house, without fragments, in the order in which it stands there."""
    found = page.eval_on_selector_all("a[href]", "all => all.map(a => new URL(a.getAttribute('href'), location).href)")
    here = urlsplit(page.url).netloc
    return list(dict.fromkeys(path_of(a) for a in found if urlsplit(a).netloc == here))


class Hrefs(HTMLParser):
    """Where the links of a page lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name in ("href", "xlink:href") and value]


def crawl(page: Any, start: str = "/home/", *, leave: Callable[[str], bool] = lambda _: False) -> dict[str, int]:
    """Every address that somebody can reach by links from `start`, with its status: asked with the browser's cookies."""
    seen: dict[str, int] = {}
    waiting = [start]
    while waiting:
        address = waiting.pop(0)
        if address in seen or leave(address):
            continue
        answer = page.request.get(address)
        seen[address] = answer.status
        if answer.headers.get("content-type", "").startswith("text/html"):
            here = urlsplit(answer.url)
            found = [urlsplit(urljoin(answer.url, href)) for href in Hrefs(answer.text()).found]
            waiting += [path_of(urlunsplit(a)) for a in found if a.netloc == here.netloc]
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
        assert (
            db.execute("update kernel_account set password = %s where email = %s", [make_password(PASSWORD), email]).rowcount == 1
        )


def leave_alone(site: Site, page: Any, seconds: int) -> None:
    """As if nobody had touched this browser for so long."""
    from plait.kernel.sessions import SessionStore

    key = next(c["value"] for c in page.context.cookies() if c["name"] == "plait_session")
    with database(site) as db:
        (held,) = db.execute("select session_data from kernel_session where session_key = %s", [key]).fetchone()
        data = SessionStore().decode(held)
        data["seen"] -= seconds
        db.execute("update kernel_session set session_data = %s where session_key = %s", [SessionStore().encode(data), key])


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
