"""Tickets know when their first promise comes near its end; those in work learn it by the walk."""

from typing import Any

from django.db import migrations, models
from django.db.models import Q


def walk_again(apps: Any, schema_editor: Any) -> None:
    """The worker brings every clock in work up to date once more."""
    apps.get_model("tickets", "SlaWalk").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="sla_warn_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["sla_warn_at", "id"],
                condition=Q(deleted_at__isnull=True, sla_warn_at__isnull=False),
                name="ticket_near",
            ),
        ),
        migrations.RunPython(walk_again, migrations.RunPython.noop),
    ]
