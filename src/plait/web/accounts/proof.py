"""Who is there is asked once more: after idleness, and before what is dangerous.

One page for both. It carries what was posted, hidden, and sends it on when somebody has shown who they are, so that nothing
typed is lost. In the demonstration's own process, and nowhere else, one press is enough.
"""

from __future__ import annotations

import json
import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from plait.kernel import factors, signon, tries
from plait.kernel.acting import NOBODY

FRESH = 5 * 60
"""Seconds for which showing who one is counts for what is dangerous."""

WAS_GET = "plait-was-get"
PASSWORD = "plait-unlock"  # noqa: S105 - the name of a field
PRESS = "plait-press"
CODE = "plait-code"
PASSKEY = "plait-passkey"
FIELDS = (WAS_GET, PASSWORD, PRESS, CODE, PASSKEY)
"""Fields of this page: taken out before the rest is sent on."""


def is_fresh(request: HttpRequest) -> bool:
    return time.time() - int(request.session.get("fresh", 0)) <= FRESH


def step_up(request: HttpRequest) -> HttpResponse | None:
    """The page that asks, or None when who is there was shown lately."""
    if is_fresh(request):
        _without_ours(request)
        return None
    return asked(request, "fresh")


def asked(request: HttpRequest, why: str) -> HttpResponse | None:
    """None when this very request shows who is there, and the way on from a page that was only read; else the page that asks."""
    tried = request.method == "POST" and any(f in request.POST for f in FIELDS if f != WAS_GET)
    if tried and _shown(request):
        shown(request)
        if only_read(request):
            return go_on(request)
        _without_ours(request)
        return None
    return _page(request, why, wrong=tried)


def shown(request: HttpRequest) -> None:
    """Who is there was shown just now: the session gets a new name."""
    if not settings.READ_ONLY:  # then no session is written, and the middleware remembers in the browser
        request.session.cycle_key()
    request.session["seen"] = request.session["fresh"] = int(time.time())


def only_read(request: HttpRequest) -> bool:
    """What waits behind the page was read and not sent."""
    return request.method == "POST" and WAS_GET in request.POST


def go_on(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(status=303)
    response["Location"] = request.get_full_path()
    return response


def _shown(request: HttpRequest) -> bool:
    if PRESS in request.POST:
        return bool(settings.DEMO)
    account = request.user
    if account.is_anonymous:
        return False
    if request.POST.get(PASSKEY):
        return factors.check_passkey(request.session.pop("passkey", None), answer(request), account) is not None
    if request.POST.get(CODE):
        return factors.check_code(account, request.POST[CODE])
    if settings.READ_ONLY:  # nothing can be counted or used up, and nothing be done
        return account.check_password(request.POST.get(PASSWORD, ""))
    if not tries.allowed("again", str(account.id)):
        return False
    right = account.check_password(request.POST.get(PASSWORD, ""))
    if right:
        tries.right("again", str(account.id))
    return right


def answer(request: HttpRequest, field: str = PASSKEY) -> Any:
    """What a passkey answered, as the browser's script put it into the form; None when it is nothing of the kind."""
    try:
        return json.loads(request.POST.get(field, ""))
    except ValueError:
        return None


def _without_ours(request: HttpRequest) -> None:
    if request.method == "POST" and any(f in request.POST for f in FIELDS):
        given = request.POST.copy()
        for name in FIELDS:
            given.pop(name, None)
        given._mutable = False
        request._post = given


def _page(request: HttpRequest, why: str, *, wrong: bool) -> HttpResponse:
    from plait.frame.show import show

    posted = [(n, v) for n, vs in request.POST.lists() if n not in ("csrfmiddlewaretoken", *FIELDS) for v in vs]
    asker, request.asker = request.asker, NOBODY
    context = {
        "why": why,
        "posted": posted,
        "was_get": request.method != "POST" or WAS_GET in request.POST,
        "wrong": wrong,
        "action": request.get_full_path(),
        "name": asker.name,
        "one_press": settings.DEMO,
        "held": (held := None if request.user.is_anonymous else factors.ways(request.user)),
        "sign_ons": signon.providers().values() if held and held.identities else (),
    }
    response = show(request, "web/locked.html", context, status=403)
    response["Cache-Control"] = "no-store"
    request.asker = asker
    return response
