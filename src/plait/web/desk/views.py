"""Pages of the release desk."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from plait.frame.forms import posted
from plait.frame.show import done, show
from plait.kernel import access
from plait.kernel import release as kernel
from plait.kernel.errors import NotFound
from plait.kernel.models import Published
from plait.kernel.rights import rights_of
from plait.web.desk import queries
from plait.web.desk.forms import Prepare, SendBack


def desk(request: HttpRequest) -> HttpResponse:
    waiting = queries.waiting(request.asker)
    rights = rights_of(request.asker)
    context = {
        "title": _("Release desk"),
        "mine": [r for r in waiting if r.prepared_by_id == request.asker.id],
        "others": [r for r in waiting if r.prepared_by_id != request.asker.id],
        "decided": queries.decided(request.asker),
        "may_prepare": "release.prepare" in rights,
        "may_release": "release.approve" in rights,
    }
    return show(request, "web/desk/desk.html", context, sees=access.partnership_circle())


def _chosen(values: list[str]) -> list[tuple[str, uuid.UUID]]:
    made = []
    for value in values:
        kind, _colon, record = value.partition(":")
        try:
            made.append((kind, uuid.UUID(record)))
        except ValueError:
            continue
    return made


def prepare(request: HttpRequest) -> HttpResponse:
    circle, target = access.partnership_circle(), access.public_circle()
    form = Prepare(posted(request))
    asked = request.POST.getlist("record") if request.method == "POST" else request.GET.getlist("record")
    chosen = set(_chosen(asked))
    records = sorted(chosen)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.does(kernel.prepare, request.asker, circle=circle, target=target, **form.values(), records=records)
    ):
        said = _("It is on the desk. A second person must release it.")
        return done(request, said, "web:release", circle=circle, id=form.made)
    found = kernel.candidates(request.asker, circle, target)
    groups: dict[str, list[dict[str, object]]] = {}
    for c in found:
        pre = (c.kind, c.id) in chosen if asked else c.state != "same" and not c.on_desk
        lang = str(c.payload.get("lang", ""))
        groups.setdefault(c.kind, []).append(
            {"value": f"{c.kind}:{c.id}", "title": c.title, "lang": lang, "state": c.state, "on_desk": c.on_desk, "checked": pre}
        )
    context = {
        "form": form,
        "title": _("Prepare a release"),
        "groups": [
            {
                "label": kernel.KINDS[k].label,
                "differ": [r for r in v if r["state"] != "same" or (asked and r["checked"])],
                "same": [r for r in v if r["state"] == "same" and not (asked and r["checked"])],
            }
            for k, v in groups.items()
        ],
        "differ": sum(c.state != "same" for c in found),
    }
    return show(request, "web/desk/prepare.html", context, sees=circle)


def release(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    row = queries.one(request.asker, circle, id)
    rights = rights_of(request.asker)
    still = row.state != "prepared" or kernel.still_true(row)
    context = {
        "title": row.title,
        "release": row,
        "leaves": queries.leaves(request.asker, row, translation.get_language() or "en"),
        "still": still,
        "may_decide": row.state == "prepared" and "release.approve" in rights and row.prepared_by_id != request.asker.id,
        "own": row.prepared_by_id == request.asker.id,
        "bytes": len(row.body.encode()),
    }
    return show(request, "web/desk/release.html", context, sees=circle)


def let_out(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    publication = kernel.release_now(request.asker, id=id, circle=circle, seen=request.POST.get("seen", ""))
    return done(
        request,
        _("Released as version %(number)s. It stands on the public pages now.") % {"number": publication.number},
        "web:release",
        circle=circle,
        id=id,
    )


def send_back(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    row = queries.one(request.asker, circle, id)
    form = SendBack(posted(request))
    if (
        request.method == "POST"
        and form.is_valid()
        and form.does(kernel.send_back, request.asker, id=id, circle=circle, **form.values())
    ):
        return done(
            request,
            _("Sent back to %(name)s, with your words.") % {"name": row.prepared_by.name},
            "web:release",
            circle=circle,
            id=id,
        )
    back = {"href": reverse("web:release", args=[circle, id]), "label": _("Back to the release")}
    return show(
        request,
        "frame/form.html",
        {"form": form, "title": _("Send it back"), "submit": _("Send it back"), "back": back},
        sees=circle,
    )


def withdraw(request: HttpRequest, kind: str, id: uuid.UUID) -> HttpResponse:
    public = access.public_circle()
    copy = Published.objects.filter(circle_id=public, kind=kind, record_id=id, until__isnull=True).first()
    if copy is None or kind not in kernel.KINDS:
        raise NotFound
    page = kernel.page_of(kind, id)
    if request.method == "POST":
        kernel.withdraw(request.asker, kind=kind, record=id, target=public)
        return done(
            request,
            _("Withdrawn. It stands on no public page and in no edition any more; to bring it back, prepare it again."),
            page or "web:desk",
        )
    context = {
        "title": _("Take it off the public pages?"),
        "copy": copy,
        "name": copy.payload.get("title", ""),
        "back": page or reverse("web:desk"),
    }
    return show(request, "web/desk/withdraw.html", context, sees=access.partnership_circle())
