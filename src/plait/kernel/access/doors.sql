-- Ways in and out besides a seat that somebody gives: an office sits in a group, a person leaves.
create or replace function plait.seat_offices(circle uuid, of_word text) returns int language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
-- a circle's word is written in the transaction that opens it and never again: else renaming a kind would let offices into what others wrote
declare c public.kernel_circle; n int; t timestamptz := plait.now();
begin
  select * into c from public.kernel_circle x where x.id = circle for update;
  if plait.me() is null or c.id is null or c.kind <> 3 or coalesce(of_word, '') = '' or not plait.has_right('partners.edit_group')
     or not (c.word = of_word or (c.word = '' and c.opened_at = t)) then perform plait.refuse(); end if;
  update public.kernel_circle set word = of_word, closed = false where id = circle;
  insert into public.kernel_seat(id, account_id, circle_id, kind, sort_at, level, starts, ends, source, source_id, given_by_id, reason)
  select gen_random_uuid(), o.account_id, c.id, c.kind, c.opened_at, x.level, greatest(o.starts, t), o.ends, 'office', o.id, o.given_by_id, o.reason
  from public.kernel_office o join public.kernel_officeseat x on x.office = o.key and x.kind = 3 and x.word = of_word and x.level > 0
  join public.kernel_account a on a.id = o.account_id and a.is_active
  where o.ends > t and not exists (select 1 from public.kernel_seat s where s.source = 'office' and s.source_id = o.id and s.circle_id = c.id and s.ends > t);
  get diagnostics n = row_count;
  return n;
end $$
-----
create or replace function plait.unseat_offices(circle uuid) returns int language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare c public.kernel_circle; n int;
begin
  select * into c from public.kernel_circle x where x.id = circle for update;
  if plait.me() is null or c.id is null or c.kind <> 3 or not plait.has_right('partners.edit_group') then perform plait.refuse(); end if;
  update public.kernel_circle set closed = true where id = circle;
  update public.kernel_seat set ends = greatest(plait.now(), starts) where circle_id = circle and source = 'office' and ends > plait.now();
  get diagnostics n = row_count;
  return n;
end $$
-----
create or replace function plait.end_own_seats(of_source text, of_id uuid) returns int language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare n int;
begin
  if plait.me() is null then perform plait.refuse(); end if;
  update public.kernel_seat set ends = greatest(plait.now(), starts) where account_id = plait.me() and source = of_source and source_id = of_id and ends > plait.now();
  get diagnostics n = row_count;
  return n;
end $$
-----
create or replace function plait.leave(who uuid) returns int language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
-- nobody keeps a duty or a seat, of whatever circle, from a job that is over
declare n int; m int; t timestamptz := plait.now();
begin
  if plait.me() is null or not (who = plait.me() or plait.has_right('kernel.give_seat')) or not exists (select 1 from public.kernel_account x where x.id = who) then
    perform plait.refuse();
  end if;
  update public.kernel_seat set ends = greatest(t, starts) where account_id = who and ends > t;
  get diagnostics n = row_count;
  update public.kernel_office set ends = greatest(t, starts) where account_id = who and ends > t;
  get diagnostics m = row_count;
  return n + m;
end $$
