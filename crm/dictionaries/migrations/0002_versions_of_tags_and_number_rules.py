"""Of two people who save one tag or number rule at once, the later is told (decision 0020)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dictionaries", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="numberrule",
            name="updated_at",
            field=models.DateTimeField(auto_now=True),
        ),
        migrations.AddField(
            model_name="numberrule",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="tag",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
    ]
