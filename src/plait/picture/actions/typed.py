"""What was typed, checked field by field: every field that is wrong is named, with what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from plait import packs
from plait.kernel.errors import Invalid
from plait.kernel.text import LANGUAGE

LINE, LONGEST = 200, 4000


class Typed:
    """Gathers what is wrong; `stand()` gives the values or raises Invalid with all of it."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.errors: dict[str, list[Any]] = {}

    def wrong(self, name: str, sentence: Any) -> None:
        self.errors.setdefault(name, []).append(sentence)

    def text(self, name: str, said: str | None, *, missing: Any = None, longest: int = LONGEST) -> None:
        """Words. `missing`: what to say where there are none; without it they may be left out."""
        words = (said or "").replace("\r\n", "\n").strip()
        if missing is not None and not words:
            self.wrong(name, missing)
        elif len(words) > longest:
            self.wrong(name, _("Make it shorter: at most %(count)d characters.") % {"count": longest})
        elif "\0" in words:
            self.wrong(name, _("Take out what cannot be read in it."))
        self.values[name] = words

    def word(self, name: str, said: str | None, vocabulary: str, *, optional: bool = False) -> None:
        """A word of the pack's list."""
        if not (optional and not said) and said not in packs.current().vocabulary(vocabulary):
            self.wrong(name, _("Choose one of those listed."))
        self.values[name] = said or ""

    def words(self, name: str, said: Iterable[str], vocabulary: str) -> None:
        """Words of the pack's list, at least one."""
        chosen = list(dict.fromkeys(said))
        if not chosen:
            self.wrong(name, _("Tick at least one."))
        elif any(one not in packs.current().vocabulary(vocabulary) for one in chosen):
            self.wrong(name, _("Choose some of those listed."))
        self.values[name] = chosen

    def one_of(self, name: str, said: Any, known: Iterable[Any]) -> None:
        if said not in set(known):
            self.wrong(name, _("Choose one of those listed."))
        self.values[name] = said

    def number(self, name: str, said: int | None) -> None:
        if said is not None and not 0 <= said < 32768:
            self.wrong(name, _("Write a number from 0 on."))
        self.values[name] = said or 0

    def language(self, lang: str, translations: Mapping[str, str] | None = None, field: str = "lang") -> None:
        """The language of the words, and their translations: {language: text}."""
        said = {code: (text or "").strip() for code, text in (translations or {}).items()}
        said = {code: text for code, text in said.items() if text and code != lang}
        if len(lang) > 35 or not all(LANGUAGE.match(code) for code in (lang, *said)):
            self.wrong(field, _("Choose the language in which it is written."))
        if any(len(text) > LONGEST for text in said.values()):
            self.wrong("public_text", _("Make the translation shorter."))
        self.values["lang"] = lang
        if translations is not None:
            self.values["translations"] = said

    def stand(self) -> dict[str, Any]:
        if self.errors:
            raise Invalid(self.errors)
        return self.values


def reason(words: str | None) -> str:
    """Why something is withdrawn: kept with it. Raises Invalid."""
    typed = Typed()
    typed.text("why", words, missing=_("Say in a few words why. Whoever looks for it later reads this."), longest=500)
    return typed.stand()["why"]


def keep_until(kept: str, since: date) -> date | None:
    """The day until which the pack keeps this class of record, counted from `since`."""
    days = packs.current().retention_class(kept).days
    return since + timedelta(days=days) if days else None
