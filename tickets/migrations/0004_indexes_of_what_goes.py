"""Indexes that find the rows of a record that is removed for good, the deleted ones too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0003_complaint_of_a_rating"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="surveyinvite",
            index=models.Index(
                condition=models.Q(("customer__isnull", False)),
                fields=["customer"],
                name="ticket_invite_customer",
            ),
        ),
    ]
