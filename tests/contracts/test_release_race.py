"""X2: however many release at once, it leaves once or not at all."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.db import DatabaseError, connections

from plait.exchange.actions import add_lesson
from plait.kernel import access, release
from plait.kernel.acting import PUBLIC, acting
from plait.kernel.errors import Conflict, Refused
from plait.kernel.models import FOREVER, Office, Publication, Published, Release
from plait.kernel.offices import appoint, end
from plait.packs import current
from tests.people import asker, for_real, partnership


def _race(committed: str, attempts) -> list[str]:
    """Run several attempts at once, each on a connection of its own; what became of each."""
    said: list[str] = []
    gate = threading.Barrier(len(attempts))

    def go(attempt) -> None:
        try:
            gate.wait(20)
            said.append(attempt())
        except (Refused, Conflict, DatabaseError) as error:
            said.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=(a,)) for a in attempts]
    for t in threads:
        t.start()
    for t in threads:
        t.join(60)
    return said


@pytest.mark.full
def test_however_many_release_at_once_it_leaves_once(committed: str) -> None:
    """X2: two checkers at once, double clicks, an author's second tab, a checker whose office ends meanwhile."""
    strength = current().vocabulary("lesson_strength").terms[0].key
    outcomes = []
    people = {n: asker(n) for n in ("pat", "bea", "rowan", "ada", "bo")}
    for n in range(125):
        with for_real("rowan") as rowan:
            row = add_lesson(
                rowan,
                circle=partnership().id,
                title=f"Lesson {n}",
                public_text="Words.",
                purpose="advice",
                strength=strength,
                share=True,
            )
            made = release.prepare(
                rowan, circle=row.circle_id, target=access.public_circle(), title=f"Release {n}", records=[("lesson", row.id)]
            )
            on_desk = Release.objects.get(id=made)
        with for_real("ada") as ada:
            office = appoint(ada, account=people["bo"].id, office="publisher", reason="for this race")

        def attempt(name: str, on_desk: Release = on_desk):
            def go() -> str:
                with acting(people[name]) as who:
                    release.release_now(who, id=on_desk.id, circle=on_desk.circle_id, seen=on_desk.sha256)
                return "released"

            return go

        def ends(office: uuid.UUID = office):
            with acting(people["ada"]) as who:
                end(who, office=office)
            return "ended"

        said = _race(committed, [attempt("pat"), attempt("pat"), attempt("bea"), attempt("rowan"), attempt("bo"), ends])
        assert said.count("released") == 1, said
        outcomes += said
        with for_real("rowan"):
            assert (
                Published.objects.filter(record_id=row.id).count() == 1
                and not Office.objects.filter(id=office, ends=FOREVER).exists()
            )
    with acting(PUBLIC):
        assert Published.objects.count() == 125 == Publication.objects.count()
    assert len(outcomes) == 750
