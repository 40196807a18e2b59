"""Why a file is not taken, and what was taken out of one that is, in sentences."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

REFUSED: dict[str, Any] = {
    "empty": _("The file is empty. Choose another."),
    "too_large": _("The file is larger than 20 MB. Make it smaller, or send a part of it."),
    "unknown_kind": _("This is no file of a kind that is taken: PDF, Word (.docx), Excel (.xlsx), PNG or JPEG. Save it as one of these and choose it again."),
    "broken": _("The file is damaged or not finished. Open it, save it anew and choose it again."),
    "encrypted": _("The file asks for a password. Save it without one and choose it again; here it is sealed anyway."),
    "two_in_one": _("There is more in this file than one document. Open it, save it anew and choose it again."),
    "scripts": _("The PDF holds a script. Print it to a new PDF and choose that one."),
    "attachments": _("The PDF holds other files or films. Print it to a new PDF and choose that one; send the others by themselves."),
    "launches": _("The PDF starts something when it is opened or clicked. Print it to a new PDF and choose that one."),
    "form_xfa": _("The PDF is a form of an old kind that cannot be checked. Print it to a new PDF and choose that one."),
    "too_many_pages": _("The PDF has more than 2,000 pages. Send the pages that matter."),
    "too_many_pixels": _("The picture is too large: more than 30 million pixels, or a side of more than 12,000. Make it smaller and choose it again."),
    "moving": _("The picture moves. Save one picture of it and choose that one."),
    "bomb": _("Unpacked, the file would be far larger than it looks. It is not taken."),
    "paths": _("There are names in this file that lead elsewhere. Open it, save it anew and choose it again."),
    "macros": _("The document holds macros. Save it as .docx or .xlsx without macros and choose it again."),
    "embedded": _("The document holds another document or a program. Take it out, or print the document to PDF."),
    "remote": _("The document fetches something from elsewhere: a template, a picture or data. Print it to PDF and choose that one."),
    "fields": _("The document holds a field or formula that fetches something or tells who wrote it. Replace it by its text, or print the document to PDF."),
    "changes": _("The document holds tracked changes. Accept or reject them all, save, and choose it again."),
    "hidden_sheets": _("The workbook has hidden sheets. Show or delete them, save, and choose it again."),
    "markup": _("Inside, the document is not made as documents are. Open it, save it anew and choose it again."),
    "picture_kind": _("The document holds a drawing of a kind that cannot be checked. Print it to PDF and choose that one."),
    "too_long": _("The file's name is too long. Make it shorter."),
    "failed": _("The file could not be looked into. Open it, save it anew and choose it again; if that does not help, print it to PDF."),
}  # fmt: skip
TAKEN_OUT: dict[str, Any] = {
    "about": _("author, title and dates"),
    "comments": _("comments"),
    "picture_data": _("what pictures tell of camera, place and time"),
    "ids": _("marks of the program that wrote it"),
    "printer": _("names of printers"),
    "custom": _("hidden data of other programs"),
    "unused": _("parts that no page shows"),
}
FULL = _("There is no room for more files. Ask whoever administers this Plait.")
TOO_MANY = _("There are ten files here already. Remove one first.")
NONE = _("Choose a file.")
