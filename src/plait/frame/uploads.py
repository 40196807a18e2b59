"""Files on their way in and out. In: held in memory and never written to disk as they are. Out: an attachment and nothing else."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from plait.kernel.files import Opened, attachment_header, said
from plait.kernel.inspect.kinds import MOST_BYTES

TOO_LARGE = "plait_too_large"


class InMemory(FileUploadHandler):
    """The only handler: a temporary file would be plain text on the disk. Past 20 MB of a request the rest is thrown away unread."""

    def __init__(self, request: HttpRequest | None = None):
        super().__init__(request)
        self.so_far = 0
        self.pieces: list[bytes] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.pieces = []

    def receive_data_chunk(self, raw_data: bytes, *_args: int) -> None:
        self.so_far += len(raw_data)
        if self.so_far > MOST_BYTES:
            self.pieces = []
            if self.request is not None:
                setattr(self.request, TOO_LARGE, True)
            raise StopUpload(connection_reset=False)
        self.pieces.append(raw_data)

    def file_complete(self, *_args: int) -> SimpleUploadedFile:
        data = b"".join(self.pieces)
        self.pieces = []
        return SimpleUploadedFile(self.file_name or "", data, self.content_type or "")


class Upload(forms.FileField):
    """One file. Its browser-given type and size are not believed; `plait.kernel.files.keep` looks into it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("allow_empty_file", True)
        super().__init__(**kwargs)
        self.error_messages["required"] = said.NONE
        self.widget.attrs |= {"accept": ".pdf,.docx,.xlsx,.png,.jpg,.jpeg"}


def too_large(request: HttpRequest) -> bool:
    """Whether the request brought more than is taken; its file is then not there."""
    return bool(getattr(request, TOO_LARGE, False))


def attachment(opened: Opened) -> HttpResponse:
    """A file as it leaves: saved by the browser, never shown or run by it, kept by no cache, and of the type of its kind."""
    headers = {
        "Content-Type": opened.type,
        "Content-Disposition": attachment_header(opened.name),
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Accept-Ranges": "none",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return HttpResponse(opened.data, headers=headers)


TAKEN = _("PDF, Word (.docx), Excel (.xlsx), PNG or JPEG, up to 20 MB.")
