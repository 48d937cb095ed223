"""Indexes that find the rows of a record that is removed for good, the deleted ones too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="followup",
            name="follow_parent",
        ),
        migrations.RemoveIndex(
            model_name="followup",
            name="follow_subject",
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                fields=["parent_type", "parent_id", "-happened_at"], name="follow_parent"
            ),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                fields=["subject_type", "subject_id", "-happened_at"], name="follow_subject"
            ),
        ),
    ]
