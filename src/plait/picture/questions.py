"""What this room asks people without an account: what they say to a published statement, and whether they know something."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from plait.frame.forms import Choice, Choices, Day, Line, PlaitForm, Text, Tick
from plait.kernel import access
from plait.kernel.acting import Asker
from plait.kernel.errors import NotFound
from plait.kernel.models import Answer, Level, Published
from plait.picture import words
from plait.picture.actions import add_evidence, comment
from plait.picture.forms import NOBODY
from plait.picture.models import Assessment, AssessmentComment, Evidence, Risk
from plait.questions.forms import VisitorForm
from plait.questions.kinds import Kind, Shown, Taker, asks, page_of

STATEMENTS = ("assessment", "risk")

# what may be asked about ---------------------------------------------------------------------------------------------------


def _published() -> Any:
    return Published.objects.filter(circle_id=access.public_circle(), kind__in=STATEMENTS, until__isnull=True)


def _statements(asker: Asker) -> list[tuple[str, str]]:
    """What is public already and nothing else: a link must not let out by one hand what takes two."""
    found = [(str(p.id), str(p.payload.get("title", ""))) for p in _published() if _said(p, "en")]
    return sorted(found, key=lambda f: f[1])


def _said(copy: Published, lang: str) -> str:
    translations = copy.payload.get("translations")
    given = translations.get(lang) if isinstance(translations, Mapping) else None
    return str(given or copy.payload.get("public_text") or "")


def _freeze(asker: Asker, id: uuid.UUID, lang: str) -> Shown:
    copy = _published().filter(id=id).first()
    if copy is None:
        raise NotFound
    text = _said(copy, lang)
    said_in = copy.lang if text == str(copy.payload.get("public_text")) else lang
    return Shown(str(copy.payload.get("title", "")), text, said_in, (), copy.kind, copy.record_id)


class StatementForm(VisitorForm):
    stance = Choice(label=_("What does your comment do?"))
    text = Text(label=_("In your own words"), help_text=_("About the statement. Please name no private person."), rows=6)
    field_order = ("stance", "text", "signed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stance"].choices = words.choices("comment_stance")  # type: ignore[attr-defined]


class KnowForm(VisitorForm):
    text = Text(
        label=_("What have you seen, heard or read?"),
        help_text=_("Two or three sentences, about a place or a theme. Please name no private person: this is not a place to report somebody."),
        rows=6,
    )  # fmt: skip


# into which record ---------------------------------------------------------------------------------------------------------


class IntoEvidence(PlaitForm):
    what = Text(label=_("What was seen, heard or read"), rows=6)
    title = Line(label=_("The same in a few words"), required=False)
    sure = Choice(label=_("How sure are you?"))
    happened_on = Day(label=_("When was it?"))
    place = Choice(label=_("Where was it?"), menu=True)
    themes = Choices(label=_("What is it about?"))
    names_nobody = Tick(label=NOBODY, legend=_("Nobody is named"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("sure", words.choices("evidence_sure")),
            ("place", words.places()),
            ("themes", words.choices("theme")),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]


def _evidence_form(asker: Asker, answer: Answer, data: Any) -> IntoEvidence:
    return IntoEvidence(data, initial={"what": answer.text, "happened_on": answer.came_on, "sure": "unsure"})


def _into_evidence(asker: Asker, answer: Answer, values: Mapping[str, Any]) -> tuple[str, Evidence]:
    """In the circle that asked: what came to few does not go to more. What was told is graded as told."""
    source = str(_("an answer to our question"))
    made = add_evidence(asker, circle=answer.circle_id, how="told", lang=answer.lang, source=source, **values)
    return "evidence", made


def _open_drafts(asker: Asker, answer: Answer) -> list[Assessment]:
    """Assessments of the circle that asked which are open for comment."""
    return list(Assessment.objects.filter(circle_id=answer.circle_id, state="commenting").order_by("-year", "-number"))


class IntoComment(PlaitForm):
    draft = Choice(label=_("On which draft?"))
    stance = Choice(label=_("What the comment does"))
    text = Text(label=_("Comment"), help_text=_("It stands under your name: say whose words they are."), rows=6)


def _comment_form(asker: Asker, answer: Answer, data: Any) -> IntoComment:
    drafts = _open_drafts(asker, answer)
    start = {"draft": str(drafts[0].id), "stance": answer.said.get("stance", ""), "text": answer.text}
    form = IntoComment(data, initial=start)
    form.fields["draft"].choices = [(str(d.id), d.title) for d in drafts]  # type: ignore[attr-defined]
    form.fields["stance"].choices = words.choices("comment_stance")  # type: ignore[attr-defined]
    return form


def _into_comment(asker: Asker, answer: Answer, values: Mapping[str, Any]) -> tuple[str, Assessment]:
    draft = uuid.UUID(values["draft"])
    made: AssessmentComment = comment(
        asker, id=draft, circle=answer.circle_id, stance=values["stance"], text=values["text"], lang=answer.lang
    )
    return "assessment", Assessment.objects.get(id=made.assessment_id, circle_id=answer.circle_id)


EVIDENCE = Taker("evidence", _("Take it into the evidence"), _evidence_form, _into_evidence)
COMMENT = Taker(
    "comment",
    _("Take it over as a comment"),
    _comment_form,
    _into_comment,
    lambda asker, answer: access.holds(asker, answer.circle_id, Level.CONTRIBUTOR) and bool(_open_drafts(asker, answer)),
)

asks(
    Kind(
        "statement",
        _("What do they say to something that we published?"),
        _("They read one published text, as it stands now, and say what they think of it."),
        StatementForm,
        about=_("Which statement?"),
        things=_statements,
        freeze=_freeze,
        takers=(COMMENT, EVIDENCE),
        extra=("stance",),
    )
)
asks(
    Kind(
        "evidence",
        _("Do they know something about a place or a theme?"),
        _("They read your question and answer it in a few sentences. Ask about a place or a theme, never about a person."),
        KnowForm,
        takers=(EVIDENCE,),
    )
)


@page_of("evidence")
def _evidence_page(id: uuid.UUID) -> str:
    row = Evidence.objects.filter(id=id).first()
    return row.get_absolute_url() if row else ""


@page_of("assessment")
def _assessment_page(id: uuid.UUID) -> str:
    row = Assessment.objects.filter(id=id).first()
    return row.get_absolute_url() if row else ""


@page_of("risk")
def _risk_page(id: uuid.UUID) -> str:
    row = Risk.objects.filter(id=id).first()
    return row.get_absolute_url() if row else ""
