"""Pipelines and their stages: maintained by administrators, known to the program by code."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.access.querysets import ScopedQuerySet
from crm.accounts.models import Department
from crm.core.models import Versioned
from crm.dictionaries.models import Color, local_name


class Pipeline(Versioned):
    """A way of selling with stages of its own (商机组); departments may have theirs."""

    code = models.SlugField(_("Code"), max_length=40, unique=True, help_text=_("Fixed once saved."))
    name = models.CharField(_("Name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    departments = models.ManyToManyField(
        Department,
        verbose_name=_("Departments"),
        blank=True,
        related_name="pipelines",
        help_text=_("Empty: offered to everybody."),
    )
    order = models.PositiveSmallIntegerField(_("Order"), default=0)
    is_default = models.BooleanField(
        _("Default"),
        default=False,
        help_text=_("Offered first to people without one of their own."),
    )
    committed_from = models.PositiveSmallIntegerField(
        _("Committed from (%)"),
        default=70,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_(
            "From this win probability on the forecast counts an open opportunity as committed."
        ),
    )
    is_active = models.BooleanField(_("Active"), default=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Pipeline")
        verbose_name_plural = _("Pipelines")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="opportunities_pipeline_one_default",
            ),
            models.CheckConstraint(
                condition=Q(committed_from__gte=1, committed_from__lte=100),
                name="opportunities_pipeline_committed",
            ),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)


class Stage(Versioned):
    """One step of a pipeline, with what must be done before an opportunity may go on (C5)."""

    pipeline = models.ForeignKey(
        Pipeline, verbose_name=_("Pipeline"), on_delete=models.PROTECT, related_name="stages"
    )
    code = models.SlugField(_("Code"), max_length=40, help_text=_("Fixed once saved."))
    name = models.CharField(_("Name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    color = models.CharField(_("Color"), max_length=10, choices=Color, default=Color.BLUE)
    order = models.PositiveSmallIntegerField(_("Order"), default=0)
    probability = models.PositiveSmallIntegerField(_("Win probability (%)"), default=10)
    expected_days = models.PositiveSmallIntegerField(
        _("Expected days"),
        default=0,
        help_text=_("How long an opportunity usually stands here; 0: no limit."),
    )
    is_initial = models.BooleanField(_("First stage"), default=False)
    is_active = models.BooleanField(_("Active"), default=True)
    #: Exit checklist: names of fields that must be filled (`opportunities.checklist`).
    exit_fields = models.JSONField(_("Fields required to go on"), default=list, blank=True)
    needs_activity = models.BooleanField(
        _("A follow-up is required to go on"),
        default=False,
        help_text=_("At least one follow-up written since the opportunity came to this stage."),
    )
    needs_document = models.BooleanField(
        _("A document is required to go on"),
        default=False,
        help_text=_("At least one file uploaded since the opportunity came to this stage."),
    )
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Opportunity stage")
        verbose_name_plural = _("Opportunity stages")
        ordering = ["pipeline", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["pipeline", "code"], name="opportunities_stage_code"),
            models.UniqueConstraint(
                fields=["pipeline"],
                condition=Q(is_initial=True),
                name="opportunities_stage_one_initial",
            ),
            models.CheckConstraint(
                condition=Q(probability__lte=100), name="opportunities_stage_probability"
            ),
            models.CheckConstraint(
                condition=Q(color__in=Color.values), name="opportunities_stage_color"
            ),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)
