"""`lessons.yaml`, read through the same action as the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from plait.exchange import loading
from plait.exchange.models import Lesson
from plait.exchange.tests import make
from plait.frame.folder import Folder, Problem
from tests.people import as_

pytestmark = pytest.mark.django_db

GOOD = """\
- key: l
  title: Talk first
  learnt: A call a week is worth more than a protocol.
  translations: {de: Ein Anruf in der Woche ist mehr wert als ein Protokoll.}
  purpose: advice
  direction: for
  city: Other cities
  strength: emerging
  share: true
  group: g
  risk: r
"""


def folder(path: Path, text: str) -> Folder:
    (path / "lessons.yaml").write_text(text, encoding="utf-8")
    made = Folder(path, people={"rowan": lambda: as_("rowan"), "tia": lambda: as_("tia")}, default_person="rowan")
    rowan = as_("rowan")
    for kind, key, row in (("group", "g", make.group(rowan)), ("risk", "r", make.risk(rowan))):
        made.loaded[kind, key] = (row.id, row.circle_id)
    return made


def test_a_good_file_is_loaded_by_whoever_it_names(tmp_path: Path) -> None:
    made = folder(tmp_path, GOOD + "  by: tia\n")
    loading.load(made)
    row = Lesson.objects.get()
    assert (row.title, row.share, row.direction, row.city, row.made_by_id) == (
        "Talk first",
        True,
        "for",
        "Other cities",
        as_("tia").id,
    )
    assert made.loaded["lesson", "l"] == (row.id, row.circle_id)


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("group: g", "group: nowhere", "There is no group"),
        ("purpose: advice", "purpose: fun", "not known"),
        ("share: true", "share: perhaps", "true or false"),
        ("city: Other cities", "town: Other cities", "town|city"),
        ("strength: emerging", "strenght: emerging", "strength"),
    ],
)
def test_a_wrong_line_is_named_with_its_remedy(tmp_path: Path, was: str, becomes: str, said: str) -> None:
    with pytest.raises(Problem, match=said) as error:
        loading.load(folder(tmp_path, GOOD.replace(was, becomes)))
    assert error.value.file == "lessons.yaml"
    assert error.value.line >= 1
