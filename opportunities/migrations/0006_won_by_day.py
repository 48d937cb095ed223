"""Indexes for what was won and closed in some days, of everybody and of one person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("opportunities", "0005_pipeline_committed_from"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="opportunity",
            name="opp_won",
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("deal_on__isnull", False)),
                fields=["outcome", "deal_on", "owner", "actual_amount"],
                name="opp_won",
            ),
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("deal_on__isnull", False)),
                fields=["owner", "outcome", "deal_on", "actual_amount"],
                name="opp_owner_won",
            ),
        ),
        migrations.RemoveIndex(
            model_name="opportunity",
            name="opp_closed",
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("closed_at__isnull", False)),
                fields=["outcome", "closed_at", "owner"],
                name="opp_closed",
            ),
        ),
    ]
