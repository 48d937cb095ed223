"""How long whom solved tickets waited for."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0007_name_things_apart"),
    ]

    operations = [
        migrations.CreateModel(
            name="HeldTime",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "holder",
                    models.CharField(
                        choices=[
                            ("person", "Handler"),
                            ("group", "Queue of a service group"),
                            ("nobody", "To be assigned"),
                            ("customer", "Waiting for the customer"),
                            ("third", "Waiting for a third party"),
                            ("hold", "On hold"),
                        ],
                        max_length=8,
                    ),
                ),
                ("key", models.PositiveBigIntegerField(default=0)),
                ("business", models.PositiveIntegerField()),
                ("wall", models.PositiveIntegerField()),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="held_times",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ticket", "holder", "key"), name="tickets_held_time_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "holder__in",
                                ["person", "group", "nobody", "customer", "third", "hold"],
                            )
                        ),
                        name="tickets_held_time_holder",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("holder__in", ("person", "group")), ("key__gt", 0)),
                            models.Q(
                                models.Q(("holder__in", ("person", "group")), _negated=True),
                                ("key", 0),
                            ),
                            _connector="OR",
                        ),
                        name="tickets_held_time_key",
                    ),
                ],
            },
        ),
    ]
