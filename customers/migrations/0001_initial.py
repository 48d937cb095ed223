import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import crm.core.clock
from crm.search.operations import CreateSearchIndex


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("dictionaries", "0001_initial"),
        ("pool", "0001_initial"),
    ]

    operations = [
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
                    "grade",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Customer grade",
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
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="RhythmSweep",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("updated_at", models.DateTimeField()),
                ("customer_id", models.BigIntegerField(default=0)),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=60, verbose_name="Name")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="customers.category",
                        verbose_name="Parent",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="Order")),
                ("is_active", models.BooleanField(default=True, verbose_name="Active")),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "Classification",
                "verbose_name_plural": "Classifications",
                "ordering": ["order", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("parent", "name"), name="customers_category_name_once_per_parent"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("parent__isnull", True)),
                        fields=("name",),
                        name="customers_category_scheme_once",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Customer",
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
                        editable=False, max_length=40, unique=True, verbose_name="Customer number"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="Customer name")),
                (
                    "nature",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Customer nature",
                    ),
                ),
                (
                    "life_cycle",
                    models.CharField(
                        choices=[
                            ("potential", "Potential customer"),
                            ("interested", "Interested customer"),
                            ("closed", "Closed customer"),
                            ("lost", "Lost customer"),
                        ],
                        default="potential",
                        max_length=12,
                        verbose_name="Life cycle",
                    ),
                ),
                (
                    "grade",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Customer grade",
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
                        verbose_name="Customer source",
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
                    "credit_code",
                    models.CharField(
                        blank=True, max_length=30, verbose_name="Unified social credit code"
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="Phone")),
                ("email", models.EmailField(blank=True, max_length=120, verbose_name="E-mail")),
                ("website", models.URLField(blank=True, verbose_name="Website")),
                ("need", models.TextField(blank=True, max_length=2000, verbose_name="Need")),
                (
                    "product_preference",
                    models.CharField(blank=True, max_length=200, verbose_name="Product preference"),
                ),
                (
                    "annual_spending",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="Annual spending",
                    ),
                ),
                (
                    "cooperating_since",
                    models.DateField(blank=True, null=True, verbose_name="Cooperating since"),
                ),
                ("entered_on", models.DateField(verbose_name="Entry date")),
                (
                    "verified_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="Contact data verified on"
                    ),
                ),
                (
                    "closed_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Closed at"),
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
                ("remarks", models.TextField(blank=True, max_length=4000, verbose_name="Remarks")),
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
                        blank=True,
                        related_name="customers",
                        to="dictionaries.tag",
                        verbose_name="Tags",
                    ),
                ),
                (
                    "categories",
                    models.ManyToManyField(
                        blank=True,
                        related_name="customers",
                        to="customers.category",
                        verbose_name="Classifications",
                    ),
                ),
            ],
            options={
                "verbose_name": "Customer",
                "verbose_name_plural": "Customers",
                "ordering": ["-updated_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["updated_at", "id"],
                        name="cust_updated",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["created_at", "id"],
                        name="cust_created",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["name_pinyin", "id"],
                        name="cust_pinyin",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["number", "id"],
                        name="cust_number",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["entered_on", "id"],
                        name="cust_entered",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["last_contact_at", "id"],
                        name="cust_last",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["next_contact_at", "id"],
                        name="cust_next",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "updated_at", "id"],
                        name="cust_owner",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "region", "id"],
                        name="cust_owner_region",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "owner_since", "id"],
                        name="cust_owner_since",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "created_at", "id"],
                        name="cust_owner_created",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "entered_on", "id"],
                        name="cust_owner_entered",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "name_pinyin", "id"],
                        name="cust_owner_pinyin",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "number", "id"],
                        name="cust_owner_number",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "last_contact_at", "id"],
                        name="cust_owner_last",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "next_contact_at", "id"],
                        name="cust_owner_next",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=[
                            "owner",
                            "life_cycle",
                            "grade",
                            "source",
                            "industry",
                            "nature",
                            "region",
                            "deleted_at",
                        ],
                        name="cust_owner_facets",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["life_cycle", "updated_at", "id"],
                        name="cust_life_cycle",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["grade", "updated_at", "id"],
                        name="cust_grade",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["source", "updated_at", "id"],
                        name="cust_source",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["industry", "updated_at", "id"],
                        name="cust_industry",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["nature", "updated_at", "id"],
                        name="cust_nature",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["region", "updated_at", "id"],
                        name="cust_region",
                    ),
                    models.Index(fields=["name_key"], name="cust_name_key"),
                    models.Index(
                        condition=models.Q(("credit_code", ""), _negated=True),
                        fields=["credit_code"],
                        name="cust_credit_code",
                    ),
                    models.Index(
                        condition=models.Q(("phone", ""), _negated=True),
                        fields=["phone"],
                        name="cust_phone",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", False)),
                        fields=["deleted_at", "id"],
                        name="cust_bin",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True), ("is_incomplete", True)),
                        fields=["updated_at", "id"],
                        name="cust_incomplete",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("deleted_at__isnull", True), ("pool_due_at__isnull", False)
                        ),
                        fields=["pool_due_at", "id"],
                        name="cust_due",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("deleted_at__isnull", True), ("pool_due_at__isnull", False)
                        ),
                        fields=["owner", "pool_due_at", "id"],
                        name="cust_owner_due",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True), ("pool__isnull", False)),
                        fields=["pool", "pool_entered_at", "id"],
                        name="cust_pool",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("deleted_at__isnull", True), ("claimed_at__isnull", False)
                        ),
                        fields=["owner", "claimed_at", "id"],
                        name="cust_claimed",
                    ),
                    models.Index(
                        condition=models.Q(("is_locked", True)),
                        fields=["owner"],
                        name="cust_locked",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("life_cycle__in", ["potential", "interested", "closed", "lost"])
                        ),
                        name="customers_customer_life_cycle",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="customers_customer_name_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("owner__isnull", False), ("pool__isnull", True)),
                            models.Q(("owner__isnull", True), ("pool__isnull", False)),
                            _connector="OR",
                        ),
                        name="customers_customer_owner_or_pool",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomerShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "permission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="auth.permission"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Team member",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("granted_at", models.DateTimeField(default=crm.core.clock.now)),
                (
                    "expires_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="Valid until"),
                ),
                (
                    "content_object",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shares",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "Team member",
                "verbose_name_plural": "Team members",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "permission", "content_object"), name="customers_share_once"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ContactGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, unique=True, verbose_name="Name")),
            ],
            options={
                "verbose_name": "Contact group",
                "verbose_name_plural": "Contact groups",
                "ordering": ["name"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Contact",
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
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="customers.customer",
                        verbose_name="Customer",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="Name")),
                (
                    "salutation",
                    models.CharField(blank=True, max_length=20, verbose_name="Salutation"),
                ),
                (
                    "gender",
                    models.CharField(
                        choices=[("unknown", "Unknown"), ("male", "Male"), ("female", "Female")],
                        default="unknown",
                        max_length=7,
                        verbose_name="Gender",
                    ),
                ),
                ("position", models.CharField(blank=True, max_length=60, verbose_name="Position")),
                (
                    "department",
                    models.CharField(blank=True, max_length=60, verbose_name="Department"),
                ),
                ("is_primary", models.BooleanField(default=False, verbose_name="Primary contact")),
                (
                    "is_decision_maker",
                    models.BooleanField(default=False, verbose_name="Key decision maker"),
                ),
                (
                    "reports_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="customers.contact",
                        verbose_name="Reports to",
                    ),
                ),
                ("mobile", models.CharField(blank=True, max_length=20, verbose_name="Mobile")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="Landline")),
                (
                    "other_phones",
                    models.CharField(blank=True, max_length=200, verbose_name="Further numbers"),
                ),
                ("email", models.EmailField(blank=True, max_length=120, verbose_name="E-mail")),
                ("wechat", models.CharField(blank=True, max_length=60, verbose_name="WeChat")),
                ("qq", models.CharField(blank=True, max_length=20, verbose_name="QQ")),
                (
                    "birth_calendar",
                    models.CharField(
                        choices=[("solar", "Solar"), ("lunar", "Lunar")],
                        default="solar",
                        max_length=5,
                        verbose_name="Birthday calendar",
                    ),
                ),
                (
                    "birth_year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="Year of birth"
                    ),
                ),
                (
                    "birth_month",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="Month of birth"
                    ),
                ),
                (
                    "birth_day",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="Day of birth"
                    ),
                ),
                ("birth_leap", models.BooleanField(default=False, verbose_name="Leap month")),
                (
                    "verified_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="Contact data verified on"
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
                ("remarks", models.TextField(blank=True, max_length=2000, verbose_name="Remarks")),
                ("name_pinyin", models.CharField(editable=False, max_length=255)),
                ("name_initials", models.CharField(editable=False, max_length=60)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        related_name="contacts",
                        to="customers.contactgroup",
                        verbose_name="Contact groups",
                    ),
                ),
            ],
            options={
                "verbose_name": "Contact",
                "verbose_name_plural": "Contacts",
                "ordering": ["-is_primary", "id"],
                "indexes": [
                    models.Index(fields=["customer", "id"], name="contact_customer"),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["updated_at", "id"],
                        name="contact_updated",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["created_at", "id"],
                        name="contact_created",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["name_pinyin", "id"],
                        name="contact_pinyin",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["next_contact_at", "id"],
                        name="contact_next",
                    ),
                    models.Index(
                        condition=models.Q(("mobile", ""), _negated=True),
                        fields=["mobile"],
                        name="contact_mobile",
                    ),
                    models.Index(
                        condition=models.Q(("phone", ""), _negated=True),
                        fields=["phone"],
                        name="contact_phone",
                    ),
                    models.Index(
                        condition=models.Q(("email", ""), _negated=True),
                        fields=["email"],
                        name="contact_email",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("gender__in", ["unknown", "male", "female"])),
                        name="customers_contact_gender",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("birth_calendar__in", ["solar", "lunar"])),
                        name="customers_contact_calendar",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("birth_month__isnull", True),
                            ("birth_month__range", (1, 12)),
                            _connector="OR",
                        ),
                        name="customers_contact_birth_month",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("birth_day__isnull", True),
                            ("birth_day__range", (1, 31)),
                            _connector="OR",
                        ),
                        name="customers_contact_birth_day",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("deleted_at__isnull", True), ("is_primary", True)),
                        fields=("customer",),
                        name="customers_contact_one_primary",
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
                    "rule",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.rhythmrule",
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
                ("due_at", models.DateTimeField(verbose_name="Due")),
                ("last_at", models.DateTimeField(null=True, verbose_name="Last time")),
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
        CreateSearchIndex("customers.Customer"),
    ]
