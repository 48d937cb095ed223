"""Tickets carry tags, as customers and leads do."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dictionaries", "0002_versions_of_tags_and_number_rules"),
        ("tickets", "0009_urged_order"),
    ]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="tags",
            field=models.ManyToManyField(
                blank=True, related_name="tickets", to="dictionaries.tag", verbose_name="Tags"
            ),
        ),
    ]
