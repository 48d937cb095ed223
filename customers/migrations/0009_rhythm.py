import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("customers", "0008_owner_or_pool"),
        ("dictionaries", "0002_work_calendar"),
    ]

    operations = [
        migrations.CreateModel(
            name="RhythmSweep",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("updated_at", models.DateTimeField()),
                ("customer_id", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="RhythmRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "rule_set",
                    models.CharField(
                        choices=[
                            ("running", "Follow-up of running business"),
                            ("closed", "Maintenance of closed customers"),
                        ],
                        editable=False,
                        max_length=8,
                        verbose_name="Rule set",
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("any", "Any contact"),
                            ("phone", "Phone call"),
                            ("visit", "Visit"),
                            ("message", "Message or e-mail"),
                        ],
                        editable=False,
                        max_length=8,
                        verbose_name="What is due",
                    ),
                ),
                ("every", models.PositiveSmallIntegerField(default=1, verbose_name="Once every")),
                (
                    "unit",
                    models.CharField(
                        choices=[("week", "weeks"), ("month", "months")],
                        default="month",
                        max_length=5,
                        verbose_name="Unit",
                    ),
                ),
                ("is_on", models.BooleanField(default=True, verbose_name="On")),
                ("refresh_after", models.BigIntegerField(editable=False, null=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "grade",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Customer grade",
                    ),
                ),
            ],
            options={
                "verbose_name": "Follow-up frequency",
                "verbose_name_plural": "Follow-up frequencies",
                "ordering": ["-rule_set", "grade__order", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("rule_set", "grade", "action"), name="customers_rhythm_rule_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("every__gte", 1), ("every__lte", 60)),
                        name="customers_rhythm_every",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("action__in", ["any", "phone", "visit", "message"]),
                            ("rule_set__in", ["running", "closed"]),
                            ("unit__in", ["week", "month"]),
                        ),
                        name="customers_rhythm_closed_lists",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RhythmDue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField(verbose_name="Due")),
                ("last_at", models.DateTimeField(null=True, verbose_name="Last time")),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="due_actions",
                        to="customers.customer",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.rhythmrule",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["due_at", "customer"], name="rhythm_due"),
                    models.Index(fields=["owner", "due_at", "customer"], name="rhythm_owner_due"),
                    models.Index(fields=["rule", "customer"], name="rhythm_rule"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("customer", "rule"), name="customers_rhythm_due_once"
                    )
                ],
            },
        ),
    ]
