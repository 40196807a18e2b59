"""`./plait backup`: the data of a partnership in one file, its keys in another.

The backup role reads every row (row security binds it nowhere) and writes none. Both halves, the counts and the log's head are read in one snapshot, under
whatever load. The dump is counted as it passes, so that a backup which lacks a row is never called one; nothing unsealed touches the disk.
"""

import contextlib
import hashlib
import os
import secrets
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plait.launch import DATA, ENVIRONMENT, REFUSED, Stop, archive
from plait.launch.places import Connection
from plait.launch.programs import Programs, wheel_folder

if TYPE_CHECKING:
    import psycopg

KEYS_SCHEMA = "plait_keys"
LEFT_OUT = ("plait.gate_key", "plait.search_key", "public.kernel_session")
"""Tables whose rows are not data: copies of keys, and who is signed in. After a restore everybody signs in again."""
KEPT = 14
PLAIN = "set timezone = 'UTC'; set datestyle = 'ISO, MDY'; set intervalstyle = 'postgres'; set bytea_output = 'hex'; set extra_float_digits = 1"


def connect(there: Connection, role: str) -> "psycopg.Connection[tuple[Any, ...]]":
    """A connection of one's own as `plait_<role>`."""
    import psycopg

    tls = {k: v for k, v in (("sslmode", there.sslmode), ("sslrootcert", there.sslrootcert)) if v}
    where = {"host": there.host, "port": there.port, "dbname": there.name, "user": f"plait_{role}", **tls}
    try:
        return psycopg.connect(psycopg.conninfo.make_conninfo("", password=there.password(role), **where), autocommit=True)
    except psycopg.OperationalError as error:
        said = str(error).strip().splitlines()[-1]
        raise Stop(ENVIRONMENT, f"The database cannot be reached as plait_{role}: {said}.") from None


def client() -> Programs:
    """PostgreSQL's programs as ourselves: they only speak to a server."""
    return Programs(wheel_folder() / "pginstall" / "bin", None, None)


def variables(there: Connection, role: str) -> dict[str, str]:
    found = {
        "PGHOST": there.host,
        "PGPORT": there.port,
        "PGDATABASE": there.name,
        "PGUSER": f"plait_{role}",
        "PGPASSWORD": there.password(role),
        "PGSSLMODE": there.sslmode,
        "PGSSLROOTCERT": there.sslrootcert,
    }
    return {k: v for k, v in found.items() if v}


# --- what stands in the database --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Facts:
    """What a backup holds, and a restore must give back: rows and a digest of each table, and the head of the log."""

    tables: dict[str, dict[str, Any]]
    keys: dict[str, dict[str, Any]]
    log: dict[str, Any]

    def differences(self, other: "Facts") -> list[str]:
        """Tables that are not the same in both, by name."""
        found = [
            name
            for mine, theirs in ((self.tables, other.tables), (self.keys, other.keys))
            for name in sorted({*mine, *theirs})
            if mine.get(name) != theirs.get(name)
        ]
        return found + (["the log's head"] if self.log != other.log else [])


def facts(connection: "psycopg.Connection[tuple[Any, ...]]") -> Facts:
    """Count and digest every table, as a role that sees every row.

    Raises:
        Stop: 5 when row security binds the role: it would see a part and take it for the whole.
    """
    import psycopg

    bound = connection.execute("select not (rolsuper or rolbypassrls) from pg_roles where rolname = current_user").fetchone()
    if bound is None or bound[0]:
        raise Stop(
            REFUSED,
            "This backup would be incomplete: row security binds the role that makes it. Back up as plait_backup, which init makes.",
        )
    for statement in PLAIN.split("; "):
        connection.execute(statement.encode())
    connection.execute("set row_security = off")  # an error instead of fewer rows
    rows = connection.execute(
        "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema')"
        " and n.nspname !~ '^pg_' order by 1, 2"
    ).fetchall()
    found: dict[str, dict[str, Any]] = {}
    for schema, table in rows:
        name = f"{schema}.{table}"
        if name in LEFT_OUT:
            continue
        quoted = '"' + str(schema).replace('"', '""') + '"."' + str(table).replace('"', '""') + '"'
        try:
            # A sum over the rows does not depend on their order, which a restore changes.
            row = connection.execute(
                f"select count(*), coalesce(sum(('x' || substr(md5(t::text), 1, 15))::bit(60)::bigint), 0)::text from {quoted} t".encode()
            ).fetchone()
        except psycopg.errors.InsufficientPrivilege as error:
            raise Stop(REFUSED, f"This backup would be incomplete: {error.diag.message_primary}.") from None
        assert row is not None  # noqa: S101 - an aggregate gives one row
        found[name] = {"rows": row[0], "digest": row[1]}
    return Facts(
        {k: v for k, v in found.items() if not k.startswith(f"{KEYS_SCHEMA}.")},
        {k: v for k, v in found.items() if k.startswith(f"{KEYS_SCHEMA}.")},
        _head(connection),
    )


def _head(connection: "psycopg.Connection[tuple[Any, ...]]") -> dict[str, Any]:
    """How far the log goes: number of entries, the last one, and a hash over all commitments in their order."""
    seen, last, number = hashlib.sha256(), 0, 0
    with connection.transaction(), connection.cursor("head") as cursor:
        cursor.execute("select id, commitment from public.kernel_entry order by id")
        for last, commitment in cursor:  # noqa: B007 - the last one counts
            seen.update(commitment)
            number += 1
    return {"entries": number, "last": last, "sha256": seen.hexdigest()}


def about(connection: "psycopg.Connection[tuple[Any, ...]]") -> dict[str, Any]:
    """Whose data these are, and which program's tables."""
    row = connection.execute("select id::text from public.kernel_partnership").fetchone()
    if row is None:
        raise Stop(DATA, "There is no partnership here yet, so there is nothing to back up: start one with ./plait init.")
    migrations = connection.execute(
        "select app || '.' || max(name) from public.django_migrations group by app order by 1"
    ).fetchall()
    return {
        "partnership": row[0],
        "migrations": [m[0] for m in migrations],
        "postgresql": connection.info.server_version // 10000,
    }


def recipients(connection: "psycopg.Connection[tuple[Any, ...]]") -> list[str]:
    """Whom backups are sealed to, as two people agreed.

    Raises:
        Stop: 4 when nobody was ever named.
    """
    row = connection.execute(
        "select keys from public.kernel_recipients where state = 'agreed' order by number desc limit 1"
    ).fetchone()
    found = [str(each["key"]) for each in (row[0] if row else [])]
    if not found:
        raise Stop(
            DATA,
            "No recipient of backups is named yet. Name them on the page “Backups” of the administration (two people), or with"
            " ./plait init --recipient when a partnership is started.",
        )
    return found


# --- dumping ----------------------------------------------------------------------------------------------------------


@dataclass
class Dump:
    """pg_dump's bytes as they come, hashed, and counted by pg_restore as they pass."""

    there: Connection
    role: str
    options: list[str]
    hash: Any = field(default_factory=hashlib.sha256)
    rows: dict[str, int] = field(default_factory=dict)

    def __iter__(self) -> Iterator[bytes]:
        programs = client()
        dump: Any = programs.start(
            "pg_dump",
            "--format=custom",
            "--no-password",
            *self.options,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=False,
            dies_with_us=True,
            environ=variables(self.there, self.role),
        )
        count: Any = programs.start(
            "pg_restore",
            "--data-only",
            "--file=-",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=False,
            dies_with_us=True,
        )
        counter = threading.Thread(target=self._count, args=(count.stdout,), daemon=True)
        said: list[bytes] = []
        listener = threading.Thread(target=lambda: said.append(dump.stderr.read()), daemon=True)
        counter.start()
        listener.start()
        try:
            while data := dump.stdout.read(2**18):
                self.hash.update(data)
                with contextlib.suppress(BrokenPipeError):
                    count.stdin.write(data)
                yield data
            with contextlib.suppress(BrokenPipeError):
                count.stdin.close()
            counter.join(600)
            listener.join(60)
            if dump.wait(60) or count.wait(60):
                lines = b"".join(said).decode("utf-8", "replace").strip().splitlines() or ["pg_dump ended without a word"]
                raise Stop(
                    DATA, f"The database could not be read whole: {lines[-1].rpartition('error: ')[2]}. Earlier backups stay."
                )
        finally:
            for child in (dump, count):
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
                child.wait()

    def _count(self, out: Any) -> None:
        table = ""
        for line in out:
            if table:
                if line == b"\\.\n":
                    table = ""
                else:
                    self.rows[table] += 1
            elif line.startswith(b"COPY "):
                table = line.split(b" ")[1].decode().replace('"', "")
                self.rows[table] = 0


def _compare(held: Mapping[str, Mapping[str, Any]], counted: Mapping[str, int]) -> None:
    for name, fact in held.items():
        if counted.get(name, 0) != fact["rows"]:
            raise Stop(
                DATA,
                f"This backup would be incomplete: {name} has {fact['rows']} rows and the backup {counted.get(name, 0)}. It was thrown"
                " away; earlier backups stay.",
            )


# --- the whole --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Made:
    """A backup that was written and verified."""

    id: str
    data: Path
    keys: Path
    bytes: int
    signer: str
    recipients: int


def secret_files(folder: Path) -> dict[str, bytes]:
    """What of the secrets a restore needs: keys, at any depth; passwords are made anew there."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix not in (".password", ".new")
    }


def make(
    there: Connection, folder: Path, *, keys_folder: Path | None = None, version: str, keep: int = KEPT, role: str = "backup"
) -> Made:
    """Write and verify one backup; then forget the oldest beyond `keep`.

    Raises:
        Stop: what stood in `folder` before stands there still.
    """
    if there.secrets is None:
        raise Stop(ENVIRONMENT, "The secrets of this partnership are not here, so its keys cannot be backed up.")
    keys_folder = keys_folder or folder
    for each in (folder, keys_folder):
        try:
            each.mkdir(parents=True, exist_ok=True)
            for stale in each.glob("plait-*.age.new"):
                stale.unlink()
        except OSError as error:
            raise Stop(ENVIRONMENT, f"Cannot write to {each}: {error.strerror}. Earlier backups stay as they are.") from None
    key = archive.signing_key(there.secrets)
    assert key is not None  # noqa: S101 - made when it was not there
    number, now = secrets.token_hex(4), datetime.now(UTC)
    name = f"plait-{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03}Z-{number}"  # sorted by name is sorted by time
    data_path, keys_path = folder / f"{name}{archive.DATA_SUFFIX}", keys_folder / f"{name}{archive.KEYS_SUFFIX}"
    # Read before the snapshot: a checkpoint that lies beside the log's key is then never of a longer log than the snapshot's. What comes meanwhile is added.
    earlier = secret_files(there.secrets)
    with connect(there, role) as connection:
        connection.execute("begin isolation level repeatable read read only")
        snapshot = connection.execute("select pg_export_snapshot()").fetchone()
        held = facts(connection)
        to = recipients(connection)
        common = {
            "id": number,
            "made_at": now.isoformat(timespec="seconds"),
            "version": version,
            **about(connection),
            "tables": held.tables,
            "key_tables": held.keys,
            "log": held.log,
        }
        options = [f"--snapshot={snapshot[0]}" if snapshot else ""]
        keys_dump = Dump(there, role, [*options, f"--schema={KEYS_SCHEMA}", "--strict-names"])
        kept = b"".join(keys_dump) if held.keys else b""
        _compare(held.keys, keys_dump.rows)
        files = {**secret_files(there.secrets), **earlier}
        common["keys_sha256"] = keys_hash(kept, files)
        # What a superuser granted on the server's own functions is the server's, and an owner could not grant it at a restore.
        schemas = [f"--exclude-schema={name}" for name in (KEYS_SCHEMA, "pg_catalog", "information_schema")]
        data_dump = Dump(there, role, [*options, *schemas, *(f"--exclude-table-data={t}" for t in LEFT_OUT)])

        def data_half() -> Iterator[tuple[str, bytes]]:
            yield archive.READ_ME, archive.HOW.encode()
            yield from archive.pieces(archive.DUMP, data_dump)
            _compare(held.tables, data_dump.rows)
            yield from archive.signed({**common, "half": "data", "data_sha256": data_dump.hash.hexdigest()}, key)

        def keys_half() -> Iterator[tuple[str, bytes]]:
            yield archive.READ_ME, archive.HOW.encode()
            for path, content in files.items():
                yield f"{archive.SECRETS}{path}", content
            yield from archive.pieces(archive.DUMP, [kept] if kept else [])
            yield from archive.signed({**common, "half": "keys", "data_sha256": data_dump.hash.hexdigest()}, key)

        new = data_path.with_name(f"{data_path.name}.new"), keys_path.with_name(f"{keys_path.name}.new")
        try:
            size = archive.seal(new[0], to, data_half()) + archive.seal(new[1], to, keys_half())
            new[1].rename(keys_path)
            new[0].rename(data_path)  # the data file last: whoever finds it finds both
        except BaseException:
            for path in new:
                path.unlink(missing_ok=True)
            raise
        for each in {folder, keys_folder}:
            descriptor = os.open(each, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)
    forget(folder, keys_folder, keep)
    return Made(number, data_path, keys_path, size, archive.signer(key), len(to))


def keys_hash(dump: bytes, files: Mapping[str, bytes]) -> str:
    seen = hashlib.sha256(dump)
    for path, content in sorted(files.items()):
        seen.update(f"\n{path} {len(content)}\n".encode() + content)
    return seen.hexdigest()


def forget(folder: Path, keys_folder: Path, keep: int) -> None:
    """Remove whole pairs beyond the newest `keep`."""
    for old in sorted(folder.glob(f"plait-*{archive.DATA_SUFFIX}"), reverse=True)[max(keep, 1) :]:
        old.unlink(missing_ok=True)
        (keys_folder / old.name.replace(archive.DATA_SUFFIX, archive.KEYS_SUFFIX)).unlink(missing_ok=True)


def record(there: Connection, kind: str, *, well: bool, detail: dict[str, Any]) -> None:
    """Write into the partnership's own log that a backup, a drill or a restore took place, or failed."""
    import json

    with connect(there, "maintenance") as connection:
        connection.execute("select plait.kept(%s, %s, %s)", [kind, well, json.dumps(detail)])


def run(there: Connection, folder: Path, *, keys_folder: Path | None = None, version: str, keep: int = KEPT) -> Made:
    """Make a backup and write down how it went. The one entrance for the command and the timer."""
    try:
        made = make(there, folder, keys_folder=keys_folder, version=version, keep=keep)
    except Stop as stop:
        with contextlib.suppress(Exception):  # the sentence counts, also where the database is what failed
            record(there, "backup", well=False, detail={"why": stop.sentence})
        raise
    record(there, "backup", well=True, detail={"id": made.id, "bytes": made.bytes, "recipients": made.recipients})
    return made
