"""A calendar file (RFC 5545) of kinds and days, and nothing else."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterable[bytes]:
    """Lines of at most 75 bytes, cut between characters, never inside one."""
    part, room = b"", 75
    for character in line:
        raw = character.encode()
        if len(part) + len(raw) > room:
            yield part
            part, room = b" ", 75
        part += raw
    yield part


def written(entries: Iterable[tuple[str, str, date]], *, key: str, at: datetime) -> bytes:
    """`entries`: kind, its words, the day; the same kind on the same day is one entry. `key` makes ids that say nothing and stay the same."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Plait//Due things//EN",
        "CALSCALE:GREGORIAN",
        "NAME:Plait",
        "X-WR-CALNAME:Plait",
    ]
    for kind, words, day in sorted(set(entries), key=lambda e: (e[2], e[0])):
        mark = hmac.new(key.encode(), f"{kind} {day}".encode(), hashlib.sha256).hexdigest()[:32]
        lines += [
            "BEGIN:VEVENT",
            f"UID:{mark}@plait",
            f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(words)}",
            "CLASS:PRIVATE",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line))
