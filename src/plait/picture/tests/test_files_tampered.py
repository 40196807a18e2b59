"""Files of evidence when somebody has tampered with the database: an error, never other bytes; and no look, no bytes."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from plait.kernel import files, scratch
from plait.kernel.errors import NotFound
from plait.kernel.files import child, keeping
from plait.kernel.inspect.examine import examine
from plait.kernel.keys import Unreadable
from plait.kernel.models import File
from plait.kernel.tests.corpus import jpeg
from plait.picture import actions
from plait.picture.models import Evidence
from plait.picture.tests import make
from tests.people import asker, for_real


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "ask", lambda data, **_more: examine(data))


def added(row: Evidence, data: bytes) -> File:
    return actions.add_file(asker("tia"), evidence=row.id, circle=row.circle_id, name="photo.png", data=data)[0]


@pytest.mark.full
def test_no_look_no_bytes(committed: str) -> None:
    """Where the look cannot be written, nothing is opened and no name is shown."""
    with for_real("tia"):
        row = make.evidence("tia")
        file = added(row, jpeg())
    with scratch.superuser() as su:
        su.execute(
            "create function public.broken() returns trigger language plpgsql as $$ begin raise exception 'not to be written'; end $$"
        )
        su.execute(
            "create trigger z_broken before insert on kernel_entry for each row when (new.op = 'L') execute function public.broken()"
        )
        for ask in (lambda who: files.open_file(who, row.circle_id, file.id), lambda who: files.named(who, [file])):
            with pytest.raises(Exception, match="not to be written"), for_real("rowan") as who:
                ask(who)
        su.execute("drop trigger z_broken on kernel_entry")
    with for_real("rowan") as who:
        assert files.open_file(who, row.circle_id, file.id).data  # the twin


@pytest.mark.full
def test_a_changed_swapped_cut_or_foreign_piece_is_an_error_and_never_other_bytes(
    committed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """E2, on files: a superuser with triggers off, who also puts right the digest in the file's row."""
    monkeypatch.setattr(keeping, "PART", 1000)
    out = io.BytesIO()
    Image.effect_noise((60, 60), 90).save(out, "PNG")
    with for_real("tia") as tia:
        row = make.evidence("tia")
        file = added(row, out.getvalue())
        other = added(row, out.getvalue())
        good = files.open_file(tia, row.circle_id, file.id).data
    assert file.parts >= 3
    tamperings = {
        "a bit": "update kernel_filepart set sealed = set_byte(sealed, 200, get_byte(sealed, 200) # 1) where file_id = %(f)s and n = 1",
        "cut": "update kernel_filepart set sealed = substr(sealed, 1, octet_length(sealed) - 1) where file_id = %(f)s and n = 1",
        "left out": "delete from kernel_filepart where file_id = %(f)s and n = 0",
        "last one left out": "delete from kernel_filepart where file_id = %(f)s and n = (select max(n) from kernel_filepart where file_id = %(f)s)",
        "swapped": "update kernel_filepart a set sealed = b.sealed from kernel_filepart b where a.file_id = %(f)s and b.file_id = a.file_id and a.n + b.n = 1 and a.n < 2",
        "another file's": "update kernel_filepart a set sealed = b.sealed from kernel_filepart b where a.file_id = %(f)s and b.file_id = %(o)s and a.n = b.n and a.n = 0",
        "another file's name": "update kernel_file a set name = b.name from kernel_file b where a.id = %(f)s and b.id = %(o)s",
        "fewer pieces": "update kernel_file set parts = parts - 1 where id = %(f)s",
    }
    digest = "update kernel_file set sealed_sha256 = (select encode(sha256(string_agg(sealed, ''::bytea order by n)), 'hex') from kernel_filepart where file_id = %(f)s) where id = %(f)s"
    with scratch.superuser() as su:
        su.autocommit = True
        su.execute("set session_replication_role = replica")
        for what, statement in tamperings.items():
            for also in ([], [digest]):
                su.execute(
                    "create table kept_parts as select * from kernel_filepart; create table kept_file as select * from kernel_file"
                )
                for each in [statement, *also]:
                    assert su.execute(each, {"f": file.id, "o": other.id} if "(o)" in each else {"f": file.id}).rowcount >= 1, (
                        what
                    )
                with pytest.raises((Unreadable, NotFound)), for_real("tia") as tia:
                    files.open_file(tia, row.circle_id, file.id)
                su.execute("truncate kernel_filepart; insert into kernel_filepart select * from kept_parts")
                su.execute(
                    "update kernel_file a set name = b.name, parts = b.parts, sealed_sha256 = b.sealed_sha256 from kept_file b where a.id = b.id"
                )
                su.execute("drop table kept_parts; drop table kept_file")
    with for_real("tia") as tia:
        assert files.open_file(tia, row.circle_id, file.id).data == good
