import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import crm.core.clock


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_login_captcha"),
        ("accounts", "__first__"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("customers", "0005_owner_sort_indexes"),
        ("dictionaries", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Competitor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=80, unique=True, verbose_name="Competitor")),
                (
                    "strengths",
                    models.TextField(blank=True, max_length=2000, verbose_name="Strengths"),
                ),
                (
                    "weaknesses",
                    models.TextField(blank=True, max_length=2000, verbose_name="Weaknesses"),
                ),
                ("website", models.URLField(blank=True, verbose_name="Website")),
                ("is_active", models.BooleanField(default=True, verbose_name="Active")),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "Competitor",
                "verbose_name_plural": "Competitors",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Pipeline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "code",
                    models.SlugField(
                        help_text="Fixed once saved.",
                        max_length=40,
                        unique=True,
                        verbose_name="Code",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="Name")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=60, verbose_name="English name"),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="Order")),
                (
                    "is_default",
                    models.BooleanField(
                        default=False,
                        help_text="Offered first to people without one of their own.",
                        verbose_name="Default",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="Active")),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "departments",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Empty: offered to everybody.",
                        related_name="pipelines",
                        to="accounts.department",
                        verbose_name="Departments",
                    ),
                ),
            ],
            options={
                "verbose_name": "Pipeline",
                "verbose_name_plural": "Pipelines",
                "ordering": ["order", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("is_default",),
                        name="opportunities_pipeline_one_default",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Opportunity",
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
                        editable=False,
                        max_length=60,
                        unique=True,
                        verbose_name="Opportunity number",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="Opportunity name")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=14, verbose_name="Expected amount"
                    ),
                ),
                (
                    "expected_on",
                    models.DateField(blank=True, null=True, verbose_name="Expected close date"),
                ),
                (
                    "stage_since",
                    models.DateTimeField(editable=False, verbose_name="In this stage since"),
                ),
                (
                    "probability",
                    models.PositiveSmallIntegerField(default=0, verbose_name="Win probability (%)"),
                ),
                (
                    "progress_note",
                    models.TextField(
                        blank=True, editable=False, max_length=1000, verbose_name="Progress note"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "In progress"),
                            ("won", "Won"),
                            ("lost", "Lost"),
                            ("invalid", "Invalid"),
                        ],
                        default="open",
                        editable=False,
                        max_length=8,
                        verbose_name="Outcome",
                    ),
                ),
                (
                    "grade",
                    models.CharField(
                        choices=[("a", "Grade A"), ("b", "Grade B"), ("c", "Grade C")],
                        default="c",
                        editable=False,
                        max_length=1,
                        verbose_name="Opportunity grade",
                    ),
                ),
                ("need", models.TextField(blank=True, max_length=2000, verbose_name="Need")),
                ("remarks", models.TextField(blank=True, max_length=4000, verbose_name="Remarks")),
                (
                    "strengths",
                    models.TextField(blank=True, max_length=2000, verbose_name="Our strengths"),
                ),
                (
                    "weaknesses",
                    models.TextField(blank=True, max_length=2000, verbose_name="Our weaknesses"),
                ),
                (
                    "evaluated_on",
                    models.DateField(blank=True, null=True, verbose_name="Evaluation date"),
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
                    "closed_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Closed at"),
                ),
                (
                    "actual_amount",
                    models.DecimalField(
                        decimal_places=2,
                        editable=False,
                        max_digits=14,
                        null=True,
                        verbose_name="Actual amount",
                    ),
                ),
                (
                    "contract_number",
                    models.CharField(
                        blank=True, editable=False, max_length=60, verbose_name="Contract number"
                    ),
                ),
                ("deal_on", models.DateField(editable=False, null=True, verbose_name="Deal date")),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                ("name_pinyin", models.CharField(editable=False, max_length=255)),
                (
                    "closing_reason",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Reason",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.contact",
                        verbose_name="Contact",
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
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opportunities",
                        to="customers.customer",
                        verbose_name="Customer",
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
                    "lost_to",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="opportunities.competitor",
                        verbose_name="Lost to",
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
                    "source",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Opportunity source",
                    ),
                ),
                (
                    "pipeline",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="opportunities.pipeline",
                        verbose_name="Pipeline",
                    ),
                ),
            ],
            options={
                "verbose_name": "Opportunity",
                "verbose_name_plural": "Opportunities",
                "ordering": ["-updated_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["updated_at", "id"],
                        name="opp_updated",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["created_at", "id"],
                        name="opp_created",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["name_pinyin", "id"],
                        name="opp_pinyin",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["number", "id"],
                        name="opp_number",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["amount", "id"],
                        name="opp_amount",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["expected_on", "id"],
                        name="opp_expected",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["next_contact_at", "id"],
                        name="opp_next",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["last_contact_at", "id"],
                        name="opp_last",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "updated_at", "id"],
                        name="opp_owner",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "created_at", "id"],
                        name="opp_owner_created",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["customer", "outcome", "id"],
                        name="opp_customer",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["outcome", "updated_at", "id"],
                        name="opp_outcome",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True), ("outcome", "open")),
                        fields=["expected_on", "owner", "probability", "amount"],
                        name="opp_forecast",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True), ("outcome", "won")),
                        fields=["deal_on", "owner", "actual_amount"],
                        name="opp_won",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("deleted_at__isnull", True),
                            models.Q(("outcome", "open"), _negated=True),
                        ),
                        fields=["closed_at", "owner", "outcome"],
                        name="opp_closed",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", False)),
                        fields=["deleted_at", "id"],
                        name="opp_bin",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["open", "won", "lost", "invalid"])),
                        name="opportunities_opportunity_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("grade__in", ["a", "b", "c"])),
                        name="opportunities_opportunity_grade",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="opportunities_opportunity_name_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)),
                        name="opportunities_opportunity_amount",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("probability__lte", 100)),
                        name="opportunities_opportunity_probability",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "won"), _negated=True),
                            models.Q(
                                ("actual_amount__isnull", False),
                                ("deal_on__isnull", False),
                                models.Q(("contract_number", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="opportunities_opportunity_won_needs",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome__in", ["lost", "invalid"]), _negated=True),
                            ("closing_reason__isnull", False),
                            _connector="OR",
                        ),
                        name="opportunities_opportunity_lost_needs",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("outcome", "open")),
                            models.Q(
                                models.Q(("outcome", "open"), _negated=True),
                                ("closed_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="opportunities_opportunity_closed_at",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="Product code")),
                ("name", models.CharField(max_length=120, verbose_name="Product name")),
                (
                    "specification",
                    models.CharField(blank=True, max_length=200, verbose_name="Specification"),
                ),
                (
                    "list_price",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=14, verbose_name="List price"
                    ),
                ),
                ("is_on_sale", models.BooleanField(default=True, verbose_name="On sale")),
                ("remarks", models.TextField(blank=True, max_length=2000, verbose_name="Remarks")),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Product category",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "Product",
                "verbose_name_plural": "Products",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("list_price__gte", 0)),
                        name="opportunities_product_price",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProductLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(editable=False, max_length=120, verbose_name="Product name"),
                ),
                (
                    "unit",
                    models.CharField(
                        blank=True, editable=False, max_length=60, verbose_name="Unit"
                    ),
                ),
                (
                    "list_price",
                    models.DecimalField(
                        decimal_places=2, editable=False, max_digits=14, verbose_name="List price"
                    ),
                ),
                (
                    "price",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="Selling price"
                    ),
                ),
                (
                    "quantity",
                    models.DecimalField(
                        decimal_places=2, default=1, max_digits=12, verbose_name="Quantity"
                    ),
                ),
                (
                    "discount",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=5, verbose_name="Discount (%)"
                    ),
                ),
                (
                    "subtotal",
                    models.DecimalField(
                        decimal_places=2, editable=False, max_digits=14, verbose_name="Subtotal"
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="opportunities.opportunity",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="opportunities.product",
                        verbose_name="Product",
                    ),
                ),
            ],
            options={
                "verbose_name": "Product line",
                "verbose_name_plural": "Product lines",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("price__gte", 0)), name="opportunities_line_price"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="opportunities_line_quantity"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("discount__gte", 0), ("discount__lte", 100)),
                        name="opportunities_line_discount",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rival",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "strengths",
                    models.CharField(blank=True, max_length=500, verbose_name="Strengths"),
                ),
                (
                    "weaknesses",
                    models.CharField(blank=True, max_length=500, verbose_name="Weaknesses"),
                ),
                (
                    "competitor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rivals",
                        to="opportunities.competitor",
                        verbose_name="Competitor",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rivals",
                        to="opportunities.opportunity",
                    ),
                ),
            ],
            options={
                "verbose_name": "Competitor in an opportunity",
                "verbose_name_plural": "Competitors in opportunities",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("opportunity", "competitor"), name="opportunities_rival_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Stage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "code",
                    models.SlugField(
                        help_text="Fixed once saved.", max_length=40, verbose_name="Code"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="Name")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=60, verbose_name="English name"),
                ),
                (
                    "color",
                    models.CharField(
                        choices=[
                            ("gray", "Gray"),
                            ("blue", "Blue"),
                            ("azure", "Azure"),
                            ("cyan", "Cyan"),
                            ("teal", "Teal"),
                            ("green", "Green"),
                            ("lime", "Lime"),
                            ("yellow", "Yellow"),
                            ("orange", "Orange"),
                            ("red", "Red"),
                            ("pink", "Pink"),
                            ("purple", "Purple"),
                            ("indigo", "Indigo"),
                        ],
                        default="blue",
                        max_length=10,
                        verbose_name="Color",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="Order")),
                (
                    "probability",
                    models.PositiveSmallIntegerField(
                        default=10, verbose_name="Win probability (%)"
                    ),
                ),
                (
                    "expected_days",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="How long an opportunity usually stands here; 0: no limit.",
                        verbose_name="Expected days",
                    ),
                ),
                ("is_initial", models.BooleanField(default=False, verbose_name="First stage")),
                ("is_active", models.BooleanField(default=True, verbose_name="Active")),
                (
                    "exit_fields",
                    models.JSONField(
                        blank=True, default=list, verbose_name="Fields required to go on"
                    ),
                ),
                (
                    "needs_activity",
                    models.BooleanField(
                        default=False,
                        help_text="At least one follow-up written since the opportunity came to this stage.",
                        verbose_name="A follow-up is required to go on",
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "pipeline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stages",
                        to="opportunities.pipeline",
                        verbose_name="Pipeline",
                    ),
                ),
            ],
            options={
                "verbose_name": "Opportunity stage",
                "verbose_name_plural": "Opportunity stages",
                "ordering": ["pipeline", "order", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("pipeline", "code"), name="opportunities_stage_code"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_initial", True)),
                        fields=("pipeline",),
                        name="opportunities_stage_one_initial",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("probability__lte", 100)),
                        name="opportunities_stage_probability",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "color__in",
                                [
                                    "gray",
                                    "blue",
                                    "azure",
                                    "cyan",
                                    "teal",
                                    "green",
                                    "lime",
                                    "yellow",
                                    "orange",
                                    "red",
                                    "pink",
                                    "purple",
                                    "indigo",
                                ],
                            )
                        ),
                        name="opportunities_stage_color",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="opportunity",
            name="stage",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="opportunities.stage",
                verbose_name="Stage",
            ),
        ),
        migrations.CreateModel(
            name="StageChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "from_outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("open", "In progress"),
                            ("won", "Won"),
                            ("lost", "Lost"),
                            ("invalid", "Invalid"),
                        ],
                        max_length=8,
                        verbose_name="From outcome",
                    ),
                ),
                (
                    "to_outcome",
                    models.CharField(
                        choices=[
                            ("open", "In progress"),
                            ("won", "Won"),
                            ("lost", "Lost"),
                            ("invalid", "Invalid"),
                        ],
                        max_length=8,
                        verbose_name="To outcome",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="Time")),
                (
                    "note",
                    models.TextField(blank=True, max_length=1000, verbose_name="Progress note"),
                ),
                (
                    "seconds",
                    models.PositiveBigIntegerField(
                        null=True, verbose_name="Time in the stage before"
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="By",
                    ),
                ),
                (
                    "from_stage",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="opportunities.stage",
                        verbose_name="From stage",
                    ),
                ),
                (
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stage_changes",
                        to="opportunities.opportunity",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Owner",
                    ),
                ),
                (
                    "to_stage",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="opportunities.stage",
                        verbose_name="To stage",
                    ),
                ),
            ],
            options={
                "verbose_name": "Stage change",
                "verbose_name_plural": "Stage changes",
                "ordering": ["-at", "-id"],
                "indexes": [models.Index(fields=["at", "id"], name="opp_change_at")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("to_outcome__in", ["open", "won", "lost", "invalid"])),
                        name="opportunities_change_outcome",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OpportunityShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                        to="opportunities.opportunity",
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
            ],
            options={
                "verbose_name": "Team member",
                "verbose_name_plural": "Team members",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "permission", "content_object"),
                        name="opportunities_share_once",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("outcome", "open")),
                fields=["stage", "updated_at", "id"],
                name="opp_stage",
            ),
        ),
        migrations.AddIndex(
            model_name="opportunity",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("outcome", "open")),
                fields=["owner", "stage", "updated_at", "id"],
                name="opp_board",
            ),
        ),
    ]
