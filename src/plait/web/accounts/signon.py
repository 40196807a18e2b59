"""To an organisation's own sign-on, and back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from plait.frame.show import show
from plait.kernel import accounts, signon
from plait.kernel.errors import Refused
from plait.kernel.models import Account
from plait.web.accounts import proof
from plait.web.accounts.signing import finish, first_step

KEPT = "sign_on"


def _back(request: HttpRequest, key: str) -> str:
    return request.build_absolute_uri(reverse("web:sign_on_back", args=[key]))


def go(request: HttpRequest, key: str) -> HttpResponse:
    of = signon.provider(key)
    again = isinstance(request.user, Account)
    try:
        address, kept = signon.begin(of, _back(request, key), again=again)
    except Refused as error:
        return _refused(request, error)
    secret = request.GET.get("invitation", "")
    found = accounts.open_invitation(secret) if secret and "\0" not in secret and not again else None
    request.session[KEPT] = {**kept, "next": request.GET.get("next", ""), "invitation": str(found.id) if found else ""}
    response = HttpResponseRedirect(address)
    response["Referrer-Policy"] = "no-referrer"
    return response


def back(request: HttpRequest, key: str) -> HttpResponse:
    of = signon.provider(key)
    kept = request.session.pop(KEPT, None)
    try:
        said = signon.claims(of, _back(request, key), kept, request.GET.dict())
        if kept["again"]:
            return _again(request, signon.account_of(of, said))
        if kept["invitation"]:
            import uuid

            account = signon.link(of, said, uuid.UUID(kept["invitation"]))
        else:
            account = signon.account_of(of, said)
    except Refused as error:
        return _refused(request, error)
    if of.strong:
        return finish(request, account, kept["next"])
    return first_step(request, account, kept["next"], by=of.key)


def _again(request: HttpRequest, account: Account) -> HttpResponse:
    """Somebody who is signed in has shown once more who they are; the page that asked waits in another tab."""
    if request.user != account:
        raise Refused(signon.WRONG)
    proof.shown(request)
    return show(request, "web/sign_on_again.html", {"title": _("It is you")})


def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return show(request, "web/sign_on_refused.html", {"title": _("Not signed in"), "because": error.because}, status=403)
