"""The index of the forecast holds all it asks for, so that PostgreSQL need not read the rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("opportunities", "0006_won_by_day"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="opportunity", name="opp_forecast"),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                fields=["expected_on", "owner", "pipeline", "probability", "amount"],
                condition=models.Q(("deleted_at__isnull", True), ("outcome", "open")),
                name="opp_forecast",
            ),
        ),
    ]
