"""Tables of the rhythm by grade (requirement C1, T9, T10): the rules, and what each makes due."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.access.querysets import ScopedQuerySet
from crm.core.models import Versioned
from crm.core.recurrence import MONTH, WEEK
from crm.dictionaries.models import Item


class RuleSet(models.TextChoices):
    """The two tables of the manual."""

    RUNNING = "running", _("Follow-up of running business")
    CLOSED = "closed", _("Maintenance of closed customers")


class Action(models.TextChoices):
    """What is to be done; the methods that count are in `rhythm`."""

    ANY = "any", _("Any contact")
    PHONE = "phone", _("Phone call")
    VISIT = "visit", _("Visit")
    MESSAGE = "message", _("Message or e-mail")


class Unit(models.TextChoices):
    """What intervals are counted in."""

    WEEK = WEEK, _("weeks")
    MONTH = MONTH, _("months")


def often(every: int, unit: str) -> str:
    """An interval in words: every 2 weeks, 每 2 周."""
    if unit == Unit.WEEK:
        text = ngettext("every week", "every %(count)s weeks", every)
    else:
        text = ngettext("every month", "every %(count)s months", every)
    return text % {"count": every}


class RhythmRule(Versioned):
    """How often customers of one grade are contacted at least, in one of the two sets."""

    rule_set = models.CharField(_("Rule set"), max_length=8, choices=RuleSet.choices)
    grade = models.ForeignKey(
        Item,
        verbose_name=_("Customer grade"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    action = models.CharField(_("What is due"), max_length=8, choices=Action.choices)
    every = models.PositiveSmallIntegerField(_("Once every"), default=1)
    unit = models.CharField(_("Unit"), max_length=5, choices=Unit.choices, default=Unit.MONTH)
    most = models.PositiveSmallIntegerField(
        _("Too often from more than"),
        default=2,
        help_text=_("So many times within the interval are still all right."),
    )
    is_on = models.BooleanField(_("On"), default=True)
    #: Customers with greater keys have what an earlier version of the rule made; None: none has.
    refresh_after = models.BigIntegerField(null=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Follow-up frequency")
        verbose_name_plural = _("Follow-up frequencies")
        ordering = ["-rule_set", "grade__order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule_set", "grade", "action"], name="customers_rhythm_rule_once"
            ),
            models.CheckConstraint(
                condition=Q(every__gte=1, every__lte=60), name="customers_rhythm_every"
            ),
            models.CheckConstraint(
                condition=Q(most__gte=1, most__lte=100), name="customers_rhythm_most"
            ),
            models.CheckConstraint(
                condition=Q(
                    rule_set__in=RuleSet.values, action__in=Action.values, unit__in=Unit.values
                ),
                name="customers_rhythm_closed_lists",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_rule_set_display()} · {self.grade} · {self.get_action_display()}"


class RhythmDue(models.Model):
    """When a rule makes a customer due: kept up to date, so that lists need no look at history."""

    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.CASCADE, related_name="due_actions", db_index=False
    )
    rule = models.ForeignKey(RhythmRule, on_delete=models.CASCADE, related_name="+", db_index=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    due_at = models.DateTimeField(_("Due"))
    last_at = models.DateTimeField(_("Last time"), null=True)
    #: Until when the contacts of the last interval are more than the rule's most.
    over_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "rule"], name="customers_rhythm_due_once")
        ]
        indexes = [
            models.Index(fields=["due_at", "customer"], name="rhythm_due"),
            models.Index(fields=["owner", "due_at", "customer"], name="rhythm_owner_due"),
            models.Index(fields=["rule", "customer"], name="rhythm_rule"),
            models.Index(fields=["rule", "due_at", "customer"], name="rhythm_rule_due"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.rule_id} {self.due_at:%Y-%m-%d}"


class RhythmSweep(models.Model):
    """How far changed customers have been looked at, by their time of change."""

    name = models.CharField(max_length=20, primary_key=True)
    updated_at = models.DateTimeField()
    customer_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.updated_at}"
