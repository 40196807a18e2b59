"""Signing in, in two steps: what was shown first, what is still asked, and what an account sets up for it.

After a password nobody is signed in yet: the session says for ten minutes who has shown one, and every page but the second step
answers as to nobody. A passkey, or an organisation's sign-on that is strong enough, needs no second step.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
import uuid

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from plait.frame.forms import posted
from plait.frame.show import done, show
from plait.kernel import factors, signon, tries
from plait.kernel.errors import Invalid, NotFound
from plait.kernel.models import Account, Partnership
from plait.kernel.sessions import LONGEST
from plait.web.accounts import proof
from plait.web.accounts.forms import Code, NewApp, NewPasskey, SignIn

PENDING = "pending"
PENDING_LASTS = 600
MADE = "factor_made"
KNOWN = "plait_known"
KNOWN_LASTS = 90 * 24 * 3600


def begin_session(request: HttpRequest, account: Account) -> None:
    """A new session for an account: at most twelve hours, whatever happens."""
    request.session.pop(PENDING, None)
    login(request, account, backend="plait.kernel.accounts.EmailBackend")
    request.session["seen"] = request.session["fresh"] = int(time.time())
    request.session["began"] = timezone.now().isoformat()
    request.session.set_expiry(timezone.now() + LONGEST)


# which browser -----------------------------------------------------------------------------------------------------------------


def _mark(email: str) -> str:
    return hmac.new(
        settings.SECRET_KEY.encode(), f"plait: known {email.strip().lower()}".encode("utf-8", "replace"), hashlib.sha256
    ).hexdigest()[:32]


def _browser(request: HttpRequest, email: str) -> str:
    """A browser in which this address signed in before has tries of its own, so that nobody else uses them up."""
    try:
        held = signing.loads(request.COOKIES.get(KNOWN, ""), salt=KNOWN, max_age=KNOWN_LASTS)
        return str(held[0]) if hmac.compare_digest(str(held[1]), _mark(email)) else ""
    except (signing.BadSignature, IndexError, KeyError, TypeError):
        return ""


def finish(request: HttpRequest, account: Account, to: str) -> HttpResponse:
    """All is shown: a session, and a mark in this browser that this address signed in here."""
    begin_session(request, account)
    response = HttpResponseRedirect(_safe(request, to))
    known = signing.dumps([secrets.token_hex(8), _mark(account.email)], salt=KNOWN)
    response.set_cookie(KNOWN, known, max_age=KNOWN_LASTS, secure=settings.HTTPS, httponly=True, samesite="Lax")
    return response


def _safe(request: HttpRequest, to: str) -> str:
    good = url_has_allowed_host_and_scheme(to, {request.get_host()}, require_https=request.is_secure())
    return to if to and good else reverse("web:home")


# the first step ----------------------------------------------------------------------------------------------------------------


def sign_in(request: HttpRequest) -> HttpResponse:
    to = request.POST.get("next") or request.GET.get("next") or ""
    if proof.PASSKEY in request.POST:
        account = factors.check_passkey(request.session.pop("passkey", None), proof.answer(request))
        if account is not None:
            return finish(request, account, to)
        form = SignIn()
        return show(
            request,
            "web/sign_in.html",
            {"form": form, "next": to, "title": _("Sign in"), "no_passkey": True, "sign_ons": signon.providers().values()},
        )
    form = SignIn(posted(request))
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        what = ("password", email.strip().lower(), _browser(request, email))
        if not tries.allowed(*what):
            form.add_error(
                None,
                _(
                    "Too many tries with this address. Wait an hour, or sign in with a passkey or your organisation's account now."
                ),
            )
        else:
            account = authenticate(request, email=email, password=form.cleaned_data["password"])
            if isinstance(account, Account):
                tries.right(*what)
                return first_step(request, account, to)
            form.add_error(
                None, _("This address and password do not go together. Check both; capital letters count in the password.")
            )
    context = {"form": form, "next": to, "title": _("Sign in"), "sign_ons": signon.providers().values()}
    return show(request, "web/sign_in.html", context)


def first_step(request: HttpRequest, account: Account, to: str = "", by: str = "") -> HttpResponse:
    """One factor was right: a password, or `by` a sign-on that is none by itself. In the demonstration alone that can be enough."""
    if settings.DEMO and not factors.ways(account).second:
        return finish(request, account, to)
    request.session.cycle_key()
    request.session[PENDING] = {"account": str(account.id), "at": int(time.time()), "next": to, "by": by}
    request.session.set_expiry(PENDING_LASTS)
    return HttpResponseRedirect(reverse("web:second"))


def pending(request: HttpRequest) -> tuple[Account, str] | None:
    """Who has shown a password and nothing else, and where they wanted to go."""
    held = request.session.get(PENDING)
    if not held or time.time() - held["at"] > PENDING_LASTS or request.user.is_authenticated:
        return None
    account = Account.objects.filter(id=uuid.UUID(held["account"]), is_active=True).first()
    return (account, held["next"]) if account else None


# the second step ---------------------------------------------------------------------------------------------------------------


def second(request: HttpRequest) -> HttpResponse:
    found = pending(request)
    if found is None:
        return HttpResponseRedirect(reverse("web:sign_in"))
    account, to = found
    held = factors.ways(account)
    if not held.second and (not held.identities or request.session[PENDING].get("by")):
        return _set_up(request, account, to)
    form, wrong = Code(posted(request) if proof.PASSKEY not in request.POST else None), False
    if proof.PASSKEY in request.POST:
        if factors.check_passkey(request.session.pop("passkey", None), proof.answer(request), account):
            return finish(request, account, to)
        wrong = True
    elif request.method == "POST" and form.is_valid():
        if factors.check_code(account, form.cleaned_data["factor_code"]):
            return finish(request, account, to)
        form.add_error(
            "factor_code",
            _(
                "This code does not open it. Each code works once: wait for the app's next one. After ten tries in an hour only a passkey or a recovery code does."
            ),
        )
    context = {
        "form": form,
        "held": held,
        "no_passkey": wrong,
        "sign_ons": signon.providers().values() if held.identities else (),
        "title": _("Second step"),
    }
    return show(request, "web/second.html", context)


def _set_up(request: HttpRequest, account: Account, to: str) -> HttpResponse:
    """The first second step of an account: a passkey or an app; then the codes for a bad day."""
    response = add(request, account)
    if response is not None:
        return response
    codes = factors.new_codes(account)
    signed = finish(request, account, to)
    page = show(request, "web/codes.html", {"codes": codes, "to": signed["Location"], "title": _("Keep these codes")})
    page.cookies.update(signed.cookies)
    return page


def add(request: HttpRequest, account: Account) -> HttpResponse | None:
    """The page on which a passkey or an app is added. None when one was added just now."""
    secret = factors.new_secret()
    app, passkey = NewApp(), NewPasskey()
    if request.method == "POST" and MADE in request.POST:
        passkey = NewPasskey(request.POST)
        if passkey.is_valid():
            try:
                factors.add_passkey(
                    account, request.session.pop("passkey", None), proof.answer(request, MADE), passkey.cleaned_data["name"]
                )
            except Invalid as error:
                passkey.told(error.errors)
            else:
                return None
    elif request.method == "POST" and "factor_secret" in request.POST:
        app = NewApp(request.POST)
        try:
            secret = signing.loads(request.POST["factor_secret"], salt=f"app {account.id}", max_age=1800)
            if app.is_valid():
                factors.add_app(account, secret, app.cleaned_data["factor_code"])
                return None
        except signing.BadSignature:
            app.add_error(None, _("This page was open for too long. Take the new picture below."))
        except Invalid as error:
            app.told(error.errors)
    partnership = Partnership.objects.first()
    context = {
        "app": app,
        "passkey": passkey,
        "form": app if app.is_bound else passkey,
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "signed": signing.dumps(secret, salt=f"app {account.id}"),
        "qr": _qr(factors.app_address(secret, account, partnership.name if partnership else "")),
        "first": not request.user.is_authenticated,
        "title": _("Set up your second step") if not request.user.is_authenticated else _("Add a way to sign in"),
    }
    return show(request, "web/second_set_up.html", context)


def _qr(text: str) -> str:
    import segno

    return segno.make(text, error="m").svg_inline(
        scale=4, border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )


def passkey_ask(request: HttpRequest) -> HttpResponse:
    """What the browser is asked for, as JSON. The challenge is kept in the session and used once."""
    found = pending(request)
    account = request.user if isinstance(request.user, Account) else found[0] if found else None
    if request.POST.get("make"):
        if account is None:
            raise NotFound
        if found and (
            factors.ways(account).second or (factors.ways(account).identities and not request.session[PENDING].get("by"))
        ):
            raise NotFound
        if isinstance(request.user, Account) and not proof.is_fresh(request):
            raise NotFound
        options, state = factors.passkey_to_make(account)
    else:
        options, state = factors.passkey_to_show(account)
    request.session["passkey"] = state
    return JsonResponse(options, json_dumps_params={"default": str})


# one's own page ----------------------------------------------------------------------------------------------------------------


def own(request: HttpRequest) -> Account:
    """The account of whoever is signed in; the address needs one."""
    if not isinstance(request.user, Account):
        raise NotFound
    return request.user


def how(request: HttpRequest) -> HttpResponse:
    context = {"held": factors.ways(own(request)), "title": _("How you sign in")}
    return show(request, "web/how.html", context)


def add_own(request: HttpRequest) -> HttpResponse:
    account = own(request)
    first = not factors.ways(account).second
    response = add(request, account)
    if response is not None:
        return response
    factors.end_other_sessions(account.id, request.session.session_key)
    if first:
        return _codes(request, account)
    return done(request, _("Added. Every other browser is signed out."), "web:how")


def _codes(request: HttpRequest, account: Account) -> HttpResponse:
    return show(
        request, "web/codes.html", {"codes": factors.new_codes(account), "to": reverse("web:how"), "title": _("Keep these codes")}
    )


def codes(request: HttpRequest) -> HttpResponse:
    account = own(request)
    factors.end_other_sessions(account.id, request.session.session_key)
    return _codes(request, account)


def remove(request: HttpRequest, factor: uuid.UUID) -> HttpResponse:
    account = own(request)
    factors.remove(account, factor)
    factors.end_other_sessions(account.id, request.session.session_key)
    return done(request, _("Taken away. Every other browser is signed out."), "web:how")
