import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import crm.core.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="User",
                    ),
                ),
                ("kind", models.CharField(max_length=60, verbose_name="Kind")),
                ("title", models.CharField(max_length=200, verbose_name="Title")),
                ("text", models.TextField(blank=True, verbose_name="Text")),
                ("url", models.CharField(blank=True, max_length=500, verbose_name="Address")),
                (
                    "event",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="audit.event",
                    ),
                ),
                ("dedupe_key", models.CharField(max_length=160)),
                ("in_app", models.BooleanField(default=True)),
                (
                    "created_at",
                    models.DateTimeField(default=crm.core.clock.now, verbose_name="Time"),
                ),
                ("read_at", models.DateTimeField(null=True, verbose_name="Read at")),
            ],
            options={
                "verbose_name": "Notification",
                "verbose_name_plural": "Notifications",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["user", "-id"], name="notifications_newest"),
                    models.Index(
                        condition=models.Q(("in_app", True), ("read_at__isnull", True)),
                        fields=["user"],
                        name="notifications_unread",
                    ),
                    models.Index(fields=["created_at"], name="notifications_age"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "dedupe_key"), name="notifications_notification_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "notification",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="notifications.notification",
                    ),
                ),
                ("channel", models.CharField(max_length=20, verbose_name="Channel")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("sending", "Being sent"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="State",
                    ),
                ),
                ("message_id", models.CharField(max_length=200)),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="Attempts")),
                ("next_at", models.DateTimeField(default=crm.core.clock.now)),
                ("sent_at", models.DateTimeField(null=True, verbose_name="Sent at")),
                ("error", models.TextField(blank=True, verbose_name="Reason")),
            ],
            options={
                "verbose_name": "Delivery",
                "verbose_name_plural": "Deliveries",
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["pending", "sending"])),
                        fields=["next_at"],
                        name="notifications_delivery_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("notification", "channel"), name="notifications_delivery_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["pending", "sending", "sent", "failed"])),
                        name="notifications_delivery_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("channel", models.CharField(max_length=20)),
                ("is_on", models.BooleanField()),
            ],
            options={
                "verbose_name": "Notification preference",
                "verbose_name_plural": "Notification preferences",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "kind", "channel"), name="notifications_preference_once"
                    )
                ],
                "indexes": [],
            },
        ),
    ]
