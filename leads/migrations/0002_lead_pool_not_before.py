"""The end of the days of warning that a record keeps when nothing spares it any more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="lead",
            name="pool_not_before",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
