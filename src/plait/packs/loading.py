"""Finds and loads packs, and keeps the one in use."""

import logging
import os
import threading
import time
from pathlib import Path

from plait.packs.check import read_pack
from plait.packs.problems import PackError, one_of
from plait.packs.shape import FILES, Pack

_log = logging.getLogger(__name__)

SHIPPED = Path(__file__).resolve().parents[3] / "packs"
LOOK_AGAIN_AFTER = 1.0
"""Seconds during which `current` does not ask the disk whether a file has changed."""


def folders() -> list[Path]:
    """Where packs are looked for: beside the code, and in the folders of PLAIT_PACKS."""
    more = [Path(each) for each in os.environ.get("PLAIT_PACKS", "").split(os.pathsep) if each]
    return [SHIPPED, *more]


def available() -> dict[str, Path]:
    """The packs that can be named: key to folder. A shipped one cannot be replaced by another folder's."""
    found: dict[str, Path] = {}
    for folder in folders():
        if folder.is_dir():
            for each in sorted(folder.iterdir()):
                if (each / "pack.yaml").is_file():
                    found.setdefault(each.name, each)
    return found


def find(key: str) -> Path:
    """The folder of a pack. Raises PackError that names those there are."""
    known = available()
    if key not in known:
        raise PackError([f"there is no pack {key!r}; {one_of(known, key)}"])
    return known[key]


def load(folder: Path | str) -> Pack:
    """The pack of a folder. Raises PackError with all that is wrong with it."""
    parts, errors, fingerprint = read_pack(Path(folder))
    if errors:
        raise PackError(errors)
    return Pack.model_construct(
        about_pack=parts["pack.yaml"],
        vocabularies=parts["vocabularies.yaml"].vocabularies,  # type: ignore[attr-defined]
        grading=parts["grading.yaml"],
        offices=parts["offices.yaml"].offices,  # type: ignore[attr-defined]
        rights=parts["rights.yaml"].rights,  # type: ignore[attr-defined]
        stakeholders=parts["stakeholders.yaml"].stakeholders,  # type: ignore[attr-defined]
        assessment=parts["assessment.yaml"],
        matrix=parts["matrix.yaml"],
        retention=parts["retention.yaml"].classes,  # type: ignore[attr-defined]
        days=parts["calendar.yaml"],
        help=parts["help.yaml"],
        complaints=parts["complaints.yaml"].routes,  # type: ignore[attr-defined]
        refusals=parts["refuse.yaml"].refusals,  # type: ignore[attr-defined]
        profile=parts["profile.yaml"],
        fingerprint=fingerprint,
    )


# The pack in use

_kept: dict[Path, tuple[tuple[int, ...], float, Pack]] = {}
_loading = threading.Lock()


def current() -> Pack:
    """The pack of this partnership; loaded again when one of its files has changed."""
    from plait.kernel.founding import pack_key

    return kept(find(pack_key()))


def kept(folder: Path) -> Pack:
    """The pack of a folder, from memory while its files are the same."""
    now = time.monotonic()
    known = _kept.get(folder)
    if known and now - known[1] < LOOK_AGAIN_AFTER:
        return known[2]
    with _loading:
        stamps = tuple((folder / name).stat().st_mtime_ns if (folder / name).exists() else 0 for name in FILES)
        known = _kept.get(folder)
        if known and known[0] == stamps:
            pack = known[2]
        else:
            try:
                pack = load(folder)
            except PackError as error:
                if known is None:
                    raise
                # Somebody is editing it while the house is open: go on with the words that were good.
                _log.error("The pack was changed and cannot be used; going on with the one before.\n%s", error)
                pack = known[2]
        _kept[folder] = (stamps, now, pack)
    return pack
