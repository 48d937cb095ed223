"""What is said on a ticket, who listens, who was named."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.activities.models import Attachment
from customers.models import Contact
from tickets.choices import LinkKind, MessageKind, Via
from tickets.models.tickets import Ticket


class TicketMessage(models.Model):
    """One message of the conversation; its words are never changed, only followed by others."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    kind = models.CharField(_("Kind of message"), max_length=8, choices=MessageKind)
    text = models.TextField(_("Text"), max_length=8000)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Author"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    contact = models.ForeignKey(
        Contact,
        verbose_name=_("Contact"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    #: The customer's name as he gave it, where no contact is known.
    name = models.CharField(_("Name"), max_length=60, blank=True)
    via = models.CharField(_("Message channel"), max_length=8, choices=Via, default=Via.DESK)
    #: Sent by a machine: it never changes a state and never stops a clock.
    by_automation = models.BooleanField(default=False)
    #: So many automatic messages were too many and are not kept; this note stands for them.
    held_back = models.PositiveIntegerField(default=0)
    #: Proves that one form makes one message (F26).
    token = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(_("Written at"))
    files = models.ManyToManyField(Attachment, blank=True, related_name="+")

    class Meta:
        ordering = ["ticket", "created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=MessageKind.values, via__in=Via.values),
                name="tickets_message_kind",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="tickets_message_text"),
            models.CheckConstraint(
                condition=Q(kind=MessageKind.CUSTOMER, author__isnull=True)
                | (
                    ~Q(kind=MessageKind.CUSTOMER)
                    & (Q(author__isnull=False) | Q(by_automation=True))
                ),
                name="tickets_message_author",
            ),
            models.UniqueConstraint(
                fields=["ticket", "token"], condition=~Q(token=""), name="tickets_message_once"
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "created_at", "id"], name="ticket_message_order"),
            models.Index(
                fields=["contact"], condition=Q(contact__isnull=False), name="ticket_message_of"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class TicketMention(models.Model):
    """Somebody named with @ in an internal note."""

    message = models.ForeignKey(TicketMessage, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    typed = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "user"], name="tickets_mention_once")
        ]

    def __str__(self) -> str:
        return self.typed


class TicketWatcher(models.Model):
    """Somebody who is told what happens to a ticket; `source` where a merge brought him along."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="watchers", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("Watcher"), on_delete=models.CASCADE,
        related_name="+",
    )  # fmt: skip
    source = models.ForeignKey(Ticket, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "user"], name="tickets_watcher_once")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.user_id}"


class TicketLink(models.Model):
    """Two tickets that have to do with each other; the smaller key stands first."""

    first = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links_from")
    second = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links_to")
    kind = models.CharField(_("Kind of link"), max_length=10, choices=LinkKind)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="tickets_link_once"),
            models.CheckConstraint(
                condition=Q(first__lt=models.F("second")), name="tickets_link_order"
            ),
            models.CheckConstraint(condition=Q(kind__in=LinkKind.values), name="tickets_link_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id}-{self.second_id}"


class AssignmentDecision(models.Model):
    """Why somebody got a ticket by itself, or why nobody: every candidate with his reason."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="decisions")
    at = models.DateTimeField()
    strategy = models.CharField(max_length=20)
    chosen = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+",
        db_index=False,
    )  # fmt: skip
    reason = models.CharField(max_length=300)
    #: `[{user, name, load, excluded}]` in the order of choice; `excluded` is empty for eligible.
    candidates = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.reason
