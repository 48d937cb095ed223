"""A promise may have hours and warnings of its own.

Older versions of the policies are read as they were written: without any.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("dictionaries", "0002_versions_of_tags_and_number_rules"),
        ("tickets", "0012_promises_to_reconsider"),
    ]

    operations = [
        migrations.AddField(
            model_name="slatarget",
            name="calendar",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="dictionaries.businesscalendar",
            ),
        ),
        migrations.AddField(
            model_name="slatarget",
            name="warn",
            field=models.JSONField(default=list),
        ),
        migrations.AddConstraint(
            model_name="slatarget",
            constraint=models.CheckConstraint(
                condition=Q(is_natural=False) | Q(calendar__isnull=True),
                name="tickets_sla_target_hours",
            ),
        ),
    ]
