"""What is wrong with a pack is said all at once, each with file, line and remedy."""

from pathlib import Path

import pytest

from plait.packs import PackError, check_folder, load
from plait.packs.needs import STEPS, VOCABULARIES
from plait.packs.tests.folders import change, copied

# file, what is written there, what is written instead, part of the sentence, lines further down at which it is said
BROKEN = [
    # shapes
    ("pack.yaml", 'version: "1"', "version: 1", "'version' is a number here; put it in quotes: '1'"),
    ("pack.yaml", "languages: [eo]", "languages: []", "'languages' is empty; fill it in"),
    ("pack.yaml", "languages: [eo]", "languages: [Esperanto]", "write a language such as en, de or pt-BR"),
    ("pack.yaml", "languages: [eo]", "languages: eo", "'languages' takes a list; begin each entry with '- '"),
    ("pack.yaml", "jurisdiction: {eo: Insulujo}", "jurisdiction: Insulujo", "write the text in each language: {en: ...}"),
    ("pack.yaml", "jurisdiction: {eo: Insulujo}", "jurisdiction: {}", "no language is given; write {en: ...}"),
    ("pack.yaml", "jurisdiction: {eo: Insulujo}", "jurisdiction: {eo: }", "is a text; write one"),
    ("pack.yaml", "jurisdiction: {eo: Insulujo}", 'jurisdiction: {eo: " "}', "'eo' is empty; fill it in"),
    (
        "pack.yaml",
        "publisher: Neniu, grade: X}",
        "publisher: Neniu, grade: X, year: 1}",
        "'year' is no key here; write one of: key, title",
    ),
    (
        "pack.yaml",
        "publisher: Neniu,",
        "publisher: Neniu, url: fabelo.example,",
        "write a whole address that begins with https://",
    ),
    ("pack.yaml", "publisher: Neniu,", 'publisher: Neniu, date: "May",', "write a year, a month or a day"),
    ("pack.yaml", "meaning: {eo: Neniu fonto.}", "meaning: {eo: Neniu, fonto.}", "put that in quotes, for a comma ends it"),
    ("pack.yaml", "verified: false", "verified: perhaps", "is neither yes nor no; write true or false"),
    ("offices.yaml", "key: harbour_keeper", "key: Harbour-Keeper!", "small letters, digits and _ only"),
    ("offices.yaml", "level: steward", "level: stewart", "'stewart' is not known here; did you mean steward?"),
    ("offices.yaml", "level: steward}]}", "level: steward}], seat: []}", "'seat' is no key here; did you mean seats?"),
    ("offices.yaml", ", description: {eo: Decidas.}", "", "'description' is missing; add it"),
    ("assessment.yaml", "share: 60", "share: 160", "160 is out of range; write at most 100"),
    ("assessment.yaml", "at_least: 2", "at_least: two", "'two' is no whole number; write one"),
    ("retention.yaml", "days: 100", "days: 0", "0 is out of range; write at least 1"),
    ("calendar.yaml", "Atlantic/Azores", "Atlantic/Azoroj", "there is no time zone 'Atlantic/Azoroj'"),
    ("calendar.yaml", "[friday]", "[freeday]", "'freeday' is not known here; did you mean friday?"),
    ("calendar.yaml", '"2026-05-01"', '"May 2026"', "write year, month and day, such as 2026-12-25"),
    ("calendar.yaml", '"2026-05-01"', '"2026-02-30"', "there is no day 2026-02-30; look at the calendar"),
    ("calendar.yaml", '"2026-05-01"', '"2027-05-01"', "2027-05-01 is no day of 2026"),
    ("calendar.yaml", '"2026-12-15"', '"2026-05-01"', "2026-05-01 does not come after 2026-05-01"),
    ("help.yaml", "key: lighthouse", "key: lighthouse, phone: ring", "write digits and spaces"),
    ("profile.yaml", "empty_link: picture:risks", "empty_link: /picture/risks/", "write the page as room:name"),
    (
        "profile.yaml",
        "form: text, kind: assessment",
        "form: texts, kind: assessment",
        "did you mean text? write one of: text, list, contact",
    ),
    # every file
    ("pack.yaml", "key: tiny", "key: huge", "calls itself 'huge' and its folder 'tiny'"),
    ("pack.yaml", "languages: [eo]", "languages: [eo, en]", "'title' is not said in en; add it"),
    ("refuse.yaml", "text: {eo: Neniun.}", "text: {eo: Neniun., fr: Personne.}", "'text' is said in fr, not in pack.yaml"),
    ("grading.yaml", "source: fabelo", "source: fabelio", "the source 'fabelio' is not in pack.yaml; did you mean fabelo?"),
    ("grading.yaml", "grade: X", "grade: Z", "the grade 'Z' is not in pack.yaml; write one of: X, Y"),
    ("help.yaml", ", check: {eo: Neniu provis.}", "", "the grade Y is not verified; add `check`"),
    ("stakeholders.yaml", "key: bards", "key: fishers", "'fishers' stands here twice; give one of them another key"),
    # vocabularies
    ("vocabularies.yaml", "  trend:", "  trends:", "the vocabulary 'trend' is missing; add it"),
    ("vocabularies.yaml", "  trend:", "  trends:", "no page uses a vocabulary 'trends'; did you mean trend?"),
    ("vocabularies.yaml", "  trend:", "  office:", "office is made from a file of its own; take it out here"),
    ("vocabularies.yaml", "{key: dissent, label", "{key: refuse, label", "position has no dissent, on which the software acts"),
    (
        "vocabularies.yaml",
        "{key: dissent, label",
        "{key: refuse, label",
        "position cannot have 'refuse', which the software does not know",
    ),
    ("vocabularies.yaml", "low: 60, high: 100", "low: 30, high: 100", "the band of 'often' does not lie above the one before"),
    ("vocabularies.yaml", "low: 60, high: 100", "low: 60", "'often' has one end of its band only"),
    ("vocabularies.yaml", ", range: {eo: ekde 60%}", "", "'often' has a band and no `range`; say it in words"),
    (
        "grading.yaml",
        "  - {how: read, sure: unsure, reliability: F",
        "  - {how: read, sure: sure, reliability: F",
        "read with unsure has no grades",
    ),
    (
        "grading.yaml",
        "  - {how: read, sure: unsure, reliability: F",
        "  - {how: read, sure: sure, reliability: F",
        "read and sure stand here twice",
    ),
    (
        "grading.yaml",
        "how: read, sure: unsure",
        "how: reading, sure: unsure",
        "how 'reading' is not in the vocabulary evidence_how; did you mean read?",
    ),
    ("grading.yaml", "reliability: A", "reliability: G", "reliability 'G' is not in the vocabulary admiralty_reliability"),
    ("grading.yaml", 'credibility: "2"', 'credibility: "1"', "nobody's own word can be 'confirmed by other sources'"),
    # offices and rights
    (
        "offices.yaml",
        "circle: council_of_elders",
        "circle: council_of_elder",
        "is not in group_kind; did you mean council_of_elders?",
    ),
    ("offices.yaml", "circle: council_of_elders", "circle: partnership", "'elder' has two seats in 'partnership'; keep one"),
    ("offices.yaml", "key: administrator", "key: machinist", "there is no 'administrator'; add that office"),
    (
        "offices.yaml",
        "{eo: Prizorgas la maŝinon.}",
        "{eo: Prizorgas.}, seats: [{circle: partnership, level: reader}]",
        "the administrator runs the machine and sits nowhere",
    ),
    ("rights.yaml", "picture.agree_assessment:", "picture.agree:", "the step 'picture.agree_assessment' is missing; add it"),
    ("rights.yaml", "picture.agree_assessment:", "picture.agree:", "the software knows no step 'picture.agree'"),
    (
        "rights.yaml",
        "eldoni}, offices: [elder], second: true",
        "eldoni}, offices: [oldest], second: true",
        "the office 'oldest' is not in offices.yaml",
    ),
    (
        "rights.yaml",
        "eldoni}, offices: [elder], second: true",
        "eldoni}, offices: [elder, elder], second: true",
        "'elder' stands here twice",
    ),
    (
        "rights.yaml",
        "eldoni}, offices: [elder], second: true",
        "eldoni}, offices: [elder]",
        "release.approve takes a second person; write second: true",
    ),
    (
        "rights.yaml",
        "eldoni}, offices: [elder], second: true",
        "eldoni}, offices: [harbour_keeper], second: true",
        "no second person may be found",
    ),
    (
        "rights.yaml",
        "eldoni}, offices: [elder], second: true",
        "eldoni}, offices: [elder, administrator], second: true",
        "decides nothing about content",
    ),
    ("rights.yaml", "offices: [administrator, elder]", "offices: [elder]", "must be able to appoint the first coordinator"),
    # the others
    (
        "stakeholders.yaml",
        "sectors: [sea]",
        "sectors: [seas]",
        "the sector 'seas' is not in the vocabulary sector; did you mean sea?",
    ),
    ("assessment.yaml", "start: draft", "start: drafted", "the state 'drafted' is not in states; did you mean draft?"),
    ("assessment.yaml", "from: draft, to: commenting", "from: draft, to: asking", "the state 'asking' is not in states"),
    ("assessment.yaml", "from: draft, to: commenting", "from: draft, to: draft", "no step leads to 'commenting'; add one"),
    (
        "assessment.yaml",
        "from: commenting, to: agreed",
        "from: agreed, to: agreed",
        "'agreed' is frozen, nothing leads out of it",
    ),
    ("assessment.yaml", ", frozen: true", "", "what is agreed cannot change; write frozen: true"),
    ("assessment.yaml", "key: agree,", "key: settle,", "the step 'agree' is missing; add it under this key"),
    ("assessment.yaml", "key: agree,", "key: settle,", "the step 'settle' is not in what the software can do"),
    (
        "assessment.yaml",
        "right: picture.agree_assessment",
        "right: picture.agree",
        "the right 'picture.agree' is not in rights.yaml",
    ),
    (
        "assessment.yaml",
        "of: council_of_elders",
        "of: council",
        "the kind of group 'council' is not in the vocabulary group_kind",
    ),
    ("matrix.yaml", "wave: calm, flood: storm", "wave: calm", "seldom with flood has no band; add it"),
    (
        "matrix.yaml",
        "wave: calm, flood: storm",
        "wave: storm, flood: calm",
        "seldom with flood is 'calm', below a smaller neighbour",
    ),
    ("matrix.yaml", "wave: calm, flood: storm", "wave: calm, flood: gale", "the band 'gale' is not in bands"),
    (
        "matrix.yaml",
        "wave: calm, flood: storm",
        "wave: calm, flood: storm, tide: storm",
        "the impact 'tide' is not in the vocabulary impact",
    ),
    ("matrix.yaml", "  often:", "  always:", "the likelihood 'always' is not in the vocabulary likelihood"),
    ("retention.yaml", "key: evidence", "key: proofs", "the class 'evidence' is missing; add it"),
    ("complaints.yaml", "outside: true", "outside: false", "every route ends inside the partnership"),
    ("help.yaml", ', web: "https://lumturo.example"', "", "'lighthouse' has neither `phone` nor `web`"),
    ("profile.yaml", "key: advice", "key: contact", "the section 'advice' is missing; add it"),
    (
        "profile.yaml",
        "Profilo de {town}",
        "Profilo de {city}",
        "{city} cannot be filled in here; write one of: partnership, town",
    ),
    ("profile.yaml", "Mankas {items}.", "Mankas iuj.", "put {items} where the records are to be named"),
    ("profile.yaml", "where: {family: tide}", "where: {family: tides}", "family 'tides' is not in the vocabulary risk_family"),
]


@pytest.mark.parametrize(("file", "old", "new", "sentence"), BROKEN)
def test_a_broken_pack_says_file_line_and_remedy(tmp_path, file, old, new, sentence):
    folder = copied(tmp_path)
    change(folder, file, old, new)
    errors = check_folder(folder)
    found = [error for error in errors if sentence in error]
    assert found, errors
    assert found[0].startswith(str(folder)), found
    assert ", line " in found[0]
    with pytest.raises(PackError) as raised:
        load(folder)
    assert raised.value.errors == errors


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("offices.yaml", "circle: council_of_elders", "circle: nowhere", "the circle 'nowhere'"),
        (
            "rights.yaml",
            "eldoni}, offices: [elder], second: true",
            "eldoni}, offices: [elder, oldest], second: true",
            "the office 'oldest'",
        ),
        ("matrix.yaml", "often: {ripple: calm", "often: {ripple: gale", "the band 'gale'"),
        ("vocabularies.yaml", "{key: wave, label", "{key: Wave!, label", "'Wave!' cannot stand here"),
        ("profile.yaml", "Mankas {items}.", "Mankas {things}.", "{things} cannot be filled in here"),
        ("stakeholders.yaml", "need: could", "need: would", "'would' is not known here"),
    ],
)
def test_the_line_is_the_one_to_mend(tmp_path, file, old, new, sentence):
    folder = copied(tmp_path)
    line = change(folder, file, old, new)
    (found,) = [error for error in check_folder(folder) if sentence in error]
    assert found.startswith(f"{folder / file}, line {line}: ")


def test_all_faults_are_said_at_once_in_the_order_of_the_files(tmp_path):
    folder = copied(tmp_path)
    change(folder, "refuse.yaml", "title:", "titel:")
    change(folder, "offices.yaml", "level: steward", "level: stewart")
    change(folder, "stakeholders.yaml", "sectors: [sea]", "sectors: [seas]")
    files = [error.partition(", line ")[0].rpartition("/")[2] for error in check_folder(folder)]
    assert files == ["offices.yaml", "stakeholders.yaml", "refuse.yaml", "refuse.yaml"]


def test_a_missing_file_a_stranger_and_no_folder_are_said(tmp_path):
    folder = copied(tmp_path)
    (folder / "matrix.yaml").rename(folder / "matrices.yaml")
    (folder / "README.md").write_text("welcome", encoding="utf-8")
    errors = check_folder(folder)
    assert len(errors) == 2
    assert "matrix.yaml, line 1: is missing; add it" in errors[0]
    assert "matrices.yaml, line 1: is no file of a pack; take it out, or did you mean matrix.yaml?" in errors[1]
    assert check_folder(tmp_path / "nowhere") == [f"{tmp_path / 'nowhere'}: is no folder; name the folder that holds pack.yaml"]


@pytest.mark.parametrize("name", sorted(VOCABULARIES))
def test_each_vocabulary_that_pages_use_is_asked_for(tmp_path, name):
    folder = copied(tmp_path)
    change(folder, "vocabularies.yaml", f"  {name}:\n", f"  not_{name}:\n")
    assert any(f"the vocabulary '{name}' is missing" in error for error in check_folder(folder))


@pytest.mark.parametrize("step", sorted(STEPS))
def test_each_step_that_code_asks_about_is_asked_for(tmp_path, step):
    folder = copied(tmp_path)
    text = (folder / "rights.yaml").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not line.startswith(f"  {step}:")]
    (folder / "rights.yaml").write_text("\n".join(kept), encoding="utf-8")
    assert any(f"the step '{step}' is missing" in error for error in check_folder(folder))


def test_no_fault_hides_in_a_copy(tmp_path: Path):
    assert check_folder(copied(tmp_path)) == []
