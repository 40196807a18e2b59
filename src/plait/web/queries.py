"""What needs me today, and what happened lately."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plait.exchange.models import Lesson
from plait.frame import due
from plait.frame.due import Due
from plait.kernel import access, log
from plait.kernel.acting import Asker
from plait.kernel.models import Publication, Release
from plait.partners.models import Gap, Group, Organisation
from plait.picture.models import Assessment, Evidence, Risk
from plait.programme.models import Priority


def needs(asker: Asker, rights: set[str]) -> dict[str, list[Due]]:
    """What needs the asker: today, this week, and what waits for others; what has a day first, in the order of days."""
    found: dict[str, list[Due]] = {"today": [], "week": [], "others": []}
    until = asker.now.date() + timedelta(days=366)
    for each in sorted(due.of(asker, rights, until), key=lambda d: (d.day is None, d.day or until)):
        if each.group in found:
            found[each.group].append(each)
    return found


@dataclass(frozen=True)
class Figure:
    number: Any
    label: str
    url: str
    why: str = ""
    of: Any = None


def glance(asker: Asker) -> list[Figure]:
    """The partnership in a few numbers, each a link to what it counts. No number is about a person."""
    from plait.partners.queries import coverage

    found = []
    agreed = Assessment.objects.filter(state="agreed").order_by("-agreed_on").first()
    risks = list(Risk.objects.filter(withdrawn_on__isnull=True).values_list("trend", flat=True))
    rising = sum(t == "rising" for t in risks)
    found.append(
        Figure(
            len(risks),
            ngettext("risk in the picture", "risks in the picture", len(risks)),
            reverse("picture:risks"),
            ngettext("%(n)d is rising", "%(n)d are rising", rising) % {"n": rising} if rising else "",
        )
    )
    seen = coverage(asker)
    found.append(Figure(seen.at_table, _("recommended kinds of partner take part"), reverse("partners:coverage"), "", seen.total))
    late = Priority.objects.filter(
        due__lt=asker.now.date(), state__in=["planned", "under_way"], withdrawn_on__isnull=True
    ).count()
    going = Priority.objects.filter(state__in=["planned", "under_way"], withdrawn_on__isnull=True).count()
    found.append(
        Figure(
            going,
            ngettext("priority under way or planned", "priorities under way or planned", going),
            reverse("programme:priorities"),
            ngettext("%(n)d is late", "%(n)d are late", late) % {"n": late} if late else "",
        )
    )
    published = Publication.objects.filter(circle_id=access.public_circle()).order_by("-released_at").first()
    if published:
        found.append(Figure(published.number, _("is the newest public version"), reverse("public:profile"), published.title))
    if agreed:
        found.append(
            Figure(
                agreed.version_name,
                _("is the newest picture that the board agreed"),
                reverse("picture:assessment", args=[agreed.circle_id, agreed.id]),
                "",
            )
        )
    return found


TABLES = {
    "picture_risk": ("picture:risk", Risk), "picture_evidence": ("picture:evidence", Evidence), "picture_assessment": ("picture:assessment", Assessment),
    "programme_priority": ("programme:priority", Priority), "exchange_lesson": ("exchange:lesson", Lesson),
    "partners_organisation": ("partners:organisation", Organisation), "partners_group": ("partners:group", Group), "partners_gap": ("partners:gap", Gap),
    "kernel_release": ("web:release", Release),
}  # fmt: skip


@dataclass(frozen=True)
class Event:
    when: Any
    who: str
    verb: str
    title: str
    url: str
    main: bool
    lang: str = ""


def lately(asker: Asker, limit: int = 12) -> list[Event]:
    """What happened in the partnership's circle, newest first; one line for each record and day."""
    circle = access.partnership_circle()
    entries = [e for e in log.recent(asker, circle, 300) if e.table in TABLES]
    wanted: dict[str, set[Any]] = {}
    for e in entries:
        wanted.setdefault(e.table, set()).add(e.row_id)
    titles = {
        (table, row.id): (str(getattr(row, "title", row)), str(getattr(row, "lang", "")))
        for table, ids in wanted.items()
        for row in TABLES[table][1].objects.filter(id__in=ids)
    }
    made, seen = [], set()
    for e in entries:
        key = (e.table, e.row_id, e.at.date())
        if key in seen or (e.table, e.row_id) not in titles:
            continue
        seen.add(key)
        title, lang = titles[e.table, e.row_id]
        url = reverse(TABLES[e.table][0], args=[circle, e.row_id])
        decided = e.verb in ("picture.agree_assessment", "release.release")
        made.append(Event(e.at, e.name, e.verb, title, url, decided, lang))
        if len(made) == limit:
            break
    return made


@functools.cache
def _migrations() -> frozenset[tuple[str, str]]:
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    return frozenset(key for key in loader.disk_migrations if key[0] in loader.migrated_apps)


def schema_is_ours() -> bool:
    """Whether the database has exactly the migrations of this program."""
    from django.db.migrations.recorder import MigrationRecorder

    applied = set(MigrationRecorder.Migration.objects.values_list("app", "name"))
    known = {app for app, _name in _migrations()}
    return {key for key in applied if key[0] in known} == _migrations()
