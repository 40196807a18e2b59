"""What an outsider does with the log's pages: keeps a checkpoint, comes back, compares, recomputes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from plait.kernel import scratch
from plait.kernel.log import sequence
from plait.methods import checkpoint as cp
from plait.methods import cli, merkle

pytestmark = pytest.mark.full


@pytest.fixture
def three_days(committed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(sequence, "folder", lambda: tmp_path)
    with scratch.superuser() as su:
        for day in (1, 2, 3):
            su.execute("update plait.clock set shift = %s - now()", [datetime(2031, 5, day, 3, tzinfo=UTC)])
            sequence.sequence()
    return Client()


def test_an_outsider_with_one_old_checkpoint_sees_that_the_log_goes_on_from_it(three_days: Client, tmp_path: Path) -> None:
    site = three_days
    mine = site.get("/public/log/checkpoint/256").content.decode()
    key = site.get("/public/log/key").content.decode().strip()
    new = site.get("/public/log/checkpoint").content.decode()
    assert cp.open_checkpoint(new, cp.parse_key(key)).checkpoint.size == 768
    sent = site.get("/public/log/proof/256/768").json()
    assert set(sent) == {"old", "new", "key", "proof"}
    file = tmp_path / "proof.json"
    file.write_text(json.dumps({**sent, "old": mine, "key": key}))
    assert json.loads(cli.run("consistency", file) or "") == {
        "log": cp.parse_key(key).name,
        "old": 256,
        "new": 768,
        "consistent": True,
    }
    other = site.get("/public/log/checkpoint/512").content.decode()
    file.write_text(json.dumps({**sent, "old": other, "key": key}))
    assert json.loads(cli.run("consistency", file) or "")["consistent"] is False


def test_the_whole_tree_can_be_recomputed_from_tiles(three_days: Client) -> None:
    site = three_days
    hashes = b"".join(site.get(f"/public/log/tile/0/{n:03}").content for n in range(3))
    checkpoint = cp.parse_checkpoint(cp.parse_note(site.get("/public/log/checkpoint").content.decode()).text)
    leaves = [hashes[i : i + 32] for i in range(0, len(hashes), 32)]
    assert len(leaves) == 768 and merkle.root(leaves) == checkpoint.root
    above = site.get("/public/log/tile/1/000.p/3").content
    assert above == b"".join(merkle.root(leaves[n : n + 256]) for n in (0, 256, 512))


@pytest.mark.parametrize(
    "path", ["checkpoint/255", "checkpoint/0", "proof/255/768", "proof/768/256", "proof/0/768", "tile/0/003", "tile/0/3", "tile/0/x000", "tile/0/000.p/257",
             "tile/1/000", "tile/9/000", "tile/0/000.p/0", "tile/0/%F0%9F%92%A9", "tile/0/x00/000", "checkpoint/" + "9" * 30]
)  # fmt: skip
def test_what_was_never_published_is_not_there(three_days: Client, path: str) -> None:
    assert three_days.get(f"/public/log/{path}").status_code == 404


def test_the_page_needs_no_cookie_and_says_how_to_check(three_days: Client) -> None:
    answer = three_days.get("/public/log/")
    page = answer.content.decode()
    assert answer.status_code == 200 and not answer.cookies and "/public/log/proof/256/768" in page
    assert page.count('<code class="kept">') >= 4


def test_checkpoints_that_are_not_published_and_newer_hashes_stay_inside(three_days: Client) -> None:
    with scratch.as_role("public", scratch.connections["owner"].settings_dict["NAME"]) as public:
        assert public.execute("select count(*) from kernel_checkpoint where not public").fetchone() == (0,)
        assert public.execute("select count(*) from kernel_checkpoint").fetchone() == (3,)
        with pytest.raises(Exception, match="permission denied"):
            public.execute("select * from kernel_leaf")


def test_before_the_first_checkpoint_the_page_says_so(committed: str) -> None:
    assert "The first one comes within a day" in Client().get("/public/log/").content.decode()
    assert Client().get("/public/log/checkpoint").status_code == 404
