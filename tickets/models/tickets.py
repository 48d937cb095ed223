"""The table of tickets (`requirements` section 3, `service.md` 8.1) and their history."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.core.models import Owned, SoftDeleted, TimeStamped, Versioned
from crm.dictionaries.models import Tag
from crm.web.navigation import address
from customers.models import Contact, Customer, dictionary_key
from tickets.choices import IN_WORK, SOLVED, EventKind, Phase, Priority
from tickets.models.business import BusinessNode, TicketStatus
from tickets.models.groups import TicketGroup
from tickets.querysets import TicketQuerySet

KEPT = Q(deleted_at__isnull=True)
WORKED = Q(deleted_at__isnull=True, phase__in=IN_WORK)


def ticket_key(label: object, name: str) -> models.ForeignKey:
    """A foreign key to another ticket, set by a service of its own."""
    return models.ForeignKey(
        "tickets.Ticket",
        verbose_name=label,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name=name,
    )


class Ticket(TimeStamped, Versioned, Owned, SoftDeleted):
    """One matter of one customer; its owner is the handler (处理人), nobody while unassigned."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Handler"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    number = models.CharField(_("Ticket number"), max_length=40, unique=True, editable=False)
    title = models.CharField(_("Subject"), max_length=120)
    description = models.TextField(_("Problem description"), max_length=8000)
    #: S11-33: what the description of a problem must tell.
    occurred_at = models.DateTimeField(_("Time of occurrence"), null=True, blank=True)
    impact = models.CharField(_("Scope of effect"), max_length=200, blank=True)
    phase = models.CharField(
        _("State"), max_length=16, choices=Phase, default=Phase.NEW, editable=False
    )
    status = models.ForeignKey(
        TicketStatus,
        verbose_name=_("Status"),
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    type = dictionary_key(_("Ticket type"))
    category = models.ForeignKey(
        BusinessNode,
        verbose_name=_("Business category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    priority = models.CharField(
        _("Priority"), max_length=8, choices=Priority, default=Priority.MEDIUM
    )
    source = dictionary_key(_("Ticket source"))
    mood = dictionary_key(_("Customer's mood"))
    tags = models.ManyToManyField(Tag, verbose_name=_("Tags"), blank=True, related_name="tickets")
    #: Answers to the questions of the category: `{question: answer}`.
    answers = models.JSONField(_("Further details"), default=dict, blank=True)
    customer = models.ForeignKey(
        Customer,
        verbose_name=_("Customer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="tickets",
        db_index=False,
    )
    contact = models.ForeignKey(
        Contact,
        verbose_name=_("Contact"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    #: Who asked, as he gave himself; kept where the contact changes or is unknown.
    requester = models.CharField(_("Caller"), max_length=60, blank=True)
    phone = models.CharField(_("Call-back number"), max_length=40, blank=True)
    email = models.EmailField(_("E-mail"), max_length=120, blank=True)
    group = models.ForeignKey(
        TicketGroup,
        verbose_name=_("Service group"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    #: Who distributes it and answers for it: high ones go to him by themselves (P11).
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Supervisor"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    parent = ticket_key(_("Parent ticket"), "children")
    merged_into = ticket_key(_("Merged into"), "merged_tickets")
    split_from = ticket_key(_("Split from"), "split_tickets")
    follow_up_of = ticket_key(_("Follow-up of"), "follow_up_tickets")
    solution = models.TextField(_("Solution"), max_length=8000, blank=True)
    #: What the customer said about it (S11-40).
    response = models.TextField(_("Customer's response"), max_length=2000, blank=True)
    #: Why it waits, is on hold or was voided.
    reason = models.CharField(_("Reason"), max_length=500, blank=True)
    wake_at = models.DateTimeField(_("On hold until"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("Handling confirmed at"), null=True, editable=False)
    responded_at = models.DateTimeField(_("First answered at"), null=True, editable=False)
    resolved_at = models.DateTimeField(_("Solved at"), null=True, editable=False)
    closed_at = models.DateTimeField(_("Ticket closed at"), null=True, editable=False)
    #: The newest public message of each side, for guards and queues.
    answered_at = models.DateTimeField(_("Last answer"), null=True, editable=False)
    customer_wrote_at = models.DateTimeField(_("Customer wrote last"), null=True, editable=False)
    #: 催单: how often the customer asked when it goes on, and when last.
    urge_count = models.PositiveSmallIntegerField(_("Urged"), default=0, editable=False)
    urged_at = models.DateTimeField(_("Last urged at"), null=True, editable=False)
    #: 撤单: since when the customer wants it voided, and why; empty once it was decided.
    withdrawal_at = models.DateTimeField(_("Withdrawal asked for at"), null=True, editable=False)
    withdrawal_reason = models.CharField(max_length=500, blank=True, editable=False)
    reopen_count = models.PositiveSmallIntegerField(_("Reopened"), default=0, editable=False)
    #: Counts the times it was taken up again, for clocks and surveys.
    cycle = models.PositiveSmallIntegerField(default=1, editable=False)
    #: The worst of its clocks, and when the first running one is broken: `tickets.sla.services`.
    sla_state = models.CharField(_("Service level"), max_length=9, blank=True, editable=False)
    sla_breach_at = models.DateTimeField(_("Time left"), null=True, editable=False)
    #: When the first running one passes its highest warning; None where one is broken already.
    sla_warn_at = models.DateTimeField(null=True, editable=False)
    #: The work calendar that this time is counted by; empty: day and night.
    sla_hours = models.SlugField(max_length=40, blank=True, editable=False, db_index=False)
    #: The last serial of its events.
    last_seq = models.PositiveIntegerField(default=0, editable=False)
    is_incomplete = models.BooleanField(_("Incomplete"), default=False, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("Ticket")
        verbose_name_plural = _("Tickets")
        ordering = ["-updated_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(phase__in=Phase.values), name="tickets_ticket_phase"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="tickets_ticket_title_not_empty"),
            models.CheckConstraint(
                condition=Q(priority__in=Priority.values), name="tickets_ticket_priority"
            ),
            models.CheckConstraint(
                condition=Q(phase=Phase.MERGED, merged_into__isnull=False)
                | (~Q(phase=Phase.MERGED) & Q(merged_into__isnull=True)),
                name="tickets_ticket_merged_into",
            ),
            models.CheckConstraint(
                condition=Q(phase__in=SOLVED, resolved_at__isnull=False)
                | (~Q(phase__in=SOLVED) & Q(resolved_at__isnull=True)),
                name="tickets_ticket_resolved_at",
            ),
            models.CheckConstraint(
                condition=~Q(phase__in=SOLVED) | ~Q(solution=""),
                name="tickets_ticket_solved_with_solution",
            ),
            models.CheckConstraint(
                condition=Q(phase=Phase.SCHEDULED, wake_at__isnull=False)
                | (~Q(phase=Phase.SCHEDULED) & Q(wake_at__isnull=True)),
                name="tickets_ticket_wake_at",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("pk")),
                name="tickets_ticket_not_into_itself",
            ),
        ]
        # The order columns first, then one per queue of the desk.
        indexes = [
            models.Index(fields=["updated_at", "id"], condition=KEPT, name="ticket_updated"),
            models.Index(fields=["created_at", "id"], condition=KEPT, name="ticket_created"),
            models.Index(fields=["number", "id"], condition=KEPT, name="ticket_number"),
            models.Index(fields=["owner", "updated_at", "id"], condition=KEPT, name="ticket_owner"),
            models.Index(
                fields=["owner", "phase", "updated_at", "id"],
                condition=WORKED,
                name="ticket_owner_work",
            ),
            models.Index(
                fields=["group", "phase", "updated_at", "id"],
                condition=WORKED,
                name="ticket_group_work",
            ),
            models.Index(
                fields=["supervisor", "created_at", "id"],
                condition=WORKED & Q(owner__isnull=True),
                name="ticket_supervisor",
            ),
            models.Index(fields=["phase", "updated_at", "id"], condition=KEPT, name="ticket_phase"),
            models.Index(
                fields=["status", "updated_at", "id"], condition=KEPT, name="ticket_status"
            ),
            models.Index(fields=["type", "updated_at", "id"], condition=KEPT, name="ticket_type"),
            models.Index(
                fields=["source", "updated_at", "id"], condition=KEPT, name="ticket_source"
            ),
            models.Index(
                fields=["priority", "updated_at", "id"], condition=KEPT, name="ticket_priority"
            ),
            models.Index(
                fields=["category", "updated_at", "id"], condition=KEPT, name="ticket_category"
            ),
            models.Index(fields=["customer", "updated_at", "id"], name="ticket_customer"),
            models.Index(
                fields=["contact"], condition=Q(contact__isnull=False), name="ticket_contact"
            ),
            models.Index(
                fields=["created_by", "updated_at", "id"], condition=KEPT, name="ticket_creator"
            ),
            models.Index(fields=["phone"], condition=~Q(phone=""), name="ticket_phone"),
            models.Index(
                fields=["wake_at", "id"],
                condition=KEPT & Q(wake_at__isnull=False),
                name="ticket_wake",
            ),
            models.Index(
                fields=["resolved_at"], condition=Q(phase=Phase.RESOLVED), name="ticket_to_close"
            ),
            models.Index(
                fields=["resolved_at", "id"],
                condition=KEPT & Q(resolved_at__isnull=False),
                name="ticket_resolved",
            ),
            models.Index(
                fields=["customer_wrote_at", "id"],
                condition=KEPT & Q(customer_wrote_at__isnull=False),
                name="ticket_customer_wrote",
            ),
            models.Index(
                fields=["urged_at", "id"],
                condition=KEPT & Q(urged_at__isnull=False),
                name="ticket_urged",
            ),
            models.Index(
                fields=["updated_at", "id"],
                condition=KEPT & Q(withdrawal_at__isnull=False),
                name="ticket_withdrawal",
            ),
            models.Index(
                fields=["sla_breach_at", "id"],
                condition=KEPT & Q(sla_breach_at__isnull=False),
                name="ticket_breach",
            ),
            models.Index(
                fields=["sla_warn_at", "id"],
                condition=KEPT & Q(sla_warn_at__isnull=False),
                name="ticket_near",
            ),
            models.Index(
                fields=["deleted_at", "id"],
                condition=Q(deleted_at__isnull=False),
                name="ticket_bin",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("tickets:ticket_detail", self.pk)

    @property
    def is_in_work(self) -> bool:
        """Whether somebody owes the customer something."""
        return self.phase in IN_WORK


class TicketEvent(models.Model):
    """One thing that happened to a ticket: append only, in order by `seq`.

    An administrator may correct `at`; an event of its own keeps the time that stood there before.

    The clocks are computed from these rows alone (`service.md` 8.2), so each one says what was
    true before and after, with the flags of the status at that time.
    """

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="events", db_index=False
    )
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=EventKind)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    source = models.CharField(max_length=20)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["ticket", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "seq"], name="tickets_event_seq_once"),
            models.CheckConstraint(
                condition=Q(kind__in=EventKind.values), name="tickets_event_kind"
            ),
        ]
        indexes = [models.Index(fields=["at"], name="ticket_event_at")]

    def __str__(self) -> str:
        return f"{self.ticket_id}#{self.seq} {self.kind}"
