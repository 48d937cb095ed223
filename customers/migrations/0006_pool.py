"""Columns of the pool; every customer will have an owner or stand in a pool."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_owner_sort_indexes"),
        ("dictionaries", "0001_initial"),
        ("pool", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="claimed_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="Claimed at"),
        ),
        migrations.AddField(
            model_name="customer",
            name="is_locked",
            field=models.BooleanField(default=False, editable=False, verbose_name="Locked"),
        ),
        migrations.AddField(
            model_name="customer",
            name="pool",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="pool.pool",
                verbose_name="Pool",
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="pool_due_at",
            field=models.DateTimeField(
                editable=False, null=True, verbose_name="Falls into the pool"
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="pool_due_days",
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="customer",
            name="pool_due_rule",
            field=models.CharField(
                blank=True,
                choices=[
                    ("follow_up", "No follow-up"),
                    ("opportunity", "No new opportunity"),
                    ("deal", "No deal"),
                    ("protection", "Protection expired"),
                    ("manual", "Put in by hand"),
                    ("unassigned", "Never had an owner"),
                ],
                editable=False,
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="pool_entered_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="In the pool since"),
        ),
        migrations.AddField(
            model_name="customer",
            name="pool_reason",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="dictionaries.item",
                verbose_name="Reason",
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="protected_until",
            field=models.DateTimeField(editable=False, null=True, verbose_name="Protected until"),
        ),
    ]
