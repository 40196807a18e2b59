-- files: sealed pieces -----------------------------------------------------------------------------------------------------------------------
create or replace function plait.add_part(of_file uuid, in_circle uuid, at_n int, value bytea) returns void language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp as $$
begin
  if plait.me() is null or not plait.holds(in_circle, 2) or at_n not between 0 and 63
     or not exists (select 1 from plait_keys.key k where k.tab = 'kernel_file' and k.row_id = of_file and k.circle_id = in_circle and k.id = encode(substr(value, 2, 16), 'hex')::uuid) then
    perform plait.refuse();
  end if;
  insert into public.kernel_filepart(id, file_id, circle_id, n, sealed) values (gen_random_uuid(), of_file, in_circle, at_n, value);
end $$
-----
-- whether the partnership's files stay below the limit: yes or no, never how many there are
create or replace function plait.room_for_file(in_circle uuid, bytes bigint, most bigint) returns boolean language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
begin
  if not plait.holds(in_circle, 2) then return false; end if;
  return coalesce((select sum(octet_length(p.sealed)) from public.kernel_filepart p), 0) + bytes <= most;
end $$
