"""`evidence`, `risks` and `assessments` of a folder, through the same actions as the pages.

Assessments are lived through in the order of the file. One that is agreed freezes the picture as it stood: risks that it does not name are
added after it, and what it says under `judged` (risk key: {likelihood, impact, confidence, trend, why}) is how they were judged then.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from plait import packs
from plait.frame.folder import Folder, Item
from plait.kernel import access
from plait.partners.models import Group, Organisation
from plait.picture import actions, words
from plait.picture.models import Assessment, Risk

COMMENT_DAYS = 21
JUDGED = ("likelihood", "impact", "confidence", "trend", "why")


def load(folder: Folder) -> None:
    """Add the folder's evidence, risks and assessments, each as whoever is named in `by`."""
    usual = words.languages()[0]
    known = [key for key, _name in words.places()]
    for item in folder.items("evidence"):
        _evidence(folder, item, usual, known)
    risks = [_Risk(folder, item, usual) for item in folder.items("risks")]
    pictures = [_Picture(folder, item, usual, risks) for item in folder.items("assessments")]
    for picture in pictures:
        for risk in risks:
            if risk.key in picture.named:
                risk.stand(picture.judged.get(risk.key, {}))
            elif risk.row is not None:
                raise picture.item.problem("risks", f"'{risk.key}' was in an earlier picture: name it here too.")
        picture.live()
    for risk in risks:
        risk.stand({})


def _evidence(folder: Folder, item: Item, usual: str, places: list[str]) -> None:
    pack = packs.current()
    given: dict[str, Any] = {
        "title": item.text("title"),
        "what": item.text("what"),
        "happened_on": item.date("happened_on"),
        "place": item.one_of("place", places),
        "how": item.one_of("how", pack.vocabulary("evidence_how").keys),
        "sure": item.one_of("sure", pack.vocabulary("evidence_sure").keys),
        "source": item.text("source", ""),
        "kind": item.one_of("kind", pack.vocabulary("evidence_kind").keys, ""),
        "themes": item.some_of("themes", pack.vocabulary("theme").keys),
        "lang": item.text("lang", usual),
    }
    circle = _circle(folder, item)
    asker = folder.act(item)
    row = folder.run(item, partial(actions.add_evidence, asker, circle=circle, names_nobody=True, **given))
    for name in item.texts("files"):
        data = folder.content(item, "files", name)
        folder.run(item, partial(actions.add_file, asker, evidence=row.id, circle=circle, name=name, data=data))
    folder.remember("evidence", item, row)
    item.done()


def _circle(folder: Folder, item: Item) -> uuid.UUID:
    """Who may read it: `partnership`, `organisation:<key>` or `group:<key>`."""
    said = item.text("circle", "partnership")
    kind, _colon, key = said.partition(":")
    if said == "partnership":
        return access.partnership_circle()
    if kind == "organisation":
        return Organisation.objects.values_list("own_circle_id", flat=True).get(id=folder.find(kind, item, "circle", key)[0])
    if kind == "group":
        return Group.objects.values_list("own_circle_id", flat=True).get(id=folder.find(kind, item, "circle", key)[0])
    raise item.problem("circle", f"'{said}' is no circle: write partnership, organisation:<key> or group:<key>.")


def _scales(item: Item) -> dict[str, str]:
    """Likelihood, impact, confidence and trend, as far as they are there."""
    pack = packs.current()
    return {name: item.one_of(name, pack.vocabulary(name).keys) for name in JUDGED[:4] if item.has(name)}


class _Risk:
    """A risk of the folder, and the row once it is there."""

    def __init__(self, folder: Folder, item: Item, usual: str):
        self.folder, self.item = folder, item
        self.row: Risk | None = None
        pack = packs.current()
        self.key = item.text("key")
        self.by = item.text("by", folder.default_person)
        for name in JUDGED[:4]:
            item.text(name)
        self.given: dict[str, Any] = {
            "code": item.text("code"),
            "title": item.text("title"),
            "family": item.one_of("family", pack.vocabulary("risk_family").keys),
            "themes": item.some_of("themes", pack.vocabulary("theme").keys),
            **{name: item.text(name, "") for name in ("cause", "event", "consequence", "harmed", "measures")},
            **_scales(item),
            "why": item.text("why"),
            "lead": folder.find("organisation", item, "lead")[0] if item.has("lead") else None,
            "public_text": item.text("text", ""),
            "lang": item.text("lang", usual),
            "translations": {code: str(text) for code, text in item.mapping("translations").items()},
            "position": item.number("position", 0),
        }
        item.taken.add("lead")
        self.evidence = [folder.find("evidence", item, "evidence", key) for key in item.texts("evidence")]
        item.done()

    def stand(self, judged: Mapping[str, str]) -> None:
        """Bring the risk to this judgement: add it, or change it where it differs."""
        wanted = {**self.given, **judged}
        if self.row is None:
            asker = self.folder.act_as(self.item, self.by)
            self.row = self.folder.run(self.item, partial(actions.add_risk, asker, circle=access.partnership_circle(), **wanted))
            self.folder.remember("risk", self.item, self.row)
            for id, circle in self.evidence:
                self.folder.run(
                    self.item,
                    partial(actions.link_evidence, asker, risk=(self.row.circle_id, self.row.id), evidence=(circle, id)),
                )
        elif any(getattr(self.row, name) != wanted[name] for name in JUDGED):
            asker = self.folder.act_as(self.item, self.by)
            self.row = self.folder.run(
                self.item, partial(actions.change_risk, asker, id=self.row.id, circle=self.row.circle_id, version=None, **wanted)
            )


class _Picture:
    """An assessment of the folder, with what was said about it."""

    def __init__(self, folder: Folder, item: Item, usual: str, risks: list[_Risk]):
        self.folder, self.item = folder, item
        pack = packs.current()
        self.state = item.one_of("state", ("draft", "commenting", "agreed"), "agreed" if item.has("agreed_on") else "draft")
        self.by = item.text("by", folder.default_person)
        item.text("key", "")
        self.year = _year(item)
        self.given: dict[str, Any] = {
            "title": item.text("title"),
            "public_text": item.text("summary"),
            "method": item.text("method", ""),
            "lang": item.text("lang", usual),
            "translations": {code: str(text) for code, text in item.mapping("translations").items()},
        }
        keys = {risk.key for risk in risks}
        self.named = keys if item.data.get("risks") in (None, "", "all") else set(item.some_of("risks", keys))
        item.taken.add("risks")
        if self.state != "agreed" and self.named != keys:
            raise item.problem("risks", "A picture that is not agreed shows the risks as they stand: write 'all'.")
        self.judged = {key: self._judged(key, value, keys) for key, value in item.mapping("judged").items()}
        self.agreed_on = item.date("agreed_on", folder.today)
        self.agreed_by = item.text("agreed_by", "") or folder.one("partnership.yaml").text("chair", "")
        self.note = item.text("note", "")
        self.until = item.date("until", folder.today + timedelta(days=COMMENT_DAYS))
        self.comments, self.voices = item.items("comments"), item.items("voices")
        for voice in self.voices:
            voice.one_of("position", pack.vocabulary("position").keys)
        for comment in self.comments:
            comment.one_of("stance", pack.vocabulary("comment_stance").keys)
        item.done()

    def _judged(self, key: str, value: Any, keys: set[str]) -> dict[str, str]:
        if key not in keys or not isinstance(value, dict):
            raise self.item.problem("judged", f"'{key}' must be the key of a risk, with what was judged then.")
        then = Item(
            self.item.file,
            self.item.lines.get("judged", self.item.line),
            {str(k): v for k, v in value.items()},
            today=self.item.today,
        )
        made = {**_scales(then), **({"why": then.text("why")} if then.has("why") else {})}
        then.taken.update(JUDGED)
        then.done()
        return made

    def live(self) -> None:
        """Begin it, and take it as far as the folder says."""
        folder, item = self.folder, self.item
        asker = folder.act_as(item, self.by)
        row: Assessment = folder.run(
            item, partial(actions.start_assessment, asker, circle=access.partnership_circle(), year=self.year, **self.given)
        )
        folder.remember("assessment", item, row)
        at: dict[str, Any] = {"id": row.id, "circle": row.circle_id}
        if self.state == "draft":
            return
        folder.run(item, partial(actions.open_comments, asker, **at, version=None, until=max(self.until, folder.today)))
        for said in self.comments:
            who = folder.act_as(said, said.text("by"))
            given: dict[str, Any] = {
                "stance": said.text("stance"),
                "text": said.text("text"),
                "lang": said.text("lang", self.given["lang"]),
            }
            answer, by = said.text("answer", ""), said.text("answered_by", self.by)
            made = folder.run(said, partial(actions.comment, who, **at, **given))
            if answer:
                answerer = folder.act_as(said, by, "answered_by")
                folder.run(
                    said,
                    partial(actions.answer_comment, answerer, id=made.id, circle=made.circle_id, version=None, answer=answer),
                )
            said.done()
        for voice in self.voices:
            who = folder.act_as(voice, voice.text("by"))
            given = {
                "position": voice.text("position"),
                "words": voice.text("words", ""),
                "lang": voice.text("lang", self.given["lang"]),
            }
            folder.run(voice, partial(actions.take_position, who, **at, **given))
            voice.done()
        if self.state == "agreed":
            chair = folder.act_as(item, self.agreed_by, "agreed_by")
            folder.run(
                item, partial(actions.agree_assessment, chair, **at, version=None, agreed_on=self.agreed_on, note=self.note)
            )


def _year(item: Item) -> int:
    """A year, or a day in it (-330d)."""
    said = item.text("year")
    return int(said) if said.isdigit() else item.date("year").year
