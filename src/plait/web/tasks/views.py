"""Pages of what is due and how one is told."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plait.frame import links
from plait.frame.forms import posted
from plait.frame.show import done, show
from plait.kernel import access, chores, feeds, outbox
from plait.kernel.acting import announce
from plait.kernel.clock import now
from plait.kernel.errors import NotFound
from plait.kernel.notices import KINDS
from plait.web.tasks import ics, queries
from plait.web.tasks.forms import Ask, Rhythms

STATE = {
    "waiting": gettext_lazy("waits for its turn"),
    "sending": gettext_lazy("on its way"),
    "sent": gettext_lazy("sent"),
    "unsure": gettext_lazy("may have been sent: cut off at the last word"),
    "refused": gettext_lazy("refused by the mail server"),
    "quiet": gettext_lazy("not sent: its reader looks without mail"),
    "done": gettext_lazy("not sent: done before its turn came"),
    "shut": gettext_lazy("not sent: its reader has no seat there any more"),
}
WHY = {
    "connection": gettext_lazy("the mail server cannot be reached"),
    "tls": gettext_lazy("the mail server's certificate is not right, or it speaks without encryption"),
    "sign_in": gettext_lazy("the mail server refuses name or password"),
    "sender": gettext_lazy("the mail server refuses the sender's address"),
    "later": gettext_lazy("the mail server asks to come again later"),
    "address": gettext_lazy("the mail server does not know the reader's address"),
    "unsure": gettext_lazy("cut off at the last word"),
}


def _month(request: HttpRequest) -> date | None:
    said = request.GET.get("month", "")
    if not said:
        return None
    try:
        found = date.fromisoformat(f"{said[:7]}-01")
    except ValueError:
        raise NotFound from None
    if not 2000 <= found.year <= 2199:
        raise NotFound
    return found


def calendar(request: HttpRequest) -> HttpResponse:
    """What is due, a month at a time."""
    month = queries.month(request.asker, _month(request), translation.get_language() or "en")
    return show(request, "web/tasks/calendar.html", {"title": _("Calendar"), "month": month}, sees=access.partnership_circle())


def told(request: HttpRequest) -> HttpResponse:
    """What one was told, how one wants to be told, and one's calendar's address."""
    asker = request.asker
    form = Rhythms(posted(request), now=outbox.rhythms(asker))
    if request.method == "POST" and form.is_valid() and form.does(outbox.choose, asker, rhythms=form.values()):
        return done(request, _("Saved."), "web:told")
    mine = outbox.mine(asker)
    asked = outbox.asked(asker)
    linked = queries.linked(asker, [(a.about_kind, a.circle, a.about_id) for a in asked])
    context = {
        "title": _("What you are told"),
        "form": form,
        "notices": [{"row": n, "words": KINDS[n.kind].words, "state": STATE[n.state]} for n in mine],
        "asked": [{"row": a, "link": linked.get(a.about_id)} for a in asked],
        "feed": feeds.made_at(asker),
        "always": [KINDS[k].words for k in KINDS if len(KINDS[k].may) == 1 and k != "test"],
        "mails": settings.SMTP is not None,
    }
    return show(request, "web/tasks/told.html", context)


def open_notice(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """To what a notice is about; from now on it is read."""
    from plait.frame import due
    from plait.kernel.rights import rights_of

    asker = request.asker
    notice = next((n for n in outbox.mine(asker) if n.id == id), None)
    if notice is None:
        raise NotFound
    outbox.read(asker, notices=[id])
    link = queries.linked(asker, [(notice.about_kind, notice.circle_id, notice.about_id)]).get(notice.about_id or id)
    if link:
        return HttpResponseRedirect(link.url)
    until = asker.now.date() + queries.YEAR
    where = next((d.href for d in due.of(asker, rights_of(asker), until) if d.about[1] == notice.about_id), reverse("web:home"))
    return HttpResponseRedirect(where)


def recall(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    if id not in {a.id for a in outbox.asked(request.asker)}:
        raise NotFound
    outbox.recall(request.asker, id=id)
    return done(request, _("Taken back. It was not read."), "web:told")


def ask(request: HttpRequest, kind: str, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    """Ask a colleague to look at one thing."""
    thing = next(iter(links.of(request.asker, kind, [(circle, id)])), None)
    if thing is None:
        raise NotFound
    form = Ask(posted(request), colleagues=queries.colleagues(request.asker))
    if request.method == "POST" and form.is_valid():
        to = uuid.UUID(form.cleaned_data["who"])
        if form.does(outbox.ask_to_look, request.asker, to=to, circle=circle, about=(kind, id)):
            return done(request, _("Asked. You can take it back on your own page until it is read."), thing.url)
    context = {
        "form": form,
        "title": _("Ask a colleague to look"),
        "lead": _("They are told that a colleague asks them to look at something. The mail does not say at what."),
        "thing": thing,
        "partnership": circle == access.partnership_circle(),
        "submit": _("Ask"),
        "back": {"href": thing.url, "label": _("Back to it")},
    }
    return show(request, "web/tasks/ask.html", context, sees=circle)


def make_feed(request: HttpRequest) -> HttpResponse:
    """A new address of one's calendar, shown once."""
    secret = feeds.begin(request.asker)
    where = request.build_absolute_uri(reverse("web:feed", args=[secret]))
    return show(request, "web/tasks/feed.html", {"title": _("Your calendar's address"), "where": where})


def end_feed(request: HttpRequest) -> HttpResponse:
    feeds.end(request.asker)
    return done(request, _("The address no longer works."), "web:told")


def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Kinds and days of one person, asked with that person's eyes."""
    asker = feeds.asker_of(secret) if "\0" not in secret else None
    if asker is None:
        raise NotFound
    announce(asker)
    with translation.override(feeds.language_of(asker)):
        data = ics.written(queries.entries(asker) if access.is_member(asker) else [], key=secret, at=now())
    announce(request.asker)
    response = HttpResponse(data, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="plait.ics"'
    return response


# for whoever runs the machine -----------------------------------------------------------------------------------------------


def work(request: HttpRequest) -> HttpResponse:
    """What the worker does, and what it told how many."""
    counted = outbox.counted(request.asker)
    tests = [n for n in outbox.mine(request.asker) if n.kind == "test"][:3]
    context = {
        "title": _("Background work and mail"),
        "chores": chores.status(),
        "counted": [{"row": c, "state": _kept(c.state), "why": WHY.get(c.why, "")} for c in counted],
        "refused": outbox.refused(request.asker),
        "smtp": settings.SMTP,
        "tests": [{"row": n, "state": _kept(n.state), "why": WHY.get(n.why, "")} for n in tests],
        "address": settings.ADDRESS,
    }
    return show(request, "web/tasks/work.html", context)


def _kept(state: str) -> object:
    """What stands for a state: without a mail server, what waits would be sent."""
    return _("would be sent") if state == "waiting" and settings.SMTP is None else STATE[state]


def send_test(request: HttpRequest) -> HttpResponse:
    """A test message to oneself, on the way that every mail goes."""
    outbox.post_test(request.asker)
    return done(request, _("It waits for its turn, some seconds. Load this page again to see what became of it."), "web:work")
