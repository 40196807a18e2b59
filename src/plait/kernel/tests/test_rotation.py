"""A new epoch of the wrapping key while people work: no reading fails, an interruption at any step is gone on with, the old key opens nothing."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections

from plait.kernel import files, keys, scratch
from plait.kernel.files import child
from plait.kernel.inspect.examine import examine
from plait.kernel.keys import rotation
from plait.kernel.keys.sealing import Unreadable, unwrap
from plait.kernel.models import File
from plait.kernel.tests.corpus import jpeg
from plait.launch import Stop, wrapping
from plait.launch.places import connection as place
from plait.picture import actions
from plait.picture.models import Evidence
from plait.picture.tests import make
from tests.people import asker, for_real

pytestmark = pytest.mark.full


@pytest.fixture(autouse=True)
def own_secrets(committed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A secrets folder of the test's own, so that no other test's keys move."""
    there = place().secrets or Path()
    for path in there.rglob("*"):
        if path.is_file():
            to = tmp_path / path.relative_to(there)
            to.parent.mkdir(exist_ok=True)
            to.write_bytes(path.read_bytes())
    monkeypatch.setenv("PLAIT_SECRETS", str(tmp_path))
    monkeypatch.setattr(child, "ask", lambda data, **_more: examine(data))
    return tmp_path


def evidence_with(n: int) -> tuple[Evidence, list[File]]:
    with for_real("tia") as tia:
        row = make.evidence(tia)
        return row, [
            actions.add_file(tia, evidence=row.id, circle=row.circle_id, name=f"{i}.jpg", data=jpeg())[0] for i in range(n)
        ]


def reads(row: Evidence, made: list[File]) -> None:
    with for_real("rowan") as rowan:
        for file in made:
            assert files.open_file(rowan, row.circle_id, file.id).type == "image/jpeg"


def states() -> dict[int, str]:
    return {e.n: e.state for e in rotation.status()}


def test_a_new_epoch_wraps_everything_and_the_old_key_opens_nothing(own_secrets: Path) -> None:
    row, made = evidence_with(3)
    old = wrapping.read(own_secrets, 1)
    assert rotation.rotate() == 3
    assert states() == {1: "retired", 2: "current"}
    reads(row, made)
    more, later = evidence_with(1)
    reads(more, later)
    with scratch.superuser() as su:
        rows = su.execute("select id, tab, row_id, circle_id, epoch, wrapped from plait_keys.key").fetchall()
    assert len(rows) == 4 and {r[4] for r in rows} == {2}
    for id, table, one, circle, _epoch, value in rows:
        for epoch in (1, 2):
            with pytest.raises(Unreadable):
                unwrap(bytes(value), old, id, epoch=epoch, table=table, row=one, circle=circle)
    rotation.forget(1)
    assert not wrapping.path(own_secrets, 1).exists()
    reads(row, made)
    with pytest.raises(Stop, match="only a retired one"):
        rotation.forget(2)
    wrapping.path(own_secrets, 2).unlink()
    with pytest.raises(Stop, match="missing"):
        rotation.status()


@pytest.mark.parametrize("n", range(1, 8))
def test_interrupted_after_any_step_it_is_gone_on_with(n: int, own_secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """E4: n = 1, 2, 3 ... until it ends by itself."""
    monkeypatch.setattr(rotation, "BATCH", 2)
    row, made = evidence_with(5)
    steps: list[str] = []

    def stop_at(step: str) -> None:
        steps.append(step)
        if len(steps) == n:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotation.rotate(stop_at)
    assert steps == ["file", "coming", "switch", "batch", "batch", "batch", "retired"][:n]
    reads(row, made)
    more, later = evidence_with(1)  # people work on, whatever stands half way
    reads(more, later)
    wrapping.check(own_secrets, keys.epochs.known("owner"), sealed_before=True)  # and it would start
    rotation.rotate() if n < 7 else None
    assert states()[2] == "current" and states()[1] == "retired"
    reads(row, made)
    reads(more, later)
    with scratch.superuser() as su:
        assert su.execute("select distinct epoch from plait_keys.key").fetchall() == [(2,)]


def test_under_load_no_reading_and_no_saving_fails(own_secrets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """E4: readers and writers while two new epochs begin one after the other."""
    monkeypatch.setattr(rotation, "BATCH", 3)
    row, made = evidence_with(8)
    over = threading.Event()

    def work(name: str) -> int:
        done = 0
        try:
            while not over.is_set() or done < 10:
                with for_real(name) as who:
                    if name == "tia" and done % 3 == 0 and done < 60:
                        other = make.evidence(who)
                        actions.add_file(who, evidence=other.id, circle=other.circle_id, name="x.jpg", data=jpeg())
                    for file in made[:2]:
                        files.open_file(who, row.circle_id, file.id)
                done += 1
        finally:
            connections["default"].close()
        return done

    with ThreadPoolExecutor(3) as pool:
        workers = [pool.submit(work, name) for name in ("rowan", "bea", "tia")]
        try:
            rotation.rotate()
            rotation.rotate()
        finally:
            over.set()
        done = [w.result(120) for w in workers]
    assert min(done) >= 10
    assert states() == {1: "retired", 2: "retired", 3: "current"}
    with scratch.superuser() as su:
        assert su.execute("select distinct epoch from plait_keys.key").fetchall() == [(3,)]
    reads(row, made)
    print(f"rotation under load: {sum(done)} transactions, none failed; pid {os.getpid()}")


def test_account_secrets_go_along(own_secrets: Path) -> None:
    from django.db import transaction

    account = asker("dee").id
    with transaction.atomic():
        sealed = keys.seal_secret("secret", table="kernel_factor", column="secret", account=account)
    rotation.rotate()
    with transaction.atomic():
        assert keys.open_secret(sealed, table="kernel_factor", column="secret", account=account) == b"secret"
