"""The one-click sign-in of the demonstration. Imported by `plait.web.urls` in the `demo` command's process and nowhere else."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from plait.frame.folder import Folder
from plait.frame.routes import ANYBODY, route
from plait.frame.show import show
from plait.kernel.models import Account
from plait.launch import demo_source
from plait.web.accounts.signing import begin_session

app_name = "demo"


def roles() -> list[dict[str, str]]:
    """The people whom the demo's own folder offers, in its order."""
    return [
        {
            "key": row.text("key"),
            "email": row.text("email"),
            "name": row.text("name"),
            "first": row.text("name").split()[0],
            "label": row.text("demo_label", row.text("role", "")),
            "text": row.text("demo"),
        }
        for row in Folder(demo_source()).items("people")
        if row.has("demo")
    ]


def demo(request: HttpRequest) -> HttpResponse:
    return show(request, "web/demo.html", {"title": _("The demonstration"), "roles": roles()})


def sign_in(request: HttpRequest, key: str) -> HttpResponse:
    chosen = next((r for r in roles() if r["key"] == key), None)
    account = Account.objects.filter(email=chosen["email"]).first() if chosen else None
    if account is None:
        raise Http404
    begin_session(request, account)
    return HttpResponseRedirect(reverse("web:home"))


urlpatterns = [
    route("", demo, "demo", needs=ANYBODY),
    route("<slug:key>/", sign_in, "sign_in", needs=ANYBODY, methods=("POST",)),
]
