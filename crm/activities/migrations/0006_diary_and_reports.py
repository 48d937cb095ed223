import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("activities", "0005_follow_up_details"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(verbose_name="Created at")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "Calendar feed",
                "verbose_name_plural": "Calendar feeds",
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
                ("read_at", models.DateTimeField(null=True, verbose_name="Read at")),
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
                ("version", models.PositiveIntegerField(default=1, editable=False)),
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
                    "recipients",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        through="activities.ReportRecipient",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Send to",
                    ),
                ),
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
        migrations.AddField(
            model_name="reportrecipient",
            name="report",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="readers",
                to="activities.workreport",
            ),
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
                ("text", models.TextField(max_length=1000, verbose_name="Comment")),
                ("created_at", models.DateTimeField(verbose_name="Created at")),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("day", models.DateField(editable=False, verbose_name="Day")),
                ("title", models.CharField(max_length=200, verbose_name="Title")),
                ("content", models.TextField(blank=True, max_length=10000, verbose_name="Content")),
                ("is_demo", models.BooleanField(default=False, editable=False)),
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
            },
        ),
        migrations.AddIndex(
            model_name="reportrecipient",
            index=models.Index(fields=["user", "report"], name="recipient_user"),
        ),
        migrations.AddConstraint(
            model_name="reportrecipient",
            constraint=models.UniqueConstraint(
                fields=("report", "user"), name="activities_recipient_once"
            ),
        ),
    ]
