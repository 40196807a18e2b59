"""What the benches of lists, search and seats stand on: a partnership with very many matters.

N matters in a circle of their own, 500 accounts, 40 organisations, 60 panels; 2.2 seats a matter (held by persons, organisations and
panels; 5% ended, 2% not begun), 20,000 bars, four words a title out of 4,000, few of them common. A typical account sees 1.1% of the
matters, five heavy ones sit in every panel and see a fifth. Beside it what others would do: the same rights flattened into one table
without row security, full text without any rule, and the tables of django-guardian 3.5.2.

Filled by a superuser with triggers off: filling is not what is measured. Invented and seeded.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import md5, sha256
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
os.environ["DJANGO_SETTINGS_MODULE"] = "_settings"
sys.path.insert(0, str(HERE))

import django  # noqa: E402

django.setup()

from django.db import connections, transaction  # noqa: E402

from plait.kernel import scratch  # noqa: E402
from plait.kernel.access import sync  # noqa: E402
from plait.kernel.acting import Asker, acting  # noqa: E402
from plait.kernel.founding import found  # noqa: E402

MANY = int(os.environ.get("PLAIT_BENCH_ROWS", "1000000"))
FEW = MANY // 100
HEAVY, TYPICAL = range(5), range(5, 500)

FILL = """
set session_replication_role = replica; set synchronous_commit = off; set max_parallel_workers_per_gather = 0; set maintenance_work_mem = '512MB'; set work_mem = '256MB';
select setseed(0.42);
create temp table z as select '9999-12-31Z'::timestamptz forever;
insert into kernel_account(id, password, email, name, language, is_active, made_at) select md5('account' || i)::uuid, '!', 'a' || i || '@example.org', 'Account ' || i, 'en', true, now() from generate_series(0, 509) i;
create temp table a as select i no, i % 40 org, md5('account' || i)::uuid id from generate_series(0, 499) i;
create temp table c as
  select 2 kind, i no, md5('org' || i)::uuid id, timestamptz '2020-01-01Z' opened_at from generate_series(0, 39) i union all
  select 3, i, md5('panel' || i)::uuid, '2020-01-01Z' from generate_series(0, 59) i union all
  select 4, i, md5('matter' || i)::uuid, timestamptz '2021-01-01Z' + random() * interval '2000 days' from generate_series(0, {n} - 1) i;
create index on c(kind, no); analyze c;
insert into kernel_circle(id, kind, name, opened_at) select id, kind, 'Circle ' || no, opened_at from c;
create temp table p as select id from kernel_circle where kind = 1;
create temp table own as select i c, (random() * 39.999)::int % 40 org, (random() * 1e6)::int r1, (random() * 1e6)::int r2, random() < .5 both_of_them from generate_series(0, {n} - 1) i;
create temp table raw(account uuid, via uuid, vk int, c int, k int);
insert into raw select md5('account' || (org + 40 * (r1 % 12)))::uuid, null, null, c, 0 from own;
insert into raw select md5('account' || (org + 40 * (r2 % 12)))::uuid, null, null, c, 0 from own where both_of_them;
insert into raw select md5('account' || (random() * 499)::int)::uuid, null, null, (random() * ({n} - 1))::int, 0 from generate_series(1, {n} * 3 / 10);
insert into raw select null, md5('org' || (random() * 39)::int)::uuid, 2, (random() * ({n} - 1))::int, 0 from generate_series(1, {n} * 4 / 100);
insert into raw select null, md5('panel' || (random() * 59)::int)::uuid, 3, c, 0 from own where random() < .2;
insert into raw select account, via, vk, (random() * ({n} - 1))::int, 1 from raw where k = 0 and random() < .05;
insert into raw select account, via, vk, (random() * ({n} - 1))::int, 2 from raw where k = 0 and random() < .02;
drop index seat_drive, seat_circle, seat_source;
insert into kernel_seat(id, account_id, via_id, via_kind, circle_id, kind, sort_at, level, starts, ends, source, reason)
  select gen_random_uuid(), r.account, r.via, r.vk, c.id, 4, c.opened_at, case when r.via is null then 1 else 3 end, case k when 2 then now() + interval '200 days' else c.opened_at end,
    case k when 1 then now() - interval '1 day' else z.forever end, 'bench', 'invented' from raw r join c on c.kind = 4 and c.no = r.c, z;
create temp table pm as select no, id, (random() * 59)::int panel, 0 k from a where no >= 5 union select no, id, (random() * 59)::int, 0 from a where no >= 5
  union select no, id, g, 0 from a, generate_series(0, 59) g where no < 5;
insert into pm select no, id, (random() * 59)::int, 1 from a where no >= 5 and random() < .1;
insert into pm select no, id, (random() * 59)::int, 2 from a where no >= 5 and random() < .04;
insert into kernel_seat(id, account_id, circle_id, kind, sort_at, level, starts, ends, source, reason)
  select gen_random_uuid(), pm.id, c.id, 3, c.opened_at, case when pm.no < 5 then 3 else 1 end, case pm.k when 2 then now() + interval '200 days' else '2020-01-01Z' end,
    case pm.k when 1 then now() - interval '1 day' else z.forever end, 'bench', 'invented' from pm join c on c.kind = 3 and c.no = pm.panel, z
  union all select gen_random_uuid(), a.id, c.id, 2, c.opened_at, 1, '2020-01-01Z', z.forever, 'bench', 'invented' from a join c on c.kind = 2 and c.no = a.org, z
  union all select gen_random_uuid(), a.id, k.id, 1, k.opened_at, 1, '2020-01-01Z', z.forever, 'bench', 'invented' from a, kernel_circle k, z where k.kind = 1;
-- ten accounts that sit in exactly a thousand matters, half of them through a panel of their own: for growth
insert into kernel_circle(id, kind, name, opened_at) select md5('growth' || i)::uuid, 3, 'Growth ' || i, '2020-01-01Z' from generate_series(500, 509) i;
insert into kernel_seat(id, account_id, circle_id, kind, sort_at, level, starts, ends, source, reason)
  select gen_random_uuid(), md5('account' || i)::uuid, md5('growth' || i)::uuid, 3, '2020-01-01Z', 1, '2020-01-01Z', z.forever, 'bench', 'invented' from generate_series(500, 509) i, z;
create temp table g as select i, c.id, c.opened_at, row_number() over (partition by i order by md5(c.id::text || i)) r from c, generate_series(500, 509) i where c.kind = 4 and c.no % greatest({n} / 10000, 1) = 0;
insert into kernel_seat(id, account_id, via_id, via_kind, circle_id, kind, sort_at, level, starts, ends, source, reason)
  select gen_random_uuid(), case when r <= 500 then md5('account' || i)::uuid end, case when r > 500 then md5('growth' || i)::uuid end, case when r > 500 then 3 end,
    id, 4, opened_at, 1, opened_at, z.forever, 'bench', 'invented' from g, z where r <= 1000;
create index seat_drive on kernel_seat(holder, kind, sort_at, circle_id) include (starts, ends, level);
create index seat_circle on kernel_seat(circle_id, holder) include (kind, starts, ends, level);
create index seat_source on kernel_seat(source_id);
vacuum (analyze, freeze) kernel_seat;
-- bars from ten whole panels, then effective rights, flattened: what a program would keep that has no row security, then bars from matters
insert into kernel_bar(id, account_id, circle_id, reason, made_at) select gen_random_uuid(), account_id, circle_id, 'invented', now() from (
  select account_id, circle_id from kernel_seat where kind = 3 and starts <= now() and now() < ends and circle_id in (select id from c where kind = 3)
    and account_id not in (select id from a where no < 5) order by md5(account_id::text || circle_id) limit 10) q;
create unlogged table bench_pairs as
  select distinct account, circle_id, sort_at from (
    select s.account_id account, s.circle_id, s.sort_at from kernel_seat s where s.kind = 4 and s.account_id is not null and starts <= now() and now() < ends
    union all select m.account_id, s.circle_id, s.sort_at from kernel_seat m join kernel_seat s on s.via_id = m.circle_id and s.kind = 4
      where m.kind in (2, 3) and m.starts <= now() and now() < m.ends and s.starts <= now() and now() < s.ends
      and (m.account_id, m.circle_id) not in (select account_id, circle_id from kernel_bar)) q;
insert into kernel_bar(id, account_id, circle_id, reason, made_at)
  select gen_random_uuid(), account, circle_id, 'invented', now() from (select account, circle_id from bench_pairs where random() < .0032 and account in (select id from a) limit 19990) q;
analyze kernel_bar;
delete from bench_pairs p using kernel_bar b where b.account_id = p.account and b.circle_id = p.circle_id;
-- the records, four words a title
create temp table words as select w, 'w' || w word, (plait.token_hashes(array['w:w' || w]))[1] h from generate_series(0, 3999) w;
create temp table said as select c.id circle_id, c.opened_at, md5('case' || c.no)::uuid id, c.no, array_agg((10 * (power(401.0, random()) - 1))::int % 4000) ws from c, generate_series(1, 4) where c.kind = 4 group by 1, 2, 3, 4;
insert into bench_matter(id, circle_id, version, made_at, made_by_id, title, status, lang)
  select id, circle_id, 1, opened_at, md5('account0')::uuid, (select string_agg('w' || w, ' ') from unnest(ws) w), no % 5, 'en' from said;
drop index token_row;
insert into kernel_token(hash, circle_id, sort_at, tab, row_id) select distinct h, circle_id, opened_at, 'bench_matter', id from said cross join lateral unnest(ws) x(w) join words using (w);
create index token_row on kernel_token(row_id, hash);
create table bench_flat(account uuid not null, created timestamptz not null, matter uuid not null, primary key (account, created, matter));
insert into bench_flat select p.account, p.sort_at, m.id from bench_pairs p join bench_matter m using (circle_id) order by 1, 2;
create table bench_text as select id, circle_id, made_at, title, to_tsvector('english', title) tsv from bench_matter;
create index on bench_text using gin(tsv); create index on bench_text(made_at, circle_id); alter table bench_text add primary key (id);
create table bench_bar as select b.account_id, b.circle_id, c.kind from kernel_bar b join kernel_circle c on c.id = b.circle_id; create index on bench_bar(account_id); analyze bench_bar;
create table bench_plain(like kernel_seat including defaults including generated including indexes);
alter table bench_matter no force row level security;
vacuum (analyze, freeze) kernel_circle; vacuum (analyze, freeze) kernel_bar; vacuum (analyze, freeze) bench_matter; vacuum (analyze, freeze) kernel_token; vacuum (analyze, freeze) bench_flat; vacuum (analyze, freeze) bench_text;
vacuum (analyze, freeze) kernel_account;
grant all on bench_flat, bench_text, bench_plain, bench_pairs, bench_bar to plait_owner
"""
GUARDIAN = """
set synchronous_commit = off;
create table auth_user_groups(id serial primary key, user_id int not null, group_id int not null, unique (user_id, group_id)); create index on auth_user_groups(user_id); create index on auth_user_groups(group_id);
create table guardian_userobjectpermission(id serial primary key, object_pk varchar(255) not null, content_type_id int not null, permission_id int not null, user_id int not null);
create table guardian_groupobjectpermission(id serial primary key, object_pk varchar(255) not null, content_type_id int not null, permission_id int not null, group_id int not null);
update auth_permission set id = 900001 where codename = 'view_matter';
insert into auth_group(id, name) select 1000 * kind + row_number() over (partition by kind order by id), 'g' || id from kernel_circle where kind in (2, 3);
create temp table grp as select id circle_id, 1000 * kind + row_number() over (partition by kind order by id) gid from kernel_circle where kind in (2, 3);
create temp table usr as select md5('account' || i)::uuid id, 1000 + i no from generate_series(0, 509) i;
insert into auth_user_groups(user_id, group_id) select distinct u.no, g.gid from kernel_seat s join usr u on u.id = s.account_id join grp g using (circle_id) where s.starts <= now() and now() < s.ends;
insert into guardian_userobjectpermission(user_id, object_pk, content_type_id, permission_id) select distinct u.no, m.id::text, t.content_type_id, 900001 from kernel_seat s join usr u on u.id = s.account_id
  join bench_matter m using (circle_id), auth_permission t where t.id = 900001 and s.starts <= now() and now() < s.ends;
insert into guardian_groupobjectpermission(group_id, object_pk, content_type_id, permission_id) select distinct g.gid, m.id::text, t.content_type_id, 900001 from kernel_seat s join grp g on g.circle_id = s.via_id
  join bench_matter m on m.circle_id = s.circle_id, auth_permission t where t.id = 900001 and s.starts <= now() and now() < s.ends;
alter table guardian_userobjectpermission add unique (user_id, permission_id, object_pk); alter table guardian_groupobjectpermission add unique (group_id, permission_id, object_pk);
create index on guardian_userobjectpermission(content_type_id); create index on guardian_userobjectpermission(permission_id); create index on guardian_userobjectpermission(user_id);
create index on guardian_userobjectpermission(permission_id, user_id, content_type_id, object_pk); create index on guardian_userobjectpermission(user_id, content_type_id, object_pk);
create index on guardian_groupobjectpermission(content_type_id); create index on guardian_groupobjectpermission(permission_id); create index on guardian_groupobjectpermission(group_id);
create index on guardian_groupobjectpermission(permission_id, group_id, content_type_id, object_pk); create index on guardian_groupobjectpermission(group_id, content_type_id, object_pk);
vacuum analyze guardian_userobjectpermission; vacuum analyze guardian_groupobjectpermission; vacuum analyze auth_user_groups; vacuum analyze auth_permission; vacuum analyze auth_group;
grant select on auth_permission, auth_group to plait_owner; grant all on guardian_userobjectpermission, guardian_groupobjectpermission, auth_user_groups to plait_owner
"""


def account(no: int) -> uuid.UUID:
    return uuid.UUID(md5(f"account{no}".encode(), usedforsecurity=False).hexdigest())


def circle(kind: str, no: int) -> uuid.UUID:
    return uuid.UUID(md5(f"{kind}{no}".encode(), usedforsecurity=False).hexdigest())


def asker(no: int, using: str = "default") -> Asker:
    return Asker(account(no), using=using, lifetime=3600)


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def ground(n: int = MANY) -> str:
    """Name of a database with n matters; made once while the cluster runs."""
    template = scratch.template(
        lambda: found("Bench", "Bench", "generic-msc", "bench@example.org", "Bench"),
        HERE / "_matters" / "models.py",
        HERE / "_matters" / "migrations" / "0001_initial.py",
    )
    mark = sha256(f"{template} {FILL} {GUARDIAN}".encode()).hexdigest()[:8]
    name = f"test_plait_bench_{n}_{mark}"
    with scratch.as_role("owner", "postgres") as admin:
        if admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            return name
    began = time.monotonic()
    tell(f"making {n:,} matters ready ...")
    new = f"{name}_new"
    scratch.copy(template, new)
    with scratch.as_role("tamper", new) as su:
        su.execute(f"alter database {new} set work_mem = '64MB'")
        su.execute(f"alter database {new} set random_page_cost = 1.1")
        su.execute(f"alter database {new} set max_parallel_workers_per_gather = 0")
        su.execute("grant create on schema plait to plait_gate")
        su.execute("set role plait_gate")  # the clock as it is outside of tests
        su.execute(sync.NOW.format(body="select pg_catalog.now()"))
        su.execute("reset role")
        for part in (FILL.format(n=n), GUARDIAN):
            for statement in (s.strip() for s in part.split(";")):
                if statement:
                    at = time.monotonic()
                    su.execute(statement)
                    if time.monotonic() - at > 20 or ("PLAIT_BENCH_TELL" in os.environ and time.monotonic() - at > 1):
                        tell(f"  {time.monotonic() - at:4.0f} s  {statement[:90]}")
    with scratch.as_role("owner", "postgres") as admin:
        admin.execute(f"alter database {new} rename to {name}")
    tell(f"... in {time.monotonic() - began:.0f} s")
    return name


def on(name: str, alias: str | None = None) -> None:
    """Every alias, or one, at this database."""
    if alias is None:
        scratch.point_at(name)
    else:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


Taken = dict[str, list[float]]


@contextmanager
def free() -> Iterator[Any]:
    """A role that row security does not bind here: the tables' owner. A cursor in a transaction."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        yield cursor


def timed(taken: Taken, what: str, do: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    answer = do()
    taken.setdefault(what, []).append((time.perf_counter() - began) * 1000)
    return answer


def median(taken: Taken) -> dict[str, float]:
    return {what: round(statistics.median(ms), 3) for what, ms in taken.items()}


def report(answer: dict[str, float], taken: Taken | None = None) -> None:
    """The ratios; as a table with the medians behind them in milliseconds."""
    if "--json" in sys.argv:
        print(json.dumps({k: round(v, 3) for k, v in answer.items()}))
        return
    for key, value in answer.items():
        print(f"{key:28} {value:10.2f}")
    for what, ms in (median(taken) if taken else {}).items():
        print(f"  {what:40} {ms:10.3f} ms  (of {len(taken[what]) if taken else 0})")


ORDER = random.Random(8)  # noqa: S311 - a seed, no secret


def shuffled[T](things: list[T]) -> list[T]:
    return ORDER.sample(things, len(things))


def chosen(numbers: range, k: int) -> list[int]:
    return random.Random(7).sample(list(numbers), k)  # noqa: S311 - a seed, no secret


__all__ = [
    "FEW",
    "HEAVY",
    "MANY",
    "TYPICAL",
    "account",
    "acting",
    "asker",
    "chosen",
    "circle",
    "free",
    "ground",
    "median",
    "on",
    "report",
    "tell",
    "timed",
]
