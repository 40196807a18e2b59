"""I3, I8: whatever stands in an address, a query, a body or a header, the answer is a page of ours and never a 500. P6: nothing private is kept."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

import pytest
from django.test import Client

from plait.frame.routes import addresses
from tests.contracts.hostile import STRINGS, Forms, forms, of_this_kind

pytestmark = pytest.mark.full

SHORT = {k: v for k, v in STRINGS.items() if len(v) < 3000}
WORDS = [quote(v.encode("utf-8", "surrogatepass"), safe="") for v in SHORT.values()]


def a_page(answer: object) -> bool:
    return b"</html>" in answer.content and answer["Content-Type"].startswith("text/html")  # type: ignore[attr-defined]


def test_whatever_stands_in_a_part_of_an_address(holder) -> None:
    asked = 0
    client = holder("administrator")
    for address in addresses():
        parts = re.findall(r"<(?:(\w+):)?(\w+)>", address.path)
        if not parts or "GET" not in address.methods:
            continue
        for n, word in enumerate(WORDS):
            if any(kind != "str" and kind for kind, _name in parts) and n % 12:
                continue  # a pattern of uuids is no address at all with words in it: a few will do
            at = re.sub(r"<[^>]+>", word.replace("\\", "\\\\"), "/" + address.path.lstrip("/"))
            answer = client.get(at)
            assert answer.status_code < 500, (address.name, n)
            assert answer.status_code in (301, 302) or a_page(answer), (address.name, n)
            asked += 1
    assert asked >= 300, asked


def test_whatever_stands_in_a_query(holder, walk) -> None:
    """Each parameter that a form or a link of the house uses, and some that none does, on each kind of page."""
    client, asked, kinds = holder("coordinator"), 0, set()
    for at, page in walk("coordinator"):
        found = Forms(page.content.decode(), at)
        names = {n for f in found.forms if f.method == "get" for n in f.values}
        names |= {p.partition("=")[0] for link in found.links for p in urlsplit(link).query.split("&") if p}
        names |= {"q", "sort", "page", "format", "next", "language", "id__in", "circle_id", "order_by", "__class__", "a[b]"}
        path = urlsplit(at).path
        if path in kinds:
            continue
        kinds.add(path)
        for n in range(2):
            words = [WORDS[(asked * 5 + n * 17 + k) % len(WORDS)] for k in range(len(names))]
            query = "&".join(
                f"{quote(name)}={word}&{quote(name)}={word}" for name, word in zip(sorted(names), words, strict=True)
            )
            answer = client.get(f"{path}?{query}")
            assert answer.status_code < 400 or answer.status_code == 404, (path, query[:300], answer.status_code)
        asked += 1
    assert asked >= 40, asked


def test_a_list_is_sorted_and_narrowed_by_what_it_knows_and_by_nothing_else(holder, walk) -> None:
    client, lists = holder("coordinator"), 0
    for at, page in walk("coordinator"):
        searched = [f for f in Forms(page.content.decode(), at).forms if f.method == "get" and "q" in f.values]
        if urlsplit(at).query or all(f.action == "/search/" for f in searched):
            continue
        for sort in ("circle__kernel_seat", "-made_by__password", 'id";select', "--made_at"):
            query = f"?sort={quote(sort)}&made_by__password__startswith=a&version__gte=0&circle=1&page=-1&order_by=id&format=__class__"
            assert strip(client.get(at + query).content) == strip(page.content), (at, query)
        lists += 1
    assert lists >= 5, lists


def strip(body: bytes) -> bytes:
    """A page without what differs each time, and without what it says of its own address."""
    return re.sub(rb'value="[^"]{60,70}"|nonce="[^"]*"|href="\?[^"]*"|name="next" value="[^"]*"', b"", body)


BODIES: dict[str, tuple[bytes, str]] = {
    "ten million letters": (b"text=" + b"a" * 10_000_000, "application/x-www-form-urlencoded"),
    "ten thousand fields": (b"&".join(b"f%d=1" % n for n in range(10_000)), "application/x-www-form-urlencoded"),
    "broken escapes": (b"text=%zz%f%&&&==%00%ed%a0%80&=", "application/x-www-form-urlencoded"),
    "bytes that are no letters": (b"text=" + bytes(range(1, 256)).replace(b"&", b""), "application/x-www-form-urlencoded"),
    "another alphabet": ("text=ä".encode("utf-16"), "application/x-www-form-urlencoded; charset=utf-16"),
    "an alphabet that is none": (b"text=a", "application/x-www-form-urlencoded; charset=planted"),
    "multipart without a boundary": (b"--x\r\n\r\n", "multipart/form-data"),
    "multipart cut short": (b"--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nab", "multipart/form-data; boundary=x"),
    "multipart with a nul": (b"--x\r\nContent-Disposition: form-data; name=\"text\x00\"\r\n\r\na\x00b\r\n--x--\r\n", "multipart/form-data; boundary=x"),
    "multipart with a bad length of base64": (b"--x\r\nContent-Disposition: form-data; name=\"text\"\r\nContent-Transfer-Encoding: base64\r\n\r\nabc\r\n--x--\r\n", "multipart/form-data; boundary=x"),
    "a file where words belong": (b"--x\r\nContent-Disposition: form-data; name=\"text\"; filename=\"../../a\"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n--x--\r\n", "multipart/form-data; boundary=x"),
    "a thousand files": (b"".join(b"--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\nb\r\n" for _ in range(1000)) + b"--x--\r\n", "multipart/form-data; boundary=x"),
    "json": (b'{"text": "a"}', "application/json"),
    "json ten thousand deep": (b"[" * 10_000, "application/json"),
    "xml": (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "text/xml"),
    "no type": (b"text=a", ""),
    "a type of nonsense": (b"text=a", "\x01/;;;=\"; boundary="),
    "nothing": (b"", "application/x-www-form-urlencoded"),
}  # fmt: skip


@pytest.mark.parametrize("what", BODIES)
def test_whatever_is_sent_the_answer_is_a_page_in_the_language_of_the_reader(what: str, holder) -> None:
    body, kind = BODIES[what]
    for client, at in ((holder("coordinator"), "/programme/add/"), (Client(raise_request_exception=False), "/sign-in/")):
        answer = client.generic("POST", at, body, content_type=kind, headers={"Accept-Language": "de"})
        assert answer.status_code in (200, 400, 403, 413), (at, answer.status_code)
        assert a_page(answer), at
        assert '<html lang="de"' in answer.content.decode() or at != "/sign-in/", at


def test_what_is_too_long_is_said_to_be_too_long(holder) -> None:
    answer = holder("coordinator").post(
        "/programme/add/", *BODIES["ten million letters"][:1], content_type=BODIES["ten million letters"][1]
    )
    said = answer.content.decode()
    assert answer.status_code == 413 and "too long for one page" in said and "still in your browser" in said


def test_a_header_that_is_forged_changes_nothing(holder, settings) -> None:
    client = holder("coordinator")
    plain = client.get("/home/")
    for headers in (
        {"X-Forwarded-Host": "evil.example.org"}, {"X-Forwarded-For": "127.0.0.1"}, {"X-Original-URL": "/administration/"}, {"X-Rewrite-URL": "/administration/"},
        {"X-HTTP-Method-Override": "DELETE"}, {"X-Method-Override": "POST"}, {"Forwarded": "for=127.0.0.1;host=evil.example.org"}, {"X-Real-IP": "127.0.0.1"},
        {"Remote-User": "ada@example.org"}, {"X-Forwarded-User": "ada@example.org"}, {"X-Forwarded-Prefix": "/evil"}, {"X-Forwarded-Proto": "https"}, {"Plait-Account": "1"},
    ):  # fmt: skip
        answer = client.get("/home/", headers=headers)
        assert answer.status_code == 200 and strip(answer.content) == strip(plain.content), headers
        assert "evil" not in answer.content.decode()


@pytest.mark.parametrize(
    "host",
    [
        "evil.example.org",
        "localhost.evil.example.org",
        "127.0.0.1.evil.example.org",
        "localhost:80@evil.example.org",
        "",
        "a b",
        "[::1",
        "localhost\x00",
    ],
)
def test_another_host_is_not_answered(host: str, town: str) -> None:
    answer = Client(raise_request_exception=False).get(
        "/sign-in/", headers={"Host": host}, **({"SERVER_NAME": host} if not host else {})
    )
    assert answer.status_code == 400 and b"evil" not in answer.content


def test_every_private_page_says_that_it_is_not_to_be_kept_and_what_a_browser_may_do(walk) -> None:
    """P6, and the headers as an exact set: a header that is gone or new is noticed."""
    seen = set()
    for at, answer in [*walk("coordinator"), *walk("administrator")]:
        private = not at.startswith("/public/")
        assert answer["Cache-Control"] == ("no-store" if private else "public, max-age=60"), at
        assert {k for k in answer.headers if k not in OPTIONAL} == HEADERS, at
        assert answer["Content-Security-Policy"].count("unsafe") == 0 and "'self'" in answer["Content-Security-Policy"]
        assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff"), at
        assert not (answer.cookies and not private), at
        seen.add(of_this_kind(at))
    assert len(seen) >= 60, len(seen)


HEADERS = {
    "Content-Type", "Content-Length", "Content-Language", "Content-Security-Policy", "Cache-Control", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy",
    "Cross-Origin-Opener-Policy", "Vary",
}  # fmt: skip
OPTIONAL = {"Location", "Server-Timing", "ETag", "Expires", "Last-Modified"}


def test_forms_are_sent_nowhere_else_and_ask_for_their_token(holder, walk) -> None:
    client, sent = holder("coordinator"), 0
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies = client.cookies
    for form in forms(walk("coordinator")):
        assert form.action.startswith(("/", "?")), form.action
        if form.method == "post":
            answer = strict.post(form.action, {k: v for k, v in form.values.items() if k != "csrfmiddlewaretoken"})
            assert answer.status_code == 403 and a_page(answer), form.action
            sent += 1
    assert sent >= 25, sent
