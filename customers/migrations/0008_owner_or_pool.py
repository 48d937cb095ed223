"""Exactly one of owner and pool, and the indexes of the pool's lists."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0007_fill_pool"),
        ("pool", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("pool_due_at__isnull", False)),
                fields=["pool_due_at", "id"],
                name="cust_due",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("pool_due_at__isnull", False)),
                fields=["owner", "pool_due_at", "id"],
                name="cust_owner_due",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("pool__isnull", False)),
                fields=["pool", "pool_entered_at", "id"],
                name="cust_pool",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("claimed_at__isnull", False)),
                fields=["owner", "claimed_at", "id"],
                name="cust_claimed",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("is_locked", True)), fields=["owner"], name="cust_locked"
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("owner__isnull", False), ("pool__isnull", True)),
                    models.Q(("owner__isnull", True), ("pool__isnull", False)),
                    _connector="OR",
                ),
                name="customers_customer_owner_or_pool",
            ),
        ),
    ]
