"""German is whole: every message of the source stands in the catalogue, translated, with its placeholders and its HTML.

`./plait python tools/messages.py` brings the catalogue up to date; `docs/how-to/translate.md` says how.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation import ngettext, override

from tools import messages

GERMAN = messages.LOCALES / "de" / "LC_MESSAGES" / "django.po"


@pytest.fixture(scope="module")
def said() -> dict[messages.Id, list[str]]:
    return messages.source()


@pytest.fixture
def german() -> Catalog:
    return messages.read(GERMAN)


def test_german_is_whole(said, german) -> None:
    assert len(said) > 1000
    assert messages.wrong(german, said) == []


def test_the_catalogue_stands_as_the_tool_writes_it(said) -> None:
    assert messages.as_text(messages.update(GERMAN, said)) == GERMAN.read_bytes()


def test_it_can_be_compiled_and_read_back(german) -> None:
    out = BytesIO()
    write_mo(out, german)
    assert len(out.getvalue()) > 50_000


@pytest.mark.parametrize(
    ("name", "text", "id"),
    [
        ("a.py", 'from x import gettext as _\n_("Planted")', (None, "Planted", None)),
        ("a.py", 'from django.utils.translation import gettext as _now\n_now("Planted")', (None, "Planted", None)),
        ("a.py", 'gettext_lazy("Planted " "twice")', (None, "Planted twice", None)),
        ("a.py", 'ngettext("%(n)d hen", "%(n)d hens", n)', (None, "%(n)d hen", "%(n)d hens")),
        ("a.py", 'pgettext_lazy("farm", "Planted")', ("farm", "Planted", None)),
        ("a.html", '{% load i18n %}<p title="{% translate "Planted" %}">', (None, "Planted", None)),
        ("a.html", '{% translate "Planted" as x %}', (None, "Planted", None)),
        ("a.html", '{% section _("Planted") id="x" %}', (None, "Planted", None)),
        ("a.html", "{% blocktranslate with a=b %}Planted {{ a }}{% endblocktranslate %}", (None, "Planted %(a)s", None)),
        (
            "a.html",
            "{% blocktranslate count n=x %}{{ n }} hen{% plural %}{{ n }} hens{% endblocktranslate %}",
            (None, "%(n)s hen", "%(n)s hens"),
        ),
    ],
)
def test_a_planted_message_is_found_and_missed(name, text, id, said, german) -> None:
    """Each way of saying something is extracted, and the catalogue does not have it: so the first test of this file would fail."""
    assert [found for _line, found in messages.of(text, name)] == [id]
    assert len(messages.wrong(german, {**said, id: [name]})) == 1


def test_a_message_in_a_new_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "room" / "tests").mkdir(parents=True)
    (tmp_path / "room" / "views.py").write_text('_("Planted")\n')
    (tmp_path / "room" / "page.html").write_text('{% translate "Also planted" %}\n')
    (tmp_path / "room" / "tests" / "test_it.py").write_text('_("Not for readers")\n')
    assert messages.source(tmp_path) == {
        (None, "Also planted", None): ["room/page.html"],
        (None, "Planted", None): ["room/views.py"],
    }


def test_one_text_with_two_plurals_is_refused(tmp_path: Path) -> None:
    """A catalogue finds a plural by its singular, so it would give one of the two for both."""
    (tmp_path / "a.py").write_text('ngettext("a hen", "many hens", n)\nngettext("a hen", "some hens", n)\n')
    with pytest.raises(messages.Problem, match="two plurals"):
        messages.source(tmp_path)


@pytest.mark.parametrize(
    ("id", "string", "flags", "wrong"),
    [
        ("Hen", "", (), "empty"),
        ("Hen", " ", (), "empty"),
        ("Hen", "Henne", ("fuzzy",), "fuzzy"),
        ("%(n)s of %(all)s", "%(n)s von allen", (), "placeholders"),
        ("%(n)s eggs", "%(m)s Eier", (), "placeholders"),
        ("{n} eggs", "Eier", (), "placeholders"),
        ("100%% egg", "100 % Ei", (), "placeholders"),
        ("an <b>egg</b>", "ein Ei", (), "HTML"),
        ('<a href="%(x)s">egg</a>', '<a href="%(x)s" class="y">Ei</a>', (), "HTML"),
        ("egg: ", "Ei:", (), "white space"),
        (("%(n)s hen", "%(n)s hens"), ("%(n)s Henne", ""), (), "empty"),
        (("%(n)s hen", "%(n)s hens"), ("%(n)s Henne", "Hennen"), (), "placeholders"),
        (("one hen", "%(n)s hens"), ("eine Henne", "%(n)s Hennen"), (), ""),
        (("one hen", "%(n)s hens"), ("%(n)s Henne", "%(n)s Hennen"), (), ""),
        ("<b>%(n)s</b> eggs", "<b>%(n)s</b> Eier", (), ""),
    ],
)
def test_a_bad_translation_is_found(id, string, flags, wrong) -> None:
    found = messages.wrong_with(Message(id, string, flags=flags))
    assert found.startswith(wrong)
    assert bool(found) is bool(wrong)


def test_an_update_keeps_what_is_translated_and_drops_what_is_gone(tmp_path: Path) -> None:
    po = tmp_path / "django.po"
    old = Catalog(locale="de")
    old.add("Kept", "Bleibt")
    old.add("Gone", "Weg")
    old.add("Now with a plural", "Jetzt mit Mehrzahl")
    po.write_bytes(messages.as_text(old))
    said = {(None, "Kept", None): ["a.py"], (None, "New", None): ["b.py"], (None, "Now with a plural", "Plurals"): ["c.py"]}
    new = read_po(BytesIO(messages.as_text(messages.update(po, said))))
    assert {m.id: m.string for m in new if m.id} == {
        "Kept": "Bleibt",
        "New": "",
        ("Now with a plural", "Plurals"): ("Jetzt mit Mehrzahl", ""),
    }
    assert [line.split(":")[0] for line in messages.wrong(new, said)] == ["empty", "empty"]


def test_django_counts_in_german() -> None:
    from plait.launch.compile_messages import compile_stale

    compile_stale()
    with override("de"):
        assert [ngettext("%(count)d row", "%(count)d rows", n) % {"count": n} for n in (0, 1, 2)] == [
            "0 Zeilen",
            "1 Zeile",
            "2 Zeilen",
        ]
