"""Rules that belong to the demo data."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pool", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="poolruleversion",
            name="is_demo",
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
