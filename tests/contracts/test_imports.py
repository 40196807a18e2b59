"""Arrows between rooms: the contracts of pyproject.toml, tried on planted offenders; and what a web process does not load at its start."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CLONE = Path(__file__).resolve().parents[2]
SOURCE = CLONE / "src" / "plait"
LINT = Path(sys.executable).with_name("lint-imports")
HEAVY = ("typst", "docx", "xlsxwriter", "shapely", "numpy", "playwright", "hypothesis")
"""What makes files, draws or computes: imported inside the function that needs it, never at the start of a worker."""

PLANTED = {
    # file -> (what is written into it, the arrow that must be found)
    "kernel/planted.py": ("from plait.frame import lists", "plait.kernel.planted -> plait.frame"),
    "launch/planted.py": ("def later():\n    import django", "plait.launch.planted -> django"),
    "frame/planted.py": ("import plait.packs", "plait.frame.planted -> plait.packs"),
    "packs/planted.py": ("from plait.partners import models", "plait.packs.planted -> plait.partners"),
    "partners/planted.py": ("from plait.picture.models import Risk", "plait.partners.planted -> plait.picture"),
    "picture/planted.py": ("def later():\n    from plait.programme import models", "plait.picture.planted -> plait.programme"),
    "programme/planted.py": ("from plait.picture import models", "plait.programme.planted -> plait.picture"),
    "exchange/planted.py": ("from plait.reports import profile", "plait.exchange.planted -> plait.reports"),
    "public/planted.py": ("from plait.picture import models", "plait.public.planted -> plait.picture"),
    "reports/planted.py": ("from plait.web import views", "plait.reports.planted -> plait.web"),
    "web/planted.py": ("from plait.cli import app", "plait.web.planted -> plait.cli"),
    "methods/__init__.py": ("", ""),
    "methods/planted.py": ("import django.db", "plait.methods.planted -> django"),
}
NEW_ROOM = {"attic/__init__.py": ("", "plait.attic"), "attic/planted.py": ("x = 1", "")}


def lint(clone: Path) -> tuple[int, str]:
    """Run the contracts of a clone: exit code and what was said."""
    environment = {**os.environ, "PYTHONPATH": str(clone / "src"), "COLUMNS": "400"}
    done = subprocess.run(
        [str(LINT), "--no-cache", "--config", str(clone / "pyproject.toml")],
        cwd=clone,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The package's Python files and pyproject.toml in another place."""
    shutil.copytree(
        SOURCE,
        tmp_path / "src" / "plait",
        ignore=lambda folder, names: [n for n in names if not (Path(folder, n).is_dir() or n.endswith(".py"))],
    )
    shutil.copy(CLONE / "pyproject.toml", tmp_path)
    return tmp_path


def plant(clone: Path, offenders: dict[str, tuple[str, str]]) -> list[str]:
    """Write the offenders; give the arrows that must be found."""
    for name, (text, _arrow) in offenders.items():
        path = clone / "src" / "plait" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + "\n")
    return [arrow for _text, arrow in offenders.values() if arrow]


def test_every_contract_is_kept() -> None:
    code, said = lint(CLONE)
    assert code == 0, said
    assert " 0 broken." in said


@pytest.mark.parametrize("name", [n for n, (_text, arrow) in PLANTED.items() if arrow])
def test_a_planted_arrow_upwards_is_found(name: str, copied: Path) -> None:
    wanted = plant(copied, {n: e for n, e in PLANTED.items() if n == name or n.startswith(name.split("/")[0] + "/__init__")})
    code, said = lint(copied)
    assert code == 1
    assert [arrow for arrow in wanted if arrow not in said] == [], said


def test_a_new_room_without_a_place_is_found(copied: Path) -> None:
    wanted = plant(copied, NEW_ROOM)
    code, said = lint(copied)
    assert code == 1
    assert all(room in said or room.removeprefix("plait.") in said for room in wanted), said


def test_the_copy_itself_says_what_the_clone_says(copied: Path) -> None:
    """Else the planted offenders would prove nothing about the clone."""
    assert lint(copied)[0] == lint(CLONE)[0]


# what a worker loads -------------------------------------------------------------------------------------------------------


def loaded_by(module: str, *, path: Path | None = None) -> set[str]:
    """Top-level names of what a fresh process has loaded after setting Django up and importing `module`."""
    code = (
        f"import django; django.setup(); import {module}, sys; print(' '.join(sorted({{m.split('.')[0] for m in sys.modules}})))"
    )
    folders = os.pathsep.join(str(p) for p in (path, CLONE / "src") if p)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "plait.settings", "PYTHONPATH": folders}
    for name in ("PLAIT_OWNER", "PLAIT_DEMO"):
        environment.pop(name, None)
    done = subprocess.run([sys.executable, "-c", code], env=environment, cwd=CLONE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_a_web_process_loads_no_renderer_at_its_start() -> None:
    found = loaded_by("plait.web.urls")
    assert "django" in found
    assert found & set(HEAVY) == set()


def test_a_planted_renderer_is_seen(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text("import xlsxwriter\n")
    assert "xlsxwriter" in loaded_by("planted", path=tmp_path)
