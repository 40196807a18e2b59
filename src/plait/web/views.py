"""Home, search, who sees what, the profile as it stands, and the pages of errors."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plait.frame.forms import PlaitForm, Text, posted
from plait.frame.lists import Ask, export
from plait.frame.show import done, sees_of, show
from plait.kernel import access, offices
from plait.kernel.errors import NotFound
from plait.kernel.models import Kind, Level
from plait.kernel.rights import rights_of
from plait.web import queries
from plait.web import search as find


def index(request: HttpRequest) -> HttpResponse:
    """To one's own first page, or to the public one. Whether somebody is signed in is not asked here."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        return HttpResponseRedirect(reverse("web:home"))
    return HttpResponseRedirect("/demo/" if settings.DEMO else reverse("public:home"))


def home(request: HttpRequest) -> HttpResponse:
    asker = request.asker
    if not access.is_member(asker):
        return show(
            request,
            "web/home_outside.html",
            {"title": _("Welcome, %(name)s") % {"name": asker.name}, "administers": _administers(request)},
        )
    rights = rights_of(asker)
    context = {
        "title": _("What needs you today"),
        "now": asker.now,
        "needs": queries.needs(asker, rights),
        "glance": queries.glance(asker),
        "lately": queries.lately(asker, 8),
        "writes": bool(access.may_write(asker)),
    }
    return show(request, "web/home.html", context, sees=access.partnership_circle())


def _administers(request: HttpRequest) -> bool:
    from plait.kernel.rights import offices_of

    return "administrator" in offices_of(request.asker)


def lately(request: HttpRequest) -> HttpResponse:
    return show(
        request,
        "web/lately.html",
        {"title": _("What happened lately"), "lately": queries.lately(request.asker, 100)},
        sees=access.partnership_circle(),
    )


def search(request: HttpRequest) -> HttpResponse:
    asker, ask, partners = request.asker, Ask.of(request, find.spec()), access.partnership_circle()
    if ask.format:
        hits = find.for_export(asker, ask)
        label = sees_of(asker, find.narrowest(hits, partners))
        return export(hits, find.spec(), ask.format, label=label, title=_("Search"), asker=asker, now=asker.now)
    page = find.found(asker, ask)
    more = find.beginning(asker, ask, 5 + page.spec.size) if page.pages == 1 else []
    more = [hit for hit in more if hit.url not in {h.url for h in page}][:5]
    context = {"title": _("Search"), "page": page, "more": more, "last": ask.q.split()[-1] if ask.q else ""}
    return show(request, "web/search.html", context, sees=find.narrowest([*page, *more], partners))


def profile(request: HttpRequest) -> HttpResponse:
    """The team profile as the public reads it now, with what to publish first where a section is empty."""
    from plait.public.queries import profile as composed
    from plait.reports.html import page_context

    made = composed(translation.get_language() or "en")
    return show(request, "reports/preview.html", page_context(made), sees=access.public_circle())


def circle(request: HttpRequest, circle: uuid.UUID) -> HttpResponse:
    """Why can I see this, and who else can."""
    found = access.circle_of(request.asker, circle)
    if found is None or found.kind == Kind.PUBLIC:
        raise NotFound
    context = {
        "title": _("Who sees this, and why you do"),
        "circle": found,
        "audience": access.audience(request.asker, circle),
        "seats": access.why(request.asker, circle),
        "who": [
            {"name": n, "level": access.LEVELS[Level(lv)], "through": through}
            for _a, n, lv, through in access.who(request.asker, circle)
        ],
        "stewards": access.stewards(request.asker, circle),
    }
    return show(request, "web/circle.html", context, sees=circle)


class Bar(PlaitForm):
    reason = Text(
        label=gettext_lazy("What is the conflict of interest?"),
        help_text=gettext_lazy("The stewards of this circle read it."),
        rows=2,
        longest=500,
    )


def bar(request: HttpRequest, circle: uuid.UUID) -> HttpResponse:
    """Step aside: bar oneself from a circle. Only a steward lifts it."""
    found = access.circle_of(request.asker, circle)
    if found is None or found.kind == Kind.PUBLIC:
        raise NotFound
    form = Bar(posted(request))
    if request.method == "POST" and form.is_valid():
        offices.set_bar(request.asker, account=request.asker.id, circle=circle, reason=form.cleaned_data["reason"])
        return done(
            request,
            _("You have stepped aside. You no longer see anything of this circle; a steward can let you back in."),
            "web:home",
        )
    back = {"href": reverse("web:why", args=[circle]), "label": _("Stay in the circle")}
    context = {
        "form": form,
        "title": _("Step aside from “%(name)s”?") % {"name": found.name},
        "submit": _("Step aside"),
        "back": back,
    }
    context["lead"] = _("From this moment you see nothing of it, whatever seats you hold. You cannot undo this yourself.")
    return show(request, "frame/form.html", context, sees=circle)


def health(request: HttpRequest) -> HttpResponse:
    """For the proxy: whether the database answers and is of this program's version. Names nobody and nothing."""
    from plait.web.queries import schema_is_ours

    ours = schema_is_ours()
    return HttpResponse(
        "ok\n" if ours else "another version\n",
        status=200 if ours else 503,
        content_type="text/plain",
        headers={"Cache-Control": "no-store"},
    )


# errors: hidden and absent alike -------------------------------------------------------------------------------------------


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    too_long = isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent))
    return show(request, "frame/errors/400.html", {"too_long": too_long}, status=413 if too_long else 400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return show(request, "frame/errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    if request.path_info.startswith("/public/"):
        from plait.public.views import missing  # an address that no pattern takes at all, such as one with a line break

        return missing(request, rest="/")
    if request.path_info.startswith("/q/"):
        from plait.questions.visit import gone

        return gone(request)
    return show(request, "frame/errors/404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """No query, no session: the transaction may be dead."""
    from django.template.loader import render_to_string

    from plait.web import faults

    if fault := faults.current(request):
        return faults.page(request, fault)
    return HttpResponse(render_to_string("frame/errors/500.html"), status=500)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return show(request, "frame/errors/403.html", {"csrf": True}, status=403)
