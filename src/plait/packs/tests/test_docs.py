"""Every key of a pack is documented, and nothing else."""

from plait.packs import reference


def page() -> str:
    return reference.PAGE.read_text(encoding="utf-8")


def test_every_shape_and_list_stands_in_the_docs():
    assert reference.named(page()) == {*reference.shapes(), "STEPS", "VOCABULARIES", "RETENTION"}


def test_every_key_stands_in_the_table_of_its_shape():
    for name, shape in reference.shapes().items():
        for key, field in shape.model_fields.items():
            assert field.description, f"{name}.{key} says nothing of itself"
            assert f"| `{field.alias or key}` |" in reference.made(name)
    assert reference.filled(page()) == page(), "run ./plait python src/plait/packs/reference.py"


def test_a_table_that_lags_behind_is_noticed():
    planted = page().replace("| `jurisdiction` | yes |", "| `country` | yes |", 1)
    assert planted != page()
    assert reference.filled(planted) != planted
    assert reference.filled(planted) == page()
