"""Text as it may leave the house: cleaned of what could disturb a reader's page, and said in the reader's language.

Fixed words of the sheets (headings of lists, "page 2 of 3") stand here once for all formats. Words of the domain come
from the pack.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import override

# Control characters but tab and line feed; lone surrogates; embeddings, overrides and isolates of direction, which could turn the
# words that follow around; tag and annotation characters, which hide text; what is no character at all. Direction *marks* stay.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u206f\ufeff\ufff0-\ufffb\ufffe\uffff\ufdd0-\ufdef"
    "\ud800-\udfff\U000e0000-\U000e007f"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
_BREAKS = re.compile("\r\n|[\r\u0085\u2028\u2029\x0b\x0c]")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\Z")

#: Everything in the public circle may go anywhere: the label of TLP 2.0 that says so.
PUBLIC_LABEL = "TLP:CLEAR"


def clean(text: object) -> str:
    """The text without anything that is not seen; line breaks kept as line feeds."""
    return _UNSEEN.sub("", _BREAKS.sub("\n", str(text)))


def one_line(text: object) -> str:
    return " ".join(clean(text).split())


def language_tag(tag: object, otherwise: str = "und") -> str:
    """A BCP 47 tag that is safe in any format, or `otherwise`."""
    return tag if isinstance(tag, str) and _TAG.match(tag) else otherwise


def base(tag: str) -> str:
    return tag.split("-")[0].lower()


@cache
def locale(tag: str) -> Locale:
    for attempt in ("en-001" if tag == "en" else tag, base(tag), "en-001"):  # English of no country in particular, not America's
        try:
            return Locale.parse(attempt, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    raise AssertionError("English is always there")


@cache
def direction(tag: str) -> str:
    try:
        return "rtl" if Locale.parse(base(tag)).character_order == "right-to-left" else "ltr"
    except (UnknownLocaleError, ValueError):
        return "ltr"


def long_date(day: date, language: str) -> str:
    return format_date(day, "long", locale=locale(language))


def short_date(day: date, language: str) -> str:
    return format_date(day, "medium", locale=locale(language))


def number(value: float, language: str) -> str:
    return format_decimal(value, locale=locale(language))


def fewer_than(value: int, language: str) -> str:
    with override(language):
        return _("fewer than %(number)s") % {"number": number(value, language)}


_PLACE = re.compile("\ue000(\\d+)\ue001")


def list_pieces(count: int, language: str) -> list[str | int]:
    """How a language strings `count` things together: numbers are places for things, the rest is glue ("a, b and c")."""
    strung = format_list([f"\ue000{place}\ue001" for place in range(count)], locale=locale(language)) if count else ""
    return [int(piece) if place % 2 else piece for place, piece in enumerate(_PLACE.split(strung)) if piece != ""]


def string_together(things: Sequence[str], language: str) -> str:
    return "".join(things[piece] if isinstance(piece, int) else piece for piece in list_pieces(len(things), language))


def kind_label(kind: str, language: str) -> str:
    with override(language):
        known = {
            "partnership": _("Partnership"),
            "assessment": _("Risk picture"),
            "risk": _("Risk"),
            "organisation": _("Organisation"),
            "group": _("Group"),
            "gap": _("Gap in coverage"),
            "priority": _("Priority"),
            "lesson": _("Lesson"),
        }
        return known.get(kind) or one_line(kind.replace("_", " ")).capitalize()


def labels(language: str) -> dict[str, str]:
    """The fixed words of a sheet. Those with %(…)s are filled where they are used."""
    with override(language):
        return {
            "version": _("Version %(version)s, %(date)s"),
            "dated": _("Version %(version)s, %(date)s (entered from records on %(entered)s)"),
            "page": _("Page %(page)s of %(pages)s"),
            "sources": _("Where each fact comes from"),
            "source": _("Source %(number)s"),
            "source_range": _("Sources %(first)s to %(last)s"),
            "published": _("published %(date)s"),
            "likely": _("How likely each risk is within a year, as partners judge it"),
            "risk": _("Risk"),
            "likelihood": _("Likelihood"),
            "trend": _("Trend"),
            "as_table": _("The same as a table"),
            "begin": _("Begin here"),
            "outline": _("Outline of %(town)s"),
            "unprintable": _("The sign � stands for a letter that this sheet's fonts do not have. The public page shows it."),
        }
