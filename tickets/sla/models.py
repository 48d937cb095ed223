"""What is promised (policies with every version of them) and how it stands (clocks, notices)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.access.querysets import ScopedQuerySet
from crm.core.models import Versioned
from crm.dictionaries.models import BusinessCalendar, Item
from tickets.choices import Priority
from tickets.models.business import BusinessNode
from tickets.models.groups import TicketGroup
from tickets.models.tickets import Ticket


class ClockKind(models.TextChoices):
    """The clocks of a ticket, in the order in which people read them; as `rules.Kind`."""

    ASSIGNMENT = "assignment", _("Assigning")
    ACCEPTANCE = "acceptance", _("Confirmation")
    FIRST_RESPONSE = "first_response", _("First answer")
    NEXT_RESPONSE = "next_response", _("Next answer")
    RESOLUTION = "resolution", _("Solving")
    LEGAL = "legal", _("Legal deadline")


class ClockState(models.TextChoices):
    """How a clock stands; as `clocks.State`."""

    RUNNING = "running", _("Counting")
    PAUSED = "paused", _("Paused")
    MET = "met", _("Met")
    BREACHED = "breached", _("Breached")
    CANCELLED = "cancelled", _("Dropped")
    WAIVED = "waived", _("Waived")

    @classmethod
    def colors(cls) -> dict[str, str]:
        """Badge colours."""
        return {
            cls.RUNNING: "blue",
            cls.PAUSED: "purple",
            cls.MET: "green",
            cls.BREACHED: "red",
            cls.CANCELLED: "gray",
            cls.WAIVED: "gray",
        }


#: States in which a clock may still change by itself.
LIVE = (ClockState.RUNNING, ClockState.PAUSED)


class SlaPolicy(Versioned):
    """Promises for the tickets that it describes; the first one in order that fits counts."""

    name = models.CharField(_("Name"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(
        _("Order"), default=50, help_text=_("Small numbers come first; the first match wins.")
    )
    is_active = models.BooleanField(_("Active"), default=True)
    types = models.ManyToManyField(
        Item, verbose_name=_("Ticket types"), blank=True, related_name="+"
    )
    levels = models.ManyToManyField(
        Item, verbose_name=_("Customer grades"), blank=True, related_name="+"
    )
    categories = models.ManyToManyField(
        BusinessNode, verbose_name=_("Business categories"), blank=True, related_name="+"
    )
    groups = models.ManyToManyField(
        TicketGroup, verbose_name=_("Service groups"), blank=True, related_name="+"
    )
    calendar = models.ForeignKey(
        BusinessCalendar,
        verbose_name=_("Work calendar"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text=_("Empty: day and night, every day of the year."),
    )
    warn = models.JSONField(_("Warn at"), default=list, blank=True)
    #: Working minutes.
    escalate_minutes = models.PositiveIntegerField(
        _("Tell the manager after (working minutes)"),
        null=True,
        blank=True,
        default=60,
        help_text=_("Counted from the moment the promise is broken. Empty: never."),
    )
    effective_from = models.DateField(_("For tickets from"), null=True, blank=True)
    effective_to = models.DateField(_("For tickets until"), null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Service level policy")
        verbose_name_plural = _("Service level policies")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_from__isnull=True)
                | Q(effective_to__isnull=True)
                | Q(effective_from__lte=models.F("effective_to")),
                name="tickets_sla_policy_dates",
            )
        ]

    def __str__(self) -> str:
        return self.name


class SlaTarget(models.Model):
    """One promise of a policy; `priority` empty is for all that have no row of their own."""

    policy = models.ForeignKey(SlaPolicy, on_delete=models.CASCADE, related_name="targets")
    priority = models.CharField(max_length=8, choices=Priority, blank=True)
    kind = models.CharField(max_length=14, choices=ClockKind)
    seconds = models.PositiveIntegerField()
    #: For a ticket that was opened again; None: the same.
    reopen_seconds = models.PositiveIntegerField(null=True)
    #: Counted day and night whatever the policy's calendar says.
    is_natural = models.BooleanField(default=False)
    #: Counted by these hours instead of the policy's; None: by the policy's.
    calendar = models.ForeignKey(
        BusinessCalendar, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    #: Per cent at which is warned; empty: as the policy says.
    warn = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "priority", "kind"], name="tickets_sla_target_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ClockKind.values, priority__in=["", *Priority.values]),
                name="tickets_sla_target_kind",
            ),
            models.CheckConstraint(condition=Q(seconds__gte=60), name="tickets_sla_target_length"),
            models.CheckConstraint(
                condition=Q(is_natural=False) | Q(calendar__isnull=True),
                name="tickets_sla_target_hours",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.priority} {self.seconds}"


class SlaVersion(models.Model):
    """All policies as they were from a moment on; tickets are judged by what held at the time."""

    number = models.PositiveIntegerField(unique=True)
    content = models.JSONField()
    valid_from = models.DateTimeField()
    also_running = models.BooleanField(_("Also for tickets in work"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return str(self.number)


class SlaClock(models.Model):
    """One promise to one customer as it stands (`service.md` 8.2); written by `refresh` alone."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="clocks", db_index=False
    )
    kind = models.CharField(_("Promise"), max_length=14, choices=ClockKind)
    cycle = models.PositiveSmallIntegerField()
    state = models.CharField(_("State"), max_length=9, choices=ClockState)
    policy = models.ForeignKey(
        SlaPolicy, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    policy_version = models.PositiveIntegerField()
    calendar_version = models.PositiveIntegerField()
    #: Seconds, like `elapsed` and `wall`.
    target = models.PositiveIntegerField(_("Target"))
    started_at = models.DateTimeField(_("Started at"))
    stopped_at = models.DateTimeField(_("Stopped at"), null=True)
    due_at = models.DateTimeField(_("Due at"), null=True)
    breach_at = models.DateTimeField(_("Breached at"), null=True)
    elapsed = models.PositiveIntegerField(_("Time used"))
    wall = models.PositiveIntegerField(_("Time passed"))
    by_retarget = models.BooleanField(default=False)
    #: Holidays of a year it touches were not published.
    is_incomplete = models.BooleanField(default=False)
    reason = models.CharField(_("Reason"), max_length=20, blank=True)
    #: Thresholds nobody was told of yet: `[[threshold, seconds since 1970], …]`.
    marks = models.JSONField(default=list)
    next_check_at = models.DateTimeField(null=True)
    waived_at = models.DateTimeField(_("Waived at"), null=True)
    waived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    waived_reason = models.CharField(_("Reason of the waiver"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("Service level clock")
        verbose_name_plural = _("Service level clocks")
        ordering = ["ticket", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "kind", "cycle"], name="tickets_clock_once"),
            models.CheckConstraint(
                condition=Q(kind__in=ClockKind.values, state__in=ClockState.values),
                name="tickets_clock_state",
            ),
            models.CheckConstraint(
                condition=~Q(state=ClockState.MET) | Q(stopped_at__isnull=False),
                name="tickets_clock_met_has_stopped",
            ),
            models.CheckConstraint(
                condition=~Q(state=ClockState.BREACHED) | Q(breach_at__isnull=False),
                name="tickets_clock_breached_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state=ClockState.WAIVED, waived_at__isnull=False)
                | (~Q(state=ClockState.WAIVED) & Q(waived_at__isnull=True)),
                name="tickets_clock_waived",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_check_at", "id"],
                condition=Q(next_check_at__isnull=False),
                name="ticket_clock_check",
            ),
            models.Index(fields=["ticket"], condition=Q(state__in=LIVE), name="ticket_clock_live"),
            models.Index(fields=["kind", "state", "started_at"], name="ticket_clock_kind"),
            models.Index(
                fields=["breach_at", "id"],
                condition=Q(state=ClockState.BREACHED),
                name="ticket_clock_broken",
            ),
            models.Index(
                fields=["started_at", "id", "breach_at"],
                condition=Q(state=ClockState.BREACHED, calendar_version__gt=0),
                name="ticket_clock_reconsider",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.cycle}"


class SlaNotice(models.Model):
    """A threshold of a clock was passed, and whether somebody was told: once, ever."""

    clock = models.ForeignKey(
        SlaClock, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    #: Per cent of the target; 100 the breach, 101 the manager.
    threshold = models.PositiveSmallIntegerField()
    #: When it was passed, whenever the worker found it.
    passed_at = models.DateTimeField()
    written_at = models.DateTimeField()
    #: A higher one was passed too before anybody could be told.
    is_skipped = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock", "threshold"], name="tickets_sla_notice_once")
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.threshold}"


class SlaWalk(models.Model):
    """How far the clocks in work follow the newest rules; one row, kept by `walking`."""

    #: What the rules said when a walk began, and which ticket it has reached.
    rules = models.CharField(max_length=64, blank=True)
    last_id = models.BigIntegerField(default=0)
    is_done = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.rules
