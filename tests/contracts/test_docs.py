"""The documentation says what the program does: commands, settings, keys of a load folder, tables, tests, links. Each comparison is tried."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from tests.contracts import persons
from tests.contracts.documents import MADE
from tests.contracts.loaders import keys_of

CLONE = Path(__file__).resolve().parents[2]
DOCS = CLONE / "docs"
SOURCE = CLONE / "src" / "plait"


def read(name: str) -> str:
    return (CLONE / name).read_text(encoding="utf-8")


def pages() -> list[Path]:
    return [CLONE / "README.md", CLONE / "SECURITY.md", CLONE / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


def sections(text: str, level: str) -> dict[str, str]:
    """Heading to what stands under it, up to the next heading of this level or a higher one."""
    parts = re.split(rf"^(#{{1,{len(level)}}}) (.+)$", text, flags=re.M)
    return {parts[n + 1].strip().strip("`"): parts[n + 2] for n in range(1, len(parts), 3) if parts[n] == level}


def first_cells(text: str) -> set[str]:
    """What stands in backquotes in the first column of its tables."""
    return {m for line in text.splitlines() if line.startswith("| `") for m in re.findall(r"`([^`]+)`", line.split("|")[1])}


# pages made from the code --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MADE)
def test_a_page_that_is_made_from_the_code_is_as_the_code_is(name: str) -> None:
    assert read(name) == MADE[name](), "run: ./plait python -m tests.contracts.documents"


# numbers about people: guarantee 1 --------------------------------------------------------------------------------------------


def test_every_number_that_can_be_reached_from_a_person_has_a_reason() -> None:
    found = persons.columns()
    assert len(found) > 15
    assert {c.model._meta.label for c in found} >= {"partners.Person", "kernel.Seat", "partners.Membership", "picture.Position"}
    assert [c.key for c in found if not c.reason] == []


def test_no_reason_is_left_of_a_column_that_is_gone() -> None:
    there = {c.key for c in persons.columns()} | {c.field.name for c in persons.columns()}
    assert set(persons.REASONS) - there == set()


def test_no_column_near_a_person_is_named_like_a_judgement() -> None:
    assert list(persons.judging()) == []


def planted(name: str, **fields: models.Field) -> type[models.Model]:
    """A table that is in no database and in no registry of Django's."""
    registry = type(apps)()
    meta = type("Meta", (), {"app_label": "planted", "apps": registry})
    return type(name, (models.Model,), {"__module__": "planted", "Meta": meta, **fields})


def test_a_planted_number_about_a_person_is_found() -> None:
    somebody = planted("Somebody", points=models.FloatField())
    meeting = planted(
        "Meeting", who=models.ForeignKey(somebody, models.CASCADE), lasted=models.DurationField(), threat_level=models.CharField()
    )
    agenda = planted("Agenda", meeting=models.ForeignKey(meeting, models.CASCADE), heat=models.SmallIntegerField())
    weather = planted("Weather", degrees=models.IntegerField())
    every = [somebody, meeting, agenda, weather]
    found = {c.key: c.reason for c in persons.columns(every, ["planted.Somebody"]) if not c.field.primary_key}
    assert found == {"planted.Somebody.points": "", "planted.Meeting.lasted": "", "planted.Agenda.heat": ""}
    assert set(persons.judging(every, ["planted.Somebody"])) == {"planted.Somebody.points", "planted.Meeting.threat_level"}


# commands -----------------------------------------------------------------------------------------------------------------------


def commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


@cache
def said_by_the_program() -> dict[str, set[str]]:
    """Every command with its options, as Typer makes them."""
    from typer.main import get_command

    from plait.cli.app import app

    return {
        name: {o for p in command.params if p.param_type_name == "option" for o in p.opts if o != "--help"}
        for name, command in commands(get_command(app))
    }


def said_by_the_page(text: str) -> dict[str, set[str]]:
    return {name: {o for o in first_cells(part) if o.startswith("-")} for name, part in sections(text, "###").items()}


def test_every_command_and_option_is_described_and_no_other() -> None:
    assert len(said_by_the_program()) > 14
    assert said_by_the_page(read("docs/reference/cli.md")) == said_by_the_program()


def test_a_planted_option_that_is_gone_or_new_is_found() -> None:
    page = read("docs/reference/cli.md")
    assert said_by_the_page(page.replace("| `--reset` |", "| `--forget` |")) != said_by_the_program()
    assert said_by_the_page(page.replace("### `serve`", "### `offer`")) != said_by_the_program()


def test_every_argument_of_a_command_is_named() -> None:
    from typer.main import get_command

    from plait.cli.app import app

    parts = sections(read("docs/reference/cli.md"), "###")
    for name, command in commands(get_command(app)):
        for p in command.params:
            if p.param_type_name == "argument":
                assert f"`{(p.metavar or p.name).upper()}`" in parts[name], (name, p.name)


def test_every_method_is_described_and_no_other() -> None:
    from plait.methods.cli import METHODS

    assert first_cells(sections(read("docs/reference/cli.md"), "###")["method"]) == set(METHODS)


def called(text: str) -> set[tuple[str, ...]]:
    """Every `./plait ...` of a page: the words up to the first that is neither command nor option."""
    found = set()
    for line in re.findall(r"\./plait ([a-z][^\n`|]*)", text):
        words = line.split("#")[0].split()
        found.add(
            tuple(
                w.split("=")[0].rstrip(".,;:)") for w in words if re.fullmatch(r"--?[a-z][\w-]*(=.*)?[.,;:)]*|[a-z]+[.,;:)]*", w)
            )
        )
    return found


def unknown_calls(text: str) -> list[tuple[str, ...]]:
    known = said_by_the_program()
    wrong = []
    for words in called(text):
        name = next((n for n in (" ".join(words[:2]), words[0]) if n in known), None)
        passes_on = name in ("test", "python")
        if name is None or (not passes_on and [w for w in words if w.startswith("-") and w not in known[name]]):
            wrong.append(words)
    return wrong


def test_every_command_that_a_page_tells_people_to_type_exists() -> None:
    found = {page.name: unknown_calls(page.read_text(encoding="utf-8")) for page in pages()}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert sum(len(called(page.read_text(encoding="utf-8"))) for page in pages()) > 30


def test_a_planted_command_that_does_not_exist_is_found() -> None:
    assert unknown_calls("    ./plait offer") != []
    assert unknown_calls("say `./plait serve --loud`.") != []
    assert unknown_calls("    ./plait demo --reset   # again\nand `./plait pack check FOLDER`") == []


# settings -----------------------------------------------------------------------------------------------------------------------


def read_in_the_code(texts: dict[str, str]) -> set[str]:
    """Every PLAIT_* name in what runs: Python strings, and the launcher's ${...}."""
    found: set[str] = set()
    for name, text in texts.items():
        if name.endswith(".py"):
            said = [n.value for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
            found |= {m for s in said for m in re.findall(r"\bPLAIT_[A-Z_]+\b", s)}
        else:
            found |= set(re.findall(r"\$\{(PLAIT_[A-Z_]+)", text))
    return found


def what_runs() -> dict[str, str]:
    files = [p for p in SOURCE.rglob("*.py") if "tests" not in p.parts] + [CLONE / "tools" / "setup.py", CLONE / "plait"]
    return {str(p.relative_to(CLONE)): p.read_text(encoding="utf-8") for p in files}


def test_every_setting_is_described_and_no_other() -> None:
    page = {v for v in first_cells(read("docs/reference/settings.md")) if v.startswith("PLAIT_")}
    assert len(page) > 12
    assert page == read_in_the_code(what_runs())


def test_a_planted_setting_is_found() -> None:
    planted = read_in_the_code({"a.py": "import os\nos.environ.get('PLAIT_PLANTED')", "plait": "x=${PLAIT_OTHER:-1}"})
    assert planted == {"PLAIT_PLANTED", "PLAIT_OTHER"}


# the load folder --------------------------------------------------------------------------------------------------------------------


def keys_in_the_code() -> dict[str, set[str]]:
    loaders = [
        SOURCE / "web" / "load.py",
        *(SOURCE / room / "loading.py" for room in ("partners", "picture", "programme", "exchange")),
    ]
    return keys_of(*(path.read_text(encoding="utf-8") for path in loaders))


def test_every_key_of_every_file_is_described_and_no_other() -> None:
    page = {name: first_cells(part) for name, part in sections(read("docs/reference/load.md"), "##").items() if first_cells(part)}
    code = keys_in_the_code()
    assert set(page) == set(code)
    assert {name: page[name] ^ code[name] for name in code if page[name] != code[name]} == {}


def test_every_file_of_the_demo_and_of_the_second_town_uses_described_keys() -> None:
    """The scanner follows the loaders' source; the folders that load are a second witness."""
    from plait.frame.folder import Folder

    code = keys_in_the_code()
    for folder in (*(CLONE / "demo").iterdir(), *(CLONE / "tests" / "towns").iterdir()):
        for name in code:
            items = [Folder(folder).one("partnership.yaml")] if name == "partnership" else list(Folder(folder).items(name))
            assert items or name == "releases", (folder, name)
            assert {key for item in items for key in item.data} - code[name] == set(), (folder, name)


def test_a_planted_key_is_found_whichever_way_it_is_read() -> None:
    source = """
JUDGED = ("p", "q", "r")
def load(folder):
    for item in folder.items("plants"):
        one(folder, item)
    for item in folder.items("others"):
        item.text("elsewhere")
    [Kept(folder, item) for item in folder.items("kept")]
def one(folder, item):
    def ref(kind, key):
        return item.text(key, "")
    item.text("a"); item.one_of("b", ()); ref("risk", "c"); folder.find("risk", item, "d")
    for known in ("e", "f"):
        item.taken.add(known)
    {name: item.text(name) for name in JUDGED[:2]}
    asker = folder.act(item)
    folder.remember("plant", item, 1)
    free(item)
def free(each):
    return each.mapping("g")
class Kept:
    def __init__(self, folder, item):
        self.folder, self.item = folder, item
        self.words = item.items("h")
    def live(self):
        self.item.flag("i")
        for said in self.words:
            said.text("j")
"""
    assert keys_of(source) == {
        "plants": {"a", "b", "c", "d", "e", "f", "g", "p", "q", "by", "key"},
        "others": {"elsewhere"},
        "kept": {"h", "i", "j"},
    }


# assurance -----------------------------------------------------------------------------------------------------------------------------

IDS = {  # what stood first; a line that is gone is noticed, a line more is welcome
    *("A1", "A2", "A3", "A4", "A7", "A8", "A12", "A14", "A16"),
    *("I4", "S5", "T1", "X1", "X2", "X3"),
}


def named_tests(text: str) -> list[str]:
    return re.findall(r"`((?:src|tests|conftest)[\w/.]*\.py(?:::\w+)?)`", text)


def missing_tests(text: str) -> list[str]:
    """Tests that a page names and that are not there."""
    wrong = []
    for name in named_tests(text):
        path, _, function = name.partition("::")
        if not (CLONE / path).is_file() or (function and not re.search(rf"^(?:async )?def {function}\(", read(path), re.M)):
            wrong.append(name)
    return wrong


def test_every_acceptance_test_has_a_line_and_every_test_that_is_named_exists() -> None:
    text = read("docs/reference/assurance.md")
    lines = [[c.strip() for c in line.strip("|").split("|")] for line in text.splitlines() if re.match(r"\| [A-Z]+\d+ \|", line)]
    assert {line[0] for line in lines} >= IDS
    for id, what, tests, where, figure in lines:
        assert what, id
        assert figure, id
        assert (named_tests(tests) and where) or tests == "not yet", id
    assert len(named_tests(text)) > 35


def test_every_test_and_file_that_any_page_names_exists() -> None:
    assert {
        page.name: missing_tests(page.read_text(encoding="utf-8"))
        for page in pages()
        if missing_tests(page.read_text(encoding="utf-8"))
    } == {}


def test_a_planted_test_that_does_not_exist_is_found() -> None:
    assert missing_tests("`tests/contracts/test_docs.py::test_of_nothing`") != []
    assert missing_tests("`tests/contracts/test_nothing.py`") != []
    assert missing_tests("`tests/contracts/test_docs.py::missing_tests`") == []


# links, decisions, style ------------------------------------------------------------------------------------------------------------------


def anchors(text: str) -> set[str]:
    """Anchors of a page's headings, as they are made from the words."""
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in re.findall(r"^#+ (.+)$", text, re.M)}


def broken_links(page: Path, text: str) -> list[str]:
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.is_file() or (anchor and anchor not in anchors(there.read_text(encoding="utf-8"))):
            wrong.append(target)
    named = re.findall(r"`(docs/[\w./-]+\.md|packs/[\w-]+|tests/[\w/-]+)`", text)
    return wrong + [path for path in named if not (CLONE / path).exists() and path != "packs/our-pack"]


def test_every_link_leads_somewhere() -> None:
    found = {page.name: broken_links(page, page.read_text(encoding="utf-8")) for page in pages()}
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_a_planted_link_to_nowhere_is_found() -> None:
    page = DOCS / "index.md"
    assert broken_links(page, "[x](nowhere.md)") == ["nowhere.md"]
    assert broken_links(page, "[x](glossary.md#nothing-there)") == ["glossary.md#nothing-there"]
    assert broken_links(page, "[x](glossary.md#access) and `docs/nothing.md`") == ["docs/nothing.md"]


def test_every_page_is_reached_from_the_index() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    linked = {(DOCS / t.partition("#")[0]).resolve() for t in re.findall(r"\]\(([^)\s]+)\)", index)}
    assert [
        str(p.relative_to(DOCS)) for p in sorted(DOCS.rglob("*.md")) if p.name != "index.md" and p.resolve() not in linked
    ] == []


def test_decisions_are_numbered_and_say_context_choice_and_what_was_given_up() -> None:
    found = sorted((DOCS / "decisions").glob("*.md"))
    assert len(found) > 10
    for n, path in enumerate(found, 1):
        text = path.read_text(encoding="utf-8")
        assert path.name.startswith(f"{n:04}-"), path.name
        assert text.startswith(f"# {n}. "), path.name
        assert [part for part in ("**Context.**", "**Choice.**", "**Given up.**") if part not in text] == [], path.name
        assert len(text) < 2500, path.name


def test_every_word_of_the_glossary_stands_once_and_in_order() -> None:
    for name, part in sections(read("docs/glossary.md"), "##").items():
        words = [
            line.split("|")[1].strip()
            for line in part.splitlines()
            if line.startswith("| ") and not line.startswith(("| word", "| ---"))
        ]
        assert words == sorted(words, key=str.lower), name
        assert len(words) == len(set(words)), name
        assert len(words) > 5, name
