"""Who sees what, asked of the database."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from plait.kernel.acting import Asker, role
from plait.kernel.founding import the_partnership
from plait.kernel.models.base import Protected
from plait.kernel.models.ground import Circle, Kind, Level, Seat


@dataclass(frozen=True)
class Audience:
    """Who a circle is: its kind, name, how many people sit in it now, of how many organisations."""

    circle_id: uuid.UUID
    kind: int
    name: str
    people: int
    organisations: int

    @property
    def tlp(self) -> str:
        return TLP[Kind(self.kind)]


TLP = {
    Kind.PUBLIC: "TLP:CLEAR",
    Kind.PARTNERSHIP: "TLP:GREEN",
    Kind.GROUP: "TLP:AMBER",
    Kind.ORGANISATION: "TLP:AMBER+STRICT",
    Kind.MATTER: "TLP:RED",
}


@dataclass(frozen=True)
class SeatInfo:
    """One way in which somebody sees a circle."""

    level: int
    starts: datetime
    ends: datetime
    source: str
    given_by: str
    reason: str
    through: str


def _rows(using: str, sql: str, *args: Any) -> list[tuple]:
    with connections[using].cursor() as cursor:
        cursor.execute(sql, args)
        return cursor.fetchall()


def partnership_circle() -> uuid.UUID:
    """Id of the one circle in which every partner sits."""
    return the_partnership().partnership_circle_id


def public_circle() -> uuid.UUID:
    """Id of the one circle that nobody needs a seat for."""
    return the_partnership().public_circle_id


def is_member(asker: Asker) -> bool:
    """Whether the asker holds an open seat in the partnership's circle."""
    return asker.id is not None and asker.kind == "account" and _rows(asker.using, "select plait.is_member()") == [(True,)]


def holds(asker: Asker, circle_id: uuid.UUID, level: int) -> bool:
    """Whether the asker sits in a circle at this level or a higher one, directly or through a small circle, and is not barred."""
    return _rows(asker.using, "select plait.holds(%s, %s)", circle_id, level) == [(True,)]


def may_write(asker: Asker) -> list[Circle]:
    """Small circles in which the asker is contributor or more: partnership first, then by name."""
    return list(Circle.objects.filter(id__in=RawSQL("select unnest(plait.my_writable())", ())).order_by("kind", "name", "id"))


def circle_of(asker: Asker, circle_id: uuid.UUID) -> Circle | None:
    """The circle, if the asker is in it."""
    return Circle.objects.filter(id=circle_id).first()


def in_circle[M: models.Model](rows: models.QuerySet[M], circle_id: uuid.UUID) -> models.QuerySet[M]:
    """Rows of one circle with the seat probed first, so that hidden and absent take the same way and time."""
    probe = "select s.circle_id from kernel_seat s where s.circle_id = %s union all select c.id from kernel_circle c where c.id = %s and c.kind = 0 limit 1"
    return rows.filter(circle_id=RawSQL(f"({probe})", (circle_id, circle_id)))


def audience(asker: Asker, circle_id: uuid.UUID) -> Audience | None:
    """Who sees this circle, in numbers of seats; None when the asker does not."""
    circle = circle_of(asker, circle_id)
    if circle is None:
        return None
    if circle.kind == Kind.PUBLIC:
        return Audience(circle.id, circle.kind, circle.name, 0, 0)
    people, organisations = _rows(role.get(), "select people, organisations from plait.audience(%s)", circle_id)[0]
    return Audience(circle.id, circle.kind, circle.name, people or 0, organisations or 0)


def why(asker: Asker, circle_id: uuid.UUID) -> list[SeatInfo]:
    """Why can I see this: the asker's own open seats in the circle, direct or through a small circle, strongest first."""
    seats = (
        Seat.objects.filter(circle_id=circle_id)
        .filter(Q(account_id=asker.id) | Q(via__isnull=False))
        .select_related("given_by", "via")
        .order_by("-level", "starts")
    )
    return [
        SeatInfo(
            s.level,
            s.starts,
            s.ends,
            s.source,
            s.given_by.name if s.given_by else "",
            s.reason,
            s.via.name if s.via_id and s.via else "",
        )
        for s in seats
    ]


def who(asker: Asker, circle_id: uuid.UUID) -> list[tuple[uuid.UUID, str, int, str]]:
    """Who else can see it: account, name, level, through which circle. Empty unless the asker is a steward there."""
    return [
        (a, n, lv, vn or "")
        for a, n, lv, _via, vn in _rows(asker.using, "select account, name, level, via, via_name from plait.who(%s)", circle_id)
    ]


def stewards(asker: Asker, circle_id: uuid.UUID) -> list[str]:
    """Names of those who can say who sees a circle in which the asker sits."""
    return [n for _a, n in _rows(asker.using, "select account, name from plait.stewards(%s)", circle_id)]


LEVELS = {Level.READER: _("reads"), Level.CONTRIBUTOR: _("reads and writes"), Level.STEWARD: _("steward: decides who sees it")}


def my_circles(asker: Asker) -> list[Circle]:
    """Every circle but the public one in which the asker sits, partnership first."""
    return list(Circle.objects.exclude(kind=Kind.PUBLIC).order_by("kind", "name", "id"))


SOME = 1000
"""A count goes up to here, unless the exact figure is asked for."""


@dataclass(frozen=True)
class Matters[M: Protected]:
    """A page of records of which each has a circle of its own, newest circle first.

    `count`: how many matters the asker sits in, at most SOME + 1 unless the exact figure was asked for; None when none was.
    `after`: where the next page begins; None on the last.
    """

    rows: list[M]
    count: int | None
    after: tuple[datetime, uuid.UUID] | None

    @property
    def many(self) -> bool:
        return self.count is not None and self.count > SOME


SEATS = SOME + SOME // 10
"""Seats that are read for a count up to SOME: a matter may be held in several ways, so of so many seats there may be fewer matters."""
COUNTS = {
    "": "null::bigint[]",
    "some": f"(select array[count(distinct circle_id), count(*)] from (select circle_id from kernel_seat where kind = 4 limit {SEATS}) s)",
    "all": "(select array[count(distinct circle_id), 0] from kernel_seat where kind = 4)",
}
NEWEST = """select distinct on (q.sort_at, q.circle_id) q.sort_at, q.circle_id from unnest((select plait.my_holders())) h cross join lateral (
    select distinct on (s.sort_at, s.circle_id) s.sort_at, s.circle_id from kernel_seat s{join} where s.holder = h and s.kind = 4{after}
    order by s.sort_at desc, s.circle_id desc limit {size}) q order by q.sort_at desc, q.circle_id desc limit {size}"""


def matters[M: Protected](
    asker: Asker, model: type[M], *, size: int = 25, after: tuple[datetime, uuid.UUID] | None = None, count: str = ""
) -> Matters[M]:
    """Records of a table whose rows each have a matter of their own, newest matter first, driven by the asker's seats.

    The newest few circles of each holder (oneself, and the small circles one sits in) are merged; what the asker may not see is never
    looked at, and the cost does not grow with the table. A plain list under the same policy walks every row for whoever sees little.
    `count`: "" none, "some" up to a thousand, "all" the exact figure: of the matters the asker sits in, whatever table they belong to.
    """
    table = model._meta.db_table
    columns = ", ".join(f"m.{f.column}" for f in model._meta.local_concrete_fields)
    keyset = " and (s.sort_at, s.circle_id) < (%s, %s)" if after else ""
    given = [*after] if after else []
    for join in ("", f" join {table} m on m.circle_id = s.circle_id"):
        newest = NEWEST.format(join=join, after=keyset, size=int(size))
        sql = f"""with v as materialized ({newest}) select {COUNTS[count]} counted, (select count(*) from v) driven, p.* from (select 1) one left join (
            select v.sort_at, {columns} from v join {table} m on m.circle_id = v.circle_id) p on true order by p.sort_at desc, p.circle_id desc"""
        found: list[Any] = list(model.objects.using(asker.using).raw(sql, given))
        rows = [row for row in found if row.pk is not None]
        if len(rows) == size or found[0].driven < size:
            break  # else some of these circles are matters of another kind: the table takes part in the choice
    last = (rows[-1].sort_at, rows[-1].circle_id) if len(rows) == size else None
    if count == "":
        return Matters(rows, None, last)
    matters_of, seats = found[0].counted
    if seats == SEATS and matters_of <= SOME:  # seldom; as a part of the first statement it would cost everybody its planning
        matters_of = _rows(asker.using, "select count(distinct circle_id) from kernel_seat where kind = 4")[0][0]
    return Matters(rows, min(matters_of, SOME + 1) if count == "some" else matters_of, last)
