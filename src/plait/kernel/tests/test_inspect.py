"""Uploaded files: what is taken, what is refused, what is left of what is taken, and what a hostile decoder can do."""

from __future__ import annotations

import io
import json
import os
import random
import re
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import docx
import pikepdf
import pytest
from PIL import Image

from plait.kernel.files import child, said
from plait.kernel.inspect import talk
from plait.kernel.inspect.examine import examine
from plait.kernel.inspect.kinds import KINDS, REFUSALS, TAKEN_OUT, Clean, Refuse
from plait.kernel.tests.corpus import PLANTED, corpus, jpeg, pdf, pictured, png, saved_again, telling_jpeg, word
from plait.launch.embedded import wait_until_gone

LEAST = 157
"""Files of the corpus: this number does not fall."""


def outcome(data: bytes) -> str:
    try:
        return examine(data).kind
    except Refuse as no:
        return no.why


@pytest.mark.full
def test_every_file_of_the_corpus_fares_as_the_table_says() -> None:
    """U1. And of what is taken nothing is left of author, place, camera, comments, program (U4)."""
    files = corpus()
    wrong = [(name, wanted, got) for name, data, wanted in files if (got := outcome(data)) != wanted]
    assert wrong == [] and len(files) >= LEAST and len({name for name, _d, _w in files}) == len(files)
    assert {w for _n, _d, w in files} >= set(REFUSALS) - {"too_long", "failed"} | set(KINDS)
    taken = [(name, data, examine(data)) for name, data, wanted in files if wanted in KINDS]
    telling = [name for name, data, _c in taken if any(PLANTED.encode() in b for b in everything_in(data))]
    assert len(telling) >= 6
    assert [name for name, _d, clean in taken if any(PLANTED.encode() in b for b in everything_in(clean.data))] == []
    for name, _data, clean in taken:
        assert examine(clean.data).kind == clean.kind, name  # what is kept could come in again
        assert_opens(clean)
    print(f"upload corpus: {len(files)} files, {len(taken)} taken")


def everything_in(data: bytes) -> list[bytes]:
    """A file's bytes, the parts of a zip, the streams of a PDF, in the forms in which words may stand there."""
    found = [data]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as z:
            for n in z.namelist():
                found += [n.encode(), *everything_in(z.read(n))]
    elif data.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(data)) as p:
            found += [bytes(str(p.trailer.get("/Info")), "utf-8")]
            for o in p.objects:
                found.append(repr(o).encode())
                if isinstance(o, pikepdf.Stream):
                    found += [o.read_raw_bytes()]
    elif data.startswith(b"\x89PNG"):
        for m in re.finditer(rb"x\x9c", data):
            try:
                found.append(zlib.decompressobj().decompress(data[m.start() :]))
            except zlib.error:
                continue
    return found


def assert_opens(clean: Clean) -> None:
    """Other programs' readers take it, and what it says is still there."""
    if clean.kind == "docx":
        made = docx.Document(io.BytesIO(clean.data))
        assert made.paragraphs and made.core_properties.author != PLANTED
    elif clean.kind == "xlsx":
        with zipfile.ZipFile(io.BytesIO(clean.data)) as z:
            assert z.testzip() is None and b"braid" in z.read("xl/sharedStrings.xml")
    elif clean.kind == "pdf":
        with pikepdf.open(io.BytesIO(clean.data)) as p:
            assert len(p.pages) >= 1 and "/Info" not in p.trailer and p.Root.get("/Metadata") is None
    else:
        picture = Image.open(io.BytesIO(clean.data))
        picture.load()
        assert not picture.getexif() and set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    if clean.data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(clean.data)) as z:
            rels = [n for n in z.namelist() if n.endswith(".rels")]
            for n in rels:
                part = n.replace("_rels/", "").removesuffix(".rels")
                ids = set(re.findall(rb'<Relationship [^>]*\bId="([^"]+)"', z.read(n)))
                if part in z.namelist():
                    assert set(re.findall(rb'\br:(?:id|embed|link)="([^"]+)"', z.read(part))) <= ids, (n, part)


def test_the_words_of_a_refusal_are_sentences_and_the_kinds_are_those_of_the_table() -> None:
    assert set(said.REFUSED) == set(REFUSALS) and set(said.TAKEN_OUT) == set(TAKEN_OUT)
    assert all(str(s).endswith(".") for s in said.REFUSED.values())


def test_a_picture_keeps_its_looks_and_is_turned_the_right_way_up() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    clean = examine(jpeg((40, 20), exif=exif))
    assert Image.open(io.BytesIO(clean.data)).size == (20, 40)
    assert clean.taken_out == ("picture_data",) and examine(png()).taken_out == ()
    assert examine(telling_jpeg()).taken_out == ("picture_data",)


def test_words_hidden_by_an_earlier_saving_are_gone() -> None:
    """A page whose text was taken out by saving again still has it in its bytes, until it is written anew."""
    first = pdf(
        lambda p: p.pages[0].obj.__setitem__("/Contents", p.make_stream(f"({PLANTED}) Tj".encode())), compress_streams=False
    )
    again = saved_again(first)
    assert PLANTED.encode() in again
    assert not any(PLANTED.encode() in b for b in everything_in(examine(again).data))


# the child process ----------------------------------------------------------------------------------------------------------------


@pytest.mark.full
def test_a_process_of_its_own_gives_the_same_answers() -> None:
    for data in (pdf(), png(), telling_jpeg(), pictured()):
        assert child.ask(data) == examine(data)
    for data, why in ((b"", "empty"), (b"%PDF-1.7\n", "broken"), (b"MZ", "unknown_kind")):
        with pytest.raises(Refuse) as no:
            child.ask(data)
        assert no.value.why == why


HOSTILE = {
    "opens a socket": "import socket; socket.socket(); ok()",
    "looks for the database": "import socket; s=socket.socket(socket.AF_UNIX); ok()",
    "reads a file": "open('/etc/passwd'); ok()",
    "writes a file": "open('/tmp/plait-hostile','w').write('x'); ok()",
    "starts a process": "import os; os.fork(); ok()",
    "takes all memory": "x=bytearray(900*2**20); ok()",
    "crashes": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
    "ends at once": "import os; os._exit(3)",
    "babbles": "import sys; sys.stdout.buffer.write(b'x' * 100000)",
    "says too much": "import sys; sys.stdout.buffer.write(b'x' * (21*2**20))",
    "says nothing": "pass",
}
PRELUDE = """
import socket, os, sys, signal
from plait.kernel.inspect import talk
from plait.kernel.inspect.kinds import Clean
from plait.kernel.inspect.__main__ import shut_in
def ok():
    sys.stdout.buffer.write(talk.say(Clean("png", b"\\x89PNG\\r\\n\\x1a\\nreached")))
shut_in()
sys.stdin.buffer.read()
"""


@pytest.mark.full
@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_decoder_costs_its_own_file_and_nothing_else(what: str) -> None:
    """U2. What is shut in can open no socket, no file, no process; whatever it does, the answer is a refusal."""
    command = (sys.executable, "-P", "-c", PRELUDE + HOSTILE[what])
    with pytest.raises(Refuse) as no:
        child.ask(b"x" * 1000, command=command)
    assert no.value.why == "failed"
    assert not Path("/tmp/plait-hostile").exists()


@pytest.mark.full
def test_what_is_shut_in_and_behaves_is_heard() -> None:
    """The twin: the same prelude, and nothing forbidden done."""
    assert child.ask(b"x", command=(sys.executable, "-P", "-c", PRELUDE + "ok()")).data.endswith(b"reached")


@pytest.mark.full
def test_a_decoder_that_loops_is_ended_with_all_its_children(tmp_path: Path) -> None:
    said_by = tmp_path / "pid"
    code = (
        "import subprocess, sys, time, pathlib; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        f" pathlib.Path({str(said_by)!r}).write_text(str(p.pid)); time.sleep(600)"
    )
    with pytest.raises(Refuse):
        child.ask(b"x", command=(sys.executable, "-P", "-c", code), patience=1.0)
    assert wait_until_gone(int(said_by.read_text()), 10)


def test_the_answers_form_is_read_strictly() -> None:
    """U2: fuzzed; whatever is not exactly an answer is garbage, and nothing is taken that is not what it says."""
    good = talk.say(Clean("png", b"\x89PNG\r\n\x1a\nrest", ("ids",)))
    assert talk.hear(good) == Clean("png", b"\x89PNG\r\n\x1a\nrest", ("ids",))
    with pytest.raises(Refuse):
        talk.hear(talk.say(Refuse("broken")))

    def frame(words: object, data: bytes = b"") -> bytes:
        text = json.dumps(words).encode()
        return len(text).to_bytes(4, "big") + text + data

    png_head = KINDS["png"].starts
    bad = [
        b"", b"\0", b"\0\0\0\0", b"\xff\xff\xff\xff", frame([]), frame({}), frame({"ok": "yes"}), frame({"ok": False, "why": "nonsense"}), frame({"ok": 1}),
        frame({"ok": False, "why": "broken"}, b"x"), frame({"ok": False, "why": "broken", "more": 1}), frame({"ok": True, "kind": "exe", "taken_out": []}, b"MZ"),
        frame({"ok": True, "kind": "png", "taken_out": []}, b"%PDF-"), frame({"ok": True, "kind": "png", "taken_out": ["x"]}, png_head), frame({"ok": True, "kind": ["png"], "taken_out": []}, png_head),
        frame({"ok": True, "kind": "png", "taken_out": [["ids"]]}, png_head), frame({"ok": True, "kind": "png"}, png_head), frame({"ok": True, "kind": "png", "taken_out": [], "name": "x"}, png_head),
        (5000).to_bytes(4, "big") + b" " * 5000, (9).to_bytes(4, "big") + b'{"ok": 1', (4).to_bytes(4, "big") + b"\xff\xfe{}", (4000).to_bytes(4, "big") + b"[" * 4000,
    ]  # fmt: skip
    for answer in bad:
        with pytest.raises(talk.Garbage):
            talk.hear(answer)
    rng, heard = random.Random(7), 0
    for _ in range(3_000):
        cut = bytearray(good)
        for _n in range(rng.randrange(1, 5)):
            cut[rng.randrange(len(cut) - 5)] = rng.randrange(256)
        try:
            heard += talk.hear(bytes(cut[: rng.randrange(len(cut) + 1)])).kind in KINDS
        except (talk.Garbage, Refuse):
            continue
    assert heard < 300


@pytest.mark.full
def test_a_web_worker_imports_no_reader_of_files() -> None:
    code = "import django; django.setup(); import plait.web.wsgi, plait.web.urls, plait.kernel.files, sys; print([m for m in ('PIL', 'pikepdf', 'plait.kernel.inspect.images', 'plait.kernel.inspect.office', 'typst') if m in sys.modules])"
    out = subprocess.run(
        [sys.executable, "-P", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": child.SOURCE},
    )
    assert out.stdout.strip() == "[]"


def test_a_document_written_by_word_keeps_its_text() -> None:
    made = docx.Document(io.BytesIO(examine(word(lambda d: d.add_heading("Plaited", 1))).data))
    assert [p.text for p in made.paragraphs] == ["Straw and braid.", "Plaited"]
