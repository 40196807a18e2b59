"""The demonstration, served by a real server on a database of its own, and a real Chromium in front of it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "demo" / "luton"


def _load() -> None:
    from plait.web.load import load_folder

    load_folder(DEMO)


@pytest.fixture(scope="session")
def demo_template(django_test_environment, django_db_blocker) -> str:
    """A database into which `demo/luton/` was loaded like anybody's folder."""
    from plait.kernel import scratch

    more = [p for p in sorted([*DEMO.iterdir(), *(ROOT / "packs" / "uk-prevent").iterdir(), *(ROOT / "src" / "plait").rglob("*.py")]) if p.is_file() and "tests" not in p.parts]
    with django_db_blocker.unblock():
        return scratch.template(_load, *more)


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.fixture(scope="module")
def site(demo_template: str, django_db_blocker) -> Iterator[str]:
    """Address of a served demonstration of this module's own: what its journeys change stays in it."""
    from plait.kernel import scratch
    from plait.launch import server
    from plait.launch.places import connection as place

    with django_db_blocker.unblock():
        name = f"test_plait_site_{os.getpid()}_{_free_port()}"
        scratch.copy(demo_template, name)
        port = _free_port()
        child = server.start(port, server.web_environment({**place().variables(), "PLAIT_DB_NAME": name, "PYTHONPATH": str(ROOT / "src")}, demo=True))
        try:
            server.wait_for_answer(child, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.stop(child)
            scratch.drop(name)


@pytest.fixture(scope="session")
def chromium() -> Iterator:
    from playwright.sync_api import sync_playwright

    where = os.environ.get("PLAIT_CHROMIUM")
    if not where:
        pytest.fail("Journeys need Chromium: run them by ./plait test, which finds it or says how to install it.")
    with sync_playwright() as play:
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        browser = play.chromium.launch(
            executable_path=where, chromium_sandbox=not root,
            args=["--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
        )  # fmt: skip
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, site: str) -> Iterator:
    context = chromium.new_context(base_url=site, viewport={"width": 1280, "height": 900}, locale="en-GB")
    made = context.new_page()
    made.set_default_timeout(15_000)
    yield made
    context.close()
