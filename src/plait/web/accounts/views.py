"""Pages of accounts."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plait.frame.forms import posted
from plait.frame.lists import Ask, Column, Spec, fetch
from plait.frame.show import done, show
from plait.kernel import access, accounts, offices, signon
from plait.kernel.errors import Invalid, NotFound
from plait.kernel.models import Account
from plait.kernel.rights import offices_of, rights_of
from plait.packs import current
from plait.web.accounts.forms import Appoint, ChangePassword, Invite, Language, NewPassword
from plait.web.accounts.signing import begin_session, first_step, own


def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect(reverse("web:sign_in"))


def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    found = accounts.open_invitation(secret) if "\0" not in secret else None
    if found is None:
        return show(request, "web/invitation_gone.html", {"title": _("This link no longer opens")}, status=404)
    form = NewPassword(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            account = accounts.accept(secret, form.cleaned_data["password"])
        except Invalid as error:
            form.told(error.errors)
        else:
            return first_step(request, account)
    return show(
        request,
        "web/invitation.html",
        {
            "form": form,
            "account": found.account,
            "sign_ons": signon.providers().values(),
            "secret": secret,
            "title": _("Welcome"),
            "submit": _("Set the password and sign in"),
        },
    )


def me(request: HttpRequest) -> HttpResponse:
    account = own(request)
    languages = list(settings.LANGUAGES)
    form = Language(posted(request), languages=languages, initial={"language": account.language})
    if request.method == "POST" and form.is_valid():
        accounts.set_language(account.id, form.cleaned_data["language"])
        with translation.override(form.cleaned_data["language"]):
            return done(request, _("Saved."), "web:me")
    here = accounts.session_name(request.session.session_key or "")
    sessions = [
        {
            "name": accounts.session_name(s.session_key),
            "began": s.began_at,
            "seen": s.seen_at,
            "here": accounts.session_name(s.session_key) == here,
        }
        for s in accounts.sessions_of(account.id)
    ]
    circles = [(circle, access.why(request.asker, circle.id)) for circle in access.my_circles(request.asker)]
    pack = current()
    language = translation.get_language() or "en"
    held = [pack.office(key).label.said(language) for key in offices_of(request.asker) if key in {o.key for o in pack.offices}]
    return show(
        request,
        "web/me.html",
        {
            "form": form,
            "sessions": sessions,
            "circles": circles,
            "offices": held,
            "links": accounts.links_of(account.id),
            "me": account.id,
            "partnership_circle": access.partnership_circle(),
            "title": account.name,
        },
    )


def password(request: HttpRequest) -> HttpResponse:
    form = ChangePassword(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            accounts.change_password(own(request), form.cleaned_data["old"], form.cleaned_data["password"])
        except Invalid as error:
            form.told(error.errors)
        else:
            begin_session(request, Account.objects.get(id=own(request).id))
            return done(request, _("Your password is changed. Every other browser is signed out."), "web:me")
    back = {"href": reverse("web:me"), "label": _("Leave it as it is")}
    return show(
        request, "frame/form.html", {"form": form, "title": _("Change your password"), "submit": _("Change it"), "back": back}
    )


def end_session(request: HttpRequest) -> HttpResponse:
    if not accounts.end_session(own(request).id, request.POST.get("session", "")):
        raise NotFound
    return done(request, _("That browser is signed out."), "web:me")


# the administrator's pages: accounts and offices, and no content ---------------------------------------------------------


ACCOUNTS = Spec(
    "accounts",
    columns=[
        Column("name", gettext_lazy("Name"), order="name"),
        Column("offices", gettext_lazy("Offices")),
        Column("ready", gettext_lazy("Sign-in")),
        Column("do", gettext_lazy("What you can do")),
    ],
    search=["name", "email"],
    files=False,  # a list of everybody who can sign in is not carried away
    default_order=["name"],
)


def administration(request: HttpRequest) -> HttpResponse:
    page = fetch(Account.objects.all(), Ask.of(request, ACCOUNTS), ACCOUNTS)
    given = accounts.offices_for_appointing(request.asker)
    pack, language = current(), translation.get_language() or "en"
    labels = {o.key: o.label.said(language) for o in pack.offices}
    people = []
    for account in page.rows:
        held = [
            {**o, "label": labels.get(o["key"], o["key"])}
            for o in given
            if o["account"] == account.id and o["ends"] > timezone.now()
        ]
        people.append({"account": account, "offices": held, "ready": account.has_usable_password()})
    return show(request, "web/administration.html", {"page": page, "people": people, "title": _("Accounts and offices")})


def _link_page(request: HttpRequest, account: Account, secret: str) -> HttpResponse:
    where = request.build_absolute_uri(reverse("web:invitation", args=[secret]))
    return show(
        request, "web/link.html", {"account": account, "where": where, "title": _("A link for %(name)s") % {"name": account.name}}
    )


def invite(request: HttpRequest) -> HttpResponse:
    form = Invite(posted(request))
    if request.method == "POST" and form.is_valid() and form.does(accounts.invite, request.asker, **form.values()):
        account, secret = form.made
        return _link_page(request, account, secret)
    back = {"href": reverse("web:administration"), "label": _("Back to the list")}
    return show(
        request, "frame/form.html", {"form": form, "title": _("Invite somebody"), "submit": _("Make the link"), "back": back}
    )


def link(request: HttpRequest, account: uuid.UUID) -> HttpResponse:
    secret = accounts.invite_again(request.asker, account=account)
    return _link_page(request, Account.objects.get(id=account), secret)


def appoint(request: HttpRequest, account: uuid.UUID) -> HttpResponse:
    somebody = Account.objects.filter(id=account).first()
    if somebody is None:
        raise NotFound
    pack, language = current(), translation.get_language() or "en"
    form = Appoint(
        posted(request),
        offices=[(o.key, o.label.said(language)) for o in pack.offices],
        hints={o.key: o.description.said(language) for o in pack.offices},
    )
    if request.method == "POST" and form.is_valid():
        ends = form.cleaned_data["ends"]
        until = datetime(ends.year, ends.month, ends.day, tzinfo=UTC) + timedelta(days=1) if ends else None
        offices.appoint(
            request.asker, account=account, office=form.cleaned_data["office"], ends=until, reason=form.cleaned_data["reason"]
        )
        return done(request, _("%(name)s holds the office now.") % {"name": somebody.name}, "web:administration")
    back = {"href": reverse("web:administration"), "label": _("Back to the list")}
    return show(
        request,
        "frame/form.html",
        {"form": form, "title": _("An office for %(name)s") % {"name": somebody.name}, "submit": _("Appoint"), "back": back},
    )


def end_office(request: HttpRequest, office: uuid.UUID) -> HttpResponse:
    held = next((o for o in accounts.offices_for_appointing(request.asker) if o["id"] == office), None)
    if held is None:
        raise NotFound
    if request.method == "POST":
        offices.end(request.asker, office=office)
        return done(request, _("The office has ended, and every seat that came with it."), "web:administration")
    pack, language = current(), translation.get_language() or "en"
    label = next((o.label.said(language) for o in pack.offices if o.key == held["key"]), held["key"])
    return show(
        request,
        "web/end_office.html",
        {
            "held": held,
            "label": label,
            "title": _("End an office?"),
            "may_give": "kernel.give_office" in rights_of(request.asker),
        },
    )
