import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=80, verbose_name="Event")),
                ("at", models.DateTimeField(verbose_name="Time")),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="User",
                    ),
                ),
                ("source", models.CharField(max_length=10, verbose_name="Source")),
                (
                    "request_id",
                    models.CharField(blank=True, max_length=32, verbose_name="Request number"),
                ),
                ("ip", models.GenericIPAddressField(null=True, verbose_name="IP address")),
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
                ("label", models.CharField(blank=True, max_length=255, verbose_name="Object")),
                ("changes", models.JSONField(blank=True, default=dict, verbose_name="Changes")),
                ("note", models.TextField(blank=True, verbose_name="Note")),
            ],
            options={
                "verbose_name": "Operation log entry",
                "verbose_name_plural": "Operation log",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        fields=["subject_type", "subject_id", "-id"], name="audit_event_subject"
                    ),
                    models.Index(fields=["actor", "-id"], name="audit_event_actor"),
                    models.Index(fields=["at"], name="audit_event_at"),
                    models.Index(fields=["code", "-id"], name="audit_event_code"),
                ],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="EventLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="audit.event",
                    ),
                ),
                (
                    "about_type",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
                ("about_id", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["about_type", "about_id", "-event"], name="audit_link_about"
                    )
                ],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="View",
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
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "content_type",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
                ("object_id", models.BigIntegerField()),
                ("viewed_at", models.DateTimeField()),
                ("times", models.PositiveIntegerField(default=1)),
            ],
            options={
                "verbose_name": "View history",
                "verbose_name_plural": "View history",
                "indexes": [
                    models.Index(
                        fields=["user", "content_type", "-viewed_at"], name="audit_view_recent"
                    ),
                    models.Index(fields=["content_type", "object_id"], name="audit_view_object"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "content_type", "object_id"), name="audit_view_once"
                    )
                ],
            },
        ),
    ]
