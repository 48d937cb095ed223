"""Which work calendar the time left of a ticket is counted by; the clocks fill it in."""

from typing import Any

from django.db import migrations, models


def walk_again(apps: Any, schema_editor: Any) -> None:
    """Let the worker visit the tickets in work, as after a change of a calendar."""
    apps.get_model("tickets", "SlaWalk").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0008_add_held_times"),
    ]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="sla_hours",
            field=models.SlugField(blank=True, db_index=False, editable=False, max_length=40),
        ),
        migrations.RunPython(walk_again, migrations.RunPython.noop),
    ]
