"""An address says what it needs, or it is not made."""

from __future__ import annotations

import types
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import URLPattern, include, path

from plait.frame import routes
from plait.frame.routes import ACCOUNT, ANYBODY, MEMBER, OFFICE, RIGHT, route
from plait.kernel.errors import NotFound

ALL = [ACCOUNT, MEMBER, OFFICE("administrator"), RIGHT("picture.agree")]


def view(request: HttpRequest, **given: Any) -> HttpResponse:
    return HttpResponse("seen")


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Asks an address as somebody with an account, without, or as nobody; the kernel's answers are given here."""
    from plait.kernel import access, rights

    held = SimpleNamespace(member=False, offices=[], rights=set())
    monkeypatch.setattr(access, "is_member", lambda asker: held.member)
    monkeypatch.setattr(rights, "offices_of", lambda asker: held.offices)
    monkeypatch.setattr(rights, "holds_right", lambda asker, right: right in held.rights)
    monkeypatch.setattr(routes, "reverse", lambda name: "/sign-in/")

    def ask(
        pattern: URLPattern,
        *,
        account: bool = True,
        method: str = "GET",
        kind: str = "account",
        to: str = "/x/?a=1&b=2",
        **given: Any,
    ) -> HttpResponse:
        request = RequestFactory().generic(method, to)
        request.asker = SimpleNamespace(id=uuid4() if account else None, kind=kind)
        for name in ("member", "offices", "rights"):
            setattr(held, name, given.pop(name, getattr(SimpleNamespace(member=False, offices=[], rights=set()), name)))
        return pattern.callback(request, **given)

    return ask


def test_needs_cannot_be_left_out() -> None:
    with pytest.raises(TypeError):
        route("x/", view, "x")  # type: ignore[call-arg]


@pytest.mark.parametrize("wrong", [None, "member", True, object(), OFFICE])
def test_needs_is_one_of_ours(wrong: Any) -> None:
    with pytest.raises(TypeError):
        route("x/", view, "x", needs=wrong)


def test_anybody_is_let_in_without_an_account(ask: Any) -> None:
    assert ask(route("x/", view, "x", needs=ANYBODY), account=False).content == b"seen"


@pytest.mark.parametrize("needs", ALL, ids=lambda n: n.key)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_without_an_account_every_protected_address_sends_to_sign_in(ask: Any, needs: Any, method: str) -> None:
    answer = ask(route("x/", view, "x", needs=needs), account=False, method=method)
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=%2Fx%2F%3Fa%3D1%26b%3D2")
    assert answer["Cache-Control"] == "no-store"


def test_a_visitor_is_no_account(ask: Any) -> None:
    assert ask(route("x/", view, "x", needs=ACCOUNT), kind="visitor").status_code == 302


@pytest.mark.parametrize("needs", ALL[1:], ids=lambda n: n.key)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_an_account_and_nothing_else_finds_nothing_by_any_method(ask: Any, needs: Any, method: str) -> None:
    with pytest.raises(NotFound):
        ask(route("x/", view, "x", needs=needs), method=method)


@pytest.mark.parametrize(
    ("needs", "given"),
    [
        (ACCOUNT, {}),
        (MEMBER, {"member": True}),
        (OFFICE("administrator"), {"offices": ["administrator"]}),
        (RIGHT("picture.agree"), {"rights": {"picture.agree"}}),
    ],
)
def test_who_has_what_it_needs_is_let_in(ask: Any, needs: Any, given: dict[str, Any]) -> None:
    assert ask(route("x/", view, "x", needs=needs), **given).content == b"seen"


def test_a_method_that_was_not_named_is_refused_with_a_plain_page(ask: Any) -> None:
    answer = ask(route("x/", view, "x", needs=ANYBODY), method="POST")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
    assert b"<h1>" in answer.content


def test_named_methods_are_let_through_and_get_brings_head(ask: Any) -> None:
    made = route("x/", view, "x", needs=ANYBODY, methods=("GET", "POST"))
    assert [ask(made, method=m).status_code for m in ("GET", "HEAD", "POST", "PUT")] == [200, 200, 200, 405]


def test_addresses_and_the_undeclared_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = ([route("a/<uuid:circle>/", view, "a", needs=MEMBER, methods=("GET", "POST")), path("b/", view, name="b")], "room")
    conf = types.ModuleType("frame_test_urls")
    conf.urlpatterns = [path("room/", include(inner)), path("", view)]  # type: ignore[attr-defined]
    monkeypatch.setitem(__import__("sys").modules, "frame_test_urls", conf)
    assert [a.as_dict() for a in routes.addresses("frame_test_urls")] == [
        {
            "path": "/room/a/<uuid:circle>/",
            "name": "room:a",
            "methods": ["GET", "POST", "HEAD"],
            "needs": "member",
            "fresh": False,
        }
    ]
    assert routes.undeclared("frame_test_urls") == ["/room/b/", "/"]


def test_the_start_fails_on_an_undeclared_address(monkeypatch: pytest.MonkeyPatch) -> None:
    from plait.frame.apps import every_address_says_what_it_needs

    monkeypatch.setattr(routes, "undeclared", lambda: ["/forgotten/"])
    assert [e.id for e in every_address_says_what_it_needs()] == ["frame.E001"]
    monkeypatch.setattr(routes, "undeclared", list)
    assert every_address_says_what_it_needs() == []


def test_what_is_dangerous_asks_again_after_it_is_known_who_may_come_in(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    address = route("x/", view, "x", needs=MEMBER, fresh=True)
    monkeypatch.setattr(HttpRequest, "step_up", lambda self: HttpResponse("is it you?"), raising=False)
    assert ask(address, member=True).content == b"is it you?"
    with pytest.raises(NotFound):
        ask(address)
    assert ask(address, member=True, method="POST").status_code == 405
    monkeypatch.setattr(HttpRequest, "step_up", lambda self: None, raising=False)
    assert ask(address, member=True).content == b"seen"
    with pytest.raises(TypeError):
        route("x/", view, "x", needs=ANYBODY, fresh=True)
