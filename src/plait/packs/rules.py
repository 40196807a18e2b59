"""What must be true across the files of a pack.

Each rule names the files it needs and yields what is wrong with the first of them: place, and sentence with its remedy. A rule
whose files could not be read is passed over: they have said why already.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, get_args

from plait.packs import everywhere
from plait.packs.needs import (
    ADMINISTRATOR,
    ASSESSMENT_STATES,
    ASSESSMENT_STEPS,
    DERIVED,
    NOT_FOR_THE_ADMINISTRATOR,
    RETENTION,
    STEPS,
    TWO_PEOPLE,
    VOCABULARIES,
)
from plait.packs.problems import Path, Problem, one_of
from plait.packs.shape import SectionKey, Shape, Text

Found = Iterator[tuple[Path, str]]

_rules: list[tuple[tuple[str, ...], Callable[..., Found]]] = []


def rule(*files: str) -> Callable[[Callable[..., Found]], Callable[..., Found]]:
    """What a rule finds stands in the first of its files."""

    def kept(function: Callable[..., Found]) -> Callable[..., Found]:
        _rules.append((files, function))
        return function

    return kept


def problems(folder: str, parts: dict[str, Shape]) -> Iterator[Problem]:
    """All that the rules find in the files that could be read."""
    for files, function in _rules:
        if all(file in parts for file in files):
            for path, sentence in function(*(parts[file] for file in files)):
                yield Problem(files[0], path, sentence)
    if "pack.yaml" in parts and (key := parts["pack.yaml"].key) != folder:  # type: ignore[attr-defined]
        yield Problem("pack.yaml", ("key",), f"the pack calls itself {key!r} and its folder {folder!r}; give both the same name")
    if "pack.yaml" in parts:
        yield from everywhere.said_in_all_languages(parts)
        yield from everywhere.rests_on_something_named(parts)
    for file, part in parts.items():
        yield from everywhere.no_key_twice(file, part)


def _known(path: Path, what: str, written: str, known: Iterable[str], where: str) -> Found:
    known = list(known)
    if written not in known:
        yield path, f"{what} {written!r} is not in {where}; {one_of(known, written)}"


# Vocabularies, grades


@rule("vocabularies.yaml")
def the_vocabularies_that_code_needs(words: Any) -> Found:
    for name, (needed, closed) in VOCABULARIES.items():
        if name not in words.vocabularies:
            yield ("vocabularies",), f"the vocabulary {name!r} is missing; add it"
            continue
        vocabulary = words.vocabularies[name]
        here: Path = ("vocabularies", name, "terms")
        if missing := sorted(needed - set(vocabulary.keys)):
            yield (
                here,
                f"{name} has no {', '.join(missing)}, on which the software acts; add it under this key, with your own label",
            )
        for at, term in enumerate(vocabulary.terms):
            if closed and term.key not in needed:
                yield (
                    (*here, at, "key"),
                    f"{name} cannot have {term.key!r}, which the software does not know; {one_of(sorted(needed), term.key)}",
                )
    for name in words.vocabularies:
        if name in DERIVED:
            yield ("vocabularies", name), f"{name} is made from a file of its own; take it out here"
        elif name not in VOCABULARIES:
            yield ("vocabularies", name), f"no page uses a vocabulary {name!r}; {one_of(VOCABULARIES, name)}"


@rule("vocabularies.yaml")
def the_bands_of_likelihood_rise(words: Any) -> Found:
    for name, vocabulary in words.vocabularies.items():
        before = -1
        for at, term in enumerate(vocabulary.terms):
            here: Path = ("vocabularies", name, "terms", at)
            if (term.low is None) != (term.high is None):
                yield (
                    here,
                    f"{term.key!r} has one end of its band only; write both `low` and `high`, or neither",
                )
            elif term.low is not None:
                if not before < term.low <= term.high:
                    yield (
                        (*here, "low"),
                        f"the band of {term.key!r} does not lie above the one before; write `low` and `high` so that they rise",
                    )
                if term.range is None:
                    yield here, f"{term.key!r} has a band and no `range`; say it in words"
                before = term.high


@rule("grading.yaml", "vocabularies.yaml")
def each_plain_choice_has_grades(grading: Any, words: Any) -> Found:
    known = {name: words.vocabularies[name].keys if name in words.vocabularies else () for name in VOCABULARIES}
    pairs = []
    for at, row in enumerate(grading.rows):
        for name, of in (
            ("how", "evidence_how"),
            ("sure", "evidence_sure"),
            ("reliability", "admiralty_reliability"),
            ("credibility", "admiralty_credibility"),
        ):
            yield from _known(("rows", at, name), name, getattr(row, name), known[of], f"the vocabulary {of}")
        if (row.how, row.sure) in pairs:
            yield ("rows", at), f"{row.how} and {row.sure} stand here twice; keep one"
        pairs.append((row.how, row.sure))
        if row.credibility == "1":
            yield (
                ("rows", at, "credibility"),
                "nobody's own word can be 'confirmed by other sources'; write 2 at most",
            )
    for pair in itertools.product(known["evidence_how"], known["evidence_sure"]):
        if pair not in pairs:
            yield ("rows",), f"{pair[0]} with {pair[1]} has no grades; add a row"


# Offices and rights


@rule("offices.yaml", "vocabularies.yaml")
def seats_stand_in_circles_that_exist(offices: Any, words: Any) -> Found:
    kinds = words.vocabularies["group_kind"].keys if "group_kind" in words.vocabularies else ()
    for at, office in enumerate(offices.offices):
        circles = []
        for n, seat in enumerate(office.seats):
            here: Path = ("offices", at, "seats", n, "circle")
            yield from _known(here, "the circle", seat.circle, ("partnership", *kinds), "group_kind")
            if seat.circle in circles:
                yield here, f"{office.key!r} has two seats in {seat.circle!r}; keep one"
            circles.append(seat.circle)


@rule("offices.yaml")
def the_administrator_sees_nothing(offices: Any) -> Found:
    for at, office in enumerate(offices.offices):
        if office.key == ADMINISTRATOR:
            if office.seats:
                yield (
                    ("offices", at, "seats"),
                    "the administrator runs the machine and sits nowhere; take the seats out",
                )
            return
    yield ("offices",), f"there is no {ADMINISTRATOR!r}; add that office, without seats"


@rule("rights.yaml", "offices.yaml")
def each_step_is_decided_by_an_office(rights: Any, offices: Any) -> Found:
    known = [office.key for office in offices.offices]
    for step in STEPS:
        if step not in rights.rights:
            yield ("rights",), f"the step {step!r} is missing; add it, and say which offices {STEPS[step]}"
    for step, right in rights.rights.items():
        if step not in STEPS:
            yield ("rights", step), f"the software knows no step {step!r}; {one_of(STEPS, step)}"
        for at, office in enumerate(right.offices):
            here: Path = ("rights", step, "offices", at)
            yield from _known(here, "the office", office, known, "offices.yaml")
            if office == ADMINISTRATOR and step.startswith(NOT_FOR_THE_ADMINISTRATOR):
                yield here, f"the administrator decides nothing about content; take {ADMINISTRATOR!r} out"
            if office in right.offices[:at]:
                yield here, f"{office!r} stands here twice; keep one"
    if (
        ADMINISTRATOR in known
        and "kernel.give_office" in rights.rights
        and ADMINISTRATOR not in rights.rights["kernel.give_office"].offices
    ):
        yield (
            ("rights", "kernel.give_office", "offices"),
            f"whoever sets Plait up must be able to appoint the first coordinator; add {ADMINISTRATOR!r}",
        )


@rule("rights.yaml")
def two_people_can_be_found(rights: Any) -> Found:
    for first, then in TWO_PEOPLE:
        if first in rights.rights and then in rights.rights:
            held = {*rights.rights[first].offices, *rights.rights[then].offices}
            if len(held) < 2:
                yield (
                    ("rights", then, "offices"),
                    f"{first} and {then} lie with {held.pop()!r} alone, so no second person may be found; name another office",
                )
            if not rights.rights[then].second:
                yield ("rights", then), f"{then} takes a second person; write second: true"


# Stakeholders, assessment, matrix, retention


@rule("stakeholders.yaml", "vocabularies.yaml")
def stakeholders_are_of_known_sectors(stakeholders: Any, words: Any) -> Found:
    if "sector" in words.vocabularies:
        known = words.vocabularies["sector"].keys
        for at, stakeholder in enumerate(stakeholders.stakeholders):
            for n, sector in enumerate(stakeholder.sectors):
                yield from _known(("stakeholders", at, "sectors", n), "the sector", sector, known, "the vocabulary sector")


@rule("assessment.yaml")
def the_steps_lead_somewhere(assessment: Any) -> Found:
    states = [state.key for state in assessment.states]
    yield from _known(("start",), "the state", assessment.start, states, "states")
    for name, there, known in (
        ("state", states, ASSESSMENT_STATES),
        ("step", [step.key for step in assessment.steps], ASSESSMENT_STEPS),
    ):
        for needed, must in known.items():
            if must and needed not in there:
                yield (
                    (f"{name}s",),
                    f"the {name} {needed!r} is missing; add it under this key, with your own label",
                )
        for at, key in enumerate(there):
            yield from _known((f"{name}s", at, "key"), f"the {name}", key, known, "what the software can do")
    for at, step in enumerate(assessment.steps):
        yield from _known(("steps", at, "from"), "the state", step.from_, states, "states")
        yield from _known(("steps", at, "to"), "the state", step.to, states, "states")
        if any(state.frozen for state in assessment.states if state.key == step.from_):
            yield (
                ("steps", at, "from"),
                f"{step.from_!r} is frozen, nothing leads out of it; a change is a new draft",
            )
    reached = {assessment.start}
    for _ in assessment.steps:
        reached |= {step.to for step in assessment.steps if step.from_ in reached}
    for at, state in enumerate(assessment.states):
        if state.key not in reached:
            yield ("states", at), f"no step leads to {state.key!r}; add one, or take the state out"
        if state.key == "agreed" and not state.frozen:
            yield ("states", at), "what is agreed cannot change; write frozen: true"


@rule("assessment.yaml", "rights.yaml", "vocabularies.yaml")
def the_steps_are_decided_by_rights(assessment: Any, rights: Any, words: Any) -> Found:
    for at, step in enumerate(assessment.steps):
        yield from _known(("steps", at, "right"), "the right", step.right, rights.rights, "rights.yaml")
    if "group_kind" in words.vocabularies:
        yield from _known(
            ("quorum", "of"),
            "the kind of group",
            assessment.quorum.of,
            words.vocabularies["group_kind"].keys,
            "the vocabulary group_kind",
        )


@rule("matrix.yaml", "vocabularies.yaml")
def the_matrix_is_whole_and_never_falls(matrix: Any, words: Any) -> Found:
    if not {"likelihood", "impact"} <= set(words.vocabularies):
        return
    likelihoods, impacts = words.vocabularies["likelihood"].keys, words.vocabularies["impact"].keys
    place = {band.key: at for at, band in enumerate(sorted(matrix.bands, key=lambda band: band.order))}
    for likelihood, row in matrix.rows.items():
        yield from _known(("rows", likelihood), "the likelihood", likelihood, likelihoods, "the vocabulary likelihood")
        for impact, band in row.items():
            yield from _known(("rows", likelihood, impact), "the impact", impact, impacts, "the vocabulary impact")
            yield from _known(("rows", likelihood, impact), "the band", band, place, "bands")
    for likelihood, impact in itertools.product(likelihoods, impacts):
        here: Path = ("rows", likelihood, impact)
        band = matrix.rows.get(likelihood, {}).get(impact)
        if band is None:
            yield here, f"{likelihood} with {impact} has no band; add it"
            continue
        before = likelihoods.index(likelihood) - 1, impacts.index(impact) - 1
        lower = [matrix.rows.get(likelihoods[before[0]], {}).get(impact)] if before[0] >= 0 else []
        lower += [matrix.rows.get(likelihood, {}).get(impacts[before[1]])] if before[1] >= 0 else []
        if any(place.get(each or "", -1) > place.get(band, len(place)) for each in lower):
            yield (
                here,
                f"{likelihood} with {impact} is {band!r}, below a smaller neighbour; it may not fall where either rises",
            )


@rule("retention.yaml")
def the_periods_that_tables_name(retention: Any) -> Found:
    known = [kept.key for kept in retention.classes]
    for needed in RETENTION:
        if needed not in known:
            yield ("classes",), f"the class {needed!r} is missing; add it"


@rule("calendar.yaml")
def the_days_of_the_calendar_exist_once(days: Any) -> Found:
    years = [each.year for each in days.years]
    for at, each in enumerate(days.years):
        if each.year in years[:at]:
            yield ("years", at, "year"), f"the year {each.year} stands here twice; put its days together"
        before = ""
        for n, holiday in enumerate(each.days):
            here: Path = ("years", at, "days", n, "day")
            try:
                date.fromisoformat(holiday.day)
            except ValueError:
                yield here, f"there is no day {holiday.day}; look at the calendar"
                continue
            if int(holiday.day[:4]) != each.year:
                yield here, f"{holiday.day} is no day of {each.year}; move it to its year"
            elif holiday.day <= before:
                yield here, f"{holiday.day} does not come after {before}; write each day once, in their order"
            before = max(before, holiday.day)


# What the public reads, and the profile


@rule("complaints.yaml")
def complaints_go_outside(complaints: Any) -> Found:
    if not any(route.outside for route in complaints.routes):
        yield ("routes",), "every route ends inside the partnership; add one with outside: true"


@rule("help.yaml")
def a_help_line_can_be_reached(help: Any) -> Found:
    for at, line in enumerate(help.lines):
        if not (line.phone or line.web):
            yield ("lines", at), f"{line.key!r} has neither `phone` nor `web`; add one, or leave the line out"


_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@rule("profile.yaml")
def the_profile_has_its_sections(profile: Any) -> Found:
    keys = [section.key for section in profile.sections]
    for needed in get_args(SectionKey):
        if needed not in keys:
            yield ("sections",), f"the section {needed!r} is missing; add it"


@rule("profile.yaml")
def its_sentences_have_known_places(profile: Any) -> Found:
    for path, shape in everywhere.walk(profile):
        if not isinstance(shape, Text):
            continue
        joins = path[-1] == "join"
        known = {
            "town",
            "partnership",
            *({"count"} if path[-1] in ("lead", "after", "join") else ()),
            *({"items"} if joins else ()),
        }
        for language, said in shape.root.items():
            places = set(_PLACEHOLDER.findall(said))
            for more in sorted(places - known):
                yield (*path, language), f"{{{more}}} cannot be filled in here; {one_of(sorted(known), more)}"
            if joins and "items" not in places:
                yield (
                    (*path, language),
                    "the sentence names nothing; put {items} where the records are to be named",
                )


@rule("profile.yaml", "vocabularies.yaml")
def its_parts_ask_for_words_that_exist(profile: Any, words: Any) -> Found:
    asked = {
        ("risk", "family"): "risk_family",
        ("risk", "trend"): "trend",
        ("priority", "horizon"): "priority_horizon",
        ("priority", "state"): "priority_state",
        ("lesson", "purpose"): "lesson_purpose",
        ("group", "kind"): "group_kind",
        ("organisation", "type"): "organisation_type",
        ("organisation", "sectors"): "sector",
    }
    for s, section in enumerate(profile.sections):
        for p, part in enumerate(section.parts):
            for name, values in part.where.items():
                if (vocabulary := asked.get((part.kind, name))) in words.vocabularies:
                    for value in values:
                        yield from _known(
                            ("sections", s, "parts", p, "where", name),
                            name,
                            value,
                            words.vocabularies[vocabulary].keys,
                            f"the vocabulary {vocabulary}",
                        )
