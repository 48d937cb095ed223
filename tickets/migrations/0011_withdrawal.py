"""Customers ask on their page to have a ticket voided."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0010_tags"),
    ]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="withdrawal_at",
            field=models.DateTimeField(
                editable=False, null=True, verbose_name="Withdrawal asked for at"
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="withdrawal_reason",
            field=models.CharField(blank=True, editable=False, max_length=500),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("withdrawal_at__isnull", False)),
                fields=["updated_at", "id"],
                name="ticket_withdrawal",
            ),
        ),
    ]
