"""Pages for anybody. Each is one edition told in one language; nothing here knows who reads."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page

from plait.frame import charts
from plait.frame.show import show
from plait.kernel.access import glass
from plait.kernel.errors import NotFound
from plait.public import queries, telling
from plait.public.promises import guarantees as promised
from plait.public.queries import Site
from plait.reports import FORMATS, file_name, render
from plait.reports.html import page_context
from plait.reports.profile import Profile, Ref

View = Callable[..., HttpResponse]
LONGEST_PATH = 200


def page(view: View) -> View:
    """Language, frame and caching of a public page; what is not there answers with a page in the same frame."""

    @gzip_page
    @functools.wraps(view)
    def run(request: HttpRequest, **given: Any) -> HttpResponse:
        site = queries.site(request.GET.get("language", ""))
        with translation.override(site.language):
            try:
                response = view(request, site, **given)
            except NotFound:
                response = tell(request, site, "missing", status=404)
        response.headers["Content-Language"] = site.language
        response.headers["Cache-Control"] = "public, max-age=60"
        if response.status_code != 200:
            return response
        response.headers["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        same = get_conditional_response(request, etag=response.headers["ETag"], response=response)
        return same or response

    return run


def at(site: Site, name: str, **kwargs: Any) -> str:
    """The address of a public page in the reader's language. The first language needs no word in the address."""
    address = reverse(f"public:{name}", kwargs=kwargs)
    return address if site.language == site.languages[0] else f"{address}?language={site.language}"


def tell(
    request: HttpRequest, site: Site, name: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    return show(request, f"public/{name}.html", {**around(request, site), **(context or {})}, status=status)


def around(request: HttpRequest, site: Site) -> dict[str, Any]:
    """What stands around every page: whose it is, where else to go, the same in other languages."""

    def entries(names: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
        return [
            {"label": label, "href": at(site, name), "current": request.path_info == reverse(f"public:{name}")}
            for name, label in names
        ]

    top = (
        ("what", _("What we do")),
        ("who", _("Who is in it")),
        ("picture", _("Risk picture")),
        ("profile", _("Team profile")),
        ("check", _("Check us")),
        ("help", _("Help")),
    )
    foot = (
        ("refuse", _("What we refuse to do")),
        ("pays", _("Who pays, and why")),
        ("guarantees", _("Guarantees")),
        ("log", _("The log, and how to check it")),
        ("complaints", _("Complain, also to somebody outside")),
        ("contact", _("Contact")),
        ("accessibility", _("Accessibility")),
        ("privacy", _("Privacy")),
    )
    return {
        "site": site,
        "partnership": site.partnership.name,
        "notice": site.partnership.notice,
        "home_href": at(site, "home"),
        "topnav": entries(top),
        "foot": entries(foot),
        "language_links": languages(request, site),
        "q": "" if site.language == site.languages[0] else f"?language={site.language}",
    }


def languages(request: HttpRequest, site: Site) -> list[dict[str, Any]]:
    if len(site.languages) < 2:
        return []
    links = []
    for code in site.languages:
        try:
            info = get_language_info(code)
            name, way = info["name_local"], "rtl" if info["bidi"] else "ltr"
        except KeyError:
            name, way = code, "ltr"
        href = request.path if code == site.languages[0] else f"{request.path}?language={code}"
        links.append({"code": code, "label": name, "href": href, "current": code == site.language, "dir": way})
    return links


# ---- pages ------------------------------------------------------------------------------------------------------


@page
def home(request: HttpRequest, site: Site) -> HttpResponse:
    context = {
        "about": telling.about(site),
        "organisations": len(site.of("organisation")),
        "gaps": len(site.of("gap")),
        "assessment": next(iter(telling.assessments(site)), None),
        "emergency": telling.emergency(site),
        "refusals": [r.title.said(site.language) for r in site.pack.refusals],
    }
    return tell(request, site, "home", context)


@page
def what(request: HttpRequest, site: Site) -> HttpResponse:
    anchors = {"risk": at(site, "picture") + "#risk-", "gap": at(site, "who") + "#gap-"}
    return tell(
        request, site, "what", {"priorities": telling.priorities(site), "lessons": telling.lessons(site), "anchors": anchors}
    )


@page
def who(request: HttpRequest, site: Site) -> HttpResponse:
    context = {
        "about": telling.about(site),
        "organisations": telling.organisations(site),
        "groups": telling.groups(site),
        "gaps": telling.gaps(site),
    }
    return tell(request, site, "who", context)


@page
def picture(request: HttpRequest, site: Site) -> HttpResponse:
    risks, drawing = telling.risks(site)
    found = telling.assessments(site)
    return tell(
        request,
        site,
        "picture",
        {"risks": risks, "drawing": drawing, "assessment": next(iter(found), None), "earlier": found[1:]},
    )


@page
def assessment(request: HttpRequest, site: Site, number: str) -> HttpResponse:
    """One version of the picture as it was agreed."""
    found = telling.assessments(site)
    one = next((a for a in found if a.number == number), None)
    if one is None:
        raise NotFound
    return tell(request, site, "assessment", {"assessment": one, "newest": found[0].number == number})


@page
def profile(request: HttpRequest, site: Site, number: str | None = None) -> HttpResponse:
    site = _edition(site, number)
    if site.edition is None:
        return tell(request, site, "unpublished")
    made = queries.profile_of(site)
    context = page_context(made, links=anchors(site), drawing=_levels(made), outline=str(outline(site)))
    files = [{"label": key.upper(), "href": _file(site, key), "type": each.content_type} for key, each in FORMATS.items()]
    versions = [
        {
            "label": _("Version %(number)s: %(title)s") % {"number": e.number, "title": e.title},
            "href": at(site, "earlier", number=e.number),
        }
        for e in site.editions
        if e.number != site.edition.number
    ]
    return show(request, "reports/profile.html", {**around(request, site), **context, "downloads": files, "versions": versions})


def _edition(site: Site, number: str | None) -> Site:
    """The site as of that edition. Raises NotFound."""
    return site if number is None else queries.site(site.language, number)


def _file(site: Site, format: str) -> str:
    assert site.edition  # noqa: S101 - whoever calls has one
    return at(site, "file", number=site.edition.number, format=format)


def _levels(made: Profile) -> str:
    """How likely each risk is: the drawing beside the profile's table."""
    chart = next((s.chart for s in made.sections if s.chart), None)
    if chart is None:
        return ""
    scale = [charts.Step(str(n), label) for n, label in enumerate(chart.bands)]
    drawn = charts.level_rows([charts.Level(row.title.text, str(row.band), row.trend) for row in chart.rows], scale)
    return drawn.svg


def outline(site: Site, *, standalone: bool = False) -> charts.Drawing:
    """The area's outline, for the head of the profile; decoration."""
    return charts.outline_map(site.partnership.outline, width=160, standalone=standalone, decorative=True, id="outline")


def anchors(site: Site) -> dict[Ref, str]:
    """Where each record stands on these pages."""
    pages = {"risk": "picture", "organisation": "who", "group": "who", "gap": "who", "priority": "what", "lesson": "what"}
    found = {}
    for row in site.rows:
        if row.kind in pages:
            found[row.ref] = f"{at(site, pages[row.kind])}#{row.kind}-{row.id}"
        elif row.kind == "assessment":
            found[row.ref] = at(site, "assessment", number=f"{row.payload.get('year', '')}.{row.payload.get('number', '')}")
        elif row.kind == "partnership":
            found[row.ref] = at(site, "home")
    return found


@functools.lru_cache(maxsize=32)
def _rendered(profile: Profile, format: str, outline_svg: bytes | None) -> bytes:
    """A file is made once for what it says."""
    return render(profile, format, outline_svg=outline_svg)


@page
def file(_request: HttpRequest, site: Site, number: str, format: str) -> HttpResponse:
    """The profile of an edition as a file."""
    if format not in FORMATS:
        raise NotFound
    site = _edition(site, number)
    made = queries.profile_of(site)
    drawn = outline(site, standalone=True).svg if site.partnership.outline else ""
    response = HttpResponse(_rendered(made, format, drawn.encode() or None), content_type=FORMATS[format].content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(made, format)}"'
    return response


@page
def refuse(request: HttpRequest, site: Site) -> HttpResponse:
    refusals = [{"title": r.title.said(site.language), "text": r.text.said(site.language)} for r in site.pack.refusals]
    return tell(request, site, "refuse", {"refusals": refusals})


@page
def pays(request: HttpRequest, site: Site) -> HttpResponse:
    return tell(request, site, "pays", {"about": telling.about(site)})


@page
def guarantees(request: HttpRequest, site: Site) -> HttpResponse:
    told = [
        {
            "number": g.number,
            "title": g.said("title", site.language),
            "text": g.said("text", site.language),
            "how": g.said("how", site.language),
            "held": g.held,
            "so_far": g.said("so_far", site.language),
            "checks": g.checks,
        }
        for g in promised()
    ]
    context = {"guarantees": told, "held": sum(bool(g["held"]) for g in told), "glass": glass.counts()}
    return tell(request, site, "guarantees", context)


@page
def help(request: HttpRequest, site: Site) -> HttpResponse:
    context = {
        "emergency": telling.emergency(site),
        "ways": telling.help_lines(site),
        "none": site.pack.help.none.said(site.language),
    }
    return tell(request, site, "help", context)


@page
def complaints(request: HttpRequest, site: Site) -> HttpResponse:
    ways = telling.complaints(site)
    return tell(
        request, site, "complaints", {"outside": [w for w in ways if w.outside], "inside": [w for w in ways if not w.outside]}
    )


@page
def contact(request: HttpRequest, site: Site) -> HttpResponse:
    return tell(request, site, "contact", {"about": telling.about(site), "emergency": telling.emergency(site)})


@page
def check(request: HttpRequest, site: Site) -> HttpResponse:
    context = {"held": sum(g.held for g in promised()), "all": len(promised()), "pack_title": site.pack.title.said(site.language)}
    return tell(request, site, "check", context)


@page
def accessibility(request: HttpRequest, site: Site) -> HttpResponse:
    return tell(request, site, "accessibility")


@page
def privacy(request: HttpRequest, site: Site) -> HttpResponse:
    return tell(request, site, "privacy")


@page
def missing(request: HttpRequest, _site: Site, rest: str) -> HttpResponse:
    """Whatever else stands after /public/: its page where only the last stroke is missing, else the 404 of these pages."""
    if len(rest) < LONGEST_PATH and not rest.endswith("/"):
        try:
            found = resolve(f"{request.path_info}/")
        except Resolver404:
            raise NotFound from None
        if found.view_name != "public:missing":
            query = request.META.get("QUERY_STRING", "")
            return HttpResponseRedirect(f"{request.path}/{'?' + query if query else ''}")
    raise NotFound
