"""The broken promises that ran on a day are found in their order."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("tickets", "0011_withdrawal")]

    operations = [
        migrations.AddIndex(
            model_name="slaclock",
            index=models.Index(
                fields=["started_at", "id", "breach_at"],
                condition=Q(state="breached", calendar_version__gt=0),
                name="ticket_clock_reconsider",
            ),
        ),
    ]
