"""Targets of people and departments, and the state of the pipeline day by day."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.access.querysets import ScopedQuerySet
from crm.accounts.models import Department
from crm.core.models import Versioned
from opportunities.choices import Outcome
from opportunities.models.opportunities import Opportunity, plain_key
from opportunities.models.pipelines import Stage

MONTHS = tuple(range(1, 13))


class Target(Versioned):
    """What one person or one department is to sell in a month: target, stretch and challenge.

    Years and quarters are sums of months, so that they can never disagree.
    """

    year = models.PositiveSmallIntegerField(_("Year"))
    month = models.PositiveSmallIntegerField(_("Month"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Person"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("Department"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    amount = models.DecimalField(_("Target"), max_digits=14, decimal_places=2, default=0)
    stretch = models.DecimalField(_("Stretch target"), max_digits=14, decimal_places=2, default=0)
    challenge = models.DecimalField(
        _("Challenge target"), max_digits=14, decimal_places=2, default=0
    )
    updated_at = models.DateTimeField(auto_now=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Sales target")
        verbose_name_plural = _("Sales targets")
        ordering = ["year", "month", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12), name="opportunities_target_month"
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=False, department__isnull=True)
                | Q(owner__isnull=True, department__isnull=False),
                name="opportunities_target_of_one",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0, stretch__gte=0, challenge__gte=0),
                name="opportunities_target_amounts",
            ),
            models.UniqueConstraint(
                fields=["year", "month", "owner"],
                condition=Q(owner__isnull=False),
                name="opportunities_target_person_once",
            ),
            models.UniqueConstraint(
                fields=["year", "month", "department"],
                condition=Q(department__isnull=False),
                name="opportunities_target_department_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"


class Snapshot(models.Model):
    """How one opportunity stood at the end of a day; the movement compares two such days.

    Written once a day for open opportunities and those that ended since the day before.
    """

    day = models.DateField(_("Day"))
    opportunity = models.ForeignKey(
        Opportunity, on_delete=models.CASCADE, related_name="snapshots", db_index=False
    )
    stage = plain_key(Stage, _("Opportunity stage"))
    stage_order = models.PositiveSmallIntegerField(_("Order"))
    outcome = models.CharField(_("Outcome"), max_length=8, choices=Outcome)
    amount = models.DecimalField(_("Expected amount"), max_digits=14, decimal_places=2)
    expected_on = models.DateField(_("Expected close date"), null=True)

    class Meta:
        verbose_name = _("Pipeline snapshot")
        verbose_name_plural = _("Pipeline snapshots")
        ordering = ["day", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "day"], name="opportunities_snapshot_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="opportunities_snapshot_outcome"
            ),
        ]
        indexes = [models.Index(fields=["day", "opportunity"], name="opp_snapshot_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.opportunity_id}"
