"""Addresses, each of which says what it needs.

`route()` stands in for Django's `path()`. What an address needs is a keyword that cannot be left out:

    ANYBODY                     no account needed: the public pages, signing in
    ACCOUNT                     a person who signed in
    MEMBER                      an open seat in the partnership, whatever its level
    OFFICE("administrator")     holds this office now
    RIGHT("picture.agree")      holds an office to which the pack gives this decision right
    EITHER(OFFICE(..), ..)      one of several of these

Whoever has no account is sent to sign in, from every protected address alike and before the view is asked, so that the
answer tells nothing about what exists. Whoever has an account and not what the address needs gets the same 404 as for an
address that does not exist. The methods are checked last: to somebody who may not come in, a wrong method is a 404 too.

`fresh=True` for what is dangerous: somebody who may come in is asked once more who they are, unless they showed it within
the last five minutes. What was typed waits and is sent on (`plait.web.accounts.proof`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Protocol
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse

View = Callable[..., HttpResponse]


class Need(Protocol):
    """What an address needs. `key` is its stable name in `routes --json`."""

    @property
    def key(self) -> str: ...

    def allows(self, request: HttpRequest) -> bool: ...


def has_account(request: HttpRequest) -> bool:
    asker = getattr(request, "asker", None)
    return asker is not None and asker.id is not None and asker.kind == "account"


@dataclass(frozen=True, slots=True)
class Anybody:
    key: str = "anybody"

    def allows(self, request: HttpRequest) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class HasAccount:
    key: str = "account"

    def allows(self, request: HttpRequest) -> bool:
        return has_account(request)


@dataclass(frozen=True, slots=True)
class IsMember:
    key: str = "member"

    def allows(self, request: HttpRequest) -> bool:
        from plait.kernel import access

        return has_account(request) and access.is_member(request.asker)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class HoldsOffice:
    office: str

    @property
    def key(self) -> str:
        return f"office:{self.office}"

    def allows(self, request: HttpRequest) -> bool:
        from plait.kernel import rights

        return has_account(request) and self.office in rights.offices_of(request.asker)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class HoldsRight:
    right: str

    @property
    def key(self) -> str:
        return f"right:{self.right}"

    def allows(self, request: HttpRequest) -> bool:
        from plait.kernel import rights

        return has_account(request) and rights.holds_right(request.asker, self.right)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, init=False)
class HasOneOf:
    needs: tuple[Need, ...]

    def __init__(self, *needs: Need) -> None:
        object.__setattr__(self, "needs", needs)

    @property
    def key(self) -> str:
        return " or ".join(n.key for n in self.needs)

    def allows(self, request: HttpRequest) -> bool:
        return any(n.allows(request) for n in self.needs)


ANYBODY = Anybody()
ACCOUNT = HasAccount()
MEMBER = IsMember()
OFFICE = HoldsOffice
RIGHT = HoldsRight
EITHER = HasOneOf

READ = ("GET", "HEAD")


def route(
    pattern: str,
    view: View,
    name: str,
    *,
    needs: Need,
    methods: Sequence[str] = READ,
    fresh: bool = False,
    kwargs: dict[str, Any] | None = None,
) -> URLPattern:
    """One address. `needs` has no default; methods other than GET and HEAD are named. `fresh`: who is there is asked once more."""
    if fresh and needs is ANYBODY:
        raise TypeError(f"route({pattern!r}): only somebody who signed in can be asked again")
    if not (isinstance(getattr(needs, "key", None), str) and callable(getattr(needs, "allows", None))):
        raise TypeError(f"route({pattern!r}): needs= must be ANYBODY, ACCOUNT, MEMBER, OFFICE(key), RIGHT(key) or EITHER(...)")
    known = tuple(dict.fromkeys(m.upper() for m in methods))
    if "GET" in known and "HEAD" not in known:
        known += ("HEAD",)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        if needs is not ANYBODY:
            if not has_account(request):
                return to_sign_in(request)
            if not needs.allows(request):
                from plait.kernel.errors import NotFound

                raise NotFound()
        if request.method not in known:
            return not_allowed(known)
        if fresh and (asked := request.step_up()) is not None:  # type: ignore[attr-defined]
            return asked
        return view(request, *args, **given)

    guarded.plait_fresh = fresh  # type: ignore[attr-defined]
    guarded.plait_needs = needs  # type: ignore[attr-defined]
    guarded.plait_methods = known  # type: ignore[attr-defined]
    return path(pattern, guarded, kwargs=kwargs, name=name)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and back here afterwards. What was asked by POST is not asked again by itself."""
    address = f"{reverse('web:sign_in')}?{urlencode({'next': request.get_full_path()})}"
    response = HttpResponseRedirect(address)
    response["Cache-Control"] = "no-store"
    return response


def not_allowed(methods: Sequence[str]) -> HttpResponse:
    response = HttpResponseNotAllowed(methods)
    response.content = render_to_string("frame/errors/405.html").encode()
    return response


@dataclass(frozen=True, slots=True)
class Address:
    """One line of `routes --json`."""

    path: str
    name: str
    methods: tuple[str, ...]
    needs: str
    fresh: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "name": self.name,
            "methods": list(self.methods),
            "needs": self.needs,
            "fresh": self.fresh,
        }


def _patterns(resolver: URLResolver, before: str = "", space: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    for entry in resolver.url_patterns:
        here = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inside = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _patterns(entry, here, inside)
        else:
            yield here, f"{space}{entry.name or ''}", entry


def _said(entry: URLPattern, name: str) -> Any:
    return getattr(entry.callback, name)


def addresses(urlconf: str | None = None) -> list[Address]:
    """Every address that was declared, with its full name and path."""
    return [
        Address("/" + where, name, _said(entry, "plait_methods"), _said(entry, "plait_needs").key, _said(entry, "plait_fresh"))
        for where, name, entry in _patterns(get_resolver(urlconf))
        if hasattr(entry.callback, "plait_needs")
    ]


def undeclared(urlconf: str | None = None) -> list[str]:
    """The addresses that were not made by route(): the start fails when there is one."""
    return ["/" + where for where, _, entry in _patterns(get_resolver(urlconf)) if not hasattr(entry.callback, "plait_needs")]
