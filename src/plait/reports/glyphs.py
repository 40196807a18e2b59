"""Which characters the sheet's fonts can draw.

PDF/UA forbids a character without a shape, so one emoji in a sentence would cost the whole sheet. We read the fonts' character
maps (OpenType `cmap`, formats 4 and 12, https://learn.microsoft.com/typography/opentype/spec/cmap) and put U+FFFD instead.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
STANDIN = "\ufffd"


def _tables(data: bytes) -> dict[bytes, int]:
    (count,) = struct.unpack_from(">H", data, 4)
    records = (struct.unpack_from(">4sIII", data, 12 + 16 * place) for place in range(count))
    return {tag: offset for tag, _checksum, offset, _length in records}


def _segments(data: bytes, at: int) -> set[int]:
    """Format 4: segments of the first plane; a shape number of 0 means none."""
    (twice,) = struct.unpack_from(">H", data, at + 6)
    count = twice // 2
    ends = struct.unpack_from(f">{count}H", data, at + 14)
    starts = struct.unpack_from(f">{count}H", data, at + 16 + twice)
    deltas = struct.unpack_from(f">{count}H", data, at + 16 + 2 * twice)
    offsets_at = at + 16 + 3 * twice
    offsets = struct.unpack_from(f">{count}H", data, offsets_at)
    found: set[int] = set()
    for place, (start, end, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for code in range(start, min(end, 0xFFFE) + 1):
            shape = code
            if offset:
                (shape,) = struct.unpack_from(">H", data, offsets_at + 2 * place + offset + 2 * (code - start))
                if not shape:
                    continue
            if (shape + delta) & 0xFFFF:
                found.add(code)
    return found


def _groups(data: bytes, at: int) -> set[int]:
    """Format 12: groups over all planes."""
    (count,) = struct.unpack_from(">I", data, at + 12)
    found: set[int] = set()
    for place in range(count):
        start, end, shape = struct.unpack_from(">III", data, at + 16 + 12 * place)
        found.update(range(start + (0 if shape else 1), end + 1))
    return found


def characters(font: Path) -> set[int]:
    """The code points for which a TrueType or OpenType file has a shape."""
    data = font.read_bytes()
    cmap = _tables(data)[b"cmap"]
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    found: set[int] = set()
    for place in range(count):
        _platform, _encoding, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * place)
        (form,) = struct.unpack_from(">H", data, cmap + offset)
        if form in (4, 12):
            found |= (_segments if form == 4 else _groups)(data, cmap + offset)
    return found


@cache
def drawable() -> frozenset[int]:
    return frozenset(code for font in sorted(FONTS.glob("*.ttf")) for code in characters(font))


def printable(text: str) -> tuple[str, bool]:
    """The text with U+FFFD for each character without a shape, and whether there was one."""
    shapes = drawable()
    replaced = False
    kept: list[str] = []
    for letter in text:
        seen = unicodedata.category(letter) != "Cf"  # joiners and marks of direction: nothing is lost for the eye
        if letter in "\n\t" or (ord(letter) in shapes and (seen or kept[-1:] != [STANDIN])):
            kept.append(letter)
        elif seen:
            replaced = True
            if kept[-1:] != [STANDIN]:
                kept.append(STANDIN)
    return "".join(kept), replaced
