"""Indexes that find the rows of a record that is removed for good, the deleted ones too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("opportunities", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="opportunity",
            name="opp_customer",
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(fields=["customer", "outcome", "id"], name="opp_customer"),
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("contact__isnull", False)),
                fields=["contact"],
                name="opp_contact",
            ),
        ),
    ]
