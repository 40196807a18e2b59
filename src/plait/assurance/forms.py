"""What is typed about seats and the emergency access."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plait.frame.forms import Choice, Day, PlaitForm, Text
from plait.kernel.access.glass import SHORTEST


class Reference(forms.UUIDField):
    """The reference of a record, as somebody tells it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"autocomplete": "off"}), **kwargs)
        self.error_messages["invalid"] = _("A reference has 32 letters and digits in five parts. Copy it as it was sent to you.")


class BreakForm(PlaitForm):
    circle = Reference(
        label=_("Reference of the record"),
        help_text=_("Whoever told you of it has it: it stands in the address of its page, the first of the two."),
    )
    reason = Text(
        label=_("Why can it not wait for a steward?"),
        help_text=_(
            "At least 20 characters. The stewards and the data protection officer are told at once and read this; name nobody."
        ),
        rows=4,
        longest=500,
        min_length=SHORTEST,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].error_messages["min_length"] = _(
            "Say why in at least 20 characters: the stewards and the data protection officer read it."
        )


class AskForm(PlaitForm):
    circle = Reference(label=_("Reference of the record"))


class GlassForm(PlaitForm):
    justified = Choice(
        label=_("Was it justified?"), choices=[("yes", _("Yes")), ("no", _("No: the seat ends at once, if it is still open"))]
    )
    fact = Text(
        label=_("Which fact elsewhere says so?"),
        help_text=_("A record, a call, a rota, a letter: where it is and what it says. The person's own word is not enough. Name nobody who is not a colleague."),
        rows=4,
        longest=2000,
    )  # fmt: skip


class BeginForm(PlaitForm):
    due = Day(label=_("Until when is each seat to be answered for?"))


class AnswerForm(PlaitForm):
    say = Choice(label=_("Is this seat still needed?"), choices=[("keep", _("Yes: keep it")), ("end", _("No: end it"))])
    reason = Text(label=_("Why?"), help_text=_("Write it as if the person whose seat it is read it."), rows=3, longest=500)


class DecideForm(PlaitForm):
    agree = Choice(label=_("Do you agree?"), choices=[("yes", _("Yes")), ("no", _("No: ask again"))])
    note = Text(label=_("Why not?"), help_text=_("Needed when you do not agree."), rows=3, longest=500, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("agree") == "no" and len(given.get("note", "")) < 3:
            self.add_error("note", _("Say why not, so that it can be answered better."))
        return given
