"""The pack in use: found by its key, kept while its files are the same."""

import logging
import os
from pathlib import Path

import pytest

from plait.packs import PackError, available, find, loading
from plait.packs.tests.folders import TINY, change, copied


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    monkeypatch.setattr(loading, "_kept", {})
    monkeypatch.setattr(loading, "LOOK_AGAIN_AFTER", 0.0)


def later(folder: Path, file: str) -> None:
    """As if the file had been saved a moment later."""
    at = (folder / file).stat().st_mtime_ns + 1_000_000
    os.utime(folder / file, ns=(at, at))


def test_shipped_packs_are_found_and_others_through_the_environment(monkeypatch):
    monkeypatch.delenv("PLAIT_PACKS", raising=False)
    assert set(available()) == {"uk-prevent", "generic-msc"}
    monkeypatch.setenv("PLAIT_PACKS", os.pathsep.join(["/nowhere", str(TINY.parent)]))
    assert find("tiny") == TINY


def test_a_shipped_pack_cannot_be_replaced_from_elsewhere(monkeypatch, tmp_path):
    copied(tmp_path, "uk-prevent")
    monkeypatch.setenv("PLAIT_PACKS", str(tmp_path))
    assert find("uk-prevent").parent == loading.SHIPPED


def test_an_unknown_pack_names_those_there_are():
    with pytest.raises(PackError, match="there is no pack 'uk-prevnt'; did you mean uk-prevent"):
        find("uk-prevnt")


def test_the_same_files_give_the_same_pack_and_a_change_a_new_one(tmp_path):
    folder = copied(tmp_path)
    first = loading.kept(folder)
    assert loading.kept(folder) is first
    change(folder, "refuse.yaml", "Ni ne spionas", "Ni neniam spionas")
    later(folder, "refuse.yaml")
    second = loading.kept(folder)
    assert second.refusals[0].title.said("eo") == "Ni neniam spionas"
    assert second.fingerprint != first.fingerprint


def test_the_disk_is_not_asked_at_every_question(tmp_path, monkeypatch):
    folder = copied(tmp_path)
    monkeypatch.setattr(loading, "LOOK_AGAIN_AFTER", 60.0)
    first = loading.kept(folder)
    change(folder, "refuse.yaml", "Ni ne spionas", "Ni neniam spionas")
    later(folder, "refuse.yaml")
    assert loading.kept(folder) is first


def test_a_pack_broken_while_the_house_is_open_leaves_the_good_words_and_says_so(tmp_path, caplog):
    folder = copied(tmp_path)
    first = loading.kept(folder)
    change(folder, "refuse.yaml", "title:", "titel:")
    later(folder, "refuse.yaml")
    with caplog.at_level(logging.ERROR):
        assert loading.kept(folder) is first
        assert loading.kept(folder) is first
    assert len(caplog.records) == 1
    assert "'titel' is no key here; did you mean title?" in caplog.text


def test_a_pack_broken_from_the_start_is_refused(tmp_path):
    folder = copied(tmp_path)
    change(folder, "refuse.yaml", "title:", "titel:")
    with pytest.raises(PackError):
        loading.kept(folder)


def test_the_partnership_says_which_pack_is_in_use(monkeypatch):
    from plait.kernel import founding

    monkeypatch.setattr(founding, "pack_key", lambda: "generic-msc")
    assert loading.current().key == "generic-msc"
