"""When the database fails under a request: tried once more where that is safe, else a page that keeps what was typed. Never half.

Nothing that a request does is outside of its transaction, so a request whose transaction was rolled back may be tried again. One whose commit was
sent and not answered may not: nobody knows whether it was carried out, and the page says so.
"""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import InterfaceError, InternalError, OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

SAFE = ("GET", "HEAD", "OPTIONS")
AGAIN = ("40001", "40P01", "55P03")
"""Serialization failure, deadlock, a lock that did not come: the other one is through by now."""
LOST = ("57P01", "57P02", "57P03", "25P03", "08000", "08003", "08006", "08001", "08004", "53300", "")
"""The connection, or the server, went away; or there was none left."""
READ_ONLY = "25006"
FULL = ("53100", "58030")
NOT_SHOWN = ("csrfmiddlewaretoken",)


@dataclass(frozen=True)
class Fault:
    """What failed: the database's code ("" where there was no answer), and whether it was before, within or at the end of the transaction."""

    state: str
    when: str  # begin | within | commit

    @property
    def kind(self) -> str:
        if self.state == READ_ONLY:
            return "read_only"
        if self.state in FULL:
            return "full"
        return "unknown" if self.when == "commit" and self.state in LOST else "lost"

    def may_try_again(self, request: HttpRequest) -> bool:
        if self.state not in AGAIN and self.state not in LOST:
            return False
        return request.method in SAFE or self.kind != "unknown"


def fault_of(error: BaseException | None, when: str) -> Fault | None:
    """What an exception says about the database; None when it is no fault of the database's."""
    state = str(getattr(getattr(error, "__cause__", None), "sqlstate", None) or "")
    if isinstance(error, InterfaceError | OperationalError) or (isinstance(error, InternalError) and state == READ_ONLY):
        return Fault(state, when)
    return None


def begin_again(request: HttpRequest, using: str) -> None:
    """Forget what the failed attempt found, and the connections that died with it."""
    for name in ("_cached_user", "_acached_user", "plait_frame", "plait_fault", "session", "attempt"):
        with contextlib.suppress(AttributeError):
            delattr(request, name)
    if request.method == "POST":
        for name in request.FILES:
            for file in request.FILES.getlist(name):
                file.seek(0)
    connection = connections[using]
    if not connection.in_atomic_block:
        connection.close()
        if pool := getattr(connection, "pool", None):
            pool.check()


def current(request: HttpRequest) -> Fault | None:
    """Inside an error handler: the fault, if a fault of the database is what is being handled. Remembered on the request."""
    fault = fault_of(sys.exc_info()[1], "within")
    request.plait_fault = fault
    return fault


SECRET = ("old", "factor_code", "factor_secret", "factor_made", "plait-unlock", "plait-code", "plait-passkey")
"""Fields besides passwords that stand in no page."""


def page(request: HttpRequest, fault: Fault) -> HttpResponse:
    """503, without asking the database anything. What was posted goes again with one press, but for passwords and files."""
    if request.path_info == "/health/":
        return HttpResponse("no database\n", status=503, content_type="text/plain", headers={"Cache-Control": "no-store"})
    posted: list[tuple[str, str]] = []
    whole = True
    if request.method == "POST":
        with contextlib.suppress(Exception):  # what cannot be read cannot be kept
            whole = not request.FILES
            for name, values in request.POST.lists():
                if "password" in name or name in SECRET:
                    whole = False
                elif name not in NOT_SHOWN:
                    posted += [(name, value) for value in values]
    context: dict[str, Any] = {
        "kind": fault.kind,
        "wrote": request.method not in SAFE,
        "whole": whole,
        "posted": posted,
        "typed": [value for name, value in posted if name not in ("version", "circle", "id", "next") and len(value) > 2],
        "token": request.POST.get("csrfmiddlewaretoken", "") if request.method == "POST" else "",
        "action": request.get_full_path(),
    }
    language = translation.get_language_from_request(request)
    with translation.override(language):
        response = HttpResponse(render_to_string("frame/errors/503.html", context), status=503)
    for name, value in (("Retry-After", "10"), ("Cache-Control", "no-store"), ("Content-Language", language)):
        response.headers[name] = value
    return response


def refused_while_read_only(request: HttpRequest) -> HttpResponse | None:
    """In read-only mode nothing but reading is begun, and unlocking one's own screen."""
    if settings.READ_ONLY and request.method not in SAFE and "plait-unlock" not in request.POST:
        return page(request, Fault(READ_ONLY, "begin"))
    return None
