"""A ticket counts how often its customer urged."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0007_corrected_times"),
    ]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="urge_count",
            field=models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="Urged"),
        ),
        migrations.AddField(
            model_name="ticket",
            name="urged_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="Last urged at"),
        ),
    ]
