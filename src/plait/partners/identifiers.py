"""Names that others give to organisations, and how each is checked. Pure: text in, the tidy form out, or ValueError."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

GSS = re.compile(r"[EWSN]\d{8}")
CHARITY = re.compile(r"(?:SC|NIC)?\d{5,8}(?:-\d{1,3})?")
COMPANY = re.compile(r"[0-9A-Z]{2}\d{5}[0-9R]")
ROR = re.compile(r"0[0-9a-hjkmnp-tv-z]{6}\d{2}")
ROR_HEAD = re.compile(r"(?:https?://)?(?:www\.)?ror\.org/", re.IGNORECASE)
PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{3,40}(?: ?(?:ext|x)\.? ?\d{1,6})?", re.IGNORECASE)
CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
is_address = URLValidator(schemes=["http", "https"])


def gss(text: str) -> str:
    """A nine-character code of the Office for National Statistics: E, W, S or N and eight digits."""
    return _whole(GSS, text.strip().upper())


def charity(text: str) -> str:
    """A charity's number, with its linked charity after a hyphen; SC in Scotland, NIC in Northern Ireland."""
    return _whole(CHARITY, re.sub(r"\s", "", text).upper())


def company(text: str) -> str:
    """A company number of eight characters, as Companies House prints it, leading zeros and prefix letters included."""
    return _whole(COMPANY, re.sub(r"\s", "", text).upper())


def ror(text: str) -> str:
    """An identifier of the Research Organization Registry, as the full address.

    `0`, six characters of Crockford's base 32, two check digits: ISO/IEC 7064 MOD 97-10 over the number that the first seven
    characters write, so that number * 100 + check leaves 1 when divided by 97.
    """
    bare = _whole(ROR, ROR_HEAD.sub("", text.strip(), count=1).lower())
    number = 0
    for character in bare[:7]:
        number = number * 32 + CROCKFORD.index(character)
    if (number * 100 + int(bare[7:])) % 97 != 1:
        raise ValueError(text)
    return f"https://ror.org/{bare}"


def email(text: str) -> str:
    try:
        validate_email(text.strip())
    except ValidationError:
        raise ValueError(text) from None
    return text.strip()


def web(text: str) -> str:
    """An address that a browser opens: http or https, nothing else."""
    try:
        is_address(text.strip())
    except ValidationError:
        raise ValueError(text) from None
    return text.strip()


def phone(text: str) -> str:
    return _whole(PHONE, " ".join(text.split()))


def _whole(pattern: re.Pattern[str], text: str) -> str:
    if not (text.isascii() and pattern.fullmatch(text)):
        raise ValueError(text)
    return text
