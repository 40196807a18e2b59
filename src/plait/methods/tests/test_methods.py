"""Published examples of each method."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from plait.launch import Stop
from plait.methods import admiralty, matrix, yardstick
from plait.methods.cli import PACKS, run

LETTERS, NUMBERS = "ABCDEF", "123456"
CODES = st.builds("{}{}".format, st.sampled_from(LETTERS), st.sampled_from(NUMBERS))


def test_b2_is_a_grade_and_g2_is_not():
    assert admiralty.parse("B2") == ("B", "2")
    for code in ("G2", "B7", "b2", "B", "B22", ""):
        with pytest.raises(ValueError, match="no grade"):
            admiralty.parse(code)


def test_unknown_is_left_out_of_the_mean():
    assert admiralty.reliability(["A1", "C3", "F6"]) == admiralty.Mean(75, 1)
    assert admiralty.credibility(["A1", "C3", "F6"]) == admiralty.Mean(75, 1)
    assert admiralty.reliability(["F6"]) == admiralty.Mean(None, 1)


@given(st.lists(CODES, min_size=1), st.integers(0, 5))
def test_more_unknown_items_do_not_move_the_mean(codes, more):
    before = admiralty.reliability(codes)
    after = admiralty.reliability([*codes, *["F6"] * more])
    assert (after.value, after.unknown) == (before.value, before.unknown + more)


def test_the_yardstick_has_gaps_and_nothing_is_rounded_into_a_word():
    for number, word in (
        (0, "remote chance"),
        (5, "remote chance"),
        (45, "realistic possibility"),
        (60, "likely or probable"),
        (100, "almost certain"),
    ):
        assert yardstick.band_of(number).word == word
        assert yardstick.beside(number) == (None, None)
    assert yardstick.band_of(52) is None
    assert [b.word for b in yardstick.beside(52)] == ["realistic possibility", "likely or probable"]
    for number in (-1, 101):
        with pytest.raises(ValueError, match="no per cent"):
            yardstick.band_of(number)


def test_outside_of_all_bands_there_is_only_one_neighbour():
    assert yardstick.beside(3, (yardstick.Band("high", 50, 60),)) == (None, yardstick.Band("high", 50, 60))
    assert yardstick.beside(70, (yardstick.Band("high", 50, 60),)) == (yardstick.Band("high", 50, 60), None)


@given(st.floats(0, 100))
def test_a_number_has_a_word_or_two_neighbours(number):
    assert (yardstick.band_of(number) is None) == all(yardstick.beside(number))


@pytest.mark.parametrize("pack", ["generic-msc", "uk-prevent"])
def test_the_shipped_tables_never_fall_where_either_scale_rises(pack):
    file = YAML(typ="safe", pure=True).load((PACKS / pack / "matrix.yaml").read_text())
    rows = file["rows"]
    bands = [b["key"] for b in file["bands"]]
    impacts = list(next(iter(rows.values())))
    assert matrix.falls(rows, list(rows), impacts, bands) == []
    rows[list(rows)[-1]][impacts[-1]] = bands[0]
    assert matrix.falls(rows, list(rows), impacts, bands) == [(list(rows)[-1], impacts[-1])]


def test_looked_up_and_not_multiplied():
    """Four by three is high, one by five and five by one moderate, two by five high: the published examples of the local five by five table."""
    table = YAML(typ="safe", pure=True).load((PACKS / "generic-msc" / "matrix.yaml").read_text())["rows"]
    assert matrix.band(table, "likely", "serious") == "high"
    assert matrix.band(table, "rare", "very_severe") == "moderate"
    assert matrix.band(table, "happening_now", "limited") == "moderate"
    assert matrix.band(table, "unlikely", "very_severe") == "high"


def file(tmp_path, value):
    path = tmp_path / "given.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def test_methods_run_on_a_file(tmp_path):
    one = [{"likelihood": "likely", "impact": "serious"}]
    assert json.loads(run("matrix", file(tmp_path, one))) == [{**one[0], "band": "high"}]
    named = {"pack": "uk-prevent", "risks": [{"likelihood": "remote_chance", "impact": "limited"}]}
    assert json.loads(run("matrix", file(tmp_path, named)))[0]["band"] == "low"
    assert json.loads(run("matrix", file(tmp_path, {**named, "pack": str(PACKS / "uk-prevent")})))[0]["band"] == "low"
    assert json.loads(run("admiralty", file(tmp_path, ["A1", "C3", "F6"])))["reliability"] == {"mean": 75, "unknown": 1}
    assert [x["word"] for x in json.loads(run("yardstick", file(tmp_path, [45, 52])))] == ["realistic possibility", None]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("divine", [], 2),
        ("matrix", {"pack": "atlantis", "risks": []}, 2),
        ("matrix", "no json", 4),
        ("matrix", [{"likelihood": "maybe", "impact": "limited"}], 4),
        ("matrix", [{"impact": "limited"}], 4),
        ("matrix", {}, 4),
        ("matrix", 4, 4),
        ("admiralty", ["G2"], 4),
        ("yardstick", ["many"], 4),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(tmp_path, name, value, code):
    with pytest.raises(Stop) as stop:
        run(name, file(tmp_path, value))
    assert stop.value.code == code
