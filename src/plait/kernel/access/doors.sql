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
-----
create or replace function plait.closed() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
-- an account that is closed sits nowhere from that moment, whoever closes it and by whatever way: no job, token or page of its goes on
declare t timestamptz := plait.now();
begin
  if old.is_active and not new.is_active then
    update public.kernel_seat set ends = greatest(t, starts) where account_id = new.id and ends > t;
    update public.kernel_office set ends = greatest(t, starts) where account_id = new.id and ends > t;
  end if;
  return null;
end $$
-----
-- one question without an account --------------------------------------------------------------------------------------------------------
create or replace function plait.visiting() returns uuid language plpgsql stable parallel restricted security definer
set search_path = pg_catalog, pg_temp as $$
-- by which link somebody came, also in the moment in which it is used up: for the log
begin
  if plait.token_part(1) is distinct from 'v' then return null; end if;
  return plait.token_part(2)::uuid;
end $$
-----
create or replace function plait.give_link(of_form text, in_circle uuid, for_purpose text, until timestamptz, uses int, hash text, in_lang text, what jsonb, kind text, about uuid)
returns uuid language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare n uuid := gen_random_uuid(); t timestamptz := plait.now();
begin
  if plait.me() is null or not plait.holds(in_circle, 3) or length(btrim(coalesce(for_purpose, ''))) < 3 or hash !~ '^[0-9a-f]{64}$'
     or until is null or until <= t or until > t + interval '92 days' or uses not between 1 and 50 or octet_length(what::text) > 20000
     or (select count(*) from public.kernel_grant g where g.circle_id = in_circle and g.secret_hash is not null and g.ends > t and g.uses_left > 0) >= 200 then
    perform plait.refuse();
  end if;
  insert into public.kernel_grant(id, form, circle_id, purpose, starts, ends, uses_left, secret_hash, lang, shown, about_kind, about_id, most, made_by_id, revoked)
  values (n, of_form, in_circle, for_purpose, t, until, uses, hash, in_lang, what, coalesce(kind, ''), about, uses, plait.me(), false);
  return n;
end $$
-----
create or replace function plait.open_link(hash text) returns uuid language sql stable security definer
set search_path = pg_catalog, pg_temp as $$
  select g.id from public.kernel_grant g where g.secret_hash = hash and g.starts <= plait.now() and plait.now() < g.ends and g.uses_left > 0
$$
-----
create or replace function plait.visitor_reads() returns table(form text, lang text, purpose text, shown jsonb, audience text, until timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select g.form::text, g.lang::text, g.purpose::text, g.shown, c.name::text, g.ends from public.kernel_grant g join public.kernel_circle c on c.id = g.circle_id where g.id = plait.visitor()
$$
-----
create or replace function plait.answer(of_form text, words text, more jsonb, name text) returns void language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare c uuid := plait.visitor_may(of_form); g public.kernel_grant;
begin
  select * into g from public.kernel_grant x where x.id = plait.visitor() for update;
  if c is null or g.id is null or g.uses_left < 1 or g.ends <= plait.now() or g.secret_hash is null
     or length(words) > 4000 or octet_length(more::text) > 8000 or length(name) > 200 then perform plait.refuse(); end if;
  insert into public.kernel_answer(id, circle_id, grant_id, form, question, about_kind, about_id, lang, text, said, signed, came_on, state, reason, became_kind)
  values (gen_random_uuid(), c, g.id, g.form, g.purpose, g.about_kind, g.about_id, g.lang, words, more, name, plait.now()::date, 'new', '', '');
  update public.kernel_grant set uses_left = uses_left - 1 where id = g.id;
end $$
-----
create or replace function plait.links(circle uuid)
returns table(id uuid, form text, purpose text, lang text, shown jsonb, starts timestamptz, ends timestamptz, most int, uses_left int, revoked boolean, made_by text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not plait.holds(circle, 3) then return; end if;
  return query select g.id, g.form::text, g.purpose::text, g.lang::text, g.shown, g.starts, g.ends, g.most, g.uses_left, g.revoked, a.name::text
    from public.kernel_grant g left join public.kernel_account a on a.id = g.made_by_id
    where g.circle_id = circle and g.secret_hash is not null order by g.starts desc, g.id;
end $$
-----
create or replace function plait.end_link(link uuid) returns void language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare c uuid;
begin
  select g.circle_id into c from public.kernel_grant g where g.id = link and g.secret_hash is not null;
  if plait.me() is null or c is null or not plait.holds(c, 3) then perform plait.refuse(); end if;
  update public.kernel_grant set revoked = true, ends = greatest(plait.now(), starts) where id = link and ends > plait.now();
end $$
-----
create or replace function plait.settle_answer(of_answer uuid, to_state text, because text, kind text, record uuid) returns void language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare a public.kernel_answer;
begin
  select * into a from public.kernel_answer x where x.id = of_answer for update;
  if plait.me() is null or a.id is null or not plait.holds(a.circle_id, 3) or a.state <> 'new' or to_state not in ('taken', 'declined')
     or (to_state = 'declined' and length(btrim(coalesce(because, ''))) < 3) or (to_state = 'taken' and record is null) then perform plait.refuse(); end if;
  update public.kernel_answer set state = to_state, settled_by_id = plait.me(), settled_on = plait.now()::date, reason = coalesce(because, ''),
    became_kind = coalesce(kind, ''), became_id = record where id = of_answer;
end $$
-----
-- breaking the glass ---------------------------------------------------------------------------------------------------------------------
create or replace function plait.glass_waits() returns boolean language sql stable security definer
set search_path = pg_catalog, pg_temp as $$
  select exists (select 1 from public.kernel_breakglass b where b.state = 'open' and b.due <= plait.now())
$$
-----
create or replace function plait.break_glass(in_circle uuid, because text) returns table(of_id uuid, of_told uuid[]) language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
-- told before shown: whom it is told to stands in the row that opens the seat, and where there is nobody to tell, nothing opens
declare n uuid := gen_random_uuid(); s uuid := gen_random_uuid(); a uuid := plait.me(); t timestamptz := plait.now(); k int; o timestamptz; tell uuid[];
begin
  if a is null or not plait.has_right('kernel.break_glass') or length(btrim(coalesce(because, ''))) < 20 or plait.glass_waits() then perform plait.refuse(); end if;
  select c.kind, c.opened_at into k, o from public.kernel_circle c where c.id = in_circle;
  if k is null or k not between 2 and 4 or plait.holds(in_circle, 1) or not exists (select 1 from public.kernel_account x where x.id = a and x.is_active)
     or exists (select 1 from public.kernel_bar b where b.account_id = a and b.circle_id = in_circle)
     or exists (select 1 from public.kernel_bar b join public.kernel_seat v on v.via_id = b.circle_id where b.account_id = a and v.circle_id = in_circle)
     or exists (select 1 from public.kernel_breakglass g where g.account_id = a and g.circle_id = in_circle and g.state = 'open') then
    perform plait.refuse();
  end if;
  tell := array(select distinct w.account from (
      select x.account from plait.seated(in_circle) x where x.level >= 3
      union select f.account_id from public.kernel_office f join public.kernel_decisionright r on r.office = f.key
        where r.step = 'kernel.review_break_glass' and f.starts <= t and t < f.ends) w
    join public.kernel_account y on y.id = w.account and y.is_active where w.account <> a);
  if cardinality(tell) = 0 then perform plait.refuse(); end if;
  insert into public.kernel_seat(id, account_id, circle_id, kind, sort_at, level, starts, ends, source, source_id, given_by_id, reason)
  values (s, a, in_circle, k, o, 1, t, t + interval '4 hours', 'break_glass', n, a, left(btrim(because), 500));
  insert into public.kernel_breakglass(id, circle_id, account_id, seat_id, reason, at, ends, due, told, state, fact)
  values (n, in_circle, a, s, left(btrim(because), 500), t, t + interval '4 hours', t + interval '7 days', tell, 'open', '');
  return query select n, tell;
end $$
-----
create or replace function plait.glass_reviewer(in_circle uuid) returns boolean language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
begin
  return (plait.has_right('kernel.review_break_glass') or plait.holds(in_circle, 3))
    and not exists (select 1 from public.kernel_bar b where b.account_id = plait.me() and b.circle_id = in_circle);
end $$
-----
create or replace function plait.glasses() returns table(id uuid, circle uuid, called text, name text, own boolean, reason text, at timestamptz, ends timestamptz, due timestamptz,
  state text, reviewed_by text, reviewed_at timestamptz, fact text, told int) language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
declare a uuid := plait.me();
begin
  if a is null then return; end if;
  return query select g.id, g.circle_id, case when plait.holds(g.circle_id, 1) then c.name::text else '' end, x.name::text, g.account_id = a, g.reason::text, g.at, g.ends, g.due,
      g.state::text, r.name::text, g.reviewed_at, g.fact::text, cardinality(g.told)
    from public.kernel_breakglass g join public.kernel_circle c on c.id = g.circle_id join public.kernel_account x on x.id = g.account_id
    left join public.kernel_account r on r.id = g.reviewed_by_id
    where g.account_id = a or plait.glass_reviewer(g.circle_id) order by g.at desc, g.id;
end $$
-----
create or replace function plait.review_glass(of_id uuid, was_justified boolean, words text) returns void language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare g public.kernel_breakglass;
begin
  select * into g from public.kernel_breakglass x where x.id = of_id for update;
  if plait.me() is null or g.id is null or g.account_id = plait.me() or not plait.glass_reviewer(g.circle_id) or g.state <> 'open'
     or was_justified is null or length(btrim(coalesce(words, ''))) < 20 then perform plait.refuse(); end if;
  update public.kernel_breakglass set state = case when was_justified then 'justified' else 'unjustified' end, reviewed_by_id = plait.me(), reviewed_at = plait.now(),
    fact = btrim(words) where id = of_id;
  if not was_justified then
    update public.kernel_seat set ends = greatest(plait.now(), starts) where id = g.seat_id and ends > plait.now();
  end if;
end $$
-----
create or replace function plait.glass_counts() returns table(used int, in_time int, unjustified int) language sql stable security definer
set search_path = pg_catalog, pg_temp as $$
-- for everybody: under five is hidden, and zero with it, here already
  select nullif(greatest(count(*), 4), 4)::int, nullif(greatest(count(*) filter (where b.reviewed_at <= b.due), 4), 4)::int,
    nullif(greatest(count(*) filter (where b.state = 'unjustified'), 4), 4)::int from public.kernel_breakglass b
$$
-----
create or replace function plait.steward_of(circle uuid) returns table(name text) language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
-- the one question that is answered about what one cannot see, and only to an office that the pack names
begin
  if not plait.has_right('kernel.ask_steward') then return; end if;
  return query select a.name::text from plait.seated(circle) w join public.kernel_account a on a.id = w.account where w.level >= 3 order by a.name;
end $$
-----
-- who sits where, and whether it is still needed -------------------------------------------------------------------------------------------
create or replace function plait.reviews_seats(circle uuid) returns int language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
-- 0 no, 1 is asked of each seat and answers, 2 confirms what another answered. A steward answers for their own circle.
declare k int;
begin
  select c.kind into k from public.kernel_circle c where c.id = circle;
  if plait.me() is null or k is null or k = 0 or exists (select 1 from public.kernel_bar b where b.account_id = plait.me() and b.circle_id = circle) then return 0; end if;
  if plait.has_right('kernel.confirm_access') then return 2; end if;
  if plait.holds(circle, 3) or (k between 1 and 3 and plait.has_right('kernel.review_access')) then return 1; end if;
  return 0;
end $$
-----
create or replace function plait.circles_for_review() returns table(circle uuid, kind int, name text, opened_at timestamptz, seats int, last_on date, waits int, late int)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
-- a matter's name may say whom it is about: it is told only to whoever sits in it. Never a walk over all matters: those under review, the asker's
-- own, and for the office that confirms the newest; any other by its address
declare t timestamptz := plait.now();
begin
  if plait.me() is null then return; end if;
  return query select c.id, c.kind::int, case when c.kind < 4 or plait.holds(c.id, 1) then c.name::text else '' end, c.opened_at,
      (select count(*)::int from public.kernel_seat s where s.circle_id = c.id and s.starts <= t and t < s.ends),
      (select max(r.begun_on) from public.kernel_seatreview r where r.circle_id = c.id),
      w.waits, w.late
    from public.kernel_circle c cross join lateral (
      select count(*)::int waits, (count(*) filter (where r.due < t::date))::int late from public.kernel_seatreview r join public.kernel_seat s on s.id = r.seat_id
      where r.circle_id = c.id and r.state in ('asked', 'answered') and s.ends > t) w
    where c.id in (
        select x.id from public.kernel_circle x where x.kind between 1 and 3
        union select r.circle_id from public.kernel_seatreview r where r.state in ('asked', 'answered')
        union (select y.circle_id from public.kernel_seat y where y.holder = plait.me() and y.kind = 4 and y.level = 3 and y.starts <= t and t < y.ends limit 200)
        union (select z.id from public.kernel_circle z where z.kind = 4 and plait.has_right('kernel.confirm_access') order by z.opened_at desc limit 200))
      and plait.reviews_seats(c.id) > 0 order by c.kind, c.name, c.id;
end $$
-----
create or replace function plait.seats_of(circle uuid) returns table(id uuid, account uuid, name text, via uuid, via_name text, level int, source text, starts timestamptz, ends timestamptz,
  given_by text, reason text, barred boolean) language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
declare t timestamptz := plait.now();
begin
  if plait.reviews_seats(circle) = 0 then return; end if;
  return query select s.id, s.account_id, a.name::text, s.via_id, v.name::text, s.level::int, s.source::text, s.starts, s.ends, g.name::text, s.reason::text,
      exists (select 1 from public.kernel_bar b where b.account_id = s.account_id and b.circle_id = s.circle_id)
    from public.kernel_seat s left join public.kernel_account a on a.id = s.account_id left join public.kernel_circle v on v.id = s.via_id
    left join public.kernel_account g on g.id = s.given_by_id
    where s.circle_id = circle and t < s.ends order by coalesce(a.name, v.name), s.starts, s.id;
end $$
-----
create or replace function plait.begin_seat_review(circle uuid, until date) returns int language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare n int; t timestamptz := plait.now();
begin
  perform 1 from public.kernel_circle c where c.id = circle for update;
  if plait.reviews_seats(circle) = 0 or until is null or until <= t::date or until > t::date + 92
     or exists (select 1 from public.kernel_seatreview r join public.kernel_seat s on s.id = r.seat_id where r.circle_id = circle and r.state in ('asked', 'answered') and s.ends > t) then
    perform plait.refuse();
  end if;
  insert into public.kernel_seatreview(id, circle_id, seat_id, account_id, begun_by_id, begun_on, due, state, say, reason, note)
  select gen_random_uuid(), s.circle_id, s.id, s.account_id, plait.me(), t::date, until, 'asked', '', '', '' from public.kernel_seat s where s.circle_id = circle and s.starts <= t and t < s.ends;
  get diagnostics n = row_count;
  return n;
end $$
-----
create or replace function plait.seat_reviews(circle uuid) returns table(id uuid, seat uuid, begun_on date, due date, state text, say text, reason text, answered_by text, own_answer boolean,
  decided_by text, decided_on date, note text) language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
begin
  if plait.reviews_seats(circle) = 0 then return; end if;
  return query select r.id, r.seat_id, r.begun_on, r.due, r.state::text, r.say::text, r.reason::text, a.name::text, coalesce(r.answered_by_id = plait.me(), false), d.name::text, r.decided_on, r.note::text
    from public.kernel_seatreview r left join public.kernel_account a on a.id = r.answered_by_id left join public.kernel_account d on d.id = r.decided_by_id
    where r.circle_id = circle order by r.begun_on desc, r.id;
end $$
-----
create or replace function plait.answer_seat_review(of_id uuid, to_say text, because text) returns void language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare r public.kernel_seatreview;
begin
  select * into r from public.kernel_seatreview x where x.id = of_id for update;
  if r.id is null or plait.reviews_seats(r.circle_id) = 0 or r.state <> 'asked' or r.account_id is not distinct from plait.me() or to_say not in ('keep', 'end')
     or length(btrim(coalesce(because, ''))) < 3 then perform plait.refuse(); end if;
  update public.kernel_seatreview set state = 'answered', say = to_say, reason = btrim(because), answered_by_id = plait.me(), decided_by_id = null, decided_on = null where id = of_id;
end $$
-----
create or replace function plait.decide_seat_review(of_id uuid, agrees boolean, words text) returns void language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
declare r public.kernel_seatreview; t timestamptz := plait.now();
begin
  select * into r from public.kernel_seatreview x where x.id = of_id for update;
  if r.id is null or plait.reviews_seats(r.circle_id) < 2 or r.state <> 'answered' or r.answered_by_id = plait.me() or r.account_id is not distinct from plait.me() or agrees is null
     or (not agrees and length(btrim(coalesce(words, ''))) < 3) then perform plait.refuse(); end if;
  update public.kernel_seatreview set state = case when not agrees then 'asked' when r.say = 'keep' then 'kept' else 'ended' end,
    decided_by_id = plait.me(), decided_on = t::date, note = btrim(coalesce(words, '')) where id = of_id;
  if agrees and r.say = 'end' then
    update public.kernel_seat set ends = greatest(t, starts) where id = r.seat_id and ends > t;
  end if;
end $$
