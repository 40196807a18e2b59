"""Commands inside Django: which database, as whom, and the steps that need the owner."""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from plait.launch import CLONE, DATA, ENVIRONMENT, Stop, embedded, external
from plait.launch.compile_messages import compile_stale
from plait.launch.embedded import Database
from plait.launch.places import Places, data_folder
from plait.launch.programs import die_with_parent
from plait.launch.server import ends_on_signals


@contextlib.contextmanager
def any_database(places: Places | None = None, *, join: bool = False, make: bool = False) -> Iterator[Database]:
    """The partnership's database, embedded or one's own; this process and its children then find it."""
    places = places or Places(data_folder())
    address = external.from_environment()
    with ends_on_signals(), contextlib.ExitStack() as stack:
        if address:
            found = stack.enter_context(external.database(address, places, join=join, make=make))
        else:
            found = stack.enter_context(embedded.database(places, join=join, make=make))
        before = dict(os.environ)
        os.environ.update(found.connection.variables())
        try:
            yield found
        finally:
            os.environ.clear()
            os.environ.update(before)


@contextlib.contextmanager
def django(*, owner: bool = False, worker: bool = False) -> Iterator[None]:
    """Django in this process; its connections are closed at the end, so that the database can stop.

    Raises:
        Stop: 3 when the database cannot be reached.
    """
    if owner:
        os.environ["PLAIT_OWNER"] = "1"
    if worker:
        os.environ["PLAIT_WORKER"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plait.settings")
    compile_stale()
    import django as it
    from django.db import connections
    from django.db.utils import OperationalError

    it.setup()
    try:
        yield
    except OperationalError as error:
        raise Stop(ENVIRONMENT, f"The database cannot be used: {str(error).strip().splitlines()[0]}.") from None
    finally:
        for each in connections.all(initialized_only=True):
            each.close()
            getattr(each, "close_pool", lambda: None)()


# --- what the program is ----------------------------------------------------------------------------------------------


def digest(*roots: Path, suffixes: tuple[str, ...] = ()) -> str:
    """Digest of the files below `roots`: names and bytes, tests and byte code left out."""
    found = hashlib.sha256()
    for root in roots:
        for path in sorted(p for p in root.rglob("*") if p.is_file()):
            if "__pycache__" in path.parts or "tests" in path.parts or (suffixes and path.suffix not in suffixes):
                continue
            data = path.read_bytes()
            found.update(f"{path.relative_to(CLONE)} {len(data)}\n".encode())
            found.update(data)
    return found.hexdigest()


def program_digest(found: Database) -> str:
    """Changes whenever migrating or syncing could do something: the whole program, and which secrets it is given."""
    return (
        digest(CLONE / "src" / "plait", CLONE / "packs", suffixes=(".py", ".sql", ".yaml"))
        + hashlib.sha256(found.connection.secret("token.key").encode()).hexdigest()[:8]
    )


# --- steps that need the owner ----------------------------------------------------------------------------------------


def migrate() -> None:
    """Bring the database to this program's schema, and roles, policies and triggers to its registry.

    Raises:
        Stop: 4 when a newer Plait has been here.
    """
    from django.core.management import call_command
    from django.db import connections, transaction
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connections["owner"])
    known = set(loader.disk_migrations) | {(app, name) for app, name in loader.replacements}
    newer = sorted(key for key in (loader.applied_migrations or {}) if key not in known and key[0] in loader.migrated_apps)
    if newer:
        raise Stop(
            DATA,
            f"This database was changed by a newer Plait ({newer[-1][0]}.{newer[-1][1]}): use that version. Nothing was changed.",
        )
    # One transaction: Django writes down some migrations only after the transaction that made their tables, so that a start that is killed
    # between the two would never go on. Constraints at once, because a table with waiting triggers cannot be altered.
    with transaction.atomic(using="owner"):
        with connections["owner"].cursor() as cursor:
            cursor.execute("set constraints all immediate")
        call_command("migrate", database="owner", verbosity=0, interactive=False)
    from plait.kernel import keys
    from plait.web.founding import sync_current

    keys.begin()
    sync_current()  # decision rights follow the pack in use


def after_restore() -> None:
    """What a restored database needs besides its rows: what was disposed of since the backup goes again."""
    from plait.kernel import disposal
    from plait.launch import backup
    from plait.launch.places import connection as place

    if gone := disposal.replay("owner"):
        embedded.say(f"  disposed of again: {gone}")
        with backup.connect(place(), "maintenance") as there:
            disposal.cleanse(there, {d.table for d in disposal.register("owner")})


def run_steps(*steps: str, folder: Path | None = None) -> None:
    """Run steps as the owner in a process of their own, so that the one that serves never holds Django or the owner."""
    command = [sys.executable, "-P", "-m", "plait.cli.inside", *steps, *([str(folder)] if folder else [])]
    child = subprocess.Popen(
        command,
        env={**os.environ, "PLAIT_OWNER": "1"},
        preexec_fn=die_with_parent(signal.SIGTERM),
    )
    try:
        code = child.wait()
    except BaseException:
        child.terminate()
        child.wait()
        raise
    if code:
        raise SystemExit(code if code > 0 else 128 - code)  # it has said its sentence


def is_migrated(places: Places, found: Database) -> bool:
    """Whether this very program has migrated this database."""
    return places.synced.exists() and places.synced.read_text() == program_digest(found)


def ensure_migrated(places: Places, found: Database) -> None:
    """Migrate unless this very program has migrated this database before."""
    if not owns(found):
        return
    now = program_digest(found)
    if not found.fresh and places.synced.exists() and places.synced.read_text() == now:
        return
    embedded.say("  bringing the database to this version")
    places.synced.unlink(missing_ok=True)
    run_steps("migrate")
    places.synced.write_text(now)


def owns(found: Database) -> bool:
    """Whether we hold the data folder; a database that we only joined is migrated by who holds it."""
    return found.lock is not None


def _main(arguments: list[str]) -> None:
    with django(owner=True):
        if "migrate" in arguments:
            migrate()
        if "after-restore" in arguments:
            after_restore()
        if "load" in arguments:
            from plait.web.load import load_folder

            load_folder(Path(arguments[-1]), lambda line: embedded.say(f"  {line}"))


if __name__ == "__main__":
    try:
        _main(sys.argv[1:])
    except Stop as stop:
        print(stop.sentence, file=sys.stderr)
        sys.exit(stop.code)
