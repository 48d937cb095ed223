"""What a complaint has besides being a ticket: liability, cause, measures, call-back (投诉)."""

import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.activities.planning.models import Task
from customers.models import dictionary_key
from tickets.choices import CallBack, Liability, Severity
from tickets.models.tickets import Ticket

#: What is found out about a complaint, in the order of the form.
FINDINGS = (
    "severity", "respondent", "demand", "liability", "cause", "root_cause", "corrective",
    "compensation", "approved_by",
)  # fmt: skip


class Complaint(models.Model):
    """The findings on a complaint; written by its handler, one for a ticket."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="complaint")
    severity = models.CharField(
        _("Severity"), max_length=8, choices=Severity, default=Severity.MEDIUM
    )
    respondent = models.CharField(_("Unit complained about"), max_length=60, blank=True)
    demand = models.CharField(_("Customer's demand"), max_length=500, blank=True)
    liability = models.CharField(
        _("Liability"), max_length=12, choices=Liability, default=Liability.UNDETERMINED
    )
    cause = dictionary_key(_("Cause of the complaint"))
    root_cause = models.TextField(_("Root cause"), max_length=2000, blank=True)
    corrective = models.TextField(_("Corrective action"), max_length=2000, blank=True)
    compensation = models.DecimalField(
        _("Compensation"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Compensation approved by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    #: The call-back by somebody else than the handler.
    call_back = models.CharField(
        _("Call-back"), max_length=12, choices=CallBack, blank=True, editable=False
    )
    call_back_note = models.CharField(_("Words of the customer"), max_length=500, blank=True)
    called_at = models.DateTimeField(_("Called back at"), null=True, editable=False)
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Called back by"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    class Meta:
        verbose_name = _("Complaint")
        verbose_name_plural = _("Complaints")
        constraints = [
            models.CheckConstraint(
                condition=Q(severity__in=Severity.values, liability__in=Liability.values),
                name="tickets_complaint_choices",
            ),
            models.CheckConstraint(
                condition=Q(call_back="", called_at__isnull=True)
                | Q(call_back__in=CallBack.values, called_at__isnull=False),
                name="tickets_complaint_call_back",
            ),
            models.CheckConstraint(
                condition=Q(compensation__isnull=True) | Q(compensation__gte=0),
                name="tickets_complaint_compensation",
            ),
        ]

    def __str__(self) -> str:
        return str(self.ticket)

    @property
    def fingerprint(self) -> str:
        """A mark of the findings as they stand; another one after every change."""
        values = [str(getattr(self, self._meta.get_field(name).attname)) for name in FINDINGS]
        return hashlib.sha256("\0".join(values).encode()).hexdigest()[:16]


class ImprovementMeasure(models.Model):
    """A measure of the weekly review (T12); its task has the owner, the day and the state."""

    week = models.DateField(_("Week"), db_index=True)
    cause = dictionary_key(_("Cause of the complaint"))
    ticket = models.ForeignKey(
        Ticket,
        verbose_name=_("Ticket"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="measures",
    )
    task = models.OneToOneField(Task, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("Improvement measure")
        verbose_name_plural = _("Improvement measures")
        ordering = ["-week", "-id"]

    def __str__(self) -> str:
        return self.task.title
