import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import crm.core.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=60, verbose_name="Kind")),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="User",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Being prepared"),
                            ("checking", "Being checked"),
                            ("checked", "Checked"),
                            ("queued", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="State",
                    ),
                ),
                ("params", models.JSONField(blank=True, default=dict)),
                ("total", models.PositiveIntegerField(null=True, verbose_name="Rows")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="Rows done")),
                ("counters", models.JSONField(blank=True, default=dict, verbose_name="Counts")),
                ("message", models.TextField(blank=True, verbose_name="Reason")),
                ("source_file", models.CharField(blank=True, max_length=255)),
                ("source_name", models.CharField(blank=True, max_length=255, verbose_name="File")),
                ("lease_owner", models.CharField(blank=True, max_length=120)),
                ("lease_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("cancel_requested", models.BooleanField(default=False)),
                ("slot", models.CharField(blank=True, max_length=80)),
                ("rung_at", models.DateTimeField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(default=crm.core.clock.now, verbose_name="Created at"),
                ),
                ("started_at", models.DateTimeField(null=True, verbose_name="Started at")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="Finished at")),
            ],
            options={
                "verbose_name": "Background job",
                "verbose_name_plural": "Background jobs",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["actor", "-id"], name="jobs_job_of_user"),
                    models.Index(
                        condition=models.Q(("state__in", ["checking", "queued", "running"])),
                        fields=["lease_until"],
                        name="jobs_job_active",
                    ),
                    models.Index(fields=["finished_at"], name="jobs_job_finished"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "draft",
                                    "checking",
                                    "checked",
                                    "queued",
                                    "running",
                                    "done",
                                    "failed",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="jobs_job_state",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("slot", ""), _negated=True),
                        fields=("slot",),
                        name="jobs_job_one_per_slot",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="JobRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="jobs.job",
                    ),
                ),
                ("row_no", models.PositiveIntegerField(verbose_name="Row")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("updated", "Updated"),
                            ("skipped", "Skipped"),
                            ("refused", "Refused"),
                            ("failed", "Failed"),
                            ("done", "Done"),
                            ("reverted", "Reverted"),
                            ("kept", "Kept"),
                        ],
                        max_length=10,
                        verbose_name="Result",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "As typed"),
                            ("repaired", "Repaired"),
                            ("incomplete", "Incomplete"),
                        ],
                        max_length=10,
                    ),
                ),
                ("message", models.TextField(blank=True, verbose_name="Reason")),
                (
                    "content_type",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
                ("object_id", models.BigIntegerField(null=True)),
                ("data", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "verbose_name": "Row of a job",
                "verbose_name_plural": "Rows of a job",
                "ordering": ["job", "row_no"],
                "indexes": [
                    models.Index(
                        fields=["job", "outcome", "row_no"], name="jobs_row_outcome_order"
                    ),
                    models.Index(fields=["content_type", "object_id"], name="jobs_row_object"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("job", "row_no"), name="jobs_row_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "outcome__in",
                                [
                                    "created",
                                    "updated",
                                    "skipped",
                                    "refused",
                                    "failed",
                                    "done",
                                    "reverted",
                                    "kept",
                                ],
                            )
                        ),
                        name="jobs_row_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__in", ["", "repaired", "incomplete"])),
                        name="jobs_row_level",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="JobFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="jobs.job",
                    ),
                ),
                ("code", models.SlugField(max_length=40)),
                ("label", models.CharField(max_length=100, verbose_name="Label")),
                ("name", models.CharField(max_length=255, verbose_name="File name")),
                ("path", models.CharField(max_length=255)),
                ("size", models.PositiveBigIntegerField(verbose_name="Size")),
                (
                    "created_at",
                    models.DateTimeField(default=crm.core.clock.now, verbose_name="Created at"),
                ),
                ("expires_at", models.DateTimeField(db_index=True, verbose_name="Kept until")),
            ],
            options={
                "verbose_name": "File of a job",
                "verbose_name_plural": "Files of a job",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(fields=("job", "code"), name="jobs_file_once_per_code")
                ],
                "indexes": [],
            },
        ),
    ]
