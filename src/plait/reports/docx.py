"""The profile as a Word file: real headings and lists, each run in its language, nothing that a reader cannot change."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from plait.reports import text as t
from plait.reports.profile import Block, Chart, Profile, Ref, Section, Source, Span, marked

INK, SOFT, STRAW, STRAW_INK = RGBColor(0x1E, 0x24, 0x27), RGBColor(0x45, 0x4B, 0x4E), "B48120", RGBColor(0x5F, 0x43, 0x00)
FONT = "Noto Sans"
# What XML 1.0 cannot hold, https://www.w3.org/TR/xml/#charsets
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(profile: Profile, *, outline_svg: bytes | None = None) -> bytes:
    document = _Sheet(profile).document(outline_svg)
    made = BytesIO()
    document.save(made)
    return _same_each_time(made.getvalue())


class _Sheet:
    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.words = t.labels(profile.language)
        self.doc = Document()
        self.rtl = profile.direction == "rtl"
        self.version = profile.version_line

    def document(self, outline_svg: bytes | None) -> Any:
        self.properties()
        self.styles()
        self.page()
        if outline_svg:
            self.outline(outline_svg)
        if self.profile.publisher:
            self.paragraph("Subtitle", [self.own(self.profile.publisher)])
        self.paragraph("Title", [self.own(self.profile.title)])
        if self.profile.lead:
            self.block(Block("text", self.profile.lead))
        self.paragraph("Subtitle", [self.own(f"{self.version} · {t.PUBLIC_LABEL}")])
        for section in self.profile.sections:
            if section.blocks:
                self.section(section)
        if self.profile.sources:
            self.paragraph("Heading 1", [self.own(self.words["sources"])])
            for source in self.profile.sources:
                self.source(source)
        return self.doc

    # ---------------------------------------------------------------- the file

    def properties(self) -> None:
        core, when = self.doc.core_properties, datetime.combine(self.profile.date, time(12), tzinfo=UTC)
        core.title, core.language = _xml(self.profile.title)[:255], self.profile.language
        core.author, core.last_modified_by = _xml(self.profile.publisher)[:255], ""
        core.subject, core.comments, core.keywords = _xml(self.version)[:255], "", t.PUBLIC_LABEL
        core.created = core.modified = when.replace(tzinfo=None)
        core.revision = 1

    def styles(self) -> None:
        styles = self.doc.styles
        _language(
            styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr")), self.profile.language, rtl=False
        )
        for name, size, bold, colour in (
            ("Normal", 10, False, INK),
            ("Title", 26, True, INK),
            ("Subtitle", 10.5, False, SOFT),
            ("Heading 1", 13, True, INK),
            ("List Bullet", 10, False, INK),
            ("List Number", 9, False, INK),
            ("Caption", 9.5, True, INK),
        ):
            style = styles[name]
            style.font.name, style.font.size, style.font.bold, style.font.italic = FONT, Pt(size), bold, False
            style.font.color.rgb = colour
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)
            for slot in ("ascii", "hAnsi", "cs"):
                fonts.set(qn(f"w:{slot}"), FONT)
        styles["Heading 1"].paragraph_format.space_before, styles["Heading 1"].paragraph_format.space_after = Pt(14), Pt(4)
        for name in ("List Bullet", "List Number"):
            styles[name].paragraph_format.space_after = Pt(2)
        _border(styles["Title"].element.get_or_add_pPr(), None)
        source = styles.add_style("Source mark", WD_STYLE_TYPE.CHARACTER)
        source.font.superscript, source.font.bold, source.font.color.rgb = True, True, STRAW_INK

    def page(self) -> None:
        page = self.doc.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.left_margin = page.right_margin = Mm(22)
        page.top_margin, page.bottom_margin = Mm(18), Mm(20)
        foot = page.footer.paragraphs[0]
        self.dress(foot)
        at = self.words["page"] % {"page": "\ue000page\ue000", "pages": "\ue000pages\ue000"}
        self.run(foot, self.own(f"{self.profile.title}, {self.version} · {t.PUBLIC_LABEL} · "))
        for piece in at.split("\ue000"):
            if piece in ("page", "pages"):
                _field(foot, "PAGE" if piece == "page" else "NUMPAGES")
            elif piece:
                self.run(foot, self.own(piece))
        for run in foot.runs:
            run.font.size, run.font.color.rgb = Pt(8), SOFT

    # ---------------------------------------------------------------- what it says

    def own(self, text: str) -> Span:
        return Span(text, self.profile.language)

    def section(self, section: Section) -> None:
        self.paragraph("Heading 1", [self.own(section.title)])
        for place, block in enumerate(section.blocks):
            self.block(block)
            if section.chart and place == 0:
                self.chart(section.chart)

    def block(self, block: Block) -> None:
        if block.form == "list":
            for sentence, refs in marked(block):
                self.paragraph("List Bullet", sentence.pieces, refs)
            return
        paragraph = self.paragraph("Normal", [])
        for place, (sentence, refs) in enumerate(marked(block)):
            if place and block.form == "contact":
                paragraph.add_run().add_break()
            elif place:
                self.run(paragraph, self.own(" "))
            self.say(paragraph, sentence.pieces, refs)

    def chart(self, chart: Chart) -> None:
        self.paragraph("Caption", [self.own(self.words["likely"])])
        table = self.doc.add_table(rows=1, cols=3)
        table.style = self.doc.styles["Table Grid"]
        properties = table._tbl.tblPr
        if self.rtl:
            properties.find(qn("w:tblStyle")).addnext(OxmlElement("w:bidiVisual"))
        described = OxmlElement("w:tblCaption")
        described.set(qn("w:val"), _xml(self.words["likely"]))
        properties.append(described)
        heads = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(heads)
        for cell, word in zip(table.rows[0].cells, ("risk", "likelihood", "trend"), strict=True):
            self.say(self.dress(cell.paragraphs[0]), [self.own(self.words[word])])
            for run in cell.paragraphs[0].runs:
                run.font.bold = True
        for row in chart.rows:
            cells = table.add_row().cells
            self.say(self.dress(cells[0].paragraphs[0]), [row.title], (row.ref,))
            self.say(self.dress(cells[1].paragraphs[0]), [self.own(row.likelihood)])
            self.say(self.dress(cells[2].paragraphs[0]), [self.own(row.trend)])
        self.paragraph("Normal", [])

    def source(self, source: Source) -> None:
        language = self.profile.language
        when = ", " + self.words["published"] % {"date": t.short_date(source.since, language)} if source.since else ""
        paragraph = self.paragraph("List Number", [self.own(f"{source.kind}: "), source.title, self.own(when)])
        begin, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for element in (begin, end):
            element.set(qn("w:id"), str(source.number))
        begin.set(qn("w:name"), f"f{source.number}")
        first = paragraph._p.find(qn("w:r"))
        first.addprevious(begin)
        paragraph._p.append(end)

    def outline(self, outline_svg: bytes) -> None:
        from plait.reports.pdf import outline_png

        paragraph = self.dress(self.doc.add_paragraph())
        picture = paragraph.add_run().add_picture(BytesIO(outline_png(outline_svg)), width=Mm(34))
        properties = picture._inline.docPr
        properties.set("descr", _xml(self.words["outline"] % {"town": self.profile.town or self.profile.title}))
        properties.set("name", "outline")

    # ---------------------------------------------------------------- paragraphs and runs

    def paragraph(self, style: str, spans: Iterable[Span], refs: Iterable[Ref] = ()) -> Paragraph:
        paragraph = self.dress(self.doc.add_paragraph(style=style))
        self.say(paragraph, spans, refs)
        return paragraph

    def dress(self, paragraph: Paragraph) -> Paragraph:
        if self.rtl:
            paragraph._p.get_or_add_pPr().insert_element_before(OxmlElement("w:bidi"), *_AFTER_BIDI)
        return paragraph

    def say(self, paragraph: Paragraph, spans: Iterable[Span], refs: Iterable[Ref] = ()) -> None:
        for span in spans:
            self.run(paragraph, span)
        for place, (first, last) in enumerate(self.profile.marks(refs)):
            self.mark(paragraph, first, f"{' ' if place else ''}{first}" + ("" if first == last else f"–{last}"))

    def run(self, paragraph: Paragraph, span: Span) -> Any:
        if not span.text:
            return None
        run = paragraph.add_run(_xml(span.text))
        _language(run._r.get_or_add_rPr(), span.lang, rtl=span.direction == "rtl")
        return run

    def mark(self, paragraph: Paragraph, number: int, said: str) -> None:
        """The source's number, as a link inside the file."""
        link = OxmlElement("w:hyperlink")
        link.set(qn("w:anchor"), f"f{number}")
        link.set(qn("w:history"), "1")
        run = paragraph.add_run(said, style="Source mark")
        _language(run._r.get_or_add_rPr(), self.profile.language, rtl=self.rtl)
        link.append(run._r)
        paragraph._p.append(link)


# The order of the schema: what may stand behind w:bidi in a paragraph's properties.
_AFTER_BIDI = tuple(
    f"w:{name}"
    for name in (
        "adjustRightInd",
        "snapToGrid",
        "spacing",
        "ind",
        "contextualSpacing",
        "mirrorIndents",
        "suppressOverlap",
        "jc",
        "textDirection",
        "textAlignment",
        "textboxTightWrap",
        "outlineLvl",
        "divId",
        "cnfStyle",
        "rPr",
        "sectPr",
        "pPrChange",
    )
)


def _xml(text: str) -> str:
    return _NOT_XML.sub("", t.clean(text))


def _language(properties: Any, lang: str, *, rtl: bool) -> None:
    """Marks a run's language; one that runs right-to-left is said to, so that Word lays it out so."""
    for known in properties.findall(qn("w:lang")):
        properties.remove(known)
    element = OxmlElement("w:lang")
    element.set(qn("w:val"), lang)
    if rtl:
        element.set(qn("w:bidi"), lang)
        properties.append(OxmlElement("w:rtl"))
    properties.append(element)


def _border(properties: Any, colour: str | None) -> None:
    """A straw line below, in place of the braid."""
    for known in properties.findall(qn("w:pBdr")):
        properties.remove(known)
    border, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "4"), ("color", colour or STRAW)):
        line.set(qn(f"w:{name}"), value)
    border.append(line)
    properties.insert_element_before(
        border, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl"
    )


def _field(paragraph: Paragraph, code: str) -> None:
    """A number that Word counts."""
    for kind in ("begin", None, "separate", "1", "end"):
        run = paragraph.add_run()
        if kind is None:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {code} "
        elif kind == "1":
            element = OxmlElement("w:t")
            element.text = "1"
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


def _same_each_time(made: bytes) -> bytes:
    """The same parts in the same order, with one fixed time: the same profile gives the same bytes."""
    fixed = BytesIO()
    with zipfile.ZipFile(BytesIO(made)) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in [entry.filename for entry in old.infolist()]:
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), old.read(name), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
