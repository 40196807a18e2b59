"""The profile as JSON, for other programs. The shape is a promise: `docs/reference` describes it."""

from __future__ import annotations

import json
from typing import Any

from plait.reports.profile import Profile, Sentence


def as_dict(profile: Profile) -> dict[str, Any]:
    return {
        "title": profile.title,
        "version": profile.version,
        "date": profile.date.isoformat(),
        **({"entered": profile.entered.isoformat()} if profile.entered else {}),
        "sections": [
            {"key": section.key, "title": section.title, "sentences": [_sentence(each) for each in section.sentences]}
            for section in profile.sections
        ],
    }


def _sentence(sentence: Sentence) -> dict[str, Any]:
    records = [{"kind": ref.kind, "id": str(ref.id)} for ref in sentence.records]
    return {"text": sentence.text, "lang": sentence.lang, "records": records}


def render(profile: Profile) -> bytes:
    return (json.dumps(as_dict(profile), ensure_ascii=False, indent=2) + "\n").encode()
