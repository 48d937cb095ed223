"""Several work calendars: each says whether the statutory holidays count, names are unique."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [
        ("dictionaries", "0002_versions_of_tags_and_number_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="businesscalendar",
            name="follows_statutory",
            field=models.BooleanField(
                default=True,
                help_text="Otherwise only days entered by hand differ from the weekly hours.",
                verbose_name="Statutory holidays apply",
            ),
        ),
        migrations.AlterField(
            model_name="calendarexception",
            name="calendar",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="days",
                to="dictionaries.businesscalendar",
                verbose_name="Work calendar",
            ),
        ),
        migrations.AddConstraint(
            model_name="businesscalendar",
            constraint=models.UniqueConstraint(
                Lower("name"), name="dictionaries_calendar_name_once"
            ),
        ),
    ]
