"""What people type about a priority. The same form adds and changes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from plait import packs
from plait.frame import forms
from plait.programme import policies
from plait.programme.models import Priority
from plait.programme.queries import Choosable, language

IN = "in_"
NOTHING = [("", _("choose"))]


class PriorityForm(forms.RowForm):
    title = forms.Line(label=_("Its name, in a few words"))
    public_text = forms.Text(
        label=_("What do you want to reach?"),
        help_text=_("One or two sentences. The public reads these words once they are released."),
        rows=4,
    )
    risk = forms.Choice(label=_("Which risk does it answer?"), menu=True, required=False)
    gap = forms.Choice(label=_("Or which gap at the table?"), help_text=_("One of the two is needed."), menu=True, required=False)
    lead = forms.Choice(
        label=_("Which organisation leads?"), help_text=_("Named in public only if it agreed to that."), menu=True
    )
    due = forms.Day(label=_("By which day?"))
    horizon = forms.Choice(label=_("For when is it?"))
    state = forms.Choice(label=_("Where does it stand?"))
    measure = forms.Text(label=_("How will you know that it worked?"), help_text=_("Stays inside."), rows=2)
    next_step = forms.Text(label=_("What happens next?"), help_text=_("Stays inside."), rows=2)
    position = forms.Number(
        label=_("Place in the order"), help_text=_("1 stands first, in the list and in the profile."), required=False
    )
    lang = forms.Choice(label=_("In which language is it written?"), menu=True)

    def __init__(self, *args: Any, choosable: Choosable, row: Priority | None = None, **kwargs: Any) -> None:
        if row is not None:
            start: dict[str, Any] = {"risk": row.risk_id, "gap": row.gap_id, "lead": row.lead_id}
            start |= {f"{IN}{code}": text for code, text in row.translations.items()}
        else:
            start = {"horizon": "now", "state": "planned", "lang": language().partition("-")[0]}
        kwargs["initial"] = start | (kwargs.get("initial") or {})
        super().__init__(*args, row=row, **kwargs)
        pack, said = packs.current(), language()
        self._menu("risk", NOTHING + choosable.risks)
        self._menu("gap", NOTHING + choosable.gaps)
        self._menu("lead", NOTHING + choosable.leads)
        self._menu("horizon", pack.choices("priority_horizon", said))
        self._menu("state", pack.choices("priority_state", said))
        codes = list(dict.fromkeys([*choosable.languages, *([row.lang, *row.translations] if row else [])]))
        self._menu("lang", [(code, forms.language_name(code)) for code in codes])
        if row is not None:
            del self.fields["state"]
        for code in codes:
            label = _("The same in %(language)s") % {"language": forms.language_name(code)}
            hint = _("A translation of what you want to reach. Leave it empty for the language in which it is written.")
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
            | {name: UUID(said[name]) if said.get(name) else None for name in ("risk", "gap", "lead")}
            | {"translations": translations}
        )


class MoveForm(forms.PlaitForm):
    """Where it stands now, and why."""

    version = forms.forms.IntegerField(widget=forms.forms.HiddenInput, required=False)
    state = forms.Choice(label=_("Where does it stand now?"))
    words = forms.Text(
        label=_("Why? What came of it?"), help_text=_("A sentence is enough. It stays inside, in the history."), rows=3
    )

    def __init__(self, *args: Any, row: Priority, **kwargs: Any) -> None:
        super().__init__(*args, initial={"version": row.version}, **kwargs)
        known = dict(packs.current().choices("priority_state", language()))
        self.fields["state"].choices = [(key, known[key]) for key in policies.steps(row.state, known)]  # type: ignore[attr-defined]


class VersionForm(forms.PlaitForm):
    """Nothing to type: only which version was seen."""

    version = forms.forms.IntegerField(widget=forms.forms.HiddenInput)
