"""Who serves: groups with a leader, what people can do, whether they take tickets."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crm.access.querysets import ScopedQuerySet
from crm.core.models import TimeStamped, Versioned
from tickets.choices import Availability, Strategy


class Skill(models.Model):
    """Something that some people can do and some business needs: a product, a language."""

    name = models.CharField(_("Skill"), max_length=40)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Skill")
        verbose_name_plural = _("Skills")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("name"), name="tickets_skill_name_once")]

    def __str__(self) -> str:
        return self.name


class TicketGroup(TimeStamped, Versioned):
    """A service group: its members share a queue, its leader distributes."""

    name = models.CharField(_("Service group"), max_length=60)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Leader"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("Members"), blank=True, related_name="+"
    )
    strategy = models.CharField(
        _("Way of assignment"), max_length=12, choices=Strategy, default=Strategy.MANUAL
    )
    #: Days in which the last handler of a customer is asked first; 0 switches it off.
    last_agent_days = models.PositiveSmallIntegerField(
        _("Last handler first, days"),
        default=30,
        help_text=_("Who handled the customer within these days is asked first; 0: nobody is."),
    )
    reopens_closed = models.BooleanField(
        _("A customer's message reopens a closed ticket"), default=True
    )
    #: Whose turn it is in a round.
    turn = models.PositiveIntegerField(default=0, editable=False)
    order = models.PositiveSmallIntegerField(_("Order"), default=0)
    is_active = models.BooleanField(_("Active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Service group")
        verbose_name_plural = _("Service groups")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(Lower("name"), name="tickets_group_name_once"),
            models.CheckConstraint(
                condition=Q(strategy__in=Strategy.values), name="tickets_group_strategy"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AgentProfile(TimeStamped, Versioned):
    """What automatic assignment knows about a person; without one he is ready, without skills."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Person"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    availability = models.CharField(
        _("Availability"), max_length=5, choices=Availability, default=Availability.READY
    )
    capacity = models.PositiveSmallIntegerField(
        _("Most open tickets"),
        default=20,
        help_text=_("High ones count double, urgent ones three times."),
    )
    skills = models.ManyToManyField(Skill, verbose_name=_("Skills"), blank=True, related_name="+")
    shift_start = models.TimeField(_("Shift begins"), null=True, blank=True)
    shift_end = models.TimeField(_("Shift ends"), null=True, blank=True)
    leave_from = models.DateField(_("On leave from"), null=True, blank=True)
    leave_until = models.DateField(_("On leave until"), null=True, blank=True)
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Substitute"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Service profile")
        verbose_name_plural = _("Service profiles")
        ordering = ["user"]
        constraints = [
            models.CheckConstraint(
                condition=Q(availability__in=Availability.values),
                name="tickets_agent_availability",
            ),
            models.CheckConstraint(
                condition=Q(leave_from__isnull=True, leave_until__isnull=True)
                | Q(leave_from__lte=models.F("leave_until")),
                name="tickets_agent_leave",
            ),
        ]

    def __str__(self) -> str:
        return self.user.name
