"""The whole pack, and the questions that the house asks of it."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Protocol

from plait.packs.shape.base import Grade, PackFile, Shape, Source, Text
from plait.packs.shape.days import Days
from plait.packs.shape.duties import Office, OfficesFile, Right, RightsFile, Stakeholder, StakeholdersFile
from plait.packs.shape.judging import Assessment, Band, Matrix, RetentionClass, RetentionFile
from plait.packs.shape.layout import Layout
from plait.packs.shape.public import Complaint, ComplaintsFile, Help, Refusal, RefuseFile
from plait.packs.shape.words import Graded, Grading, VocabulariesFile, Vocabulary


class Keyed(Protocol):
    @property
    def key(self) -> str: ...


def _by_key[T: Keyed](things: Iterable[T], key: str) -> T:
    for each in things:
        if each.key == key:
            return each
    raise KeyError(key)


class Pack(Shape):
    """A loaded pack. Frozen; safe to share between threads."""

    about_pack: PackFile
    vocabularies: dict[str, Vocabulary]
    grading: Grading
    offices: tuple[Office, ...]
    rights: dict[str, Right]
    stakeholders: tuple[Stakeholder, ...]
    assessment: Assessment
    matrix: Matrix
    retention: tuple[RetentionClass, ...]
    days: Days
    help: Help
    complaints: tuple[Complaint, ...]
    refusals: tuple[Refusal, ...]
    profile: Layout
    fingerprint: str
    """SHA-256 over the files: two packs with the same one say the same."""

    @property
    def key(self) -> str:
        return self.about_pack.key

    @property
    def version(self) -> str:
        return self.about_pack.version

    @property
    def title(self) -> Text:
        return self.about_pack.title

    @property
    def about(self) -> Text:
        return self.about_pack.about

    @property
    def jurisdiction(self) -> Text:
        return self.about_pack.jurisdiction

    @property
    def languages(self) -> tuple[str, ...]:
        return self.about_pack.languages

    @property
    def sources(self) -> tuple[Source, ...]:
        return self.about_pack.sources

    @property
    def grades(self) -> tuple[Grade, ...]:
        return self.about_pack.grades

    def source(self, key: str) -> Source:
        return _by_key(self.sources, key)

    def grade(self, key: str) -> Grade:
        return _by_key(self.grades, key)

    def office(self, key: str) -> Office:
        return _by_key(self.offices, key)

    def stakeholder(self, key: str) -> Stakeholder:
        return _by_key(self.stakeholders, key)

    def retention_class(self, key: str) -> RetentionClass:
        return _by_key(self.retention, key)

    @cached_property
    def _derived(self) -> dict[str, Vocabulary]:
        """Lists that stand in files of their own, and are asked for like any vocabulary."""

        def of(title: Text, things: tuple[Any, ...]) -> Vocabulary:
            terms = [
                {"key": thing.key, "label": thing.label.root, "order": at, "in_text": in_text and in_text.root}
                for at, thing in enumerate(things, 1)
                for in_text in [getattr(thing, "in_text", None)]
            ]
            return Vocabulary.model_validate(
                {
                    "title": title.root,
                    "version": self.version,
                    "source": self.sources[0].key,
                    "grade": self.grades[0].key,
                    "terms": terms,
                }
            )

        return {
            "stakeholder": of(self.title, self.stakeholders),
            "office": of(self.title, self.offices),
            "retention_class": of(self.title, self.retention),
            "matrix_band": of(self.title, self.matrix.bands),
            "assessment_state": of(self.title, self.assessment.states),
        }

    def vocabulary(self, name: str) -> Vocabulary:
        """A list of words by name, also those made from files of their own (`needs.DERIVED`). Raises KeyError."""
        found = self.vocabularies.get(name)
        return found if found is not None else self._derived[name]

    def label(self, name: str, key: str, language: str) -> str:
        return self.vocabulary(name).label(key, language)

    def choices(self, name: str, language: str) -> list[tuple[str, str]]:
        return self.vocabulary(name).choices(language)

    def grade_of(self, how: str, sure: str) -> Graded:
        """The two Admiralty grades behind a plain choice. Raises KeyError."""
        for row in self.grading.rows:
            if (row.how, row.sure) == (how, sure):
                return Graded(row.reliability, row.credibility)
        raise KeyError((how, sure))

    def matrix_band(self, likelihood: str, impact: str) -> Band:
        """The band in which a board discusses it: looked up. Raises KeyError."""
        return self.matrix.band(likelihood, impact)

    def offices_for(self, step: str) -> tuple[str, ...]:
        """The offices that decide a step. Raises KeyError for a step that the pack does not know."""
        return self.rights[step].offices


FILES: dict[str, type[Shape]] = {
    "pack.yaml": PackFile,
    "vocabularies.yaml": VocabulariesFile,
    "grading.yaml": Grading,
    "offices.yaml": OfficesFile,
    "rights.yaml": RightsFile,
    "stakeholders.yaml": StakeholdersFile,
    "assessment.yaml": Assessment,
    "matrix.yaml": Matrix,
    "retention.yaml": RetentionFile,
    "calendar.yaml": Days,
    "help.yaml": Help,
    "complaints.yaml": ComplaintsFile,
    "refuse.yaml": RefuseFile,
    "profile.yaml": Layout,
}
