"""Questions about the picture. Lists are pages of rows or of frozen lines; what the asker may not see is absent, without a trace."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from plait import packs
from plait.frame.lists import Ask, Column, Filter, Page, Spec, fetch, matching
from plait.frame.show import TLP
from plait.kernel import access, files
from plait.kernel.access.queries import TLP as LABELS
from plait.kernel.acting import Asker
from plait.kernel.errors import NotFound
from plait.kernel.models import Circle, DecisionRight, Kind, Office, Published
from plait.kernel.rights import holds_right, rights_of
from plait.partners.models import Membership, Organisation, Person
from plait.picture import frozen, policies, words
from plait.picture.models import Assessment, AssessmentComment, Evidence, EvidenceFile, Position, Risk, RiskEvidence

# ---- who asks ---------------------------------------------------------------------------------------------------


def level(asker: Asker, circle: uuid.UUID) -> int:
    """The asker's strongest seat in a circle, 0 for none."""
    return max((seat.level for seat in access.why(asker, circle)), default=0)


def organisation_of(asker: Asker, on: date) -> str:
    """For which organisation the asker works now, by the register; empty where it does not say."""
    names = Membership.objects.filter(Q(ends__isnull=True) | Q(ends__gte=on), person__account=asker.id, starts__lte=on).order_by(
        "starts", "id"
    )
    return names.values_list("organisation__name", flat=True).first() or ""


def circles(asker: Asker) -> dict[uuid.UUID, Circle]:
    return {c.id: c for c in access.my_circles(asker)}


def narrowest(rows: Iterable[Any], known: dict[uuid.UUID, Circle]) -> uuid.UUID:
    """The narrowest audience among the rows, for the label of a list; the partnership's for none."""
    found = [known[i] for i in {row.circle_id for row in rows} if i in known]
    return max(found, key=lambda c: TLP.index(LABELS[Kind(c.kind)])).id if found else access.partnership_circle()


# ---- evidence ---------------------------------------------------------------------------------------------------


def _months(today: date, back: int = 36) -> list[tuple[str, str]]:
    n = today.year * 12 + today.month - 1
    return [
        (f"{m // 12}-{m % 12 + 1:02}", date_format(date(m // 12, m % 12 + 1, 1), "YEAR_MONTH_FORMAT"))
        for m in range(n, n - back, -1)
    ]


def _first(month: str, later: int = 0) -> date:
    n = int(month[:4]) * 12 + int(month[5:]) - 1 + later
    return date(n // 12, n % 12 + 1, 1)


def evidence_spec(asker: Asker, known: dict[uuid.UUID, Circle]) -> Spec:
    """The list of evidence: what it can be searched, sorted and narrowed by. Never by its author; `mine` is the asker's own."""
    said, months, places = words.labels(), _months(words.today(asker)), words.places()
    named = words.place_names()
    reliability = [(k, f"{k} {v}") for k, v in said["admiralty_reliability"].items()]
    return Spec(
        "evidence",
        columns=[
            Column("title", _("Evidence"), order="title"),
            Column("happened_on", _("When"), order="-happened_on"),
            Column("place", _("Where"), order="place", value=lambda e: named.get(e.place, e.place)),
            Column("themes", _("Themes"), value=lambda e: [said["theme"].get(t, t) for t in e.themes]),
            Column("kind", _("Kind"), order="kind", value=lambda e: said["evidence_kind"].get(e.kind, e.kind)),
            Column("code", _("Grade"), order=("reliability", "credibility")),
            Column(
                "circle",
                _("Who may read it"),
                order=("circle__kind", "circle__name"),
                value=lambda e: known[e.circle_id].name if e.circle_id in known else "",
            ),
            Column("what", _("What was seen, heard or read")),
            Column("source", _("Source")),
        ],
        filters=[
            Filter("theme", _("Theme"), words.choices("theme"), where=lambda v: Q(themes__contains=[v])),
            Filter("place", _("Where"), places),
            Filter("kind", _("Kind"), words.choices("evidence_kind")),
            Filter("grade", _("Source"), reliability, field="reliability"),
            Filter("circle", _("Who may read it"), [(str(c.id), c.name) for c in known.values()] if len(known) > 1 else []),
            Filter("from", _("From"), months, where=lambda v: Q(happened_on__gte=_first(v))),
            Filter("to", _("To"), months, where=lambda v: Q(happened_on__lt=_first(v, 1))),
            Filter(
                "show",
                _("Show"),
                [("mine", _("what I wrote")), ("withdrawn", _("what was withdrawn"))],
                where=lambda v: Q(made_by_id=asker.id) if v == "mine" else Q(withdrawn_on__isnull=False),
            ),
        ],
        search=["title", "what", "source"],
        default_order=["-happened_on", "title"],
    )


def _evidence(known: Iterable[uuid.UUID], ask: Ask) -> QuerySet[Evidence]:
    rows = Evidence.objects.select_related("circle").filter(circle_id__in=list(known))
    return rows if ask.chosen.get("show") == "withdrawn" else rows.filter(withdrawn_on__isnull=True)


def evidence_page(known: dict[uuid.UUID, Circle], ask: Ask, spec: Spec) -> Page:
    return fetch(_evidence(known, ask), ask, spec)


def evidence_rows(known: dict[uuid.UUID, Circle], ask: Ask, spec: Spec) -> list[Evidence]:
    """Every row that matches, for an export."""
    return list(matching(_evidence(known, ask), ask, spec))


def evidence(asker: Asker, circle: uuid.UUID, id: uuid.UUID) -> Evidence:
    """One item. Raises NotFound, hidden and absent alike."""
    row = access.in_circle(Evidence.objects.select_related("circle", "made_by"), circle).filter(id=id).first()
    if row is None or not row.title:  # what was disposed of has no title any more
        raise NotFound
    return row


def count_files(row: Evidence) -> int:
    """How many files of an item stand on its page."""
    return EvidenceFile.objects.filter(circle_id=row.circle_id, evidence_id=row.id, file__removed_on__isnull=True).count()


def files_of(asker: Asker, row: Evidence) -> list[files.Named]:
    """The files of an item with their names, oldest first, removed ones last. Names are sealed: each is a look."""
    links = EvidenceFile.objects.select_related("file").filter(circle_id=row.circle_id, evidence_id=row.id)
    return sorted(files.named(asker, [link.file for link in links]), key=lambda f: (f.removed, f.made_at))


def file_link(asker: Asker, circle: uuid.UUID, evidence: uuid.UUID, file: uuid.UUID) -> EvidenceFile:
    """That this file belongs to this item. Raises NotFound, hidden and absent alike."""
    row = access.in_circle(EvidenceFile.objects.all(), circle).filter(evidence_id=evidence, file_id=file).first()
    if row is None:
        raise NotFound
    return row


def risks_of(row: Evidence) -> list[RiskEvidence]:
    """The links from an item to the risks that the asker sees."""
    return list(
        RiskEvidence.objects.select_related("risk", "evidence")
        .filter(evidence_id=row.id, evidence_circle_id=row.circle_id, risk__withdrawn_on__isnull=True)
        .order_by("risk__position", "risk__code")
    )


def seconds(row: Evidence) -> int:
    """Records by somebody else that are linked to a risk to which this one is linked."""
    mine = RiskEvidence.objects.filter(evidence_id=row.id).values("risk_id")
    others = RiskEvidence.objects.filter(risk_id__in=mine, evidence__withdrawn_on__isnull=True)
    return (
        others.exclude(evidence_id=row.id).exclude(evidence__made_by_id=row.made_by_id).values("evidence_id").distinct().count()
    )


def from_places(known: Iterable[uuid.UUID]) -> Counter[str]:
    """How many items come from each place, as the asker sees them."""
    rows = Evidence.objects.filter(circle_id__in=list(known), withdrawn_on__isnull=True).order_by()
    return Counter(dict(rows.values_list("place").annotate(n=Count("id"))))


def known_names() -> set[str]:
    """Names that are no private person's: places and organisations of the partnership."""
    p = words.partnership()
    return {p.town, p.name, *(name for _key, name in words.places(p)), *Organisation.objects.values_list("name", flat=True)}


# ---- risks ------------------------------------------------------------------------------------------------------


def risk_spec(asker: Asker, known: dict[uuid.UUID, Circle]) -> Spec:
    """The list of risks. Sorted as the partnership ordered them unless asked otherwise."""
    said = words.labels()

    def word(name: str, field: str) -> Any:
        return lambda r: said[name].get(getattr(r, field), getattr(r, field))

    return Spec(
        "risks",
        columns=[
            Column("code", _("Code"), order="position"),
            Column("title", _("Risk"), order="title"),
            Column("family", _("Kind"), order="family", value=word("risk_family", "family")),
            Column("likelihood", _("Likelihood"), value=word("likelihood", "likelihood")),
            Column("impact", _("Impact"), value=word("impact", "impact")),
            Column("confidence", _("Confidence"), value=word("confidence", "confidence")),
            Column("trend", _("Trend"), value=word("trend", "trend")),
            Column("lead", _("Who leads"), order="lead__name", value=lambda r: r.lead.name if r.lead_id else ""),
            Column("evidence", _("Evidence"), numeric=True, value=lambda r: r.seen),
        ],
        filters=[
            Filter("family", _("Kind"), words.choices("risk_family")),
            Filter("theme", _("Theme"), words.choices("theme"), where=lambda v: Q(themes__contains=[v])),
            Filter("trend", _("Trend"), words.choices("trend")),
            Filter("confidence", _("Confidence"), words.choices("confidence")),
            Filter("circle", _("Who may read it"), [(str(c.id), c.name) for c in known.values()] if len(known) > 1 else []),
            Filter("show", _("Show"), [("withdrawn", _("what was withdrawn"))], where=lambda _v: Q(withdrawn_on__isnull=False)),
        ],
        search=["code", "title", "cause", "event", "consequence", "why", "public_text"],
        default_order=["circle__kind", "position", "code"],
    )


def _risks(known: Iterable[uuid.UUID], ask: Ask) -> QuerySet[Risk]:
    rows = Risk.objects.select_related("lead", "circle").filter(circle_id__in=list(known))
    return rows if ask.chosen.get("show") == "withdrawn" else rows.filter(withdrawn_on__isnull=True)


def _counted(rows: list[Risk]) -> list[Risk]:
    """Each risk with `seen`: how many items of evidence this asker sees behind it."""
    links = RiskEvidence.objects.filter(risk_id__in=[r.id for r in rows], evidence__withdrawn_on__isnull=True).order_by()
    counts = dict(links.values_list("risk_id").annotate(n=Count("evidence_id", distinct=True)))
    for row in rows:
        row.seen = counts.get(row.id, 0)  # type: ignore[attr-defined]
    return rows


def risk_page(known: dict[uuid.UUID, Circle], ask: Ask, spec: Spec) -> Page:
    page = fetch(_risks(known, ask), ask, spec)
    _counted(page.rows)
    return page


def risk_rows(known: dict[uuid.UUID, Circle], ask: Ask, spec: Spec, at_most: int | None = None) -> list[Risk]:
    """The risks that match: all for an export, so many for the matrix."""
    return list(matching(_risks(known, ask), ask, spec)[:at_most])


def live(circle: uuid.UUID) -> list[Risk]:
    """The risks that stand in a circle's picture now, in its order."""
    return list(
        Risk.objects.select_related("lead").filter(circle_id=circle, withdrawn_on__isnull=True).order_by("position", "code", "id")
    )


def risk(asker: Asker, circle: uuid.UUID, id: uuid.UUID) -> Risk:
    """One risk. Raises NotFound, hidden and absent alike."""
    row = access.in_circle(Risk.objects.select_related("circle", "lead"), circle).filter(id=id).first()
    if row is None:
        raise NotFound
    return row


def evidence_of(row: Risk) -> list[RiskEvidence]:
    """The links from a risk to the evidence that the asker sees, newest evidence first. A link whose end is hidden is absent."""
    return list(
        RiskEvidence.objects.select_related("evidence", "evidence__circle")
        .filter(risk_id=row.id, risk_circle_id=row.circle_id, evidence__withdrawn_on__isnull=True)
        .order_by("-evidence__happened_on", "evidence__title")
    )


def link(asker: Asker, circle: uuid.UUID, id: uuid.UUID) -> RiskEvidence:
    """One link of which the asker sees both ends. Raises NotFound."""
    row = access.in_circle(RiskEvidence.objects.select_related("risk", "evidence"), circle).filter(id=id).first()
    if row is None:
        raise NotFound
    return row


def linkable_spec() -> Spec:
    """Evidence that may be linked, to choose from."""
    return Spec(
        "evidence",
        columns=[
            Column("title", _("Evidence"), order="title"),
            Column("happened_on", _("When"), order="-happened_on"),
            Column("code", _("Grade")),
            Column("circle", _("Who may read it")),
        ],
        filters=[Filter("theme", _("Theme"), words.choices("theme"), where=lambda v: Q(themes__contains=[v]))],
        search=["title", "what"],
        default_order=["-happened_on", "title"],
    )


def linkable(asker: Asker, row: Risk, known: dict[uuid.UUID, Circle], ask: Ask, spec: Spec) -> Page:
    """Evidence that this risk does not have yet and that this asker may link to it."""
    writes = {c.id for c in access.may_write(asker)}
    risk_end = (row.circle_id, row.circle.kind)
    fitting = [c.id for c in known.values() if policies.link_circle(risk_end, (c.id, c.kind)) in writes]
    have = RiskEvidence.objects.filter(risk_id=row.id).values("evidence_id")
    rows = Evidence.objects.select_related("circle").filter(circle_id__in=fitting, withdrawn_on__isnull=True).exclude(id__in=have)
    return fetch(rows, ask, spec)


def next_code(circle: uuid.UUID) -> str:
    """The next free short name of a risk: R1, R2, ..."""
    taken = set(Risk.objects.filter(circle_id=circle).values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 2) if (code := f"R{n}") not in taken)


def organisations(circle: uuid.UUID) -> list[tuple[str, str]]:
    """Who may lead: organisations of the circle that have not left."""
    return [
        (str(i), name)
        for i, name in Organisation.objects.filter(circle_id=circle, left__isnull=True).order_by("name").values_list("id", "name")
    ]


def is_public(kind: str, id: uuid.UUID) -> bool:
    """Whether the public circle holds a copy, also an earlier one; of a risk also the line in the copy of an agreed picture."""
    copies = Published.objects.filter(circle_id=access.public_circle())
    return copies.filter(Q(kind=kind, record_id=id) | Q(payload__risks__contains=[{"record": str(id)}])).exists()


def may_take_off(asker: Asker) -> bool:
    return holds_right(asker, "release.withdraw")


# ---- assessments ------------------------------------------------------------------------------------------------


def assessments(asker: Asker) -> list[Assessment]:
    """Every version, newest first."""
    rows = Assessment.objects.filter(circle_id__in=list(circles(asker)))
    return list(rows.annotate(said=Count("comments", distinct=True)).order_by("-year", "-number"))


def assessment(asker: Asker, circle: uuid.UUID, id: uuid.UUID) -> Assessment:
    """One version. Raises NotFound, hidden and absent alike."""
    row = access.in_circle(Assessment.objects.select_related("follows", "circle"), circle).filter(id=id).first()
    if row is None:
        raise NotFound
    return row


def latest_agreed(circle: uuid.UUID) -> Assessment | None:
    return Assessment.objects.filter(circle_id=circle, state="agreed").order_by("-year", "-number").first()


def in_work(circle: uuid.UUID) -> int:
    """How many versions are neither agreed nor withdrawn."""
    return Assessment.objects.filter(circle_id=circle, state__in=["draft", "commenting"]).count()


def next_number(circle: uuid.UUID, year: int) -> int:
    last = Assessment.objects.filter(circle_id=circle, year=year).order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def comments(row: Assessment) -> list[AssessmentComment]:
    """In the order in which they came: nobody's weighs more."""
    return list(
        AssessmentComment.objects.select_related("made_by")
        .filter(assessment_id=row.id, circle_id=row.circle_id)
        .order_by("made_at", "id")
    )


def comment(asker: Asker, circle: uuid.UUID, id: uuid.UUID) -> AssessmentComment:
    row = access.in_circle(AssessmentComment.objects.select_related("made_by", "assessment"), circle).filter(id=id).first()
    if row is None:
        raise NotFound
    return row


def text_now(row: Assessment) -> tuple[dict[str, Any], str]:
    """The text as it stands, and its hash."""
    text = frozen.draft(row, live(row.circle_id), packs.current())
    return text, frozen.sha256(frozen.canonical(text))


@dataclass(frozen=True)
class Board:
    """Where the board stands on a text. A position on an earlier text waits to be taken again and counts as silence."""

    positions: tuple[Position, ...]
    stale: tuple[Position, ...]
    silent: tuple[str, ...]

    def count(self, position: str) -> int:
        return sum(p.position == position for p in self.positions)

    @property
    def size(self) -> int:
        return len(self.positions) + len(self.silent)

    @property
    def counts(self) -> dict[str, int]:
        return {"agree": self.count("agree"), "dissent": self.count("dissent"), "abstain": self.count("abstain")}


def board(asker: Asker, row: Assessment, sha256: str, on: date) -> Board:
    """Who sits on the board, by the offices to which the pack gives a position, and what each said of this text.

    A member who joined the partnership after `on`, the day of the decision, was not there to be silent.
    """
    positions = list(Position.objects.filter(assessment_id=row.id, circle_id=row.circle_id).order_by("name", "id"))
    valid = tuple(p for p in positions if p.text_sha256 == sha256)
    offices = DecisionRight.objects.filter(step="picture.take_position").values("office")
    holding = Office.objects.filter(circle_id=row.circle_id, key__in=offices, starts__lte=asker.now, ends__gt=asker.now)
    holders = dict(holding.values_list("account_id", "account__name"))
    later = (
        Person.objects.filter(account_id__in=list(holders))
        .annotate(since=Min("memberships__starts"))
        .filter(since__gt=on)
        .values_list("account_id", flat=True)
    )
    spoke = {p.made_by_id for p in valid}
    silent = sorted(name for account, name in holders.items() if account not in spoke and account not in set(later))
    return Board(valid, tuple(p for p in positions if p.text_sha256 != sha256), tuple(silent))


def my_position(asker: Asker, row: Assessment) -> Position | None:
    return Position.objects.filter(assessment_id=row.id, circle_id=row.circle_id, made_by_id=asker.id).first()


def rights(asker: Asker) -> set[str]:
    return rights_of(asker)
