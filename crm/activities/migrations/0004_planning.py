import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("activities", "0003_attachments"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="Appointment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Updated at")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "owner_since",
                    models.DateTimeField(editable=False, null=True, verbose_name="Owner since"),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Deleted at"),
                ),
                (
                    "subject_id",
                    models.BigIntegerField(editable=False, null=True, verbose_name="Linked record"),
                ),
                ("parent_id", models.BigIntegerField(editable=False, null=True)),
                ("title", models.CharField(max_length=200, verbose_name="Title")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("visit", "Visit"),
                            ("meeting", "Meeting"),
                            ("phone", "Phone call"),
                            ("event", "Event"),
                            ("other", "Other"),
                        ],
                        default="visit",
                        max_length=8,
                        verbose_name="Kind",
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="Starts at")),
                ("ends_at", models.DateTimeField(verbose_name="Ends at")),
                ("is_all_day", models.BooleanField(default=False, verbose_name="All day")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="Place")),
                ("purpose", models.TextField(blank=True, max_length=4000, verbose_name="Purpose")),
                (
                    "outcome",
                    models.TextField(
                        blank=True, editable=False, max_length=4000, verbose_name="Outcome"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("done", "Done"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="planned",
                        editable=False,
                        max_length=10,
                        verbose_name="Status",
                    ),
                ),
                ("series", models.CharField(blank=True, editable=False, max_length=32)),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Created by",
                    ),
                ),
                (
                    "deleted_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Deleted by",
                    ),
                ),
                (
                    "follow_up",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="activities.followup",
                        verbose_name="Follow-up",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Owner",
                    ),
                ),
                (
                    "parent_type",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
                (
                    "participants",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Participants",
                    ),
                ),
                (
                    "subject_type",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
            ],
            options={
                "verbose_name": "Appointment",
                "verbose_name_plural": "Appointments",
                "ordering": ["-starts_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "starts_at", "id"],
                        name="appt_owner",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["starts_at", "id"],
                        name="appt_starts",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["created_by", "id"],
                        name="appt_creator",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["updated_at", "id"],
                        name="appt_updated",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["created_at", "id"],
                        name="appt_created",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["parent_type", "parent_id", "starts_at"],
                        name="appt_parent",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["subject_type", "subject_id", "starts_at"],
                        name="appt_subject",
                    ),
                    models.Index(
                        condition=models.Q(("series", ""), _negated=True),
                        fields=["series"],
                        name="appt_series",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True),
                        name="activities_appointment_title",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["planned", "done", "cancelled"])),
                        name="activities_appointment_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["visit", "meeting", "phone", "event", "other"])
                        ),
                        name="activities_appointment_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="activities_appointment_ends_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("subject_id__isnull", True), ("subject_type__isnull", True)),
                            models.Q(
                                ("subject_id__isnull", False), ("subject_type__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="activities_appointment_subject_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Guest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person_id", models.BigIntegerField()),
                (
                    "appointment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="guests",
                        to="activities.appointment",
                    ),
                ),
                (
                    "person_type",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
            ],
            options={
                "verbose_name": "Guest",
                "verbose_name_plural": "Guests",
                "indexes": [models.Index(fields=["person_type", "person_id"], name="guest_person")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("appointment", "person_type", "person_id"),
                        name="activities_guest_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Updated at")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "owner_since",
                    models.DateTimeField(editable=False, null=True, verbose_name="Owner since"),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Deleted at"),
                ),
                (
                    "subject_id",
                    models.BigIntegerField(editable=False, null=True, verbose_name="Linked record"),
                ),
                ("parent_id", models.BigIntegerField(editable=False, null=True)),
                ("title", models.CharField(max_length=200, verbose_name="Title")),
                (
                    "description",
                    models.TextField(blank=True, max_length=4000, verbose_name="Description"),
                ),
                (
                    "priority",
                    models.CharField(
                        choices=[
                            ("urgent", "Urgent"),
                            ("high", "High"),
                            ("normal", "Normal"),
                            ("low", "Low"),
                        ],
                        default="normal",
                        max_length=8,
                        verbose_name="Priority",
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="Due")),
                ("due_has_time", models.BooleanField(default=False, editable=False)),
                (
                    "repeat",
                    models.CharField(
                        choices=[
                            ("none", "Does not repeat"),
                            ("daily", "Every day"),
                            ("workdays", "Every working day"),
                            ("weekly", "Every week"),
                            ("monthly", "Every month"),
                            ("yearly", "Every year"),
                        ],
                        default="none",
                        max_length=8,
                        verbose_name="Repeat",
                    ),
                ),
                (
                    "repeat_until",
                    models.DateField(blank=True, null=True, verbose_name="Repeat until"),
                ),
                ("anchor_on", models.DateField(editable=False, null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("done", "Done"), ("cancelled", "Cancelled")],
                        default="open",
                        editable=False,
                        max_length=10,
                        verbose_name="Status",
                    ),
                ),
                (
                    "done_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Done at"),
                ),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Created by",
                    ),
                ),
                (
                    "deleted_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Deleted by",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Done by",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Owner",
                    ),
                ),
                (
                    "parent_type",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
                (
                    "participants",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Participants",
                    ),
                ),
                (
                    "previous",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="next",
                        to="activities.task",
                    ),
                ),
                (
                    "subject_type",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
            ],
            options={
                "verbose_name": "Task",
                "verbose_name_plural": "Tasks",
                "ordering": ["due_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "status", "due_at", "id"],
                        name="task_owner",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["status", "due_at", "id"],
                        name="task_due",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["created_by", "id"],
                        name="task_creator",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["updated_at", "id"],
                        name="task_updated",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["created_at", "id"],
                        name="task_created",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["parent_type", "parent_id", "due_at"],
                        name="task_parent",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["subject_type", "subject_id", "due_at"],
                        name="task_subject",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True),
                        name="activities_task_title",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "done", "cancelled"])),
                        name="activities_task_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("priority__in", ["urgent", "high", "normal", "low"])),
                        name="activities_task_priority",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "repeat__in",
                                ["none", "daily", "workdays", "weekly", "monthly", "yearly"],
                            )
                        ),
                        name="activities_task_repeat",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("repeat", "none"),
                            models.Q(("anchor_on__isnull", False), ("due_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="activities_task_repeat_needs_due",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", False), ("status", "done")),
                            models.Q(
                                models.Q(("status", "done"), _negated=True),
                                ("done_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="activities_task_done_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("subject_id__isnull", True), ("subject_type__isnull", True)),
                            models.Q(
                                ("subject_id__isnull", False), ("subject_type__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="activities_task_subject_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TaskItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=200, verbose_name="Step")),
                ("is_done", models.BooleanField(default=False, verbose_name="Done")),
                (
                    "task",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="activities.task",
                    ),
                ),
            ],
            options={
                "verbose_name": "Checklist item",
                "verbose_name_plural": "Checklist items",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("task", "position"), name="activities_task_item_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="activities_task_item_text",
                    ),
                ],
            },
        ),
    ]
