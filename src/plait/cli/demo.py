"""`demo`: a town to look at, made from the folder in `demo/` as anybody's folder is loaded; and `serve`, for a partnership's own."""

import contextlib
import shutil
import sys
import tempfile
import threading
import webbrowser

from plait.cli.inside import any_database, digest, ensure_migrated, is_migrated, run_steps
from plait.launch import CLONE, DATA, REFUSED, Stop, demo_source, embedded, external, smtp, wrapping
from plait.launch.compile_messages import compile_stale
from plait.launch.embedded import say
from plait.launch.places import Places, demo_folder
from plait.launch.server import serve, web_environment, worker_environment

FOLDER = demo_source()


def demo_digest() -> str:
    """What the loaded demo rests on: its folder, the packs, and the tables."""
    tables = [p for p in (CLONE / "src" / "plait").glob("*/migrations") if p.is_dir()]
    return digest(
        FOLDER,
        CLONE / "packs",
        *tables,
        suffixes=(".py", ".yaml", ".yml", ".csv", ".geojson", ".md", ".json", ".jpg", ".png", ".pdf", ".docx", ".xlsx"),
    )


def prepare(places: Places, *, reset: bool) -> None:
    """See that the folder is a demo's and holds the demo of this program, or nothing."""
    if external.from_environment():
        raise Stop(REFUSED, "The demo runs on its own database only: unset PLAIT_DATABASE_URL.")
    if not (FOLDER / "partnership.yaml").is_file():
        raise Stop(DATA, f"The demo's data are missing: {FOLDER} is not there.")
    root = places.root
    strange = root.is_dir() and not places.demo.exists() and any(p.name != "plait.lock" for p in root.iterdir())
    if strange:
        raise Stop(REFUSED, f"{root} is not a demo's folder; nothing in it was touched. Set PLAIT_DATA to another folder.")
    lock = embedded.Lock(places)
    embedded.private_folder(root, 0o711 if embedded.is_root() else 0o700)
    if not lock.take():
        raise Stop(REFUSED, lock.holder().sentence(places))
    try:
        loaded = places.demo.read_text() if places.demo.exists() else ""
        if places.database.exists() and (reset or loaded != demo_digest()):
            if reset:
                say("Making the demo anew.")
            elif loaded:
                say("The demo's data or tables have changed since it was made; making it anew.")
            else:
                say("The demo was not finished last time; making it anew.")
            embedded.Server(places).clear_leftover()
            places.synced.unlink(missing_ok=True)
            shutil.rmtree(places.database)
            shutil.rmtree(places.secrets, ignore_errors=True)
        if not places.database.exists():
            places.demo.write_text("")  # a demo's folder, not loaded yet
    finally:
        lock.release()


def run(*, port: int, browser: bool, only_prepare: bool, reset: bool) -> None:
    places = Places(demo_folder())
    embedded.refuse_if_held(places)
    if not only_prepare:
        embedded.free_port(port)
    prepare(places, reset=reset)
    with any_database(places, make=True) as found:
        if not places.demo.read_text():
            ensure_migrated(places, found)
            say("  loading the demo's year")
            run_steps("load", folder=FOLDER)
            places.demo.write_text(demo_digest())
            found.fresh = False
        else:
            ensure_migrated(places, found)
        if only_prepare:
            say(f"The demo is ready in {places.root}.")
            return
        show(places, found, port, demo=True, browser=browser)


def run_serve(*, port: int, places: Places, read_only: bool = False) -> None:
    embedded.refuse_if_held(places)
    embedded.free_port(port)
    with any_database(places) as found:
        if not read_only:
            ensure_migrated(places, found)
        elif not is_migrated(places, found):
            raise Stop(
                REFUSED,
                "This database is not of this version yet, and read-only mode changes nothing: say ./plait migrate first.",
            )
        show(places, found, port, demo=False, browser=False, read_only=read_only)


def show(places: Places, found: embedded.Database, port: int, *, demo: bool, browser: bool, read_only: bool = False) -> None:
    """Serve until Ctrl-C; one line says where to look."""
    compile_stale()
    wrapping.check_database(found.connection)
    smtp.server()  # a wrong setting is said now, in one sentence

    def ready(address: str) -> None:
        if found.lock:
            found.lock.tell(address)
        print(f"{'The demo of Plait' if demo else 'Plait'} is at {address} (stop it with Ctrl-C)", flush=True)
        if browser and sys.stdout.isatty():
            with contextlib.suppress(webbrowser.Error):
                threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    variables = {**found.connection.variables(), "PLAIT_READ_ONLY": "1" if read_only else "0"}
    worker = None if read_only else worker_environment(variables, demo=demo)
    with tempfile.TemporaryDirectory(prefix="counts-", dir=places.root, ignore_cleanup_errors=True) as counts:
        serve(
            port,
            web_environment({**variables, "PLAIT_METRICS": counts}, demo=demo),
            ready,
            worker=worker,
            database=found.see_to_it,
        )
