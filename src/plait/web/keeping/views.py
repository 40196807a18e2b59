"""Pages of backups."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from plait.frame.forms import posted
from plait.frame.show import done, show
from plait.kernel import keeping
from plait.kernel.errors import NotFound
from plait.kernel.rights import rights_of
from plait.web.keeping import machine
from plait.web.keeping.forms import Propose

PROPOSE, AGREE = "kernel.propose_recipients", "kernel.agree_recipients"


def backups(request: HttpRequest) -> HttpResponse:
    asker = request.asker
    rights = rights_of(asker)
    waiting = keeping.proposed(asker)
    own = waiting is not None and waiting.proposed_by_id == asker.id
    context = {
        "title": _("Backups"),
        "backup": keeping.backups(asker),
        "drill": keeping.drills(asker),
        "restores": keeping.restores(asker),
        "recipients": keeping.recipients(asker),
        "waiting": waiting,
        "own": own,
        "may_propose": PROPOSE in rights and waiting is None,
        "may_agree": waiting is not None and AGREE in rights and not own,
        "may_decline": waiting is not None and (AGREE in rights or own),
    }
    return show(request, "web/keeping/backups.html", context)


def the_machine(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("This machine"),
        "facts": machine.facts(request.asker),
        "requests": machine.requests(),
        "times": machine.times(),
        "work": machine.work(),
        "backup": keeping.backups(request.asker),
        "drill": keeping.drills(request.asker),
    }
    return show(request, "web/keeping/machine.html", context)


def propose(request: HttpRequest) -> HttpResponse:
    now = keeping.recipients(request.asker)
    listed = "\n".join(f"{each['key']} {each['name']}" for each in now.keys) if now else ""
    form = Propose(posted(request), initial={"keys": listed})
    if request.method == "POST" and form.is_valid() and form.does(keeping.propose, request.asker, **form.values()):
        return done(request, _("It is proposed. A second person must agree before a backup is sealed to it."), "web:backups")
    back = {"href": reverse("web:backups"), "label": _("Leave it as it is")}
    context = {"form": form, "title": _("Propose who can open backups"), "submit": _("Propose it"), "back": back}
    return show(request, "frame/form.html", context)


def agree(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    keeping.agree(request.asker, id=id)
    return done(request, _("Agreed. The next backup is sealed to this list."), "web:backups")


def decline(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    if keeping.proposed(request.asker) is None:
        raise NotFound
    keeping.decline(request.asker, id=id)
    return done(request, _("The proposal is off the table. Backups are sealed as before."), "web:backups")
