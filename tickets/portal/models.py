"""The customer's link to his ticket, and the mails that go out with answers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.core import clock
from tickets.models.conversation import TicketMessage
from tickets.models.tickets import Ticket


class CustomerLink(models.Model):
    """The one address at which the customer of a ticket reads and answers.

    The token stands nowhere: it is drawn from the nonce with the secret of the installation, and
    looked up by its hash.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="customer_link")
    nonce = models.CharField(max_length=32, unique=True)
    token_sha256 = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField(_("Issued at"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Issued by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    revoked_at = models.DateTimeField(_("Revoked at"), null=True)

    class Meta:
        verbose_name = _("Customer's link")
        verbose_name_plural = _("Customers' links")

    def __str__(self) -> str:
        return f"{self.ticket_id}"


class MailState(models.TextChoices):
    """How far the mail of an answer has come; moved by `mailing` only."""

    PENDING = "pending", _("Waiting to be sent by e-mail")
    SENDING = "sending", _("Being sent by e-mail")
    SENT = "sent", _("Sent by e-mail")
    FAILED = "failed", _("The e-mail was not sent")


class AnswerMail(models.Model):
    """The outbox of answers to customers: one row a message, so that each goes out once.

    `next_at` is when a pending row is due, and when the claim of a row in `sending` lapses.
    """

    message = models.OneToOneField(TicketMessage, on_delete=models.CASCADE, related_name="mail")
    address = models.EmailField(max_length=120)
    state = models.CharField(
        _("State"), max_length=10, choices=MailState, default=MailState.PENDING
    )
    #: The Message-ID of the mail.
    header_id = models.CharField(max_length=200, unique=True)
    attempts = models.PositiveSmallIntegerField(_("Attempts"), default=0)
    next_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(_("Sent at"), null=True)
    error = models.CharField(_("Reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("Mail to a customer")
        verbose_name_plural = _("Mails to customers")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=MailState.values), name="tickets_mail_state"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(state__in=[MailState.PENDING, MailState.SENDING]),
                name="ticket_mail_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.header_id} {self.state}"
