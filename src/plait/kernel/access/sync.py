"""Make policies, grants, triggers, composite keys and definer functions of the database equal the registry.

Runs after each `migrate`, as owner, in one transaction. The only file besides `*.sql` beside it that holds string SQL about rights.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from plait.kernel.access.registry import APP, GATE, GROUND, MAINTENANCE, OPEN, OWNER, PUBLIC, STANDARD, WRITE, protected, searched
from plait.kernel.keys.fields import check_of, sealed_columns
from plait.kernel.models.base import Across, Protected, Within

log = logging.getLogger("plait")
HERE = Path(__file__).parent
FUNCTIONS = HERE / "functions.sql"

# who may call which function; what is not named here is for the gate and the owner's triggers only
EXECUTE: dict[str, tuple[str, ...]] = {
    "now()": (APP, PUBLIC, OWNER, GATE, MAINTENANCE),
    "me()": (APP, PUBLIC, OWNER, GATE),
    "visitor()": (APP, PUBLIC, OWNER, GATE),
    "my_holders()": (APP, PUBLIC, GATE),
    "my_small()": (APP, PUBLIC, GATE),
    "my_writable()": (APP, GATE),
    "holds(uuid, int)": (APP, GATE),
    "has_right(text)": (APP, GATE),
    "my_offices()": (APP,),
    "my_rights()": (APP,),
    "is_member()": (APP, GATE),
    "audience(uuid)": (APP,),
    "who(uuid)": (APP,),
    "stewards(uuid)": (APP,),
    "history(text, uuid, uuid)": (APP,),
    "recent(uuid, int)": (APP,),
    "open_circle(int, text)": (APP,),
    "rename_circle(uuid, text)": (APP,),
    "give_seat(uuid, uuid, uuid, int, timestamptz, timestamptz, text, uuid, text)": (APP,),
    "end_seat(uuid)": (APP,),
    "end_seats_from(text, uuid)": (APP,),
    "set_bar(uuid, uuid, text)": (APP,),
    "lift_bar(uuid)": (APP,),
    "give_office(uuid, text, timestamptz, timestamptz, text)": (APP,),
    "end_office(uuid)": (APP,),
    "offices_for_appointing()": (APP,),
    "seat_offices(uuid, text)": (APP,),
    "unseat_offices(uuid)": (APP,),
    "end_own_seats(text, uuid)": (APP,),
    "leave(uuid)": (APP,),
    "closed()": (OWNER, GATE),
    "visiting()": (GATE,),
    "give_link(text, uuid, text, timestamptz, int, text, text, jsonb, text, uuid)": (APP,),
    "open_link(text)": (APP, PUBLIC),
    "visitor_reads()": (APP, PUBLIC),
    "answer(text, text, jsonb, text)": (APP, PUBLIC),
    "links(uuid)": (APP,),
    "end_link(uuid)": (APP,),
    "settle_answer(uuid, text, text, text, uuid)": (APP,),
    "glass_waits()": (APP, GATE),
    "break_glass(uuid, text)": (APP,),
    "glass_reviewer(uuid)": (GATE,),
    "glasses()": (APP,),
    "review_glass(uuid, boolean, text)": (APP,),
    "glass_counts()": (APP, PUBLIC),
    "steward_of(uuid)": (APP,),
    "reviews_seats(uuid)": (APP, GATE),
    "circles_for_review()": (APP,),
    "seats_of(uuid)": (APP,),
    "begin_seat_review(uuid, date)": (APP,),
    "seat_reviews(uuid)": (APP,),
    "answer_seat_review(uuid, text, text)": (APP,),
    "decide_seat_review(uuid, boolean, text)": (APP,),
    "prepare_release(uuid, uuid, text, text, text)": (APP,),
    "send_back(uuid, text)": (APP,),
    "release(uuid, text, date)": (APP,),
    "withdraw(text, uuid, uuid)": (APP,),
    "post_notice(uuid, text, uuid, text, uuid, date, text)": (APP,),
    "claim_notices(text[])": (APP,),
    "mark_notices(uuid[], text, text, text, timestamptz)": (APP,),
    "read_notices(uuid[])": (APP,),
    "forget_notices(timestamptz)": (APP,),
    "recall_notice(uuid)": (APP,),
    "asked_by_me()": (APP,),
    "choose_rhythm(text, text)": (APP,),
    "notices_counted()": (APP,),
    "notices_refused()": (APP,),
    "visitor_may(text)": (APP, PUBLIC),
    "give_grant(text, uuid, text, timestamptz, int)": (APP,),
    "found(text, text, text, text, text)": (OWNER,),
    "unfound(uuid)": (OWNER,),
    "kept(text, boolean, jsonb)": (MAINTENANCE, OWNER),
    "first_recipients(jsonb)": (OWNER,),
    "propose_recipients(jsonb, text)": (APP,),
    "decide_recipients(uuid, boolean)": (APP,),
    "guard()": (OWNER, GATE),
    "made()": (OWNER, GATE),
    "step()": (OWNER, GATE),
    "log_rows()": (OWNER, GATE),
    "note_entry(text, text, text, uuid[], uuid[], jsonb[])": (GATE,),
    "look_at(text, uuid[], uuid[], text, jsonb)": (APP, GATE),
    "look(text, uuid, uuid, text, jsonb)": (APP, GATE),
    "refused(text, text, uuid, uuid)": (APP,),
    "looks_of(text, uuid, uuid, text)": (APP,),
    "new_entries(xid8, int)": (MAINTENANCE,),
    "dispose_looks(timestamptz)": (MAINTENANCE,),
    "epochs()": (APP, OWNER),
    "was_sealed()": (APP, OWNER),
    "sealing_epoch()": (APP, GATE),
    "new_key(uuid, text, uuid, uuid, int, bytea, bigint)": (APP,),
    "open_keys(text, uuid[], uuid[], uuid[], text)": (APP,),
    "sealed()": (OWNER, GATE),
    "add_part(uuid, uuid, int, bytea)": (APP,),
    "room_for_file(uuid, bigint, bigint)": (APP,),
    "disposal_lists(text, uuid, uuid)": (APP,),
    "propose_disposal(text, uuid, uuid, text)": (APP,),
    "take_back_disposal(uuid)": (APP,),
    "agree_disposal(uuid, uuid[])": (APP,),
    "set_hold(text, uuid, uuid, text)": (APP,),
    "lift_hold(uuid)": (APP,),
    "is_held(text, uuid, uuid)": (APP, GATE),
    "replay_disposals(jsonb)": (OWNER,),
    "disposed_register()": (OWNER, MAINTENANCE),
    "cleansed(bigint)": (OWNER, MAINTENANCE),
    "new_secret_key(uuid, text, uuid, int, bytea)": (APP,),
    "secret_key(uuid, text, uuid)": (APP,),
    "forget_secret_key(uuid, text, uuid)": (APP,),
    "words_in(text[])": (GATE,),
    "stemmer(text)": (GATE,),
    "token_hashes(text[])": (GATE,),
    "tokens(jsonb, boolean, text[])": (OWNER, GATE),
    "forms(text, text[])": (GATE,),
    "asked(text, text[], boolean)": (APP,),
    "alike(text[], text[], text, text[])": (APP,),
    "keep_tokens()": (OWNER, GATE),
}
DISPOSING = ("disposal_set(text, uuid, uuid)", "disposable(text, uuid, uuid)", "dispose_row(text, uuid, uuid)")
PRIVATE = ("token_part(int)", "seated(uuid)", "refuse()", "as_machine(text)", "as_nobody()", "recipient_list(jsonb)", *DISPOSING)
"""Called by the gate's other functions and by nobody else."""
TABLES = """
create table if not exists plait.gate_key(one boolean primary key default true check (one), k_in bytea not null, k_out bytea not null);
create table if not exists plait.copy_source(circle_id uuid not null, kind text not null, record_id uuid not null, source_id uuid not null, primary key (circle_id, kind, record_id));
create table if not exists plait.loading(one boolean primary key default true check (one), until timestamptz not null);
create table if not exists plait.search_key(one boolean primary key default true check (one), k_in bytea not null, k_out bytea not null);
create table if not exists plait.searched(tab text primary key, made_by text not null, rows bigint not null, tokens bigint not null);
"""
# Wrapped keys: a schema of their own, so that the data backup can leave it out and the keys backup take it and nothing else.
KEYS = """
create schema if not exists plait_keys;
grant usage on schema plait_keys to plait_gate, plait_maintenance;
create table if not exists plait_keys.epoch(n int primary key check (n > 0), state text not null check (state in ('coming', 'current', 'leaving', 'retired')), proof bytea not null check (octet_length(proof) = 32), made_at timestamptz not null, retired_at timestamptz);
create unique index if not exists epoch_current on plait_keys.epoch((true)) where state = 'current';
create table if not exists plait_keys.key(id uuid primary key, tab text not null, row_id uuid not null, circle_id uuid, epoch int not null references plait_keys.epoch(n), wrapped bytea not null check (octet_length(wrapped) = 61), uses bigint not null check (uses between 1 and 4294967295), made_at timestamptz not null);
create index if not exists key_row on plait_keys.key(tab, row_id);
create index if not exists key_epoch on plait_keys.key(epoch);
create table if not exists plait_keys.disposed(number bigint generated always as identity primary key, tab text not null, row_id uuid not null, circle_id uuid not null, at timestamptz not null, cleansed_at timestamptz, unique (tab, row_id));
create table if not exists plait.disposable_tables(tab text primary key, blanks text not null, gone text not null);
create table if not exists plait.disposed_with(tab text not null, link text not null, here text not null, there text not null, target text not null, primary key (tab, link));
create table if not exists plait.sealed_since(one boolean primary key default true check (one), at timestamptz not null);
"""
EVENTS = (
    ("i", "insert", "new table as fresh"),
    ("u", "update", "old table as gone new table as fresh"),
    ("d", "delete", "old table as gone"),
)
SENTINEL = uuid.UUID(int=0)
"""A circle in which nobody sits: its one token makes a search that finds nothing do the same work as one that finds something hidden."""
NOW = "create or replace function plait.now() returns timestamptz language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp as $$ {body} $$"


def after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    """Signal handler. Flush and mirrors send the signal too: only the owner's connection may act on it."""
    if connections[using].settings_dict["USER"] == OWNER:
        sync(using)


def pads(key: bytes) -> tuple[bytes, bytes]:
    """HMAC's inner and outer padded keys for a 64-byte block (RFC 2104)."""
    block = key.ljust(64, b"\0")
    return bytes(b ^ 0x36 for b in block), bytes(b ^ 0x5C for b in block)


def sync(using: str = "owner") -> None:
    """Bring the database to the registry. Idempotent."""
    from plait.kernel.acting import token_key

    connection = connections[using]
    moved_clock = bool(settings.TEST_CLOCK)
    if moved_clock and not str(connection.settings_dict["NAME"]).startswith(("test_", "plait_template", "plait_scratch")):
        raise RuntimeError("the clock moves in test databases only")
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for statement in (TABLES.strip() + KEYS).strip().split("\n"):
            cursor.execute(statement)
        k_in, k_out = pads(token_key())
        cursor.execute(
            "insert into plait.gate_key(one, k_in, k_out) values (true, %s, %s) on conflict (one) do update set k_in = excluded.k_in, k_out = excluded.k_out",
            [k_in, k_out],
        )
        if moved_clock:
            cursor.execute(
                "create table if not exists plait.clock(one boolean primary key default true check (one), shift interval not null)"
            )
            cursor.execute("insert into plait.clock(one, shift) values (true, '0') on conflict do nothing")
        _functions(cursor, moved_clock)
        _grants(cursor)
        for table, ground in GROUND.items():
            _secure(cursor, table, {"select": (ground.read, ground.public)} if ground.read else {})
            cursor.execute(f"create policy gate on {table} for all to {GATE} using (true) with check (true)")
            _triggers(cursor, table, guard=ground.guarded, rows=False, log=ground.logged, day=ground.day_only)
        for model in protected():
            _protect(cursor, model)
        _disposal(cursor)
        _own_keys(cursor)
        cursor.execute("drop trigger if exists closed on kernel_account")
        cursor.execute(
            "create trigger closed after update of is_active on kernel_account for each row execute function plait.closed()"
        )
        _index(cursor)
        _shapes(cursor)


def statements() -> list[str]:
    """Every definer function: `functions.sql` first, then what each other file beside it adds, by name."""
    files = [FUNCTIONS, *sorted(p for p in HERE.glob("*.sql") if p != FUNCTIONS)]
    return [s for path in files for s in path.read_text(encoding="utf-8").split("\n-----\n")]


def _functions(cursor: CursorWrapper, moved_clock: bool) -> None:
    cursor.execute(f"grant create on schema plait to {GATE}")
    cursor.execute(f"set local role {GATE}")
    cursor.execute(
        NOW.format(body="select pg_catalog.now() + (select shift from plait.clock)" if moved_clock else "select pg_catalog.now()")
    )
    cursor.execute("drop function if exists plait.release(uuid, text)")  # it says a day now
    for statement in statements():
        cursor.execute(statement)
    for signature, roles in EXECUTE.items():
        cursor.execute(f"revoke all on function plait.{signature} from public, {APP}, {PUBLIC}, {OWNER}, {MAINTENANCE}")
        cursor.execute(f"grant execute on function plait.{signature} to {', '.join(roles)}")
    for signature in PRIVATE:
        cursor.execute(f"revoke all on function plait.{signature} from public")
    cursor.execute("reset role")
    cursor.execute(f"revoke create on schema plait from {GATE}")


def _grants(cursor: CursorWrapper) -> None:
    every = [*(m._meta.db_table for m in protected()), *GROUND, *OPEN]
    names = ", ".join(every)
    cursor.execute(f"revoke all on {names} from public, {APP}, {PUBLIC}, {GATE}, {MAINTENANCE}")
    cursor.execute(
        f"revoke all on plait.gate_key, plait.copy_source, plait.loading, plait.search_key, plait.searched from public, {APP}, {PUBLIC}, {GATE}"
    )
    cursor.execute(f"grant select on plait.gate_key, plait.loading, plait.search_key to {GATE}")
    cursor.execute(f"grant select, insert, update on plait.copy_source to {GATE}")
    cursor.execute(f"revoke all on all tables in schema plait_keys from public, {APP}, {PUBLIC}, {GATE}")
    cursor.execute(f"revoke all on plait.sealed_since from public, {APP}, {PUBLIC}, {GATE}")
    cursor.execute(f"grant select, update on plait_keys.epoch to {GATE}")  # `for share` asks for the right to update
    cursor.execute(f"grant select, insert, delete on plait_keys.key to {GATE}")
    cursor.execute(f"grant select, insert, update on plait_keys.disposed to {GATE}")
    cursor.execute(f"revoke all on plait.disposable_tables, plait.disposed_with from public, {APP}, {PUBLIC}, {GATE}")
    cursor.execute(f"grant select on plait.sealed_since, plait.disposable_tables, plait.disposed_with to {GATE}")
    cursor.execute("select to_regclass('plait.clock') is not null")
    if cursor.fetchone()[0]:
        cursor.execute(f"grant select on plait.clock to {GATE}")
    for table, o in OPEN.items():
        for role, rights in ((APP, o.app), (PUBLIC, o.public), (GATE, o.gate), (MAINTENANCE, o.maintenance)):
            if rights:
                cursor.execute(f"grant {rights} on {table} to {role}")
    for table, g in GROUND.items():
        cursor.execute(f"grant {g.gate} on {table} to {GATE}")
        if g.maintenance:
            cursor.execute(f"grant {g.maintenance} on {table} to {MAINTENANCE}")
        if g.read:
            cursor.execute(f"grant select on {table} to {APP}{', ' + PUBLIC if g.public else ''}")
    for model in protected():
        cursor.execute(f"grant select, insert, update, delete on {model._meta.db_table} to {APP}")
    cursor.execute("grant usage on all sequences in schema public to plait_gate")
    # a public page's policy on `circle` reads seats: the public role sees none, but must be allowed to look
    cursor.execute(f"grant select on kernel_seat, kernel_bar to {PUBLIC}")


def _secure(cursor: CursorWrapper, table: str, policies: dict[str, tuple[str, bool]]) -> None:
    cursor.execute(f"alter table {table} enable row level security")
    cursor.execute(f"alter table {table} force row level security")
    cursor.execute("select policyname from pg_policies where schemaname = 'public' and tablename = %s", [table])
    for (name,) in cursor.fetchall():
        cursor.execute(f'drop policy "{name}" on {table}')
    for command, (condition, public) in policies.items():
        role = f"{APP}, {PUBLIC}" if public or table in ("kernel_seat", "kernel_bar") else APP
        cursor.execute(f"create policy reads on {table} for {command} to {role} using ({condition.format(t=table)})")


def _protect(cursor: CursorWrapper, model: type[Protected]) -> None:
    table = model._meta.db_table
    _secure(cursor, table, {"select": (STANDARD, False)})
    cursor.execute(f"create policy adds on {table} for insert to {APP} with check ({WRITE})")
    cursor.execute(f"create policy changes on {table} for update to {APP} using ({WRITE}) with check ({WRITE})")
    cursor.execute(f"create policy removes on {table} for delete to {APP} using ({WRITE})")
    sealed = list(sealed_columns(model).values())
    _triggers(cursor, table, guard=True, rows=True, log=True, day=model.day_only, sealed=sealed)
    for column in sealed:
        _sealed(cursor, table, column)
    if model.searchable:
        for letter, event, refs in EVENTS:
            cursor.execute(
                f"create trigger y_words_{letter} after {event} on {table} referencing {refs} for each statement execute function plait.keep_tokens({_words(model)})"
            )
    for field in model._meta.local_fields:
        if isinstance(field, Within):
            _key(cursor, table, field.column, "circle_id", field.related_model._meta.db_table)
        elif isinstance(field, Across):
            _key(cursor, table, field.column, f"{field.name}_circle_id", field.related_model._meta.db_table)


def _key(cursor: CursorWrapper, table: str, column: str, circle: str, target: str) -> None:
    name = f"{table}_{column}_pair"[:63]
    cursor.execute("select 1 from pg_constraint where conname = %s and conrelid = %s::regclass", [name, table])
    if cursor.fetchone() is None:
        cursor.execute(
            f"alter table {table} add constraint {name} foreign key ({column}, {circle}) references {target} (id, circle_id) deferrable initially deferred"
        )


def _disposal(cursor: CursorWrapper) -> None:
    """What disposing of a row of each table makes of it, and which rows go with it, as the models say."""
    cursor.execute("delete from plait.disposable_tables")
    cursor.execute("delete from plait.disposed_with")
    for model in protected():
        if model.disposal is None:
            continue
        table = model._meta.db_table
        fields = {str(f.column): model.disposal[f.name] for f in model._meta.local_fields if f.name in model.disposal}
        blanks = {**dict.fromkeys(sealed_columns(model).values(), "null"), **fields}
        cursor.execute(
            "insert into plait.disposable_tables(tab, blanks, gone) values (%s, %s, %s)",
            [
                table,
                ", ".join(f"{column} = {value}" for column, value in blanks.items()),
                " and ".join(f"{column} is not distinct from {value}" for column, value in blanks.items()),
            ],
        )
        cursor.execute(f"create policy disposes on {table} for all to {GATE} using (true) with check (true)")
        cursor.execute(f"grant select, update on {table} to {GATE}")
        for link, here, there, target in model.disposed_with:
            cursor.execute("insert into plait.disposed_with values (%s, %s, %s, %s, %s)", [table, link, here, there, target])
            cursor.execute(f"create policy disposes on {link} for select to {GATE} using (true)")
            cursor.execute(f"grant select on {link} to {GATE}")


def _sealed(cursor: CursorWrapper, table: str, column: str) -> None:
    """No plain text stands in a sealed column, whoever writes it."""
    name = f"{table}_{column}_sealed"[:63]
    cursor.execute("select 1 from pg_constraint where conname = %s and conrelid = %s::regclass", [name, table])
    if cursor.fetchone() is None:
        cursor.execute(f"alter table {table} add constraint {name} check ({check_of(column)})")


def _triggers(
    cursor: CursorWrapper, table: str, *, guard: bool, rows: bool, log: bool, day: bool, sealed: Sequence[str] = ()
) -> None:
    cursor.execute("select tgname from pg_trigger where tgrelid = %s::regclass and not tgisinternal", [table])
    for (name,) in cursor.fetchall():
        cursor.execute(f"drop trigger {name} on {table}")
    if guard:
        cursor.execute(
            f"create trigger a_guard before insert or update or delete on {table} for each statement execute function plait.guard()"
        )
    if rows:
        cursor.execute(f"create trigger b_made before insert on {table} for each row execute function plait.made()")
        cursor.execute(f"create trigger b_step before update on {table} for each row execute function plait.step()")
    if sealed:
        columns = ", ".join(f"'{c}'" for c in sealed)
        cursor.execute(
            f"create trigger c_sealed before insert or update on {table} for each row execute function plait.sealed({columns})"
        )
    if log:
        arg = "'day'" if day else ""
        for letter, event, refs in EVENTS:
            cursor.execute(
                f"create trigger z_log_{letter} after {event} on {table} referencing {refs} for each statement execute function plait.log_rows({arg})"
            )


def _own_keys(cursor: CursorWrapper) -> None:
    """A seat's copies of its circle's kind and date, and of the kind of circle that holds it, are kept true by keys; so is a part's file."""
    for table, name, definition in (
        (
            "kernel_seat",
            "seat_circle_true",
            "foreign key (circle_id, kind, sort_at) references kernel_circle (id, kind, opened_at) on update cascade",
        ),
        ("kernel_seat", "seat_via_true", "foreign key (via_id, via_kind) references kernel_circle (id, kind)"),
        (
            "kernel_filepart",
            "filepart_file_true",
            "foreign key (file_id, circle_id) references kernel_file (id, circle_id) deferrable initially deferred",
        ),
    ):
        cursor.execute("select 1 from pg_constraint where conname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f"alter table {table} add constraint {name} {definition}")


def _words(model: type[Protected]) -> str:
    """Arguments of the trigger that keeps a table's words."""
    return ", ".join(f"'{a}'" for a in ("named" if model.names else "plain", *model.searchable))


def search_key() -> bytes:
    """The key of the whole database's tokens, made from the secret outside of it: tokens without the secrets folder say nothing."""
    from plait.kernel.acting import token_key

    return hmac.new(token_key(), b"plait: words", hashlib.sha256).digest()


def _index(cursor: CursorWrapper) -> None:
    """The words of rows that stood there before their table was searchable, or before key or rules changed. Counted; a wrong count stops it.

    Row security binds the owner too: inside this transaction, which holds the tables alone, it does not.
    """
    k_in, k_out = pads(search_key())
    cursor.execute(
        "insert into plait.search_key(one, k_in, k_out) values (true, %s, %s) on conflict (one) do update set k_in = excluded.k_in, k_out = excluded.k_out",
        [k_in, k_out],
    )
    rules = hashlib.sha256((HERE / "search.sql").read_bytes() + k_in).hexdigest()
    cursor.execute("select tab, made_by from plait.searched")
    before = dict(cursor.fetchall())
    wanted = {m._meta.db_table: (m, f"{rules} {_words(m)}") for m in searched()}
    cursor.execute("alter table kernel_token no force row level security")
    cursor.execute(
        "insert into kernel_token(hash, circle_id, sort_at, tab, row_id) values (0, %s, '2000-01-01Z', '', %s) on conflict do nothing",
        [SENTINEL, SENTINEL],
    )
    for table in sorted(before.keys() - wanted.keys()):
        cursor.execute("delete from kernel_token where tab = %s", [table])
        cursor.execute("delete from plait.searched where tab = %s", [table])
    for table, (model, made_by) in wanted.items():
        if before.get(table) == made_by:
            continue
        cursor.execute("delete from kernel_token where tab = %s", [table])
        cursor.execute(f"alter table {table} no force row level security")
        columns = "array[" + ", ".join(f"'{c}'" for c in model.searchable) + "]"
        cursor.execute(
            f"with given as materialized (select r.id, r.circle_id, r.made_at, plait.tokens(to_jsonb(r), {model.names}, {columns}) hs from {table} r),"
            f" put as (insert into kernel_token(hash, circle_id, sort_at, tab, row_id)"
            f" select h, circle_id, made_at, '{table}', id from given cross join lateral unnest(hs) h returning 1)"
            f" select (select count(*) from given), (select coalesce(sum(cardinality(hs)), 0) from given), (select count(*) from put), (select count(*) from {table})"
        )
        given, tokens, put, rows = cursor.fetchone()
        cursor.execute(f"alter table {table} force row level security")
        if (given, tokens) != (rows, put):
            raise RuntimeError(f"{table}: {given} of {rows} rows and {put} of {tokens} words were made ready for search")
        if rows:
            log.info("search: %d rows of %s made ready, %d words", rows, table, put)
        cursor.execute(
            "insert into plait.searched(tab, made_by, rows, tokens) values (%s, %s, %s, %s)"
            " on conflict (tab) do update set made_by = excluded.made_by, rows = excluded.rows, tokens = excluded.tokens",
            [table, made_by, rows, put],
        )
    cursor.execute("alter table kernel_token force row level security")


NEITHER = "00000000-0000-0000-0000-000000000000"
"""Who acts when the program itself does: nobody."""
ENTER = """
insert into kernel_entry(at, who, verb, tab, op, row_id, circle_id, before, after, salt, commitment)
select t, w, 'kernel.migrate', %(tab)s::text, %(op)s::text, x.r, x.c, null, x.a, x.s, sha256('\\x706c6169742d6c6f672d763100'::bytea || x.s || convert_to(jsonb_build_object('at', t,
  'who', w, 'verb', 'kernel.migrate', 'table', %(tab)s::text, 'op', %(op)s::text, 'row', x.r, 'circle', x.c, 'before', null, 'after', x.a)::text, 'UTF8'))
from (select {row} r, {circle} c, {after} a, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) s from {source} offset 0) x,
  (select plait.now() t, %(who)s::uuid w) y
"""


def _shapes(cursor: CursorWrapper) -> None:
    """What a migration did to the columns of a logged table is an entry too (S): which came, with the value that every row has now, and which
    went. Where the rows have different values, each row as it stands is entered (M); the first time, each row without an entry is. So `verify` tells a migration from a hand in the table.
    """
    tables = [m._meta.db_table for m in protected()] + [t for t, g in GROUND.items() if g.logged]
    cursor.execute("set local timezone = 'UTC'")
    cursor.execute(
        "select c.relname, jsonb_object_agg(a.attname, format_type(a.atttypid, a.atttypmod))::text from pg_attribute a join pg_class c on c.oid = a.attrelid"
        " where c.relnamespace = 'public'::regnamespace and c.relname = any(%s) and a.attnum > 0 and not a.attisdropped group by 1",
        [tables],
    )
    now = {table: json.loads(columns) for table, columns in cursor.fetchall()}
    cursor.execute("alter table kernel_entry no force row level security")
    cursor.execute(
        "select distinct on (tab) tab, after ->> 'columns' from kernel_entry where op = 'S' and tab = any(%s) order by tab, id desc",
        [tables],
    )
    said = {table: json.loads(columns) for table, columns in cursor.fetchall()}
    for table in tables:
        if table not in said:  # before the first such entry: as the entries of its rows have them
            cursor.execute(
                "select after::text from kernel_entry where tab = %s and op in ('I', 'U') order by id desc limit 1", [table]
            )
            found = cursor.fetchone()
            known = dict.fromkeys(json.loads(found[0])) if found else now[table]
            known = {name: now[table].get(name, "") for name in known}
        else:
            known = said[table]
        if said.get(table) == now[table]:
            continue
        came = [name for name, kind in now[table].items() if known.get(name) != kind]
        gone = [name for name, kind in known.items() if now[table].get(name) != kind]
        added, mixed = {}, False
        cursor.execute(f"alter table {table} no force row level security")
        for name in came:
            cursor.execute(f"select distinct coalesce(to_jsonb(\"{name}\"), 'null')::text from {table} limit 2")
            values = cursor.fetchall()
            mixed = mixed or len(values) > 1
            if len(values) == 1:
                added[name] = json.loads(values[0][0])
        shape = json.dumps({"columns": now[table], "added": added, "gone": gone})
        one = {"tab": table, "who": NEITHER}
        cursor.execute(
            ENTER.format(row="%(who)s::uuid", circle="%(who)s::uuid", after="%(shape)s::jsonb", source="(values (1)) v"),
            {**one, "op": "S", "shape": shape},
        )
        if mixed or table not in said:
            # mixed values: every row; the first time: rows that stood there without an entry
            source = (
                f"{table} z"
                if mixed
                else f"{table} z where not exists (select 1 from kernel_entry e where e.tab = '{table}' and e.row_id = z.id)"
            )
            cursor.execute(ENTER.format(row="z.id", circle="z.circle_id", after="to_jsonb(z)", source=source), {**one, "op": "M"})
        cursor.execute(f"alter table {table} force row level security")
    cursor.execute("alter table kernel_entry force row level security")
