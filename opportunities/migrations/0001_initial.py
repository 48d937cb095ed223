import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import crm.core.clock
from crm.search.operations import CreateSearchIndex


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("accounts", "__first__"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("customers", "0001_initial"),
        ("dictionaries", "0001_initial"),
    ]

    operations = [
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
                    "specification",
                    models.CharField(blank=True, max_length=200, verbose_name="Specification"),
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
                "indexes": [],
            },
        ),
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
                "indexes": [],
                "constraints": [],
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
                (
                    "committed_from",
                    models.PositiveSmallIntegerField(
                        default=70,
                        help_text="From this win probability on the forecast counts an open opportunity as committed.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="Committed from (%)",
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
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("committed_from__gte", 1), ("committed_from__lte", 100)
                        ),
                        name="opportunities_pipeline_committed",
                    ),
                ],
                "indexes": [],
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
                    "pipeline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stages",
                        to="opportunities.pipeline",
                        verbose_name="Pipeline",
                    ),
                ),
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
                (
                    "needs_document",
                    models.BooleanField(
                        default=False,
                        help_text="At least one file uploaded since the opportunity came to this stage.",
                        verbose_name="A document is required to go on",
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
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
                "indexes": [],
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
                (
                    "stage",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="opportunities.stage",
                        verbose_name="Stage",
                    ),
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
                ("is_demo", models.BooleanField(default=False, editable=False)),
                ("name_pinyin", models.CharField(editable=False, max_length=255)),
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
                        fields=["stage", "updated_at", "id", "pipeline", "probability", "amount"],
                        name="opp_stage",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True), ("outcome", "open")),
                        fields=[
                            "owner",
                            "stage",
                            "updated_at",
                            "id",
                            "pipeline",
                            "probability",
                            "amount",
                        ],
                        name="opp_board",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True), ("outcome", "open")),
                        fields=["expected_on", "owner", "pipeline", "probability", "amount"],
                        name="opp_forecast",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("deleted_at__isnull", True), ("deal_on__isnull", False)
                        ),
                        fields=["outcome", "deal_on", "owner", "actual_amount"],
                        name="opp_won",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("deleted_at__isnull", True), ("deal_on__isnull", False)
                        ),
                        fields=["owner", "outcome", "deal_on", "actual_amount"],
                        name="opp_owner_won",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("deleted_at__isnull", True), ("closed_at__isnull", False)
                        ),
                        fields=["outcome", "closed_at", "owner"],
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
            name="OpportunityShare",
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
                        to="opportunities.opportunity",
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
                "indexes": [],
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
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rivals",
                        to="opportunities.opportunity",
                    ),
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
                    "strengths",
                    models.CharField(blank=True, max_length=500, verbose_name="Strengths"),
                ),
                (
                    "weaknesses",
                    models.CharField(blank=True, max_length=500, verbose_name="Weaknesses"),
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
                "indexes": [],
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
                "indexes": [],
            },
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
                    "opportunity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stage_changes",
                        to="opportunities.opportunity",
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
                    "to_stage",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="opportunities.stage",
                        verbose_name="To stage",
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
            name="Target",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("year", models.PositiveSmallIntegerField(verbose_name="Year")),
                ("month", models.PositiveSmallIntegerField(verbose_name="Month")),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Person",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="Department",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=14, verbose_name="Target"
                    ),
                ),
                (
                    "stretch",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=14, verbose_name="Stretch target"
                    ),
                ),
                (
                    "challenge",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=14, verbose_name="Challenge target"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "Sales target",
                "verbose_name_plural": "Sales targets",
                "ordering": ["year", "month", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("month__gte", 1), ("month__lte", 12)),
                        name="opportunities_target_month",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("department__isnull", True), ("owner__isnull", False)),
                            models.Q(("department__isnull", False), ("owner__isnull", True)),
                            _connector="OR",
                        ),
                        name="opportunities_target_of_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__gte", 0), ("challenge__gte", 0), ("stretch__gte", 0)
                        ),
                        name="opportunities_target_amounts",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("owner__isnull", False)),
                        fields=("year", "month", "owner"),
                        name="opportunities_target_person_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("department__isnull", False)),
                        fields=("year", "month", "department"),
                        name="opportunities_target_department_once",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="Day")),
                (
                    "opportunity",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="snapshots",
                        to="opportunities.opportunity",
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="opportunities.stage",
                        verbose_name="Opportunity stage",
                    ),
                ),
                ("stage_order", models.PositiveSmallIntegerField(verbose_name="Order")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "In progress"),
                            ("won", "Won"),
                            ("lost", "Lost"),
                            ("invalid", "Invalid"),
                        ],
                        max_length=8,
                        verbose_name="Outcome",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, max_digits=14, verbose_name="Expected amount"
                    ),
                ),
                ("expected_on", models.DateField(null=True, verbose_name="Expected close date")),
            ],
            options={
                "verbose_name": "Pipeline snapshot",
                "verbose_name_plural": "Pipeline snapshots",
                "ordering": ["day", "id"],
                "indexes": [models.Index(fields=["day", "opportunity"], name="opp_snapshot_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("opportunity", "day"), name="opportunities_snapshot_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["open", "won", "lost", "invalid"])),
                        name="opportunities_snapshot_outcome",
                    ),
                ],
            },
        ),
        CreateSearchIndex("opportunities.Opportunity"),
    ]
