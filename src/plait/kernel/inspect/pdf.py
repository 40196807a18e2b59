"""PDF: refused when anything in it acts or hides; else written anew without what tells of its author."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf

from plait.kernel.inspect.kinds import DEEPEST, MOST_BYTES, MOST_OBJECTS, MOST_PAGES, Clean, Refuse

SCRIPTS = {"/JavaScript", "/Rendition"}
LAUNCHES = {
    "/Launch",
    "/ImportData",
    "/SubmitForm",
    "/GoToE",
    "/GoToR",
    "/Movie",
    "/Sound",
    "/RichMediaExecute",
    "/GoTo3DView",
    "/Hide",
}
LIVE_ANNOTATIONS = {"/RichMedia", "/FileAttachment", "/3D", "/Movie", "/Sound", "/Screen"}
KEPT_ANNOTATIONS = {"/Link", "/Widget"}
ABOUT = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/SpiderInfo", "/Perms", "/Legal", "/StructTreeRootOld")
TAIL = 1024


def clean(data: bytes) -> Clean:
    """A copy without metadata and comments. Raises Refuse."""
    if b"%%EOF" not in data[-TAIL:] or data[data.rindex(b"%%EOF") + 5 :].strip(b"\r\n\t \0"):
        raise Refuse("two_in_one" if b"%%EOF" in data else "broken")
    try:
        found = pikepdf.open(io.BytesIO(data), suppress_warnings=True, attempt_recovery=False)
    except pikepdf.PasswordError:
        raise Refuse("encrypted") from None
    except Exception:
        raise Refuse("broken") from None
    with found:
        if found.is_encrypted:
            raise Refuse("encrypted")
        try:
            return _clean(found)
        except (Refuse, MemoryError):
            raise
        except Exception:
            raise Refuse("broken") from None


def _clean(found: pikepdf.Pdf) -> Clean:
    if len(found.objects) > MOST_OBJECTS:
        raise Refuse("bomb")
    if not 0 < len(found.pages) <= MOST_PAGES:
        raise Refuse("too_many_pages" if len(found.pages) else "broken")
    out: set[str] = set()
    for dictionary in _dictionaries(found):
        _look(dictionary)
    for key in ("/Info", "/ID"):
        if key in found.trailer:
            out |= {"about"} if key == "/Info" else set()
            del found.trailer[key]
    names = found.Root.get("/Names")
    if names is not None:
        for key in ("/JavaScript", "/EmbeddedFiles", "/AlternatePresentations", "/Renditions"):
            if key in names:
                del names[key]
    for key in ("/OpenAction", "/AA", "/Collection", "/AcroFormOld"):
        if key in found.Root:
            del found.Root[key]
    for dictionary in _dictionaries(found):
        for key in ABOUT:
            if key in dictionary:
                del dictionary[key]
                out.add("about")
        if "/Annots" in dictionary and isinstance(dictionary["/Annots"], pikepdf.Array):
            kept = [
                a
                for a in dictionary["/Annots"]
                if isinstance(a, pikepdf.Dictionary) and str(a.get("/Subtype")) in KEPT_ANNOTATIONS
            ]
            if len(kept) != len(dictionary["/Annots"]):
                dictionary["/Annots"] = pikepdf.Array(kept)
                out.add("comments")
        if isinstance(dictionary, pikepdf.Stream) and str(dictionary.get("/Filter")) in ("/DCTDecode", "[ /DCTDecode ]"):
            raw = dictionary.read_raw_bytes()
            bare = bare_jpeg(raw)
            if bare != raw:
                dictionary.write(bare, filter=pikepdf.Name.DCTDecode)
                out.add("picture_data")
    made = io.BytesIO()
    found.remove_unreferenced_resources()
    found.save(made, fix_metadata_version=False, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    if made.tell() > MOST_BYTES:
        raise Refuse("too_large")
    return Clean("pdf", made.getvalue(), tuple(sorted(out)))


def _dictionaries(found: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of the file, those inside other objects too."""
    seen = 0
    for top in [found.trailer, *found.objects]:
        waiting: list[tuple[Any, int]] = [(top, 0)]
        while waiting:
            one, depth = waiting.pop()
            if depth > DEEPEST:
                raise Refuse("bomb")
            seen += 1
            if seen > MOST_OBJECTS * 10:
                raise Refuse("bomb")
            if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
                yield one
                inner: Any = list(one.keys())
                waiting += [(v, depth + 1) for k in inner if (v := one.get(k)) is not None and _direct(v)]
            elif isinstance(one, pikepdf.Array):
                waiting += [(v, depth + 1) for v in one if _direct(v)]


def _direct(value: Any) -> bool:
    """A value that stands inside another object; what has a number of its own comes by itself."""
    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


def _look(d: Any) -> None:
    action, subtype, kind = str(d.get("/S", "")), str(d.get("/Subtype", "")), str(d.get("/Type", ""))
    if "/JS" in d or "/JavaScript" in d or action in SCRIPTS:
        raise Refuse("scripts")
    if action in LAUNCHES or (kind == "/Action" and action not in ("/GoTo", "/URI", "/Named", "")):
        raise Refuse("launches")
    if "/EmbeddedFiles" in d or "/EF" in d or kind == "/EmbeddedFile" or "/AF" in d or subtype in LIVE_ANNOTATIONS:
        raise Refuse("attachments")
    if "/XFA" in d:
        raise Refuse("form_xfa")
    if kind == "/Filespec" or ("/F" in d and isinstance(d, pikepdf.Stream)):
        raise Refuse("remote")
    if action == "/URI" and not str(d.get("/URI", "")).lower().startswith(("http://", "https://", "mailto:")):
        raise Refuse("launches")


def bare_jpeg(data: bytes) -> bytes:
    """A JPEG without its application segments and comments (EXIF, XMP, IPTC), but for the one that says how colours are stored."""
    if data[:2] != b"\xff\xd8":
        return data
    kept, at = [b"\xff\xd8"], 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xDA:
            kept.append(data[at:])
            return b"".join(kept)
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        segment = data[at : at + 2 + length]
        if not ((0xE1 <= marker <= 0xEF and marker != 0xEE) or marker == 0xFE):
            kept.append(segment)
        at += 2 + max(length, 2)
    return data
