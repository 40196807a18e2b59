"""Who sits at the table on a day: an organisation that has not left, for which somebody works."""

from __future__ import annotations

import uuid
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from plait.partners.days import open_on
from plait.partners.models import Membership, Organisation


def at_the_table(circle: uuid.UUID, day: date) -> QuerySet[Organisation]:
    """Organisations with at least one open membership. Whether they agreed to be listed does not matter inside."""
    working = Membership.objects.filter(open_on(day), organisation_id=OuterRef("id"), circle_id=circle)
    return Organisation.objects.filter(Exists(working), circle_id=circle, left__isnull=True)


def working_for(row: Organisation, day: date) -> QuerySet[Membership]:
    """The open memberships of one organisation."""
    return Membership.objects.filter(open_on(day), circle_id=row.circle_id, organisation_id=row.id)


def sectors_at_the_table(circle: uuid.UUID, day: date) -> set[str]:
    """Every sector of every organisation that sits there."""
    return {sector for sectors in at_the_table(circle, day).values_list("sectors", flat=True) for sector in sectors}
