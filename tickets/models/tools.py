"""What saves agents typing: canned replies and macros."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.access.querysets import ScopedQuerySet
from crm.core.models import TimeStamped, Versioned
from tickets.choices import MessageKind, Phase, Priority
from tickets.models.groups import TicketGroup


class CannedReply(TimeStamped, Versioned):
    """A text that agents insert with `/`; it may name the customer, the number, the agent."""

    title = models.CharField(_("Title"), max_length=60)
    shortcut = models.SlugField(
        _("Shortcut"), max_length=30, unique=True, help_text=_("Typed behind a slash.")
    )
    text = models.TextField(
        _("Text"),
        max_length=4000,
        help_text=_("{customer}, {contact}, {number}, {title} and {agent} are filled in."),
    )
    group = models.ForeignKey(
        TicketGroup,
        verbose_name=_("Only for this group"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    is_active = models.BooleanField(_("Active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Canned reply")
        verbose_name_plural = _("Canned replies")
        ordering = ["title", "id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="tickets_canned_text")]

    def __str__(self) -> str:
        return self.title


class Macro(TimeStamped, Versioned):
    """Several steps with one click; where one of them is impossible, none is done."""

    name = models.CharField(_("Name"), max_length=60, unique=True)
    group = models.ForeignKey(
        TicketGroup,
        verbose_name=_("Only for this group"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    message_kind = models.CharField(
        _("Message"),
        max_length=8,
        blank=True,
        choices=[item for item in MessageKind.choices if item[0] != MessageKind.CUSTOMER],
    )
    text = models.TextField(
        _("Text"),
        max_length=4000,
        blank=True,
        help_text=_("{customer}, {contact}, {number}, {title} and {agent} are filled in."),
    )
    priority = models.CharField(_("Priority"), max_length=8, blank=True, choices=Priority)
    to_group = models.ForeignKey(
        TicketGroup,
        verbose_name=_("Hand over to the group"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    phase = models.CharField(
        _("New state"),
        max_length=16,
        blank=True,
        choices=[
            (Phase.OPEN, Phase.OPEN.label),
            (Phase.WAITING_CUSTOMER, Phase.WAITING_CUSTOMER.label),
            (Phase.WAITING_THIRD, Phase.WAITING_THIRD.label),
            (Phase.RESOLVED, Phase.RESOLVED.label),
            (Phase.CANCELLED, Phase.CANCELLED.label),
        ],
    )
    reason = models.CharField(_("Reason"), max_length=200, blank=True)
    solution = models.TextField(_("Solution"), max_length=4000, blank=True)
    order = models.PositiveSmallIntegerField(_("Order"), default=0)
    is_active = models.BooleanField(_("Active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Macro")
        verbose_name_plural = _("Macros")
        ordering = ["order", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(message_kind="", text="") | (~Q(message_kind="") & ~Q(text="")),
                name="tickets_macro_message",
            ),
            models.CheckConstraint(
                condition=Q(phase__in=["", *Phase.values]), name="tickets_macro_phase"
            ),
        ]

    def __str__(self) -> str:
        return self.name
