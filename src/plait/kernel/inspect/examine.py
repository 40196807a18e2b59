"""One file: told by what is in it, judged, cleaned."""

from __future__ import annotations

from plait.kernel.inspect import images, office, pdf
from plait.kernel.inspect.kinds import KINDS, MOST_BYTES, Clean, Refuse


def examine(data: bytes) -> Clean:
    """The clean copy of a file of one of the five kinds. Raises Refuse."""
    if not data:
        raise Refuse("empty")
    if len(data) > MOST_BYTES:
        raise Refuse("too_large")
    if data.startswith(KINDS["pdf"].starts):
        return pdf.clean(data)
    if data.startswith(KINDS["png"].starts):
        return images.clean(data, "png")
    if data.startswith(KINDS["jpeg"].starts):
        return images.clean(data, "jpeg")
    if data.startswith(KINDS["docx"].starts):
        return office.clean(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):  # an encrypted DOCX is one of these, and so is every old Office file
        raise Refuse("encrypted" if b"E\0n\0c\0r\0y\0p\0t" in data else "unknown_kind")
    raise Refuse("unknown_kind")
