"""`./plait method NAME FILE`: one of the field's methods on a file of JSON; prints JSON.

matrix      [{"likelihood", "impact"}] or {"pack": KEY or folder, "risks": [...]}: each with the pack's band
admiralty   ["B2", "F6"]: mean reliability and credibility, with how many are unknown
yardstick   [45, 52]: each number's word, or the two between which it lies
consistency {"old", "new": checkpoints, "key": the log's, "proof": hashes in base64}: whether the new log begins with the old one
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from plait.launch import Stop
from plait.methods import admiralty, checkpoint, matrix, merkle, yardstick

PACKS = Path(__file__).resolve().parents[3] / "packs"
USUAL = "generic-msc"


def _table(pack: str) -> Mapping[str, Mapping[str, str]]:
    folder = Path(pack) if (Path(pack) / "matrix.yaml").is_file() else PACKS / pack
    try:
        rows = YAML(typ="safe", pure=True).load((folder / "matrix.yaml").read_text(encoding="utf-8"))["rows"]
    except OSError:
        raise Stop(2, f"There is no pack {pack}: write the key of a pack that is shipped, or its folder.") from None
    return {str(a): {str(b): str(v) for b, v in line.items()} for a, line in rows.items()}


def _matrix(given: Any) -> Any:
    if isinstance(given, list):
        given = {"risks": given}
    table = _table(str(given.get("pack", USUAL)))
    made = []
    for n, risk in enumerate(given["risks"], 1):
        likelihood, impact = str(risk["likelihood"]), str(risk["impact"])
        try:
            made.append({**risk, "band": matrix.band(table, likelihood, impact)})
        except KeyError:
            known = f"likelihood one of {', '.join(table)}; impact one of {', '.join(next(iter(table.values())))}"
            raise Stop(4, f"Item {n}: {likelihood} and {impact} are not in the table. Write {known}.") from None
    return made


def _mean(mean: admiralty.Mean) -> dict[str, Any]:
    return {"mean": mean.value, "unknown": mean.unknown}


def _admiralty(given: Any) -> Any:
    return {"reliability": _mean(admiralty.reliability(given)), "credibility": _mean(admiralty.credibility(given))}


def _yardstick(given: Any) -> Any:
    made = []
    for number in given:
        found, (below, above) = yardstick.band_of(number), yardstick.beside(number)
        made.append({"per_cent": number, "word": found.word if found else None, "between": [b.word for b in (below, above) if b]})
    return made


def _consistency(given: Any) -> Any:
    key = checkpoint.parse_key(given["key"])
    old, new = (checkpoint.open_checkpoint(given[which], key).checkpoint for which in ("old", "new"))
    proof = [base64.b64decode(p, validate=True) for p in given["proof"]]
    return {
        "log": key.name,
        "old": old.size,
        "new": new.size,
        "consistent": merkle.verify_consistency(old.size, new.size, proof, old.root, new.root),
    }


METHODS: dict[str, Callable[[Any], Any]] = {
    "admiralty": _admiralty,
    "matrix": _matrix,
    "yardstick": _yardstick,
    "consistency": _consistency,
}


def run(name: str, path: Path) -> str:
    """The answer as JSON. Raises Stop with a sentence: 2 no such method or pack, 4 what is wrong in the file."""
    if name not in METHODS:
        raise Stop(2, f"There is no method {name}: write one of {', '.join(METHODS)}.")
    try:
        given = json.loads(Path(path).read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise Stop(4, f"{path}, line {error.lineno}: this is no JSON ({error.msg}).") from None
    try:
        return json.dumps(METHODS[name](given), ensure_ascii=False, indent=2)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Stop(4, f"{path}: this is not what {name} takes ({error}).") from None
