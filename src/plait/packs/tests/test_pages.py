"""The page of the pack in use."""

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from plait.packs import load
from plait.packs.queries import pack_page
from plait.packs.tests.folders import SHIPPED, TINY

UK, GENERIC = SHIPPED


@pytest.fixture(autouse=True)
def only_this_room(settings):
    settings.ROOT_URLCONF = "plait.packs.urls"


def page(folder, language):
    with override(language):
        return render_to_string("packs/pack.html", {"pack": pack_page(load(folder), language)})


@pytest.mark.parametrize("folder", [*SHIPPED, TINY], ids=lambda folder: folder.name)
def test_it_shows_every_source_vocabulary_office_and_step(folder):
    pack, shown = load(folder), page(folder, "en")
    for source in pack.sources:
        assert source.title.replace("'", "&#x27;") in shown
    for name, vocabulary in pack.vocabularies.items():
        assert f'id="v-{name}"' in shown
        assert all(f"<span>{term.key}</span>" in shown for term in vocabulary)
    for step in pack.rights:
        assert f"<span>{step}</span>" in shown
    for anchor in (
        "matrix",
        "offices",
        "rights",
        "stakeholders",
        "retention",
        "help",
        "complaints",
        "refusals",
        "grading",
        "steps",
    ):
        assert f'id="{anchor}"' in shown


def test_what_is_not_verified_is_listed_first_and_marked_where_it_stands():
    shown = page(UK, "en")
    listed = shown[shown.index('id="unverified"') : shown.index('id="grades"')]
    assert '<a href="#v-likelihood">Likelihood within twelve months</a>' in listed
    assert '<a href="#v-confidence">Confidence in the judgement</a>' in listed
    assert "Information Commissioner" in listed
    assert "Health services" in listed
    folded = shown[shown.index('id="v-likelihood"') :]
    assert '<span class="tag tag--warn">not verified</span>' in folded[: folded.index("</summary>")]


def test_it_reads_in_german():
    shown = page(UK, "de")
    assert "Vereinigtes Königreich: Prevent" in shown
    assert "nicht geprüft" in shown
    assert 'lang="en"' not in shown[shown.index("<main") : shown.index("</main>")].replace('hreflang="en"', "")


def test_words_of_another_language_say_so():
    shown = page(TINY, "en")
    assert '<span lang="eo">tajdo</span>' in shown
    assert "Neniu kontrolis." in shown


def test_it_has_as_many_cells_as_columns():
    for folder in (*SHIPPED, TINY):
        whole = pack_page(load(folder), "en")
        for table in (whole.grades, whole.sources, *whole.vocabularies, *whole.judging, *whole.duties, *whole.public):
            assert {len(row.cells) + 1 for row in table.rows} == {len(table.columns)}, table.id
