"""One transaction a request, announced; errors of actions become pages; typed text survives the idle lock."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, Error, connections, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from whitenoise.middleware import WhiteNoiseMiddleware

from plait.kernel import looks
from plait.kernel.acting import NOBODY, PUBLIC, Asker, announce, forget, role
from plait.kernel.errors import AskAgain, Conflict, Invalid, NotFound, Refused
from plait.kernel.once import one_page
from plait.web import faults, metrics
from plait.web.accounts import proof

Get = Callable[[HttpRequest], HttpResponseBase]
log = logging.getLogger("plait")
requests = logging.getLogger("plait.request")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def is_public(request: HttpRequest) -> bool:
    """Addresses of the public room, and of links to one question: no session, no account, the bare database role."""
    return request.path_info.startswith(("/public/", "/q/")) or request.path_info in ("/", "/favicon.ico", "/robots.txt")


class StaticFiles(WhiteNoiseMiddleware):
    """Styles and drawings leave compressed: a public page with all that it loads stays under 100 KB by a wide margin."""

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> Any:
        response = WhiteNoiseMiddleware.serve(static_file, request)
        if response.status_code == 200 and response.headers.get("Content-Type", "").startswith(("text/css", "image/svg")):
            tag = response.headers["ETag"]  # compressing would weaken it, and a weak one is never recognised again
            response = GZipMiddleware(lambda _request: response).process_response(request, response)
            response.headers["ETag"] = tag
        return response


class Count:
    """Counts the statements of one request."""

    def __init__(self) -> None:
        self.n = 0

    def __call__(self, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        self.n += 1
        return execute(sql, params, many, context)


class OneTransaction:
    """Opens the request's transaction with the role of whoever asks; nothing is streamed after it; a 500 rolls back.

    An attempt that was refused is kept afterwards, in a transaction of its own.
    """

    def __init__(self, get: Get):
        self.get = get

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if refused := faults.refused_while_read_only(request):
            return refused
        queries, began = Count(), time.perf_counter()
        response, fault = self._once(request, queries)
        if fault is not None and fault.may_try_again(request):
            metrics.count("retried")
            using = request.asker.using
            faults.begin_again(request, using)
            response, fault = self._once(request, queries)
        if fault is not None:
            metrics.count("faults")
            log.error("the database failed (%s, %s)", fault.state or "no answer", fault.when)
            response = faults.page(request, fault)
        assert response is not None  # noqa: S101 - there is one, or a fault
        self._note(request, response, queries, (time.perf_counter() - began) * 1000)
        if settings.DEMO:
            response.headers["Server-Timing"] = (
                f'total;dur={(time.perf_counter() - began) * 1000:.1f}, db;desc="{queries.n} queries"'
            )
        return response

    @staticmethod
    def _note(request: HttpRequest, response: HttpResponseBase, queries: Count, milliseconds: float) -> None:
        """Counted, and as JSON one line in the log: the page's name in the program, never its address, and nobody."""
        metrics.request(response.status_code, milliseconds)
        found = request.resolver_match
        facts = {
            "view": found.view_name if found else "",
            "method": request.method if request.method in METHODS else "other",
            "status": response.status_code,
            "ms": round(milliseconds, 1),
            "queries": queries.n,
        }
        requests.info("request", extra={"facts": facts})

    def _once(self, request: HttpRequest, queries: Count) -> tuple[HttpResponseBase | None, faults.Fault | None]:
        """One attempt: the answer, or what of the database failed and when."""
        request.asker = PUBLIC if is_public(request) else NOBODY
        was, when = role.set(request.asker.using), "begin"
        try:
            with one_page(), connections[role.get()].execute_wrapper(queries), transaction.atomic(using=role.get(), durable=True):
                when = "within"
                response = self.get(request)
                if response.streaming:
                    response.close()
                    raise RuntimeError("nothing is streamed after its transaction")
                if response.status_code >= 500:
                    transaction.set_rollback(True, using=role.get())
                else:
                    forget(role.get())
                    when = "commit"
        except Error as error:
            found = faults.fault_of(error, when)
            if found is None:
                raise
            return None, found
        finally:
            role.reset(was)
            if attempt := getattr(request, "attempt", None):
                looks.refused(request.asker, **attempt)
        return response, getattr(request, "plait_fault", None)


class Announce:
    """After the session: who asks is announced to the database. Public pages touch neither session nor account."""

    def __init__(self, get: Get):
        self.get = get

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = None
        if request.asker.using == "default":
            user = request.user
            if user.is_authenticated:
                request.asker = Asker.of(user, stale=not proof.is_fresh(request))
                language = user.language
        announce(request.asker)
        known = dict(settings.LANGUAGES)
        with translation.override(language if language in known else translation.get_language_from_request(request)):
            response = self.get(request)
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
            response.headers.setdefault("Cache-Control", "no-store" if request.asker.using == "default" else "public, max-age=60")
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        from plait.frame.show import conflict, show

        request.attempt = _attempt(request, error)
        if isinstance(error, NotFound):
            return show(request, "frame/errors/404.html", status=404)
        if isinstance(error, AskAgain):
            return request.step_up() or proof.go_on(request)
        if isinstance(error, Refused):
            return show(request, "frame/errors/403.html", {"because": error.because}, status=403)
        if isinstance(error, Conflict):
            if error.row is None:
                return show(request, "frame/errors/409.html", {"posted": _posted(request), "action": request.path}, status=409)
            return conflict(request, error)
        if isinstance(error, Invalid):
            sentences = [s for many in error.errors.values() for s in many]
            return show(request, "frame/errors/403.html", {"because": " ".join(str(s) for s in sentences)}, status=400)
        log.error("%s in %s", type(error).__name__, request.resolver_match.view_name if request.resolver_match else "?")
        return None


GUARDS = ("PL001", "PL002", "PL010", "42501")


def _attempt(request: HttpRequest, error: Exception) -> dict[str, Any] | None:
    """What is kept of an attempt that was refused: address, verb and record as they were asked for, whether the record exists or not."""
    guarded = isinstance(error, DatabaseError) and getattr(error.__cause__, "sqlstate", None) in GUARDS
    if not (guarded or isinstance(error, NotFound | Refused)) or request.resolver_match is None:
        return None
    asked = {k: v for k, v in request.resolver_match.kwargs.items() if isinstance(v, uuid.UUID)}
    return {
        "verb": getattr(error, "verb", "") or ("read" if request.method in ("GET", "HEAD") else "write"),
        "address": request.resolver_match.view_name,
        "circle": asked.get("circle"),
        "row": asked.get("id") or next((v for k, v in asked.items() if k != "circle"), None),
    }


def _posted(request: HttpRequest) -> list[tuple[str, str]]:
    return [(n, v) for n, vs in request.POST.lists() if n not in ("csrfmiddlewaretoken", "version") for v in vs]


SEEN = "plait_seen"


class IdleLock:
    """After a quarter of an hour without a request it is asked again who is there, on the very page that was asked for.

    The same page is shown before what is dangerous (`route(..., fresh=True)`). It carries what was posted, hidden; the
    answer sends it on, so nothing typed is lost.
    """

    def __init__(self, get: Get):
        self.get = get

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.asker.using != "default" or request.asker.id is None:
            return self.get(request)
        response = self._answer(request)
        if settings.READ_ONLY:
            self._remember_in_the_browser(request, response)
        return response

    @staticmethod
    def _remember_in_the_browser(request: HttpRequest, response: HttpResponseBase) -> None:
        """In read-only mode no session is written: when it was last used is signed for this session and kept by the browser."""
        request.session.modified = False
        if response.status_code != 403:
            response.set_signed_cookie(
                SEEN, str(request.session.get("seen", "")), salt=request.session.session_key or "",
                secure=settings.HTTPS, httponly=True, samesite="Lax",
            )  # fmt: skip

    def _seen(self, request: HttpRequest, now: int) -> int:
        seen = int(request.session.get("seen", now))
        if settings.READ_ONLY:
            kept = request.get_signed_cookie(SEEN, default="", salt=request.session.session_key or "") or ""
            seen = max(seen, int(kept) if kept.isdigit() else 0)
        return seen

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        now = int(time.time())
        seen = self._seen(request, now)
        request.step_up = lambda: proof.step_up(request)
        if now - seen > settings.IDLE_LOCK and not request.path_info.startswith(("/sign-out/", "/sign-on/", "/sign-in/passkey/")):
            if (answer := proof.asked(request, "idle")) is not None:
                return answer
            request.session["seen"] = now
        elif now - seen > 60 or "seen" not in request.session:
            request.session["seen"] = now
        if proof.only_read(request):
            return proof.step_up(request) or proof.go_on(request)
        return self.get(request)
