import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import crm.core.clock
import crm.visitors.origins
import tickets.portal.form_models
from crm.search.operations import CreateSearchIndex


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("activities", "0001_initial"),
        ("customers", "0001_initial"),
        ("dictionaries", "0001_initial"),
        ("knowledge", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Skill",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="Skill")),
            ],
            options={
                "verbose_name": "Skill",
                "verbose_name_plural": "Skills",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"),
                        name="tickets_skill_name_once",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="TicketGroup",
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
                ("name", models.CharField(max_length=60, verbose_name="Service group")),
                (
                    "leader",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Leader",
                    ),
                ),
                (
                    "strategy",
                    models.CharField(
                        choices=[
                            ("manual", "By the supervisor"),
                            ("round_robin", "In turn"),
                            ("least_load", "Fewest open tickets"),
                        ],
                        default="manual",
                        max_length=12,
                        verbose_name="Way of assignment",
                    ),
                ),
                (
                    "last_agent_days",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="Who handled the customer within these days is asked first; 0: nobody is.",
                        verbose_name="Last handler first, days",
                    ),
                ),
                (
                    "reopens_closed",
                    models.BooleanField(
                        default=True, verbose_name="A customer's message reopens a closed ticket"
                    ),
                ),
                ("turn", models.PositiveIntegerField(default=0, editable=False)),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="Order")),
                ("is_active", models.BooleanField(default=True, verbose_name="Active")),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "members",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Members",
                    ),
                ),
            ],
            options={
                "verbose_name": "Service group",
                "verbose_name_plural": "Service groups",
                "ordering": ["order", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"),
                        name="tickets_group_name_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("strategy__in", ["manual", "round_robin", "least_load"])
                        ),
                        name="tickets_group_strategy",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="AgentProfile",
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
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Person",
                    ),
                ),
                (
                    "availability",
                    models.CharField(
                        choices=[("ready", "Ready"), ("busy", "Busy"), ("away", "Away")],
                        default="ready",
                        max_length=5,
                        verbose_name="Availability",
                    ),
                ),
                (
                    "capacity",
                    models.PositiveSmallIntegerField(
                        default=20,
                        help_text="High ones count double, urgent ones three times.",
                        verbose_name="Most open tickets",
                    ),
                ),
                (
                    "shift_start",
                    models.TimeField(blank=True, null=True, verbose_name="Shift begins"),
                ),
                ("shift_end", models.TimeField(blank=True, null=True, verbose_name="Shift ends")),
                (
                    "leave_from",
                    models.DateField(blank=True, null=True, verbose_name="On leave from"),
                ),
                (
                    "leave_until",
                    models.DateField(blank=True, null=True, verbose_name="On leave until"),
                ),
                (
                    "substitute",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Substitute",
                    ),
                ),
                (
                    "skills",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="tickets.skill", verbose_name="Skills"
                    ),
                ),
            ],
            options={
                "verbose_name": "Service profile",
                "verbose_name_plural": "Service profiles",
                "ordering": ["user"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("availability__in", ["ready", "busy", "away"])),
                        name="tickets_agent_availability",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("leave_from__isnull", True), ("leave_until__isnull", True)),
                            ("leave_from__lte", models.F("leave_until")),
                            _connector="OR",
                        ),
                        name="tickets_agent_leave",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="BusinessNode",
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
                ("name", models.CharField(max_length=60, verbose_name="Name")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="tickets.businessnode",
                        verbose_name="Parent",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="Order")),
                ("is_active", models.BooleanField(default=True, verbose_name="Active")),
                (
                    "ticket_type",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Ticket type",
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("low", "Low"),
                            ("medium", "Medium"),
                            ("high", "High"),
                            ("urgent", "Urgent"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="Priority",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticketgroup",
                        verbose_name="Service group",
                    ),
                ),
                (
                    "questions",
                    models.TextField(
                        blank=True,
                        help_text="One a line; a star at the end makes it required, choices stand behind a colon: Product model* or Colour: red / blue.",
                        max_length=2000,
                        verbose_name="Questions of the form",
                    ),
                ),
                (
                    "is_public",
                    models.BooleanField(
                        default=False,
                        help_text="Customers read the name, and those of the categories above.",
                        verbose_name="Offered in public forms",
                    ),
                ),
                (
                    "path",
                    models.CharField(db_index=True, default="", editable=False, max_length=200),
                ),
                ("is_demo", models.BooleanField(default=False, editable=False)),
                (
                    "skills",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="tickets.skill",
                        verbose_name="Needed skills",
                    ),
                ),
            ],
            options={
                "verbose_name": "Business category",
                "verbose_name_plural": "Business tree",
                "ordering": ["order", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("parent", "name"), name="tickets_node_name_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("parent__isnull", True)),
                        fields=("name",),
                        name="tickets_node_root_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("priority__in", ["", "low", "medium", "high", "urgent"])
                        ),
                        name="tickets_node_priority",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="TicketStatus",
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
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="Code")),
                ("name", models.CharField(max_length=40, verbose_name="Name")),
                (
                    "name_en",
                    models.CharField(blank=True, max_length=40, verbose_name="English name"),
                ),
                (
                    "customer_label",
                    models.CharField(
                        blank=True,
                        help_text="Empty: the name.",
                        max_length=40,
                        verbose_name="What the customer reads",
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("new", "To be assigned"),
                            ("open", "In progress"),
                            ("waiting_customer", "Waiting for the customer"),
                            ("waiting_third", "Waiting for a third party"),
                            ("scheduled", "On hold"),
                            ("resolved", "Solved"),
                            ("closed", "Closed"),
                            ("cancelled", "Voided"),
                            ("merged", "Merged"),
                        ],
                        max_length=16,
                        verbose_name="State",
                    ),
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
                        default="gray",
                        max_length=10,
                        verbose_name="Color",
                    ),
                ),
                (
                    "pauses",
                    models.JSONField(
                        blank=True, default=list, verbose_name="Clocks that stand still"
                    ),
                ),
                (
                    "wakes_on_reply",
                    models.BooleanField(default=True, verbose_name="A customer's message wakes it"),
                ),
                (
                    "is_default",
                    models.BooleanField(
                        default=False,
                        help_text="Set where nobody chooses among several.",
                        verbose_name="Default",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="Order")),
                ("is_active", models.BooleanField(default=True, verbose_name="Active")),
            ],
            options={
                "verbose_name": "Ticket status",
                "verbose_name_plural": "Ticket statuses",
                "ordering": ["order", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "phase__in",
                                [
                                    "new",
                                    "open",
                                    "waiting_customer",
                                    "waiting_third",
                                    "scheduled",
                                    "resolved",
                                    "closed",
                                    "cancelled",
                                    "merged",
                                ],
                            )
                        ),
                        name="tickets_status_phase",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_default", True)),
                        fields=("phase",),
                        name="tickets_status_one_default",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
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
                        editable=False, max_length=40, unique=True, verbose_name="Ticket number"
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="Subject")),
                (
                    "description",
                    models.TextField(max_length=8000, verbose_name="Problem description"),
                ),
                (
                    "occurred_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="Time of occurrence"),
                ),
                (
                    "impact",
                    models.CharField(blank=True, max_length=200, verbose_name="Scope of effect"),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("new", "To be assigned"),
                            ("open", "In progress"),
                            ("waiting_customer", "Waiting for the customer"),
                            ("waiting_third", "Waiting for a third party"),
                            ("scheduled", "On hold"),
                            ("resolved", "Solved"),
                            ("closed", "Closed"),
                            ("cancelled", "Voided"),
                            ("merged", "Merged"),
                        ],
                        default="new",
                        editable=False,
                        max_length=16,
                        verbose_name="State",
                    ),
                ),
                (
                    "status",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticketstatus",
                        verbose_name="Status",
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Ticket type",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.businessnode",
                        verbose_name="Business category",
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        choices=[
                            ("low", "Low"),
                            ("medium", "Medium"),
                            ("high", "High"),
                            ("urgent", "Urgent"),
                        ],
                        default="medium",
                        max_length=8,
                        verbose_name="Priority",
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
                        verbose_name="Ticket source",
                    ),
                ),
                (
                    "mood",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Customer's mood",
                    ),
                ),
                (
                    "answers",
                    models.JSONField(blank=True, default=dict, verbose_name="Further details"),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tickets",
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
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="customers.contact",
                        verbose_name="Contact",
                    ),
                ),
                ("requester", models.CharField(blank=True, max_length=60, verbose_name="Caller")),
                (
                    "phone",
                    models.CharField(blank=True, max_length=40, verbose_name="Call-back number"),
                ),
                ("email", models.EmailField(blank=True, max_length=120, verbose_name="E-mail")),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticketgroup",
                        verbose_name="Service group",
                    ),
                ),
                (
                    "supervisor",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Supervisor",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="tickets.ticket",
                        verbose_name="Parent ticket",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_tickets",
                        to="tickets.ticket",
                        verbose_name="Merged into",
                    ),
                ),
                (
                    "split_from",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="split_tickets",
                        to="tickets.ticket",
                        verbose_name="Split from",
                    ),
                ),
                (
                    "follow_up_of",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_up_tickets",
                        to="tickets.ticket",
                        verbose_name="Follow-up of",
                    ),
                ),
                (
                    "solution",
                    models.TextField(blank=True, max_length=8000, verbose_name="Solution"),
                ),
                (
                    "response",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="Customer's response"
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="Reason")),
                (
                    "wake_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="On hold until"),
                ),
                (
                    "accepted_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="Handling confirmed at"
                    ),
                ),
                (
                    "responded_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="First answered at"
                    ),
                ),
                (
                    "resolved_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Solved at"),
                ),
                (
                    "closed_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="Ticket closed at"
                    ),
                ),
                (
                    "answered_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Last answer"),
                ),
                (
                    "customer_wrote_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="Customer wrote last"
                    ),
                ),
                (
                    "reopen_count",
                    models.PositiveSmallIntegerField(
                        default=0, editable=False, verbose_name="Reopened"
                    ),
                ),
                ("cycle", models.PositiveSmallIntegerField(default=1, editable=False)),
                (
                    "sla_state",
                    models.CharField(
                        blank=True, editable=False, max_length=9, verbose_name="Service level"
                    ),
                ),
                (
                    "sla_breach_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="Time left"),
                ),
                (
                    "sla_hours",
                    models.SlugField(blank=True, db_index=False, editable=False, max_length=40),
                ),
                ("last_seq", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "is_incomplete",
                    models.BooleanField(default=False, editable=False, verbose_name="Incomplete"),
                ),
                ("is_demo", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "verbose_name": "Ticket",
                "verbose_name_plural": "Tickets",
                "ordering": ["-updated_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["updated_at", "id"],
                        name="ticket_updated",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["created_at", "id"],
                        name="ticket_created",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["number", "id"],
                        name="ticket_number",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["owner", "updated_at", "id"],
                        name="ticket_owner",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("deleted_at__isnull", True),
                            (
                                "phase__in",
                                ("new", "open", "waiting_customer", "waiting_third", "scheduled"),
                            ),
                        ),
                        fields=["owner", "phase", "updated_at", "id"],
                        name="ticket_owner_work",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("deleted_at__isnull", True),
                            (
                                "phase__in",
                                ("new", "open", "waiting_customer", "waiting_third", "scheduled"),
                            ),
                        ),
                        fields=["group", "phase", "updated_at", "id"],
                        name="ticket_group_work",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("deleted_at__isnull", True),
                            (
                                "phase__in",
                                ("new", "open", "waiting_customer", "waiting_third", "scheduled"),
                            ),
                            ("owner__isnull", True),
                        ),
                        fields=["supervisor", "created_at", "id"],
                        name="ticket_supervisor",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["phase", "updated_at", "id"],
                        name="ticket_phase",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["status", "updated_at", "id"],
                        name="ticket_status",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["type", "updated_at", "id"],
                        name="ticket_type",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["source", "updated_at", "id"],
                        name="ticket_source",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["priority", "updated_at", "id"],
                        name="ticket_priority",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["category", "updated_at", "id"],
                        name="ticket_category",
                    ),
                    models.Index(fields=["customer", "updated_at", "id"], name="ticket_customer"),
                    models.Index(
                        condition=models.Q(("contact__isnull", False)),
                        fields=["contact"],
                        name="ticket_contact",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=["created_by", "updated_at", "id"],
                        name="ticket_creator",
                    ),
                    models.Index(
                        condition=models.Q(("phone", ""), _negated=True),
                        fields=["phone"],
                        name="ticket_phone",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("deleted_at__isnull", True), ("wake_at__isnull", False)
                        ),
                        fields=["wake_at", "id"],
                        name="ticket_wake",
                    ),
                    models.Index(
                        condition=models.Q(("phase", "resolved")),
                        fields=["resolved_at"],
                        name="ticket_to_close",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("deleted_at__isnull", True), ("resolved_at__isnull", False)
                        ),
                        fields=["resolved_at", "id"],
                        name="ticket_resolved",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("deleted_at__isnull", True), ("customer_wrote_at__isnull", False)
                        ),
                        fields=["customer_wrote_at", "id"],
                        name="ticket_customer_wrote",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("deleted_at__isnull", True), ("sla_breach_at__isnull", False)
                        ),
                        fields=["sla_breach_at", "id"],
                        name="ticket_breach",
                    ),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", False)),
                        fields=["deleted_at", "id"],
                        name="ticket_bin",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "phase__in",
                                [
                                    "new",
                                    "open",
                                    "waiting_customer",
                                    "waiting_third",
                                    "scheduled",
                                    "resolved",
                                    "closed",
                                    "cancelled",
                                    "merged",
                                ],
                            )
                        ),
                        name="tickets_ticket_phase",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True),
                        name="tickets_ticket_title_not_empty",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("priority__in", ["low", "medium", "high", "urgent"])),
                        name="tickets_ticket_priority",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("merged_into__isnull", False), ("phase", "merged")),
                            models.Q(
                                models.Q(("phase", "merged"), _negated=True),
                                ("merged_into__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="tickets_ticket_merged_into",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("phase__in", ("resolved", "closed")),
                                ("resolved_at__isnull", False),
                            ),
                            models.Q(
                                models.Q(("phase__in", ("resolved", "closed")), _negated=True),
                                ("resolved_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="tickets_ticket_resolved_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("phase__in", ("resolved", "closed")), _negated=True),
                            models.Q(("solution", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="tickets_ticket_solved_with_solution",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("phase", "scheduled"), ("wake_at__isnull", False)),
                            models.Q(
                                models.Q(("phase", "scheduled"), _negated=True),
                                ("wake_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="tickets_ticket_wake_at",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into__isnull", True),
                            models.Q(("merged_into", models.F("pk")), _negated=True),
                            _connector="OR",
                        ),
                        name="tickets_ticket_not_into_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="tickets.ticket",
                    ),
                ),
                ("seq", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("phase", "State"),
                            ("status", "Status"),
                            ("owner", "Handler"),
                            ("group", "Service group"),
                            ("supervisor", "Supervisor"),
                            ("message", "Message"),
                            ("values", "Values"),
                            ("link", "Link"),
                            ("merge", "Merge"),
                            ("watcher", "Watcher"),
                        ],
                        max_length=10,
                    ),
                ),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("source", models.CharField(max_length=20)),
                ("note", models.CharField(blank=True, max_length=500)),
            ],
            options={
                "ordering": ["ticket", "seq"],
                "indexes": [models.Index(fields=["at"], name="ticket_event_at")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ticket", "seq"), name="tickets_event_seq_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "created",
                                    "phase",
                                    "status",
                                    "owner",
                                    "group",
                                    "supervisor",
                                    "message",
                                    "values",
                                    "link",
                                    "merge",
                                    "watcher",
                                ],
                            )
                        ),
                        name="tickets_event_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="presences",
                        to="tickets.ticket",
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
                ("seen_at", models.DateTimeField()),
                ("is_writing", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [models.Index(fields=["seen_at"], name="ticket_presence_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "user"), name="tickets_presence_once")
                ],
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
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="complaint",
                        to="tickets.ticket",
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
                "indexes": [],
            },
        ),
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
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="measures",
                        to="tickets.ticket",
                        verbose_name="Ticket",
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
                ("created_at", models.DateTimeField(editable=False)),
            ],
            options={
                "verbose_name": "Improvement measure",
                "verbose_name_plural": "Improvement measures",
                "ordering": ["-week", "-id"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="TicketMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("public", "Reply to the customer"),
                            ("internal", "Internal note"),
                            ("customer", "Message of the customer"),
                        ],
                        max_length=8,
                        verbose_name="Kind of message",
                    ),
                ),
                ("text", models.TextField(max_length=8000, verbose_name="Text")),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Author",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="customers.contact",
                        verbose_name="Contact",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=60, verbose_name="Name")),
                (
                    "via",
                    models.CharField(
                        choices=[
                            ("desk", "Ticket page"),
                            ("phone", "Phone"),
                            ("email", "E-mail"),
                            ("web", "Public form"),
                            ("portal", "Customer's page"),
                            ("sms", "Text message"),
                            ("import", "Import"),
                        ],
                        default="desk",
                        max_length=8,
                        verbose_name="Message channel",
                    ),
                ),
                ("by_automation", models.BooleanField(default=False)),
                ("token", models.CharField(blank=True, max_length=40)),
                ("created_at", models.DateTimeField(verbose_name="Written at")),
                (
                    "files",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="activities.attachment"
                    ),
                ),
            ],
            options={
                "ordering": ["ticket", "created_at", "id"],
                "indexes": [
                    models.Index(
                        fields=["ticket", "created_at", "id"], name="ticket_message_order"
                    ),
                    models.Index(
                        condition=models.Q(("contact__isnull", False)),
                        fields=["contact"],
                        name="ticket_message_of",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["public", "internal", "customer"]),
                            (
                                "via__in",
                                ["desk", "phone", "email", "web", "portal", "sms", "import"],
                            ),
                        ),
                        name="tickets_message_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="tickets_message_text"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("author__isnull", True), ("kind", "customer")),
                            models.Q(
                                models.Q(("kind", "customer"), _negated=True),
                                models.Q(
                                    ("author__isnull", False),
                                    ("by_automation", True),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="tickets_message_author",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("token", ""), _negated=True),
                        fields=("ticket", "token"),
                        name="tickets_message_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketMention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mentions",
                        to="tickets.ticketmessage",
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
                ("typed", models.CharField(max_length=60)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("message", "user"), name="tickets_mention_once")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="TicketWatcher",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="watchers",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Watcher",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "user"), name="tickets_watcher_once")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="TicketLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links_from",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links_to",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("related", "Related"),
                            ("duplicate", "Duplicate"),
                            ("follow_up", "Follow-up"),
                        ],
                        max_length=10,
                        verbose_name="Kind of link",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("first", "second"), name="tickets_link_once"),
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))),
                        name="tickets_link_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["related", "duplicate", "follow_up"])),
                        name="tickets_link_kind",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="AssignmentDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="tickets.ticket",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("strategy", models.CharField(max_length=20)),
                (
                    "chosen",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("candidates", models.JSONField(default=list)),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="CannedReply",
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
                    "shortcut",
                    models.SlugField(
                        help_text="Typed behind a slash.",
                        max_length=30,
                        unique=True,
                        verbose_name="Shortcut",
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        help_text="{customer}, {contact}, {number}, {title} and {agent} are filled in.",
                        max_length=4000,
                        verbose_name="Text",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.ticketgroup",
                        verbose_name="Only for this group",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="Active")),
                ("is_demo", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "verbose_name": "Canned reply",
                "verbose_name_plural": "Canned replies",
                "ordering": ["title", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="tickets_canned_text"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Macro",
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
                ("name", models.CharField(max_length=60, unique=True, verbose_name="Name")),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.ticketgroup",
                        verbose_name="Only for this group",
                    ),
                ),
                (
                    "message_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("public", "Reply to the customer"),
                            ("internal", "Internal note"),
                        ],
                        max_length=8,
                        verbose_name="Message",
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        blank=True,
                        help_text="{customer}, {contact}, {number}, {title} and {agent} are filled in.",
                        max_length=4000,
                        verbose_name="Text",
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("low", "Low"),
                            ("medium", "Medium"),
                            ("high", "High"),
                            ("urgent", "Urgent"),
                        ],
                        max_length=8,
                        verbose_name="Priority",
                    ),
                ),
                (
                    "to_group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tickets.ticketgroup",
                        verbose_name="Hand over to the group",
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("open", "In progress"),
                            ("waiting_customer", "Waiting for the customer"),
                            ("waiting_third", "Waiting for a third party"),
                            ("resolved", "Solved"),
                            ("cancelled", "Voided"),
                        ],
                        max_length=16,
                        verbose_name="New state",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="Reason")),
                (
                    "solution",
                    models.TextField(blank=True, max_length=4000, verbose_name="Solution"),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, verbose_name="Order")),
                ("is_active", models.BooleanField(default=True, verbose_name="Active")),
                ("is_demo", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "verbose_name": "Macro",
                "verbose_name_plural": "Macros",
                "ordering": ["order", "name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("message_kind", ""), ("text", "")),
                            models.Q(
                                models.Q(("message_kind", ""), _negated=True),
                                models.Q(("text", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="tickets_macro_message",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "phase__in",
                                [
                                    "",
                                    "new",
                                    "open",
                                    "waiting_customer",
                                    "waiting_third",
                                    "scheduled",
                                    "resolved",
                                    "closed",
                                    "cancelled",
                                    "merged",
                                ],
                            )
                        ),
                        name="tickets_macro_phase",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="IntakeForm",
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
                        default=tickets.portal.form_models.new_token,
                        editable=False,
                        max_length=40,
                        unique=True,
                    ),
                ),
                (
                    "thanks",
                    models.TextField(blank=True, max_length=500, verbose_name="Words of thanks"),
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
                ("is_active", models.BooleanField(default=True, verbose_name="Active")),
                ("is_demo", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "verbose_name": "Public ticket form",
                "verbose_name_plural": "Public ticket forms",
                "ordering": ["-id"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="ArticleOffer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="offers",
                        to="tickets.intakeform",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="knowledge.articleversion",
                    ),
                ),
                ("page", models.CharField(max_length=32)),
                ("offered_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                (
                    "ticket",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("form", "page", "version"), name="tickets_offer_once"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ArticleOfferCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="offer_counts",
                        to="tickets.intakeform",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="knowledge.articleversion",
                    ),
                ),
                ("offered", models.PositiveIntegerField(default=0)),
                ("opened", models.PositiveIntegerField(default=0)),
                ("spared", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("form", "version"), name="tickets_offer_count_once"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="CustomerLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("nonce", models.CharField(max_length=32, unique=True)),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("issued_at", models.DateTimeField(verbose_name="Issued at")),
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
                ("revoked_at", models.DateTimeField(null=True, verbose_name="Revoked at")),
            ],
            options={
                "verbose_name": "Customer's link",
                "verbose_name_plural": "Customers' links",
                "indexes": [],
                "constraints": [],
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
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail",
                        to="tickets.ticketmessage",
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
        migrations.CreateModel(
            name="SurveyTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="Title")),
                (
                    "intro",
                    models.CharField(blank=True, max_length=300, verbose_name="Introduction"),
                ),
                (
                    "thanks",
                    models.CharField(blank=True, max_length=300, verbose_name="Words of thanks"),
                ),
                (
                    "asks_solved",
                    models.BooleanField(
                        default=True, verbose_name="Asks whether the matter is solved"
                    ),
                ),
                (
                    "asks_nps",
                    models.BooleanField(
                        default=False, verbose_name="Asks whether they would recommend us"
                    ),
                ),
                (
                    "low_reasons",
                    models.TextField(
                        blank=True,
                        help_text="One a line.",
                        max_length=600,
                        verbose_name="Reasons for 1 to 3 stars",
                    ),
                ),
                (
                    "high_reasons",
                    models.TextField(
                        blank=True,
                        help_text="One a line.",
                        max_length=600,
                        verbose_name="Reasons for 4 and 5 stars",
                    ),
                ),
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
            ],
            options={
                "verbose_name": "Satisfaction survey",
                "verbose_name_plural": "Satisfaction surveys",
                "ordering": ["-id"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="SurveyInvite",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="surveys",
                        to="tickets.ticket",
                    ),
                ),
                ("cycle", models.PositiveSmallIntegerField()),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.surveytemplate",
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
                        verbose_name="Handler",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tickets.ticketgroup",
                        verbose_name="Service group",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="customers.customer",
                        verbose_name="Customer",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="customers.contact",
                        verbose_name="Contact",
                    ),
                ),
                ("channel", models.CharField(blank=True, max_length=10, verbose_name="Way")),
                ("address", models.CharField(blank=True, max_length=120)),
                ("token_sha256", models.CharField(max_length=64, unique=True)),
                ("nonce", models.CharField(max_length=32)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("sent", "Sent"),
                            ("delivered", "Delivered"),
                            ("answered", "Answered"),
                            ("expired", "Expired"),
                            ("suppressed", "Not sent"),
                            ("failed", "Failed"),
                        ],
                        default="planned",
                        max_length=10,
                        verbose_name="State",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("reopened", "the ticket was taken up again"),
                            ("void", "the ticket was voided or merged"),
                            ("unanswered", "closed without any message of the customer"),
                            ("staff", "the requester works here"),
                            ("unreachable", "there is no address or no configured way"),
                            ("opted_out", "the customer wants no surveys"),
                            ("recent", "invited within the last days"),
                            ("demo", "demo data"),
                            ("off", "surveys are switched off"),
                        ],
                        max_length=12,
                        verbose_name="Reason",
                    ),
                ),
                ("error", models.CharField(blank=True, max_length=200)),
                ("reference", models.CharField(blank=True, max_length=80)),
                ("delivered_at", models.DateTimeField(null=True, verbose_name="Delivered at")),
                ("planned_at", models.DateTimeField(verbose_name="Planned at")),
                ("next_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True, verbose_name="Sent at")),
                ("reminded_at", models.DateTimeField(null=True, verbose_name="Reminded at")),
                ("expires_at", models.DateTimeField(null=True, verbose_name="Valid until")),
                ("is_demo", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "Invitation to a survey",
                "verbose_name_plural": "Invitations to surveys",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_at__isnull", False)),
                        fields=["next_at"],
                        name="ticket_invite_due",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("sent", "delivered"))),
                        fields=["expires_at"],
                        name="ticket_invite_open",
                    ),
                    models.Index(fields=["contact", "sent_at"], name="ticket_invite_contact"),
                    models.Index(
                        condition=models.Q(("reference", ""), _negated=True),
                        fields=["channel", "reference"],
                        name="ticket_invite_receipt",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "cycle"), name="tickets_invite_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "planned",
                                    "sent",
                                    "delivered",
                                    "answered",
                                    "expired",
                                    "suppressed",
                                    "failed",
                                ],
                            )
                        ),
                        name="tickets_invite_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "suppressed"), ("reason", ""), _connector="XOR"
                        ),
                        name="tickets_invite_suppressed_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SurveyOptOut",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.CharField(max_length=120, unique=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="SurveyResponse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "invite",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="response",
                        to="tickets.surveyinvite",
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
                        verbose_name="Handler",
                    ),
                ),
                ("score", models.PositiveSmallIntegerField(verbose_name="Score")),
                ("is_solved", models.BooleanField(blank=True, null=True, verbose_name="Solved")),
                (
                    "nps",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="Recommendation"
                    ),
                ),
                ("reasons", models.JSONField(blank=True, default=list, verbose_name="Reasons")),
                ("comment", models.TextField(blank=True, max_length=1000, verbose_name="Comment")),
                ("submitted_at", models.DateTimeField(verbose_name="Answered at")),
                ("edit_count", models.PositiveSmallIntegerField(default=0, verbose_name="Changed")),
                ("history", models.JSONField(blank=True, default=list)),
                ("is_followed_up", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "Ticket rating",
                "verbose_name_plural": "Ticket ratings",
                "ordering": ["-submitted_at", "-id"],
                "indexes": [
                    models.Index(fields=["submitted_at", "id"], name="ticket_response_order"),
                    models.Index(
                        fields=["owner", "submitted_at", "id"], name="ticket_response_owner"
                    ),
                    models.Index(
                        fields=["score", "submitted_at", "id"], name="ticket_response_score"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("score__in", (1, 2, 3, 4, 5))),
                        name="tickets_response_score",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("nps__isnull", True), ("nps__lte", 10), _connector="OR"
                        ),
                        name="tickets_response_nps",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SlaPolicy",
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
                    "position",
                    models.PositiveSmallIntegerField(
                        default=50,
                        help_text="Small numbers come first; the first match wins.",
                        verbose_name="Order",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="Active")),
                (
                    "calendar",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        help_text="Empty: day and night, every day of the year.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="dictionaries.businesscalendar",
                        verbose_name="Work calendar",
                    ),
                ),
                ("warn", models.JSONField(blank=True, default=list, verbose_name="Warn at")),
                (
                    "escalate_minutes",
                    models.PositiveIntegerField(
                        blank=True,
                        default=60,
                        help_text="Counted from the moment the promise is broken. Empty: never.",
                        null=True,
                        verbose_name="Tell the manager after (working minutes)",
                    ),
                ),
                (
                    "effective_from",
                    models.DateField(blank=True, null=True, verbose_name="For tickets from"),
                ),
                (
                    "effective_to",
                    models.DateField(blank=True, null=True, verbose_name="For tickets until"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "types",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Ticket types",
                    ),
                ),
                (
                    "levels",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="dictionaries.item",
                        verbose_name="Customer grades",
                    ),
                ),
                (
                    "categories",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="tickets.businessnode",
                        verbose_name="Business categories",
                    ),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="tickets.ticketgroup",
                        verbose_name="Service groups",
                    ),
                ),
            ],
            options={
                "verbose_name": "Service level policy",
                "verbose_name_plural": "Service level policies",
                "ordering": ["position", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("effective_from__isnull", True),
                            ("effective_to__isnull", True),
                            ("effective_from__lte", models.F("effective_to")),
                            _connector="OR",
                        ),
                        name="tickets_sla_policy_dates",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="SlaTarget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="targets",
                        to="tickets.slapolicy",
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("low", "Low"),
                            ("medium", "Medium"),
                            ("high", "High"),
                            ("urgent", "Urgent"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("assignment", "Assigning"),
                            ("acceptance", "Confirmation"),
                            ("first_response", "First answer"),
                            ("next_response", "Next answer"),
                            ("resolution", "Solving"),
                            ("legal", "Legal deadline"),
                        ],
                        max_length=14,
                    ),
                ),
                ("seconds", models.PositiveIntegerField()),
                ("reopen_seconds", models.PositiveIntegerField(null=True)),
                ("is_natural", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("policy", "priority", "kind"), name="tickets_sla_target_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "assignment",
                                    "acceptance",
                                    "first_response",
                                    "next_response",
                                    "resolution",
                                    "legal",
                                ],
                            ),
                            ("priority__in", ["", "low", "medium", "high", "urgent"]),
                        ),
                        name="tickets_sla_target_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seconds__gte", 60)), name="tickets_sla_target_length"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="SlaVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(unique=True)),
                ("content", models.JSONField()),
                ("valid_from", models.DateTimeField()),
                (
                    "also_running",
                    models.BooleanField(default=False, verbose_name="Also for tickets in work"),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="SlaClock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clocks",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("assignment", "Assigning"),
                            ("acceptance", "Confirmation"),
                            ("first_response", "First answer"),
                            ("next_response", "Next answer"),
                            ("resolution", "Solving"),
                            ("legal", "Legal deadline"),
                        ],
                        max_length=14,
                        verbose_name="Promise",
                    ),
                ),
                ("cycle", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Counting"),
                            ("paused", "Paused"),
                            ("met", "Met"),
                            ("breached", "Breached"),
                            ("cancelled", "Dropped"),
                            ("waived", "Waived"),
                        ],
                        max_length=9,
                        verbose_name="State",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="tickets.slapolicy",
                    ),
                ),
                ("policy_version", models.PositiveIntegerField()),
                ("calendar_version", models.PositiveIntegerField()),
                ("target", models.PositiveIntegerField(verbose_name="Target")),
                ("started_at", models.DateTimeField(verbose_name="Started at")),
                ("stopped_at", models.DateTimeField(null=True, verbose_name="Stopped at")),
                ("due_at", models.DateTimeField(null=True, verbose_name="Due at")),
                ("breach_at", models.DateTimeField(null=True, verbose_name="Breached at")),
                ("elapsed", models.PositiveIntegerField(verbose_name="Time used")),
                ("wall", models.PositiveIntegerField(verbose_name="Time passed")),
                ("by_retarget", models.BooleanField(default=False)),
                ("is_incomplete", models.BooleanField(default=False)),
                ("reason", models.CharField(blank=True, max_length=20, verbose_name="Reason")),
                ("marks", models.JSONField(default=list)),
                ("next_check_at", models.DateTimeField(null=True)),
                ("waived_at", models.DateTimeField(null=True, verbose_name="Waived at")),
                (
                    "waived_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "waived_reason",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="Reason of the waiver"
                    ),
                ),
            ],
            options={
                "verbose_name": "Service level clock",
                "verbose_name_plural": "Service level clocks",
                "ordering": ["ticket", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_check_at__isnull", False)),
                        fields=["next_check_at", "id"],
                        name="ticket_clock_check",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ("running", "paused"))),
                        fields=["ticket"],
                        name="ticket_clock_live",
                    ),
                    models.Index(fields=["kind", "state", "started_at"], name="ticket_clock_kind"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ticket", "kind", "cycle"), name="tickets_clock_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "assignment",
                                    "acceptance",
                                    "first_response",
                                    "next_response",
                                    "resolution",
                                    "legal",
                                ],
                            ),
                            (
                                "state__in",
                                ["running", "paused", "met", "breached", "cancelled", "waived"],
                            ),
                        ),
                        name="tickets_clock_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "met"), _negated=True),
                            ("stopped_at__isnull", False),
                            _connector="OR",
                        ),
                        name="tickets_clock_met_has_stopped",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "breached"), _negated=True),
                            ("breach_at__isnull", False),
                            _connector="OR",
                        ),
                        name="tickets_clock_breached_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "waived"), ("waived_at__isnull", False)),
                            models.Q(
                                models.Q(("state", "waived"), _negated=True),
                                ("waived_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="tickets_clock_waived",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SlaNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "clock",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="tickets.slaclock",
                    ),
                ),
                ("threshold", models.PositiveSmallIntegerField()),
                ("passed_at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("is_skipped", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("clock", "threshold"), name="tickets_sla_notice_once"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="SlaWalk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rules", models.CharField(blank=True, max_length=64)),
                ("last_id", models.BigIntegerField(default=0)),
                ("is_done", models.BooleanField(default=False)),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="HeldTime",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="held_times",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "holder",
                    models.CharField(
                        choices=[
                            ("person", "Handler"),
                            ("group", "Queue of a service group"),
                            ("nobody", "To be assigned"),
                            ("customer", "Waiting for the customer"),
                            ("third", "Waiting for a third party"),
                            ("hold", "On hold"),
                        ],
                        max_length=8,
                    ),
                ),
                ("key", models.PositiveBigIntegerField(default=0)),
                ("business", models.PositiveIntegerField()),
                ("wall", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ticket", "holder", "key"), name="tickets_held_time_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "holder__in",
                                ["person", "group", "nobody", "customer", "third", "hold"],
                            )
                        ),
                        name="tickets_held_time_holder",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("holder__in", ("person", "group")), ("key__gt", 0)),
                            models.Q(
                                models.Q(("holder__in", ("person", "group")), _negated=True),
                                ("key", 0),
                            ),
                            _connector="OR",
                        ),
                        name="tickets_held_time_key",
                    ),
                ],
                "indexes": [],
            },
        ),
        CreateSearchIndex("tickets.Ticket"),
    ]
