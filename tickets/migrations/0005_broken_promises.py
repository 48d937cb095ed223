"""The promises broken on a day are found among all clocks."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("tickets", "0004_indexes_of_what_goes")]

    operations = [
        migrations.AddIndex(
            model_name="slaclock",
            index=models.Index(
                fields=["breach_at", "id"],
                condition=Q(state="breached"),
                name="ticket_clock_broken",
            ),
        ),
    ]
