"""Names that others give: each form is kept tidy, and what is no such name is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait.partners import identifiers

KNOWN = ["03vek6s52", "052gg0110", "013meh722", "02jx3x895", "00f54p054", "042nb2s44", "05a28rw58"]


@pytest.mark.parametrize("bare", KNOWN)
def test_an_identifier_of_the_registry_is_kept_as_its_address(bare: str) -> None:
    for typed in (bare, bare.upper(), f"https://ror.org/{bare}", f"http://www.ror.org/{bare}", f" ror.org/{bare} "):
        assert identifiers.ror(typed) == f"https://ror.org/{bare}"


@given(st.sampled_from(KNOWN), st.integers(1, 6), st.sampled_from(identifiers.CROCKFORD))
def test_one_wrong_character_in_an_identifier_of_the_registry_is_noticed(bare: str, at: int, character: str) -> None:
    typed = bare[:at] + character + bare[at + 1 :]
    if typed == bare:
        assert identifiers.ror(typed)
    else:
        with pytest.raises(ValueError, match=typed):
            identifiers.ror(typed)


@given(st.sampled_from(KNOWN), st.integers(0, 99))
def test_only_one_pair_of_check_digits_fits(bare: str, check: int) -> None:
    typed = f"{bare[:7]}{check:02}"
    if typed == bare:
        assert identifiers.ror(typed)
    elif (int(bare[7:]) - check) % 97:
        with pytest.raises(ValueError, match=typed):
            identifiers.ror(typed)


@pytest.mark.parametrize(
    ("tidy", "typed", "kept"),
    [
        (identifiers.gss, " e06000032", "E06000032"), (identifiers.charity, "1081124 - 1", "1081124-1"), (identifiers.charity, "sc012345", "SC012345"),
        (identifiers.company, "0012 3456", "00123456"), (identifiers.company, "ip12345r", "IP12345R"), (identifiers.email, " a@example.org ", "a@example.org"),
        (identifiers.web, "https://example.org/x", "https://example.org/x"), (identifiers.phone, "01632  960 142", "01632 960 142"),
        (identifiers.phone, "+49 30 123456 ext. 12", "+49 30 123456 ext. 12"),
    ],
)  # fmt: skip
def test_what_has_the_form_is_kept_tidy(tidy, typed: str, kept: str) -> None:
    assert tidy(typed) == kept


@pytest.mark.parametrize(
    ("tidy", "typed"),
    [
        (identifiers.gss, "X06000032"), (identifiers.gss, "E0600003"), (identifiers.gss, "E06000032\n1"), (identifiers.charity, "12"), (identifiers.charity, "abc"),
        (identifiers.company, "123456"), (identifiers.company, "12345678\u0663"), (identifiers.ror, "03vek6s53"), (identifiers.ror, "https://example.org/03vek6s52"),
        (identifiers.email, "nobody"), (identifiers.web, "example.org"), (identifiers.web, "javascript:alert(1)"), (identifiers.web, "ftp://example.org"),
        (identifiers.phone, "call me"), (identifiers.gss, "\u0665" * 9),
    ],
)  # fmt: skip
def test_what_has_not_the_form_is_refused(tidy, typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its text is what was typed
        tidy(typed)
