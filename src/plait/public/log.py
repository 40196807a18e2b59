"""The log as anybody may read it: checkpoints, key, proofs, tiles. Files are plain text, JSON or bytes, the same for everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from plait.kernel.errors import NotFound
from plait.kernel.log import published
from plait.public.queries import Site
from plait.public.views import page, tell


@page
def log(request: HttpRequest, site: Site) -> HttpResponse:
    found = published.checkpoints()
    shown = {"checkpoints": found[:60], "more": len(found) > 60, "newest": found[0] if found else None}
    return tell(request, site, "log", shown)


def _file(make: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def run(request: HttpRequest, **given: Any) -> HttpResponse:
        try:
            response = make(**given)
        except NotFound:
            response = HttpResponse("Not there.\n", content_type="text/plain; charset=utf-8", status=404)
        response.headers["Cache-Control"] = "public, max-age=60"
        return response

    return run


def _text(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


checkpoint = _file(lambda size=None: _text(published.checkpoint(size).note))
key = _file(lambda: _text(f"{published.checkpoint().key}\n"))
proof = _file(lambda old, new: JsonResponse(published.proof(old, new), json_dumps_params={"indent": 1, "ensure_ascii": False}))


@_file
def tile(level: int, path: str) -> HttpResponse:
    where, partial, width = path.partition(".p/")
    if partial and not (width.isascii() and width.isdigit() and len(width) < 4):
        raise NotFound
    hashes = published.tile(level, published.number(where), int(width) if partial else 256)
    return HttpResponse(hashes, content_type="application/octet-stream")
