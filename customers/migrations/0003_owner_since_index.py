"""Indexes for what a person got lately (start page) and has in a region."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0002_search_index"),
        ("dictionaries", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["owner", "owner_since", "id"],
                name="cust_owner_since",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["owner", "region", "id"],
                name="cust_owner_region",
            ),
        ),
        # Without statistics of the new indexes SQLite takes them for the best of all.
        migrations.RunSQL("ANALYZE customers_customer", migrations.RunSQL.noop),
    ]
