"""What stands around a page: the menu, the name of the partnership, the notice; asked only when a page is rendered."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from plait.kernel import access
from plait.kernel.founding import partnership
from plait.kernel.rights import offices_of, rights_of


class Frame:
    """Middleware: `request.plait_frame`, filled when the template's context processor asks for it."""

    def __init__(self, get: Any):
        self.get = get

    def __call__(self, request: HttpRequest) -> Any:
        request.plait_frame = SimpleLazyObject(lambda: around(request))
        return self.get(request)


def around(request: HttpRequest) -> dict[str, Any]:
    row = partnership()
    made: dict[str, Any] = {"partnership": row.name if row else "", "notice": row.notice if row else "", "demo": settings.DEMO}
    asker = request.asker
    if asker.using != "default" or asker.id is None:
        return made
    rights, held = rights_of(asker), offices_of(asker)
    member = access.is_member(asker)
    made["searches"] = member
    made["may"] = frozenset(rights) | frozenset(held)
    made["asker_name"] = asker.name
    made["foot"] = [
        {"label": _("How to check us"), "href": reverse("public:check")},
        {"label": _("Accessibility"), "href": reverse("public:accessibility")},
        {"label": _("Privacy"), "href": reverse("public:privacy")},
    ]
    here = request.path_info

    def entry(label: str, name: str, under: str = "") -> dict[str, Any]:
        href = reverse(name)
        return {"label": label, "href": href, "current": here == href or (bool(under) and here.startswith(under))}

    rooms: list[dict[str, Any]] = [entry(_("Home"), "web:home")]
    if member:
        rooms += [
            entry(_("Risk picture"), "picture:risks", "/picture/risks/"),
            entry(_("Evidence"), "picture:evidence_list", "/picture/evidence/"),
            entry(_("Assessments"), "picture:assessments", "/picture/assessments/"),
            entry(_("Priorities"), "programme:priorities", "/programme/"),
            entry(_("Lessons"), "exchange:lessons", "/exchange/"),
            entry(_("Organisations"), "partners:organisations", "/partners/organisations/"),
            entry(_("Groups"), "partners:groups", "/partners/groups/"),
            entry(_("Empty seats"), "partners:coverage", "/partners/coverage/"),
            entry(_("Answers"), "questions:answers", "/questions/"),
            entry(_("Release desk"), "web:desk", "/desk/"),
            entry(_("Calendar"), "web:calendar", "/calendar/"),
            entry(_("Seats"), "assurance:circles", "/assurance/seats/"),
            entry(_("Emergency access"), "assurance:uses", "/assurance/emergency/"),
        ]
    if "administrator" in held:
        rooms.append(entry(_("Accounts and offices"), "web:administration", "/administration/"))
    if "administrator" in held or {"kernel.propose_recipients", "kernel.agree_recipients"} & rights:
        rooms.append(entry(_("Backups"), "web:backups", "/backups/"))
    if "administrator" in held:
        rooms.append(entry(_("This machine"), "web:machine", "/machine/"))
    outside = [entry(_("Public site"), "public:home")]
    if member:
        outside = [entry(_("Team profile"), "web:profile"), *outside, entry(_("The pack in use"), "packs:pack")]
    if settings.DEMO:
        outside.append({"label": _("The demonstration"), "href": "/demo/", "current": False})
    made["menu"] = [rooms, outside]
    return made
