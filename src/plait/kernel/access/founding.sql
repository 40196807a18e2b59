-- What loading a folder needs besides: releases that say their own day, and a founding that is taken back.
-----
create or replace function plait.release(of_release uuid, seen_sha256 text, said date default null) returns uuid language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
-- several releases in one transaction (a folder being loaded) follow each other in time; only then may an earlier day be said, and never one before
-- the newest edition's. When it was entered stays in released_at, decided_at and the log.
declare r public.kernel_release; p uuid := gen_random_uuid(); item jsonb; t timestamptz := plait.now() + (clock_timestamp() - pg_catalog.now()); n int; y text;
begin
  select * into r from public.kernel_release where id = of_release for update;
  if plait.me() is null or r.id is null or r.state <> 'prepared' or not plait.holds(r.circle_id, 1) or r.prepared_by_id = plait.me()
     or not plait.has_right('release.approve') or seen_sha256 is distinct from r.sha256
     or r.sha256 <> encode(sha256(convert_to(r.body, 'UTF8')), 'hex') then perform plait.refuse(); end if;
  if said is not null and (said > (t at time zone 'UTC')::date or not exists (select 1 from plait.loading l where l.until > clock_timestamp())
     or said < (select max(coalesce(b.dated_on, (b.released_at at time zone 'UTC')::date)) from public.kernel_publication b where b.circle_id = r.target_id))
     then perform plait.refuse(); end if;
  update public.kernel_release set state = 'released', decided_by_id = plait.me(), decided_at = t, dated_on = said where id = of_release;
  perform 1 from public.kernel_circle c where c.id = r.target_id for update;
  y := to_char(coalesce(said, (t at time zone 'UTC')::date), 'YYYY');
  select coalesce(max(split_part(b.number, '.', 2)::int), 0) + 1 into n from public.kernel_publication b where b.circle_id = r.target_id and split_part(b.number, '.', 1) = y;
  insert into public.kernel_publication(id, circle_id, number, title, released_at, dated_on, sha256) values (p, r.target_id, y || '.' || n, r.title, t, said, r.sha256);
  for item in select * from jsonb_array_elements(r.body::jsonb -> 'items') loop
    update public.kernel_published set until = t where circle_id = r.target_id and kind = item ->> 'kind' and record_id = (item ->> 'id')::uuid and until is null;
    insert into public.kernel_published(id, circle_id, publication_id, kind, record_id, payload, lang, since)
    values (gen_random_uuid(), r.target_id, p, item ->> 'kind', (item ->> 'id')::uuid, item -> 'payload', coalesce(item ->> 'lang', 'en'), t);
    insert into plait.copy_source(circle_id, kind, record_id, source_id) values (r.target_id, item ->> 'kind', (item ->> 'id')::uuid, r.circle_id)
      on conflict (circle_id, kind, record_id) do update set source_id = excluded.source_id;
  end loop;
  return p;
end $$
-----
-- the owner takes back a founding that a failed load left behind: only where the founder is alone and the partnership's row is gone already
create or replace function plait.unfound(founder uuid) returns void language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare m text; ki bytea; ko bytea;
begin
  if exists (select 1 from public.kernel_partnership) or exists (select 1 from public.kernel_account a where a.id <> founder) then perform plait.refuse(); end if;
  select k_in, k_out into ki, ko from plait.gate_key;
  m := 'a:' || founder || '.' || pg_backend_pid() || '.' || (extract(epoch from clock_timestamp())::bigint + 60);
  perform set_config('plait.token', m || '.' || encode(sha256(ko || sha256(ki || convert_to(m, 'UTF8'))), 'hex'), true), set_config('plait.verb', 'kernel.unfound', true);
  delete from public.kernel_office where account_id = founder;
  delete from public.kernel_circle where kind in (0, 1);
  perform set_config('plait.token', '', true), set_config('plait.verb', '', true);
end $$
