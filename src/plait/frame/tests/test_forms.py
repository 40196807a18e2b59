"""Forms: what was typed stays, errors say what to do, what a form does not have is passed over."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory

from plait.frame import forms
from plait.kernel.errors import Conflict, Invalid

pytestmark = pytest.mark.urls("plait.frame.tests.addresses")


class Sample(forms.RowForm):
    words = forms.Text(label="What?", help_text="Two sentences.")
    how = forms.Choice(label="How?", choices=[("saw", "I saw it"), ("told", "I was told")], hints={"told": "By somebody."})
    many = forms.Choices(label="Which", choices=[("a", "A"), ("b", "B")], required=False)
    nobody = forms.Tick(label="Nobody is named")
    day = forms.Day(label="When", required=False)


def drawn(form: forms.PlaitForm) -> str:
    source = "{% load plait %}{% errors form %}{% for f in form.visible_fields %}{% field f %}{% endfor %}{% for h in form.hidden_fields %}{{ h }}{% endfor %}"
    return engines["django"].from_string(source).render({"form": form})


def test_what_was_typed_stays_and_is_escaped() -> None:
    markup = drawn(Sample({"words": "<b>my words</b>", "how": "told", "many": ["b"], "day": "soon"}))
    assert "&lt;b&gt;my words&lt;/b&gt;" in markup
    assert markup.count(" checked") == 2
    assert 'value="soon"' in markup


def test_errors_stand_first_with_links_to_their_fields() -> None:
    form = Sample({})
    assert form.summary == [
        ("id_words", "What? Answer this: it cannot be left empty."),
        ("id_how_0", "How? Choose one."),
        ("id_nobody", "Nobody is named: Tick the box to go on."),
    ]
    markup = drawn(form)
    assert markup.startswith('<div class="errors"')
    assert "3 things to put right" in markup
    for target in ("id_words", "id_how_0", "id_nobody"):
        assert f'href="#{target}"' in markup
        assert f'id="{target}"' in markup


def test_hints_and_errors_are_heard_with_the_field() -> None:
    markup = drawn(Sample({"how": "nonsense"}))
    assert 'aria-describedby="id_words_helptext id_words_error"' in markup
    assert '<fieldset aria-describedby="id_how_error">' in markup
    assert 'aria-describedby="id_how_1-h"' in markup
    assert 'aria-invalid="true"' in markup
    assert 'class="area"' in markup
    assert "style=" not in markup


def test_an_unbound_form_has_no_errors() -> None:
    assert "errors" not in drawn(Sample())


def test_fields_that_the_form_does_not_have_are_passed_over() -> None:
    form = Sample({"words": "x", "how": "saw", "nobody": "on", "is_admin": "1", "made_by": "me"})
    assert form.is_valid()
    assert set(form.cleaned_data) == {"words", "how", "many", "nobody", "day", "version", "circle"}
    assert set(form.values("nobody", "version", "circle")) == {"words", "how", "many", "day"}


def test_version_and_circle_travel_hidden() -> None:
    circle = uuid4()
    row = SimpleNamespace(words="as it stands", version=7, circle_id=circle)
    markup = drawn(Sample(row=row))
    assert "as it stands" in markup
    assert f'<input type="hidden" name="circle" value="{circle}"' in markup
    assert '<input type="hidden" name="version" value="7"' in markup


def _filled() -> Sample:
    form = Sample({"words": "mine", "how": "saw", "nobody": "on", "version": "1"})
    assert form.is_valid()
    return form


def test_an_actions_errors_stand_with_their_fields() -> None:
    def verb(asker: Any, **given: Any) -> None:
        raise Invalid({"words": ["Take out the name."], "": ["Not today."], "elsewhere": ["Neither."]})

    form = _filled()
    assert not form.does(verb, None, words="mine")
    assert form.summary == [("", "Not today."), ("", "Neither."), ("id_words", "What? Take out the name.")]


def test_what_an_action_gives_back_is_kept() -> None:
    form = _filled()
    assert form.does(lambda asker, words: words.upper(), None, words="mine")
    assert form.made == "MINE"


def test_a_conflict_carries_the_form_on() -> None:
    def verb(asker: Any) -> None:
        raise Conflict(SimpleNamespace(version=2))

    form = _filled()
    with pytest.raises(Conflict) as caught:
        form.does(verb, None)
    assert caught.value.form is form  # type: ignore[attr-defined]


def test_the_second_of_two_gets_both_texts_and_loses_nothing() -> None:
    from plait.frame.show import conflict

    posted = {"words": "my <words>", "how": "told", "many": ["a", "b"], "version": "1", "csrfmiddlewaretoken": "t"}
    request = RequestFactory().post("/x/?y=1", posted)
    request.asker = SimpleNamespace(id=None, kind="nobody", name="")
    error = Conflict(SimpleNamespace(words="their words", how="saw", version=4))
    error.form = Sample(request.POST)  # type: ignore[attr-defined]
    answer = conflict(request, error)
    markup = answer.content.decode()
    assert answer.status_code == 409
    assert "my &lt;words&gt;" in markup
    assert "their words" in markup
    assert "I was told" in markup
    assert "I saw it" in markup
    assert '<input type="hidden" name="version" value="4">' in markup
    assert 'name="version" value="1"' not in markup
    for name, value in (("words", "my &lt;words&gt;"), ("how", "told"), ("many", "a"), ("many", "b")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in markup
    assert 'action="/x/?y=1"' in markup


def test_the_form_page_stands() -> None:
    markup = render_to_string("frame/form.html", {"form": Sample({}), "title": "A question"}, RequestFactory().get("/"))
    assert "<title>Error: A question" in markup
    assert "novalidate" in markup
    assert "csrfmiddlewaretoken" in markup
