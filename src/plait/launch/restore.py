"""`./plait restore` and `./plait drill`: a backup made whole again, aside from what serves, and only then put in its place.

Everything happens in a folder of its own beside the database. The one moment that counts is when the file `swap` appears: killed before it, the old state
serves; killed after it, the next start completes what is left to rename.
"""

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from plait.launch import DATA, REFUSED, Stop, archive, embedded
from plait.launch.backup import KEYS_SCHEMA, Facts, client, connect, facts, keys_hash, variables
from plait.launch.places import Connection, Places, is_root, private_folder, write_private

SWAPPED = ("database", "secrets")
DISPOSED = "disposed.jsonl"
"""Register of what was disposed of, in the secrets folder: what the folder that is there knows of is added to the backup's."""


# --- reading the halves -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Keys:
    """The keys half, opened: a few files and a small dump, in memory only."""

    path: Path
    manifest: dict[str, Any]
    files: dict[str, bytes]
    dump: bytes


def read_keys(path: Path, identity: list[Any]) -> Keys:
    """Open the keys half and see that it holds what its manifest says.

    Raises:
        Stop: 4 when it does not, or is no keys half.
    """
    files: dict[str, bytes] = {}
    dump: list[bytes] = []

    def take(name: str, data: bytes) -> None:
        inner = name.removeprefix(archive.SECRETS)
        if name.startswith(f"{archive.DUMP}."):
            dump.append(data)
        elif inner != name and ".." not in Path(inner).parts and not Path(inner).is_absolute():
            files[inner] = data
        else:
            raise archive.refuse(path, f"holds a file that does not belong there ({name[:60]!r}).")

    manifest = archive.opened(path, identity, take)
    if manifest.get("half") != "keys":
        raise archive.refuse(path, "is not the keys half of a backup; name the data file first, then the keys file.")
    held = Keys(path, manifest, files, b"".join(dump))
    if keys_hash(held.dump, files) != manifest["keys_sha256"] or _signer_inside(files) != manifest["signer"]:
        raise archive.refuse(path, archive.DAMAGED)
    return held


def _signer_inside(files: dict[str, bytes]) -> str:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    with contextlib.suppress(KeyError, ValueError):
        return archive.signer(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(files[archive.SIGNING_KEY].decode().strip())))
    return ""


def refuse_strangers(keys: Keys, places: Places, signer: str) -> None:
    """A backup that another made is refused where we know who should have made it.

    Raises:
        Stop: 5.
    """
    own = archive.signing_key(places.secrets, make=False) if places.secrets.exists() else None
    expected = signer or (archive.signer(own) if own else "")
    if expected and expected != keys.manifest["signer"]:
        whose = "as --signer says" if signer else f"as the partnership in {places.root}"
        raise Stop(
            REFUSED,
            f"{keys.path.name} was not made by the same Plait {whose}: it is signed by {keys.manifest['signer']}. Nothing was changed.",
        )


# --- filling an empty database ----------------------------------------------------------------------------------------

OWNERSHIP = """
do $$ declare f regprocedure; begin
  for f in select oid::regprocedure from pg_proc where pronamespace = 'plait'::regnamespace loop execute format('alter function %s owner to plait_gate', f); end loop;
end $$
"""


class Fill:
    """pg_restore as the owner, in one transaction, fed as the bytes come."""

    def __init__(self, there: Connection) -> None:
        self.hash, self.number, self.said = hashlib.sha256(), 0, b""
        self.child: Any = client().start(
            "pg_restore",
            "--no-owner",
            "--exit-on-error",
            "--single-transaction",
            "--no-password",
            f"--dbname={there.name}",
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=False,
            dies_with_us=True,
            environ=variables(there, "owner"),
        )
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        self.said = self.child.stderr.read()

    def feed(self, data: bytes) -> None:
        self.hash.update(data)
        with contextlib.suppress(BrokenPipeError):
            self.child.stdin.write(data)

    def end(self, path: Path) -> None:
        with contextlib.suppress(BrokenPipeError):
            self.child.stdin.close()
        code = self.child.wait(3600)
        self.listener.join(10)
        if code:
            lines = self.said.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
            first = next((line for line in lines if "error:" in line), lines[-1])
            raise archive.refuse(path, f"could not be restored ({first.rpartition('error: ')[2]}).")

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.child.kill()
        self.child.wait()


def fill(there: Connection, data: Path, keys: Keys, identity: list[Any]) -> dict[str, Any]:
    """Put both halves into an empty, prepared database, and see that every row and the log's head are there.

    Raises:
        Stop: 4 when a half is damaged, when the two are not of one backup, or when what stands there then is not what stood in the source.
    """
    with connect(there, "owner") as owner:
        if owner.execute("select 1 from pg_class where relnamespace = 'public'::regnamespace limit 1").fetchone():
            raise Stop(REFUSED, f"The database {there.name} is not empty: restore into one that is. Nothing was changed.")
        owner.execute("drop schema plait")
        owner.execute(f"drop schema if exists {KEYS_SCHEMA} cascade".encode())
    filling = Fill(there)

    def take(name: str, piece: bytes) -> None:
        filling.number += 1
        if name != f"{archive.DUMP}.{filling.number:05}":
            raise archive.refuse(data, f"holds a file that does not belong there ({name[:60]!r}).")
        filling.feed(piece)

    try:
        manifest = archive.opened(data, identity, take)
        _belong_together(data, manifest, keys, filling.hash.hexdigest())
        filling.end(data)
    finally:
        filling.kill()
    if keys.dump:
        more = Fill(there)
        try:
            more.feed(keys.dump)
            more.end(keys.path)
        finally:
            more.kill()
    give_to_the_gate(there)
    verify(there, manifest)
    return manifest


def give_to_the_gate(there: Connection) -> None:
    """Functions that the owner restored belong to the gate again; what they are is then said by `migrate`."""
    with connect(there, "owner") as owner:
        owner.execute("grant create on schema plait to plait_gate")
        owner.execute(OWNERSHIP.encode())
        owner.execute("revoke create on schema plait from plait_gate")


def _belong_together(data: Path, manifest: dict[str, Any], keys: Keys, dumped: str) -> None:
    if manifest.get("half") != "data":
        raise archive.refuse(data, "is not the data half of a backup; name the data file first, then the keys file.")
    same = ("id", "partnership", "signer", "keys_sha256", "data_sha256", "tables", "key_tables", "log")
    if any(manifest[name] != keys.manifest[name] for name in same):
        raise archive.refuse(data, f"and {keys.path.name} are not of one backup.")
    if dumped != manifest["data_sha256"]:
        raise archive.refuse(data, archive.DAMAGED)


def verify(there: Connection, manifest: dict[str, Any]) -> None:
    """Compare what stands in a database with what a manifest says stood in its source.

    Raises:
        Stop: 4 with the name of the first table that is not the same.
    """
    with connect(there, "backup") as backup:
        found = facts(backup)
    different = found.differences(Facts(manifest["tables"], manifest["key_tables"], manifest["log"]))
    if different:
        raise Stop(
            DATA, f"What was restored is not what was backed up: {different[0]} differs. It was thrown away; nothing was changed."
        )


# --- aside, then in its place -----------------------------------------------------------------------------------------


def clear_leftovers(places: Places) -> None:
    """Remove what a killed restore or drill left, and end its server."""
    for kind in ("restored", "drill"):
        for stale in places.root.glob(f"{kind}.new-*"):
            if (stale / "database").exists():
                embedded.Server(Places(stale)).clear_leftover()
            shutil.rmtree(stale, ignore_errors=True)


@contextlib.contextmanager
def aside(places: Places, kind: str, keys: Keys) -> Iterator[tuple[Places, Connection]]:
    """An empty database with the backup's secrets, running, in a folder of its own beside the partnership's. Removed at the end unless it was taken away."""
    private_folder(places.root, 0o711 if is_root() else 0o700)
    clear_leftovers(places)
    here = Places(places.root / f"{kind}.new-{secrets.token_hex(4)}")
    try:
        server = embedded.Server(here)
        write_secrets(here.secrets, {**keys.files, **disposed(places.secrets, keys.files)})
        server.create()
        server.start()
        try:
            yield here, server.connection()
        finally:
            server.stop()
    except BaseException:
        shutil.rmtree(here.root, ignore_errors=True)
        raise


def disposed(folder: Path, files: dict[str, bytes]) -> dict[str, bytes]:
    """The register of disposals as the backup has it, and after it the lines that only this folder knows."""
    own = (folder / DISPOSED).read_bytes() if (folder / DISPOSED).exists() else b""
    known = files.get(DISPOSED, b"").splitlines()
    lines = [*known, *(line for line in own.splitlines() if line not in known)]
    return {DISPOSED: b"\n".join(lines) + b"\n"} if lines else {}


def write_secrets(folder: Path, files: dict[str, bytes]) -> None:
    """Keys of a backup into a secrets folder. One that is there with other content stays, and is an error.

    Raises:
        Stop: 5.
    """
    private_folder(folder)
    for name, content in files.items():
        path = folder / name
        private_folder(path.parent)
        if path.exists():
            if path.read_bytes() != content:
                raise Stop(
                    REFUSED, f"{path} holds another key than the backup: restore with an empty data folder. Nothing was changed."
                )
            continue
        write_private(path, content.decode("utf-8"))


def put_in_place(places: Places, new: Places, now: datetime | None = None) -> Path | None:
    """Let `new` be the partnership. Gives the folder in which the old state is kept, if there was one."""
    old = f"before-restore-{now or datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    write_private(places.root / embedded.SWAP, json.dumps({"from": new.root.name, "old": old}))
    descriptor = os.open(places.root, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
    embedded.finish_swap(places)
    kept = places.root / old
    return kept if kept.exists() else None


Step = Callable[[Connection, dict[str, Any]], None]


def restore(
    data: Path, keys_path: Path, identity: list[Any], places: Places, finish: Step, *, signer: str = ""
) -> tuple[dict[str, Any], Path | None]:
    """Restore into a data folder of the private database. `finish` migrates and writes the log's entry, while all is still aside.

    Raises:
        Stop: the old state, if there was one, stands as before.
    """
    private_folder(places.root, 0o711 if is_root() else 0o700)
    lock = embedded.Lock(places)
    if not lock.take():
        raise Stop(REFUSED, lock.holder().sentence(places))
    try:
        embedded.finish_swap(places)
        keys = read_keys(keys_path, identity)
        refuse_strangers(keys, places, signer)
        with aside(places, "restored", keys) as (here, there):
            manifest = fill(there, data, keys, identity)
            finish(there, manifest)
        return manifest, put_in_place(places, here)
    finally:
        lock.release()


def drill(data: Path, keys_path: Path, identity: list[Any], places: Places, finish: Step, *, signer: str = "") -> dict[str, Any]:
    """Restore aside, verify, remove. What serves is not touched and may go on serving."""
    keys = read_keys(keys_path, identity)
    refuse_strangers(keys, places, signer)
    with aside(places, "drill", keys) as (here, there):
        manifest = fill(there, data, keys, identity)
        finish(there, manifest)
    shutil.rmtree(here.root, ignore_errors=True)
    return manifest
