"""The opportunity a conversion makes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0003_rules_and_public_forms"),
        ("opportunities", "0002_search_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="lead",
            name="converted_opportunity",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="opportunities.opportunity",
                verbose_name="Opportunity made from it",
            ),
        ),
    ]
