"""What was typed, looked at before it is written: gathers what is wrong, field by field, and says what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from plait.kernel.errors import Invalid
from plait.packs import Pack

LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


class Check:
    """Gathers errors; `done()` raises Invalid when there are any."""

    def __init__(self) -> None:
        self.errors: dict[str, list[Any]] = {}

    def wrong(self, field: str, sentence: Any) -> None:
        self.errors.setdefault(field, []).append(sentence)

    def done(self) -> None:
        if self.errors:
            raise Invalid(self.errors)

    def line(self, field: str, value: str, longest: int = 200, *, needed: bool = False) -> str:
        """One line; white space is made single."""
        said = " ".join(str(value).replace("\0", "").split())
        return self._fits(field, said, longest, needed)

    def text(self, field: str, value: str, longest: int = 4000, *, needed: bool = False) -> str:
        said = str(value).replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()
        return self._fits(field, said, longest, needed)

    def _fits(self, field: str, said: str, longest: int, needed: bool) -> str:
        if needed and not said:
            self.wrong(field, _("Answer this: it cannot be left empty."))
        if len(said) > longest:
            self.wrong(field, _("Say this in at most %(count)d characters.") % {"count": longest})
        return said

    def word(self, field: str, value: str, allowed: Iterable[str], *, needed: bool = True) -> str:
        """A word of a list."""
        if not value and not needed:
            return ""
        if value not in set(allowed):
            self.wrong(field, _("Choose one of those listed."))
        return value

    def words(self, field: str, values: Iterable[str], allowed: Iterable[str]) -> list[str]:
        """Words of a list, each once, in the list's own order."""
        known, given = list(allowed), set(values)
        if given - set(known):
            self.wrong(field, _("Choose from those listed."))
        return [each for each in known if each in given]

    def form(self, field: str, value: str, tidy: Callable[[str], str], sentence: Any) -> str:
        """What has a form of its own; empty is well."""
        if not str(value).strip():
            return ""
        try:
            return tidy(str(value))
        except ValueError:
            self.wrong(field, sentence)
            return str(value)

    def not_after(self, field: str, day: date | None, today: date) -> None:
        if day is not None and day > today:
            self.wrong(field, _("Write a day that is not in the future."))

    def language(self, field: str, value: str) -> str:
        if not LANGUAGE.fullmatch(value) or len(value) > 35:
            self.wrong(field, _("Choose the language in which this is written."))
        return value

    def translations(self, field: str, given: Mapping[str, str] | None, lang: str) -> dict[str, str]:
        """Language to text; without the text's own language and without empty ones."""
        kept = {}
        for code, said in (given or {}).items():
            if not LANGUAGE.fullmatch(code):
                self.wrong(field, _("Name each translation by its language, such as de."))
            elif code != lang and (text := self.text(field, said)):
                kept[code] = text
        return kept


def active(pack: Pack, vocabulary: str, keep: Iterable[str] = ()) -> list[str]:
    """The words that may be chosen today, and those that stand there already."""
    return [term.key for term in pack.vocabulary(vocabulary) if not term.retired or term.key in set(keep)]
