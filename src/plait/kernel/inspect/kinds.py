"""What may come in: kinds, limits, and the word for each refusal. Imported by both sides; imports nothing that reads files."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 2**20


@dataclass(frozen=True)
class Kind:
    """A kind of file: its ending, the type it is served with, and its first bytes."""

    key: str
    type: str
    starts: bytes


KINDS = {
    k.key: k
    for k in (
        Kind("pdf", "application/pdf", b"%PDF-"),
        Kind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04"),
        Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
        Kind("png", "image/png", b"\x89PNG\r\n\x1a\n"),
        Kind("jpeg", "image/jpeg", b"\xff\xd8\xff"),
    )
}

MOST_BYTES = 20 * MEGABYTE
"""Of one file, as it comes and as it is kept."""
MOST_PIXELS = 30_000_000
LONGEST_SIDE = 12_000
MOST_PAGES = 2_000
MOST_OBJECTS = 200_000
MOST_PARTS = 2_000
MOST_UNPACKED = 100 * MEGABYTE
MOST_RATIO = 200
DEEPEST = 200

MEMORY = 512 * MEGABYTE
SECONDS = 20

REFUSALS = (
    "empty", "too_large", "unknown_kind", "broken", "encrypted", "two_in_one", "scripts", "attachments", "launches", "form_xfa", "too_many_pages",
    "too_many_pixels", "moving", "bomb", "paths", "macros", "embedded", "remote", "fields", "changes", "hidden_sheets", "markup", "picture_kind",
    "too_long", "failed",
)  # fmt: skip
"""Every reason for which a file is not taken; `plait.kernel.files.said` has the sentences."""

TAKEN_OUT = ("about", "comments", "picture_data", "ids", "printer", "custom", "unused")
"""What may have been taken out of a file before it was kept."""


class Refuse(Exception):
    """This file is not taken. `why` is one of REFUSALS."""

    def __init__(self, why: str):
        super().__init__(why)
        assert why in REFUSALS  # noqa: S101 - a word without a sentence would reach nobody
        self.why = why


@dataclass(frozen=True)
class Clean:
    """A file as it is kept."""

    kind: str
    data: bytes
    taken_out: tuple[str, ...] = ()
