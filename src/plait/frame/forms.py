"""Forms as the pages show them: one look, errors that say what to do, and what was typed stays.

    class Change(RowForm):
        event = Text(label=_("What could happen?"), help_text=_("One sentence."), rows=3)
        level = Choice(label=_("How likely?"), choices=..., hints={"likely": _("55 to 75%")})

    form = Change(posted(request), row=risk)                 # version and circle travel with it, hidden
    if form.is_valid() and form.does(actions.change_risk, request.asker, id=risk.id, **form.values()):
        return done(request, _("Saved."), risk)
    return show(request, "picture/change.html", {"form": form}, sees=risk)

Fields that a form does not have are passed over, whatever is posted. Nothing is saved here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.boundfield import BoundField
from django.utils.translation import get_language_info, gettext_lazy, ngettext
from django.utils.translation import gettext as _

CLASSES: list[tuple[type[forms.Widget], str]] = [
    (forms.Textarea, "area"),
    (forms.Select, "select"),
    (forms.CheckboxInput, ""),
    (forms.RadioSelect, ""),
    (forms.CheckboxSelectMultiple, ""),
    (forms.HiddenInput, ""),
    (forms.widgets.Input, "input"),
]
LISTS = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def language_name(code: str) -> str:
    """A language as the reader calls it; its code where nobody has named it."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def posted(request: Any) -> Any:
    """What a form is bound to: whatever was posted, be it nothing; None for a page that is only read."""
    return request.POST if request.method == "POST" else None


class Bound(BoundField):
    """A field with its value, its widget's class and what a screen reader hears with it."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        made: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if not isinstance(widget, LISTS):
            name = next((c for kind, c in CLASSES if isinstance(widget, kind)), "")
            said = " ".join(filter(None, [name, widget.attrs.get("class", "")]))
            if said:
                made["class"] = said
        if widget.is_hidden:
            made.pop("aria-invalid", None)
        return made

    @property
    def is_list(self) -> bool:
        """Radio buttons or tick boxes: a fieldset with a legend."""
        return isinstance(self.field.widget, LISTS)

    @property
    def is_tick(self) -> bool:
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def options(self) -> list[dict[str, Any]]:
        """Each choice with its id, its words and its hint. The first has the id that the error summary links to."""
        hints = getattr(self.field, "hints", {})
        made = []
        for n, sub in enumerate(self.subwidgets):
            data = sub.data
            value = str(data["value"])
            hint = hints.get(value, "")
            made.append(
                {
                    "id": self.id_first if n == 0 else data["attrs"].get("id", f"{self.auto_id}_{n}"),
                    "name": data["name"],
                    "type": data["type"],
                    "value": value,
                    "label": data["label"],
                    "checked": data["selected"],
                    "hint": hint,
                }
            )
        return made

    @property
    def id_first(self) -> str:
        return f"{self.auto_id}_0" if self.is_list else self.auto_id

    @property
    def described(self) -> str:
        return " ".join(
            filter(
                None,
                [f"{self.auto_id}_helptext" if self.help_text else "", f"{self.auto_id}_error" if self.errors else ""],
            )
        )


class PlaitForm(forms.Form):
    """The ground of every form: rendered by `{% errors form %}` and `{% field form.name %}`, or whole by frame/form.html."""

    bound_field_class = Bound
    use_required_attribute = False  # the page says what is missing, in words; the browser's bubble cannot

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.label and "required" in field.error_messages:
                default = forms.Field.default_error_messages["required"]
                if field.error_messages["required"] == default:
                    field.error_messages["required"] = gettext_lazy("Answer this: it cannot be left empty.")

    def values(self, *without: str) -> dict[str, Any]:
        """What was typed, cleaned: the keywords of an action."""
        return {k: v for k, v in self.cleaned_data.items() if k not in without}

    def does(self, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> bool:
        """Calls an action. What it finds wrong with the words stands with the fields; `made` holds what it gave back."""
        from plait.kernel.errors import Conflict, Invalid

        try:
            self.made = verb(*args, **kwargs)
        except Invalid as error:
            self.told(error.errors)
            return False
        except Conflict as error:
            error.form = self  # type: ignore[attr-defined]
            raise
        return True

    def told(self, errors: Mapping[str, Iterable[Any]]) -> None:
        """Sentences from an action, to the fields that they are about."""
        for name, sentences in errors.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)

    @property
    def summary(self) -> list[tuple[str, str]]:
        """The error summary: (id of the field to go to, what to do). The whole form's own errors have no id."""
        lines: list[tuple[str, str]] = [("", str(e)) for e in self.non_field_errors()]
        for name, errors in self.errors.items():
            if name == NON_FIELD_ERRORS:
                continue
            bound = cast(Bound, self[name])
            lines += [("" if bound.is_hidden else bound.id_first, _named(str(bound.label), str(e))) for e in errors]
        return lines

    @property
    def summary_title(self) -> str:
        n = len(self.summary)
        return ngettext("One thing to put right", "%(count)d things to put right", n) % {"count": n}


def _named(label: str, sentence: str) -> str:
    """An error as the summary says it: two fields may lack the same thing."""
    if not label:
        return sentence
    if label[-1] in "?!.:":
        return _("%(question)s %(sentence)s") % {"question": label, "sentence": sentence}
    return _("%(label)s: %(sentence)s") % {"label": label, "sentence": sentence}


class RowForm(PlaitForm):
    """A form about one row that exists: its version and circle come back with it, hidden."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    circle = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, row: Any = None, **kwargs: Any) -> None:
        if row is not None:
            start = {n: getattr(row, n) for n in self.base_fields if n in row.__dict__}
            start |= {"version": row.version, "circle": row.circle_id}
            kwargs["initial"] = start | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.row = row


# ---- fields with the house's manners ----------------------------------------------------------------------------


class Line(forms.CharField):
    """One line of text."""

    def __init__(self, *, autocomplete: str = "off", short: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(**kwargs)
        self.widget.attrs["autocomplete"] = autocomplete
        if short:
            self.widget.attrs["class"] = "input--short"


class Text(forms.CharField):
    """Some sentences. `longest` is said below the field."""

    def __init__(self, *, rows: int = 5, longest: int = 4000, **kwargs: Any) -> None:
        super().__init__(max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)
        self.longest = longest


class Choice(forms.ChoiceField):
    """One of several, as radio buttons; `hints` says more about some of them. With `menu=True` as a list to pull down."""

    def __init__(self, *, hints: Mapping[str, Any] | None = None, menu: bool = False, **kwargs: Any) -> None:
        super().__init__(widget=forms.Select if menu else forms.RadioSelect, **kwargs)
        self.hints = {str(k): v for k, v in (hints or {}).items()}
        self.error_messages["required"] = gettext_lazy("Choose one.")
        self.error_messages["invalid_choice"] = gettext_lazy("Choose one of those listed.")


class Choices(forms.MultipleChoiceField):
    """Any of several, as tick boxes."""

    def __init__(self, *, hints: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(widget=forms.CheckboxSelectMultiple, **kwargs)
        self.hints = {str(k): v for k, v in (hints or {}).items()}
        self.error_messages["required"] = gettext_lazy("Tick at least one.")


class Tick(forms.BooleanField):
    """One box. `label` stands beside it; `legend`, if given, above."""

    def __init__(self, *, legend: Any = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.legend = legend
        self.error_messages["required"] = gettext_lazy("Tick the box to go on.")


class Day(forms.DateField):
    """A day, with the reader's own picker where the browser has one; typed as 2027-01-31."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date", "class": "input--short"}, format="%Y-%m-%d"))
        super().__init__(**kwargs)
        self.input_formats = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"]
        self.error_messages["invalid"] = gettext_lazy("Write the day as year-month-day, for example 2027-01-31.")


class Number(forms.IntegerField):
    """A whole number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs |= {"inputmode": "numeric", "class": "input--short"}
        self.error_messages["invalid"] = gettext_lazy("Write a whole number in digits.")


def count_said(longest: int) -> str:
    return _("At most %(count)d characters.") % {"count": longest}
