"""The shapes of a pack: what each file may hold, and the few questions that the house asks of a loaded one.

One class a kind of thing, one field a key; the sentence under a field is its documentation (`docs/reference/packs.md` is compared
with it). Whether what one file names stands in another is asked in `rules.py`, because there it can say which line to mend.
"""

from plait.packs.shape.base import Grade, PackFile, Shape, Source, Text
from plait.packs.shape.days import Days, Holiday, Year
from plait.packs.shape.duties import Office, Right, Stakeholder
from plait.packs.shape.judging import Assessment, Band, Matrix, RetentionClass
from plait.packs.shape.layout import Layout, Part, RecordKind, Section, SectionKey
from plait.packs.shape.pack import FILES, Pack
from plait.packs.shape.public import Complaint, Help, HelpLine, Refusal
from plait.packs.shape.words import Graded, Term, Vocabulary

__all__ = [
    "FILES",
    "Assessment",
    "Band",
    "Complaint",
    "Days",
    "Grade",
    "Graded",
    "Help",
    "HelpLine",
    "Holiday",
    "Layout",
    "Matrix",
    "Office",
    "Pack",
    "PackFile",
    "Part",
    "RecordKind",
    "Refusal",
    "RetentionClass",
    "Right",
    "Section",
    "SectionKey",
    "Shape",
    "Source",
    "Stakeholder",
    "Term",
    "Text",
    "Vocabulary",
    "Year",
]
