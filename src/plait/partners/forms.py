"""What people type about partners. The same form adds and changes; nothing is saved here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from plait.frame import forms
from plait.partners.queries import LISTED, Words

IN = "in_"
Choices = Sequence[tuple[str, Any]]
NOTHING: list[tuple[str, Any]] = [("", _("choose"))]
NOBODY: list[tuple[str, Any]] = [("", _("nobody yet"))]
LEVELS: list[tuple[str, Any]] = [
    ("0", _("No seat in the partnership")),
    ("1", _("Reads")),
    ("2", _("Reads and writes")),
    ("3", _("Steward")),
]
LEVEL_HINTS = {
    "0": _("Sees what the organisation keeps in its own circle, and nothing of the partnership."),
    "1": _("Sees what partners see."),
    "2": _("Adds evidence, comments and changes."),
    "3": _("Decides who sees it, and prepares releases."),
}


def _offer(form: Any, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    form.fields[name].choices = list(choices)


class Translated(forms.RowForm):
    """A form with a public text: its language, and the same text in the partnership's other languages."""

    public_text: Any
    lang = forms.Choice(label=_("In which language is it written?"), menu=True)

    def __init__(self, *args: Any, languages: Sequence[str], row: Any = None, **kwargs: Any) -> None:
        start: dict[str, Any] = {"lang": languages[0]}
        if row is not None:
            start = {f"{IN}{code}": said for code, said in row.translations.items()}
        kwargs["initial"] = start | (kwargs.get("initial") or {})
        super().__init__(*args, row=row, **kwargs)
        codes = list(dict.fromkeys([*languages, *([row.lang, *row.translations] if row is not None else [])]))
        _offer(self, "lang", [(code, forms.language_name(code)) for code in codes])
        if len(codes) > 1:
            for code in codes:
                field = forms.Text(
                    label=_("The public text in %(language)s") % {"language": forms.language_name(code)},
                    help_text=_("A translation. Leave it empty for the language in which the text above is written."),
                    rows=3, longest=4000, required=False,
                )  # fmt: skip
                field.widget.attrs["lang"] = code
                self.fields[f"{IN}{code}"] = field
        last = [name for name in self.fields if name == "lang" or name.startswith(IN)]
        self.order_fields([*(name for name in self.fields if name not in last), *last])

    def values(self, *without: str) -> dict[str, Any]:
        said = super().values("version", "circle", *without)
        translations = {name.removeprefix(IN): said.pop(name) for name in list(said) if name.startswith(IN)}
        return said | {"translations": translations}


def _ids(said: dict[str, Any], *names: str) -> dict[str, Any]:
    return said | {name: UUID(said[name]) if said.get(name) else None for name in names}


class OrganisationForm(Translated):
    name = forms.Line(
        label=_("Name"),
        help_text=_("As it calls itself. For a place of worship or accommodation write a name that does not say which one."),
    )
    kind = forms.Choice(label=_("What kind of body is it?"), menu=True)
    sectors = forms.Choices(
        label=_("Which sectors does it stand for?"), help_text=_("These decide which recommended seats it fills.")
    )
    duty = forms.Choice(label=_("On what ground does it take part?"), required=False, menu=True)
    public_text = forms.Text(
        label=_("What does it do in the partnership?"),
        help_text=_("One sentence. The public reads it if the organisation agrees to be listed."),
        rows=3,
        longest=2000,
        required=False,
    )
    area = forms.Choice(label=_("Which area does it serve?"), required=False, menu=True)
    contact_email = forms.Line(
        label=_("Its published e-mail address"), help_text=_("The body's own, not a person's."), required=False, max_length=254
    )
    contact_phone = forms.Line(label=_("Its published telephone number"), required=False, max_length=60)
    contact_web = forms.Line(label=_("Its website"), required=False)
    gss_code = forms.Line(
        label=_("Code of the Office for National Statistics"),
        help_text=_("For councils: a letter and eight digits."),
        required=False,
        short=True,
    )
    charity_number = forms.Line(label=_("Charity number"), required=False, short=True)
    company_number = forms.Line(
        label=_("Company number"), help_text=_("Eight characters, zeros in front included."), required=False, short=True
    )
    ror = forms.Line(label=_("Research Organization Registry"), help_text=_("The address that ror.org shows."), required=False)
    joined = forms.Day(label=_("Since when does it take part?"), required=False)
    sensitive_site = forms.Tick(
        label=_("It is a place of worship or runs accommodation"),
        help_text=_(
            "Then it stands here as what it is, without its name, and is never listed or mapped anywhere, whoever agrees."
        ),
        required=False,
    )

    def __init__(self, *args: Any, words: Words, places: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.row
        for name, vocabulary, empty in (
            ("kind", "organisation_type", NOTHING),
            ("duty", "duty_status", [("", _("not said"))]),
            ("sectors", "sector", []),
        ):
            known = words.choices(vocabulary)
            stands = getattr(row, name, "") or []
            kept = [key for key in (stands if isinstance(stands, list) else [stands]) if key not in dict(known)]
            _offer(self, name, [*empty, *known, *((key, words.label(vocabulary, key)) for key in kept)])
        _offer(self, "area", [("", _("not said")), *places])


class AgreementForm(forms.RowForm):
    listed = forms.Choices(label=_("Where did it agree to be listed?"), choices=list(LISTED.items()))
    agreed_by = forms.Line(
        label=_("Who of the organisation agreed?"),
        help_text=_("Somebody who may speak for it. Only the partnership reads this name."),
    )
    agreed_on = forms.Day(label=_("On which day?"))


class LeaveForm(forms.RowForm):
    left = forms.Day(label=_("On which day did it leave?"))


class VersionForm(forms.RowForm):
    """Nothing to type: only which version was seen."""


class PersonForm(forms.RowForm):
    name = forms.Line(label=_("Name"))
    email = forms.Line(
        label=_("E-mail address at work"),
        required=False,
        max_length=254,
        help_text=_("Where this is an account's address, the account becomes this person's."),
    )


class InviteForm(forms.PlaitForm):
    name = forms.Line(label=_("Name"))
    email = forms.Line(label=_("E-mail address at work"), max_length=254)


class SeatForm(forms.PlaitForm):
    level = forms.Choice(label=_("What may they do in the partnership?"), choices=LEVELS, hints=LEVEL_HINTS, initial="2")
    inside = forms.Tick(label=_("They also sit in the organisation's own circle"), required=False, initial=True)

    def values(self, *without: str) -> dict[str, Any]:
        said = super().values(*without)
        return said | {"level": int(said["level"])}


class MembershipForm(SeatForm):
    person = forms.Choice(label=_("Who?"), menu=True)
    role = forms.Line(label=_("What is their role there?"), required=False)
    starts = forms.Day(label=_("From which day?"))
    field_order = ("person", "role", "starts", "level", "inside")

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "person", [*NOTHING, *people])

    def values(self, *without: str) -> dict[str, Any]:
        return _ids(super().values(*without), "person")


class EndForm(forms.RowForm):
    ends = forms.Day(label=_("On which day did it end?"))


class GroupForm(Translated):
    name = forms.Line(label=_("Name"))
    kind = forms.Choice(label=_("What kind of group is it?"))
    public_text = forms.Text(
        label=_("What is it for?"), help_text=_("One sentence. The public reads it once it is released."), rows=3, longest=2000
    )
    terms = forms.Text(
        label=_("Terms of reference"),
        help_text=_("What it decides, who must be present, how often its terms are looked at. Only the partnership reads them."),
        rows=8,
        longest=10_000,
        required=False,
    )
    meets = forms.Line(label=_("How often does it meet?"), required=False)

    def __init__(self, *args: Any, words: Words, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "kind", words.choices("group_kind"))


class NewGroupForm(GroupForm):
    starts = forms.Day(label=_("Since when does it work?"))
    chair = forms.Choice(
        label=_("Who chairs it?"),
        help_text=_("The chair becomes steward of the group's circle, and can add members."),
        required=False,
        menu=True,
    )
    members = forms.Choices(label=_("Who sits in it?"), required=False)
    field_order = ("name", "kind", "public_text", "terms", "meets", "starts", "chair", "members", "lang")

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "chair", [*NOBODY, *people])
        _offer(self, "members", people)

    def values(self, *without: str) -> dict[str, Any]:
        said = _ids(super().values(*without), "chair")
        return said | {"members": [UUID(each) for each in said["members"]]}


class ChairForm(forms.RowForm):
    chair = forms.Choice(label=_("Who chairs it from now on?"), menu=True)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "chair", [*NOTHING, *people])


class MemberForm(forms.PlaitForm):
    person = forms.Choice(label=_("Who joins it?"), menu=True)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "person", [*NOTHING, *people])


class GapForm(Translated):
    stakeholder = forms.Choice(label=_("Which kind of partner is missing?"), menu=True)
    public_text = forms.Text(
        label=_("Why does it matter?"),
        help_text=_("A sentence or two. The public reads them once they are released."),
        rows=3,
        longest=2000,
    )
    state = forms.Choice(label=_("How far is the conversation?"))
    next_step = forms.Text(
        label=_("What is the next step?"),
        help_text=_("The public reads this too once it is released. Name no person."),
        rows=3,
        longest=2000,
        required=False,
    )
    lead = forms.Choice(
        label=_("Who takes it on?"), help_text=_("Only the partnership reads this name."), required=False, menu=True
    )
    widen = forms.Tick(label=_("Some of this kind take part already, and more are needed"), required=False)

    def __init__(self, *args: Any, words: Words, people: Choices, row: Any = None, **kwargs: Any) -> None:
        start = {"lead": row.lead_id} if row is not None else {}
        super().__init__(*args, row=row, **kwargs | {"initial": start | (kwargs.get("initial") or {})})
        _offer(self, "stakeholder", [*NOTHING, *((each.key, each.label.said(words.lang)) for each in words.pack.stakeholders)])
        known = words.choices("gap_state")
        if row is not None and row.state not in dict(known):
            known = [*known, (row.state, words.label("gap_state", row.state))]
        _offer(self, "state", known)
        _offer(self, "lead", [*NOBODY, *people])
        if row is not None:
            del self.fields["stakeholder"]

    def values(self, *without: str) -> dict[str, Any]:
        return _ids(super().values(*without), "lead")


class AppointForm(forms.PlaitForm):
    person = forms.Choice(label=_("Whom?"), menu=True)
    office = forms.Choice(label=_("To which office?"), menu=True)
    reason = forms.Line(label=_("Why?"), help_text=_("Everybody in the partnership can read it."), max_length=500)

    def __init__(self, *args: Any, words: Words, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "person", [*NOTHING, *people])
        _offer(self, "office", [*NOTHING, *((each.key, each.label.said(words.lang)) for each in words.pack.offices)])

    def values(self, *without: str) -> dict[str, Any]:
        return _ids(super().values(*without), "person")


class AboutForm(Translated):
    public_text = forms.Text(
        label=_("Who are you, in a sentence or two?"),
        help_text=_("Stands first in the team profile, once it is released."),
        rows=3,
    )
    coordinating = forms.Text(label=_("Who coordinates, and how?"), rows=3, required=False)
    focus = forms.Text(label=_("What do you look to first?"), help_text=_("One a line."), rows=3, required=False)
    funder = forms.Text(label=_("Who pays?"), rows=3, longest=2000, required=False)
    programme = forms.Line(label=_("From which programme?"), max_length=300, required=False)
    disclaimer = forms.Text(label=_("Disclaimer"), rows=2, longest=2000, required=False)
    contact_name = forms.Line(
        label=_("Contact: name of the office"), help_text=_("An office, not a person: it stands in public."), required=False
    )
    contact_address = forms.Line(label=_("Contact: address"), max_length=300, required=False)
    contact_email = forms.Line(label=_("Contact: e-mail"), max_length=254, required=False)
    contact_phone = forms.Line(label=_("Contact: telephone"), max_length=60, required=False)
    contact_web = forms.Line(label=_("Contact: website"), required=False)
