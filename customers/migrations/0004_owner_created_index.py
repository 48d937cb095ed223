"""An index for what a person's customers were created between two days."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0003_owner_since_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["owner", "created_at", "id"],
                name="cust_owner_created",
            ),
        ),
        # Without statistics of the new index SQLite takes it for the best of all.
        migrations.RunSQL("ANALYZE customers_customer", migrations.RunSQL.noop),
    ]
