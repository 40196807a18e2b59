"""`backup`, `restore`, `drill`: what the commands say, and in which order they ask."""

import contextlib
import os
from pathlib import Path
from typing import Any

from plait import __version__
from plait.cli.inside import any_database, run_steps
from plait.launch import REFUSED, USAGE, Stop, archive, backup, embedded, export, external, restore
from plait.launch.embedded import say
from plait.launch.places import Connection, Places
from plait.launch.server import ends_on_signals
from plait.launch.timer import FOLDER, Where


def run_backup(places: Places, to: Path | None, keys_to: Path | None) -> None:
    """One backup now, while the partnership works.

    Raises:
        Stop: 2 when no folder is named; else what went wrong, and every earlier backup stands.
    """
    where = Where.from_environment(to, keys_to)
    if where is None:
        raise Stop(USAGE, f"Say where the backup goes: ./plait backup --to FOLDER, or set {FOLDER}.")
    with any_database(places, join=True) as found:
        made = backup.run(found.connection, where.folder, keys_folder=where.keys, version=__version__, keep=where.keep)
    print(f"{made.data}\n{made.keys}")
    say(
        f"Backed up and counted: {made.bytes} bytes, sealed to {made.recipients} {'recipient' if made.recipients == 1 else 'recipients'}."
        f" Signed by {made.signer}."
    )


def _migrated(there: Connection, *steps: str) -> None:
    """Steps of the owner on a database that stands aside."""
    before = dict(os.environ)
    os.environ.pop("PLAIT_DATABASE_URL", None)
    os.environ.update(there.variables())
    try:
        run_steps(*steps)
    finally:
        os.environ.clear()
        os.environ.update(before)


def _finish(there: Connection, manifest: dict[str, Any], kind: str) -> None:
    say("  bringing it to this version")
    _migrated(there, "migrate")
    backup.record(there, kind, well=True, detail={"id": manifest["id"], "made_at": manifest["made_at"]})
    say("  checking it")
    _migrated(there, "after-restore")


def run_restore(data: Path, keys: Path, identity: Path, places: Places, signer: str) -> None:
    """Put a backup in the place of what is in the data folder, which is kept beside it."""
    ids = archive.identities(identity)
    with ends_on_signals():
        if address := external.from_environment():
            manifest = _restore_elsewhere(data, keys, ids, places, address, signer)
            kept = None
        else:
            say("Restoring aside; what serves stays as it is until all is verified.")
            manifest, kept = restore.restore(
                data, keys, ids, places, lambda there, m: _finish(there, m, "restore"), signer=signer
            )
    print(f"Restored: the state of {manifest['made_at']}, signed by {manifest['signer']}. Everybody signs in again.")
    if kept:
        say(f"What was there before is kept in {kept}; remove it when you no longer need it.")


def _restore_elsewhere(
    data: Path, keys_path: Path, ids: list[Any], places: Places, address: external.Address, signer: str
) -> dict[str, Any]:
    """Into an empty database on a server of one's own; the database that serves is another one and is not touched."""
    lock = embedded.Lock(places)
    embedded.private_folder(places.root, 0o711 if embedded.is_root() else 0o700)
    if not lock.take():
        raise Stop(REFUSED, lock.holder().sentence(places))
    try:
        keys = restore.read_keys(keys_path, ids)
        restore.refuse_strangers(keys, places, signer)
        together = {**keys.files, **restore.disposed(places.secrets, keys.files)}
        (places.secrets / restore.DISPOSED).unlink(missing_ok=True)  # it is in `together`
        restore.write_secrets(places.secrets, together)
        external.prepare(address, places)
        there = external.connection(address, places)
        manifest = restore.fill(there, data, keys, ids)
        _finish(there, manifest, "restore")
        return manifest
    finally:
        lock.release()


def run_drill(data: Path, keys: Path, identity: Path, places: Places, signer: str) -> None:
    """Restore aside, verify, remove, and write down that it was done."""
    ids = archive.identities(identity)
    said: dict[str, Any] = {}
    try:
        with ends_on_signals():
            manifest = restore.drill(data, keys, ids, places, lambda there, m: _finish(there, m, "drill"), signer=signer)
            said = {"id": manifest["id"], "made_at": manifest["made_at"]}
    except Stop as stop:
        _note(places, well=False, detail={"why": stop.sentence})
        raise
    noted = _note(places, well=True, detail=said)
    rows = sum(t["rows"] for t in manifest["tables"].values())
    print(
        f"The backup of {manifest['made_at']} can be restored: {len(manifest['tables'])} tables, {rows} rows, the log's head as it was."
    )
    if not noted:
        say("There is no partnership on this machine, so the drill is written down nowhere.")


def _note(places: Places, *, well: bool, detail: dict[str, Any]) -> bool:
    """Into the log of the partnership that serves here, if one does."""
    with contextlib.suppress(Stop):
        with any_database(places, join=True) as found:
            backup.record(found.connection, "drill", well=well, detail=detail)
            return True
    return False


def run_export(folder: Path, places: Places) -> None:
    """Everything in open formats, into an empty folder; written down in the log."""
    with any_database(places, join=True) as found:
        rows = export.write(found.connection, folder)
        backup.record(found.connection, "export", well=True, detail={"tables": len(rows)})
    print(f"{folder}: {len(rows)} tables, {sum(rows.values())} rows.")
    say("Nothing in it is sealed but what was sealed before: it belongs where only those come who may read everything.")


def run_new_identity(path: Path) -> None:
    made = archive.new_identity(path)
    print(made)
    say(f"Keep {path} away from the machine that makes the backups: whoever has it opens them, and without it nobody does.")
