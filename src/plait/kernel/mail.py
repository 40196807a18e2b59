"""A mail: what stands in it, and how it is handed over so that it is never sent twice unawares.

It names the partnership, kinds from the fixed list and dates, and says which address to type. It has no link, no markup, nothing that
reports back, and no name of a person, a place or a thing: whoever sees it on a locked screen or in a mailbox that is not theirs learns
that its owner takes part in the partnership, and nothing else.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from plait.kernel.notices import KINDS
from plait.launch.smtp import Smtp

PATIENCE = 15.0
"""Seconds for each answer of the mail server."""


class NotNow(Exception):
    """The mail server is away or will not speak with us: nothing was handed over, and trying the next mail makes no sense. `why`: a fixed word."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


class NotThis(Exception):
    """This mail was not taken. `again`: it may be, later."""

    def __init__(self, *, again: bool):
        super().__init__("later" if again else "refused")
        self.again = again


class Unsure(Exception):
    """Cut off after the last word: the mail server may have taken it."""


@dataclass(frozen=True)
class Line:
    """One thing that waits, as a mail says it."""

    kind: str
    day: date


def compose(
    server: Smtp, *, to: str, language: str, partnership: str, lines: Iterable[Line], mark: str, at: datetime
) -> EmailMessage:
    """One mail about one thing, or a digest of several. `mark` makes its Message-ID: the same mail sent again has the same."""
    said = list(dict.fromkeys(lines))
    with translation.override(language):
        kinds = list(dict.fromkeys(line.kind for line in said))
        subject = str(KINDS[kinds[0]].words) if len(kinds) == 1 else _("Things wait for you")
        where = urlsplit(settings.ADDRESS).netloc
        body = [partnership, ""]
        body += [f"{KINDS[line.kind].words}: {date_format(line.day, 'DATE_FORMAT')}" for line in said]
        body += [
            "",
            _("To read it, type this address into your browser and sign in:")
            if where
            else _("To read it, sign in as you always do."),
        ]
        body += [where] if where else []
        body += [
            "",
            _(
                "What it is about is said there and never in a mail. We send no links: a mail with a link that asks you to sign in is not from us."
            ),
            _("How you are told is yours to choose: “What you are told”, on your own page."),
        ]
        made = EmailMessage()
        made["Subject"] = subject
        made["From"] = server.sender
        made["To"] = to
        made["Date"] = format_datetime(at)
        made["Message-ID"] = f"<{mark}@{server.sender.partition('@')[2]}>"
        made["Auto-Submitted"] = "auto-generated"
        made["Content-Language"] = language
        made.set_content("\n".join(body) + "\n", cte="quoted-printable")
        return made


class Envelope:
    """A conversation with the mail server up to its last word, which `seal()` says.

    Raises:
        NotNow: the server is away, its certificate or our sign-in is wrong, or it refuses us as a sender.
        NotThis: it refuses this address.
    """

    def __init__(self, server: Smtp, to: str):
        self.server, self.to = server, to
        self.smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        try:
            self._open()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self._close()

    def _open(self) -> None:
        there, secure = self.server, ssl.create_default_context(cafile=self.server.authority or None)
        try:
            if there.scheme == "smtps":
                self.smtp = smtplib.SMTP_SSL(there.host, there.port, timeout=PATIENCE, context=secure)
            else:
                self.smtp = smtplib.SMTP(there.host, there.port, timeout=PATIENCE)
            self.smtp.ehlo_or_helo_if_needed()
            if there.scheme == "smtp":
                self.smtp.starttls(context=secure)
                self.smtp.ehlo()
        except (ssl.SSLError, smtplib.SMTPNotSupportedError):
            raise NotNow("tls") from None
        except (OSError, smtplib.SMTPException):
            raise NotNow("connection") from None
        try:
            if there.user:
                self.smtp.login(there.user, there.password)
        except (OSError, smtplib.SMTPException):
            raise NotNow("sign_in") from None
        try:
            code, _said = self.smtp.mail(there.sender)
            if code != 250:
                raise NotNow("sender")
            code, _said = self.smtp.rcpt(self.to)
        except (OSError, smtplib.SMTPException):
            raise NotNow("connection") from None
        if code not in (250, 251):
            raise NotThis(again=code < 500)

    def seal(self, message: EmailMessage) -> None:
        """The last word. Raises NotThis (it was not taken), Unsure (nobody knows)."""
        if self.smtp is None:
            raise RuntimeError("nobody was called")
        try:
            self.smtp.data(message.as_bytes(policy=message.policy.clone(linesep="\r\n", max_line_length=998)))
        except smtplib.SMTPDataError as error:
            raise NotThis(again=error.smtp_code < 500) from None
        except (OSError, smtplib.SMTPException):
            raise Unsure from None

    def _close(self) -> None:
        if self.smtp is not None:
            try:
                self.smtp.quit()
            except (OSError, smtplib.SMTPException):
                self.smtp.close()
