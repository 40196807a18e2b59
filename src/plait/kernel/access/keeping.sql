-- Backups, drills and restores are written down by the machine, which is no account: its number in the log is all zeros.
create or replace function plait.as_machine(doing text) returns void language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare m text; ki bytea; ko bytea;
begin
  select k_in, k_out into ki, ko from plait.gate_key;
  m := 'a:00000000-0000-0000-0000-000000000000.' || pg_backend_pid() || '.' || (extract(epoch from clock_timestamp())::bigint + 60);
  perform set_config('plait.token', m || '.' || encode(sha256(ko || sha256(ki || convert_to(m, 'UTF8'))), 'hex'), true), set_config('plait.verb', doing, true);
end $$
-----
create or replace function plait.as_nobody() returns void language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
begin
  perform set_config('plait.token', '', true), set_config('plait.verb', '', true);
end $$
-----
create or replace function plait.kept(of_kind text, went_well boolean, said jsonb) returns uuid language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare n uuid := gen_random_uuid(); c uuid;
begin
  select id into c from public.kernel_circle where kind = 1;
  if c is null then return null; end if;
  perform plait.as_machine('kernel.' || of_kind);
  insert into public.kernel_keeping(id, circle_id, kind, at, well, detail) values (n, c, of_kind, plait.now(), went_well, coalesce(said, '{}'));
  perform plait.as_nobody();
  return n;
end $$
-----
-- Who opens a backup: named once when a partnership is started, and changed by two people ever after.
create or replace function plait.recipient_list(given jsonb) returns jsonb language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare made jsonb;
begin
  select jsonb_agg(jsonb_build_object('name', btrim(x ->> 'name'), 'key', x ->> 'key') order by x ->> 'key') into made from jsonb_array_elements(given) x
    where x ->> 'key' ~ '^age1[02-9ac-hj-np-z]{58}$' and length(btrim(coalesce(x ->> 'name', ''))) between 1 and 200;
  if made is null or jsonb_array_length(made) <> jsonb_array_length(given) or jsonb_array_length(made) > 20
     or (select count(distinct x ->> 'key') from jsonb_array_elements(made) x) <> jsonb_array_length(made) then perform plait.refuse(); end if;
  return made;
end $$
-----
create or replace function plait.first_recipients(given jsonb) returns void language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare c uuid;
begin
  select id into c from public.kernel_circle where kind = 1;
  if c is null or exists (select 1 from public.kernel_recipients) then perform plait.refuse(); end if;
  perform plait.as_machine('kernel.first_recipients');
  insert into public.kernel_recipients(id, circle_id, number, keys, why, state, proposed_at) values (gen_random_uuid(), c, 1, plait.recipient_list(given), '', 'agreed', plait.now());
  perform plait.as_nobody();
end $$
-----
create or replace function plait.propose_recipients(given jsonb, because text) returns uuid language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare n uuid := gen_random_uuid(); c uuid;
begin
  if plait.me() is null or not plait.has_right('kernel.propose_recipients') or length(btrim(coalesce(because, ''))) < 3
     or exists (select 1 from public.kernel_recipients where state = 'proposed') then perform plait.refuse(); end if;
  select id into c from public.kernel_circle where kind = 1 for update;
  insert into public.kernel_recipients(id, circle_id, number, keys, why, state, proposed_by_id, proposed_at)
  select n, c, coalesce(max(r.number), 0) + 1, plait.recipient_list(given), btrim(because), 'proposed', plait.me(), plait.now() from public.kernel_recipients r;
  return n;
end $$
-----
create or replace function plait.decide_recipients(proposal uuid, agreed boolean) returns void language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare r public.kernel_recipients;
begin
  select * into r from public.kernel_recipients where id = proposal for update;
  if plait.me() is null or r.id is null or r.state <> 'proposed' or (agreed and r.proposed_by_id = plait.me())
     or not (plait.has_right('kernel.agree_recipients') or not agreed and r.proposed_by_id = plait.me()) then perform plait.refuse(); end if;
  update public.kernel_recipients set state = case when agreed then 'agreed' else 'returned' end, decided_by_id = plait.me(), decided_at = plait.now() where id = proposal;
end $$
