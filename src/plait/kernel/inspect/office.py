"""DOCX and XLSX: the zip is opened with care, every part is read as plain XML, what acts or hides is refused, and a new zip is made."""

from __future__ import annotations

import codecs
import io
import posixpath
import re
import stat
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree

from plait.kernel.inspect import images
from plait.kernel.inspect.kinds import DEEPEST, MOST_BYTES, MOST_PARTS, MOST_RATIO, MOST_UNPACKED, Clean, Refuse

for _name in ("cp437", "utf-8", "utf-16", "ascii"):
    codecs.lookup(_name)  # loaded now: later this process opens no file

MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
TYPES = "[Content_Types].xml"
RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
CT = "{http://schemas.openxmlformats.org/package/2006/content-types}"
R = re.compile(r"^\{http://(schemas\.openxmlformats\.org|purl\.oclc\.org/ooxml)/officeDocument/(2006/)?relationships\}")
PARSER = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "dtd_validation": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}

EMBEDDED = ("oleobject", "package", "afchunk", "control", "activexcontrolbinary", "subdocument", "frame")
REMOTE = (
    "attachedtemplate",
    "externallink",
    "externallinkpath",
    "xlexternallinkpath",
    "connections",
    "querytable",
    "mailmergesource",
    "mailmergeheadersource",
    "customxmlmaps",
    "xmlmaps",
)
DROPPED = {
    "core-properties": "about", "extended-properties": "about", "custom-properties": "about", "thumbnail": "about", "comments": "comments",
    "commentsextended": "comments", "commentsids": "comments", "commentsextensible": "comments", "people": "comments", "person": "comments",
    "threadedcomment": "comments", "vmldrawing": "comments", "customxml": "custom", "customxmlprops": "custom", "customproperty": "custom",
    "printersettings": "printer", "calcchain": "unused", "webextension": "unused", "webextensiontaskpanes": "unused", "taskpanes": "unused",
    "classificationlabels": "about", "keymapcustomizations": "unused", "stylewitheffects": "unused", "styleswitheffects": "unused",
}  # fmt: skip
CHANGES = {"ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "tblPrChange", "trPrChange", "tcPrChange", "sectPrChange", "numberingChange",
    "cellIns", "cellDel", "cellMerge", "moveFromRangeStart", "moveToRangeStart", "tblGridChange", "tblPrExChange"}  # fmt: skip
COMMENT_MARKS = {"commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef"}
GONE = {
    "rsids",
    "docId",
    "absPath",
    "fileSharing",
    "revisionPtr",
    "legacyDrawing",
    "legacyDrawingHF",
    "permStart",
    "permEnd",
    "proofErr",
    "attachedTemplate",
}
ID_ATTRIBUTES = re.compile(r"(^|\})(rsid\w*|paraId|textId|uid)$")
WORD = "wordprocessingml/2006/main"
FIELDS = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|MACROBUTTON|DATABASE|RD|MERGEFIELD|FILENAME|AUTHOR|USERNAME|LASTSAVEDBY|TEMPLATE)\b",
    re.I,
)
FORMULAS = re.compile(
    r"\b(WEBSERVICE|FILTERXML|RTD|DDE|CALL|REGISTER|REGISTER\.ID|EXEC|HYPERLINK|IMAGE|CUBE\w+)\s*\(|\|[^!|]{0,200}!", re.I
)
LINKS = ("http://", "https://", "mailto:", "#")


def clean(data: bytes) -> Clean:
    """Raises Refuse."""
    parts = _unpack(data)
    try:
        return _Package(parts).clean()
    except (Refuse, MemoryError):
        raise
    except (etree.XMLSyntaxError, KeyError, ValueError, IndexError):
        raise Refuse("broken") from None


def _unpack(data: bytes) -> dict[str, bytes]:
    """The parts by name. Raises Refuse for bombs, tricks with names, links, passwords, and a zip that is more than a zip."""
    end = data.rfind(b"PK\x05\x06")
    if end < 0:
        raise Refuse("broken")
    if end + 22 != len(data):
        raise Refuse("two_in_one")
    parts: dict[str, bytes] = {}
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            infos = packed.infolist()
            if len(infos) > MOST_PARTS or sum(i.file_size for i in infos) > MOST_UNPACKED:
                raise Refuse("bomb")
            if infos and min(i.header_offset for i in infos) != 0:
                raise Refuse("two_in_one")
            for info in infos:
                name = info.filename
                if info.is_dir():
                    continue
                if info.flag_bits & 1:
                    raise Refuse("encrypted")
                if stat.S_ISLNK(info.external_attr >> 16):
                    raise Refuse("paths")
                bad = name.startswith("/") or "\\" in name or ":" in name or "\0" in name or ".." in name.split("/")
                if bad or name.lower() in {n.lower() for n in parts} or posixpath.normpath(name) != name:
                    raise Refuse("paths")
                if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise Refuse("broken")
                if info.file_size > 4096 and info.file_size > MOST_RATIO * max(info.compress_size, 1):
                    raise Refuse("bomb")
                with packed.open(info) as part:
                    value = part.read(info.file_size + 1)
                total += len(value)
                if len(value) != info.file_size or total > MOST_UNPACKED:
                    raise Refuse("bomb")
                parts[name] = value
    except (Refuse, MemoryError):
        raise
    except Exception:
        raise Refuse("broken") from None
    return parts


def _parse(value: bytes) -> etree._Element:
    head = value[:4096].replace(b"\0", b"")
    if b"<!DOCTYPE" in head or b"<!ENTITY" in value.replace(b"\0", b""):
        raise Refuse("markup")
    root = etree.fromstring(value, etree.XMLParser(**PARSER))
    if root.getroottree().docinfo.doctype:
        raise Refuse("markup")
    for event, depth in _depths(root):
        if depth > DEEPEST or not isinstance(event.tag, str):
            raise Refuse("markup")
    return root


def _depths(root: etree._Element) -> Iterator[tuple[etree._Element, int]]:
    waiting = [(root, 0)]
    while waiting:
        one, depth = waiting.pop()
        yield one, depth
        waiting += [(child, depth + 1) for child in one]


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _last(type: str) -> str:
    return type.rstrip("/").rpartition("/")[2].lower()


class _Package:
    """One document on its way to a new zip: only what can be reached from its beginning, and only what is allowed, is taken along."""

    def __init__(self, parts: dict[str, bytes]):
        self.parts, self.out, self.taken_out = parts, {}, set()  # type: tuple[dict[str, bytes], dict[str, bytes], set[str]]
        if TYPES not in parts:
            raise Refuse("unknown_kind")
        types = _parse(parts[TYPES])
        self.defaults = {d.get("Extension", "").lower(): d.get("ContentType", "") for d in types.iter(f"{CT}Default")}
        self.overrides = {o.get("PartName", ""): o.get("ContentType", "") for o in types.iter(f"{CT}Override")}
        everything = {t.lower() for t in (*self.defaults.values(), *self.overrides.values())}
        if any("macroenabled" in t or "vbaproject" in t or "ms-office.vba" in t for t in everything) or any(
            "vba" in n.lower() for n in parts
        ):
            raise Refuse("macros")
        if any("activex" in t or "oleobject" in t for t in everything) or any(
            re.search(r"(^|/)(embeddings|activeX)/", n, re.I) for n in parts
        ):
            raise Refuse("embedded")
        found = {MAIN[t] for t in (*self.overrides.values(), *self.defaults.values()) if t in MAIN}
        if len(found) != 1:
            raise Refuse("two_in_one" if found else "unknown_kind")
        self.kind = found.pop()

    def type_of(self, name: str) -> str:
        return self.overrides.get("/" + name) or self.defaults.get(name.rpartition(".")[2].lower(), "")

    def clean(self) -> Clean:
        self._follow("", "")
        mains = [n for n in self.out if self.type_of(n) in MAIN]
        if len(mains) != 1:
            raise Refuse("broken")
        if set(self.parts) - set(self.out) - {TYPES} - {n for n in self.parts if n.endswith(".rels")}:
            self.taken_out.add("unused")
        data = self._packed()
        if len(data) > MOST_BYTES:
            raise Refuse("too_large")
        return Clean(self.kind, data, tuple(sorted(self.taken_out - {"unused"} or self.taken_out)))

    def _follow(self, name: str, base: str) -> None:
        """Take a part along, then what it refers to."""
        rels = posixpath.join(posixpath.dirname(name), "_rels", posixpath.basename(name) + ".rels")
        gone: set[str] = set()
        waiting: list[str] = []
        if rels in self.parts:
            tree = _parse(self.parts[rels])
            for one in list(tree.iter(f"{RELS}Relationship")):
                target = self._relation(one, base)
                if target is None:
                    gone.add(one.get("Id", ""))
                    tree.remove(one)
                elif target:
                    waiting.append(target)
            self.out[rels] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        if name:
            self.out[name] = self._part(name, gone)
        for target in waiting:
            if target not in self.out:
                self._follow(target, posixpath.dirname(target))

    def _relation(self, one: etree._Element, base: str) -> str | None:
        """Where a relation leads: a part's name, "" for an address outside that is a plain link, None when it is dropped."""
        last, target = _last(one.get("Type", "")), one.get("Target", "")
        if last in EMBEDDED:
            raise Refuse("embedded")
        if last in REMOTE or "externallink" in last:
            raise Refuse("remote")
        if last in ("vbaproject", "wordvbadata"):
            raise Refuse("macros")
        if one.get("TargetMode", "").lower() == "external":
            if last != "hyperlink" or not target.lower().startswith(LINKS):
                raise Refuse("remote")
            return ""
        if last in DROPPED:
            self.taken_out.add(DROPPED[last])
            return None
        path = posixpath.normpath(posixpath.join("/" if target.startswith("/") else "/" + base, unquote(target))).lstrip("/")
        if target.startswith("#"):
            return ""
        if path.startswith("..") or path not in self.parts:
            return None
        return path

    def _part(self, name: str, gone: set[str]) -> bytes:
        value, type = self.parts[name], self.type_of(name)
        if type.startswith("image/"):
            if type not in ("image/png", "image/jpeg", "image/jpg"):
                raise Refuse("picture_kind")
            kind = "png" if value.startswith(b"\x89PNG") else "jpeg"
            made = images.clean(value, kind)
            self.taken_out |= set(made.taken_out)
            return made.data
        if not (type.endswith(("+xml", "/xml")) or name.endswith(".xml")):
            raise Refuse("embedded")
        tree = _parse(value)
        self._refuse_what_acts(tree)
        self._strip(tree, gone)
        return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)

    def _refuse_what_acts(self, tree: etree._Element) -> None:
        instructions: list[str] = []
        for one in tree.iter():
            local, tag = _local(one.tag), str(one.tag)
            if WORD in tag or "/wordprocessingml/main" in tag:
                if local in CHANGES:
                    raise Refuse("changes")
                if local == "instrText":
                    instructions.append(one.text or "")
                if local == "fldSimple":
                    instructions.append(next((v for k, v in one.attrib.items() if _local(k) == "instr"), ""))
                if local in ("altChunk", "object", "control", "ocx", "subDoc"):
                    raise Refuse("embedded")
            if local in ("oleObject", "OLEObject", "ddeLink", "oleLink", "oleObjects", "controls"):
                raise Refuse("embedded")
            if local == "sheet" and one.get("state") in ("hidden", "veryHidden"):
                raise Refuse("hidden_sheets")
            if local in ("f", "formula1", "formula2", "definedName", "formula") and FORMULAS.search(one.text or ""):
                raise Refuse("fields")
            if local in ("script", "iframe"):
                raise Refuse("embedded")
        # a field's words may be cut into pieces: judged together, and without what separates them
        if FIELDS.search("".join(instructions)) or any(FIELDS.search(i) for i in instructions):
            raise Refuse("fields")

    def _strip(self, tree: etree._Element, gone: set[str]) -> None:
        for one in list(tree.iter()):
            local = _local(one.tag)
            if local in COMMENT_MARKS or local in GONE:
                parent = one.getparent()
                if parent is not None:
                    self.taken_out.add("comments" if local in COMMENT_MARKS else "ids")
                    _remove(parent, one)
                    continue
            for key in list(one.attrib):
                if (ID_ATTRIBUTES.search(str(key)) and not (local == "sheet" or _local(key) == "id")) or (
                    R.match(str(key)) and one.attrib[key] in gone
                ):
                    del one.attrib[key]
        for one in list(tree.iter()):
            if _local(one.tag) == "AlternateContent" and not any(len(c) for c in one):
                parent = one.getparent()
                if parent is not None:
                    _remove(parent, one)

    def _packed(self) -> bytes:
        types = _parse(self.parts[TYPES])
        for one in list(types):
            if _local(one.tag) == "Override" and one.get("PartName", "").lstrip("/") not in self.out:
                types.remove(one)
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
            first = etree.tostring(types, xml_declaration=True, encoding="UTF-8", standalone=True)
            for name, value in [(TYPES, first), *sorted(self.out.items())]:
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
                packed.writestr(info, value)
        return made.getvalue()


def _remove(parent: etree._Element, one: etree._Element) -> None:
    """Out, but what is written behind it stays."""
    if one.tail:
        before = one.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + one.tail
        else:
            parent.text = (parent.text or "") + one.tail
    parent.remove(one)
