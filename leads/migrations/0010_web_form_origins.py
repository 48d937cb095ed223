"""The sites that may embed a public form."""

from django.db import migrations, models

import leads.origins


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0009_owner_sort_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="webform",
            name="origins",
            field=models.JSONField(
                blank=True,
                default=list,
                validators=[leads.origins.check_origins],
                verbose_name="May be embedded on",
            ),
        ),
    ]
