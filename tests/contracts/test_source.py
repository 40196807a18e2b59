"""S5 and the house rules: what may not stand in the source at all, or in reviewed files only. Each rule is tried on planted offenders."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator

import pytest
from django.db import models
from ruamel.yaml import YAML

from plait.kernel.access.registry import GROUND, protected
from plait.kernel.models import Rows
from tests.contracts.rules import CLONE, RULES, Rule, files, read

BY_NAME = {rule.name: rule for rule in RULES}


def tried(rule: Rule, sample: str) -> list[tuple[int, str]]:
    """A sample is Python, or says its kind: `@html|...`."""
    kind = re.match(r"@(html|css|txt)\|", sample)
    return list(rule.find(f"src/plait/planted.{kind[1] if kind else 'py'}", sample[kind.end() :] if kind else sample))


@pytest.mark.parametrize("name", BY_NAME)
def test_the_house_keeps_the_rule(name: str) -> None:
    assert BY_NAME[name].offences() == []


@pytest.mark.parametrize("name", BY_NAME)
def test_the_rule_looks_at_something(name: str) -> None:
    assert len([path for path in files() if BY_NAME[name].applies(path)]) >= (2 if "css" in str(BY_NAME[name].where) else 20)


@pytest.mark.parametrize("name", BY_NAME)
def test_every_reviewed_file_has_a_reason_and_still_needs_it(name: str) -> None:
    assert all(len(reason) > 5 for reason in BY_NAME[name].reviewed.values())
    assert BY_NAME[name].stale() == []


@pytest.mark.parametrize(("name", "sample"), [(r.name, s) for r in RULES for s in r.planted])
def test_a_planted_offender_is_found(name: str, sample: str) -> None:
    assert tried(BY_NAME[name], sample) != []


@pytest.mark.parametrize(("name", "sample"), [(r.name, s) for r in RULES for s in r.innocent])
def test_the_innocent_are_left_alone(name: str, sample: str) -> None:
    assert tried(BY_NAME[name], sample) == []


# lazy loads raise -----------------------------------------------------------------------------------------------------------


def fetches_behind_ones_back(manager: models.Manager) -> bool:
    """Whether rows of this manager load foreign keys and deferred fields by themselves."""
    return manager.all()._fetch_mode is not models.FETCH_RAISE


def test_no_protected_or_ground_row_loads_anything_by_itself() -> None:
    from django.apps import apps

    watched = [
        *protected(),
        *(
            m
            for m in apps.get_models()
            if m._meta.db_table in GROUND and m._meta.db_table not in ("kernel_grant", "kernel_entry")
        ),
    ]
    assert len(watched) >= 18
    assert [m._meta.label for m in watched if fetches_behind_ones_back(m._default_manager)] == []
    assert [m._meta.label for m in protected() if len(m._meta.managers) != 1] == []


def test_a_planted_manager_that_loads_lazily_is_found() -> None:
    plain, ours = models.Manager(), Rows()
    plain.model = ours.model = protected()[0]
    assert fetches_behind_ones_back(plain)
    assert not fetches_behind_ones_back(ours)


def test_djangos_own_users_groups_and_permissions_are_named_by_no_table_of_ours() -> None:
    """Its app is installed because its middleware imports it: who may is said by seats and offices."""
    from django.apps import apps

    theirs = {m for m in apps.get_models(include_auto_created=True) if m._meta.app_label in ("auth", "contenttypes")}
    ours = [m for m in apps.get_models(include_auto_created=True) if m not in theirs]
    assert len(ours) > 25
    assert [
        f"{m._meta.label}.{f.name}"
        for m in ours
        for f in m._meta.local_fields + m._meta.local_many_to_many
        if f.related_model in theirs
    ] == []


# no town in the code --------------------------------------------------------------------------------------------------------


def folders() -> list[str]:
    return sorted(
        {
            path.rsplit("/", 1)[0]
            for path in files()
            if path.endswith("/partnership.yaml") and path.startswith(("demo/", "tests/towns/"))
        }
    )


def yaml(text: str) -> object:
    return YAML(typ="safe", pure=True).load(text)


def names_of_towns() -> set[str]:
    """Town, partnership, organisations, people (whole, and surnames that are no common word) and neighbourhoods of every folder."""
    found: set[str] = set()
    for folder in folders():
        head = yaml(read(f"{folder}/partnership.yaml"))
        assert isinstance(head, dict)
        found |= {head["name"], head["town"]}
        found |= {o["name"] for o in yaml(read(f"{folder}/organisations.yaml"))}  # type: ignore[union-attr]
        found |= {f["properties"]["name"] for f in json.loads(read(f"{folder}/places.geojson"))["features"]}
        for row in csv.DictReader(read(f"{folder}/people.csv").splitlines()):
            found.add(row["name"])
            surname = row["name"].split()[-1]
            if len(surname) >= 7 or "-" in surname:
                found.add(surname)
    return found


def texts_of(path: str) -> Iterator[tuple[str, str]]:
    """What of a file is searched: a pack's texts without its sources (which name documents); the whole of anything else."""
    if not path.startswith("packs/") or not path.endswith(".yaml"):
        yield path, read(path)
        return
    sources = {"sources", "source", "titles"}

    def walk(value: object, way: str) -> Iterator[tuple[str, str]]:
        if isinstance(value, dict):
            for key, inner in value.items():
                if key not in sources:
                    yield from walk(inner, f"{way}.{key}")
        elif isinstance(value, list):
            for n, inner in enumerate(value):
                yield from walk(inner, f"{way}[{n}]")
        elif isinstance(value, str):
            yield f"{path}{way}", value

    yield from walk(yaml(read(path)), "")


def named_in(text: str, names: set[str]) -> list[str]:
    """Names that stand there as words; an underscore or a hyphen ends a word too."""
    low = text.lower()
    return [n for n in sorted(names) if n.lower() in low and re.search(rf"(?<![^\W_]){re.escape(n)}(?![^\W_])", text, re.I)]


def searched() -> list[str]:
    return [p for p in files() if p.startswith(("src/", "packs/")) and "/tests/" not in p and not p.endswith(("LICENSE", ".txt"))]


def test_the_names_are_the_demos_own() -> None:
    names = names_of_towns()
    assert len(folders()) >= 2
    assert len(names) > 60


def test_no_town_organisation_or_person_stands_in_code_templates_or_packs() -> None:
    names = names_of_towns()
    assert len(searched()) > 150
    assert [f"{where}: {n}" for path in searched() for where, text in texts_of(path) for n in named_in(text, names)] == []


def test_a_planted_name_is_found() -> None:
    names = names_of_towns()
    town = yaml(read(f"{folders()[0]}/partnership.yaml"))["town"]  # type: ignore[index]
    for text in (
        f'title = _("Partners of {town}")',
        f'CLONE / "demo" / "{town.lower()}"',
        f"{town}_outline = 1",
        f"<p>{sorted(names)[3]}</p>",
    ):
        assert named_in(text, names) != [], text
    assert named_in("plutonium and sultan", {town}) == []


# numbers about people are in docs/guarantees, and compared in test_docs.py ------------------------------------------------------


def test_this_files_rules_are_the_ones_of_the_documentation() -> None:
    """docs/reference/assurance.md names S5 with this file."""
    assert "tests/contracts/test_source.py" in (CLONE / "docs/reference/assurance.md").read_text()
