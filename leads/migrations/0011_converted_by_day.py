"""An index for converted leads by the time of their conversion."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0010_web_form_origins"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("converted_at__isnull", False)),
                fields=["status", "converted_at", "id"],
                name="lead_state_converted",
            ),
        ),
    ]
