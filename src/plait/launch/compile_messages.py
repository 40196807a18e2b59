"""`python -m plait.launch.compile_messages`: compile the translations (.po) that are newer than what they became (.mo).

Babel does it, so that no gettext need be on the machine. The compiled files are not in the repository.
"""

import sys
from pathlib import Path

from plait.launch import CLONE, ENVIRONMENT, Stop


def stale(root: Path = CLONE / "src" / "plait") -> list[Path]:
    """Catalogues whose compiled form is missing or older."""
    found = sorted(root.glob("**/locale/*/LC_MESSAGES/*.po"))
    return [po for po in found if not _is_fresh(po)]


def _is_fresh(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns


def compile_stale(root: Path = CLONE / "src" / "plait") -> int:
    """Compile what is stale; give how many were compiled.

    Raises:
        Stop: 3 when a catalogue cannot be read or its compiled form not written.
    """
    todo = stale(root)
    if not todo:
        return 0
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    for po in todo:
        mo = po.with_suffix(".mo")
        new = mo.with_suffix(".mo.new")
        try:
            with po.open("rb") as source:
                catalogue = read_po(source, abort_invalid=True)
            with new.open("wb") as target:
                write_mo(target, catalogue)
            new.replace(mo)
        except (PoFileError, ValueError) as error:
            raise Stop(ENVIRONMENT, f"The translation {po.relative_to(CLONE)} cannot be read: {error}.") from None
        except OSError as error:
            raise Stop(ENVIRONMENT, f"Cannot write {mo}: {error.strerror}.") from None
    return len(todo)


if __name__ == "__main__":
    try:
        compile_stale()
    except Stop as stop:
        print(stop.sentence, file=sys.stderr)
        sys.exit(stop.code)
