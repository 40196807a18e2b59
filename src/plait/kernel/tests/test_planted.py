"""E1, E3: nothing that is sealed stands anywhere in the clear; no nonce comes twice."""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import uuid
import zlib
from collections.abc import Iterable, Iterator
from multiprocessing import get_context
from pathlib import Path

import pytest
from django.db import transaction

from plait.kernel import files, keys, scratch
from plait.kernel.acting import verb
from plait.kernel.files import child
from plait.kernel.inspect.examine import examine
from plait.kernel.keys.sealing import DataKey
from plait.kernel.models import File
from plait.kernel.tests.corpus import pdf, word
from plait.kernel.tests.test_disposal import files_of_the_server, forms
from plait.launch.places import connection as place
from plait.launch.programs import wheel_folder
from plait.picture import actions
from plait.picture.tests import make
from tests.people import as_, for_real, partnership, person

FIRST = ("Quilltwist", "Sparterie", "Braidmoor", "Hempblock", "Rushfelted")
WORDS = tuple(
    f"{a}{b}"
    for a in FIRST
    for b in ("wimple", "cloche", "bonnet", "toque", "turban", "beret", "boater", "fedora", "shako", "tricorne")
)
"""Fifty words that stand nowhere else."""


def unpacked(data: bytes, *, dump: bool) -> Iterator[bytes]:
    """The bytes, and what is compressed in them: gzip anywhere; in a dump also the bare blocks of zlib that it is made of."""
    yield data
    for head, window in ((b"\x1f\x8b\x08", 31), *(((b"x\x9c", 15), (b"x\x01", 15), (b"x\xda", 15)) if dump else ())):
        at = data.find(head)
        while at >= 0:
            with contextlib.suppress(zlib.error):
                yield zlib.decompressobj(window).decompress(data[at : at + 2**18], 2**20)
            at = data.find(head, at + 1)


def found(paths: Iterable[Path], words: tuple[str, ...]) -> set[str]:
    wanted = {w: forms(w) for w in words}
    quick = [
        f for w in (FIRST if words is WORDS else words) for f in forms(w)
    ]  # how they all begin: what has none of these has no word
    seen = set()
    for path in paths:
        try:
            whole = path.read_bytes() if path.is_file() else b""
        except (FileNotFoundError, PermissionError):
            continue
        for data in unpacked(whole, dump=path.name.startswith("dump")):
            if any(f in data for f in quick):
                seen |= {w for w, fs in wanted.items() if any(f in data for f in fs)}
    return seen


@pytest.mark.full
def test_no_planted_word_of_what_is_sealed_is_in_database_log_dump_or_folder(
    committed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E1, guarantee 18: file names, contents, sealed columns, secrets of accounts; the twin, a plain word, is found."""
    assert len(set(WORDS)) == 50
    names, contents, columns, accounts = WORDS[:15], WORDS[15:35], WORDS[35:45], WORDS[45:]
    with for_real("tia") as tia:
        row = make.evidence(tia, title="Ordinary Sarsenet")
        for n, name in enumerate(names[:10]):
            if n == 2:
                monkeypatch.setattr(child, "ask", lambda data, **_more: examine(data))  # the first two in a process of its own
            content = word(lambda d: [d.add_paragraph(w) for w in contents[:10]])
            actions.add_file(tia, evidence=row.id, circle=row.circle_id, name=f"{name}.docx", data=content)
    with for_real("tia") as tia:
        row = make.evidence(tia)
        for name in names[10:]:
            page = pdf(
                lambda p: p.pages[0].obj.__setitem__("/Contents", p.make_stream(" ".join(contents[10:]).encode())),
                compress_streams=False,
            )
            actions.add_file(tia, evidence=row.id, circle=row.circle_id, name=f"{name}.pdf", data=page)
        for text in columns:
            one = File(circle_id=partnership().id, kind="pdf", size=0, parts=0, sealed_sha256="")
            keys.seal(tia, one, name=text)
            with verb("tests.seal"):
                one.save(force_insert=True)
        dee = person("dee").id
        for text in accounts:
            sealed = keys.seal_secret(text, table="kernel_factor", column="secret", account=dee)
            assert keys.open_secret(sealed, table="kernel_factor", column="secret", account=dee) == text.encode()
    with for_real("bea") as bea:  # opened, shown, failed at: nothing of it stays either
        shown = files.named(bea, list(File.objects.all()))
        assert {w for n in shown for w in WORDS if w in n.name} == {*names, *columns}
        for n in shown:
            if n.size:
                assert files.open_file(bea, n.circle_id, n.id).data
        with pytest.raises(Exception), scratch.superuser() as su:  # noqa: B017, PT011 - an error in the server's log
            su.execute("select 1 / 0 from kernel_file")
    with scratch.superuser() as su:
        su.execute("analyze")
        su.execute("checkpoint")
    here = place()
    environment = {
        "PATH": os.defpath,
        "PGPASSWORD": here.password("backup"),
        "PGHOST": here.host,
        "PGPORT": here.port,
        "PGUSER": "plait_backup",
    }
    for options in (["-Fp"], ["-Fc"]):
        subprocess.run(
            [
                str(wheel_folder() / "pginstall" / "bin" / "pg_dump"),
                *options,
                "-f",
                str(tmp_path / f"dump{options[0]}"),
                committed,
            ],
            env=environment,
            check=True,
        )
    places = [*files_of_the_server(committed), *tmp_path.iterdir()]
    assert len(places) > 200
    assert found(places, WORDS) == set()
    assert found(places, ("Sarsenet",)) == {"Sarsenet"}
    assert found([tmp_path / "dump-Fc"], ("Sarsenet",)) == {"Sarsenet"}  # the search looks into what is compressed
    print(f"planted: {len(WORDS)} words, {len(places)} files, none found")


@pytest.mark.django_db
def test_a_row_is_sealed_and_opened_by_its_columns_and_emptied_by_nothing() -> None:
    tia = as_("tia")
    with verb("tests.seal"):
        row = File(circle_id=partnership().id, kind="pdf", size=0, parts=0, sealed_sha256="")
        keys.seal(tia, row, name="Ünsichtbar")
        row.save(force_insert=True)
        assert keys.unseal(tia, [row]) == [{"name": "Ünsichtbar"}]
        first = row.name
        keys.seal(tia, row, name="again")
        assert keys.key_of(row.name) != keys.key_of(first)
        row.save(update_fields=["name", "version"])
        assert keys.unseal(as_("rowan"), [File.objects.get(id=row.id)]) == [{"name": "again"}]
        as_("tia")
        keys.seal(tia, row, name=None)
        assert row.name is None and keys.unseal(tia, [row]) == [{"name": None}]
    with pytest.raises(TypeError, match="no sealed field"):
        keys.seal(tia, row, kind="pdf")


@pytest.mark.django_db
def test_whoever_only_reads_gets_no_key_to_seal_with() -> None:
    dora = as_("dora")
    row = File(circle_id=partnership().id, kind="pdf", size=0, parts=0, sealed_sha256="")
    with pytest.raises(Exception, match="not open to you"), transaction.atomic():
        keys.seal(dora, row, name="x")


def _nonces(n: int, key: bytes, id: uuid.UUID) -> list[bytes]:
    mine = DataKey(id, key, n)
    return [mine.seal(b"x", table="t", column="c", row=id)[17:29] for _ in range(n)]


@pytest.mark.soak
def test_no_nonce_comes_twice_in_a_million_after_fork_and_restore() -> None:
    """E3: four processes forked from one, twice over with the same key, as after a restore."""
    key, id = secrets.token_bytes(32), uuid.uuid4()
    seen: set[bytes] = set()
    total = 0
    for _round in range(2):
        with get_context("fork").Pool(4) as pool:
            for made in pool.starmap(_nonces, [(125_000, key, id)] * 4):
                seen.update(made)
                total += len(made)
    assert total == 1_000_000 and len(seen) == total
