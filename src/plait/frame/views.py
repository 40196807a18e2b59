"""The gallery: every component with its states, in both themes and from right to left."""

from django.http import HttpRequest, HttpResponse

from plait.frame.components import COMPONENTS, rendered
from plait.frame.show import show


def gallery(request: HttpRequest) -> HttpResponse:
    samples = [rendered(component, request) for component in COMPONENTS]
    return show(request, "frame/gallery.html", {"samples": samples, "themes": ("light", "dark")})
