"""One transaction a request, announced; errors of actions become pages; typed text survives the idle lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from plait.kernel.acting import NOBODY, PUBLIC, Asker, announce, forget, role

Get = Callable[[HttpRequest], HttpResponseBase]


def is_public(request: HttpRequest) -> bool:
    """Addresses of the public room, and the static files: no session, no account, the bare database role."""
    return request.path_info.startswith(("/public/", "/static/")) or request.path_info in ("/", "/favicon.ico", "/robots.txt")


class OneTransaction:
    def __init__(self, get: Get):
        self.get = get

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.asker = PUBLIC if is_public(request) else NOBODY
        was = role.set(request.asker.using)
        queries = Count()
        try:
            with connections[role.get()].execute_wrapper(queries), transaction.atomic(using=role.get(), durable=True):
                response = self.get(request)
                if response.streaming:
                    response.close()
                    raise RuntimeError("nothing is streamed after its transaction")
                if response.status_code >= 500:
                    transaction.set_rollback(True, using=role.get())
                else:
                    forget(role.get())
        finally:
            role.reset(was)
        if settings.DEMO:
            response.headers["Server-Timing"] = f'db;desc="{queries.n} queries"'
        return response


class Count:
    """Counts the statements of one request."""

    def __init__(self) -> None:
        self.n = 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        self.n += 1
        return execute(sql, params, many, context)


class Announce:
    """After the session: who asks is announced to the database. Public pages touch neither session nor account."""

    def __init__(self, get: Get):
        self.get = get

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.asker.using == "default":
            user = request.user
            if user.is_authenticated:
                request.asker = Asker.of(user)
        announce(request.asker)
        response = self.get(request)
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Cache-Control", "no-store" if request.asker.using == "default" else "public, max-age=60")
        return response
