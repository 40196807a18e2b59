"""The packs that come with Plait, and the invented country's, which needs no code of its own."""

import re
from typing import get_args

import pytest

from plait.packs import check_folder, load
from plait.packs.everywhere import walk
from plait.packs.needs import ADMINISTRATOR, STEPS
from plait.packs.reading import read
from plait.packs.shape import FILES, SectionKey, Text
from plait.packs.tests.folders import REPOSITORY, SHIPPED, TINY

UK, GENERIC = SHIPPED


@pytest.mark.parametrize("folder", [*SHIPPED, TINY], ids=lambda folder: folder.name)
def test_it_has_no_fault(folder):
    assert check_folder(folder) == []
    assert load(folder).key == folder.name


def test_the_packs_beside_the_code_are_those_tried_here():
    assert sorted((REPOSITORY / "packs").glob("*/pack.yaml")) == sorted(folder / "pack.yaml" for folder in SHIPPED)


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_every_text_is_said_in_english_and_german(folder):
    texts = [(path, shape) for path, shape in walk(load(folder)) if isinstance(shape, Text)]
    assert len(texts) > 300
    assert [path for path, shape in texts if not {"en", "de"} <= shape.languages] == []


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_no_town_stands_in_its_sentences(folder):
    pack = load(folder)
    named = [
        (path, said)
        for path, shape in walk(pack)
        if isinstance(shape, Text) and path[0] != "about_pack"
        for said in shape.root.values()
        if re.search(r"\b(Luton|Bedfordshire|Berlin|Mechelen)\b", said)
    ]
    assert named == []


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_what_is_not_verified_is_marked_for_the_screen(folder):
    pack = load(folder)
    assert [grade.key for grade in pack.grades if not grade.verified] == ["K"]
    assert all(grade.mark for grade in pack.grades if not grade.verified or grade.key == "D")
    assert pack.vocabularies["confidence"].grade == "K"


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_the_administrator_sits_nowhere_and_decides_no_content(folder):
    pack = load(folder)
    assert pack.office(ADMINISTRATOR).seats == ()
    mine = {"kernel.give_office", "partners.invite", "kernel.propose_recipients"}  # another office agrees to who opens a backup
    assert {step for step in STEPS if ADMINISTRATOR in pack.offices_for(step)} - mine == set()


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_preparing_and_releasing_lie_in_different_hands(folder):
    pack = load(folder)
    assert not set(pack.offices_for("release.prepare")) & set(pack.offices_for("release.approve"))
    assert pack.rights["release.approve"].second


@pytest.mark.parametrize("folder", [*SHIPPED, TINY], ids=lambda folder: folder.name)
def test_the_profile_has_the_nine_sections_in_order_and_six_kinds_of_record(folder):
    profile = load(folder).profile
    assert tuple(section.key for section in profile.sections) == get_args(SectionKey)
    assert len({part.kind for section in profile.sections for part in section.parts}) >= 6


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_a_grade_of_ones_own_word_is_never_confirmed(folder):
    pack = load(folder)
    assert tuple(pack.grade_of("saw", "sure")) == ("B", "2")
    assert pack.grade_of("told", "unsure").credibility == "6"
    assert pack.vocabulary("admiralty_credibility").term("6").unknown
    with pytest.raises(KeyError):
        pack.grade_of("dreamt", "sure")


def test_the_yardstick_has_seven_bands_with_gaps_and_says_what_was_not_read():
    likelihood = load(UK).vocabulary("likelihood")
    assert [(term.low, term.high) for term in likelihood] == [(0, 5), (10, 20), (25, 35), (40, 50), (55, 75), (80, 90), (95, 100)]
    assert likelihood.grade == "K"


@pytest.mark.parametrize(
    ("likelihood", "impact", "band"),
    [  # tests of the design: (4,3) high; (1,5) moderate; (5,1) moderate; (2,5) high
        ("likely", "serious", "high"),
        ("rare", "very_severe", "moderate"),
        ("happening_now", "limited", "moderate"),
        ("unlikely", "very_severe", "high"),
    ],
)
def test_the_matrix_is_looked_up(likelihood, impact, band):
    assert load(GENERIC).matrix_band(likelihood, impact).key == band


def test_a_product_could_not_make_the_matrix():
    pack = load(UK)
    assert pack.matrix_band("remote_chance", "very_severe").key == pack.matrix_band("almost_certain", "limited").key == "moderate"
    assert pack.matrix_band("highly_unlikely", "very_severe").order > pack.matrix_band("almost_certain", "limited").order


def test_the_recommended_table_is_that_of_the_seed():
    keys = [stakeholder.key for stakeholder in load(UK).stakeholders]
    assert len(keys) == 20
    missing = {"faith", "youth", "women", "mental_health", "tech", "business", "legal_justice", "arts", "national_international"}
    present = {
        "local_authority",
        "elected_members",
        "police",
        "prevent_police",
        "schools",
        "further_higher_education",
        "social_services",
    }
    assert missing | present | {"civil_society", "community_groups", "national_funder", "health"} == set(keys)


def test_the_generic_pack_guesses_no_number_and_no_authority():
    pack = load(GENERIC)
    assert pack.help.lines == ()
    assert pack.help.emergency.number is None
    assert all(route.web is route.phone is None for route in pack.complaints)
    assert pack.help.none.said("de").startswith("Die Anlaufstellen")


def test_numbers_stand_only_where_a_source_says_them():
    pack = load(UK)
    lines = {line.key: (line.phone, line.source, line.grade) for line in pack.help.lines}
    assert lines == {"act_early": ("0800 011 3764", "actearly", "V"), "report_online": (None, "report_terrorism", "S")}


def test_a_new_country_needs_no_code():
    pack = load(TINY)
    assert pack.label("risk_family", "tide", "de") == "tajdo"
    assert pack.choices("priority_state", "en") == [
        ("planned", "planita"),
        ("under_way", "farata"),
        ("done", "farita"),
        ("paused", "paŭzanta"),
    ]
    assert pack.label("priority_state", "sunk", "eo") == "sinkinta"
    assert pack.vocabulary("stakeholder").in_text("fishers", "eo") == "fiŝistoj"
    assert pack.label("office", "harbour_keeper", "eo") == "havenestro"
    assert pack.matrix_band("often", "wave").key == "storm"
    assert pack.stakeholder("bards").need == "could"
    assert pack.retention_class("evidence").days == 100
    code = [path for path in (REPOSITORY / "src").rglob("*.py") if "tests" not in path.parts]
    assert [path for path in code if re.search(r"harbour_keeper|council_of_elders|tajdo", path.read_text(encoding="utf-8"))] == []


def test_words_fall_back_from_a_region_to_its_language_to_english_to_the_key():
    pack = load(UK)
    assert pack.label("trend", "rising", "de-AT") == "Zunehmend"
    assert pack.label("trend", "rising", "fr") == "Rising"
    assert pack.label("trend", "tumbling", "fr") == "tumbling"
    assert pack.vocabulary("trend").in_text("tumbling", "de") == "tumbling"
    assert pack.title.said_in("fr") == ("United Kingdom: Prevent", "en")
    assert load(TINY).title.said_in("en") == ("Insulujo", "eo")


def test_a_term_without_words_for_a_sentence_uses_its_label():
    pack = load(UK)
    assert pack.vocabulary("sector").in_text("schools", "en") == "schools"
    assert pack.vocabulary("theme").in_text("drugs", "en") == "Drug dealing"


def test_what_is_not_there_is_a_key_error():
    pack = load(TINY)
    for ask in (
        lambda: pack.vocabulary("stars"),
        lambda: pack.vocabulary("trend").term("spinning"),
        lambda: pack.matrix_band("often", "x"),
    ):
        with pytest.raises(KeyError):
            ask()
    for ask in (lambda: pack.office("pirate"), lambda: pack.source("x"), lambda: pack.grade("x"), lambda: pack.stakeholder("x")):
        with pytest.raises(KeyError):
            ask()
    with pytest.raises(KeyError):
        pack.retention_class("x")


def test_a_pack_cannot_be_changed():
    pack = load(TINY)
    with pytest.raises(ValueError, match="frozen"):
        pack.fingerprint = "x"
    with pytest.raises(ValueError, match="frozen"):
        pack.offices[0].key = "x"


def test_the_fingerprint_tells_two_packs_apart(tmp_path):
    assert load(UK).fingerprint == load(UK).fingerprint != load(GENERIC).fingerprint
    assert len(load(UK).fingerprint) == 64


def test_no_file_of_a_shipped_pack_is_left_unread():
    for folder in SHIPPED:
        assert {file.name for file in folder.iterdir()} == set(FILES)
        assert all(read(folder / name).problems == [] for name in FILES)
