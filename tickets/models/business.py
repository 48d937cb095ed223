"""What tickets are about and how far they are: the business tree (业务树) and the statuses."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.access.querysets import ScopedQuerySet
from crm.core.models import TimeStamped, Versioned
from crm.dictionaries.models import Color, Item, local_name
from tickets.choices import Phase, Priority
from tickets.models.groups import Skill, TicketGroup


class BusinessNode(TimeStamped, Versioned):
    """A node of the business tree (S02-24); what is empty here comes from the node above.

    `path` is the chain of keys, `/1/4/9/`: all below a node begin with its path.
    """

    name = models.CharField(_("Name"), max_length=60)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("Parent"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    order = models.PositiveSmallIntegerField(_("Order"), default=0)
    is_active = models.BooleanField(_("Active"), default=True)
    ticket_type = models.ForeignKey(
        Item,
        verbose_name=_("Ticket type"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    priority = models.CharField(
        _("Priority"), max_length=8, choices=Priority, blank=True, default=""
    )
    group = models.ForeignKey(
        TicketGroup,
        verbose_name=_("Service group"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    skills = models.ManyToManyField(
        Skill, verbose_name=_("Needed skills"), blank=True, related_name="+"
    )
    questions = models.TextField(
        _("Questions of the form"),
        blank=True,
        max_length=2000,
        help_text=_(
            "One a line; a star at the end makes it required, choices stand behind a colon: "
            "Product model* or Colour: red / blue."
        ),
    )
    is_public = models.BooleanField(
        _("Offered in public forms"),
        default=False,
        help_text=_("Customers read the name, and those of the categories above."),
    )
    path = models.CharField(max_length=200, editable=False, default="", db_index=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Business category")
        verbose_name_plural = _("Business tree")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="tickets_node_name_once"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(parent__isnull=True), name="tickets_node_root_once"
            ),
            models.CheckConstraint(
                condition=Q(priority__in=["", *Priority.values]), name="tickets_node_priority"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TicketStatus(TimeStamped, Versioned):
    """What a company calls a state of its tickets; `phase` says what the program does with it."""

    code = models.SlugField(_("Code"), max_length=40, unique=True)
    name = models.CharField(_("Name"), max_length=40)
    name_en = models.CharField(_("English name"), max_length=40, blank=True)
    customer_label = models.CharField(
        _("What the customer reads"), max_length=40, blank=True, help_text=_("Empty: the name.")
    )
    phase = models.CharField(_("State"), max_length=16, choices=Phase)
    color = models.CharField(_("Color"), max_length=10, choices=Color, default=Color.GRAY)
    #: Kinds of clocks that stand still in this status.
    pauses = models.JSONField(_("Clocks that stand still"), default=list, blank=True)
    wakes_on_reply = models.BooleanField(_("A customer's message wakes it"), default=True)
    is_default = models.BooleanField(
        _("Default"), default=False, help_text=_("Set where nobody chooses among several.")
    )
    order = models.PositiveSmallIntegerField(_("Order"), default=0)
    is_active = models.BooleanField(_("Active"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Ticket status")
        verbose_name_plural = _("Ticket statuses")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(phase__in=Phase.values), name="tickets_status_phase"
            ),
            models.UniqueConstraint(
                fields=["phase"], condition=Q(is_default=True), name="tickets_status_one_default"
            ),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)
