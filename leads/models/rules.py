"""Rules that administrators keep: who gets which leads, and what a lead is worth."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.access.querysets import ScopedQuerySet
from crm.core.models import Versioned
from crm.dictionaries.models import Item
from leads.choices import ScoreKind, Subject, Way


class AllocationRule(Versioned):
    """Which leads or customers go to whom; tried in their order, the first that fits decides."""

    name = models.CharField(_("Name"), max_length=60, unique=True)
    order = models.PositiveSmallIntegerField(
        _("Order"), default=10, help_text=_("Small numbers come first; the first match wins.")
    )
    subject = models.CharField(
        _("What is given"), max_length=8, choices=Subject, default=Subject.LEAD
    )
    is_active = models.BooleanField(_("Active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    sources = models.ManyToManyField(
        Item, verbose_name=_("Sources"), blank=True, related_name="+", help_text=_("None: all.")
    )
    #: Names as typed; `lookups.find_regions` reads them.
    regions = models.CharField(
        _("Regions"),
        max_length=200,
        blank=True,
        help_text=_("Provinces or cities separated by commas. Empty: all."),
    )
    way = models.CharField(_("Way"), max_length=12, choices=Way, default=Way.ROUND_ROBIN)
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("Recipients"), related_name="+"
    )
    #: Shares by the key of the person, for the way "by ratio"; 1 where none is given.
    weights = models.JSONField(_("Ratio"), default=dict, blank=True)
    daily_quota = models.PositiveSmallIntegerField(
        _("Records per person and day"),
        null=True,
        blank=True,
        help_text=_("Empty: without limit."),
    )
    #: Records given by this rule so far: whose turn it is.
    turn = models.PositiveIntegerField(default=0, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Allocation rule")
        verbose_name_plural = _("Allocation rules")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(way__in=Way.values), name="leads_rule_way"),
            models.CheckConstraint(
                condition=Q(subject__in=Subject.values), name="leads_rule_subject"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AllocationCount(models.Model):
    """How many records the rules gave to a person on a day; taken by one conditional UPDATE."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    subject = models.CharField(max_length=8, choices=Subject, default=Subject.LEAD)
    day = models.DateField()
    given = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "day", "subject"], name="leads_count_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.day} {self.subject}: {self.given}"


class ScoreRule(Versioned):
    """What a property of a lead is worth; the points of all that fit are added."""

    order = models.PositiveSmallIntegerField(_("Order"), default=10)
    is_active = models.BooleanField(_("Active"), default=True)
    kind = models.CharField(_("Condition"), max_length=12, choices=ScoreKind)
    field = models.CharField(
        _("Field"),
        max_length=20,
        blank=True,
        help_text=_("For the condition “Field is filled”."),
    )
    item = models.ForeignKey(
        Item,
        verbose_name=_("Source or industry"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    regions = models.CharField(
        _("Regions"),
        max_length=200,
        blank=True,
        help_text=_("Provinces or cities separated by commas."),
    )
    least = models.PositiveSmallIntegerField(
        _("At least so many follow-ups"), null=True, blank=True
    )
    points = models.SmallIntegerField(
        _("Points"), help_text=_("From -100 to 100; negative points lower the score.")
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Score rule")
        verbose_name_plural = _("Score rules")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ScoreKind.values), name="leads_score_kind"),
            models.CheckConstraint(
                condition=Q(points__range=(-100, 100)), name="leads_score_points"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.points:+d}"
