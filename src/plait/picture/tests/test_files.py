"""Files of evidence: taken in, listed, opened as an entry, removed and brought back; for whoever reads the evidence and nobody else."""

from __future__ import annotations

import io
import re
import uuid
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from PIL import Image

from plait.kernel import files
from plait.kernel.acting import verb
from plait.kernel.errors import Invalid, NotFound
from plait.kernel.files import child, keeping
from plait.kernel.inspect.examine import examine
from plait.kernel.models import File
from plait.kernel.tests.corpus import PLANTED, jpeg, pdf, telling_jpeg, word
from plait.picture import actions, queries
from plait.picture.models import Evidence
from plait.picture.tests import make
from tests.people import as_, person

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process: that a process of its own answers alike is tried in the kernel's tests."""
    monkeypatch.setattr(child, "ask", lambda data, **_more: examine(data))


def client(name: str) -> Client:
    made = Client()
    made.force_login(person(name))
    return made


def send(c: Client, row: Evidence, data: bytes, name: str = "photo.jpg"):
    address = reverse("picture:add_file", args=[row.circle_id, row.id])
    return c.post(address, {"file": SimpleUploadedFile(name, data, "text/html")}, follow=True)


def added(row: Evidence, who: str = "tia", data: bytes | None = None, name: str = "photo.jpg") -> File:
    return actions.add_file(as_(who), evidence=row.id, circle=row.circle_id, name=name, data=data or jpeg())[0]


def address(row: Evidence, file: File, name: str = "file") -> str:
    return reverse(f"picture:{name}", args=[row.circle_id, row.id, file.id])


def looks(file: File, steward: str = "rowan") -> list[tuple[uuid.UUID, str]]:
    """Who was shown or opened a file, oldest first; asking leaves a look of its own, left out here."""
    as_(steward)
    with connection.cursor() as cursor:
        cursor.execute("select who, how from plait.looks_of('kernel_file', %s, %s, 'integrity')", [file.circle_id, file.id])
        return [(who, how) for who, how in reversed(cursor.fetchall()) if how != "log"]


def test_a_file_is_added_listed_and_opened_and_what_it_told_is_gone() -> None:
    row = make.evidence("tia")
    page = send(client("tia"), row, telling_jpeg(), "Straw & braid.jpeg")
    assert page.status_code == 200 and "what pictures tell of camera" in page.content.decode()
    assert "Straw &amp; braid.jpeg" in page.content.decode()
    as_("rowan")
    file = File.objects.get()
    answer = client("rowan").get(address(row, file))
    assert answer.status_code == 200 and Image.open(io.BytesIO(answer.content)).size == (40, 30)
    assert PLANTED.encode() not in answer.content and PLANTED in telling_jpeg().decode("latin-1")


def test_it_leaves_as_an_attachment_of_a_fixed_type_that_no_browser_runs_or_keeps() -> None:
    """U3."""
    row = make.evidence("tia")
    names = {
        "a.jpg": "a.jpg",
        "Ünsicher ‮gpj.exe": "Ünsicher gpj.exe.jpg",
        'x";evil=".html': "x;evil=.html.jpg",
        "../../etc/passwd": "passwd.jpg",
        "": "file.jpg",
        "r\r\nSet-Cookie: a": "rSet-Cookie a.jpg",
    }
    for said, kept in names.items():
        file = added(row, name=said)
        answer = client("tia").get(address(row, file))
        assert (
            answer["Content-Type"] == "image/jpeg"
            and answer["X-Content-Type-Options"] == "nosniff"
            and answer["Cache-Control"] == "no-store"
        )
        assert (
            answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
            and answer["Cross-Origin-Resource-Policy"] == "same-origin"
        )
        disposition = answer["Content-Disposition"]
        assert disposition.startswith('attachment; filename="') and "\r" not in disposition and "\n" not in disposition
        assert re.fullmatch(r"attachment; filename=\"[\w. ()+-]+\"; filename\*=UTF-8''[\w.%~-]+", disposition, re.A), disposition
        as_("tia")
        assert files.open_file(as_("tia"), row.circle_id, file.id).name == kept
    whole = client("tia").get(address(row, file)).content
    assert client("tia").get(address(row, file), headers={"range": "bytes=0-9"}).content == whole  # nothing is given in pieces


def test_a_file_called_otherwise_has_the_type_of_what_is_in_it() -> None:
    row = make.evidence("tia")
    answer = client("tia").get(address(row, added(row, data=pdf(), name="photo.html")))
    assert answer["Content-Type"] == "application/pdf" and 'filename="photo.html.pdf"' in answer["Content-Disposition"]


def test_each_opening_and_each_list_is_an_entry_and_the_page_itself_tells_so() -> None:
    row = make.evidence("tia")
    file, second = added(row), added(row, name="second.jpg")
    assert looks(file) == []
    page = client("bea").get(row.get_absolute_url()).content.decode()
    assert "photo.jpg" in page and "second.jpg" in page and "that is recorded" in page
    client("bea").get(address(row, file))
    assert looks(file) == [(person("bea").id, "display"), (person("bea").id, "open")]
    assert looks(second) == [(person("bea").id, "display")]


def test_hidden_absent_removed_and_other_evidences_files_answer_alike() -> None:
    row = make.evidence("tia", make.narrow(tia=2))
    file = added(row)
    other = make.evidence("tia")
    gone = added(other)
    removed = added(other, name="removed.jpg")
    actions.remove_file(as_("tia"), evidence=other.id, file=removed.id, circle=other.circle_id, version=removed.version)
    absent = uuid.uuid4()
    asked = [
        address(row, file),
        reverse("picture:file", args=[row.circle_id, row.id, absent]),
        reverse("picture:file", args=[other.circle_id, other.id, absent]),
        reverse("picture:file", args=[other.circle_id, other.id, file.id]),
        reverse("picture:file", args=[other.circle_id, absent, gone.id]),
        address(other, removed),
    ]
    pages = [client("cal").get(a) for a in asked]
    assert {p.status_code for p in pages} == {404}
    masked = {re.sub(rb"[0-9a-f-]{36}", b"", p.content) for p in pages}
    assert len(masked) == 1
    assert looks(removed) == []
    assert client("tia").get(address(row, file)).status_code == 200  # the twin


def test_removed_is_off_the_page_for_opening_and_comes_back() -> None:
    row = make.evidence("tia")
    file = added(row)
    tia = client("tia")
    done = tia.post(address(row, file, "remove_file"), {"version": file.version}, follow=True)
    assert "Undo: bring it back" in done.content.decode() and tia.get(address(row, file)).status_code == 404
    tia.post(address(row, file, "bring_back_file"), {"version": file.version + 1})
    assert tia.get(address(row, file)).status_code == 200
    stale = tia.post(address(row, file, "remove_file"), {"version": file.version})
    assert stale.status_code == 409


def test_who_may_not_change_the_evidence_adds_and_removes_nothing() -> None:
    row = make.evidence("tia")
    file = added(row)
    for name in ("cal", "dora"):
        assert send(client(name), row, jpeg()).status_code == 403
        assert client(name).post(address(row, file, "remove_file"), {"version": file.version}).status_code == 403
    assert client("dee").get(address(row, file)).status_code == 404
    as_("tia")
    assert File.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty"),
        (b"MZ program", "no file of a kind that is taken"),
        (b"%PDF-1.7\nhalf", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20 * 2**20), "larger than 20 MB"),
        (word()[:-200], "damaged"),
    ],
)
def test_what_is_not_taken_says_why_and_what_to_do_and_leaves_nothing(data: bytes, sentence: str) -> None:
    row = make.evidence("tia")
    page = send(client("tia"), row, data)
    assert page.status_code == 200 and sentence in page.content.decode()
    as_("tia")
    assert not File.objects.exists()
    nothing = client("tia").post(reverse("picture:add_file", args=[row.circle_id, row.id]), {})
    assert "Choose a file" in nothing.content.decode()


def test_eleven_files_are_too_many_and_the_partnerships_limit_says_yes_or_no_only(monkeypatch: pytest.MonkeyPatch) -> None:
    row = make.evidence("tia")
    for _ in range(10):
        added(row)
    with pytest.raises(Invalid, match="ten files"):
        added(row)
    monkeypatch.setattr(keeping, "MOST_OF_ALL", 100)
    with pytest.raises(Invalid, match="no room"):
        added(make.evidence("tia"))


def test_the_same_file_twice_is_two_files_and_nothing_tells() -> None:
    """No comparison: neither size nor digest nor answer shows that another circle has it."""
    one, two = make.evidence("tia"), make.evidence("tia", make.narrow(tia=2))
    a, b = added(one), added(two)
    assert a.sealed_sha256 != b.sealed_sha256 and a.size == b.size
    with connection.cursor() as cursor:
        cursor.execute("select octet_length(sealed), sha256(sealed) from kernel_filepart")
        (n, first), (m, second) = cursor.fetchall()
    assert n == m and first != second


def test_a_plain_text_in_a_sealed_column_is_refused_by_the_database() -> None:
    row = make.evidence("tia")
    file, other = added(row), added(row, name="other.jpg")
    for value, state in (
        (b"John Straw.pdf", "23514"),
        (b"\x01" + b"x" * 80, "PL020"),
        (b"\x02" + bytes(80), "23514"),
        (bytes(other.name), "PL020"),
    ):
        with pytest.raises(Exception) as refused, transaction.atomic(), verb("tests.write"), connection.cursor() as cursor:  # noqa: PT011
            cursor.execute("update kernel_file set name = %s where id = %s", [value, file.id])
        assert refused.value.__cause__.sqlstate == state  # type: ignore[union-attr]
    with pytest.raises(TypeError):
        File.objects.filter(id=file.id).update(name=b"plain")


def test_nothing_that_was_sent_is_written_to_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(
        "tempfile.NamedTemporaryFile", lambda *_a, **_k: (_ for _ in ()).throw(AssertionError("a temporary file"))
    )
    row = make.evidence("tia")
    big = io.BytesIO()
    Image.effect_noise((2000, 2000), 100).save(big, "PNG")
    assert big.tell() > 3 * 2**20  # Django's own handlers would have used the disk
    assert send(client("tia"), row, big.getvalue(), "large.png").status_code == 200
    as_("tia")
    assert File.objects.get().parts >= 3 and list(tmp_path.iterdir()) == []


def test_twenty_five_sealed_rows_are_opened_in_one_round_trip_with_a_look_each() -> None:
    row = make.evidence("tia")
    made = [added(row, name=f"{n}.jpg") for n in range(10)] + [added(make.evidence("tia"), name=f"x{n}.jpg") for n in range(15)]
    rowan = as_("rowan")
    rows = list(File.objects.all())
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        found = files.named(rowan, rows)
    assert len(found) == 25 and len(asked) <= 2
    assert {n.name for n in found} == {f"{n}.jpg" for n in range(10)} | {f"x{n}.jpg" for n in range(15)}
    assert all(looks(f) == [(rowan.id, "display")] for f in made)


def test_whoever_reads_gets_no_key_of_what_they_may_not_read() -> None:
    row = make.evidence("tia", make.narrow(tia=2))
    file = added(row)
    with pytest.raises(NotFound):
        files.named(as_("rowan"), [file])
    with pytest.raises(NotFound):
        files.open_file(as_("rowan"), row.circle_id, file.id)
    assert queries.count_files(row) == 0
    assert files.open_file(as_("tia"), row.circle_id, file.id).data  # the twin
