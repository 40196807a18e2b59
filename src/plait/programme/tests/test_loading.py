"""`priorities.yaml`, read through the same action as the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from plait.frame.folder import Folder, Problem
from plait.programme import loading
from plait.programme.models import Priority
from plait.programme.tests import make
from tests.people import as_

pytestmark = pytest.mark.django_db

GOOD = """\
- key: p
  title: Keep the list tested
  objective: Every partner hears within the hour.
  translations: {de: Alle hören es.}
  answers_risk: r
  lead: o
  due: +30d
  state: under_way
  measure: Minutes.
  next_step: A test.
"""


def folder(path: Path, text: str) -> Folder:
    (path / "priorities.yaml").write_text(text, encoding="utf-8")
    made = Folder(path, people={"rowan": lambda: as_("rowan")}, default_person="rowan")
    rowan = as_("rowan")
    for kind, key, row in (("organisation", "o", make.organisation(rowan)), ("risk", "r", make.risk(rowan))):
        made.loaded[kind, key] = (row.id, row.circle_id)
    return made


def test_a_good_file_is_loaded(tmp_path: Path) -> None:
    made = folder(tmp_path, GOOD)
    loading.load(made)
    row = Priority.objects.get()
    assert (row.title, row.state, row.translations, row.horizon) == (
        "Keep the list tested",
        "under_way",
        {"de": "Alle hören es."},
        "now",
    )
    assert made.loaded["priority", "p"] == (row.id, row.circle_id)


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("answers_risk: r", "answers_risk: nowhere", "There is no risk"),
        ("answers_risk: r", "horizon: now", "answers_gap"),
        ("state: under_way", "state: someday", "not known"),
        ("measure: Minutes.", "mesure: Minutes.", "measure"),
        ("due: +30d", "due: soon", "no date"),
        ("next_step: A test.", "next_step: A test.\n  colour: red", "colour"),
    ],
)
def test_a_wrong_line_is_named_with_its_remedy(tmp_path: Path, was: str, becomes: str, said: str) -> None:
    with pytest.raises(Problem, match=said) as error:
        loading.load(folder(tmp_path, GOOD.replace(was, becomes)))
    assert error.value.file == "priorities.yaml"
    assert error.value.line >= 1
