"""What people type about the picture. Nothing is saved here."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from plait import packs
from plait.frame.forms import Choice, Choices, Day, Line, Number, PlaitForm, RowForm, Text, Tick, language_name
from plait.frame.uploads import TAKEN, Upload
from plait.picture import words


class Hidden(forms.CharField):
    def __init__(self) -> None:
        super().__init__(required=False, max_length=64, widget=forms.HiddenInput)


class VersionForm(PlaitForm):
    """A press of a button on the row as it was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class FileForm(PlaitForm):
    """One file to add."""

    file = Upload(
        label=_("Which file?"),
        help_text=format_lazy(
            "{} {}",
            TAKEN,
            _(
                "Author, comments, and what a picture tells of camera and place are taken out before it is kept; the file as it came is not kept."
                " Look at it yourself first: what stands in its pages stays, names too."
            ),
        ),
    )


# ---- evidence, one question a page ------------------------------------------------------------------------------


class WhatForm(PlaitForm):
    what = Text(
        label=_("What did you see, hear or read?"),
        help_text=_("Two or three sentences. About a place or a theme, never a person. Your words are kept as you write them."),
        rows=6,
    )
    title = Line(
        label=_("The same in a few words"), help_text=_("For lists. Leave it empty and we take your first words."), required=False
    )


class HowForm(PlaitForm):
    how = Choice(
        label=_("How do you know?"),
        help_text=_("This sets how the item is graded. Nothing here grades you or your organisation."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["how"].choices = words.choices("evidence_how")  # type: ignore[attr-defined]
        self.fields["how"].hints = words.hints("evidence_how")  # type: ignore[attr-defined]


class SureForm(PlaitForm):
    sure = Choice(label=_("How sure are you?"), help_text=_("“I cannot say” is an honest answer."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sure"].choices = words.choices("evidence_sure")  # type: ignore[attr-defined]
        self.fields["sure"].hints = words.hints("evidence_sure")  # type: ignore[attr-defined]


class WhenForm(PlaitForm):
    happened_on = Day(
        label=_("When was it?"),
        help_text=_("The day, or the nearest one that you know. For something that you heard or read: the day of that."),
    )


class WhereForm(PlaitForm):
    place = Choice(label=_("Where was it?"), help_text=_("No narrower than this list: no school, no street, no house."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = words.places()  # type: ignore[attr-defined]


class AboutForm(PlaitForm):
    themes = Choices(label=_("What is it about?"), help_text=_("Tick one or more."))
    kind = Choice(label=_("What kind of thing is it?"), menu=True, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["themes"].choices = words.choices("theme")  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("choose")), *words.choices("evidence_kind")]  # type: ignore[attr-defined]


class WhoForm(PlaitForm):
    circle = Choice(
        label=_("Who may read it?"),
        help_text=_(
            "Those whom you choose, and nobody else. It cannot be widened later except by a copy that two people release."
        ),
    )

    def __init__(self, *args: Any, circles: list[tuple[str, str]], hints: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["circle"].choices = circles  # type: ignore[attr-defined]
        self.fields["circle"].hints = hints  # type: ignore[attr-defined]


NOBODY = _("It names no private person, and nobody can be recognised from it")


class CheckForm(PlaitForm):
    names_nobody = Tick(label=NOBODY, legend=_("Nobody is named"))
    source = Line(
        label=_("Where does it come from?"),
        help_text=_("Such as “own walk to work” or “staff meeting”. Never a name."),
        max_length=300,
        required=False,
    )


# ---- evidence, all on one page ----------------------------------------------------------------------------------


class EvidenceForm(RowForm):
    what = Text(label=_("What was seen, heard or read"), rows=6)
    title = Line(label=_("The same in a few words"), required=False)
    how = Choice(label=_("How do you know?"))
    sure = Choice(label=_("How sure are you?"))
    happened_on = Day(label=_("When was it?"))
    place = Choice(label=_("Where was it?"), menu=True)
    themes = Choices(label=_("What is it about?"))
    kind = Choice(label=_("What kind of thing is it?"), menu=True, required=False)
    source = Line(
        label=_("Where does it come from?"),
        help_text=_("Such as “own walk to work” or “staff meeting”. Never a name."),
        max_length=300,
        required=False,
    )
    lang = Choice(label=_("Written in"), menu=True)
    names_nobody = Tick(label=NOBODY, legend=_("Nobody is named"))
    reliability = Choice(label=_("Reliability of the source"), menu=True, required=False)
    credibility = Choice(label=_("Credibility of what is said"), menu=True, required=False)

    def __init__(self, *args: Any, row: Any, **kwargs: Any) -> None:
        plain = packs.current().grade_of(row.how, row.sure)
        kwargs["initial"] = {
            "names_nobody": False,
            "reliability": "" if row.reliability == plain.reliability else row.reliability,
            "credibility": "" if row.credibility == plain.credibility else row.credibility,
        }
        super().__init__(*args, row=row, **kwargs)
        as_said = [("", _("as the plain answers say"))]
        for name, choices in (
            ("how", words.choices("evidence_how")),
            ("sure", words.choices("evidence_sure")),
            ("place", words.places()),
            ("themes", words.choices("theme")),
            ("kind", [("", _("choose")), *words.choices("evidence_kind")]),
            ("lang", language_choices(row)),
            ("reliability", [*as_said, *((k, f"{k} {v}") for k, v in words.choices("admiralty_reliability"))]),
            ("credibility", [*as_said, *((k, f"{k} {v}") for k, v in words.choices("admiralty_credibility"))]),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]


def language_choices(row: Any = None) -> list[tuple[str, str]]:
    """The partnership's languages, and the row's own."""
    codes = dict.fromkeys([*words.languages(), *([row.lang] if row is not None else [])])
    return [(code, language_name(code)) for code in codes]


class Translated(RowForm):
    """A form about words that may stand outside: the language they are written in, and a field for each other language."""

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        self.said: dict[str, str] = dict(row.translations) if row is not None else {}
        codes = [code for code, _name in language_choices(row)]
        here = row.lang if row is not None else codes[0]
        others = [code for code in codes if code != here]
        start = {f"translation_{code}": self.said.get(code, "") for code in others} | {"lang": here}
        kwargs["initial"] = start | (kwargs.get("initial") or {})
        super().__init__(*args, row=row, **kwargs)
        self.fields["lang"].choices = language_choices(row)  # type: ignore[attr-defined]
        self.translated = [f"translation_{code}" for code in others]
        for name, code in zip(self.translated, others, strict=True):
            label = _("The public text in another language: %(language)s") % {"language": language_name(code)}
            self.fields[name] = Text(label=label, rows=3, required=False)

    def values(self, *without: str) -> dict[str, Any]:
        made = super().values("version", "circle", *without, *self.translated)
        made["translations"] = self.said | {n.removeprefix("translation_"): self.cleaned_data[n] for n in self.translated}
        return made


# ---- risks ------------------------------------------------------------------------------------------------------


class RiskForm(Translated):
    title = Line(label=_("The risk in a few words"))
    code = Line(
        label=_("Code"),
        help_text=_("Short, such as R1. Leave it empty and we take the next one."),
        max_length=12,
        short=True,
        required=False,
    )
    family = Choice(label=_("Kind of risk"), menu=True)
    themes = Choices(label=_("Themes"))
    cause = Text(label=_("Cause: who or what drives it"), rows=2, required=False)
    event = Text(
        label=_("Event: what could happen"),
        help_text=_("Begun with a small letter, it is read on from the cause as one sentence."),
        rows=2,
        required=False,
    )
    consequence = Text(label=_("Consequence: what would follow"), rows=2, required=False)
    harmed = Text(label=_("Who may be harmed"), rows=2, required=False)
    measures = Text(label=_("Measures that stand in the way"), rows=2, required=False)
    likelihood = Choice(label=_("How likely within twelve months?"))
    impact = Choice(label=_("How bad would it be?"))
    confidence = Choice(label=_("How good is our knowledge?"))
    trend = Choice(label=_("Which way does it go?"))
    why = Text(
        label=_("Why do you judge it so?"), help_text=_("“May” and “might” say nothing: use the words of the scale."), rows=4
    )
    lead = Choice(label=_("Who leads"), menu=True, required=False)
    position = Number(label=_("Place in the order"), required=False, min_value=0)
    public_text = Text(
        label=_("What the public may read"),
        help_text=_(
            "One or two sentences. It leaves only after a second person has released it. Leave it empty to keep the risk inside."
        ),
        rows=3,
        required=False,
    )
    lang = Choice(label=_("Written in"), menu=True)

    def __init__(
        self,
        *args: Any,
        organisations: list[tuple[str, str]],
        circles: list[tuple[str, str]] | None = None,
        row: Any = None,
        **kwargs: Any,
    ) -> None:
        if row is not None:
            kwargs["initial"] = {"lead": str(row.lead_id or "")} | (kwargs.get("initial") or {})
        super().__init__(*args, row=row, **kwargs)
        for name, vocabulary in (
            ("family", "risk_family"),
            ("themes", "theme"),
            *((s, s) for s in ("likelihood", "impact", "confidence", "trend")),
        ):
            self.fields[name].choices = words.choices(vocabulary)  # type: ignore[attr-defined]
            self.fields[name].hints = {} if vocabulary == "theme" else words.hints(vocabulary)  # type: ignore[attr-defined]
        self.fields["family"].choices = [("", _("choose")), *words.choices("risk_family")]  # type: ignore[attr-defined]
        for name in ("impact", "confidence"):
            self.fields[name].help_text = words.about(name)
        self.fields["lead"].choices = [("", _("nobody yet")), *organisations]  # type: ignore[attr-defined]
        if circles:
            self.fields["readers"] = Choice(label=_("Who may read it?"), choices=circles, initial=circles[0][0])

    def values(self, *without: str) -> dict[str, Any]:
        made = super().values(*without, "readers")
        made["lead"] = uuid.UUID(made["lead"]) if made["lead"] else None
        return made


class WhyForm(VersionForm):
    why = Line(label=_("Why?"), help_text=_("In a few words. Whoever looks for it later reads this."), max_length=500)


# ---- assessments ------------------------------------------------------------------------------------------------


class DraftForm(Translated):
    title = Line(label=_("Title"))
    public_text = Text(
        label=_("What the picture shows, in a few sentences"),
        help_text=_("The summary. The public may read it once the board has agreed it and a second person has released it."),
        rows=6,
    )
    method = Text(
        label=_("How it was made"), help_text=_("Who was asked, what was looked at, and what was not."), rows=4, required=False
    )
    lang = Choice(label=_("Written in"), menu=True)


class OpenForm(VersionForm):
    until = Day(label=_("Until which day may partners comment?"), help_text=_("The board can take its positions from today."))


class CommentForm(PlaitForm):
    text = Text(
        label=_("What do you say to this draft?"),
        help_text=_(
            "What is right, what is missing, what you would write instead. One sentence is enough. It stays beside the decision, with your organisation's name."
        ),
        rows=6,
    )
    stance = Choice(label=_("Your comment"))
    seen = Hidden()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stance"].choices = words.choices("comment_stance")  # type: ignore[attr-defined]


class AnswerForm(VersionForm):
    answer = Text(label=_("What became of it?"), help_text=_("What you changed, or why not."), rows=4)


class PositionForm(PlaitForm):
    position = Choice(
        label=_("Where do you stand on this picture?"),
        help_text=_("By name. Silence is not counted as agreement. You may change it until the chair records the decision."),
    )
    words = Text(
        label=_("In your own words"),
        help_text=_("Needed if you dissent: from what, and why. Kept with the decision as you write them."),
        rows=4,
        required=False,
    )
    seen = Hidden()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].choices = words.choices("position")  # type: ignore[attr-defined]


class AgreeForm(VersionForm):
    agreed_on = Day(label=_("On which day did the board agree?"))
    note = Text(
        label=_("Who was present, and what else should be kept"),
        help_text=_("Offices rather than names are enough."),
        rows=3,
        required=False,
    )
    seen = Hidden()
