"""What never enters a line of the log, whoever writes the line."""

from __future__ import annotations

import logging
import re
from typing import Any

SECRET = re.compile(r"/(q|invitation)/[^/\s?#]+")


class NoSecret(logging.Filter):
    """The secret of a link stands in its address: a line that names the address names it without."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _without(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_without(a) for a in record.args)
        return True


def _without(said: Any) -> Any:
    return SECRET.sub(r"/\1/…", said) if isinstance(said, str) else said
