"""`./plait python tools/messages.py`: bring the message catalogues up to date with the source. `--check` writes nothing.

It needs no GNU gettext: Django turns a template into something like Python, Babel reads that and Python. What is already translated
stays, what the source no longer says goes, what is new comes in empty and is listed. Exit code 1 while something is empty or wrong.

    ./plait python tools/messages.py            update src/plait/locale/*/LC_MESSAGES/django.po
    ./plait python tools/messages.py --check    tell what is out of date, empty or wrong
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po

CLONE = Path(__file__).resolve().parents[1]
ROOT = CLONE / "src" / "plait"
LOCALES = ROOT / "locale"

LAZY = {"gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **{f"{name}_{kind}": spec for name, spec in LAZY.items() for kind in ("lazy", "noop")},
    "_": None,
}
ALIAS = re.compile(r"\b(n?p?gettext(?:_lazy|_noop)?) as (\w+)")

Id = tuple[str | None, str, str | None]
"""What a message is known by: context, text, text of the plural."""


class Problem(Exception):
    """The source says something that no catalogue can hold."""


def of(text: str, name: str = "planted.py") -> Iterator[tuple[int, Id]]:
    """The line and the id of every message in one file's text."""
    if name.endswith(".html"):
        from django.utils.translation.template import templatize

        text = templatize(text)
    keywords = {**KEYWORDS, **{alias: KEYWORDS[known] for known, alias in ALIAS.findall(text)}}
    for line, found, _comments, context in extract("python", BytesIO(text.encode()), keywords):
        single, plural = found[:2] if isinstance(found, tuple) else (found, None)
        if not single:
            raise Problem(f"{name}:{line}: an empty message")
        yield line, (context, single, plural)


def source(root: Path = ROOT) -> dict[Id, list[str]]:
    """Every message of the source, with the files that say it.

    Raises:
        Problem: where one text is said with a plural here and another plural there: a catalogue has one place for both.
    """
    _django()
    all_of_it: dict[Id, list[str]] = {}
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.html")], key=lambda p: p.relative_to(root).as_posix()):
        inside = path.relative_to(root)
        if "tests" in inside.parts or "migrations" in inside.parts:
            continue
        for _line, id in of(path.read_text(encoding="utf-8"), inside.as_posix()):
            where = all_of_it.setdefault(id, [])
            if inside.as_posix() not in where:
                where.append(inside.as_posix())
    return _merged(all_of_it)


def _merged(all_of_it: dict[Id, list[str]]) -> dict[Id, list[str]]:
    """A text that is said alone and with a plural too has one entry, with its plural."""
    plurals: dict[tuple[str | None, str], str] = {}
    for context, single, plural in all_of_it:
        if plural and plurals.setdefault((context, single), plural) != plural:
            raise Problem(f"{single!r} has two plurals: {plurals[context, single]!r} and {plural!r}. Use a context.")
    merged: dict[Id, list[str]] = {}
    for (context, single, plural), where in all_of_it.items():
        known = merged.setdefault((context, single, plural or plurals.get((context, single))), [])
        known += [w for w in where if w not in known]
    return merged


def _django() -> None:
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)


def id_of(message: Message) -> Id:
    single, plural = message.id if isinstance(message.id, (tuple, list)) else (message.id, None)
    return message.context, single, plural


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name if path.parent.name == "LC_MESSAGES" else None, abort_invalid=True)


def wrong_with(message: Message, forms: int = 2) -> str:
    """What is wrong with a translation, in a few words; nothing when it is right."""
    _context, single, plural = id_of(message)
    strings = list(message.string) if isinstance(message.string, (tuple, list)) else [message.string]
    if message.fuzzy:
        return "fuzzy"
    if len(strings) != (forms if plural else 1) or not all(s and s.strip() for s in strings):
        return "empty"
    if plural and len(message.string) != forms:
        return "plural forms are missing"
    for n, string in enumerate(strings):
        wanted = plural if plural and n == len(strings) - 1 else single
        if placeholders(string) != placeholders(wanted) and not (plural and placeholders(string) == placeholders(plural)):
            return f"placeholders differ: {sorted(placeholders(wanted))} and {sorted(placeholders(string))}"
        if tags(string) != tags(wanted):
            return f"HTML differs: {sorted(tags(wanted).elements())} and {sorted(tags(string).elements())}"
        if (string[:1].isspace(), string[-1:].isspace()) != (wanted[:1].isspace(), wanted[-1:].isspace()):
            return "white space at an end differs"
    return ""


def placeholders(text: str) -> set[str]:
    """`%(name)s`, `%s`, `{name}` and the doubled percent sign of templates."""
    return set(re.findall(r"%\(\w+\)[a-z]|%%|%[sdr]|\{\w*\}", text))


def tags(text: str) -> Counter[str]:
    return Counter(re.findall(r"</?[a-zA-Z][^>]*>|&\w+;", text))


def wrong(catalogue: Catalog, said: dict[Id, list[str]]) -> list[str]:
    """Everything that is wrong with a catalogue, a line each."""
    known = {id_of(m): m for m in catalogue if m.id}
    forms = catalogue.num_plurals
    return [
        *(f"missing: {id[1]!r} ({', '.join(said[id])})" for id in said if id not in known),
        *(f"no longer said: {id[1]!r}" for id in known if id not in said),
        *(f"{why}: {id[1]!r}" for id, m in known.items() if id in said and (why := wrong_with(m, forms))),
    ]


def update(path: Path, said: dict[Id, list[str]]) -> Catalog:
    """The catalogue with the source's messages and the translations that it has."""
    old = read(path)
    known = {(id[0], id[1]): m for m in old if m.id and (id := id_of(m))}
    new = Catalog(locale=old.locale, project="Plait", fuzzy=False, charset="utf-8")
    new.mime_headers = old.mime_headers
    new.header_comment = old.header_comment
    for (context, single, plural), where in said.items():
        strings: list[str] = []
        if before := known.get((context, single)):
            strings = list(before.string) if isinstance(before.string, (tuple, list)) else [before.string]
        string = tuple((strings + [""] * old.num_plurals)[: old.num_plurals]) if plural else (strings or [""])[0]
        new.add(
            (single, plural) if plural else single,
            string,
            [(f, 0) for f in where],
            flags={"fuzzy"} if before and before.fuzzy else (),
            user_comments=before.user_comments if before else (),
            context=context,
        )
    return new


def as_text(catalogue: Catalog) -> bytes:
    """As it stands in the repository: no dates and no lines, so that two people's changes seldom meet."""
    out = BytesIO()
    write_po(out, catalogue, width=0, omit_header=True, include_lineno=False)
    comment = "\n".join(f"# {line}" for line in HEADER.splitlines())
    locale = catalogue.locale_identifier
    head = "".join(
        f'"{name}: {value}\\n"\n'
        for name, value in (
            ("Language", locale),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", catalogue.plural_forms),
        )
    )
    return f'{comment}\nmsgid ""\nmsgstr ""\n{head}\n'.encode() + out.getvalue()


HEADER = """Plait's own words in another language. docs/how-to/translate.md says how to change them.
Brought up to date by `./plait python tools/messages.py`; never by hand but for what stands behind msgstr."""


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        said = source()
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 1
    bad = 0
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/django.po")):
        if not arguments:
            text = as_text(update(path, said))
            if text != path.read_bytes():
                path.write_bytes(text)
        lines = wrong(read(path), said)
        bad += len(lines)
        print("\n".join([f"{path.relative_to(CLONE)}: {len(said)} messages, {len(lines)} to put right", *lines]))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
