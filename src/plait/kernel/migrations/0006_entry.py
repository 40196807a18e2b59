"""Entries know their transaction, and each commits to the whole of itself.

Until now a commitment covered what stood before and after, and not who, when, by which verb. No tree and no checkpoint was made over the
old ones, so nobody outside holds them: they are made again here, once, over everything, with the salts that they have. The number of
entries is stated and checked, because row security fails silently empty.
"""

import plait.kernel.models.base
from django.db import migrations, models

AGAIN = """
alter table kernel_entry no force row level security;
do $$
declare wanted bigint; done bigint;
begin
  set local timezone = 'UTC';
  select count(*) into wanted from kernel_entry;
  update kernel_entry e set commitment = sha256('\\x706c6169742d6c6f672d763100'::bytea || e.salt || convert_to(jsonb_build_object('at', e.at, 'who', e.who,
    'verb', e.verb, 'table', e.tab, 'op', e.op, 'row', e.row_id, 'circle', e.circle_id, 'before', e.before, 'after', e.after)::text, 'UTF8'));
  get diagnostics done = row_count;
  if wanted <> done then raise exception 'only % of % entries could be committed to again', done, wanted; end if;
end $$;
alter table kernel_entry force row level security;
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0005_chores")]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="xact",
            field=plait.kernel.models.base.XactField(
                db_default=models.Func(function="pg_current_xact_id", output_field=plait.kernel.models.base.XactField()),
                editable=False,
            ),
        ),
        migrations.AddIndex(model_name="entry", index=models.Index(fields=["xact"], name="entry_xact")),
        migrations.RunSQL(AGAIN, migrations.RunSQL.noop),
    ]
