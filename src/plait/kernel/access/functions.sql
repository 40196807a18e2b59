-- Owned by plait_gate, recreated by access.sync after each migrate. One statement per block, blocks parted by a line of dashes.
-- Every function: fixed search_path, nothing parsed before the token's hash is right, one and the same error for hidden and absent.

-- who asks ---------------------------------------------------------------------------------------------------------------------------
create or replace function plait.token_part(part int) returns text language plpgsql stable parallel restricted security definer
set search_path = pg_catalog, pg_temp as $$
declare t text := current_setting('plait.token', true); m text; ki bytea; ko bytea;
begin
  if t is null or t = '' then return null; end if;
  m := left(t, -65);
  select k_in, k_out into ki, ko from plait.gate_key;
  if ki is null then return null; end if;
  if encode(sha256(ko || sha256(ki || convert_to(m, 'UTF8'))), 'hex') is distinct from right(t, 64) then return null; end if;
  if split_part(m, '.', 2)::int <> pg_backend_pid() then return null; end if;
  if split_part(m, '.', 3)::bigint < extract(epoch from clock_timestamp()) then return null; end if;
  return split_part(split_part(m, '.', 1), ':', part);
end $$
-----
create or replace function plait.me() returns uuid language plpgsql stable parallel restricted security definer
set search_path = pg_catalog, pg_temp as $$
begin
  if plait.token_part(1) is distinct from 'a' then return null; end if;
  return plait.token_part(2)::uuid;
end $$
-----
create or replace function plait.visitor() returns uuid language plpgsql stable parallel restricted security definer
set search_path = pg_catalog, pg_temp as $$
declare g uuid;
begin
  if plait.token_part(1) is distinct from 'v' then return null; end if;
  select id into g from public.kernel_grant where id = plait.token_part(2)::uuid
    and starts <= plait.now() and plait.now() < ends and (uses_left is null or uses_left > 0);
  return g;
end $$
-----
-- the rule ---------------------------------------------------------------------------------------------------------------------------
create or replace function plait.my_holders() returns uuid[] language plpgsql stable parallel restricted security definer
set search_path = pg_catalog, pg_temp as $$
declare a uuid := plait.me(); t timestamptz := plait.now();
begin
  if a is null then return '{}'; end if;
  return array(select a union all select s.circle_id from public.kernel_seat s where s.holder = a and s.kind between 1 and 3 and s.source <> 'break_glass'
    and s.starts <= t and t < s.ends and s.circle_id not in (select b.circle_id from public.kernel_bar b where b.account_id = a));
end $$
-----
create or replace function plait.my_small() returns uuid[] language plpgsql stable parallel restricted security definer
set search_path = pg_catalog, pg_temp as $$
declare a uuid := plait.me(); t timestamptz := plait.now();
begin
  return array(select c.id from public.kernel_circle c where c.kind = 0 union all
    select s.circle_id from public.kernel_seat s where a is not null and s.holder = a and s.kind between 1 and 3
    and s.starts <= t and t < s.ends and s.circle_id not in (select b.circle_id from public.kernel_bar b where b.account_id = a));
end $$
-----
create or replace function plait.my_writable() returns uuid[] language plpgsql stable parallel restricted security definer
set search_path = pg_catalog, pg_temp as $$
declare a uuid := plait.me(); t timestamptz := plait.now();
begin
  if a is null then return '{}'; end if;
  return array(select s.circle_id from public.kernel_seat s where s.holder = a and s.kind between 1 and 3 and s.level >= 2
    and s.starts <= t and t < s.ends and s.circle_id not in (select b.circle_id from public.kernel_bar b where b.account_id = a));
end $$
-----
create or replace function plait.holds(circle uuid, at_least int) returns boolean language plpgsql stable parallel restricted security definer
set search_path = pg_catalog, pg_temp as $$
declare a uuid := plait.me(); t timestamptz := plait.now();
begin
  if a is null then return false; end if;
  if exists (select 1 from public.kernel_bar b where b.account_id = a and b.circle_id = circle) then return false; end if;
  return exists (
    select 1 from public.kernel_seat s left join public.kernel_seat g
        on g.holder = a and g.circle_id = s.via_id and g.kind between 1 and 3 and g.source <> 'break_glass' and g.starts <= t and t < g.ends
        and not exists (select 1 from public.kernel_bar b where b.account_id = a and b.circle_id = g.circle_id)
    where s.circle_id = circle and s.starts <= t and t < s.ends
      and (s.account_id = a and s.level >= at_least or s.via_id is not null and g.id is not null and least(s.level, g.level) >= at_least));
end $$
-----
create or replace function plait.has_right(wanted text) returns boolean language plpgsql stable parallel restricted security definer
set search_path = pg_catalog, pg_temp as $$
declare a uuid := plait.me(); t timestamptz := plait.now();
begin
  return a is not null and exists (select 1 from public.kernel_office o join public.kernel_decisionright r on r.office = o.key
    where o.account_id = a and r.step = wanted and o.starts <= t and t < o.ends);
end $$
-----
create or replace function plait.my_offices() returns setof text language sql stable parallel restricted security definer
set search_path = pg_catalog, pg_temp as $$
  select distinct o.key from public.kernel_office o where o.account_id = (select plait.me()) and o.starts <= (select plait.now()) and (select plait.now()) < o.ends
$$
-----
create or replace function plait.my_rights() returns setof text language sql stable parallel restricted security definer
set search_path = pg_catalog, pg_temp as $$
  select distinct r.step from public.kernel_office o join public.kernel_decisionright r on r.office = o.key
  where o.account_id = (select plait.me()) and o.starts <= (select plait.now()) and (select plait.now()) < o.ends
$$
-----
create or replace function plait.is_member() returns boolean language sql stable parallel restricted security definer
set search_path = pg_catalog, pg_temp as $$
  select exists (select 1 from public.kernel_circle c where c.kind = 1 and c.id = any((select plait.my_small())::uuid[]))
$$
-----
-- who sees: for whoever sees -----------------------------------------------------------------------------------------------------------
create or replace function plait.seated(circle uuid) returns table(account uuid, level int, via uuid) language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
declare t timestamptz := plait.now();
begin
  return query
    select x.a, max(x.l)::int, (array_agg(x.v order by x.v nulls first))[1] from (
      select s.account_id a, s.level::int l, null::uuid v from public.kernel_seat s
        where s.circle_id = circle and s.account_id is not null and s.starts <= t and t < s.ends
      union all
      select g.account_id, least(s.level, g.level)::int, s.via_id from public.kernel_seat s join public.kernel_seat g on g.circle_id = s.via_id
        where s.circle_id = circle and s.via_id is not null and s.starts <= t and t < s.ends and g.account_id is not null
          and g.kind between 1 and 3 and g.source <> 'break_glass' and g.starts <= t and t < g.ends
          and not exists (select 1 from public.kernel_bar b where b.account_id = g.account_id and b.circle_id = s.via_id)) x
    where not exists (select 1 from public.kernel_bar b where b.account_id = x.a and b.circle_id = circle)
    group by x.a;
end $$
-----
create or replace function plait.audience(circle uuid) returns table(people int, organisations int) language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
begin
  if not plait.holds(circle, 1) then return; end if;
  return query select count(*)::int, (select count(distinct s.circle_id)::int from public.kernel_seat s
      where s.kind = 2 and s.account_id = any(array_agg(w.account)) and s.starts <= plait.now() and plait.now() < s.ends)
    from plait.seated(circle) w;
end $$
-----
create or replace function plait.who(circle uuid) returns table(account uuid, name text, level int, via uuid, via_name text) language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
begin
  if not plait.holds(circle, 3) then return; end if;
  return query select w.account, a.name::text, w.level, w.via, c.name::text from plait.seated(circle) w
    join public.kernel_account a on a.id = w.account left join public.kernel_circle c on c.id = w.via order by a.name, w.account;
end $$
-----
create or replace function plait.stewards(circle uuid) returns table(account uuid, name text) language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
begin
  if not plait.holds(circle, 1) then return; end if;
  return query select w.account, a.name::text from plait.seated(circle) w join public.kernel_account a on a.id = w.account where w.level >= 3 order by a.name, w.account;
end $$
-----
create or replace function plait.history(of_table text, circle uuid, of_row uuid)
returns table(id bigint, at timestamptz, who uuid, name text, verb text, op text, before jsonb, after jsonb, commitment text) language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
begin
  if not plait.holds(circle, 1) then return; end if;
  return query select e.id, e.at, e.who, a.name::text, e.verb::text, e.op::text, e.before, e.after, encode(e.commitment, 'hex')
    from public.kernel_entry e left join public.kernel_account a on a.id = e.who
    where e.tab = of_table and e.row_id = of_row and e.circle_id = circle and e.op in ('I', 'U', 'D') order by e.id;
end $$
-----
create or replace function plait.recent(circle uuid, at_most int)
returns table(at timestamptz, who uuid, name text, verb text, tab text, row_id uuid) language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
begin
  if not plait.holds(circle, 1) then return; end if;
  return query select e.at, e.who, a.name::text, e.verb::text, e.tab::text, e.row_id
    from public.kernel_entry e left join public.kernel_account a on a.id = e.who
    where e.circle_id = circle and e.op in ('I', 'U', 'D') and e.tab not in ('kernel_seat', 'kernel_bar') order by e.at desc, e.id desc limit least(at_most, 500);
end $$
-----
-- who may change who sees ----------------------------------------------------------------------------------------------------------------
create or replace function plait.refuse() returns void language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin raise exception 'not open to you' using errcode = 'PL010'; end $$
-----
create or replace function plait.open_circle(of_kind int, called text) returns uuid language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare n uuid := gen_random_uuid(); t timestamptz := plait.now();
begin
  if plait.me() is null or not plait.is_member() or of_kind not in (2, 3, 4)
     or (of_kind = 2 and not plait.has_right('partners.edit_organisation')) or (of_kind = 3 and not plait.has_right('partners.edit_group')) then
    perform plait.refuse();
  end if;
  insert into public.kernel_circle(id, kind, name, opened_at) values (n, of_kind, called, t);
  if of_kind = 4 then
    insert into public.kernel_seat(id, account_id, circle_id, kind, sort_at, level, starts, ends, source, given_by_id, reason)
    values (gen_random_uuid(), plait.me(), n, 4, t, 3, t, '9999-12-31Z', 'opened', plait.me(), 'opened it');
  end if;
  return n;
end $$
-----
create or replace function plait.rename_circle(circle uuid, called text) returns void language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare k int;
begin
  select c.kind into k from public.kernel_circle c where c.id = circle;
  if plait.me() is null or k is null or not (plait.holds(circle, 3) or (k = 2 and plait.has_right('partners.edit_organisation')) or (k = 3 and plait.has_right('partners.edit_group'))) then
    perform plait.refuse();
  end if;
  update public.kernel_circle set name = called where id = circle;
end $$
-----
create or replace function plait.give_seat(to_account uuid, to_circle uuid, in_circle uuid, at_level int, from_when timestamptz, until timestamptz,
  from_source text, from_id uuid, because text) returns uuid language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare n uuid := gen_random_uuid(); k int; o timestamptz; vk int; a uuid := plait.me();
begin
  select c.kind, c.opened_at into k, o from public.kernel_circle c where c.id = in_circle;
  if a is null or k is null or k = 0 or at_level not between 1 and 3 or (to_account is null) = (to_circle is null) or length(btrim(coalesce(because, ''))) < 3
     or not (plait.holds(in_circle, 3) or (k between 1 and 3 and to_account is distinct from a and plait.has_right('kernel.give_seat'))) then
    perform plait.refuse();
  end if;
  if to_account is not null and not exists (select 1 from public.kernel_account x where x.id = to_account and x.is_active) then perform plait.refuse(); end if;
  if to_circle is not null then
    select c.kind into vk from public.kernel_circle c where c.id = to_circle;
    if vk is null or vk not between 1 and 3 or k <> 4 then perform plait.refuse(); end if;
  end if;
  insert into public.kernel_seat(id, account_id, via_id, via_kind, circle_id, kind, sort_at, level, starts, ends, source, source_id, given_by_id, reason)
  values (n, to_account, to_circle, vk, in_circle, k, o, at_level, coalesce(from_when, plait.now()), coalesce(until, '9999-12-31Z'), from_source, from_id, a, because);
  return n;
end $$
-----
create or replace function plait.end_seat(seat uuid) returns void language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare c uuid; k int; h uuid;
begin
  select s.circle_id, s.kind, s.account_id into c, k, h from public.kernel_seat s where s.id = seat;
  if plait.me() is null or c is null or not (h = plait.me() or plait.holds(c, 3) or (k between 1 and 3 and plait.has_right('kernel.give_seat'))) then perform plait.refuse(); end if;
  update public.kernel_seat set ends = greatest(plait.now(), starts) where id = seat and ends > plait.now();
end $$
-----
create or replace function plait.end_seats_from(of_source text, of_id uuid) returns int language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare n int;
begin
  if plait.me() is null or not plait.has_right('kernel.give_seat') then perform plait.refuse(); end if;
  update public.kernel_seat set ends = greatest(plait.now(), starts) where source = of_source and source_id = of_id and ends > plait.now();
  get diagnostics n = row_count;
  return n;
end $$
-----
create or replace function plait.set_bar(who uuid, in_circle uuid, because text) returns uuid language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare n uuid := gen_random_uuid(); k int;
begin
  select c.kind into k from public.kernel_circle c where c.id = in_circle;
  if plait.me() is null or k is null or k = 0 or length(btrim(coalesce(because, ''))) < 3
     or not (who = plait.me() or plait.holds(in_circle, 3)) or not exists (select 1 from public.kernel_account x where x.id = who) then perform plait.refuse(); end if;
  insert into public.kernel_bar(id, account_id, circle_id, given_by_id, reason, made_at) values (n, who, in_circle, plait.me(), because, plait.now());
  return n;
end $$
-----
create or replace function plait.lift_bar(bar uuid) returns void language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare c uuid; w uuid;
begin
  select b.circle_id, b.account_id into c, w from public.kernel_bar b where b.id = bar;
  if plait.me() is null or c is null or w = plait.me() or not plait.holds(c, 3) then perform plait.refuse(); end if;
  delete from public.kernel_bar where id = bar;
end $$
-----
create or replace function plait.give_office(to_account uuid, office text, from_when timestamptz, until timestamptz, because text) returns uuid language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare n uuid := gen_random_uuid(); a uuid := plait.me(); c uuid; r record;
begin
  if a is null or to_account = a or not plait.has_right('kernel.give_office') or length(btrim(coalesce(because, ''))) < 3
     or not exists (select 1 from public.kernel_officeseat x where x.office = give_office.office)
     or not exists (select 1 from public.kernel_account x where x.id = to_account and x.is_active) then perform plait.refuse(); end if;
  select id into c from public.kernel_circle where kind = 1;
  insert into public.kernel_office(id, circle_id, account_id, key, starts, ends, given_by_id, reason)
  values (n, c, to_account, office, coalesce(from_when, plait.now()), coalesce(until, '9999-12-31Z'), a, because);
  for r in select x.level, y.id, y.kind, y.opened_at from public.kernel_officeseat x join public.kernel_circle y
      on y.kind = x.kind and y.word = x.word and not y.closed where x.office = give_office.office and x.level > 0 loop
    insert into public.kernel_seat(id, account_id, circle_id, kind, sort_at, level, starts, ends, source, source_id, given_by_id, reason)
    values (gen_random_uuid(), to_account, r.id, r.kind, r.opened_at, r.level, coalesce(from_when, plait.now()), coalesce(until, '9999-12-31Z'), 'office', n, a, because);
  end loop;
  return n;
end $$
-----
create or replace function plait.end_office(of_id uuid) returns void language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare h uuid;
begin
  select o.account_id into h from public.kernel_office o where o.id = of_id;
  if plait.me() is null or h is null or not (h = plait.me() or plait.has_right('kernel.give_office')) then perform plait.refuse(); end if;
  update public.kernel_office set ends = greatest(plait.now(), starts) where id = of_id and ends > plait.now();
  update public.kernel_seat set ends = greatest(plait.now(), starts) where source = 'office' and source_id = of_id and ends > plait.now();
end $$
-----
create or replace function plait.offices_for_appointing() returns table(id uuid, account uuid, name text, key text, starts timestamptz, ends timestamptz, given_by text, reason text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not plait.has_right('kernel.give_office') then return; end if;
  return query select o.id, o.account_id, a.name::text, o.key::text, o.starts, o.ends, g.name::text, o.reason::text from public.kernel_office o
    join public.kernel_account a on a.id = o.account_id left join public.kernel_account g on g.id = o.given_by_id order by o.key, a.name, o.starts;
end $$
-----
-- what may leave ---------------------------------------------------------------------------------------------------------------------------
create or replace function plait.prepare_release(from_circle uuid, to_circle uuid, called text, because text, bytes text) returns uuid language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare n uuid := gen_random_uuid();
begin
  if plait.me() is null or not plait.holds(from_circle, 3) or not plait.has_right('release.prepare') or from_circle = to_circle
     or not exists (select 1 from public.kernel_circle c where c.id = to_circle and (c.kind = 0 or plait.holds(c.id, 1))) then perform plait.refuse(); end if;
  insert into public.kernel_release(id, circle_id, target_id, title, why, body, sha256, state, prepared_by_id, prepared_at, answer)
  values (n, from_circle, to_circle, called, coalesce(because, ''), bytes, encode(sha256(convert_to(bytes, 'UTF8')), 'hex'), 'prepared', plait.me(), plait.now(), '');
  return n;
end $$
-----
create or replace function plait.send_back(of_release uuid, words text) returns void language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare r public.kernel_release;
begin
  select * into r from public.kernel_release where id = of_release for update;
  if plait.me() is null or r.id is null or r.state <> 'prepared' or not plait.holds(r.circle_id, 1) or r.prepared_by_id = plait.me()
     or not plait.has_right('release.approve') then perform plait.refuse(); end if;
  update public.kernel_release set state = 'returned', decided_by_id = plait.me(), decided_at = plait.now(), answer = coalesce(words, '') where id = of_release;
end $$
-----
create or replace function plait.withdraw(of_kind text, of_record uuid, from_circle uuid) returns int language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
-- a copy of something wider that lists the record (an agreed picture its risks, under the kind's plural) keeps only that one stood there, and since when not
declare n int; m int; s uuid; codes text[]; gone jsonb := jsonb_build_object('record', of_record, 'withdrawn_on', to_char(plait.now() at time zone 'UTC', 'YYYY-MM-DD'));
begin
  select c.source_id into s from plait.copy_source c where c.circle_id = from_circle and c.kind = of_kind and c.record_id = of_record;
  if s is null then
    select c.source_id into s from public.kernel_published p join plait.copy_source c on c.circle_id = p.circle_id and c.kind = p.kind and c.record_id = p.record_id
      where p.circle_id = from_circle and p.payload -> (of_kind || 's') @> jsonb_build_array(jsonb_build_object('record', of_record)) limit 1;
  end if;
  if plait.me() is null or s is null or not (plait.holds(s, 3) or plait.holds(s, 2) and plait.has_right('release.withdraw')) then perform plait.refuse(); end if;
  codes := array(select p.payload ->> 'code' from public.kernel_published p where p.kind = of_kind and p.record_id = of_record and p.circle_id = from_circle);
  delete from public.kernel_published where kind = of_kind and record_id = of_record and circle_id = from_circle;
  get diagnostics n = row_count;
  -- lines of copies that left before a line named its record are known by their code
  update public.kernel_published p set payload = jsonb_set(p.payload, array[of_kind || 's'], (
      select coalesce(jsonb_agg(case when x.line ->> 'record' = of_record::text or not x.line ? 'record' and x.line ->> 'code' = any(codes)
        then case when x.line ? 'withdrawn_on' then x.line else gone end else x.line end order by x.at), '[]')
      from jsonb_array_elements(p.payload -> (of_kind || 's')) with ordinality x(line, at)))
    where p.circle_id = from_circle and jsonb_typeof(p.payload -> (of_kind || 's')) = 'array' and exists (
      select 1 from jsonb_array_elements(p.payload -> (of_kind || 's')) x(line)
      where x.line ->> 'record' = of_record::text or not x.line ? 'record' and x.line ->> 'code' = any(codes));
  get diagnostics m = row_count;
  return n + m;
end $$
-----
-- a visitor does one thing through one door -------------------------------------------------------------------------------------------------
create or replace function plait.visitor_may(of_form text) returns uuid language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
declare c uuid;
begin
  select g.circle_id into c from public.kernel_grant g where g.id = plait.visitor() and g.form = of_form;
  if c is null then perform plait.refuse(); end if;
  return c;
end $$
-----
create or replace function plait.give_grant(of_form text, in_circle uuid, for_purpose text, until timestamptz, uses int) returns uuid language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare n uuid := gen_random_uuid();
begin
  if plait.me() is null or not plait.holds(in_circle, 3) or length(btrim(coalesce(for_purpose, ''))) < 3 or until is null then perform plait.refuse(); end if;
  insert into public.kernel_grant(id, form, circle_id, purpose, starts, ends, uses_left) values (n, of_form, in_circle, for_purpose, plait.now(), until, uses);
  return n;
end $$
-----
-- founding: for the owner alone, once -------------------------------------------------------------------------------------------------------
create or replace function plait.found(called text, of_town text, with_pack text, admin_email text, admin_name text) returns uuid language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare pub uuid := gen_random_uuid(); par uuid := gen_random_uuid(); adm uuid := gen_random_uuid(); off uuid := gen_random_uuid(); t timestamptz := plait.now(); m text; ki bytea; ko bytea;
begin
  if exists (select 1 from public.kernel_partnership) then raise exception 'a partnership is founded here already' using errcode = 'PL011'; end if;
  insert into public.kernel_account(id, password, email, name, language, is_active, made_at) values (adm, '!', admin_email, admin_name, 'en', true, t);
  select k_in, k_out into ki, ko from plait.gate_key;
  m := 'a:' || adm || '.' || pg_backend_pid() || '.' || (extract(epoch from clock_timestamp())::bigint + 60);
  perform set_config('plait.token', m || '.' || encode(sha256(ko || sha256(ki || convert_to(m, 'UTF8'))), 'hex'), true), set_config('plait.verb', 'kernel.found', true);
  insert into public.kernel_circle(id, kind, name, opened_at) values (pub, 0, 'public', t), (par, 1, called, t);
  insert into public.kernel_partnership(id, name, town, pack, languages, notice, source, partnership_circle_id, public_circle_id, founded_at)
  values (gen_random_uuid(), called, of_town, with_pack, '["en"]', '', '', par, pub, t);
  insert into public.kernel_office(id, circle_id, account_id, key, starts, ends, given_by_id, reason) values (off, par, adm, 'administrator', t, '9999-12-31Z', null, 'founded the partnership');
  perform set_config('plait.token', '', true), set_config('plait.verb', '', true);
  return adm;
end $$
-----
-- nothing happens unseen --------------------------------------------------------------------------------------------------------------------
create or replace function plait.guard() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if plait.me() is null or nullif(current_setting('plait.verb', true), '') is null then
    if not (plait.visitor() is not null and nullif(current_setting('plait.verb', true), '') is not null) then
      raise exception 'a write needs a person and a verb' using errcode = 'PL001';
    end if;
  end if;
  return null;
end $$
-----
create or replace function plait.made() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  new.made_at := plait.now(); new.made_by_id := plait.me(); new.version := 1;
  return new;
end $$
-----
create or replace function plait.step() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.id is distinct from old.id or new.circle_id is distinct from old.circle_id or new.made_at is distinct from old.made_at or new.made_by_id is distinct from old.made_by_id then
    raise exception 'identity, circle and author of a row do not change' using errcode = 'PL002';
  end if;
  if new.version is distinct from old.version then raise exception 'changed meanwhile' using errcode = 'PL003'; end if;
  new.version := old.version + 1;
  return new;
end $$
