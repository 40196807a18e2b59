"""What the maker of a link types, and what a visitor does."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from plait.frame.forms import Choice, Day, Line, Number, PlaitForm, Text, language_name
from plait.kernel.access.visiting import MOST_ANSWERS


class VisitorForm(PlaitForm):
    """The ground of every visitor's form. Rooms change labels and add choices."""

    text = Text(label=_("Your answer"), rows=6, longest=4000)
    signed = Line(
        label=_("Your name or your organisation's"),
        help_text=_("Only if you want to be asked back. It can be left empty."),
        required=False,
        max_length=200,
    )


class LinkForm(PlaitForm):
    """A question in the words of whoever asks it, what it is about, who reads the answer, in which language, until when, how often."""

    question = Text(
        label=_("Your question, as they will read it"),
        help_text=_("One question. Whoever has the address can read it: write nothing that is not for outside, and name nobody."),
        rows=3,
        longest=300,
    )
    about = Choice(label=_("About"), menu=True)
    circle = Choice(label=_("Who reads the answer?"))
    lang = Choice(label=_("Language of the page"))
    ends = Day(label=_("Until when does it open?"), help_text=_("At most three months ahead."))
    most = Number(
        label=_("How many answers may come through it?"),
        help_text=_("One for a link to one person. More if you send the same address to several."),
        min_value=1,
        max_value=MOST_ANSWERS,
        initial=1,
    )

    def __init__(
        self, *args: Any, about: tuple[Any, list[tuple[str, str]]] | None, circles: list[tuple[str, str]], languages: list[str], **kwargs: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        if about is None:
            del self.fields["about"]
        else:
            self.fields["about"].label = about[0]
            self.fields["about"].choices = [("", _("choose")), *about[1]]  # type: ignore[attr-defined]
        self.fields["circle"].choices = circles  # type: ignore[attr-defined]
        self.fields["lang"].choices = [(code, language_name(code)) for code in languages]  # type: ignore[attr-defined]


class DeclineForm(PlaitForm):
    reason = Text(
        label=_("Why is it not taken over?"),
        help_text=_("It stays with the answer, for whoever reads it here."),
        rows=2,
        longest=500,
    )
