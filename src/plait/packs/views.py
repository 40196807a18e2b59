"""The pack in use, with its sources."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from plait.frame.show import show
from plait.packs.loading import current
from plait.packs.queries import pack_page


def pack(request: HttpRequest) -> HttpResponse:
    return show(request, "packs/pack.html", {"pack": pack_page(current(), get_language() or "en")})
