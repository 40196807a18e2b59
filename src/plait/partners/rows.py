"""Rows as pages and public copies need them: what they show comes with them, in one query."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from plait.kernel.models import Office
from plait.packs import current
from plait.partners.days import open_on, today
from plait.partners.models import About, Gap, Group, GroupMember, Membership, Organisation


class PlaitNow(Func):
    """The one clock, in SQL."""

    template = "(select plait.now())"
    output_field = DateTimeField()


def abouts() -> QuerySet[About]:
    return About.objects.all()


def organisations() -> QuerySet[Organisation]:
    return Organisation.objects.all()


def groups() -> QuerySet[Group]:
    """With `chair_offices` (keys of the offices that its chair holds now) and `organisations` (how many that agreed to be listed sit in it)."""
    day = today()
    now = PlaitNow()
    offices = Office.objects.filter(
        account_id=OuterRef("chair__account_id"), circle_id=OuterRef("circle_id"), starts__lte=now, ends__gt=now
    )
    sitting = GroupMember.objects.filter(open_on(day), group_id=OuterRef(OuterRef("id"))).values("person_id")
    working = (
        Membership.objects.filter(Q(person_id__in=sitting) | Q(person_id=OuterRef("chair_id")), open_on(day))
        .filter(organisation__left__isnull=True, organisation__listed__contains=["public"])
        .order_by()
        .values("circle_id")
        .annotate(n=Count("organisation_id", distinct=True))
        .values("n")
    )
    return Group.objects.select_related("chair").annotate(
        chair_offices=Coalesce(ArraySubquery(offices.values("key")), Value([], output_field=ArrayField(CharField()))),
        organisations=Coalesce(Subquery(working, output_field=IntegerField()), 0),
    )


def gaps() -> QuerySet[Gap]:
    """With `seated`: whether an organisation of a sector that fills the place sits at the table now."""
    day = today()
    working = Membership.objects.filter(open_on(day), organisation_id=OuterRef("id"))
    places = [
        When(
            stakeholder=each.key,
            then=Exists(
                Organisation.objects.filter(
                    Exists(working), circle_id=OuterRef("circle_id"), left__isnull=True, sectors__overlap=list(each.sectors)
                )
            ),
        )
        for each in current().stakeholders
    ]
    return Gap.objects.select_related("lead").annotate(seated=Case(*places, default=Value(False), output_field=BooleanField()))


def closed(row: Any) -> bool:
    """Whether the kind meanwhile has a seat; where more of the kind are wanted, one seat closes nothing."""
    return row.seated and not row.widen
