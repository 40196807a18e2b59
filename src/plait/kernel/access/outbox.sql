-- What is to be told to whom. A notice is its reader's: nobody else reads it, and it holds no word of what it is about.

create or replace function plait.post_notice(to_account uuid, of_kind text, in_circle uuid, of_what text, of_id uuid, on_day date, occasion text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if plait.me() is null or not (to_account = plait.me() or (in_circle is not null and plait.holds(in_circle, 1))) then perform plait.refuse(); end if;
  if not exists (select 1 from public.kernel_account a where a.id = to_account and a.is_active) then return; end if;
  insert into public.kernel_notice(id, account_id, kind, circle_id, about_kind, about_id, due, once, state, rhythm, why, tries, next_try, posted_at, posted_by_id)
  values (gen_random_uuid(), to_account, of_kind, in_circle, coalesce(of_what, ''), of_id, on_day, occasion, 'waiting', '', '', 0, plait.now(), plait.now(), plait.me())
  on conflict (account_id, once) do nothing;
end $$
-----
-- For the worker, as the reader. The one worker holds a lock, so what is `sending` here was cut off.
create or replace function plait.claim_notices(twice text[]) returns table(id uuid, kind text, circle uuid, about_kind text, about_id uuid, due date, once text, rhythm text, posted_at timestamptz, tries int)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare a uuid := plait.me(); t timestamptz := plait.now();
begin
  if a is null then return; end if;
  update public.kernel_notice n set state = case when n.kind = any(twice) then 'waiting' else 'unsure' end where n.account_id = a and n.state = 'sending';
  update public.kernel_notice n set state = 'shut' where n.account_id = a and n.state = 'waiting' and n.circle_id is not null and not plait.holds(n.circle_id, 1);
  return query select n.id, n.kind::text, n.circle_id, n.about_kind::text, n.about_id, n.due, n.once::text, n.rhythm::text, n.posted_at, n.tries::int from public.kernel_notice n
    where n.account_id = a and n.state = 'waiting' and n.next_try <= t order by n.posted_at, n.id for update skip locked;
end $$
-----
create or replace function plait.mark_notices(which uuid[], to_state text, in_rhythm text, because text, again timestamptz) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare n int;
begin
  update public.kernel_notice x set state = to_state, rhythm = coalesce(in_rhythm, x.rhythm), why = coalesce(because, ''), next_try = coalesce(again, x.next_try),
    tries = x.tries + (to_state = 'waiting' and coalesce(because, '') <> '')::int, told_at = case when to_state = 'sent' then plait.now() else x.told_at end
    where x.id = any(which) and x.account_id = plait.me() and (x.state = 'waiting' or (x.state = 'sending' and to_state <> 'sending'));
  get diagnostics n = row_count;
  return n;
end $$
-----
create or replace function plait.read_notices(which uuid[]) returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  update public.kernel_notice x set read_at = plait.now() where x.id = any(which) and x.account_id = plait.me() and x.read_at is null;
end $$
-----
create or replace function plait.forget_notices(before timestamptz) returns int language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare n int;
begin
  delete from public.kernel_notice x where x.account_id = plait.me() and x.posted_at < before and x.state not in ('waiting', 'sending');
  get diagnostics n = row_count;
  return n;
end $$
-----
-- Whoever told somebody takes it back, until it was read. Says whether it was still unread.
create or replace function plait.recall_notice(which uuid) returns boolean language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare r timestamptz; b uuid;
begin
  select x.read_at, x.posted_by_id into r, b from public.kernel_notice x where x.id = which for update;
  if plait.me() is null or b is distinct from plait.me() then perform plait.refuse(); end if;
  if r is not null then return false; end if;
  update public.kernel_notice x set state = 'recalled' where x.id = which;
  return true;
end $$
-----
create or replace function plait.asked_by_me() returns table(id uuid, account uuid, name text, circle uuid, about_kind text, about_id uuid, posted_at timestamptz, recalled boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if plait.me() is null then return; end if;
  return query select x.id, x.account_id, a.name::text, x.circle_id, x.about_kind::text, x.about_id, x.posted_at, x.state = 'recalled'
    from public.kernel_notice x join public.kernel_account a on a.id = x.account_id
    where x.posted_by_id = plait.me() and x.kind = 'look' and x.account_id <> plait.me() order by x.posted_at desc, x.id limit 50;
end $$
-----
create or replace function plait.choose_rhythm(of_kind text, wanted text) returns void language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if plait.me() is null then perform plait.refuse(); end if;
  insert into public.kernel_rhythm(id, account_id, kind, rhythm) values (gen_random_uuid(), plait.me(), of_kind, wanted)
  on conflict (account_id, kind) do update set rhythm = excluded.rhythm;
end $$
-----
-- For whoever runs the machine: how many of which kind, and whose address the mail server refused. Not who is told what.
create or replace function plait.notices_counted() returns table(kind text, state text, why text, day date, n int) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select 1 from plait.my_offices() o where o = 'administrator') then return; end if;
  return query select x.kind::text, x.state::text, x.why::text, x.next_try::date, count(*)::int from public.kernel_notice x
    where x.state <> 'recalled' group by 1, 2, 3, 4 order by 4 desc, 1, 2, 3;
end $$
-----
create or replace function plait.notices_refused() returns table(account uuid, name text, email text) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select 1 from plait.my_offices() o where o = 'administrator') then return; end if;
  return query select distinct a.id, a.name::text, a.email::text from public.kernel_notice x join public.kernel_account a on a.id = x.account_id
    where x.state = 'refused' and x.posted_at > plait.now() - interval '30 days' order by 2, 1;
end $$
