"""Customers' links and the mails that go out with answers."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import crm.core.clock


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0009_count_down_in_working_time"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomerLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nonce", models.CharField(max_length=32, unique=True)),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("issued_at", models.DateTimeField(verbose_name="Issued at")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="Revoked at")),
                (
                    "issued_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Issued by",
                    ),
                ),
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="customer_link",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "Customer's link",
                "verbose_name_plural": "Customers' links",
            },
        ),
        migrations.CreateModel(
            name="AnswerMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.EmailField(max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting to be sent by e-mail"),
                            ("sending", "Being sent by e-mail"),
                            ("sent", "Sent by e-mail"),
                            ("failed", "The e-mail was not sent"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="State",
                    ),
                ),
                ("header_id", models.CharField(max_length=200, unique=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="Attempts")),
                ("next_at", models.DateTimeField(default=crm.core.clock.now)),
                ("sent_at", models.DateTimeField(null=True, verbose_name="Sent at")),
                ("error", models.CharField(blank=True, max_length=300, verbose_name="Reason")),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail",
                        to="tickets.ticketmessage",
                    ),
                ),
            ],
            options={
                "verbose_name": "Mail to a customer",
                "verbose_name_plural": "Mails to customers",
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["pending", "sending"])),
                        fields=["next_at"],
                        name="ticket_mail_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["pending", "sending", "sent", "failed"])),
                        name="tickets_mail_state",
                    )
                ],
            },
        ),
    ]
