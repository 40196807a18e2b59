-- sealed text: the keys of records. Wrapped keys stand in schema plait_keys, which only the gate reads --------------------------------------
create or replace function plait.epochs() returns table(n int, state text, proof bytea) language sql stable security definer
set search_path = pg_catalog, pg_temp as $$
  select e.n, e.state, e.proof from plait_keys.epoch e order by e.n
$$
-----
create or replace function plait.was_sealed() returns boolean language sql stable security definer
set search_path = pg_catalog, pg_temp as $$
  select exists (select 1 from plait.sealed_since)
$$
-----
-- held until the transaction ends, so that an epoch is not left while somebody seals under it
create or replace function plait.sealing_epoch() returns int language sql volatile security definer
set search_path = pg_catalog, pg_temp as $$
  select e.n from plait_keys.epoch e where e.state = 'current' for share
$$
-----
create or replace function plait.new_key(key uuid, of_table text, in_circle uuid, of_row uuid, at_epoch int, as_wrapped bytea, for_uses bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if plait.me() is null or not plait.holds(in_circle, 2) or at_epoch is distinct from plait.sealing_epoch() then perform plait.refuse(); end if;
  insert into plait_keys.key(id, tab, row_id, circle_id, epoch, wrapped, uses, made_at)
  values (key, of_table, of_row, in_circle, at_epoch, as_wrapped, for_uses, plait.now());
end $$
-----
-- opening is the only way to read: it asks for the seat, appends the look, and gives the wrapped keys, all in one call for a whole page
create or replace function plait.open_keys(of_table text, in_circle uuid[], of_row uuid[], of_key uuid[], how text) returns table(key uuid, row_id uuid, circle_id uuid, epoch int, wrapped bytea)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare mine uuid[]; cs uuid[]; ws uuid[];
begin
  select array_agg(d.c) into mine from (select distinct x.c from unnest(in_circle) x(c) offset 0) d where plait.holds(d.c, 1);
  select array_agg(y.c), array_agg(y.w) into cs, ws from (select distinct x.c, x.w from unnest(in_circle, of_row, of_key) x(c, w, i)
    join plait_keys.key k on k.id = x.i and k.tab = of_table and k.row_id = x.w and k.circle_id = x.c where x.c = any(mine)) y;
  if cs is null then return; end if;
  perform plait.look_at(of_table, cs, ws, how, '{"sealed": true}');
  return query select k.id, k.row_id, k.circle_id, k.epoch, k.wrapped from (select distinct x.c, x.w, x.i from unnest(in_circle, of_row, of_key) x(c, w, i)) x
    join plait_keys.key k on k.id = x.i and k.tab = of_table and k.row_id = x.w and k.circle_id = x.c where x.c = any(mine);
end $$
-----
-- a sealed column holds a value under a key of this very row; what has not the form of a sealed value is refused by the column's CHECK
create or replace function plait.sealed() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp set bytea_output = 'hex' as $$
declare col text; v text; was text; now_there jsonb := to_jsonb(new); before jsonb := case when tg_op = 'UPDATE' then to_jsonb(old) end;
begin
  foreach col in array tg_argv loop
    v := now_there ->> col; was := before ->> col;
    if v ~ '^\\x01[0-9a-f]{32}' and v is distinct from was and not exists (
        select 1 from plait_keys.key k where k.id = substr(v, 5, 32)::uuid and k.tab = tg_table_name and k.row_id = new.id and k.circle_id = new.circle_id) then
      raise exception 'sealed under no key of this row' using errcode = 'PL020';
    end if;
  end loop;
  return new;
end $$
-----
-- secrets of an account: read before anybody is known; the key is the account's own and no seat is asked
create or replace function plait.new_secret_key(key uuid, of_table text, of_account uuid, at_epoch int, as_wrapped bytea) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  if at_epoch is distinct from plait.sealing_epoch() or not exists (select 1 from public.kernel_account a where a.id = of_account) then perform plait.refuse(); end if;
  insert into plait_keys.key(id, tab, row_id, circle_id, epoch, wrapped, uses, made_at) values (key, of_table, of_account, null, at_epoch, as_wrapped, 1, plait.now());
end $$
-----
create or replace function plait.secret_key(key uuid, of_table text, of_account uuid) returns table(epoch int, wrapped bytea) language sql stable security definer
set search_path = pg_catalog, pg_temp as $$
  select k.epoch, k.wrapped from plait_keys.key k where k.id = key and k.tab = of_table and k.row_id = of_account and k.circle_id is null
$$
-----
create or replace function plait.forget_secret_key(key uuid, of_table text, of_account uuid) returns void language sql volatile security definer
set search_path = pg_catalog, pg_temp as $$
  delete from plait_keys.key k where k.id = key and k.tab = of_table and k.row_id = of_account and k.circle_id is null
$$
