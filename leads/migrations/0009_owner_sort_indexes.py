"""Indexes for one person's leads in every order of the list, and for converted ones by time."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0009_rhythm"),
        ("dictionaries", "0002_work_calendar"),
        ("leads", "0008_demo_rules"),
        ("opportunities", "0004_stage_needs_document"),
        ("pool", "0002_demo_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["owner", "created_at", "id"],
                name="lead_owner_created",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["owner", "name_pinyin", "id"],
                name="lead_owner_pinyin",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["owner", "number", "id"],
                name="lead_owner_number",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["owner", "score", "id"],
                name="lead_owner_score",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["owner", "last_contact_at", "id"],
                name="lead_owner_last",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["owner", "first_contact_due_at", "id"],
                name="lead_owner_first",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("converted_at__isnull", False)),
                fields=["converted_at", "id"],
                name="lead_converted",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("converted_at__isnull", False)),
                fields=["owner", "converted_at", "id"],
                name="lead_owner_converted",
            ),
        ),
    ]
