"""What people type about a lesson. The same form adds and changes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from plait import packs
from plait.exchange.models import Lesson
from plait.exchange.queries import Choosable, language
from plait.frame import forms

IN = "in_"
NOTHING = [("", _("none"))]


class LessonForm(forms.RowForm):
    title = forms.Line(label=_("Its name, in a few words"))
    purpose = forms.Choice(label=_("What is it told for?"))
    public_text = forms.Text(
        label=_("What was learnt?"), help_text=_("One or two sentences that others can use. They name nobody."), rows=4
    )
    direction = forms.Choice(label=_("Whose lesson is it?"))
    city = forms.Line(
        label=_("Which city?"), help_text=_("Needed where it comes from another city or is meant for others."), required=False
    )
    case_text = forms.Text(
        label=_("In which case of cooperation?"), help_text=_("Stays inside. It names no private person."), rows=3, required=False
    )
    changed = forms.Text(label=_("What was changed because of it?"), help_text=_("Stays inside."), rows=2, required=False)
    outcome = forms.Text(label=_("What came of it?"), help_text=_("Stays inside."), rows=2, required=False)
    strength = forms.Choice(label=_("How well is it known?"))
    group = forms.Choice(label=_("Which group learnt it?"), menu=True, required=False)
    risk = forms.Choice(label=_("Which risk is it about?"), menu=True, required=False)
    share = forms.Tick(
        label=_("It may be shared outside the partnership, once two people have released it"), legend=_("Sharing"), required=False
    )
    position = forms.Number(
        label=_("Place in the order"), help_text=_("1 stands first, in the list and in the profile."), required=False
    )
    lang = forms.Choice(label=_("In which language is it written?"), menu=True)

    def __init__(self, *args: Any, choosable: Choosable, row: Lesson | None = None, **kwargs: Any) -> None:
        if row is not None:
            start: dict[str, Any] = {"group": row.group_id, "risk": row.risk_id}
            start |= {f"{IN}{code}": text for code, text in row.translations.items()}
        else:
            start = {"direction": "own", "lang": language().partition("-")[0]}
        kwargs["initial"] = start | (kwargs.get("initial") or {})
        super().__init__(*args, row=row, **kwargs)
        pack, said = packs.current(), language()
        for name in ("purpose", "direction", "strength"):
            self._menu(name, pack.choices(f"lesson_{name}", said))
        self._menu("group", NOTHING + choosable.groups)
        self._menu("risk", NOTHING + choosable.risks)
        codes = list(dict.fromkeys([*choosable.languages, *([row.lang, *row.translations] if row else [])]))
        self._menu("lang", [(code, forms.language_name(code)) for code in codes])
        for code in codes:
            label = _("The same in %(language)s") % {"language": forms.language_name(code)}
            hint = _("A translation of what was learnt. Leave it empty for the language in which it is written.")
            self.fields[f"{IN}{code}"] = forms.Text(label=label, help_text=hint, rows=3, required=False)
            self.fields[f"{IN}{code}"].widget.attrs["lang"] = code

    def _menu(self, name: str, choices: list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def values(self, *without: str) -> dict[str, Any]:
        """The keywords of the actions: references as ids, translations together."""
        said = super().values("version", "circle", *without)
        translations = {name.removeprefix(IN): said.pop(name) for name in list(said) if name.startswith(IN)}
        return (
            said
            | {name: UUID(said[name]) if said.get(name) else None for name in ("group", "risk")}
            | {"translations": translations}
        )


class VersionForm(forms.PlaitForm):
    """Nothing to type: only which version was seen."""

    version = forms.forms.IntegerField(widget=forms.forms.HiddenInput)
