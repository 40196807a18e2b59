import csv, json
from functools import partial
from pathlib import Path
import pytest
from plait import packs
from plait.frame.folder import Folder
from plait.picture import loading, words, queries
from plait.picture.models import *
from plait.picture.tests import make
from tests.people import as_, partnership
pytestmark = pytest.mark.django_db

@pytest.mark.parametrize("town", ["demo/luton", "tests/towns/weidenau"])
def test_town(town, monkeypatch):
    from plait.packs import load, find
    f = Folder(Path("/work/main")/town)
    head = f.one("partnership.yaml")
    monkeypatch.setattr("plait.packs.current", lambda: load(find(head.text("pack"))))
    gj = f.geojson("places.geojson")
    pl = [("town","Town")] + [(x["properties"]["key"], x["properties"]["name"]) for x in gj["features"]]
    monkeypatch.setattr("plait.picture.words.places", lambda row=None: pl)
    cast = iter(["bo","ben","bea"])
    f.default_person = head.text("coordinator")
    board = {}
    for row in f.items("people"):
        k = row.text("key")
        who = "rowan"
        if k == head.text("coordinator"): who = "rowan"
        elif k == head.text("chair"): who = "bea"
        elif "board_member" in row.texts("offices"): who = "pol"
        f.people[k] = partial(as_, who)
    org = make.organisation("Any")
    for o in f.items("organisations"): f.loaded["organisation", o.text("key")] = (org.id, org.circle_id)
    from plait.kernel.acting import verb
    from plait.kernel import access
    from plait.partners.models import Group
    rowan = as_("rowan")
    with verb("tests.x"):
        for w in ("rowan","pol","bea"):
            from tests.people import person
            access.give_seat(rowan, account=person(w).id, circle=org.own_circle_id, level=2, reason="tests") if w != "rowan" else None
    monkeypatch.setattr(loading, "_circle", lambda folder, item: (item.text("circle",""), partnership().id)[1])
    monkeypatch.setattr("plait.picture.actions.assessments.policies.may_agree", lambda **k: __import__("plait.kernel.decisions", fromlist=["allowed"]).allowed)
    import time; t=time.time()
    orig = loading.actions.take_position
    monkeypatch.setattr(loading.actions, "take_position", lambda asker, **k: orig(as_({"rowan":"bo"}.get(asker.name.split()[0].lower(), "bea" if asker.name.startswith("Bea") else "ben")), **k))
    loading.load(f)
    print(town, time.time()-t, Evidence.objects.count(), Risk.objects.count(), RiskEvidence.objects.count(), [(a.version_name, a.state, len(a.frozen), len(json.loads(a.frozen)["risks"]) if a.frozen else 0) for a in Assessment.objects.order_by("made_at")])
