"""The six database roles and what a database of Plait's is before its first migration, as SQL.

One text for the embedded server (single-user mode), the tests' cluster, a server of one's own, and the database
administrator who wants to read it first. Passwords appear as SCRAM verifiers only: no server is ever told one.
"""

import base64
import hashlib
import hmac
import os

OWNER, GATE, APP, PUBLIC, BACKUP, MAINTENANCE = (
    "plait_owner",
    "plait_gate",
    "plait_app",
    "plait_public",
    "plait_backup",
    "plait_maintenance",
)
NOTHING = "nosuperuser nocreatedb nocreaterole noreplication nobypassrls"
BYPASS = "nosuperuser nocreatedb nocreaterole noreplication bypassrls"

ATTRIBUTES = {
    OWNER: f"login {NOTHING}",  # owns tables, migrates; row security is forced on it too
    GATE: f"nologin {NOTHING}",  # owns the definer functions and nothing else
    APP: f"login {NOTHING} noinherit connection limit 40",
    PUBLIC: f"login {NOTHING} noinherit connection limit 20",
    BACKUP: f"login {BYPASS} connection limit 3",
    MAINTENANCE: f"login {BYPASS} connection limit 8",  # the worker's chores; has rights on single columns and tables without content
}
IN_TESTS = {
    OWNER: f"login {NOTHING} createdb".replace(" nocreatedb", ""),
    APP: f"login {NOTHING} noinherit",
    PUBLIC: f"login {NOTHING} noinherit",
    "plait_tamper": "login superuser",  # plays whoever has broken in: proves that tampering is found
}


def verifier(password: str, *, salt: bytes | None = None, rounds: int = 4096) -> str:
    """SCRAM-SHA-256 verifier of a password as PostgreSQL stores it (RFC 5802, RFC 7677).

    Passwords are our own random ASCII, so SASLprep changes nothing.
    """
    salt = os.urandom(16) if salt is None else salt
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, rounds)
    client = hmac.digest(salted, b"Client Key", "sha256")
    server = hmac.digest(salted, b"Server Key", "sha256")
    b64 = [base64.b64encode(x).decode() for x in (salt, hashlib.sha256(client).digest(), server)]
    return f"SCRAM-SHA-256${rounds}:{b64[0]}${b64[1]}:{b64[2]}"


def _password_clause(role: str, passwords: dict[str, str]) -> str:
    password = passwords.get(role.removeprefix("plait_"))
    return f" password '{verifier(password)}'" if password else ""


def role_statements(passwords: dict[str, str], *, tests: bool = False, existing: frozenset[str] = frozenset()) -> list[str]:
    """Make the roles, or bring `existing` ones to the same attributes."""
    attributes = {**ATTRIBUTES, **(IN_TESTS if tests else {})}
    lines = [
        f"{'alter' if role in existing else 'create'} role {role} {how}{_password_clause(role, passwords)}"
        for role, how in attributes.items()
    ]
    return [
        *lines,
        f"grant pg_read_all_data to {BACKUP}",
        f"alter role {BACKUP} set default_transaction_read_only = on",
        # So that the owner can `set local role plait_gate` and make the gate's functions, without being the gate.
        f"grant {GATE} to {OWNER} with inherit false, set true",
        # So that what was disposed of leaves the files too (plait.kernel.disposal). Where the server's administrator may not give these, the
        # routine says so; it reads nothing by them.
        f"do $$ begin grant pg_maintain, pg_checkpoint to {MAINTENANCE}; exception when insufficient_privilege then null; end $$",
    ]


def test_statements(password: str, *, existing: bool) -> list[str]:
    """On a server where `init` has made the roles: what the tests need besides. Never on a partnership's server."""
    lines = [f"alter role {role} {how}" for role, how in IN_TESTS.items() if role in ATTRIBUTES]
    lines += [f"alter role {role} connection limit -1" for role in IN_TESTS if role in ATTRIBUTES]
    return [
        *lines,
        f"{'alter' if existing else 'create'} role plait_tamper {IN_TESTS['plait_tamper']} password '{verifier(password)}'",
    ]


def database_statements(name: str) -> list[str]:
    """Make the database; run in another one."""
    return [f'create database "{name}" owner {OWNER}', *connect_statements(name)]


def connect_statements(name: str) -> list[str]:
    """Who may enter. A copy of a database does not take these along: say them again for each."""
    others = ", ".join((APP, PUBLIC, BACKUP, MAINTENANCE))
    return [f'revoke all on database "{name}" from public', f'grant connect on database "{name}" to {others}']


def schema_statements() -> list[str]:
    """Prepare the database; run inside it. Of the rest the migrations and `sync` take care, as the owner."""
    others = ", ".join((APP, PUBLIC, BACKUP, GATE, MAINTENANCE))
    return [
        "revoke all on schema public from public",
        f"alter schema public owner to {OWNER}",
        f"grant usage on schema public to {others}",
        f"create schema if not exists plait authorization {OWNER}",
        f"grant usage on schema plait to {others}",
        f"do $$ begin grant execute on function pg_switch_wal() to {MAINTENANCE}; exception when insufficient_privilege then null; end $$",
    ]
