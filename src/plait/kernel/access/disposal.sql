-- disposal: the key destroyed, the row a number without content; two people; a hold always wins -------------------------------------------------
create or replace function plait.disposal_set(of_table text, in_circle uuid, of_row uuid) returns table(tab text, row_id uuid) language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
-- the record, and what goes with it by the registry: never more than one step
declare w record;
begin
  tab := of_table; row_id := of_row;
  return next;
  for w in select d.* from plait.disposed_with d where d.tab = of_table loop
    return query execute format('select %L::text, l.%I from public.%I l where l.circle_id = $1 and l.%I = $2', w.target, w.there, w.link, w.here) using in_circle, of_row;
  end loop;
end $$
-----
create or replace function plait.disposable(of_table text, in_circle uuid, of_row uuid) returns boolean language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
declare found_it boolean;
begin
  if not exists (select 1 from plait.disposable_tables d where d.tab = of_table)
     or exists (select 1 from plait_keys.disposed d where d.tab = of_table and d.row_id = of_row) then return false; end if;
  execute format('select exists (select 1 from public.%I r where r.id = $1 and r.circle_id = $2)', of_table) into found_it using of_row, in_circle;
  return found_it;
end $$
-----
create or replace function plait.is_held(of_table text, in_circle uuid, of_row uuid) returns boolean language sql stable security definer
set search_path = pg_catalog, pg_temp as $$
  select plait.holds(in_circle, 1) and exists (select 1 from public.kernel_hold h where h.circle_id = in_circle and h.lifted_at is null
    and (h.row_id is null or exists (select 1 from plait.disposal_set(of_table, in_circle, of_row) s where s.tab = h.tab and s.row_id = h.row_id)))
$$
-----
-- the dry run: exactly what would go, by table, with how many keys, entries, pieces and words; for whoever may dispose, or propose it
create or replace function plait.disposal_lists(of_table text, in_circle uuid, of_row uuid) returns table(tab text, row_id uuid, keys bigint, entries bigint, pieces bigint, words bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if plait.me() is null or not plait.holds(in_circle, 1) or not plait.disposable(of_table, in_circle, of_row) then perform plait.refuse(); end if;
  return query select s.tab, s.row_id,
    (select count(*) from plait_keys.key k where k.tab = s.tab and k.row_id = s.row_id),
    (select count(*) from public.kernel_entry e where e.tab = s.tab and e.row_id = s.row_id and e.circle_id = in_circle and e.op in ('I', 'U', 'D')),
    (select count(*) from public.kernel_filepart p where s.tab = 'kernel_file' and p.file_id = s.row_id),
    (select count(*) from public.kernel_token t where t.tab = s.tab and t.row_id = s.row_id)
  from plait.disposal_set(of_table, in_circle, of_row) s order by s.tab <> of_table, s.tab, s.row_id;
end $$
-----
create or replace function plait.propose_disposal(of_table text, in_circle uuid, of_row uuid, because text) returns uuid language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare n uuid := gen_random_uuid();
begin
  if plait.me() is null or not plait.holds(in_circle, 2) or not plait.disposable(of_table, in_circle, of_row) or plait.is_held(of_table, in_circle, of_row)
     or exists (select 1 from public.kernel_disposal d where d.tab = of_table and d.row_id = of_row and d.state = 'proposed') then perform plait.refuse(); end if;
  insert into public.kernel_disposal(id, circle_id, tab, row_id, reason, state, proposed_by_id, proposed_at)
  values (n, in_circle, of_table, of_row, because, 'proposed', plait.me(), plait.now());
  return n;
end $$
-----
create or replace function plait.take_back_disposal(proposal uuid) returns void language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare d public.kernel_disposal;
begin
  select * into d from public.kernel_disposal where id = proposal for update;
  if plait.me() is null or d.id is null or d.state <> 'proposed' or not plait.holds(d.circle_id, 1)
     or not (d.proposed_by_id = plait.me() or plait.has_right('kernel.dispose')) then perform plait.refuse(); end if;
  update public.kernel_disposal set state = 'taken_back', decided_by_id = plait.me(), decided_at = plait.now() where id = proposal;
end $$
-----
-- a hold is looked for once more at the very end, under the same lock that setting one takes
create or replace function plait.agree_disposal(proposal uuid, seen_rows uuid[]) returns int language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare d public.kernel_disposal; there uuid[]; n int := 0; s record;
begin
  perform pg_advisory_xact_lock(8153);
  select * into d from public.kernel_disposal where id = proposal for update;
  if plait.me() is null or d.id is null or d.state <> 'proposed' or d.proposed_by_id = plait.me() or not plait.has_right('kernel.dispose')
     or not plait.holds(d.circle_id, 1) or not plait.disposable(d.tab, d.circle_id, d.row_id) or plait.is_held(d.tab, d.circle_id, d.row_id) then perform plait.refuse(); end if;
  select array_agg(x.row_id order by x.row_id) into there from plait.disposal_set(d.tab, d.circle_id, d.row_id) x;
  if there is distinct from (select array_agg(x order by x) from unnest(seen_rows) x) then perform plait.refuse(); end if;
  for s in select * from plait.disposal_set(d.tab, d.circle_id, d.row_id) x order by x.tab = d.tab loop
    perform plait.dispose_row(s.tab, d.circle_id, s.row_id);
    n := n + 1;
  end loop;
  update public.kernel_disposal set state = 'done', decided_by_id = plait.me(), decided_at = plait.now() where id = proposal;
  return n;
end $$
-----
create or replace function plait.dispose_row(of_table text, in_circle uuid, of_row uuid) returns void language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare blanks text; n int; last bigint;
begin
  select d.blanks into blanks from plait.disposable_tables d where d.tab = of_table;
  if blanks is null then perform plait.refuse(); end if;
  delete from plait_keys.key k where k.tab = of_table and k.row_id = of_row;
  if of_table = 'kernel_file' then delete from public.kernel_filepart p where p.file_id = of_row; end if;
  execute format('update public.%I set %s where id = $1 and circle_id = $2', of_table, blanks) using of_row, in_circle;
  get diagnostics n = row_count;
  if n <> 1 then raise exception 'one row of % was to be disposed of and % were', of_table, n; end if;
  -- a second write, so that the last entry of the stub is one that can be compared with it
  execute format('update public.%I set keep_until = null where id = $1 and circle_id = $2', of_table) using of_row, in_circle;
  select max(e.id) into last from public.kernel_entry e where e.tab = of_table and e.row_id = of_row and e.circle_id = in_circle and e.op in ('I', 'U', 'D');
  update public.kernel_entry e set before = null, after = null, salt = ''::bytea
    where e.tab = of_table and e.row_id = of_row and e.circle_id = in_circle and e.op in ('I', 'U', 'D') and e.id < last;
  delete from public.kernel_token t where t.tab = of_table and t.row_id = of_row;
  insert into plait_keys.disposed(tab, row_id, circle_id, at) values (of_table, of_row, in_circle, plait.now()) on conflict (tab, row_id) do nothing;
end $$
-----
-- after a restore of older data: what was disposed of since goes again. Row by row, as the machine; says how many
create or replace function plait.replay_disposals(given jsonb) returns int language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare r record; n int := 0; there boolean;
begin
  perform plait.as_machine('kernel.replay_disposal');
  insert into plait_keys.disposed(tab, row_id, circle_id, at) select x ->> 'tab', (x ->> 'row')::uuid, (x ->> 'circle')::uuid, (x ->> 'at')::timestamptz
    from jsonb_array_elements(coalesce(given, '[]')) x where exists (select 1 from plait.disposable_tables d where d.tab = x ->> 'tab') on conflict (tab, row_id) do nothing;
  for r in select d.tab, d.row_id, d.circle_id, t.gone from plait_keys.disposed d join plait.disposable_tables t on t.tab = d.tab order by d.at, d.number loop
    execute format('select exists (select 1 from public.%I r where r.id = $1 and r.circle_id = $2 and not (%s))', r.tab, r.gone) into there using r.row_id, r.circle_id;
    if there or exists (select 1 from plait_keys.key k where k.tab = r.tab and k.row_id = r.row_id) then
      perform plait.dispose_row(r.tab, r.circle_id, r.row_id);
      update plait_keys.disposed d set cleansed_at = null where d.tab = r.tab and d.row_id = r.row_id;
      n := n + 1;
    end if;
  end loop;
  perform plait.as_nobody();
  return n;
end $$
-----
create or replace function plait.disposed_register() returns table(number bigint, tab text, row_id uuid, circle_id uuid, at timestamptz, cleansed_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select d.number, d.tab, d.row_id, d.circle_id, d.at, d.cleansed_at from plait_keys.disposed d order by d.number
$$
-----
create or replace function plait.cleansed(up_to bigint) returns int language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare n int;
begin
  update plait_keys.disposed d set cleansed_at = plait.now() where d.number <= up_to and d.cleansed_at is null;
  get diagnostics n = row_count;
  return n;
end $$
-----
create or replace function plait.set_hold(of_table text, in_circle uuid, of_row uuid, because text) returns uuid language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare n uuid := gen_random_uuid();
begin
  perform pg_advisory_xact_lock(8153);
  if plait.me() is null or not plait.holds(in_circle, 1) or not (plait.holds(in_circle, 3) or plait.has_right('kernel.hold')) or length(btrim(coalesce(because, ''))) < 3
     or (of_row is not null and not plait.disposable(of_table, in_circle, of_row)) then perform plait.refuse(); end if;
  insert into public.kernel_hold(id, circle_id, tab, row_id, reason, set_by_id, set_at)
  values (n, in_circle, case when of_row is null then '' else of_table end, of_row, btrim(because), plait.me(), plait.now());
  return n;
end $$
-----
create or replace function plait.lift_hold(hold uuid) returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare h public.kernel_hold;
begin
  select * into h from public.kernel_hold where id = hold for update;
  if plait.me() is null or h.id is null or h.lifted_at is not null or not plait.holds(h.circle_id, 1) or not plait.has_right('kernel.hold') then perform plait.refuse(); end if;
  update public.kernel_hold set lifted_by_id = plait.me(), lifted_at = plait.now() where id = hold;
end $$
