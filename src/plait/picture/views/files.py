"""Files of evidence: adding, opening, removing."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from plait.frame import uploads
from plait.frame.forms import posted
from plait.frame.show import done
from plait.kernel import files
from plait.kernel.errors import NotFound
from plait.kernel.files import said
from plait.picture import actions, forms, policies, queries
from plait.picture.views.common import crumbs, one_question


def add(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID) -> HttpResponse:
    asker = request.asker
    row = queries.evidence(asker, circle, id)
    policies.may_change(queries.level(asker, circle), row.made_by_id == asker.id, row.withdrawn_on is not None).insist()
    form = forms.FileForm(posted(request), request.FILES if request.method == "POST" else None)
    if uploads.too_large(request):
        form.is_valid()
        form.errors.pop("file", None)
        form.told({"file": [said.REFUSED["too_large"]]})
    elif form.is_valid():
        given = form.cleaned_data["file"]
        if form.does(actions.add_file, asker, evidence=id, circle=circle, name=given.name, data=given.read()):
            return done(request, _taken(form.made[1]), row)
    return one_question(
        request,
        form,
        title=_("Add a file"),
        submit=_("Add it"),
        back=(row.get_absolute_url(), _("Leave it as it is")),
        sees=row,
        trail=crumbs((_("Evidence"), reverse("picture:evidence_list")), (row.title, row.get_absolute_url())),
        template="picture/file_form.html",
    )


def _taken(taken_out: tuple[str, ...]) -> str:
    if not taken_out:
        return _("Added and sealed. There was nothing in it to take out.")
    parts = [said.TAKEN_OUT[t] for t in taken_out]
    return _("Added and sealed. Taken out first: %(parts)s.") % {"parts": format_lazy("; ".join(["{}"] * len(parts)), *parts)}


def open_one(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """The file itself, as an attachment. Opening it is an entry of the log."""
    queries.file_link(request.asker, circle, id, file)
    return uploads.attachment(files.open_file(request.asker, circle, file))


def remove(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    return _pressed(request, circle, id, file, actions.remove_file, _("Removed. It can be brought back below."))


def bring_back(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    return _pressed(request, circle, id, file, actions.bring_back_file, _("The file is back."))


def _pressed(request: HttpRequest, circle: uuid.UUID, id: uuid.UUID, file: uuid.UUID, verb: object, message: str) -> HttpResponse:
    row = queries.evidence(request.asker, circle, id)
    form = forms.VersionForm(request.POST)
    if not callable(verb) or not form.is_valid():
        raise NotFound
    verb(request.asker, evidence=id, file=file, circle=circle, version=form.cleaned_data["version"])
    return done(request, message, f"{row.get_absolute_url()}#files")
