"""The release desk: a copy into a wider audience is prepared by one person, shown to a second as exactly what leaves, released by that one.

A room registers for each kind of record what would leave: `@public_form("risk", model=Risk)`. The bytes that the second person sees
are the bytes released: the database compares their hash, and the action compares them with the records as they stand now.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connections
from django.utils.translation import gettext_lazy as _

from plait.kernel.acting import Asker, action
from plait.kernel.errors import Invalid, NotFound, Refused
from plait.kernel.founding import the_partnership
from plait.kernel.models.base import Protected
from plait.kernel.models.ground import Publication, Published, Release

Form = Callable[[Any], dict[str, Any] | None]


@dataclass(frozen=True)
class Kind:
    """One kind of record that may leave: its model, what leaves of a row, and how rows are fetched for that."""

    key: str
    model: type[Protected]
    label: Any
    form: Form
    rows: Callable[[], Any]
    page: Callable[[Any], str]


KINDS: dict[str, Kind] = {}


class PublicCount(dict):
    """A number of people, answers or cases as the public may see it: under five is hidden, and zero with it."""

    def __init__(self, n: int):
        super().__init__({"count": n} if n >= 5 else {"under": 5})


def public_form(
    key: str, *, model: type[Protected], label: Any, page: Callable[[Any], str], rows: Callable[[], Any] | None = None
) -> Callable[[Form], Form]:
    """Register what would leave of a record: a dict of texts, lists, vocabulary keys, dates as ISO text; None when it may not leave now."""

    def wrap(form: Form) -> Form:
        KINDS[key] = Kind(key, model, label, form, rows or (lambda: model.objects.all()), page)
        return form

    return wrap


def item(kind: str, row: Any) -> dict[str, Any] | None:
    """What of this row would leave, or None."""
    payload = KINDS[kind].form(row)
    if payload is None or getattr(row, "withdrawn_on", None) is not None:
        return None
    return {"kind": kind, "id": str(row.id), "lang": getattr(row, "lang", "en"), "payload": payload}


def body(items: Iterable[dict[str, Any]]) -> str:
    """The bytes of a release: canonical JSON, sorted by kind and id."""
    return json.dumps(
        {"items": sorted(items, key=lambda i: (i["kind"], i["id"]))}, ensure_ascii=False, sort_keys=True, indent=1, default=_plain
    )


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    return str(value)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def gather(
    circle: uuid.UUID, wanted: Iterable[tuple[str, uuid.UUID]]
) -> tuple[list[dict[str, Any]], list[tuple[str, uuid.UUID]]]:
    """Items for the wanted records of one circle, and those that may not leave or are not there."""
    by_kind: dict[str, set[uuid.UUID]] = {}
    for kind, record in wanted:
        if kind not in KINDS:
            raise Invalid({"": [_("This kind of record cannot be released.")]})
        by_kind.setdefault(kind, set()).add(record)
    items, missing = [], []
    for kind, ids in by_kind.items():
        found = {row.id: row for row in KINDS[kind].rows().filter(circle_id=circle, id__in=list(ids))}
        for record in ids:
            made = item(kind, found[record]) if record in found else None
            if made is None:
                missing.append((kind, record))
            else:
                items.append(made)
    return items, missing


def current(target: uuid.UUID) -> dict[tuple[str, uuid.UUID], Published]:
    """The copies that stand in an audience now."""
    return {(p.kind, p.record_id): p for p in Published.objects.filter(circle_id=target, until__isnull=True)}


@dataclass(frozen=True)
class Candidate:
    """A record that may leave: its title, what would leave, and how that compares with the copy outside."""

    kind: str
    id: uuid.UUID
    title: str
    payload: dict[str, Any]
    state: str  # new | changed | same
    on_desk: bool


def candidates(asker: Asker, circle: uuid.UUID, target: uuid.UUID) -> list[Candidate]:
    """Every record of a circle that may leave, new and changed ones first."""
    standing, found = current(target), []
    desk = {
        (i["kind"], i["id"])
        for body_ in Release.objects.filter(circle_id=circle, target_id=target, state="prepared").values_list("body", flat=True)
        for i in json.loads(body_)["items"]
    }
    for key, kind in KINDS.items():
        for row in kind.rows().filter(circle_id=circle):
            made = item(key, row)
            if made is None:
                continue
            copy = standing.get((key, row.id))
            made_payload = json.loads(json.dumps(made["payload"], default=_plain))
            state = "new" if copy is None else "same" if copy.payload == made_payload and copy.lang == made["lang"] else "changed"
            title = str(made["payload"].get("title", ""))
            found.append(Candidate(key, row.id, title, made_payload, state, (key, str(row.id)) in desk))
    return sorted(found, key=lambda c: ({"changed": 0, "new": 1, "same": 2}[c.state], list(KINDS).index(c.kind), c.title))


@action("release.prepare", right="release.prepare")
def prepare(
    asker: Asker, *, circle: uuid.UUID, target: uuid.UUID, title: str, why: str = "", records: Iterable[tuple[str, uuid.UUID]]
) -> uuid.UUID:
    """Put exact copies of records on the desk. Raises Refused (not a steward of the source), Invalid."""
    items, missing = gather(circle, records)
    if not title.strip():
        raise Invalid({"title": [_("Say in a few words what this release is.")]})
    if missing:
        raise Invalid({"records": [_("Some of what you chose may not leave now. Take it out and try again.")]})
    if not items:
        raise Invalid({"records": [_("Choose at least one record.")]})
    with connections[asker.using].cursor() as cursor:
        cursor.execute(
            "select plait.prepare_release(%s, %s, %s, %s, %s)", [circle, target, title.strip(), why.strip(), body(items)]
        )
        return cursor.fetchone()[0]


def still_true(release: Release) -> bool:
    """Whether every record on the desk still reads as it did when it was prepared."""
    wanted = [(i["kind"], uuid.UUID(i["id"])) for i in json.loads(release.body)["items"]]
    items, missing = gather(release.circle_id, wanted)
    return not missing and body(items) == release.body


@action("release.release", right="release.approve")
def release_now(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, seen: str, on: date | None = None) -> Publication:
    """The second person lets out exactly the bytes that were shown (`seen` is their hash). Raises NotFound, Refused.

    `on`: the earlier day on which it took place, by the records of a folder that is being loaded. The database takes it from nobody else, and
    keeps beside it when it was entered.
    """
    row = Release.objects.filter(circle_id=circle, id=id).first()
    if row is None:
        raise NotFound
    if row.state != "prepared":
        raise Refused(_("This release was decided already."))
    if row.prepared_by_id == asker.id:
        raise Refused(_("You prepared this release. A second person must decide it."))
    if row.sha256 != seen or not still_true(row):
        raise Refused(
            _("A record changed after this release was prepared. Send it back; it can be prepared again as it stands now.")
        )
    with connections[asker.using].cursor() as cursor:
        cursor.execute("select plait.release(%s, %s, %s)", [id, seen, on])
        publication = cursor.fetchone()[0]
    return Publication.objects.get(id=publication)


@action("release.send_back", right="release.approve")
def send_back(asker: Asker, *, id: uuid.UUID, circle: uuid.UUID, words: str) -> None:
    """The second person declines, with a reason."""
    row = Release.objects.filter(circle_id=circle, id=id).first()
    if row is None:
        raise NotFound
    if row.state != "prepared":
        raise Refused(_("This release was decided already."))
    if not words.strip():
        raise Invalid({"words": [_("Say what should change. The person who prepared it reads this.")]})
    with connections[asker.using].cursor() as cursor:
        cursor.execute("select plait.send_back(%s, %s)", [id, words.strip()])


@action("release.withdraw")
def withdraw(asker: Asker, *, kind: str, record: uuid.UUID, target: uuid.UUID) -> int:
    """Take every copy of a record out of an audience, now: narrowing needs one person only. Raises Refused."""
    with connections[asker.using].cursor() as cursor:
        cursor.execute("select plait.withdraw(%s, %s, %s)", [kind, record, target])
        return cursor.fetchone()[0]


def target_circles(asker: Asker, circle: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """Audiences into which a copy may go: the public, and the partnership when the source is narrower."""
    p = the_partnership()
    return [(p.public_circle_id, "public")] + (
        [(p.partnership_circle_id, "partnership")] if circle != p.partnership_circle_id else []
    )


@dataclass(frozen=True)
class Outside:
    """How a record stands outside: not there, there as it reads now, there as it read before, or unable to leave."""

    kind: str
    id: uuid.UUID
    circle: uuid.UUID
    state: str  # "cannot" | "inside" | "same" | "changed"
    since: Any
    number: str
    on_desk: bool


def outside(asker: Asker, kind: str, row: Any) -> Outside:
    """Where a record stands towards the public, for its own page."""
    public = the_partnership().public_circle_id
    made = item(kind, row)
    copy = (
        Published.objects.select_related("publication")
        .filter(circle_id=public, kind=kind, record_id=row.id, until__isnull=True)
        .first()
    )
    desk = Release.objects.filter(circle_id=row.circle_id, state="prepared", body__contains=str(row.id)).exists()
    if copy is not None:
        same = (
            made is not None
            and copy.payload == json.loads(json.dumps(made["payload"], default=_plain))
            and copy.lang == made["lang"]
        )
        since = copy.publication.dated_on or copy.since
        return Outside(kind, row.id, row.circle_id, "same" if same else "changed", since, copy.publication.number, desk)
    return Outside(kind, row.id, row.circle_id, "cannot" if made is None else "inside", None, "", desk)


def page_of(kind: str, id: uuid.UUID) -> str:
    """The address of a record's own page, or "" when the asker sees no such record."""
    row = KINDS[kind].rows().filter(id=id).first()
    return KINDS[kind].page(row) if row is not None else ""
