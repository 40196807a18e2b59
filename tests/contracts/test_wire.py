"""Against a real server: P1, nothing of who reads the public pages is kept; S6, the house asks nothing of any other; cookies and broken requests."""

from __future__ import annotations

import http.client
import os
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connections
from django.test import Client

from plait.kernel import scratch
from plait.kernel.models import Account
from plait.launch import server
from plait.launch.places import connection as place
from tests.contracts.hostile import Forms, of_this_kind

pytestmark = pytest.mark.full

ROOT = Path(__file__).resolve().parents[2]
AGENT = "Zwirbelkante/9.1 (planted)"
ADDRESS = "203.0.113.77"
# Runs at the start of every Python process of the server: whatever is asked of another machine ends in an error and a line.
WATCH = """
import os, sys
def watch(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.gethostbyname"):
        at = args[1] if event in ("socket.connect", "socket.sendto") else args[0]
        host = at[0] if isinstance(at, tuple) else at
        if event in ("socket.connect", "socket.sendto") and not isinstance(at, tuple):
            return
        if str(host) not in ("127.0.0.1", "::1", "localhost", "None", ""):
            with open(os.environ["PLANTED_WATCH"], "a") as out:
                out.write(f"{event} {host}\\n")
            raise ConnectionRefusedError("the house asks nothing of any other")
sys.addaudithook(watch)
"""


@dataclass
class Served:
    port: int
    database: str
    log: Path
    asked: Path

    def get(self, at: str, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", at, headers={"Host": f"localhost:{self.port}", "Connection": "close", **headers})
        return connection.getresponse()


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.fixture(scope="module")
def served(town_template: str, django_db_setup, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with django_db_blocker.unblock():
        folder, port = tmp_path_factory.mktemp("wire"), free_port()
        name = f"test_plait_wire_{os.getpid()}_{port}"
        scratch.copy(town_template, name)
        (folder / "sitecustomize.py").write_text(WATCH)
        asked, log = folder / "asked", folder / "log"
        where = {
            **place().variables(),
            "PLAIT_DB_NAME": name,
            "PYTHONPATH": f"{folder}{os.pathsep}{ROOT / 'src'}",
            "PLANTED_WATCH": str(asked),
        }
        with log.open("wb") as out, pytest.MonkeyPatch.context() as patch:
            before = os.dup(2)
            os.dup2(out.fileno(), 2)  # the server writes where we do: its lines are kept for looking at
            try:
                child = server.start(port, server.web_environment(where, demo=True))
            finally:
                os.dup2(before, 2)
                os.close(before)
            del patch
            try:
                server.wait_for_answer(child, port)
                yield Served(port, name, log, asked)
            finally:
                server.stop(child)
                scratch.drop(name)


def walk(served: Served, start: str, under: str, **headers: str) -> list[tuple[str, http.client.HTTPResponse, bytes]]:
    waiting, seen, met = [start], {of_this_kind(start)}, []
    while waiting:
        at = waiting.pop(0)
        answer = served.get(at, **headers)
        body = answer.read()
        met.append((at, answer, body))
        if (answer.getheader("Content-Type") or "").startswith("text/html"):
            found = Forms(body.decode(), at).links | set(re.findall(r'(?:src|href)="(/[^"]+)"', body.decode()))
            for link in sorted(found):
                link = link.replace("&amp;", "&").partition("#")[0]
                if of_this_kind(link) not in seen and link.startswith((under, "/static/")):
                    seen.add(of_this_kind(link))
                    waiting.append(link)
    return met


def signed_in(served: Served, office: str) -> str:
    """The cookie of a browser in which the first holder of an office is signed in."""
    was = connections["default"].settings_dict["NAME"]
    scratch.point_at(served.database)
    try:
        with scratch.superuser() as su:
            (who,) = su.execute("select account_id from kernel_office where key = %s limit 1", [office]).fetchone()
        client = Client()
        client.force_login(Account.objects.get(id=who))
        return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    finally:
        scratch.point_at(was)


def test_nothing_of_who_reads_the_public_pages_is_kept(served: Served) -> None:
    planted = {
        "User-Agent": AGENT,
        "X-Forwarded-For": ADDRESS,
        "X-Real-IP": ADDRESS,
        "Referer": f"https://zwirbel.example/{AGENT}",
        "Cookie": "sessionid=zwirbelkeks; plait_session=zwirbelkeks",
        "Accept-Language": "de-CH;q=0.77",
    }
    met = walk(served, "/public/", "/public/", **planted)
    assert len(met) >= 25
    for at, answer, body in met:
        assert answer.status < 400, at
        assert answer.getheader("Set-Cookie") is None, at
        assert [a for a in re.findall(rb'(?:src|action|srcset)="([^"]*)"', body) if not a.startswith(b"/")] == [], at
        assert b"zwirbel" not in body.lower(), at
    words = [AGENT, ADDRESS, "zwirbel", "zwirbelkeks", "de-CH"]
    assert [w for w in words if w.encode() in served.log.read_bytes()] == []
    with scratch.superuser() as _su, scratch.as_role("tamper", served.database) as su:
        tables = [
            t
            for (t,) in su.execute(
                "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('public', 'plait')"
            ).fetchall()
        ]
        assert len(tables) > 30
        for table in tables:
            for word in words:
                assert su.execute(
                    f"select count(*) from {table} t where t::text ilike '%%' || %s || '%%'", [word]
                ).fetchone() == (0,), (table, word)
        (sessions,) = su.execute("select count(*) from kernel_session").fetchone()
    assert sessions == 0


def test_the_house_asks_nothing_of_any_other(served: Served, django_db_blocker) -> None:
    """Egress is refused in the server's own processes while a coordinator walks through it and takes files away."""
    with django_db_blocker.unblock():
        cookie = signed_in(served, "coordinator")
    met = walk(served, "/home/", "/", Cookie=cookie)
    assert len([1 for at, a, _b in met if a.status == 200 and not at.startswith(("/static/", "/public/"))]) >= 40
    assert not served.asked.exists(), served.asked.read_text()


def test_the_watch_would_have_noticed(tmp_path: Path) -> None:
    import subprocess
    import sys

    (tmp_path / "sitecustomize.py").write_text(WATCH)
    env = {**os.environ, "PYTHONPATH": str(tmp_path), "PLANTED_WATCH": str(tmp_path / "asked")}
    code = "import socket\ntry:\n socket.create_connection(('192.0.2.1', 80), 1)\nexcept OSError: pass"
    subprocess.run([sys.executable, "-c", code], env=env, check=True)
    assert "192.0.2.1" in (tmp_path / "asked").read_text()


RAW: dict[str, bytes] = {
    "two lengths": b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nContent-Length: 40\r\n\r\na=b&",
    "length and chunks": b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /administration/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "chunks spelt oddly": b"POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "two hosts": b"GET /home/ HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
    "no host": b"GET /home/ HTTP/1.1\r\n\r\n",
    "a whole address": b"GET http://evil.example/home/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a folded header": b"GET /home/ HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n c\r\n\r\n",
    "a nul in a header": b"GET /home/ HTTP/1.1\r\nHost: localhost\r\nX-A: b\x00c\r\n\r\n",
    "a hundred thousand letters of header": b"GET /home/ HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"a" * 100_000 + b"\r\n\r\n",
    "ten thousand headers": b"GET /home/ HTTP/1.1\r\nHost: localhost\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(10_000)) + b"\r\n",
    "a method of nonsense": b"PLANT /home/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "TRACE": b"TRACE /home/ HTTP/1.1\r\nHost: localhost\r\nX-Secret: planted\r\n\r\n",
    "CONNECT": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
    "a path out of the house": b"GET /static/../../../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "the same, escaped": b"GET /static/%2e%2e/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "the same, with strokes of Windows": b"GET /static/..%5c..%5c..%5cetc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a nul in a path": b"GET /static/app.css%00.png HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "the source": b"GET /static/../settings.py HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}  # fmt: skip


@pytest.mark.parametrize("what", RAW)
def test_a_broken_request_is_refused_and_the_server_goes_on(what: str, served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), 20) as wire:
        wire.settimeout(20)
        said = b""
        try:
            wire.sendall(RAW[what])
            wire.shutdown(socket.SHUT_WR)
            while more := wire.recv(65536):
                said += more
        except OSError:
            pass
    status = re.findall(rb"^HTTP/1.[01] (\d\d\d)", said, re.M)
    assert (
        not status or all(code[:1] in b"34" for code in status) or what in ("two hosts", "a folded header", "a nul in a header")
    ), said[:300]
    assert b"root:x:0:0" not in said and b"X-Secret" not in said and b"SECRET_KEY" not in said and b"evil.example" not in said
    assert served.get("/public/").status == 200


def test_over_tls_cookies_are_this_hosts_alone_and_the_browser_is_told_to_stay(
    town_template: str, django_db_setup, django_db_blocker
) -> None:
    """Behind a proxy that ends TLS: names, flags, HSTS; and nothing is answered for another host."""
    port = free_port()
    with django_db_blocker.unblock(), scratch.database(town_template) as name:
        where = {
            **place().variables(),
            "PLAIT_DB_NAME": name,
            "PYTHONPATH": str(ROOT / "src"),
            "PLAIT_ADDRESS": "https://plait.example.org",
        }
        child = server.start(port, server.web_environment(where, demo=False))
        try:
            server.wait_for_answer(child, port)
            wire = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            wire.request("GET", "/sign-in/", headers={"Host": "plait.example.org", "X-Forwarded-Proto": "https"})
            answer = wire.getresponse()
            page = answer.read().decode()
            cookies = answer.headers.get_all("Set-Cookie") or []
            assert answer.status == 200 and cookies
            for cookie in cookies:
                flags = [f.strip().lower() for f in cookie.split(";")]
                assert cookie.startswith("__Host-"), cookie
                assert {"secure", "httponly", "path=/", "samesite=lax"} <= set(flags) and not any(
                    f.startswith("domain") for f in flags
                ), cookie
            assert (
                int(re.search(r"max-age=(\d+)", answer.getheader("Strict-Transport-Security") or "").group(1)) >= 365 * 24 * 3600
            )  # type: ignore[union-attr]
            form = next(f for f in Forms(page, "/sign-in/").forms if "password" in f.values)
            sent = f"csrfmiddlewaretoken={form.values['csrfmiddlewaretoken'][0]}&email=a&password=b"
            head = {
                "Host": "plait.example.org",
                "X-Forwarded-Proto": "https",
                "Content-Type": "application/x-www-form-urlencoded",
                "Cookie": cookies[0].partition(";")[0],
            }
            for origin, wanted in (("https://evil.example", 403), ("https://plait.example.org", 200), ("null", 403)):
                wire.request("POST", "/sign-in/", sent, {**head, "Origin": origin})
                answer = wire.getresponse()
                answer.read()
                assert answer.status == wanted, origin
        finally:
            server.stop(child)
