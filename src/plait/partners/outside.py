"""What of this room would leave. Never a person's name, a lead, terms of reference, or a body that did not agree."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from plait.kernel.models import Partnership
from plait.kernel.release import public_form
from plait.packs import current
from plait.partners import policies, rows
from plait.partners.models import About, Gap, Group, Organisation


def term(vocabulary: str, key: str) -> dict[str, str] | None:
    """A word of the pack, said in the reader's language when it is read."""
    return {"vocabulary": vocabulary, "key": key} if key else None


def _text(row: Any, title: str) -> dict[str, Any]:
    return {"title": title, "public_text": row.public_text, "lang": row.lang, "translations": dict(row.translations)}


def _page(row: Any) -> str:
    return row.get_absolute_url()


@public_form("partnership", model=About, label=_("What the partnership says of itself"), page=_page, rows=rows.abouts)
def partnership_public(row: About) -> dict[str, Any]:
    """Who it is, who coordinates, who pays, and how to reach it: an office's address, not a person's."""
    here = Partnership.objects.only("name", "town").get()
    contact = {name: getattr(row, f"contact_{name}") for name in ("name", "address", "email", "phone", "web")}
    return {
        **_text(row, here.name),
        "name": here.name,
        "town": here.town,
        "coordinating": row.coordinating,
        "focus": row.focus.split("\n") if row.focus else [],
        "funder": row.funder,
        "funded_by": row.programme,
        "disclaimer": row.disclaimer,
        "contact": {name: said for name, said in contact.items() if said},
    }


@public_form("organisation", model=Organisation, label=_("Organisation"), page=_page, rows=rows.organisations)
def organisation_public(row: Organisation) -> dict[str, Any] | None:
    """Name, kind and what it does; None unless it agreed to be listed publicly, takes part, and is no sensitive site."""
    if not policies.organisation_may_be_public(listed=row.listed, sensitive=row.sensitive_site, left=row.left is not None):
        return None
    return {
        **_text(row, row.name),
        "sectors": [term("sector", key) for key in row.sectors],
        "type": term("organisation_type", row.kind),
        "duty": term("duty_status", row.duty),
        "role": row.public_text,
    }


@public_form("group", model=Group, label=_("Group"), page=_page, rows=rows.groups)
def group_public(row: Any) -> dict[str, Any] | None:
    """What a group is for. `chair` is an office, never a name; `members` counts organisations that agreed to be listed, never people.

    None once the group has ended. The row comes from `rows.groups`, which brings both.
    """
    if row.ends is not None:
        return None
    held = set(row.chair_offices)
    chair = next((office.key for office in current().offices if office.key in held), "") if held else ""
    return {
        **_text(row, row.name),
        "kind": term("group_kind", row.kind),
        "chair": term("office", chair),
        "members": row.organisations,
    }


@public_form("gap", model=Gap, label=_("Empty seat"), page=_page, rows=rows.gaps)
def gap_public(row: Gap) -> dict[str, Any] | None:
    """A kind of partner that is missed, why, and the next step; None once the kind has a seat, unless more are wanted."""
    if not policies.gap_may_be_public(closed=rows.closed(row), withdrawn=row.withdrawn_on is not None):
        return None
    return {
        **_text(row, current().vocabulary("stakeholder").label(row.stakeholder, row.lang)),
        "stakeholder": term("stakeholder", row.stakeholder),
        "next_step": row.next_step,
    }
