"""I5: a folder that was poisoned is refused with file and line, quickly, and nothing of it is there."""

from __future__ import annotations

import random
import re
import resource
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plait.kernel import scratch
from plait.launch import Stop
from plait.web.load import load_folder

TOWN = Path(__file__).resolve().parents[1] / "towns" / "weidenau"
LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)
WHOLE: dict[str, Callable[[bytes], bytes]] = {
    "ten thousand million words": lambda _: LAUGHS.encode(),
    "an anchor": lambda t: re.sub(rb"\n([ -]*\w+): (?=\w)", rb"\n\1: &x ", t, count=1),
    "a tag that makes an object": lambda _: b"- !!python/object/apply:os.system ['touch /tmp/planted']\n",
    "ten thousand deep": lambda _: b"[" * 10_000 + b"]" * 10_000,
    "ten thousand deep by indents": lambda _: b"".join(b" " * n + b"a:\n" for n in range(2_000)),
    "a second document": lambda t: t + b"\n---\n" + t,
    "a directive": lambda t: b"%YAML 1.1\n---\n" + t,
    "bytes that are no letters": lambda t: t + b"\n# \xff\xfe\n",
    "a nul": lambda t: t + b"\n# \x00\n",
    "an escape that cannot be seen": lambda t: t + b"\n\x1b[31m\n",
    "another alphabet": lambda t: t.decode().encode("utf-16"),
    "nothing": lambda _: b"",
    "a word": lambda _: b"word\n",
    "a key twice": lambda t: t + b"\n" + t,
    "half a character": lambda t: re.sub(rb"\n([ -]*\w+): (?=\w)", rb'\n\1: "\\ud800" #', t, count=1),
    "a program": lambda _: b"\x7fELF" + bytes(range(256)) * 40,
    "twenty-one million bytes": lambda t: t + b"#" * 21_000_000,
}
VALUES = {  # the first ten are those that have broken importers
    "half a character": '"\\ud800"', "a nul": '"a\\0b"',
    "a list": "[[[a]]]", "a mapping": "{a: {b: c}}", "a number past 64 bits": "9223372036854775808", "four hundred digits": "9" * 400, "a broken number": "1e999", "not a number": ".nan",
    "a date that is none": "2026-02-31", "year nought": "0000-01-01", "far off": "+99999999d", "a time": "2026-01-01T25:61:61Z", "nothing": "~", "yes": "true",
    "lines": '"a\\r\\n\\tb"', "a hundred thousand letters": "a" * 100_000, "markup": "'<script>alert(1)</script>'", "formula": '"=1+1"', "path": "../../etc/passwd",
    "base sixty": "190:20:30", "octal": "0o17", "a key of another": "stadt", "an empty list": "[]", "a sentence": "'; drop table kernel_entry; --'",
}  # fmt: skip


@pytest.fixture
def empty(django_db_setup, django_db_blocker) -> Iterator[str]:
    with django_db_blocker.unblock(), scratch.database(scratch.template(lambda: None)) as name:
        yield name


def refused(folder: Path, file: str) -> None:
    """Loading ends in a sentence with a file and a line, and leaves no record. A few poisons are harmless and load."""
    with pytest.raises(Stop) as stop:
        load_folder(folder)
        pytest.fail(f"{folder.name} was loaded")
    assert stop.value.code == 4 and ", line " in stop.value.sentence and stop.value.sentence.endswith("Nothing was loaded."), (
        stop.value.sentence
    )
    assert len(stop.value.sentence) < 1500 and "Traceback" not in stop.value.sentence
    with scratch.superuser() as su:
        assert su.execute(
            "select (select count(*) from picture_evidence) + (select count(*) from partners_organisation)"
        ).fetchone() == (0,)


@pytest.mark.full
def test_a_file_that_is_no_file_of_ours_is_refused_with_its_line(empty: str, tmp_path: Path) -> None:
    tried, before = 0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for n, (poison, change) in enumerate(WHOLE.items()):
        for file in ("partnership.yaml", ("organisations.yaml", "risks.yaml", "groups.yaml")[n % 3]):
            if poison == "nothing" and file != "partnership.yaml":
                continue  # an empty list of organisations is one
            folder = tmp_path / f"{n}-{file}"
            shutil.copytree(TOWN, folder)
            (folder / file).write_bytes(change((folder / file).read_bytes()))
            refused(folder, file)
            tried += 1
    for n, (name, body) in enumerate(
        [("outline.geojson", b"[" * 100_000), ("outline.geojson", b'{"type": "FeatureCollection", "features": ' + b"9" * 5000 + b"}"), ("places.geojson", b"{"),
         ("people.csv", b"key,name\n\x00,b\n"), ("people.csv", b'key,name\n"a,b\n'), ("people.csv", b"key,name\n" + b"a" * 200_000 + b",b\n"), ("people.csv", b"\xff\xfe"), ("evidence.csv", b"a,b,c\n1,2,3\n")]
    ):  # fmt: skip
        folder = tmp_path / f"x{n}"
        shutil.copytree(TOWN, folder)
        (folder / name).write_bytes(body)
        refused(folder, name)
        tried += 1
    assert tried >= 40
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000, "more than 200 MB"


def lines_of(folder: Path) -> list[tuple[str, int]]:
    """Every line `key: value` of every YAML file: (file, index)."""
    return [
        (p.name, n)
        for p in sorted(folder.glob("*.yaml"))
        for n, line in enumerate(p.read_text().splitlines())
        if line.strip(" -").partition(": ")[2] and "{" not in line and not line.lstrip().startswith("#")
    ]


def with_values(folder: Path, tmp_path: Path, chosen: list[tuple[tuple[str, int], str]]) -> int:
    """Loads the town once for each line and value put there. Returns how many were refused; the others were taken as words."""
    said: list[tuple[str, int, str]] = []
    for k, ((file, n), poison) in enumerate(chosen):
        poisoned = tmp_path / str(k)
        shutil.copytree(folder, poisoned)
        lines = (poisoned / file).read_text().splitlines()
        lines[n] = lines[n].partition(": ")[0] + ": " + VALUES[poison]
        (poisoned / file).write_text("\n".join(lines) + "\n")
        with scratch.database(scratch.template(lambda: None)):
            try:
                load_folder(poisoned)
            except Stop as stop:
                said.append((lines[n], stop.code, stop.sentence))
            except Exception as error:
                pytest.fail(f"{file}, line {n + 1}: {lines[n][:200]!r} gave {type(error).__name__}: {str(error)[:300]}")
        shutil.rmtree(poisoned)
    assert [s for s in said if s[1] != 4 or ", line " not in s[2] or not s[2].endswith("Nothing was loaded.")] == []
    return len(said)


@pytest.mark.full
def test_a_value_that_is_none_is_refused_with_its_line_or_taken_as_words(
    django_db_setup, django_db_blocker, tmp_path: Path
) -> None:
    with django_db_blocker.unblock():
        places = lines_of(TOWN)
        draw = random.Random(9162)
        names = list(VALUES)[:10]
        chosen = [(draw.choice(places), names[n % len(names)]) for n in range(10)]
        refused = with_values(TOWN, tmp_path, chosen)
    assert len(chosen) == 10 and refused >= 4


@pytest.mark.soak
def test_every_value_in_a_line_of_every_key(django_db_setup, django_db_blocker, tmp_path: Path) -> None:
    with django_db_blocker.unblock():
        by_key = {(f, (TOWN / f).read_text().splitlines()[n].strip(" -").partition(":")[0]): (f, n) for f, n in lines_of(TOWN)}
        refused = with_values(TOWN, tmp_path, [(at, poison) for at in by_key.values() for poison in VALUES])
    assert refused >= 500
