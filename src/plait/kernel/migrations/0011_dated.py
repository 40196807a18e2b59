from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0010_tree")]

    operations = [
        migrations.AddField("publication", "dated_on", models.DateField(null=True)),
        migrations.AddField("release", "dated_on", models.DateField(null=True)),
    ]
