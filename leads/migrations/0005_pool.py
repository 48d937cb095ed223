"""Columns of leads that stand in a pool."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0008_owner_or_pool"),
        ("dictionaries", "0002_work_calendar"),
        ("leads", "0004_converted_opportunity"),
        ("opportunities", "0002_search_index"),
        ("pool", "0002_demo_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="lead",
            name="claimed_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="Claimed at"),
        ),
        migrations.AddField(
            model_name="lead",
            name="is_locked",
            field=models.BooleanField(default=False, editable=False, verbose_name="Locked"),
        ),
        migrations.AddField(
            model_name="lead",
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
            model_name="lead",
            name="pool_due_at",
            field=models.DateTimeField(
                editable=False, null=True, verbose_name="Falls into the pool"
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="pool_due_days",
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="lead",
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
            model_name="lead",
            name="pool_entered_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="In the pool since"),
        ),
        migrations.AddField(
            model_name="lead",
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
            model_name="lead",
            name="previous_owner",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="Previous owner",
            ),
        ),
        migrations.AddField(
            model_name="lead",
            name="protected_until",
            field=models.DateTimeField(editable=False, null=True, verbose_name="Protected until"),
        ),
        migrations.AlterField(
            model_name="webform",
            name="target",
            field=models.CharField(
                choices=[
                    ("rules", "Allocation rules"),
                    ("person", "One person"),
                    ("nobody", "Into the lead pool"),
                ],
                default="rules",
                max_length=8,
                verbose_name="Leads go to",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("pool_due_at__isnull", False)),
                fields=["pool_due_at", "id"],
                name="lead_due",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("pool_due_at__isnull", False)),
                fields=["owner", "pool_due_at", "id"],
                name="lead_owner_due",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("pool__isnull", False)),
                fields=["pool", "pool_entered_at", "id"],
                name="lead_pool",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("claimed_at__isnull", False)),
                fields=["owner", "claimed_at", "id"],
                name="lead_claimed",
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(("is_locked", True)), fields=["owner"], name="lead_locked"
            ),
        ),
    ]
