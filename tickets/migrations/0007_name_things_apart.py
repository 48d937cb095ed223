"""Names that had another meaning elsewhere; the tables stay as they are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0006_add_survey_opt_outs"),
    ]

    operations = [
        migrations.AlterField(
            model_name="ticket",
            name="closed_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="Ticket closed at"),
        ),
        migrations.AlterField(
            model_name="ticketgroup",
            name="strategy",
            field=models.CharField(
                choices=[
                    ("manual", "By the supervisor"),
                    ("round_robin", "In turn"),
                    ("least_load", "Fewest open tickets"),
                ],
                default="manual",
                max_length=12,
                verbose_name="Way of assignment",
            ),
        ),
        migrations.AlterField(
            model_name="ticketmessage",
            name="via",
            field=models.CharField(
                choices=[
                    ("desk", "Ticket page"),
                    ("phone", "Phone"),
                    ("email", "E-mail"),
                    ("web", "Public form"),
                    ("portal", "Customer's page"),
                    ("sms", "Text message"),
                    ("import", "Import"),
                ],
                default="desk",
                max_length=8,
                verbose_name="Message channel",
            ),
        ),
    ]
