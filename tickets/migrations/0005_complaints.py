"""Findings on complaints, and the measures of the weekly review."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0008_files_by_time"),
        ("dictionaries", "0002_work_calendar"),
        ("tickets", "0004_add_surveys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ImprovementMeasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("week", models.DateField(db_index=True, verbose_name="Week")),
                ("created_at", models.DateTimeField(editable=False)),
                (
                    "cause",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Cause of the complaint",
                    ),
                ),
                (
                    "task",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="activities.task",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="measures",
                        to="tickets.ticket",
                        verbose_name="Ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "Improvement measure",
                "verbose_name_plural": "Improvement measures",
                "ordering": ["-week", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Complaint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[("low", "Minor"), ("medium", "Considerable"), ("high", "Grave")],
                        default="medium",
                        max_length=8,
                        verbose_name="Severity",
                    ),
                ),
                (
                    "respondent",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="Unit complained about"
                    ),
                ),
                (
                    "demand",
                    models.CharField(blank=True, max_length=500, verbose_name="Customer's demand"),
                ),
                (
                    "liability",
                    models.CharField(
                        choices=[
                            ("undetermined", "Undetermined"),
                            ("ours", "Our company"),
                            ("provider", "Service provider"),
                            ("carrier", "Carrier"),
                            ("customer", "The customer himself"),
                        ],
                        default="undetermined",
                        max_length=12,
                        verbose_name="Liability",
                    ),
                ),
                (
                    "root_cause",
                    models.TextField(blank=True, max_length=2000, verbose_name="Root cause"),
                ),
                (
                    "corrective",
                    models.TextField(blank=True, max_length=2000, verbose_name="Corrective action"),
                ),
                (
                    "compensation",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="Compensation",
                    ),
                ),
                (
                    "call_back",
                    models.CharField(
                        blank=True,
                        choices=[("satisfied", "Satisfied"), ("unsatisfied", "Not satisfied")],
                        editable=False,
                        max_length=12,
                        verbose_name="Call-back",
                    ),
                ),
                (
                    "call_back_note",
                    models.CharField(
                        blank=True, max_length=500, verbose_name="Words of the customer"
                    ),
                ),
                (
                    "called_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Called back at"),
                ),
                (
                    "called_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Called back by",
                    ),
                ),
                (
                    "cause",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Cause of the complaint",
                    ),
                ),
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="complaint",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "verbose_name": "Complaint",
                "verbose_name_plural": "Complaints",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "liability__in",
                                ["undetermined", "ours", "provider", "carrier", "customer"],
                            ),
                            ("severity__in", ["low", "medium", "high"]),
                        ),
                        name="tickets_complaint_choices",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("call_back", ""), ("called_at__isnull", True)),
                            models.Q(
                                ("call_back__in", ["satisfied", "unsatisfied"]),
                                ("called_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="tickets_complaint_call_back",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("compensation__isnull", True),
                            ("compensation__gte", 0),
                            _connector="OR",
                        ),
                        name="tickets_complaint_compensation",
                    ),
                ],
            },
        ),
    ]
