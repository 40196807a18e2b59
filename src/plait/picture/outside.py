"""What of the picture would leave: a risk's public text with its judgement; an assessment as the board agreed it.

Cause, event, consequence, who may be harmed, measures, why and all evidence stay inside.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from plait.kernel.release import public_form
from plait.partners.models import Organisation
from plait.picture import frozen
from plait.picture.models import Assessment, Risk


def term(vocabulary: str, key: str) -> dict[str, str]:
    return {"vocabulary": vocabulary, "key": key}


def _page(row: Any) -> str:
    return row.get_absolute_url()


@public_form("risk", model=Risk, label=_("Risk"), page=_page)
def risk_public(row: Risk) -> dict[str, Any] | None:
    """None while nothing was written for the public, or once it was withdrawn."""
    if row.withdrawn_on is not None or not row.public_text.strip():
        return None
    return {
        "title": row.title,
        "public_text": row.public_text,
        "lang": row.lang,
        "translations": dict(row.translations),
        "code": row.code,
        "family": term("risk_family", row.family),
        "likelihood": term("likelihood", row.likelihood),
        "impact": term("impact", row.impact),
        "confidence": term("confidence", row.confidence),
        "trend": term("trend", row.trend),
        "position": row.position,
    }


@public_form("assessment", model=Assessment, label=_("Risk picture"), page=_page)
def assessment_public(row: Assessment) -> dict[str, Any] | None:
    """From the agreed bytes alone, and only while they fit their hash. A risk is in the table if it had a public text then and has one now.

    Of one that was withdrawn since, the table says only that it was, and when: as the copy outside does from that day on.

    Dissent leaves in its words, without a person's name; with the organisation's, if that agreed to be listed.
    """
    if row.state != "agreed" or not frozen.fits(row):
        return None
    text = frozen.read(row)
    dissent = [p for p in text["positions"] if p["position"] == "dissent"]
    listed = set(
        Organisation.objects.filter(
            circle_id=row.circle_id, name__in=[p["organisation"] for p in dissent], listed__contains=["public"]
        ).values_list("name", flat=True)
    )
    told = [r for r in text["risks"] if r["public_text"].strip()]
    now = Risk.objects.filter(circle_id=row.circle_id, id__in=[r["id"] for r in told]).exclude(public_text="")
    since = {str(i): day for i, day in now.values_list("id", "withdrawn_on")}
    return {
        "title": text["title"],
        "public_text": text["summary"],
        "lang": text["lang"],
        "translations": text["translations"],
        "method": text["method"],
        "number": text["number"],
        "year": text["year"],
        "agreed_on": text["agreed_on"],
        "dissent": [
            {
                "words": p["words"],
                "lang": p["lang"],
                **({"organisation": p["organisation"]} if p["organisation"] in listed else {}),
            }
            for p in dissent
        ],
        "risks": [_line(r, since[r["id"]]) for r in told if r["id"] in since],
        "sha256": row.sha256,
    }


def _line(risk: dict[str, Any], withdrawn_on: date | None) -> dict[str, Any]:
    """A risk in the table of an agreed picture."""
    if withdrawn_on is not None:
        return {"record": risk["id"], "withdrawn_on": withdrawn_on.isoformat()}
    return {
        "record": risk["id"],
        "code": risk["code"],
        "title": risk["title"],
        "family": term("risk_family", risk["family"]["key"]),
        **{name: term(name, risk[name]["key"]) for name in frozen.SCALES},
    }
