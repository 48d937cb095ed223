"""Which public forms and rules belong to the demo data."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0007_owner_or_pool"),
    ]

    operations = [
        migrations.AddField(
            model_name="allocationrule",
            name="is_demo",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="webform",
            name="is_demo",
            field=models.BooleanField(default=False, editable=False),
        ),
    ]
