import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import crm.core.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("notifications", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReminderRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "code",
                    models.SlugField(
                        editable=False, max_length=40, unique=True, verbose_name="Code"
                    ),
                ),
                ("is_on", models.BooleanField(default=True, verbose_name="On")),
                ("at", models.TimeField(default=datetime.time(9, 0), verbose_name="Time of day")),
                (
                    "steps",
                    models.JSONField(blank=True, default=list, verbose_name="Days in advance"),
                ),
                (
                    "working_days",
                    models.CharField(
                        choices=[
                            ("any", "Remind on that day all the same"),
                            ("next", "Wait for the next working day"),
                            ("previous", "Remind on the working day before"),
                        ],
                        default="any",
                        max_length=8,
                        verbose_name="Where the day is not worked",
                    ),
                ),
                (
                    "escalation",
                    models.JSONField(
                        blank=True, default=list, verbose_name="Escalation after days"
                    ),
                ),
                ("replan_after", models.BigIntegerField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "Reminder rule",
                "verbose_name_plural": "Reminder rules",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("working_days__in", ["any", "next", "previous"])),
                        name="reminders_rule_working_days",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="PersonalRule",
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
                ("code", models.SlugField(max_length=40)),
                ("is_on", models.BooleanField(default=True)),
                ("at", models.TimeField(blank=True, null=True)),
                ("replan_after", models.BigIntegerField(editable=False, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "code"), name="reminders_personal_once")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=40, verbose_name="Reminder rule")),
                (
                    "subject_type",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
                ("subject_id", models.BigIntegerField(null=True)),
                ("label", models.CharField(blank=True, max_length=255, verbose_name="Record")),
                (
                    "recipient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Recipient",
                    ),
                ),
                ("due_at", models.DateTimeField(verbose_name="Due at")),
                ("due_on", models.DateField(null=True)),
                (
                    "step",
                    models.PositiveSmallIntegerField(default=0, verbose_name="Days in advance"),
                ),
                ("params", models.JSONField(default=dict)),
                ("dedupe_key", models.CharField(max_length=160, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting"),
                            ("claimed", "Being sent"),
                            ("sent", "Sent"),
                            ("cancelled", "Cancelled"),
                            ("failed", "Failed"),
                        ],
                        default="pending",
                        max_length=9,
                        verbose_name="State",
                    ),
                ),
                ("claim", models.CharField(blank=True, max_length=32)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="Attempts")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="Sent at")),
                ("is_late", models.BooleanField(default=False, verbose_name="Late")),
                ("reason", models.CharField(blank=True, max_length=255, verbose_name="Reason")),
                (
                    "notice",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reminder",
                        to="notifications.notification",
                    ),
                ),
                (
                    "snoozed_from",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="reminders.reminder",
                    ),
                ),
                ("done_at", models.DateTimeField(null=True, verbose_name="Done at")),
                (
                    "created_at",
                    models.DateTimeField(default=crm.core.clock.now, verbose_name="Created at"),
                ),
            ],
            options={
                "verbose_name": "Reminder",
                "verbose_name_plural": "Reminders",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["due_at"],
                        name="reminders_due",
                    ),
                    models.Index(
                        condition=models.Q(("state", "claimed")),
                        fields=["claimed_at"],
                        name="reminders_claimed",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["pending", "claimed"])),
                        fields=["subject_type", "subject_id", "rule"],
                        name="reminders_open_of_subject",
                    ),
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["recipient", "rule", "id"],
                        name="reminders_open_of_person",
                    ),
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["rule", "id"],
                        name="reminders_open_of_rule",
                    ),
                    models.Index(
                        condition=models.Q(("state", "failed")),
                        fields=["id"],
                        name="reminders_failed",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["pending", "claimed"]), _negated=True),
                        fields=["created_at"],
                        name="reminders_age",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["pending", "claimed", "sent", "cancelled", "failed"])
                        ),
                        name="reminders_reminder_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sent"), _negated=True),
                            ("sent_at__isnull", False),
                            _connector="OR",
                        ),
                        name="reminders_reminder_sent_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SourceRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=40)),
                ("day", models.DateField()),
                ("level", models.PositiveSmallIntegerField(default=0)),
                ("is_done", models.BooleanField(default=False)),
                ("started_at", models.DateTimeField(default=crm.core.clock.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "day"), name="reminders_source_run_once"
                    )
                ],
                "indexes": [],
            },
        ),
    ]
