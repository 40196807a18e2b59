"""A16: a form takes its own fields and no other, whatever is posted."""

from __future__ import annotations

import uuid

import pytest
from django.forms.models import model_to_dict
from django.test import Client
from django.urls import reverse

from plait.exchange.models import Lesson
from plait.kernel import access
from plait.kernel.models import Account
from plait.partners.models import Organisation
from plait.picture.models import Assessment, Evidence, Risk
from plait.programme.models import Priority
from tests.contracts.test_lists import fill
from tests.people import as_, person

pytestmark = pytest.mark.django_db

CHANGES = {
    "picture:change_risk": Risk, "picture:change_evidence": Evidence, "exchange:change": Lesson, "programme:change": Priority,
    "partners:change_organisation": Organisation,
}  # fmt: skip
OURS = {
    "id",
    "circle_id",
    "made_at",
    "made_by_id",
    "own_circle_id",
    "withdrawn_on",
    "agreed_by",
    "agreed_on",
    "listed",
    "left",
    "reliability",
}


def foreign() -> dict[str, object]:
    """Every column of every table, and more, each with somebody else's value."""
    names = {f.attname for m in (*CHANGES.values(), Assessment, Account) for f in m._meta.local_fields} | {
        f.name for m in CHANGES.values() for f in m._meta.local_fields
    }
    names |= {f"extra_{n}" for n in range(200)} | {
        "is_superuser",
        "is_staff",
        "office",
        "level",
        "seat",
        "state",
        "sha256",
        "frozen",
        "asker",
        "by",
    }
    return {n: str(uuid.uuid4()) for n in sorted(names) if n not in ("version",)}


@pytest.mark.parametrize("name", CHANGES)
def test_only_declared_fields_change(name: str) -> None:
    model = CHANGES[name]
    as_("rowan")
    fill(model, 1)
    row = model.objects.filter(circle_id=access.partnership_circle()).order_by("-made_at").first()
    before = {f.attname: getattr(row, f.attname) for f in model._meta.local_concrete_fields}
    client = Client()
    client.force_login(person("rowan"))
    url = reverse(name, args=[row.circle_id, row.id])
    form = client.get(url).context["form"]
    typed = {}
    for field in form.fields:
        value = form[field].value()
        typed[field] = (
            ""
            if value is None
            else value
            if isinstance(value, (str, list))
            else "on"
            if value is True
            else ""
            if value is False
            else str(value)
        )
        if typed[field] == "" and field != "version":
            choices = [str(k) for k, _l in getattr(form.fields[field], "choices", []) if k]
            missing = {
                "due": "2027-01-31",
                "names_nobody": "on",
                "why": "Because.",
                "measure": "A measure.",
                "next_step": "A step.",
            }
            typed[field] = missing.get(field, choices[0] if choices and field in ("themes", "lead") else "")
        if typed[field] == []:
            typed[field] = [str(k) for k, _l in form.fields[field].choices][:1]
    text = next(f for f in ("public_text", "what", "event") if f in form.fields)
    typed[text] = "Changed by the form."
    answer = client.post(url, {**foreign(), **typed})
    assert answer.status_code == 303, answer.context["form"].errors if answer.context else answer.status_code
    as_("rowan")
    now = model.objects.get(id=row.id)
    assert getattr(now, text) == "Changed by the form."
    for column in OURS & set(before) - set(form.fields):
        assert getattr(now, column) == before[column], column
    assert set(before) - set(form.fields) and model_to_dict(now)


def test_an_account_is_changed_by_its_declared_field_only() -> None:
    client = Client()
    client.force_login(person("tia"))
    before = Account.objects.get(id=person("tia").id)
    answer = client.post(
        "/me/",
        {
            "language": "de",
            "email": "other@example.org",
            "name": "Other",
            "password": "x",
            "is_active": "",
            "id": str(uuid.uuid4()),
        },
    )
    assert answer.status_code == 303
    after = Account.objects.get(id=before.id)
    assert (after.email, after.name, after.password, after.is_active, after.language) == (
        before.email,
        before.name,
        before.password,
        True,
        "de",
    )
