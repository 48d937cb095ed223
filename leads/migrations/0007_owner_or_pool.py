"""A lead has an owner or stands in a pool."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0006_fill_pool")]

    operations = [
        migrations.AddConstraint(
            model_name="lead",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("owner__isnull", False), ("pool__isnull", True)),
                    models.Q(("owner__isnull", True), ("pool__isnull", False)),
                    _connector="OR",
                ),
                name="leads_lead_owner_or_pool",
            ),
        ),
    ]
