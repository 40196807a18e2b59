"""Names of files: as people gave them, without what a name can do."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

LONGEST = 120
ENDINGS = {"pdf": (".pdf",), "docx": (".docx",), "xlsx": (".xlsx",), "png": (".png",), "jpeg": (".jpg", ".jpeg")}


def clean_name(said: str, kind: str) -> str:
    """One line, no path, nothing invisible, the ending of its kind: "../a\\u202efdp.exe" becomes "afdp.exe.pdf"."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", said))[-1]
    seen = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    stem = re.sub(r"\s+", " ", seen).strip(" .") or "file"
    endings = ENDINGS[kind]
    ending = next((e for e in endings if stem.lower().endswith(e)), endings[0])
    if stem.lower().endswith(ending):
        stem = stem[: -len(ending)].rstrip(" .") or "file"
    return stem[: LONGEST - len(ending)] + ending


def attachment_header(name: str) -> str:
    """Content-Disposition of RFC 6266: a plain name for old programs, the real one as RFC 8187 says."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^\w. ()+-]", "_", plain).strip() or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
