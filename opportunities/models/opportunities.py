"""Opportunities with their team, product lines, rivals and the log of their stages."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.access.shares import Share
from crm.core.models import Owned, SoftDeleted, TimeStamped, Versioned
from crm.web.navigation import address
from customers.models import Contact, Customer
from opportunities.choices import Grade, Outcome
from opportunities.models.catalogue import Competitor, Product, item_key
from opportunities.models.pipelines import Pipeline, Stage
from opportunities.querysets import OpportunityQuerySet

KEPT = Q(deleted_at__isnull=True)
OPEN = KEPT & Q(outcome=Outcome.OPEN)
#: Open ones nobody has planned anything for.
STUCK = OPEN & Q(next_contact_at__isnull=True)


def plain_key(model: type[models.Model], label: object, **options: object) -> models.ForeignKey:
    """A foreign key whose index, where one is needed, is declared in Meta."""
    return models.ForeignKey(
        model,
        verbose_name=label,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        **options,
    )


class Opportunity(TimeStamped, Versioned, Owned, SoftDeleted):
    """A deal that may come about with a customer (D07)."""

    number = models.CharField(_("Opportunity number"), max_length=60, unique=True, editable=False)
    name = models.CharField(_("Opportunity name"), max_length=120)
    customer = models.ForeignKey(
        Customer,
        verbose_name=_("Customer"),
        on_delete=models.PROTECT,
        related_name="opportunities",
        db_index=False,
    )
    contact = plain_key(Contact, _("Contact"), null=True, blank=True)
    amount = models.DecimalField(_("Expected amount"), max_digits=14, decimal_places=2, default=0)
    expected_on = models.DateField(_("Expected close date"), null=True, blank=True)
    pipeline = plain_key(Pipeline, _("Pipeline"), editable=False)
    stage = plain_key(Stage, _("Stage"))
    stage_since = models.DateTimeField(_("In this stage since"), editable=False)
    probability = models.PositiveSmallIntegerField(_("Win probability (%)"), default=0)
    progress_note = models.TextField(
        _("Progress note"), max_length=1000, blank=True, editable=False
    )
    outcome = models.CharField(
        _("Outcome"), max_length=8, choices=Outcome, default=Outcome.OPEN, editable=False
    )
    grade = models.CharField(
        _("Opportunity grade"), max_length=1, choices=Grade, default=Grade.C, editable=False
    )
    source = item_key(_("Opportunity source"))
    need = models.TextField(_("Need"), max_length=2000, blank=True)
    remarks = models.TextField(_("Remarks"), max_length=4000, blank=True)
    # The evaluation form (S11-60).
    strengths = models.TextField(_("Our strengths"), max_length=2000, blank=True)
    weaknesses = models.TextField(_("Our weaknesses"), max_length=2000, blank=True)
    evaluated_on = models.DateField(_("Evaluation date"), null=True, blank=True)
    next_contact_at = models.DateTimeField(_("Next contact"), null=True, blank=True)
    last_contact_at = models.DateTimeField(_("Last contact"), null=True, editable=False)
    last_contact_summary = models.CharField(
        _("Last contact summary"), max_length=200, blank=True, editable=False
    )
    # How it ended.
    closed_at = models.DateTimeField(_("Closed at"), null=True, editable=False)
    actual_amount = models.DecimalField(
        _("Actual amount"), max_digits=14, decimal_places=2, null=True, editable=False
    )
    contract_number = models.CharField(
        _("Contract number"), max_length=60, blank=True, editable=False
    )
    deal_on = models.DateField(_("Deal date"), null=True, editable=False)
    closing_reason = item_key(_("Reason"))
    lost_to = plain_key(Competitor, _("Lost to"), null=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)
    name_pinyin = models.CharField(max_length=255, editable=False)

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        verbose_name = _("Opportunity")
        verbose_name_plural = _("Opportunities")
        ordering = ["-updated_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="opportunities_opportunity_outcome"
            ),
            models.CheckConstraint(
                condition=Q(grade__in=Grade.values), name="opportunities_opportunity_grade"
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="opportunities_opportunity_name_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="opportunities_opportunity_amount"
            ),
            models.CheckConstraint(
                condition=Q(probability__lte=100), name="opportunities_opportunity_probability"
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.WON)
                | (Q(actual_amount__isnull=False, deal_on__isnull=False) & ~Q(contract_number="")),
                name="opportunities_opportunity_won_needs",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=[Outcome.LOST, Outcome.INVALID])
                | Q(closing_reason__isnull=False),
                name="opportunities_opportunity_lost_needs",
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.OPEN, closed_at__isnull=True)
                | (~Q(outcome=Outcome.OPEN) & Q(closed_at__isnull=False)),
                name="opportunities_opportunity_closed_at",
            ),
        ]
        # Lists walk these indexes in exactly their order (`performance.md` 6).
        indexes = [
            models.Index(fields=["updated_at", "id"], condition=KEPT, name="opp_updated"),
            models.Index(fields=["created_at", "id"], condition=KEPT, name="opp_created"),
            models.Index(fields=["name_pinyin", "id"], condition=KEPT, name="opp_pinyin"),
            models.Index(fields=["number", "id"], condition=KEPT, name="opp_number"),
            models.Index(fields=["amount", "id"], condition=KEPT, name="opp_amount"),
            models.Index(fields=["expected_on", "id"], condition=KEPT, name="opp_expected"),
            models.Index(fields=["next_contact_at", "id"], condition=KEPT, name="opp_next"),
            models.Index(fields=["last_contact_at", "id"], condition=KEPT, name="opp_last"),
            models.Index(fields=["owner", "updated_at", "id"], condition=KEPT, name="opp_owner"),
            models.Index(
                fields=["owner", "created_at", "id"], condition=KEPT, name="opp_owner_created"
            ),
            # These two with the deleted ones: they are asked when a customer or contact goes.
            models.Index(fields=["customer", "outcome", "id"], name="opp_customer"),
            models.Index(
                fields=["contact"], condition=Q(contact__isnull=False), name="opp_contact"
            ),
            models.Index(
                fields=["outcome", "updated_at", "id"], condition=KEPT, name="opp_outcome"
            ),
            # The start page: open ones without a next step, the largest amounts first.
            models.Index(fields=["outcome", "amount", "id"], condition=STUCK, name="opp_stuck"),
            models.Index(fields=["owner", "amount", "id"], condition=STUCK, name="opp_owner_stuck"),
            # The board: a column is a stage. What is added up in its head stands behind the order
            # of its cards, so that the sums read no row.
            models.Index(
                fields=["stage", "updated_at", "id", "pipeline", "probability", "amount"],
                condition=OPEN,
                name="opp_stage",
            ),
            models.Index(
                fields=["owner", "stage", "updated_at", "id", "pipeline", "probability", "amount"],
                condition=OPEN,
                name="opp_board",
            ),
            # The forecast: open ones by month and owner, closed ones by their day. Everything it
            # asks for stands in the index, so PostgreSQL need not read the rows.
            models.Index(
                fields=["expected_on", "owner", "pipeline", "probability", "amount"],
                condition=OPEN,
                name="opp_forecast",
            ),
            models.Index(
                fields=["outcome", "deal_on", "owner", "actual_amount"],
                condition=KEPT & Q(deal_on__isnull=False),
                name="opp_won",
            ),
            models.Index(
                fields=["owner", "outcome", "deal_on", "actual_amount"],
                condition=KEPT & Q(deal_on__isnull=False),
                name="opp_owner_won",
            ),
            models.Index(
                fields=["outcome", "closed_at", "owner"],
                condition=KEPT & Q(closed_at__isnull=False),
                name="opp_closed",
            ),
            models.Index(
                fields=["deleted_at", "id"],
                condition=Q(deleted_at__isnull=False),
                name="opp_bin",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("opportunities:opportunity_detail", self.pk)


class OpportunityShare(Share):
    """A team member of an opportunity besides its owner (S12-07)."""

    content_object = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="shares")

    class Meta:
        verbose_name = _("Team member")
        verbose_name_plural = _("Team members")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "permission", "content_object"], name="opportunities_share_once"
            )
        ]


class Rival(models.Model):
    """A competitor met in an opportunity, with what it is good and bad at there (S11-60)."""

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="rivals")
    competitor = models.ForeignKey(
        Competitor, verbose_name=_("Competitor"), on_delete=models.PROTECT, related_name="rivals"
    )
    strengths = models.CharField(_("Strengths"), max_length=500, blank=True)
    weaknesses = models.CharField(_("Weaknesses"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("Competitor in an opportunity")
        verbose_name_plural = _("Competitors in opportunities")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "competitor"], name="opportunities_rival_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.competitor)


class ProductLine(models.Model):
    """One product of an opportunity: name, unit and price as they were when it was added."""

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(
        Product, verbose_name=_("Product"), on_delete=models.PROTECT, related_name="lines"
    )
    name = models.CharField(_("Product name"), max_length=120, editable=False)
    unit = models.CharField(_("Unit"), max_length=60, blank=True, editable=False)
    list_price = models.DecimalField(
        _("List price"), max_digits=14, decimal_places=2, editable=False
    )
    price = models.DecimalField(_("Selling price"), max_digits=14, decimal_places=2)
    quantity = models.DecimalField(_("Quantity"), max_digits=12, decimal_places=2, default=1)
    discount = models.DecimalField(_("Discount (%)"), max_digits=5, decimal_places=2, default=0)
    subtotal = models.DecimalField(_("Subtotal"), max_digits=14, decimal_places=2, editable=False)

    class Meta:
        verbose_name = _("Product line")
        verbose_name_plural = _("Product lines")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="opportunities_line_price"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="opportunities_line_quantity"),
            models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lte=100), name="opportunities_line_discount"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StageChange(models.Model):
    """One step on the way: from where to where, by whom, when, why, after how long (D07-3).

    The stages are those the opportunity stood in; an end or a reopening keeps the stage and
    changes the outcome.
    """

    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.CASCADE, related_name="stage_changes"
    )
    from_stage = plain_key(Stage, _("From stage"), null=True)
    to_stage = plain_key(Stage, _("To stage"))
    from_outcome = models.CharField(_("From outcome"), max_length=8, choices=Outcome, blank=True)
    to_outcome = models.CharField(_("To outcome"), max_length=8, choices=Outcome)
    at = models.DateTimeField(_("Time"))
    actor = models.ForeignKey(
        "accounts.User",
        verbose_name=_("By"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    note = models.TextField(_("Progress note"), max_length=1000, blank=True)
    #: Seconds spent in the stage that was left; None on creation.
    seconds = models.PositiveBigIntegerField(_("Time in the stage before"), null=True)
    #: The owner at that moment, so that figures of the past stay those of the past.
    owner = models.ForeignKey(
        "accounts.User",
        verbose_name=_("Owner"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    class Meta:
        verbose_name = _("Stage change")
        verbose_name_plural = _("Stage changes")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_outcome__in=Outcome.values), name="opportunities_change_outcome"
            )
        ]
        indexes = [models.Index(fields=["at", "id"], name="opp_change_at")]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.to_stage_id}"
