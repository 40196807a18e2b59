-- the log: one entry for each write, look and refused attempt. A commitment covers the whole entry (docs/reference/log.md):
-- sha256('plait-log-v1' || 0x00 || salt of 32 bytes || the entry as jsonb text, moments in UTC). '\x706c6169742d6c6f672d763100' is that beginning.
create or replace function plait.log_rows() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set bytea_output = 'hex' set enable_nestloop = off as $$
declare w uuid := coalesce(plait.me(), plait.visiting()); v text := current_setting('plait.verb', true); t timestamptz := plait.now();
begin
  if 'day' = any(tg_argv) then t := date_trunc('day', t); end if;
  if tg_op = 'INSERT' then
    insert into public.kernel_entry(at, who, verb, tab, op, row_id, circle_id, before, after, salt, commitment)
    select t, w, v, tg_table_name, 'I', x.id, x.c, null, x.a, x.s, sha256('\x706c6169742d6c6f672d763100'::bytea || x.s || convert_to(jsonb_build_object('at', t,
      'who', w, 'verb', v, 'table', tg_table_name, 'op', 'I', 'row', x.id, 'circle', x.c, 'before', null, 'after', x.a)::text, 'UTF8')) from
      (select n.id, n.circle_id c, to_jsonb(n) a, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) s from fresh n offset 0) x;
  elsif tg_op = 'UPDATE' then
    insert into public.kernel_entry(at, who, verb, tab, op, row_id, circle_id, before, after, salt, commitment)
    select t, w, v, tg_table_name, 'U', n.id, n.circle_id, x.b, x.a, x.s, sha256('\x706c6169742d6c6f672d763100'::bytea || x.s || convert_to(jsonb_build_object('at', t,
      'who', w, 'verb', v, 'table', tg_table_name, 'op', 'U', 'row', n.id, 'circle', n.circle_id, 'before', x.b, 'after', x.a)::text, 'UTF8'))
      from gone o join fresh n on n.id = o.id
      cross join lateral (select to_jsonb(o) b, to_jsonb(n) a, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) s offset 0) x;
  else
    insert into public.kernel_entry(at, who, verb, tab, op, row_id, circle_id, before, after, salt, commitment)
    select t, w, v, tg_table_name, 'D', x.id, x.c, x.b, null, x.s, sha256('\x706c6169742d6c6f672d763100'::bytea || x.s || convert_to(jsonb_build_object('at', t,
      'who', w, 'verb', v, 'table', tg_table_name, 'op', 'D', 'row', x.id, 'circle', x.c, 'before', x.b, 'after', null)::text, 'UTF8')) from
      (select o.id, o.circle_id c, to_jsonb(o) b, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) s from gone o offset 0) x;
  end if;
  return null;
end $$
-----
-- one entry of another kind than a write: a look (L), a refused attempt (R). Called by the functions below, by nobody else
create or replace function plait.note_entry(of_op text, of_verb text, of_table text, in_circle uuid[], of_row uuid[], said jsonb[]) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare w uuid := coalesce(plait.me(), plait.visitor(), '00000000-0000-0000-0000-000000000000'); t timestamptz := plait.now(); n int;
begin
  insert into public.kernel_entry(at, who, verb, tab, op, row_id, circle_id, before, after, salt, commitment)
  select t, w, of_verb, of_table, of_op, x.r, x.c, null, x.a, x.s, sha256('\x706c6169742d6c6f672d763100'::bytea || x.s || convert_to(jsonb_build_object('at', t,
    'who', w, 'verb', of_verb, 'table', of_table, 'op', of_op, 'row', x.r, 'circle', x.c, 'before', null, 'after', x.a)::text, 'UTF8')) from
    (select y.c, y.r, y.a, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) s from unnest(in_circle, of_row, said) y(c, r, a) offset 0) x;
  get diagnostics n = row_count;
  return n;
end $$
-----
-- looks: who saw which record, how, by which seat. One entry for each record, before the bytes leave
create or replace function plait.look_at(of_table text, in_circle uuid[], of_row uuid[], how text, detail jsonb) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare h uuid[]; t timestamptz := plait.now(); v uuid := plait.visitor(); open uuid[]; seats jsonb; cs uuid[] := in_circle;
begin
  if coalesce(plait.me(), v) is null or how is null or how not in ('display', 'export', 'search', 'open', 'log') or of_table !~ '^[a-z_0-9]{1,63}$'
     or cardinality(in_circle) is distinct from cardinality(of_row) then perform plait.refuse(); end if;
  if of_table = 'kernel_account' then
    select array_agg(p.partnership_circle_id) into cs from public.kernel_partnership p cross join unnest(of_row);
  else
    if exists (select 1 from (select distinct x.c from unnest(in_circle) x(c) offset 0) d where not plait.holds(d.c, 1)
        and not exists (select 1 from public.kernel_grant g where g.id = v and g.circle_id = d.c)) then perform plait.refuse(); end if;
  end if;
  h := plait.my_holders();
  select coalesce(jsonb_object_agg(d.c, s.id), '{}') into seats from (select distinct x.c from unnest(cs) x(c)) d
    cross join lateral (select s.id from public.kernel_seat s where s.circle_id = d.c and s.holder = any(h) and s.starts <= t and t < s.ends
      order by s.level desc, s.starts limit 1) s;
  return plait.note_entry('L', 'look.' || how, of_table, cs, of_row, array(
    select coalesce(detail, '{}') || jsonb_build_object('how', how, 'seat', seats -> (x.c::text)) from unnest(cs) with ordinality x(c, n) order by x.n));
end $$
-----
create or replace function plait.look(of_table text, in_circle uuid, of_row uuid, how text, detail jsonb) returns int language sql volatile security definer
set search_path = pg_catalog, pg_temp as $$ select plait.look_at(of_table, array[in_circle], array[of_row], how, detail) $$
-----
-- a refused attempt, without content: the address, the verb and the record as they were asked for. Hidden and absent are written alike
create or replace function plait.refused(of_verb text, address text, in_circle uuid, of_row uuid) returns int language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
begin
  if coalesce(plait.me(), plait.visitor()) is null or of_verb !~ '^[a-z_0-9.]{1,60}$' or address !~ '^[A-Za-z_0-9.:-]{0,120}$' then perform plait.refuse(); end if;
  return plait.note_entry('R', 'refused.' || of_verb, 'address', array[coalesce(in_circle, '00000000-0000-0000-0000-000000000000')],
    array[coalesce(of_row, '00000000-0000-0000-0000-000000000000')], array[jsonb_build_object('address', address)]);
end $$
-----
-- who looked, for whoever may know: stewards of the circle, the office that the pack names, the person themself. For one of four purposes
-- and no other; and reading it is a look. Attempts that were refused are for stewards and the office only
create or replace function plait.looks_of(of_table text, in_circle uuid, of_row uuid, purpose text)
returns table(at timestamptz, who uuid, name text, how text, address text, why text) language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare c uuid := in_circle; keeper boolean; own boolean; m uuid := plait.me();
begin
  if of_table = 'kernel_account' then select p.partnership_circle_id into c from public.kernel_partnership p; end if;
  keeper := m is not null and (plait.holds(c, 3) or plait.has_right('kernel.read_looks'));
  own := m is not null and (of_table = 'kernel_account' and of_row = m or (select e.after ->> 'account_id' = m::text from public.kernel_entry e
    where e.tab = of_table and e.row_id = of_row and e.circle_id = c and e.op in ('I', 'U', 'D', 'M') order by e.id desc limit 1));
  if keeper and purpose in ('lawfulness', 'self_monitoring', 'integrity', 'proceedings') then own := false;
  elsif own and purpose = 'own' then keeper := false;
  else perform plait.refuse(); end if;
  perform plait.note_entry('L', 'look.log', of_table, array[c], array[of_row], array[jsonb_build_object('how', 'log', 'why', purpose)]);
  return query select e.at, e.who, a.name::text, case e.op when 'R' then 'refused' else e.after ->> 'how' end, coalesce(e.after ->> 'address', ''), coalesce(e.after ->> 'why', '')
    from public.kernel_entry e left join public.kernel_account a on a.id = e.who
    where e.row_id = of_row and e.circle_id = c and (e.tab = of_table and e.op = 'L' or keeper and e.tab = 'address' and e.op = 'R') order by e.id desc limit 1000;
end $$
-----
-- for the sequencer: commitments of entries that have no leaf yet, and nothing else of them. `since`: all transactions before it were gone through
create or replace function plait.new_entries(since xid8, at_most int) returns table(id bigint, commitment bytea) language sql stable security definer
set search_path = pg_catalog, pg_temp as $$
  select e.id, e.commitment from public.kernel_entry e where e.xact >= since and not exists (select 1 from public.kernel_leaf l where l.entry_id = e.id)
  order by e.id limit at_most
$$
-----
-- looks and refused attempts of long ago go, entry and salt; that they went, how many and between which leaves, is an entry (X). Only what a
-- published checkpoint covers: their leaves stay
create or replace function plait.dispose_looks(until timestamptz) returns int language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare n int; a bigint; b bigint; z uuid := '00000000-0000-0000-0000-000000000000';
begin
  if until > plait.now() - interval '30 days' then perform plait.refuse(); end if;
  with gone as (delete from public.kernel_entry e using public.kernel_leaf l where l.entry_id = e.id and e.op in ('L', 'R') and e.at < until
    and l.idx < (select coalesce(max(c.size), 0) from public.kernel_checkpoint c where c.public) returning l.idx)
  select count(*), min(idx), max(idx) into n, a, b from gone;
  if n > 0 then
    perform plait.note_entry('X', 'kernel.dispose_looks', 'kernel_entry', array[z], array[z], array[jsonb_build_object('of', 'looks', 'until', until, 'first', a, 'last', b, 'count', n)]);
  end if;
  return n;
end $$
