"""The text of an assessment as bytes: what partners comment on, what the board agrees, what is hashed.

`draft` is the text as it stands now; its hash tells whether somebody read this very text. `agreed` adds the decision, with every
position in words, and those who were silent by name. Canonical JSON: keys sorted, no white space, UTF-8.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from plait.packs import Pack
from plait.packs.shape import Band
from plait.picture.models import Assessment, Position, Risk

FORMAT = "plait-assessment-1"
SCALES = ("likelihood", "impact", "confidence", "trend")
WORDS = ("cause", "event", "consequence", "harmed", "measures", "why")


def canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def band_of(pack: Pack, likelihood: str, impact: str) -> Band | None:
    """The band, looked up; None for words of another pack."""
    try:
        return pack.matrix_band(likelihood, impact)
    except KeyError:
        return None


def risk_text(risk: Risk, pack: Pack) -> dict[str, Any]:
    """One risk's judgement and words. No evidence: what of it is narrower must leave no trace here."""
    judged: dict[str, Any] = {
        name: {"key": getattr(risk, name), "label": pack.label(name, getattr(risk, name), risk.lang)} for name in SCALES
    }
    band = band_of(pack, risk.likelihood, risk.impact)
    return {
        "id": str(risk.id),
        "code": risk.code,
        "title": risk.title,
        "family": {"key": risk.family, "label": pack.label("risk_family", risk.family, risk.lang)},
        "themes": sorted(risk.themes),
        **judged,
        "band": {"key": band.key, "label": band.label.said(risk.lang)} if band else None,
        **{name: getattr(risk, name) for name in WORDS},
        "lead": risk.lead.name if risk.lead else "",
        "public_text": risk.public_text,
        "translations": risk.translations,
        "lang": risk.lang,
        "position": risk.position,
    }


def draft(row: Assessment, risks: Iterable[Risk], pack: Pack) -> dict[str, Any]:
    """The text as it stands now."""
    return {
        "format": FORMAT,
        "id": str(row.id),
        "year": row.year,
        "number": row.number,
        "title": row.title,
        "summary": row.public_text,
        "translations": row.translations,
        "method": row.method,
        "lang": row.lang,
        "pack": {"key": pack.key, "version": pack.version},
        "risks": [risk_text(risk, pack) for risk in risks],
    }


def agreed(
    text: dict[str, Any], *, on: date, note: str, positions: Iterable[Position], silent: Iterable[str], rule: str
) -> dict[str, Any]:
    """The text with the decision on it."""
    said = [
        {"name": p.name, "organisation": p.organisation, "position": p.position, "words": p.words, "lang": p.lang}
        for p in positions
    ]
    return {
        **text,
        "agreed_on": on.isoformat(),
        "note": note,
        "positions": sorted(said, key=lambda p: (p["name"], p["organisation"])),
        "silent": sorted(silent),
        "quorum": rule,
    }


def read(row: Assessment) -> dict[str, Any]:
    """The agreed text, parsed. Only of a row that has one."""
    return json.loads(row.frozen)


def fits(row: Assessment) -> bool:
    """Whether the stored text still has the stored hash."""
    return bool(row.frozen) and sha256(row.frozen) == row.sha256
