"""Tickets are read in the order in which their customers urged."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("tickets", "0008_urged")]

    operations = [
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["urged_at", "id"],
                condition=Q(deleted_at__isnull=True, urged_at__isnull=False),
                name="ticket_urged",
            ),
        ),
    ]
