"""A database server of one's own, named by PLAIT_DATABASE_URL.

`init` makes there what the embedded one has, when the named role may; otherwise it prints the SQL for a database
administrator and stops. Afterwards Plait connects as its own roles, with the passwords in the data folder.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

from plait.launch import DATA, ENVIRONMENT, REFUSED, Stop, roles
from plait.launch.embedded import Database, Lock
from plait.launch.places import Connection, Places, is_root, make_secrets, private_folder

if TYPE_CHECKING:
    import psycopg

VARIABLE = "PLAIT_DATABASE_URL"
OLDEST = 170000
EXAMPLE = "postgresql://role:password@host:5432/plait"


@dataclass(frozen=True)
class Address:
    """What the URL says."""

    user: str
    password: str
    host: str
    port: str
    name: str
    sslmode: str
    sslrootcert: str

    @property
    def where(self) -> str:
        return f"{self.host or 'the local socket'}:{self.port}/{self.name}"


def parse(url: str) -> Address:
    """Read the URL.

    Raises:
        Stop: 3 when it is no address of a PostgreSQL database.
    """
    wrong = Stop(ENVIRONMENT, f"{VARIABLE} is not the address of a PostgreSQL database; it looks like {EXAMPLE}.")
    try:
        parts = urlsplit(url)
        port = str(parts.port or 5432)
    except ValueError:
        raise wrong from None
    query = {k: v[-1] for k, v in parse_qs(parts.query).items()}
    host = unquote(parts.hostname or "") or query.get("host", "")
    name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in {"postgres", "postgresql"} or not host or not name or "/" in name:
        raise wrong
    return Address(
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=host,
        port=query.get("port", port),
        name=name,
        sslmode=query.get("sslmode", ""),
        sslrootcert=query.get("sslrootcert", ""),
    )


def from_environment(environ: Mapping[str, str] = os.environ) -> Address | None:
    url = environ.get(VARIABLE)
    return parse(url) if url else None


def connection(address: Address, places: Places) -> Connection:
    """How Plait's own roles connect."""
    return Connection(address.host, address.port, address.name, places.secrets, address.sslmode, address.sslrootcert)


def connect(address: Address, *, user: str, password: str, name: str) -> "psycopg.Connection[tuple[object, ...]]":
    """Connect, or say in a sentence why not."""
    import psycopg

    tls = {k: v for k, v in (("sslmode", address.sslmode), ("sslrootcert", address.sslrootcert)) if v}
    where = {"host": address.host, "port": address.port, "user": user, "password": password, "dbname": name, **tls}
    try:
        info = psycopg.conninfo.make_conninfo("", connect_timeout=10, application_name="plait", **where)
        return psycopg.connect(info, autocommit=True)
    except psycopg.OperationalError as error:
        said = _reason(str(error))
        raise Stop(ENVIRONMENT, f"The database at {address.where} ({VARIABLE}) cannot be reached as {user}: {said}.") from None


def _reason(text: str) -> str:
    """What libpq means, in its own words but without its preamble."""
    lines = [line.strip() for line in text.splitlines() if line.strip()] or ["no reason given"]
    fatal = [line.rpartition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
    return (fatal or [lines[0].rpartition("failed: ")[2]])[-1].rstrip(".")


# --- preparing a server -----------------------------------------------------------------------------------------------


def statements(address: Address, passwords: dict[str, str], existing: frozenset[str], *, database: bool) -> list[str]:
    """Everything a server needs before the first migration, but for what is done inside the database."""
    lines = roles.role_statements(passwords, existing=existing)
    return lines + (roles.database_statements(address.name) if database else roles.connect_statements(address.name))


def script(address: Address, passwords: dict[str, str]) -> str:
    """The same as SQL for psql, to be read and run by a database administrator. It holds verifiers, no password."""
    outer = statements(address, passwords, frozenset(), database=True)
    return "\n".join(
        [
            "-- Plait: run once with psql as a superuser of the server. Passwords appear as SCRAM verifiers only.",
            *(f"{line};" for line in outer),
            f'\\connect "{address.name}"',
            *(f"{line};" for line in roles.schema_statements()),
            "",
        ]
    )


def is_prepared(address: Address, places: Places) -> bool:
    """Whether Plait's own roles can already connect there."""
    found = connection(address, places)
    if not found.password("owner"):
        return False
    with (
        contextlib.suppress(Stop),
        connect(address, user=roles.OWNER, password=found.password("owner"), name=address.name),
    ):
        return True
    return False


def prepare(address: Address, places: Places) -> None:
    """Make roles and database on the server, as the role in the URL.

    Raises:
        Stop: 3 when the server cannot be reached or is too old, 5 when the role may not make roles; the SQL for an
            administrator is then on standard output.
    """
    private_folder(places.root, 0o711 if is_root() else 0o700)
    passwords = make_secrets(places.secrets)
    if is_prepared(address, places):
        return
    user = address.user or roles.OWNER
    with connect(address, user=user, password=address.password, name="postgres") as there:
        if there.info.server_version < OLDEST:
            raise Stop(
                ENVIRONMENT,
                f"The server at {address.where} is PostgreSQL {there.info.server_version // 10000}; Plait needs 17 or newer.",
            )
        may = there.execute(
            "select rolsuper, rolsuper or (rolcreaterole and rolbypassrls and rolcreatedb and"
            " pg_has_role('pg_read_all_data', 'member with admin option')) from pg_roles where rolname = current_user"
        ).fetchone()
        if may is None or not may[1]:
            print(script(address, passwords), end="")
            raise Stop(
                REFUSED,
                f"The role {user} may not make Plait's roles (it takes CREATEROLE, CREATEDB, BYPASSRLS and pg_read_all_data with"
                " the admin option, or a superuser):"
                " have an administrator run the SQL above with psql, then say ./plait init again.",
            )
        names = {str(row[0]) for row in there.execute("select rolname from pg_roles where starts_with(rolname, 'plait_')")}
        known = there.execute("select 1 from pg_database where datname = %s", [address.name]).fetchone()
        todo = statements(address, passwords, frozenset(names), database=known is None)
        # Who makes a role may administer it, but not act as it: taken for the time of making, then given back.
        lend = not may[0]
        cut = len(roles.role_statements({}))
        if lend:
            todo.insert(cut, f"grant {roles.OWNER} to current_user with set true, inherit true")
        _run(there, todo)
    with connect(address, user=user, password=address.password, name=address.name) as inside:
        _run(inside, [*([f"set role {roles.OWNER}"] if lend else []), *roles.schema_statements()])
        if lend:
            _run(inside, ["reset role", f"revoke {roles.OWNER} from current_user"])


def _run(there: "psycopg.Connection[tuple[object, ...]]", lines: list[str]) -> None:
    import psycopg

    for line in lines:
        try:
            there.execute(line.encode())
        except psycopg.Error as error:
            what = line.partition(" password ")[0]
            raise Stop(REFUSED, f"The server refused `{what}`: {error.diag.message_primary}.") from None


@contextlib.contextmanager
def database(address: Address, places: Places, *, join: bool = False, make: bool = False) -> Iterator[Database]:
    """The counterpart of `embedded.database` on a server of one's own.

    Raises:
        Stop: 5 when another Plait runs on the data folder, 4 when `init` was not run, 3 when there is no connection.
    """
    private_folder(places.root, 0o711 if is_root() else 0o700)
    lock = Lock(places)
    if not lock.take() and not join:
        raise Stop(REFUSED, lock.holder().sentence(places))
    try:
        fresh = not is_prepared(address, places)
        if make:
            prepare(address, places)
        found = connection(address, places)
        if not found.password("app"):
            raise Stop(DATA, f"There is no partnership on {address.where} yet: start one with ./plait init.")
        connect(address, user=roles.APP, password=found.password("app"), name=address.name).close()
        yield Database(found, lock if lock.descriptor is not None else None, fresh)
    finally:
        lock.release()
