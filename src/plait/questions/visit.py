"""What a visitor sees: one question, and thanks. Made by the role that may read nothing but what a link holds.

Every way in which a link does not open answers alike, to the byte: absent, used up, over, ended by hand. No cookie, no session: the
address alone says who may, so there is nothing that another page could borrow and no token that a form would need.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from plait.frame.forms import posted
from plait.frame.show import show
from plait.kernel.access import visiting
from plait.kernel.acting import announce
from plait.kernel.errors import Refused
from plait.kernel.founding import partnership
from plait.questions.kinds import KINDS, Kind

KEPT = 4000


def question(request: HttpRequest, secret: str) -> HttpResponse:
    """GET shows the form and changes nothing."""
    visitor = visiting.open_link(secret)
    if visitor is None:
        return gone(request)
    announce(visitor)
    asked = visiting.asked(visitor)
    if asked is None or asked.form not in KINDS:
        return gone(request)
    with translation.override(asked.lang):
        kind = KINDS[asked.form]
        form = kind.form(posted(request))
        if request.method == "POST" and form.is_valid():
            said = {name: form.cleaned_data[name] for name in kind.extra}
            try:
                visiting.answer(
                    visitor, form=kind.key, text=form.cleaned_data["text"], said=said, signed=form.cleaned_data["signed"]
                )
            except Refused:
                return gone(request)
            response = HttpResponseRedirect(f"{reverse('questions:sent')}?language={asked.lang}")
            response.status_code = 303
            return quiet(response, asked.lang)
        return quiet(show(request, "questions/visit.html", {**page(kind, asked), "form": form}), asked.lang)


question = csrf_exempt(question)


def page(kind: Kind, asked: visiting.Asked) -> dict[str, Any]:
    """What stands on the visitor's page: for the page itself, and for its maker's preview."""
    return {
        **frame(),
        "title": asked.purpose,
        "asked": asked,
        "kind": kind,
        "text": asked.shown.get("text", ""),
        "heading": asked.shown.get("title", ""),
        "text_lang": asked.shown.get("lang", ""),
        "facts": asked.shown.get("facts", []),
        "last_day": timezone.localdate(asked.ends - timedelta(seconds=1)),
    }


def frame() -> dict[str, Any]:
    row = partnership()
    return {
        "partnership": row.name if row else "",
        "notice": row.notice if row else "",
        "home_href": reverse("public:home"),
        "topnav": [],
        "foot": [
            {"label": _("Who we are"), "href": reverse("public:home")},
            {"label": _("Privacy"), "href": reverse("public:privacy")},
        ],
    }


def gone(request: HttpRequest) -> HttpResponse:
    """Nothing opens here. In the browser's language: whose the link was is not asked. What was typed is given back."""
    with translation.override(translation.get_language_from_request(request)):
        typed = request.POST.get("text", "")[:KEPT] if request.method == "POST" else ""
        context = {**frame(), "title": _("This address no longer opens"), "typed": typed}
        return quiet(show(request, "questions/gone.html", context, status=404), translation.get_language() or "en")


def sent(request: HttpRequest) -> HttpResponse:
    """Thanks: of which answer does not stand here."""
    wanted = request.GET.get("language", "")
    known = dict(settings.LANGUAGES)
    with translation.override(wanted if wanted in known else translation.get_language_from_request(request)):
        return quiet(
            show(request, "questions/sent.html", {**frame(), "title": _("Thank you")}), translation.get_language() or "en"
        )


def quiet(response: HttpResponse, lang: str) -> HttpResponse:
    """The address is a secret: no referrer carries it on, no store keeps the page, no engine lists it."""
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Content-Language"] = lang
    return response
