"""`./plait load FOLDER`: a folder that describes a partnership, read through the same actions as the pages.

All of it or nothing: one transaction, in which the people named in the folder act in turn.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from django.db import connection

from plait.exchange import loading as exchange
from plait.frame.folder import Folder, Item, Problem
from plait.kernel import access, founding, offices, release
from plait.kernel.accounts import invite
from plait.kernel.acting import Asker, many_acting
from plait.kernel.models import Account, Partnership
from plait.launch import Stop
from plait.packs import PackError, available
from plait.partners import loading as partners
from plait.picture import loading as picture
from plait.programme import loading as programme
from plait.web.founding import begin, undone_if_it_fails

LOAD_LIFETIME = 3600
HEAD = (
    "name", "town", "pack", "languages", "lang", "translations", "coordinator", "chair", "about", "coordinating", "focus", "funder", "programme",
    "disclaimer", "contact", "invented", "source", "outline", "places",
)  # fmt: skip
"""What `partnership.yaml` may hold: some of it is the founder's, some the partners room's."""


def load_folder(folder: Path | str, say: Callable[[str], None] = lambda _s: None) -> None:
    """Load a partnership. Raises Stop(4) with file, line and remedy; then nothing of the folder is there."""
    path = Path(folder)
    if not path.is_dir():
        raise Stop(2, f"There is no folder {path}.")
    try:
        with undone_if_it_fails():
            _load(Folder(path), say)
    except Problem as problem:
        raise Stop(4, f"{path.name}/{problem} Nothing was loaded.") from None


def _load(folder: Folder, say: Callable[[str], None]) -> None:
    head = folder.one("partnership.yaml")
    rows = list(folder.items("people"))
    if not rows:
        raise Problem("people.csv", 1, "There are no people: name at least an administrator and a coordinator.")
    admin_row = next((r for r in rows if "administrator" in r.texts("offices")), None)
    if admin_row is None:
        raise Problem("people.csv", 1, "Nobody holds the office 'administrator': give it to one person.")
    pack = head.text("pack")
    if pack not in available():
        raise head.problem("pack", f"There is no pack '{pack}': write one of {', '.join(sorted(available()))}.")
    for key in head.data:
        if key not in HEAD:
            raise head.problem(key, f"'{key}' is not known here: take it out, or write one of {', '.join(HEAD)}.")
    languages = head.texts("languages") or ["en"]
    try:
        admin = begin(pack, head.text("name"), head.text("town"), admin_row.text("email"), admin_row.text("name"))
    except PackError as error:
        raise head.problem("pack", str(error)) from None
    founding.describe(
        languages=languages,
        notice=head.text("invented", ""),
        source=head.text("source", ""),
        outline=folder.geojson(head.text("outline", "outline.geojson")),
        places=folder.geojson(head.text("places", "places.geojson")),
    )
    folder.default_person = head.text("coordinator")
    with founding.loading(), many_acting() as as_:
        founder = as_(Asker(admin, name="", lifetime=LOAD_LIFETIME))
        _people(folder, rows, founder, as_)
        folder.act_as(head, folder.default_person, "coordinator")
        folder.run(
            head,
            lambda: offices.rename_circle(
                folder.people[folder.default_person](), circle=access.partnership_circle(), name=head.text("name")
            ),
        )
        for what, room in (("partners", partners), ("risk picture", picture), ("priorities", programme), ("lessons", exchange)):
            say(f"loading the {what}")
            room.load(folder)
        say("releasing")
        _releases(folder)
        connection.check_constraints()


def _people(folder: Folder, rows: list[Item], founder: Asker, as_: Callable[[Asker], Asker]) -> None:
    """Accounts and offices; every later item can then be done by the person whom it names."""
    for row in rows:
        key = row.text("key")
        if key in folder.people:
            raise row.problem("key", f"There are two people with the key '{key}'.")
        as_(founder)
        held = row.texts("offices")
        if "administrator" in held:
            account = Account.objects.get(pk=str(founder.id))
        else:
            account, _secret = folder.run(row, partial(invite, founder, email=row.text("email"), name=row.text("name")))
        for office in held:
            if office != "administrator":
                folder.run(
                    row, partial(offices.appoint, founder, account=account.id, office=office, reason=f"named in {row.file}")
                )
        person = Asker(account.id, name=account.name, lifetime=LOAD_LIFETIME)
        folder.people[key] = partial(as_, person)
        folder.loaded["account", key] = (account.id, account.id)


def _releases(folder: Folder) -> None:
    p, newest = Partnership.objects.get(), date.min
    for item in folder.items("releases"):
        on = item.date("on", folder.today)
        if on > folder.today or on < newest:
            raise item.problem("on", "Releases stand in the order of their days, none in the future: mend the day, or the order.")
        wanted = [pair for said in item.texts("include") for pair in _wanted(folder, item, said, p.partnership_circle_id)]
        preparer = folder.act(item, "prepared_by")
        made = folder.run(
            item,
            lambda: release.prepare(
                preparer,
                circle=p.partnership_circle_id,
                target=p.public_circle_id,
                title=item.text("title"),
                why=item.text("why", ""),
                records=wanted,
            ),
        )
        if item.one_of("state", ("released", "prepared"), "released") == "released":
            second = folder.act_as(item, item.text("released_by"), "released_by")
            row = release.Release.objects.get(id=made)
            said, newest = on if on < folder.today else None, on
            folder.run(
                item, partial(release.release_now, second, id=made, circle=p.partnership_circle_id, seen=row.sha256, on=said)
            )
        item.taken.add("kind")
        item.done()


def _wanted(folder: Folder, item: Item, said: str, circle: uuid.UUID) -> list[tuple[str, uuid.UUID]]:
    """`kind:key`, or `kind:*` and `kind` for every one of the kind that may leave."""
    kind, _colon, key = said.partition(":")
    if kind not in release.KINDS:
        raise item.problem(
            "include", f"'{kind}' is no kind of record that can be released: write one of {', '.join(release.KINDS)}."
        )
    if key and key != "*":
        return [(kind, folder.find(kind, item, "include", key)[0])]
    rows = [row for row in release.KINDS[kind].rows().filter(circle_id=circle) if release.item(kind, row) is not None]
    return [(kind, row.id) for row in rows]
