"""Indexes that find the rows of a record that is removed for good, the deleted ones too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reminders", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="reminder",
            name="reminders_open_of_subject",
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(
                fields=["subject_type", "subject_id", "rule"], name="reminders_subject"
            ),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(("snoozed_from__isnull", False)),
                fields=["snoozed_from"],
                name="reminders_snoozed_from",
            ),
        ),
    ]
