import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("accounts", "__first__"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("dictionaries", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Pool",
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
                    "kind",
                    models.CharField(
                        choices=[("customer", "Customers"), ("lead", "Leads")],
                        max_length=10,
                        verbose_name="Kind",
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="Name")),
                ("is_active", models.BooleanField(default=True, verbose_name="Switched on")),
                (
                    "order",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Records fall into the first pool whose member their owner is.",
                        verbose_name="Order",
                    ),
                ),
                (
                    "hidden_columns",
                    models.JSONField(blank=True, default=list, verbose_name="Hidden columns"),
                ),
                (
                    "members",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Members",
                    ),
                ),
                (
                    "departments",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="Departments (with those below)",
                    ),
                ),
                (
                    "administrators",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Pool administrators",
                    ),
                ),
            ],
            options={
                "verbose_name": "Pool",
                "verbose_name_plural": "Pools",
                "ordering": ["kind", "order", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "name"), name="pool_pool_name_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["customer", "lead"])),
                        name="pool_pool_kind",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="PoolRuleVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "pool",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rule_versions",
                        to="pool.pool",
                        verbose_name="Pool",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="In force from")),
                ("created_at", models.DateTimeField(editable=False, verbose_name="Created at")),
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
                    "claim_limit",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="Claims per person and day"
                    ),
                ),
                (
                    "claim_gap_minutes",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="Minutes between two claims"
                    ),
                ),
                (
                    "former_owner_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        verbose_name="Days before a former owner may claim again",
                    ),
                ),
                (
                    "new_entry_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="Days before a new entry can be claimed"
                    ),
                ),
                (
                    "protection_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="Days of protection after a claim"
                    ),
                ),
                (
                    "recycles",
                    models.BooleanField(default=False, verbose_name="Recycle automatically"),
                ),
                (
                    "by_grade",
                    models.BooleanField(default=False, verbose_name="Own days for each grade"),
                ),
                (
                    "follow_up_days",
                    models.PositiveSmallIntegerField(
                        blank=True, default=30, null=True, verbose_name="Days without a follow-up"
                    ),
                ),
                (
                    "opportunity_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="Days without a new opportunity"
                    ),
                ),
                (
                    "deal_days",
                    models.PositiveSmallIntegerField(
                        blank=True, default=90, null=True, verbose_name="Days without a deal"
                    ),
                ),
                (
                    "grade_days",
                    models.JSONField(blank=True, default=dict, verbose_name="Days by grade"),
                ),
                (
                    "ends_protection",
                    models.BooleanField(
                        default=False,
                        verbose_name="Recycle when the protection ends without a deal",
                    ),
                ),
                (
                    "spares_deals",
                    models.BooleanField(default=True, verbose_name="Spare records with a deal"),
                ),
                (
                    "spares_open_opportunities",
                    models.BooleanField(
                        default=True, verbose_name="Spare records with an open opportunity"
                    ),
                ),
                (
                    "warn_days",
                    models.JSONField(
                        blank=True, default=list, verbose_name="Days of advance warning"
                    ),
                ),
                (
                    "grace_days",
                    models.PositiveSmallIntegerField(
                        default=7,
                        help_text="Nothing falls so many days after these rules come into force.",
                        verbose_name="Days of grace",
                    ),
                ),
                ("is_demo", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "verbose_name": "Pool rules",
                "verbose_name_plural": "Pool rules",
                "ordering": ["-valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("pool", "valid_from"), name="pool_rules_once_a_day"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="OwnedCap",
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
                    "kind",
                    models.CharField(
                        choices=[("customer", "Customers"), ("lead", "Leads")],
                        max_length=10,
                        verbose_name="Kind",
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[("owned", "Records owned"), ("locked", "Records locked")],
                        default="owned",
                        max_length=10,
                        verbose_name="What is counted",
                    ),
                ),
                ("limit", models.PositiveIntegerField(verbose_name="At most")),
                (
                    "counts_deals",
                    models.BooleanField(default=False, verbose_name="Records with a deal count"),
                ),
                (
                    "people",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="People",
                    ),
                ),
                (
                    "departments",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="accounts.department",
                        verbose_name="Departments (with those below)",
                    ),
                ),
            ],
            options={
                "verbose_name": "Ownership cap",
                "verbose_name_plural": "Ownership caps",
                "ordering": ["kind", "purpose", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["customer", "lead"])), name="pool_cap_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["owned", "locked"])),
                        name="pool_cap_purpose",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="OwnershipSpan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "subject_type",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
                ("subject_id", models.BigIntegerField()),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Owner",
                    ),
                ),
                (
                    "pool",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pool.pool",
                    ),
                ),
                ("started_at", models.DateTimeField(null=True, verbose_name="From")),
                ("ended_at", models.DateTimeField(verbose_name="Until")),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("claimed", "Claimed"),
                            ("assigned", "Assigned"),
                            ("transferred", "Transferred"),
                            ("released", "Put into the pool"),
                            ("recycled", "Fell into the pool"),
                        ],
                        max_length=12,
                        verbose_name="What happened",
                    ),
                ),
                (
                    "next_owner",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="New owner",
                    ),
                ),
                (
                    "next_pool",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pool.pool",
                    ),
                ),
                (
                    "rule",
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
                        max_length=12,
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(null=True)),
                (
                    "reason",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.item",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="Note")),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="User",
                    ),
                ),
                ("is_counted", models.BooleanField(default=True)),
            ],
            options={
                "verbose_name": "Ownership history",
                "verbose_name_plural": "Ownership history",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        fields=["subject_type", "subject_id", "-id"], name="pool_span_subject"
                    ),
                    models.Index(
                        condition=models.Q(("action", "claimed")),
                        fields=["next_owner", "action", "ended_at"],
                        name="pool_span_claims",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "action__in",
                                ["claimed", "assigned", "transferred", "released", "recycled"],
                            )
                        ),
                        name="pool_span_action",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("owner__isnull", True), ("pool__isnull", True), _connector="OR"
                        ),
                        name="pool_span_one_holder",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("next_owner__isnull", True), ("next_pool__isnull", False)),
                            models.Q(("next_owner__isnull", False), ("next_pool__isnull", True)),
                            _connector="OR",
                        ),
                        name="pool_span_one_next",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Claimant",
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
                (
                    "kind",
                    models.CharField(
                        choices=[("customer", "Customers"), ("lead", "Leads")], max_length=10
                    ),
                ),
                ("touched_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "kind"), name="pool_claimant_once")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ClockRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("customer", "Customers"), ("lead", "Leads")],
                        max_length=10,
                        unique=True,
                    ),
                ),
                ("applied", models.CharField(blank=True, max_length=64)),
                ("walking", models.CharField(blank=True, max_length=64)),
                ("last_id", models.BigIntegerField(default=0)),
                ("warned_on", models.DateField(null=True)),
            ],
            options={
                "verbose_name": "Pool clock",
                "verbose_name_plural": "Pool clocks",
                "indexes": [],
                "constraints": [],
            },
        ),
    ]
