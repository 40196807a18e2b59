"""Taking in, naming, opening."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections

from plait.kernel import keys
from plait.kernel.access import in_circle
from plait.kernel.acting import Asker
from plait.kernel.errors import Invalid, NotFound
from plait.kernel.files import child, said
from plait.kernel.files.naming import clean_name
from plait.kernel.inspect.kinds import KINDS, MEGABYTE, MOST_BYTES, Refuse
from plait.kernel.keys.sealing import Unreadable
from plait.kernel.models.kept import File, FilePart

PART = MEGABYTE
ROUNDED = 4096
FILES_OF_A_RECORD = 10
MOST_OF_ALL = 5 * 1024 * MEGABYTE
TABLE = "kernel_file"


@dataclass(frozen=True)
class Named:
    """A file in a list."""

    id: uuid.UUID
    circle_id: uuid.UUID
    name: str
    kind: str
    size: int
    version: int
    made_at: datetime
    made_by_id: uuid.UUID
    removed: bool


@dataclass(frozen=True)
class Opened:
    """A file as it leaves: always as an attachment, always with the type of its kind."""

    name: str
    type: str
    data: bytes


def keep(asker: Asker, *, circle: uuid.UUID, name: str, data: bytes) -> tuple[File, tuple[str, ...]]:
    """Check, clean, seal and keep a file. Gives its row and what was taken out (words of `inspect.kinds.TAKEN_OUT`).

    Raises Invalid with a sentence for field "file"; Refused (by the database) without a contributor's seat.
    """
    try:
        if not data:
            raise Refuse("empty")
        if len(data) > MOST_BYTES:
            raise Refuse("too_large")
        if not any(data.startswith(k.starts) for k in KINDS.values()) and not data.startswith(b"\xd0\xcf\x11\xe0"):
            raise Refuse("unknown_kind")
        clean = child.ask(data)
    except Refuse as no:
        raise Invalid({"file": [said.REFUSED[no.why]]}) from None
    pieces = [clean.data[n : n + PART] for n in range(0, len(clean.data), PART)]
    with connections[asker.using].cursor() as cursor:
        cursor.execute("select plait.room_for_file(%s, %s, %s)", [circle, len(clean.data), MOST_OF_ALL])
        if not cursor.fetchone()[0]:
            raise Invalid({"file": [said.FULL]})
        row = File(circle_id=circle, kind=clean.kind, size=len(clean.data), parts=len(pieces))
        key = keys.new_key(asker, table=TABLE, row=row.id, circle=circle, uses=len(pieces) + 1)
        row.name = key.seal(clean_name(name, clean.kind).encode(), table=TABLE, column="name", row=row.id)
        digest = hashlib.sha256()
        values = []
        for n, piece in enumerate(pieces):
            value = key.seal(piece, table=TABLE, column=_place(n, len(pieces)), row=row.id, padding=ROUNDED)
            digest.update(value)
            values.append(value)
        row.sealed_sha256 = digest.hexdigest()
        row.save(force_insert=True)
        for n, value in enumerate(values):
            cursor.execute("select plait.add_part(%s, %s, %s, %s)", [row.id, circle, n, value])
    return row, clean.taken_out


def _place(n: int, of: int) -> str:
    """Which piece of how many: a piece put elsewhere, left out or added does not open."""
    return f"content {n} of {of}"


def file_of(asker: Asker, circle: uuid.UUID, id: uuid.UUID) -> File:
    """The row of a file. Raises NotFound, hidden and absent alike."""
    row = in_circle(File.objects.all(), circle).filter(id=id).first()
    if row is None:
        raise NotFound
    return row


def named(asker: Asker, files: Sequence[File]) -> list[Named]:
    """The files of a list with their names: sealed text, so a look each, all in one round trip. What was disposed of is left out."""
    there = [f for f in files if f.name is not None]
    texts = keys.unseal(asker, there, how="display")
    return [
        Named(f.id, f.circle_id, str(text["name"]), f.kind, f.size, f.version, f.made_at, f.made_by_id, f.removed_on is not None)
        for f, text in zip(there, texts, strict=True)
    ]


def open_file(asker: Asker, circle: uuid.UUID, id: uuid.UUID) -> Opened:
    """Open a file. Raises NotFound for hidden, absent, removed and disposed alike; Unreadable when its content was changed."""
    row = file_of(asker, circle, id)
    if row.removed_on is not None or row.name is None:
        raise NotFound
    parts: Any = (
        FilePart.objects.filter(file_id=row.id, circle_id=circle, n__lt=row.parts).order_by("n").values_list("n", "sealed")
    )
    values = [bytes(value) for _n, value in parts]
    id_of_key = keys.key_of(bytes(row.name))
    key = keys.open_keys(asker, TABLE, [(circle, row.id, id_of_key)]).get(id_of_key)
    if key is None:
        raise NotFound
    if len(values) != row.parts or hashlib.sha256(b"".join(values)).hexdigest() != row.sealed_sha256:
        raise Unreadable
    data = b"".join(key.open(v, table=TABLE, column=_place(n, row.parts), row=row.id) for n, v in enumerate(values))
    name = key.open(bytes(row.name), table=TABLE, column="name", row=row.id).decode()
    return Opened(name, KINDS[row.kind].type, data)
