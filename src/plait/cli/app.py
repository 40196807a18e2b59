"""The commands. Each is a few lines; what it does lies beside it or in a room."""

import json
import os
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from plait.launch import CLONE, DATA, ENVIRONMENT, USAGE, Stop
from plait.launch.places import Places, data_folder

app = typer.Typer(
    help="Plait: the shared workspace of a local partnership that prevents violent extremism.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
pack = typer.Typer(help="Jurisdictions: vocabularies, offices, steps and layouts as data.", no_args_is_help=True)
app.add_typer(pack, name="pack")
keys = typer.Typer(help="Wrapping keys of sealed text, and what waits after disposals.", no_args_is_help=True)
app.add_typer(keys, name="keys")

Port = Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]
Folder = Annotated[Path, typer.Argument(help="A folder.", metavar="FOLDER")]
PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


class Format(StrEnum):
    html = "html"
    pdf = "pdf"
    docx = "docx"
    md = "md"
    json = "json"


class Language(StrEnum):
    en = "en"
    de = "de"


class Role(StrEnum):
    owner = "owner"
    app = "app"
    public = "public"
    backup = "backup"
    maintenance = "maintenance"


def folder_of(path: Path) -> Path:
    if not path.is_dir():
        raise Stop(USAGE, f"{path} is not a folder.")
    return path.resolve()


# --- run --------------------------------------------------------------------------------------------------------------


@app.command()
def demo(
    port: Port = 8000,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only say the address.")] = False,
    prepare: Annotated[bool, typer.Option("--prepare", help="Make everything ready, serve nothing.")] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Make the demo anew.")] = False,
) -> None:
    """Look at Plait with an invented year of one town's partnership."""
    from plait.cli.demo import run

    run(port=port, browser=not no_browser, only_prepare=prepare, reset=reset)


@app.command()
def serve(
    port: Port = 8000,
    read_only: Annotated[bool, typer.Option("--read-only", help="Everything can be read, nothing is written.")] = False,
) -> None:
    """Serve this machine's partnership."""
    from plait.cli.demo import run_serve

    run_serve(port=port, places=Places(data_folder()), read_only=read_only)


@app.command()
def worker() -> None:
    """Do the work in the background, where it is not done beside `serve`: one for each database; a second one waits."""
    from plait.cli.inside import any_database, django
    from plait.cli.worker import run

    with any_database(join=True), django(worker=True):
        run()


@app.command()
def init(
    pack: Annotated[str, typer.Option(help="The jurisdiction: a folder of packs/.")],
    name: Annotated[str, typer.Option(help="Name of the partnership.")],
    admin_email: Annotated[str, typer.Option(help="Who administers it.")],
    recipient: Annotated[
        list[str] | None, typer.Option(help="Who can open its backups: a recipient of age, age1.... Several may be named.")
    ] = None,
) -> None:
    """Start a partnership: the database, its tables, the first account."""
    from plait.launch import archive

    for each in recipient or []:
        archive.recipient(each)
    from plait.cli.inside import any_database, django, migrate, program_digest

    known = sorted(p.name for p in (CLONE / "packs").glob("*") if p.is_dir())
    if pack not in known:
        raise Stop(USAGE, f"There is no pack {pack}; there are: {', '.join(known) or 'none'}.")
    with any_database(make=True) as here, django(owner=True):
        migrate()
        from plait.web.founding import found as begin

        path = begin(pack, name, admin_email)
        if recipient:
            from plait.kernel.keeping import first_recipients

            first_recipients(recipient)
        here.fresh = False
        Places(data_folder()).synced.write_text(program_digest(here))
    print(f"{name} is set up. Start it with ./plait serve; {admin_email} then chooses a password at http://localhost:8000{path}")


@app.command()
def migrate() -> None:
    """Bring the database to this version. `serve` and `demo` do it by themselves."""
    from plait.cli.inside import any_database, django
    from plait.cli.inside import migrate as bring

    with any_database(), django(owner=True):
        bring()


@app.command()
def load(folder: Folder) -> None:
    """Load a partnership described by a folder of YAML, CSV and GeoJSON."""
    from plait.cli.inside import any_database, django

    place = folder_of(folder)
    with any_database(join=True), django(owner=True):
        from plait.web.load import load_folder

        load_folder(place, lambda line: print(line, file=sys.stderr, flush=True))
    print(f"{folder} is loaded.")


@app.command()
def factsheet(
    format: Annotated[Format, typer.Option(help="The form of the file.")] = Format.html,
    language: Annotated[Language, typer.Option(help="Its language.")] = Language.en,
    output: Annotated[Path | None, typer.Option(help="Where to write it; otherwise to standard output.")] = None,
) -> None:
    """Write the published team profile to a file."""
    from plait.cli.inside import any_database, django

    if output is None and format in {Format.pdf, Format.docx} and sys.stdout.isatty():
        raise Stop(USAGE, f"A {format} is no text for a terminal: name a file with --output.")
    with any_database(join=True), django():
        from plait.reports.cli import factsheet as write

        data = write(str(format), str(language))
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise Stop(ENVIRONMENT, f"Cannot write {output}: {error.strerror}.") from None


# --- keep it ----------------------------------------------------------------------------------------------------------

Half = Annotated[Path, typer.Argument(help="One file of a backup.")]
Identity = Annotated[Path, typer.Option(help="The file with the identity that opens it.")]
Signer = Annotated[str, typer.Option(help="Refuse a backup that is not signed by this key.")]


@app.command()
def backup(
    to: Annotated[Path | None, typer.Option(help="Where the two files go; otherwise PLAIT_BACKUP_FOLDER.")] = None,
    keys_to: Annotated[Path | None, typer.Option(help="Another folder for the keys file.")] = None,
) -> None:
    """Back up: a data file and a keys file, sealed to the recipients."""
    from plait.cli.keeping import run_backup

    run_backup(Places(data_folder()), to, keys_to)


@app.command()
def restore(data: Half, keys: Half, identity: Identity, signer: Signer = "") -> None:
    """Restore a backup: aside first, and in the place of the old state when all is verified."""
    from plait.cli.keeping import run_restore

    run_restore(data, keys, identity, Places(data_folder()), signer)


@app.command()
def drill(data: Half, keys: Half, identity: Identity, signer: Signer = "") -> None:
    """Try whether a backup can be restored; nothing that serves is touched."""
    from plait.cli.keeping import run_drill

    run_drill(data, keys, identity, Places(data_folder()), signer)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="An empty folder, or one that is not there yet.", metavar="FOLDER")],
) -> None:
    """Leave: every table in open formats, as the backup role reads it. Written down in the log."""
    from plait.cli.keeping import run_export

    run_export(folder, Places(data_folder()))


@app.command()
def identity(file: Annotated[Path, typer.Argument(help="A file that is not there yet.")]) -> None:
    """Make an identity that opens backups; prints the recipient to seal them to."""
    from plait.cli.keeping import run_new_identity

    run_new_identity(file)


# --- look into it -----------------------------------------------------------------------------------------------------


@app.command()
def verify(
    checkpoint: Annotated[
        Path | None, typer.Option(help="A checkpoint from outside: is the log still going on from it?", metavar="FILE")
    ] = None,
    as_json: Json = False,
) -> None:
    """Recompute the whole log and compare it with the tables and the signed checkpoints; name what does not fit."""
    from plait.cli.inside import any_database, django
    from plait.cli.verify import run

    with any_database(join=True) as found, django():
        code = run(found, checkpoint, as_json=as_json)
    raise typer.Exit(code)


@app.command()
def psql(
    role: Annotated[Role, typer.Option(help="As which database role.")] = Role.app,
    command: Annotated[str, typer.Option("-c", help="Run this and end.")] = "",
) -> None:
    """Speak SQL to the database. As the application role and without an asker, protected rows stay hidden."""
    from plait.cli.inside import any_database
    from plait.launch.programs import wheel_folder

    with any_database(join=True) as found:
        there = found.connection
        environ = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        environ.update(PGHOST=there.host, PGPORT=there.port, PGDATABASE=there.name, PGUSER=f"plait_{role}")
        environ["PGPASSWORD"] = there.password(str(role))
        if there.sslmode:
            environ["PGSSLMODE"] = there.sslmode
        if there.sslrootcert:
            environ["PGSSLROOTCERT"] = there.sslrootcert
        program = str(wheel_folder() / "pginstall" / "bin" / "psql")
        arguments = ["-X", "-v", "ON_ERROR_STOP=1", *(["-c", command] if command else [])]
        code = subprocess.run([program, *arguments], env=environ, check=False).returncode
    raise typer.Exit(DATA if code else 0)


@app.command()
def routes(as_json: Json = False) -> None:
    """List every address with what it needs."""
    from plait.cli.inside import django

    with django():
        from plait.web.walk import routes as listed

        found = listed()
    if as_json:
        print(json.dumps(found, indent=1, default=str))
        return
    for row in found:
        print(f"{row['path']:50} {'/'.join(row['methods']):12} {row['needs']}")


@app.command()
def access(as_json: Json = False) -> None:
    """Run the access matrix on a scratch database and list every cell."""
    from plait.cli.quality import access_cells

    text = access_cells()
    cells = json.loads(text)
    wrong = [c for c in cells if c["expected"] != c["got"]]
    if as_json:
        print(text)
    else:
        for cell in wrong:
            print(cell)
        print(f"{len(cells)} cells, {len(wrong)} unexpected")
    raise typer.Exit(DATA if wrong else 0)


@pack.command("check")
def pack_check(folder: Folder) -> None:
    """Check a pack; every fault is named with file, line and remedy."""
    from plait.cli.inside import django

    place = folder_of(folder)
    with django():
        from plait.packs.check import check_folder

        faults = check_folder(place)
    for fault in faults:
        print(fault)
    if faults:
        raise Stop(DATA, f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'} in {folder}.")
    print(f"{folder}: no faults")


@keys.command("status")
def keys_status() -> None:
    """Say which epoch seals, how many keys each wraps, whether every file fits, and what waits after disposals."""
    from plait.cli.keys import status

    status()


@keys.command("rotate")
def keys_rotate() -> None:
    """Begin a new epoch of the wrapping key, or go on with one that was interrupted."""
    from plait.cli.keys import rotate

    rotate()


@keys.command("forget")
def keys_forget(epoch: Annotated[int, typer.Argument(help="A retired epoch.")]) -> None:
    """Delete the wrapping key of a retired epoch: keys files of backups from its time open nothing afterwards."""
    from plait.cli.keys import forget

    forget(epoch)


@keys.command("cleanse")
def keys_cleanse() -> None:
    """Write anew what still holds the bytes of what was disposed of."""
    from plait.cli.keys import cleanse

    cleanse()


@app.command()
def method(name: str, file: Path) -> None:
    """Run one of the field's methods on a file."""
    from plait.methods.cli import run

    if not file.is_file():
        raise Stop(USAGE, f"{file} is not a file.")
    answer = run(name, file)
    if answer is not None:
        print(answer)


# --- the program itself -----------------------------------------------------------------------------------------------


@app.command(context_settings=PASSED_ON, add_help_option=False)
def test(
    context: typer.Context,
    quick: Annotated[bool, typer.Option("--quick", help="Leave out what takes long or needs a browser.")] = False,
    soak: Annotated[bool, typer.Option("--soak", help="Only what runs for very long.")] = False,
    server: Annotated[
        str, typer.Option(help="Another server to test on: the address of a superuser, on a server that holds nobody's data.")
    ] = "",
) -> None:
    """Run the tests; further arguments go to pytest."""
    from plait.cli.quality import test as run

    if server:
        os.environ["PLAIT_TEST_SERVER"] = server
    raise typer.Exit(run(context.args, quick=quick, soak=soak))


@app.command()
def check() -> None:
    """Run every linter and count what fails."""
    from plait.cli.quality import check as run

    raise typer.Exit(1 if run() else 0)


@app.command()
def fix() -> None:
    """Mend what linters can mend."""
    from plait.cli.quality import fix as run

    raise typer.Exit(run())


@app.command()
def lock(upgrade: Annotated[bool, typer.Option("--upgrade", help="Take newer versions.")] = False) -> None:
    """Resolve the dependencies into the three hashed lock files."""
    script = str(CLONE / "tools" / "setup.py")
    command = [sys.executable, "-I", script, "requirements-dev.txt", "lock", *(["--upgrade"] if upgrade else [])]
    raise typer.Exit(subprocess.run(command, check=False).returncode)


@app.command()
def bench(
    name: Annotated[str, typer.Argument(help="One of bench/.")] = "",
    every: Annotated[bool, typer.Option("--all", help="All of them, one after the other.")] = False,
    as_json: Json = False,
) -> None:
    """Run one of bench/ on a scratch database, or all."""
    from plait.cli.quality import bench as run
    from plait.cli.quality import benches

    raise typer.Exit(run(benches() if every else [name] if name else [], as_json=as_json))


@app.command(context_settings=PASSED_ON, add_help_option=False)
def python(context: typer.Context) -> None:
    """Run Python in Plait's environment; all arguments go to it."""
    os.execv(sys.executable, [sys.executable, *context.args])
