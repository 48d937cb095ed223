"""A note counts the automatic messages that were too many."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0014_handler")]

    operations = [
        migrations.AddField(
            model_name="ticketmessage",
            name="held_back",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
