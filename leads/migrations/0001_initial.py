"""The table of leads."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "0005_owner_sort_indexes"),
        ("dictionaries", "0002_work_calendar"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Lead",
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
                (
                    "owner_since",
                    models.DateTimeField(editable=False, null=True, verbose_name="Owner since"),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Deleted at"),
                ),
                (
                    "number",
                    models.CharField(
                        editable=False, max_length=40, unique=True, verbose_name="Lead number"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="Lead name")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("new", "Not followed up"),
                            ("following", "In follow-up"),
                            ("converted", "Converted"),
                            ("abandoned", "Invalid"),
                        ],
                        default="new",
                        editable=False,
                        max_length=10,
                        verbose_name="Lead state",
                    ),
                ),
                (
                    "contact_name",
                    models.CharField(blank=True, max_length=60, verbose_name="Contact person"),
                ),
                ("position", models.CharField(blank=True, max_length=60, verbose_name="Position")),
                ("mobile", models.CharField(blank=True, max_length=20, verbose_name="Mobile")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="Phone")),
                ("email", models.EmailField(blank=True, max_length=120, verbose_name="E-mail")),
                ("wechat", models.CharField(blank=True, max_length=60, verbose_name="WeChat")),
                (
                    "source_page",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="Source page"
                    ),
                ),
                (
                    "address",
                    models.CharField(blank=True, max_length=200, verbose_name="Detailed address"),
                ),
                (
                    "need",
                    models.TextField(blank=True, max_length=2000, verbose_name="Need summary"),
                ),
                (
                    "pain_points",
                    models.TextField(blank=True, max_length=2000, verbose_name="Pain points"),
                ),
                ("remarks", models.TextField(blank=True, max_length=4000, verbose_name="Remarks")),
                (
                    "score",
                    models.SmallIntegerField(default=0, editable=False, verbose_name="Lead score"),
                ),
                (
                    "follow_up_count",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="Follow-ups"
                    ),
                ),
                (
                    "first_contact_due_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="First contact due"
                    ),
                ),
                (
                    "first_contact_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="First contact at"
                    ),
                ),
                (
                    "next_contact_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="Next contact"),
                ),
                (
                    "last_contact_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Last contact"),
                ),
                (
                    "last_contact_summary",
                    models.CharField(
                        blank=True,
                        editable=False,
                        max_length=200,
                        verbose_name="Last contact summary",
                    ),
                ),
                (
                    "abandon_note",
                    models.CharField(blank=True, max_length=500, verbose_name="Explanation"),
                ),
                (
                    "abandoned_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Abandoned at"),
                ),
                (
                    "converted_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Converted at"),
                ),
                (
                    "is_incomplete",
                    models.BooleanField(default=False, editable=False, verbose_name="Incomplete"),
                ),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                ("name_key", models.CharField(editable=False, max_length=120)),
                ("name_pinyin", models.CharField(editable=False, max_length=255)),
                ("name_initials", models.CharField(editable=False, max_length=120)),
                (
                    "abandon_reason",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Abandon reason",
                    ),
                ),
                (
                    "converted_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Converted by",
                    ),
                ),
                (
                    "converted_contact",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="customers.contact",
                        verbose_name="Contact made from it",
                    ),
                ),
                (
                    "converted_customer",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="leads",
                        to="customers.customer",
                        verbose_name="Customer made from it",
                    ),
                ),
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
                    "deleted_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Deleted by",
                    ),
                ),
                (
                    "industry",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Industry",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Owner",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.region",
                        verbose_name="Region",
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
                (
                    "tags",
                    models.ManyToManyField(
                        blank=True, related_name="leads", to="dictionaries.tag", verbose_name="Tags"
                    ),
                ),
            ],
            options={
                "verbose_name": "Lead",
                "verbose_name_plural": "Leads",
                "ordering": ["-updated_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["updated_at", "id"],
                        name="lead_updated",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["created_at", "id"],
                        name="lead_created",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["name_pinyin", "id"],
                        name="lead_pinyin",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["number", "id"],
                        name="lead_number",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["score", "id"],
                        name="lead_score",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["next_contact_at", "id"],
                        name="lead_next",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["last_contact_at", "id"],
                        name="lead_last",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["first_contact_due_at", "id"],
                        name="lead_first_due",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "updated_at", "id"],
                        name="lead_owner",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "next_contact_at", "id"],
                        name="lead_owner_next",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "status", "id"],
                        name="lead_owner_status",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["status", "updated_at", "id"],
                        name="lead_state",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["source", "updated_at", "id"],
                        name="lead_source",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True), ("status", "abandoned")),
                        fields=["abandon_reason", "abandoned_at", "id"],
                        name="lead_abandoned",
                    ),
                    models.Index(fields=["name_key"], name="lead_name_key"),
                    models.Index(
                        condition=models.Q(("mobile", ""), _negated=True),
                        fields=["mobile"],
                        name="lead_mobile",
                    ),
                    models.Index(
                        condition=models.Q(("phone", ""), _negated=True),
                        fields=["phone"],
                        name="lead_phone",
                    ),
                    models.Index(
                        condition=models.Q(("email", ""), _negated=True),
                        fields=["email"],
                        name="lead_email",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", False)),
                        fields=["deleted_at", "id"],
                        name="lead_bin",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["new", "following", "converted", "abandoned"])
                        ),
                        name="leads_lead_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="leads_lead_name_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "abandoned"), _negated=True),
                            models.Q(
                                ("abandon_reason__isnull", False),
                                models.Q(("abandon_note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="leads_lead_abandoned_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "converted"), _negated=True),
                            ("converted_at__isnull", False),
                            _connector="OR",
                        ),
                        name="leads_lead_converted_at",
                    ),
                ],
            },
        ),
    ]
