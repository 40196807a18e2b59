"""Words for the public and their translations, looked at before they are written: one rule for every room."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*\Z")
"""A language tag as people write it (RFC 5646, its usual part)."""
LONGEST = 4000


def translated(lang: str, translations: Mapping[str, str] | None, errors: dict[str, list[Any]]) -> dict[str, str]:
    """Language to text, without the text's own language and without empty ones; what is wrong goes to `errors`."""
    said = {code: text.strip() for code, text in (translations or {}).items() if text and text.strip() and code != lang}
    if len(lang) > 35 or not all(LANGUAGE.match(code) for code in (lang, *said)):
        errors["lang"] = [_("Choose the language in which it is written.")]
    if any(len(text) > LONGEST for text in said.values()):
        errors["public_text"] = [_("Make the translation shorter.")]
    return said


def placed(position: int | None, errors: dict[str, list[Any]]) -> int:
    """A place in an order chosen by hand."""
    if position is not None and not 0 <= position < 32768:
        errors["position"] = [_("Write a number from 0 on.")]
    return position or 0
