"""What people type about accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plait.frame.forms import Choice, Day, Line, PlaitForm, Text


class Secret(forms.CharField):
    """A password: shown as dots, never sent back."""

    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        super().__init__(
            strip=False,
            max_length=128 if autocomplete == "new-password" else 500,
            widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
            **kwargs,
        )


class SignIn(PlaitForm):
    email = Line(label=_("E-mail address"), autocomplete="username", max_length=254)
    password = Secret(label=_("Password"), autocomplete="current-password")


class NewPassword(PlaitForm):
    password = Secret(
        label=_("Choose a password"),
        help_text=_("At least 15 characters. A short sentence is easy to remember and hard to guess."),
        autocomplete="new-password",
    )


class Code(PlaitForm):
    factor_code = Line(
        label=_("Code"),
        help_text=_("The six digits that the app shows now, or one of your recovery codes."),
        autocomplete="one-time-code",
        max_length=40,
    )


class NewApp(PlaitForm):
    factor_code = Line(label=_("The six digits that the app shows"), autocomplete="one-time-code", max_length=12)


class NewPasskey(PlaitForm):
    name = Line(label=_("Name of the passkey"), help_text=_("Such as: work laptop."), max_length=60, required=False)


class ChangePassword(PlaitForm):
    old = Secret(label=_("Your present password"), autocomplete="current-password")
    password = Secret(
        label=_("Your new password"),
        help_text=_("At least 15 characters. Every other browser is signed out."),
        autocomplete="new-password",
    )


class Language(PlaitForm):
    language = Choice(label=_("Language of the pages"), choices=())

    def __init__(self, *args: Any, languages: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages


class Invite(PlaitForm):
    name = Line(label=_("Name"))
    email = Line(label=_("E-mail address"), max_length=254)


class Appoint(PlaitForm):
    office = Choice(label=_("Which office?"), choices=())
    reason = Text(
        label=_("Why, and who decided it?"),
        help_text=_("It stands in the list of offices for everybody in the partnership."),
        rows=2,
        longest=500,
    )
    ends = Day(label=_("Until when?"), help_text=_("Leave it empty when no end is set."), required=False)

    def __init__(self, *args: Any, offices: list[tuple[str, str]], hints: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].choices = offices
        self.fields["office"].hints = hints
