"""`./plait factsheet`: the published profile as a file."""

from __future__ import annotations

from plait.reports.formats import FORMATS, render


def factsheet(format: str, language: str) -> bytes:
    """The profile as it is published now.

    Raises KeyError for a format that is neither `html` nor in FORMATS.
    """
    from plait.public import queries  # the public room knows this one; only the command asks back, when it runs

    profile = queries.profile(language)
    if format != "html":
        return render(profile, format)
    from django.template.loader import render_to_string
    from django.utils.translation import override

    from plait.reports.html import page_context

    with override(language):
        return render_to_string("reports/profile.html", page_context(profile)).encode()


def formats() -> list[str]:
    return ["html", *FORMATS]
