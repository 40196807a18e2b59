"""I2 and I3: whatever is typed into whatever field, the answer is a page: it says what to do, nothing is lost, and it is never a 500."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.contracts.hostile import STRINGS, Form, forms, of_this_kind

WHO = ("administrator", "coordinator", "publisher", "board_chair", "board_member")

pytestmark = pytest.mark.full


def post(client: Client, form: Form, typed: dict[str, object]) -> tuple[int, str, bytes]:
    """Send a form and undo what it did: the next one finds the town as it was."""
    undone = transaction.Atomic("default", savepoint=True, durable=False)
    undone._from_testcase = True  # the request opens a transaction of its own, inside this one
    with undone:
        answer = client.post(form.action, {k: v for k, v in typed.items() if v is not None})
        transaction.set_rollback(True, using="default")
    return answer.status_code, answer["Content-Type"], answer.content


def safe(text: str) -> str:
    """What a browser can send: it has no half characters."""
    return text.encode("utf-8", "replace").decode()


def valid(form: Form) -> dict[str, object]:
    """What a form needs before anything hostile comes in: what stands in it, and something in what stands empty."""
    made: dict[str, object] = {}
    for name, value in form.values.items():
        choices = [c for c in form.choices.get(name, []) if c]
        made[name] = value if any(value) else choices[:1] if choices else ["Words."] if name in form.texts else value
    return made


def fill(form: Form, n: int) -> Iterator[tuple[str, dict[str, object]]]:
    """What is sent to a form: each field with another string each time, `n` times (all of them when n is their number)."""
    names = list(STRINGS)
    step = max(1, len(names) // n)
    shift = sum(map(ord, form.action))
    base = valid(form)
    for part in (sorted(form.texts), sorted(form.typed)):
        for turn in range(n if part else 0):
            chosen = {f: names[(shift + turn * step + 7 * k) % len(names)] for k, f in enumerate(part)}
            yield " | ".join(f"{f}: {c}" for f, c in chosen.items()), base | {f: safe(STRINGS[c]) for f, c in chosen.items()}


def everything(holder: Callable[[str], Client], walk: Callable[[str], Any], n: int) -> tuple[int, int, int]:
    """Fields filled, forms sent, and how many were taken."""
    fields: set[tuple[str, str]] = set()
    sent = taken = 0
    for office in WHO:
        client = holder(office)
        found = [f for f in forms(walk(office)) if f.method == "post" and f.texts | f.typed]
        assert found, office
        for form in found:
            mine = {(of_this_kind(form.action), t) for t in form.texts | form.typed}
            if mine <= fields:
                continue
            fields |= mine
            for what, typed in fill(form, n):
                status, kind, body = post(client, form, typed)
                assert status in (200, 302, 303, 400, 403, 404, 409), (form.action, what, status)
                assert status in (302, 303) or (kind.startswith("text/html") and b"</html>" in body), (form.action, what)
                assert not any(bad in body for bad in INERT), (form.action, what)
                sent, taken = sent + 1, taken + (status in (302, 303))
    return len(fields), sent, taken


INERT = (b"<script>alert", b"<svg/onload", b"' onmouseover='alert", b'" autofocus onfocus', b"root:x:0:0")


def test_whatever_is_typed_into_every_field_of_every_form_the_answer_is_a_page(holder, walk) -> None:
    fields, sent, taken = everything(holder, walk, 4)
    assert fields >= 60 and sent >= 250 and taken >= 40, (fields, sent, taken)


@pytest.mark.soak
def test_every_string_into_every_field_of_every_form(holder, walk) -> None:
    fields, sent, taken = everything(holder, walk, len(STRINGS))
    assert fields >= 60 and sent >= 3000, (fields, sent, taken)
