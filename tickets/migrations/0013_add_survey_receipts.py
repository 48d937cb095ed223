"""Receipts of the providers that send invitations to surveys."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0009_rhythm"),
        ("tickets", "0012_add_public_forms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="surveyinvite",
            name="delivered_at",
            field=models.DateTimeField(null=True, verbose_name="Delivered at"),
        ),
        migrations.AddField(
            model_name="surveyinvite",
            name="reference",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddIndex(
            model_name="surveyinvite",
            index=models.Index(
                condition=models.Q(("reference", ""), _negated=True),
                fields=["channel", "reference"],
                name="ticket_invite_receipt",
            ),
        ),
    ]
