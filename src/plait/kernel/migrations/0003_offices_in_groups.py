from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0002_token"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="officeseat",
            name="officeseat_once",
        ),
        migrations.AddField(
            model_name="circle",
            name="closed",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="circle",
            name="word",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="officeseat",
            name="word",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddConstraint(
            model_name="officeseat",
            constraint=models.UniqueConstraint(fields=("office", "kind", "word"), name="officeseat_once_for_a_kind"),
        ),
    ]
