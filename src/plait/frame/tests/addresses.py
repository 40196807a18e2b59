"""The few addresses that the frame's pages link to, so that its tests stand without the rooms above it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from plait.frame.routes import ANYBODY, route


def view(request: HttpRequest, **given: Any) -> HttpResponse:
    return HttpResponse("seen")


web = [route(f"{n}/", view, n, needs=ANYBODY) for n in ("home", "search", "me", "sign_in")] + [
    route("why/<uuid:circle>/", view, "why", needs=ANYBODY)
]
urlpatterns = [path("", include((web, "web")))]
