import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from crm.search.operations import CreateSearchIndex


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("dictionaries", "0001_initial"),
    ]

    operations = [
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
                ("version", models.PositiveIntegerField(default=1, editable=False)),
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
                    "owner_since",
                    models.DateTimeField(editable=False, null=True, verbose_name="Owner since"),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Deleted at"),
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
                (
                    "subject_id",
                    models.BigIntegerField(editable=False, null=True, verbose_name="Linked record"),
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
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "participants",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Participants",
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
                (
                    "task",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="activities.task",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=200, verbose_name="Step")),
                ("is_done", models.BooleanField(default=False, verbose_name="Done")),
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
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="DiaryEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Updated at")),
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
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Author",
                    ),
                ),
                ("day", models.DateField(editable=False, verbose_name="Day")),
                ("title", models.CharField(max_length=200, verbose_name="Title")),
                ("content", models.TextField(blank=True, max_length=10000, verbose_name="Content")),
                ("is_demo", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "verbose_name": "Diary entry",
                "verbose_name_plural": "Diary",
                "ordering": ["-day"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True),
                        name="activities_diary_title",
                    ),
                    models.UniqueConstraint(
                        fields=("author", "day"), name="activities_diary_once_a_day"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(verbose_name="Created at")),
            ],
            options={
                "verbose_name": "Calendar feed",
                "verbose_name_plural": "Calendar feeds",
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Updated at")),
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
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "deleted_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Deleted at"),
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
                    "subject_type",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
                ("subject_id", models.BigIntegerField(editable=False)),
                (
                    "parent_type",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
                ("parent_id", models.BigIntegerField(editable=False)),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Follow-up person",
                    ),
                ),
                ("happened_at", models.DateTimeField(verbose_name="Follow-up time")),
                (
                    "method",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Follow-up method",
                    ),
                ),
                (
                    "attitude",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("positive", "Positive"),
                            ("neutral", "Neutral"),
                            ("negative", "Negative"),
                        ],
                        max_length=8,
                        verbose_name="Customer attitude",
                    ),
                ),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("continue", "Keep following up"),
                            ("priority", "Needs priority"),
                            ("pause", "Pause following up"),
                            ("deal", "Deal"),
                            ("invalid", "Invalid"),
                        ],
                        max_length=8,
                        verbose_name="Follow-up result",
                    ),
                ),
                ("text", models.TextField(max_length=4000, verbose_name="Follow-up content")),
                (
                    "next_contact_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="Next contact"),
                ),
                ("token", models.CharField(blank=True, editable=False, max_length=32)),
                (
                    "address",
                    models.CharField(blank=True, max_length=120, verbose_name="Number or address"),
                ),
                (
                    "topic",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="Subject of the mail"
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="Duration in minutes"
                    ),
                ),
                ("file_count", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("link_count", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("is_demo", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "verbose_name": "Follow-up",
                "verbose_name_plural": "Follow-ups",
                "ordering": ["-happened_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["parent_type", "parent_id", "-happened_at"],
                        name="follow_parent",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["subject_type", "subject_id", "-happened_at"],
                        name="follow_subject",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["author", "happened_at", "id", "subject_type", "subject_id"],
                        name="follow_author",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["happened_at", "id"],
                        name="follow_happened",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="activities_follow_up_text",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("attitude__in", ["", "positive", "neutral", "negative"])
                        ),
                        name="activities_follow_up_attitude",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("result__in", ["", "continue", "priority", "pause", "deal", "invalid"])
                        ),
                        name="activities_follow_up_result",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("next_contact_at__isnull", True),
                            ("next_contact_at__gt", models.F("happened_at")),
                            _connector="OR",
                        ),
                        name="activities_follow_up_next_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minutes__isnull", True),
                            ("minutes__range", (1, 1440)),
                            _connector="OR",
                        ),
                        name="activities_follow_up_minutes",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("token", ""), _negated=True),
                        fields=("created_by", "token"),
                        name="activities_follow_up_once_per_form",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUpLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "follow_up",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="activities.followup",
                    ),
                ),
                (
                    "object_type",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
                ("object_id", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "Related record",
                "verbose_name_plural": "Related records",
                "indexes": [
                    models.Index(
                        fields=["object_type", "object_id", "follow_up"], name="follow_link"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("follow_up", "object_type", "object_id"),
                        name="activities_link_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "follow_up",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="activities.followup",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("typed", models.CharField(max_length=60)),
            ],
            options={
                "verbose_name": "Mention",
                "verbose_name_plural": "Mentions",
                "indexes": [models.Index(fields=["user", "-follow_up"], name="follow_mention")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("follow_up", "user"), name="activities_mention_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Phrase",
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
                ("text", models.CharField(max_length=200, verbose_name="Phrase")),
            ],
            options={
                "verbose_name": "Phrase",
                "verbose_name_plural": "Phrases",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "text"), name="activities_phrase_once"),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="activities_phrase_text",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Updated at")),
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
                    "subject_type",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
                ("subject_id", models.BigIntegerField(editable=False)),
                (
                    "parent_type",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
                ("parent_id", models.BigIntegerField(editable=False)),
                (
                    "follow_up",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="activities.followup",
                        verbose_name="Follow-up",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="File name")),
                ("ending", models.CharField(max_length=12, verbose_name="File type")),
                ("size", models.BigIntegerField(verbose_name="Size")),
                ("sha256", models.CharField(editable=False, max_length=64)),
                ("path", models.CharField(editable=False, max_length=100, unique=True)),
                ("preview", models.CharField(blank=True, editable=False, max_length=100)),
                ("is_demo", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "verbose_name": "Attachment",
                "verbose_name_plural": "Attachments",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["parent_type", "parent_id", "-id"], name="attach_parent"),
                    models.Index(
                        fields=["subject_type", "subject_id", "-id"], name="attach_subject"
                    ),
                    models.Index(
                        condition=models.Q(("follow_up__isnull", False)),
                        fields=["follow_up"],
                        name="attach_follow_up",
                    ),
                    models.Index(fields=["created_at", "id"], name="attach_created"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("ending", ""), _negated=True),
                            models.Q(("path", ""), _negated=True),
                            ("size__gt", 0),
                        ),
                        name="activities_attachment_complete",
                    )
                ],
            },
        ),
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
                ("version", models.PositiveIntegerField(default=1, editable=False)),
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
                    "owner_since",
                    models.DateTimeField(editable=False, null=True, verbose_name="Owner since"),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Deleted at"),
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
                (
                    "subject_id",
                    models.BigIntegerField(editable=False, null=True, verbose_name="Linked record"),
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
                ("series", models.CharField(blank=True, editable=False, max_length=32)),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "participants",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Participants",
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
                ("person_id", models.BigIntegerField()),
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
            name="WorkReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Updated at")),
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
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Author",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("daily", "Daily report"),
                            ("weekly", "Weekly report"),
                            ("monthly", "Monthly report"),
                        ],
                        editable=False,
                        max_length=8,
                        verbose_name="Kind",
                    ),
                ),
                ("starts_on", models.DateField(editable=False, verbose_name="First day")),
                ("ends_on", models.DateField(editable=False, verbose_name="Last day")),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "Draft"), ("submitted", "Submitted")],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="Status",
                    ),
                ),
                (
                    "submitted_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Submitted at"),
                ),
                (
                    "work",
                    models.TextField(blank=True, max_length=4000, verbose_name="What was done"),
                ),
                (
                    "plan",
                    models.TextField(blank=True, max_length=4000, verbose_name="What comes next"),
                ),
                (
                    "problems",
                    models.TextField(blank=True, max_length=4000, verbose_name="Problems"),
                ),
                ("facts", models.JSONField(default=list, editable=False)),
                ("is_demo", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "verbose_name": "Work report",
                "verbose_name_plural": "Work reports",
                "ordering": ["-starts_on", "-id"],
                "indexes": [
                    models.Index(fields=["starts_on", "id"], name="report_starts"),
                    models.Index(fields=["author", "starts_on", "id"], name="report_author"),
                    models.Index(fields=["kind", "starts_on", "author"], name="report_kind"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["daily", "weekly", "monthly"])),
                        name="activities_report_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "draft"), ("submitted_at__isnull", True)),
                            models.Q(("status", "submitted"), ("submitted_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="activities_report_submitted_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="activities_report_span",
                    ),
                    models.UniqueConstraint(
                        fields=("author", "kind", "starts_on"), name="activities_report_once_a_span"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportRecipient",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readers",
                        to="activities.workreport",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "Recipient",
                "verbose_name_plural": "Recipients",
                "indexes": [models.Index(fields=["user", "report"], name="recipient_user")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("report", "user"), name="activities_recipient_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportComment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="activities.workreport",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("text", models.TextField(max_length=1000, verbose_name="Comment")),
                ("created_at", models.DateTimeField(verbose_name="Created at")),
            ],
            options={
                "verbose_name": "Comment",
                "verbose_name_plural": "Comments",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="activities_report_comment_text",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.AddField(
            model_name="workreport",
            name="recipients",
            field=models.ManyToManyField(
                blank=True,
                related_name="+",
                through="activities.ReportRecipient",
                to=settings.AUTH_USER_MODEL,
                verbose_name="Send to",
            ),
        ),
        CreateSearchIndex("activities.FollowUp"),
    ]
