"""Public forms, rules of allocation and score."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import leads.models.web_forms


class Migration(migrations.Migration):
    dependencies = [
        ("dictionaries", "0002_work_calendar"),
        ("leads", "0002_search_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WebForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Created at")),
                ("updated_at", models.DateTimeField(editable=False, verbose_name="Updated at")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("title", models.CharField(max_length=60, verbose_name="Title")),
                (
                    "intro",
                    models.TextField(blank=True, max_length=500, verbose_name="Introduction"),
                ),
                (
                    "token",
                    models.CharField(
                        default=leads.models.web_forms.new_token,
                        editable=False,
                        max_length=40,
                        unique=True,
                    ),
                ),
                (
                    "asked",
                    models.JSONField(
                        blank=True,
                        default=leads.models.web_forms.usual_fields,
                        verbose_name="Further fields",
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("rules", "Allocation rules"),
                            ("person", "One person"),
                            ("nobody", "Nobody (unassigned)"),
                        ],
                        default="rules",
                        max_length=8,
                        verbose_name="Leads go to",
                    ),
                ),
                (
                    "thanks",
                    models.TextField(blank=True, max_length=500, verbose_name="Words of thanks"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="Active")),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Created by",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        help_text="For “One person”; with the rules for leads that no rule takes.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Owner",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Lead source",
                    ),
                ),
            ],
            options={
                "verbose_name": "Public form",
                "verbose_name_plural": "Public forms",
                "ordering": ["-id"],
            },
        ),
        migrations.AddField(
            model_name="lead",
            name="web_form",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="leads",
                to="leads.webform",
                verbose_name="Public form",
            ),
        ),
        migrations.CreateModel(
            name="AllocationCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("given", models.PositiveIntegerField(default=0)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "day"), name="leads_count_once_a_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="AllocationRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="Name")),
                (
                    "order",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="Small numbers come first; the first match wins.",
                        verbose_name="Order",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="Active")),
                (
                    "regions",
                    models.CharField(
                        blank=True,
                        help_text="Provinces or cities separated by commas. Empty: all.",
                        max_length=200,
                        verbose_name="Regions",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("round_robin", "In turn"), ("load", "Fewest open leads")],
                        default="round_robin",
                        max_length=12,
                        verbose_name="Way",
                    ),
                ),
                (
                    "daily_quota",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Empty: without limit.",
                        null=True,
                        verbose_name="Leads per person and day",
                    ),
                ),
                ("turn", models.PositiveIntegerField(default=0, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "people",
                    models.ManyToManyField(
                        related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="Recipients"
                    ),
                ),
                (
                    "sources",
                    models.ManyToManyField(
                        blank=True,
                        help_text="None: all.",
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Sources",
                    ),
                ),
            ],
            options={
                "verbose_name": "Allocation rule",
                "verbose_name_plural": "Allocation rules",
                "ordering": ["order", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["round_robin", "load"])),
                        name="leads_rule_way",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScoreRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("order", models.PositiveSmallIntegerField(default=10, verbose_name="Order")),
                ("is_active", models.BooleanField(default=True, verbose_name="Active")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("filled", "Field is filled"),
                            ("source", "Source"),
                            ("industry", "Industry"),
                            ("region", "Region"),
                            ("follow_ups", "Follow-ups"),
                            ("next_step", "Next contact is agreed"),
                        ],
                        max_length=12,
                        verbose_name="Condition",
                    ),
                ),
                (
                    "field",
                    models.CharField(
                        blank=True,
                        help_text="For the condition “Field is filled”.",
                        max_length=20,
                        verbose_name="Field",
                    ),
                ),
                (
                    "regions",
                    models.CharField(
                        blank=True,
                        help_text="Provinces or cities separated by commas.",
                        max_length=200,
                        verbose_name="Regions",
                    ),
                ),
                (
                    "least",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="At least so many follow-ups"
                    ),
                ),
                (
                    "points",
                    models.SmallIntegerField(
                        help_text="From -100 to 100; negative points lower the score.",
                        verbose_name="Points",
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Source or industry",
                    ),
                ),
            ],
            options={
                "verbose_name": "Score rule",
                "verbose_name_plural": "Score rules",
                "ordering": ["order", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "filled",
                                    "source",
                                    "industry",
                                    "region",
                                    "follow_ups",
                                    "next_step",
                                ],
                            )
                        ),
                        name="leads_score_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("points__range", (-100, 100))),
                        name="leads_score_points",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="webform",
            constraint=models.CheckConstraint(
                condition=models.Q(("target__in", ["rules", "person", "nobody"])),
                name="leads_web_form_target",
            ),
        ),
        migrations.AddConstraint(
            model_name="webform",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("target", "person"), _negated=True),
                    ("owner__isnull", False),
                    _connector="OR",
                ),
                name="leads_web_form_person",
            ),
        ),
    ]
