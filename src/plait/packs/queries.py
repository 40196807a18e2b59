"""What the page of the pack shows: plain rows in one language, each with how well it is known."""

from dataclasses import dataclass, field
from datetime import date

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from plait.packs.shape import Pack, Text


@dataclass(frozen=True)
class Known:
    """How well a thing is known: the mark that is shown beside it, if any, and the source's title."""

    grade: str
    mark: str | SafeString
    verified: bool
    source: str


@dataclass(frozen=True)
class Row:
    """A line of any table on the page. `cells` are words already; `known` is None where nothing need be said."""

    head: str | SafeString
    cells: tuple[str | SafeString, ...] = ()
    known: Known | None = None
    note: str | SafeString = ""
    url: str = ""


@dataclass(frozen=True)
class Table:
    id: str
    title: str | SafeString
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    about: str | SafeString = ""
    known: Known | None = None

    @property
    def unverified(self) -> tuple[str | SafeString, ...]:
        """The parts of the table that nobody has read again; its title alone where that is true of the whole."""
        if self.known and not self.known.verified:
            return (self.title,)
        return tuple(row.head for row in self.rows if row.known and not row.known.verified)


@dataclass(frozen=True)
class PackPage:
    title: str | SafeString
    about: str | SafeString
    jurisdiction: str | SafeString
    version: str
    languages: tuple[str, ...]
    fingerprint: str
    key: str
    grades: Table
    sources: Table
    vocabularies: tuple[Table, ...]
    judging: tuple[Table, ...]
    duties: tuple[Table, ...]
    public: tuple[Table, ...]
    unverified: tuple[tuple[str, str | SafeString, tuple[str | SafeString, ...]], ...] = field(default=())
    """Anchor, table, the parts of it."""


def pack_page(pack: Pack, language: str) -> PackPage:
    """The whole pack in one language. Words that it has in another one only are marked with theirs."""
    said = _Sayer(pack, language)
    vocabularies = tuple(said.vocabulary(name) for name in pack.vocabularies)
    judging = (said.grading(), said.matrix(), said.steps())
    duties = (said.offices(), said.rights(), said.stakeholders())
    public = (said.retention(), said.days(), said.help(), said.complaints(), said.refusals())
    sources = said.sources()
    tables = (sources, *vocabularies, *judging, *duties, *public)
    return PackPage(
        title=said(pack.title),
        about=said(pack.about),
        jurisdiction=said(pack.jurisdiction),
        version=pack.version,
        languages=pack.languages,
        fingerprint=pack.fingerprint,
        key=pack.key,
        grades=said.grades(),
        sources=sources,
        vocabularies=vocabularies,
        judging=judging,
        duties=duties,
        public=public,
        unverified=tuple((table.id, table.title, table.unverified) for table in tables if table.unverified),
    )


class _Sayer:
    def __init__(self, pack: Pack, language: str):
        self.pack, self.language = pack, language

    def __call__(self, text: Text | None) -> str | SafeString:
        if text is None:
            return ""
        words, lang = text.said_in(self.language)
        if lang.partition("-")[0] == self.language.partition("-")[0]:
            return words
        return format_html('<span lang="{}">{}</span>', lang, words)

    def known(self, grade: str, source: str = "") -> Known:
        found = self.pack.grade(grade)
        return Known(grade, self(found.mark), found.verified, self.pack.source(source).title if source else "")

    def label(self, name: str, key: str) -> str | SafeString:
        vocabulary = self.pack.vocabulary(name)
        return self(vocabulary.term(key).label) if key in vocabulary else key

    def grades(self) -> Table:
        rows = tuple(Row(self(each.label), (each.key, self(each.meaning)), self.known(each.key)) for each in self.pack.grades)
        return Table("grades", _("How well things are known"), (_("Grade"), _("Letter"), _("What it means")), rows)

    def sources(self) -> Table:
        rows = tuple(
            Row(
                each.title,
                (each.publisher, each.date or _("undated"), self(self.pack.grade(each.grade).label)),
                self.known(each.grade),
                self(each.note),
                each.url or "",
            )
            for each in self.pack.sources
        )
        return Table("sources", _("Sources"), (_("Title"), _("Published by"), _("Date"), _("How it was read")), rows)

    def vocabulary(self, name: str) -> Table:
        vocabulary = self.pack.vocabularies[name]
        ranges = any(term.range for term in vocabulary.terms)
        rows = tuple(
            Row(
                self(term.label),
                (term.key, *((self(term.range),) if ranges else ())),
                self.known(term.grade) if term.grade else None,
                _("no longer offered") if term.retired else self(term.note),
            )
            for term in vocabulary
        )
        columns = (_("Word"), _("Key"), *((_("Range"),) if ranges else ()))
        known = self.known(vocabulary.grade, vocabulary.source)
        return Table(f"v-{name}", self(vocabulary.title), columns, rows, self(vocabulary.about), known)

    def grading(self) -> Table:
        pack, grading = self.pack, self.pack.grading
        rows = tuple(
            Row(
                self.label("evidence_how", row.how),
                (
                    self.label("evidence_sure", row.sure),
                    format_html('<span class="grade">{}{}</span>', row.reliability, row.credibility),
                    self.label("admiralty_reliability", row.reliability),
                    self.label("admiralty_credibility", row.credibility),
                ),
            )
            for row in grading.rows
        )
        columns = (_("What the author chose"), _("How sure"), _("Grade"), _("Source"), _("What is said"))
        return Table(
            "grading",
            _("Grades behind plain choices"),
            columns,
            rows,
            self(grading.about),
            self.known(pack.grading.grade, grading.source),
        )

    def matrix(self) -> Table:
        pack, matrix = self.pack, self.pack.matrix
        impacts = tuple(pack.vocabulary("impact"))
        rows = tuple(
            Row(self(term.label), tuple(self(matrix.band(term.key, impact.key).label) for impact in impacts))
            for term in reversed(tuple(pack.vocabulary("likelihood")))
        )
        columns = (_("Likelihood and impact"), *(str(impact.label.said(self.language)) for impact in impacts))
        return Table("matrix", _("Matrix"), columns, rows, self(matrix.about), self.known(matrix.grade, matrix.source))

    def steps(self) -> Table:
        assessment = self.pack.assessment
        rows = tuple(
            Row(
                self(step.label),
                (
                    self.label("assessment_state", step.from_),
                    self.label("assessment_state", step.to),
                    self.names("office", self.pack.rights[step.right].offices),
                ),
            )
            for step in assessment.steps
        )
        columns = (_("Step"), _("From"), _("To"), _("Who decides"))
        return Table(
            "steps",
            _("Steps of an assessment"),
            columns,
            rows,
            self(assessment.quorum.note),
            self.known(assessment.grade, assessment.source),
        )

    def offices(self) -> Table:
        levels = {"reader": _("reads"), "contributor": _("contributes"), "steward": _("is steward")}

        def circle(key: str) -> str | SafeString:
            return _("the partnership") if key == "partnership" else self.label("group_kind", key)

        rows = tuple(
            Row(
                self(office.label),
                (
                    self(office.description),
                    self.joined([format_html("{}: {}", circle(seat.circle), levels[seat.level]) for seat in office.seats])
                    or _("sits nowhere"),
                ),
            )
            for office in self.pack.offices
        )
        return Table("offices", _("Offices"), (_("Office"), _("What it does"), _("Where it sits")), rows)

    def rights(self) -> Table:
        rows = tuple(
            Row(
                self(right.label),
                (self.names("office", right.offices), _("a second person") if right.second else _("one person"), step),
            )
            for step, right in self.pack.rights.items()
        )
        return Table("rights", _("Decision rights"), (_("Step"), _("Offices that decide it"), _("Takes"), _("Key")), rows)

    def stakeholders(self) -> Table:
        needs = {"must": _("must be there"), "should": _("should be there"), "could": _("could be there")}
        rows = tuple(
            Row(self(each.label), (needs[each.need], self(each.why)), self.known(each.grade, each.source))
            for each in self.pack.stakeholders
        )
        return Table("stakeholders", _("Recommended table"), (_("Kind of partner"), _("Need"), _("Why")), rows)

    def retention(self) -> Table:
        rows = tuple(
            Row(
                self(each.label),
                (
                    _("%(days)s days") % {"days": each.days} if each.days else _("kept"),
                    self(each.counted_from),
                    self(each.reason),
                ),
                self.known(each.grade, each.source),
            )
            for each in self.pack.retention
        )
        return Table("retention", _("How long things are kept"), (_("What"), _("How long"), _("Counted from"), _("Why")), rows)

    def days(self) -> Table:
        days = self.pack.days
        first = Row(_("Clock"), (days.time_zone,))
        rows = tuple(
            Row(
                self(holiday.label),
                (date_format(date.fromisoformat(holiday.day), "l, j F Y"),),
                self.known(year.grade, year.source),
            )
            for year in days.years
            for holiday in year.days
        )
        about = "" if rows else _("No holidays are written down: only weekends are known.")
        return Table("days", _("Clock and holidays"), (_("What"), _("Which")), (first, *rows), about)

    def help(self) -> Table:
        emergency = self.pack.help.emergency
        known = self.known(emergency.grade, emergency.source)
        first = Row(self(emergency.rule), (emergency.number or "", _("everybody")), known, self(emergency.check))
        lines = tuple(
            Row(
                self(line.label),
                (self.joined([each for each in (line.phone, self(line.hours)) if each]), self(line.whom)),
                self.known(line.grade, line.source),
                self(line.check),
                line.web or "",
            )
            for line in self.pack.help.lines
        )
        about = "" if lines else self(self.pack.help.none)
        return Table("help", _("Danger now, and help"), (_("Who or what"), _("Number"), _("For whom")), (first, *lines), about)

    def complaints(self) -> Table:
        rows = tuple(
            Row(
                self(each.label),
                (_("outside") if each.outside else _("inside"), self(each.about), self(each.how)),
                self.known(each.grade, each.source),
                self(each.check),
                each.web or "",
            )
            for each in self.pack.complaints
        )
        return Table("complaints", _("Ways to complain"), (_("To whom"), _("Where"), _("About what"), _("How")), rows)

    def refusals(self) -> Table:
        rows = tuple(Row(self(each.title), (self(each.text),)) for each in self.pack.refusals)
        return Table("refusals", _("What we refuse to do"), (_("In one line"), _("What that means")), rows)

    def names(self, vocabulary: str, keys: tuple[str, ...]) -> str | SafeString:
        return self.joined([self.label(vocabulary, key) for key in keys])

    def joined(self, pieces: list[str | SafeString]) -> str | SafeString:
        return format_html_join("; ", "{}", ((piece,) for piece in pieces))
