"""The demonstration, served by a real server on a database of its own, and a real Chromium in front of it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.steps import Site, Watch

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "demo" / "luton"


def _load() -> None:
    from plait.web.load import load_folder

    load_folder(DEMO)


@pytest.fixture(scope="session")
def demo_template(django_test_environment, django_db_blocker) -> str:
    """A database into which `demo/luton/` was loaded like anybody's folder."""
    from plait.kernel import scratch

    sources = [*DEMO.iterdir(), *(ROOT / "packs" / "uk-prevent").iterdir(), *(ROOT / "src" / "plait").rglob("*.py")]
    more = [p for p in sorted(sources) if p.is_file() and "tests" not in p.parts]
    with django_db_blocker.unblock():
        return scratch.template(_load, *more)


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.fixture(scope="module")
def site(demo_template: str, django_db_blocker) -> Iterator[Site]:
    """Address of a served demonstration of this module's own: what its journeys change stays in it."""
    from plait.kernel import scratch
    from plait.launch import server
    from plait.launch.places import connection as place

    with django_db_blocker.unblock():
        name = f"test_plait_site_{os.getpid()}_{_free_port()}"
        scratch.copy(demo_template, name)
        port = _free_port()
        where = {**place().variables(), "PLAIT_DB_NAME": name, "PYTHONPATH": str(ROOT / "src")}
        child = server.start(port, server.web_environment(where, demo=True))
        try:
            server.wait_for_answer(child, port)
            yield Site(f"http://127.0.0.1:{port}", database=name)
        finally:
            server.stop(child)
            scratch.drop(name)


@pytest.fixture(scope="module")
def chromium(demo_template: str) -> Iterator[Any]:
    """One Chromium for a module. Playwright keeps an event loop in this thread: it ends with the module, and until
    then Django must not mistake it for an asynchronous view."""
    from playwright.sync_api import sync_playwright

    where = os.environ.get("PLAIT_CHROMIUM")
    if not where:
        pytest.fail("Journeys need Chromium: run them by ./plait test, which finds it or says how to install it.")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as play:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = play.chromium.launch(
            executable_path=where, chromium_sandbox=not root,
            args=["--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        )  # fmt: skip
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium, site: Site) -> Iterator[Callable[..., Any]]:
    """Opens a browser of somebody's own (`browse(width=390)`): no cookie, no cache, nothing of another's.

    Whatever a journey is about, in each of its browsers the policy of the page is never broken, no script fails, nothing
    is asked of another host and the server never breaks.
    """
    watches: list[Watch] = []

    def opened(*, width: int = 1280, height: int = 900, **options: Any) -> Any:
        size = {"width": width, "height": height}
        context = chromium.new_context(**{"base_url": str(site), "viewport": size, "locale": "en-GB", **options})
        context.set_default_timeout(15_000)
        watches.append(Watch(context, site))
        return context.new_page()

    yield opened
    for watch in watches:
        watch.context.close()
    assert [said for watch in watches for said in watch.offences] == []


@pytest.fixture
def page(browse) -> Any:
    return browse()
