"""A corrected time is an event of its own."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0006_compensation_approved_by"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="ticketevent",
            name="tickets_event_kind",
        ),
        migrations.AlterField(
            model_name="ticketevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("created", "Created"),
                    ("phase", "State"),
                    ("status", "Status"),
                    ("owner", "Handler"),
                    ("group", "Service group"),
                    ("supervisor", "Supervisor"),
                    ("message", "Message"),
                    ("values", "Values"),
                    ("link", "Link"),
                    ("merge", "Merge"),
                    ("watcher", "Watcher"),
                    ("retimed", "Time corrected"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="ticketevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "created",
                            "phase",
                            "status",
                            "owner",
                            "group",
                            "supervisor",
                            "message",
                            "values",
                            "link",
                            "merge",
                            "watcher",
                            "retimed",
                        ],
                    )
                ),
                name="tickets_event_kind",
            ),
        ),
    ]
