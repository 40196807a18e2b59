"""A pack's file is material, not a program."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plait.packs import check_folder
from plait.packs.reading import MOST_BYTES, read
from plait.packs.tests.folders import copied

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def said(tmp_path: Path, text: str | bytes) -> list[tuple[int, str]]:
    file = tmp_path / "offices.yaml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    document = read(file)
    return [(document.line(problem.path), problem.sentence) for problem in document.problems]


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        (BOMB, 1, "has the anchor &a; take it out"),
        ("key: one\nother: *one\n", 2, "refers to *one; write the text again instead of an alias"),
        ("key: one\nother: !!python/object/apply:os.system ['true']\n", 2, "take it out, a pack holds plain words"),
        ("key: !secret one\n", 1, "has the tag !secret"),
        ("key: one\n---\nkey: two\n", 2, "a second document"),
        ("%YAML 1.1\n---\nkey: one\n", 2, "begins with a % directive"),
        ("key: one\nother: two\nkey: three\n", 3, "'key' stands here twice; keep one"),
        ("key: one\n<<: {other: two}\n", 2, "a key that is no plain word"),
        ("key: one\n? [a, b]\n: two\n", 2, "a key that is no plain word"),
        ("key: [one\nother: two\n", 2, "is not YAML"),
        ("key: one\n\tother: two\n", 2, "is not YAML"),
        ("key: " + "[" * 20 + "]" * 20, 1, "nested more than 12 deep; flatten it"),
        ("- one\n- two\n", 1, "holds no keys"),
        ("", 1, "holds no keys"),
        (b"key: one\nother: \xff\n", 2, "is not UTF-8 text; save it as UTF-8"),
        (b"key: \x00\n", 1, "is not YAML"),
        ("key: " + "x" * MOST_BYTES, 1, "is larger than 512 KB"),
    ],
)
def test_what_a_file_may_not_hold_is_refused_with_its_line(tmp_path, text, line, sentence):
    (found,) = said(tmp_path, text)[:1]
    assert found[0] == line
    assert sentence in found[1]


def test_words_stay_words(tmp_path):
    file = tmp_path / "pack.yaml"
    file.write_text(
        'no: yes\ndate: 2024-02-12\nnumber: 7\nquoted: "7"\ntrue: false\nnothing:\nhalf: 0.5\nodd: 0x1F\n', encoding="utf-8"
    )
    assert read(file).data == {
        "no": "yes",
        "date": "2024-02-12",
        "number": 7,
        "quoted": "7",
        "true": False,
        "nothing": None,
        "half": 0.5,
        "odd": "0x1F",
    }


def test_a_byte_order_mark_does_no_harm(tmp_path):
    file = tmp_path / "pack.yaml"
    file.write_bytes(b"\xef\xbb\xbfkey: one\n")
    assert read(file).data == {"key": "one"}


def test_a_place_that_is_not_written_has_the_line_of_what_is_around_it(tmp_path):
    file = tmp_path / "pack.yaml"
    file.write_text("a:\n  - b: 1\n  - c: 2\n", encoding="utf-8")
    document = read(file)
    assert document.line(("a", 1, "c")) == 3
    assert document.line(("a", 1, "missing", "deeper")) == 3
    assert document.line(()) == 1


def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path):
    (tmp_path / "pack.yaml").mkdir()
    assert "cannot be read" in read(tmp_path / "pack.yaml").problems[0].sentence


ANYTHING = st.one_of(st.binary(max_size=200), st.text(alphabet="ab:-[]{}&*!%?|>'\"#, \n\t0.\u00e9", max_size=80).map(str.encode))
TOLD = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@settings(TOLD, max_examples=300)
@given(ANYTHING)
def test_whatever_stands_in_a_file_it_is_read_or_refused(tmp_path, raw):
    file = tmp_path / "help.yaml"
    file.write_bytes(raw)
    document = read(file)
    assert isinstance(document.data, dict) or document.problems


@settings(TOLD, max_examples=20)
@given(ANYTHING)
def test_whatever_stands_in_a_file_the_answer_is_sentences(tmp_path, raw):
    folder = tmp_path / "tiny" if (tmp_path / "tiny").exists() else copied(tmp_path)
    (folder / "help.yaml").write_bytes(raw)
    errors = check_folder(folder)
    assert errors
    assert all(f"{folder}" in error and ", line " in error for error in errors)
