"""The formats in which a profile can be taken home. The page itself (HTML) is a template: `html.page_context`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.text import slugify

from plait.reports.profile import Profile


@dataclass(frozen=True)
class Format:
    key: str
    extension: str
    content_type: str
    render: Callable[[Profile, bytes | None], bytes]


# The heavy libraries are imported when a file is asked for, not when the web process starts.
def _pdf(profile: Profile, outline_svg: bytes | None) -> bytes:
    from plait.reports import pdf

    return pdf.render(profile, outline_svg=outline_svg)


def _docx(profile: Profile, outline_svg: bytes | None) -> bytes:
    from plait.reports import docx

    return docx.render(profile, outline_svg=outline_svg)


def _markdown(profile: Profile, _outline_svg: bytes | None) -> bytes:
    from plait.reports import markdown

    return markdown.render(profile)


def _json(profile: Profile, _outline_svg: bytes | None) -> bytes:
    from plait.reports import as_json

    return as_json.render(profile)


FORMATS: dict[str, Format] = {
    each.key: each
    for each in (
        Format("pdf", "pdf", "application/pdf", _pdf),
        Format("docx", "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", _docx),
        Format("md", "md", "text/markdown; charset=utf-8", _markdown),
        Format("json", "json", "application/json", _json),
    )
}


def render(profile: Profile, format: str, *, outline_svg: bytes | None = None) -> bytes:
    """The profile as a file. `outline_svg` is a drawing of the area, used where the format has pictures.

    Raises KeyError for a format that is not in FORMATS.
    """
    return FORMATS[format].render(profile, outline_svg)


def file_name(profile: Profile, format: str) -> str:
    """Title, version and language, in letters that every file system takes."""
    title = slugify(profile.title)[:80].strip("-") or "profile"
    version = re.sub(r"[^0-9A-Za-z.]+", "-", profile.version).strip("-.") or profile.date.isoformat()
    language = re.sub(r"[^0-9A-Za-z-]+", "", profile.language) or "und"
    return f"{title}-{version}-{language}.{FORMATS[format].extension}"
