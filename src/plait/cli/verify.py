"""`./plait verify`: everything of the log recomputed; or whether a checkpoint from outside is still the beginning of it."""

import json
from dataclasses import asdict
from pathlib import Path

from plait.launch import DATA, USAGE, Stop, signing
from plait.launch.backup import connect
from plait.launch.embedded import Database


def everything(found: Database) -> tuple[int, dict[str, object], list[str]]:
    """Exit code, the answer for machines, and lines for people."""
    from plait.kernel.log.verify import all_of_it

    with connect(found.connection, "backup") as connection:
        report = all_of_it(connection, beside=signing.kept(found.connection.secrets))
    answer = asdict(report)
    answer["findings"] = [asdict(f) for f in report.findings]
    lines = [
        f"{report.entries} entries, {report.leaves} leaves in the tree ({report.padding} padding, {report.disposed} disposed of), {report.checkpoints} checkpoints",
        f"{report.rows} rows in {report.tables} tables compared with their last entries",
        f"{report.waiting} entries are not in the tree yet"
        + (f", the oldest since {report.oldest_waiting:%Y-%m-%d %H:%M} UTC" if report.oldest_waiting else ""),
        *(f"WRONG  {f}" for f in report.findings),
        "everything fits" if report.well else f"{len(report.findings)} things do not fit",
    ]
    return (0 if report.well else DATA), answer, lines


def one_checkpoint(found: Database, file: Path) -> tuple[int, dict[str, object], list[str]]:
    """Whether the log still goes on from the checkpoint in a file. Raises Stop: 2 no file, 4 it is none of this log's."""
    from plait.kernel.log.verify import keys, prefix
    from plait.methods import checkpoint as cp

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Stop(USAGE, f"{file} cannot be read as text.") from None
    with connect(found.connection, "backup") as connection:
        why = "there is no checkpoint in this database yet"
        for key in keys(connection):
            try:
                said = cp.open_checkpoint(text, key).checkpoint
            except cp.NotACheckpoint as error:
                why = str(error)
                continue
            problem = prefix(connection, said)
            answer = {"size": said.size, "prefix": not problem, "why": problem}
            line = f"{file}: {said.size} leaves: " + (problem or "the log still begins with exactly these")
            return (DATA if problem else 0), answer, [line]
    raise Stop(DATA, f"{file} is no checkpoint of this log: {why}.")


def run(found: Database, file: Path | None, *, as_json: bool) -> int:
    code, answer, lines = one_checkpoint(found, file) if file else everything(found)
    print(json.dumps(answer, indent=1, default=str) if as_json else "\n".join(lines))
    return code
