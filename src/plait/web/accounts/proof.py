"""Who is there is asked once more: after idleness, and before what is dangerous.

One page for both. It carries what was posted, hidden, and sends it on when somebody has shown who they are, so that nothing
typed is lost. In the demonstration's own process, and nowhere else, one press is enough.
"""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from plait.kernel.acting import NOBODY

FRESH = 5 * 60
"""Seconds for which showing who one is counts for what is dangerous."""

WAS_GET = "plait-was-get"
PASSWORD = "plait-unlock"  # noqa: S105 - the name of a field
PRESS = "plait-press"
FIELDS = (WAS_GET, PASSWORD, PRESS)
"""Fields of this page: taken out before the rest is sent on."""


@receiver(user_logged_in)
def _just_signed_in(request: HttpRequest, **kwargs: Any) -> None:
    """Signing in shows who is there: a session begins fresh."""
    request.session["seen"] = request.session["fresh"] = int(time.time())


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
        request.session.cycle_key()
        request.session["seen"] = request.session["fresh"] = int(time.time())
        if only_read(request):
            return go_on(request)
        _without_ours(request)
        return None
    return _page(request, why, wrong=tried)


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
    return request.user.check_password(request.POST.get(PASSWORD, ""))


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
        "password": not request.user.is_anonymous and request.user.has_usable_password(),
    }
    response = show(request, "web/locked.html", context, status=403)
    response["Cache-Control"] = "no-store"
    request.asker = asker
    return response
