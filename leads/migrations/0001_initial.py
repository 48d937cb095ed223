import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import crm.visitors.origins
import leads.models.web_forms
from crm.search.operations import CreateSearchIndex


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("customers", "0001_initial"),
        ("dictionaries", "0001_initial"),
        ("opportunities", "0001_initial"),
        ("pool", "0001_initial"),
    ]

    operations = [
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
                ("is_demo", models.BooleanField(default=False, editable=False)),
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
                    "sources",
                    models.ManyToManyField(
                        blank=True,
                        help_text="None: all.",
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Sources",
                    ),
                ),
                (
                    "people",
                    models.ManyToManyField(
                        related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="Recipients"
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
                "indexes": [],
            },
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
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("day", models.DateField()),
                ("given", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "day"), name="leads_count_once_a_day")
                ],
                "indexes": [],
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
                "indexes": [],
            },
        ),
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
                    "target",
                    models.CharField(
                        choices=[
                            ("rules", "Allocation rules"),
                            ("person", "One person"),
                            ("nobody", "Into the lead pool"),
                        ],
                        default="rules",
                        max_length=8,
                        verbose_name="Leads go to",
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
                    "origins",
                    models.JSONField(
                        blank=True,
                        default=list,
                        validators=[crm.visitors.origins.check_origins],
                        verbose_name="May be embedded on",
                    ),
                ),
                (
                    "thanks",
                    models.TextField(blank=True, max_length=500, verbose_name="Words of thanks"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="Active")),
                ("is_demo", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "verbose_name": "Public form",
                "verbose_name_plural": "Public forms",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("target__in", ["rules", "person", "nobody"])),
                        name="leads_web_form_target",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("target", "person"), _negated=True),
                            ("owner__isnull", False),
                            _connector="OR",
                        ),
                        name="leads_web_form_person",
                    ),
                ],
                "indexes": [],
            },
        ),
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
                ("version", models.PositiveIntegerField(default=1, editable=False)),
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
                    "owner_since",
                    models.DateTimeField(editable=False, null=True, verbose_name="Owner since"),
                ),
                (
                    "deleted_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Deleted at"),
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
                    "pool",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pool.pool",
                        verbose_name="Pool",
                    ),
                ),
                (
                    "pool_entered_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="In the pool since"
                    ),
                ),
                (
                    "pool_reason",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Reason",
                    ),
                ),
                (
                    "previous_owner",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Previous owner",
                    ),
                ),
                (
                    "claimed_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Claimed at"),
                ),
                (
                    "is_locked",
                    models.BooleanField(default=False, editable=False, verbose_name="Locked"),
                ),
                (
                    "protected_until",
                    models.DateTimeField(editable=False, null=True, verbose_name="Protected until"),
                ),
                (
                    "pool_due_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="Falls into the pool"
                    ),
                ),
                (
                    "pool_due_rule",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("follow_up", "No follow-up"),
                            ("opportunity", "No new opportunity"),
                            ("deal", "No deal"),
                            ("protection", "Protection expired"),
                            ("manual", "Put in by hand"),
                            ("unassigned", "Never had an owner"),
                        ],
                        editable=False,
                        max_length=12,
                    ),
                ),
                ("pool_due_days", models.PositiveSmallIntegerField(editable=False, null=True)),
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
                    "source_page",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="Source page"
                    ),
                ),
                (
                    "web_form",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="leads",
                        to="leads.webform",
                        verbose_name="Public form",
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
                    "converted_opportunity",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="opportunities.opportunity",
                        verbose_name="Opportunity made from it",
                    ),
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
                        condition=models.Q(
                            ("deleted_at__isnull", True), ("pool_due_at__isnull", False)
                        ),
                        fields=["pool_due_at", "id"],
                        name="lead_due",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("deleted_at__isnull", True), ("pool_due_at__isnull", False)
                        ),
                        fields=["owner", "pool_due_at", "id"],
                        name="lead_owner_due",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True), ("pool__isnull", False)),
                        fields=["pool", "pool_entered_at", "id"],
                        name="lead_pool",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("deleted_at__isnull", True), ("claimed_at__isnull", False)
                        ),
                        fields=["owner", "claimed_at", "id"],
                        name="lead_claimed",
                    ),
                    models.Index(
                        condition=models.Q(("is_locked", True)),
                        fields=["owner"],
                        name="lead_locked",
                    ),
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
                        fields=["owner", "created_at", "id"],
                        name="lead_owner_created",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "name_pinyin", "id"],
                        name="lead_owner_pinyin",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "number", "id"],
                        name="lead_owner_number",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "score", "id"],
                        name="lead_owner_score",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "last_contact_at", "id"],
                        name="lead_owner_last",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "first_contact_due_at", "id"],
                        name="lead_owner_first",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("deleted_at__isnull", True), ("converted_at__isnull", False)
                        ),
                        fields=["converted_at", "id"],
                        name="lead_converted",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("deleted_at__isnull", True), ("converted_at__isnull", False)
                        ),
                        fields=["owner", "converted_at", "id"],
                        name="lead_owner_converted",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("deleted_at__isnull", True), ("converted_at__isnull", False)
                        ),
                        fields=["status", "converted_at", "id"],
                        name="lead_state_converted",
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
                            models.Q(("owner__isnull", False), ("pool__isnull", True)),
                            models.Q(("owner__isnull", True), ("pool__isnull", False)),
                            _connector="OR",
                        ),
                        name="leads_lead_owner_or_pool",
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
        CreateSearchIndex("leads.Lead"),
    ]
