-- Search: words of records, folded, stemmed and hashed, kept beside each record's circle so that equality under the one policy finds them.

create or replace function plait.words_in(texts text[]) returns table(nth int, word text) language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
-- case, accents, joiners and apostrophes fall; ligatures and Arabic, Urdu and Persian letters and figures that look alike become one
  select distinct n::int, left(w, 60) from unnest(texts) with ordinality x(said, n) cross join lateral regexp_split_to_table(translate(replace(replace(regexp_replace(
      lower(normalize(left(said, 100000), NFKD) collate pg_c_utf8),
      '[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff''\u2019\u02bc\u0060]', '', 'g'),
    'ß', 'ss'), 'æ', 'ae'), 'ıłđøςکیىےہھۀ٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹', 'ildoσكيييههه01234567890123456789') collate pg_c_utf8, '[[:space:][:punct:][:cntrl:]]+') w
  where w <> ''
$$
-----
create or replace function plait.stemmer(lang text) returns regdictionary language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
-- PostgreSQL's own snowball dictionaries; a language without one is found by whole words
  select case split_part(lower(lang), '-', 1)
    when 'ar' then 'arabic_stem' when 'ca' then 'catalan_stem' when 'da' then 'danish_stem' when 'de' then 'german_stem' when 'el' then 'greek_stem'
    when 'en' then 'english_stem' when 'es' then 'spanish_stem' when 'eu' then 'basque_stem' when 'fi' then 'finnish_stem' when 'fr' then 'french_stem'
    when 'ga' then 'irish_stem' when 'hi' then 'hindi_stem' when 'hu' then 'hungarian_stem' when 'hy' then 'armenian_stem' when 'id' then 'indonesian_stem'
    when 'it' then 'italian_stem' when 'lt' then 'lithuanian_stem' when 'nb' then 'norwegian_stem' when 'ne' then 'nepali_stem' when 'nl' then 'dutch_stem'
    when 'nn' then 'norwegian_stem' when 'no' then 'norwegian_stem' when 'pt' then 'portuguese_stem' when 'ro' then 'romanian_stem' when 'ru' then 'russian_stem'
    when 'sr' then 'serbian_stem' when 'sv' then 'swedish_stem' when 'ta' then 'tamil_stem' when 'tr' then 'turkish_stem' when 'yi' then 'yiddish_stem' end::regdictionary
$$
-----
create or replace function plait.token_hashes(forms text[]) returns bigint[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
-- HMAC-SHA256 (RFC 2104) with the key of the whole database, its first 64 bits; 0 is the sentinel's
declare ki bytea; ko bytea;
begin
  select k_in, k_out into strict ki, ko from plait.search_key;
  return array(select distinct case h when 0 then 1 else h end
    from (select ('x' || encode(substring(sha256(ko || sha256(ki || convert_to(f, 'UTF8'))) for 8), 'hex'))::bit(64)::bigint h from unnest(forms) f) x);
end $$
-----
create or replace function plait.tokens(r jsonb, named boolean, cols text[]) returns bigint[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
-- of one row: each word as it stands (w:), its stem in the row's language (w:), and the beginnings of the title's words (p:), the title being the first column.
-- A named row's tokens have a space of their own (n), so that only the form that touches nothing hidden looks for them.
declare texts text[]; langs text[];
begin
  if r ->> 'withdrawn_on' is not null then return '{}'; end if;
  select array_agg(said), array_agg(lang) into texts, langs from (
    select r ->> c said, r ->> 'lang' lang from unnest(cols) c
    union all select value, key from jsonb_each_text(case when 'public_text' = any(cols) then r -> 'translations' end)) x;
  return plait.token_hashes(array(
    with words as (select w.word, d.stemmer from plait.words_in(texts) w join (
      select n, plait.stemmer(lang) stemmer from unnest(langs) with ordinality l(lang, n)) d on d.n = w.nth)
    select case when named then 'n' else '' end || f from (
      select 'w:' || word f from words
      union select 'w:' || s from words cross join lateral unnest(ts_lexize(stemmer, word)) s where stemmer is not null
      union select 'p:' || left(word, n) from plait.words_in(texts[1:1]) cross join generate_series(2, 12) n where n <= length(word)) x));
end $$
-----
create or replace function plait.forms(said text, spoken text[]) returns table(word text, forms text[]) language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
-- the words that are asked for, in order, each with its forms: as it stands, and its stem in each language of the partnership and of the program (`spoken`)
declare langs text[];
begin
  select array(select distinct l from (select jsonb_array_elements_text(p.languages) from public.kernel_partnership p union all select unnest(spoken)) x(l)) into langs;
  return query
    with parts as (select array_agg(part order by n) a from regexp_split_to_table(left(said, 200), '[[:space:]]+') with ordinality x(part, n)),
    words as (select w.word, min(w.nth) nth from parts cross join lateral plait.words_in(parts.a) w group by w.word order by 2, 1 limit 8)
    select w.word, array(select w.word union select s from unnest(langs || case when w.word ~ '[\u0600-\u06ff]' then '{ar}'::text[] else '{}' end) l
      cross join lateral unnest(ts_lexize(plait.stemmer(l), w.word)) s) from words w order by w.nth, w.word;
end $$
-----
create or replace function plait.asked(said text, spoken text[], beginning boolean) returns table(plain bigint[], named bigint[]) language sql stable security definer
set search_path = pg_catalog, pg_temp as $$
-- of each word the hashes under which it may stand. `beginning`: the last word may go on, in a title
  select plait.token_hashes(f), plait.token_hashes(array(select 'n' || x from unnest(f) x)) from (
    select n, case when beginning and n = max(n) over () then array['p:' || left(word, 12)] else array(select 'w:' || x from unnest(forms) x) end f
    from plait.forms(said, spoken) with ordinality y(word, forms, n)) z order by n
$$
-----
create or replace function plait.alike(words text[], langs text[], said text, spoken text[]) returns table(word text, lang text) language sql stable security definer
set search_path = pg_catalog, pg_temp as $$
-- which of these words, each with the language of its text, are among what was asked for: for marking them on the page
  with wanted as materialized (select array(select unnest(f.forms) from plait.forms(said, spoken) f) a),
  stemmers as materialized (select l, plait.stemmer(l) d from (select distinct unnest(langs) l) x)
  select distinct words[w.nth], langs[w.nth] from plait.words_in(words) w left join stemmers t on t.l = langs[w.nth], wanted
  where w.word = any(wanted.a) or ts_lexize(t.d, w.word) && wanted.a
$$
-----
create or replace function plait.keep_tokens() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
-- tg_argv: 'named' or 'plain', then the columns
declare named boolean := tg_argv[0] = 'named'; cols text[] := tg_argv[1:tg_nargs]; watched text[] := cols || '{lang,translations,withdrawn_on}';
begin
  if tg_op = 'INSERT' then
    insert into public.kernel_token(hash, circle_id, sort_at, tab, row_id)
      select h, n.circle_id, n.made_at, tg_table_name, n.id from fresh n cross join lateral unnest(plait.tokens(to_jsonb(n), named, cols)) h;
  elsif tg_op = 'DELETE' then
    delete from public.kernel_token k using gone o where k.row_id = o.id and k.circle_id = o.circle_id and k.tab = tg_table_name;
  else
    -- a full join is never a nested loop: transition tables have no statistics; an except is hashed for the same reason
    with changed as materialized (
      select n.id, n.circle_id, n.made_at, to_jsonb(n) r from gone o full join fresh n on n.id = o.id
      where (select jsonb_object_agg(key, value) from jsonb_each(to_jsonb(o)) where key = any(watched))
        is distinct from (select jsonb_object_agg(key, value) from jsonb_each(to_jsonb(n)) where key = any(watched))),
    wanted as materialized (select c.id, c.circle_id, c.made_at, h from changed c cross join lateral unnest(plait.tokens(c.r, named, cols)) h),
    stale as materialized (
      select k.row_id, k.hash from changed c join public.kernel_token k on k.row_id = c.id and k.circle_id = c.circle_id and k.tab = tg_table_name
      except select id, h from wanted),
    went as (delete from public.kernel_token k using stale s where k.row_id = s.row_id and k.hash = s.hash and k.tab = tg_table_name)
    insert into public.kernel_token(hash, circle_id, sort_at, tab, row_id) select h, circle_id, made_at, tg_table_name, id from wanted on conflict do nothing;
  end if;
  return null;
end $$
