"""A low rating remembers the complaint that was made of it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_near_promises")]

    operations = [
        migrations.AddField(
            model_name="surveyresponse",
            name="complaint",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="tickets.ticket",
                verbose_name="Complaint",
            ),
        ),
    ]
