"""The survey with its versions, invitations and answers (`service.md` 8.4)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.access.querysets import ScopedQuerySet
from customers.models import Contact, Customer
from tickets.models.groups import TicketGroup
from tickets.models.tickets import Ticket

#: From very unsatisfied to very satisfied (S11-41).
SCORES = (1, 2, 3, 4, 5)
WORDS = {
    1: _("Very dissatisfied"),
    2: _("Dissatisfied"),
    3: _("So-so"),
    4: _("Satisfied"),
    5: _("Very satisfied"),
}
#: From here on a customer counts as content.
HAPPY = 4


class InviteState(models.TextChoices):
    """How far an invitation has come; moved by `inviting` and `answering` only."""

    PLANNED = "planned", _("Planned")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    ANSWERED = "answered", _("Answered")
    EXPIRED = "expired", _("Expired")
    SUPPRESSED = "suppressed", _("Not sent")
    FAILED = "failed", _("Failed")

    @classmethod
    def colors(cls) -> dict[str, str]:
        """Badge colours."""
        return {
            cls.PLANNED: "azure",
            cls.SENT: "blue",
            cls.DELIVERED: "blue",
            cls.ANSWERED: "green",
            cls.EXPIRED: "gray",
            cls.SUPPRESSED: "gray",
            cls.FAILED: "red",
        }


#: States in which the link works.
OPEN = (InviteState.SENT, InviteState.DELIVERED)


class Why(models.TextChoices):
    """Why an invitation was not sent."""

    REOPENED = "reopened", _("the ticket was taken up again")
    VOID = "void", _("the ticket was voided or merged")
    UNANSWERED = "unanswered", _("closed without any message of the customer")
    STAFF = "staff", _("the requester works here")
    UNREACHABLE = "unreachable", _("there is no address or no configured way")
    OPTED_OUT = "opted_out", _("the customer wants no surveys")
    RECENT = "recent", _("invited within the last days")
    DEMO = "demo", _("demo data")
    OFF = "off", _("surveys are switched off")


class SurveyTemplate(models.Model):
    """One version of the questions; never changed, only followed by another."""

    title = models.CharField(_("Title"), max_length=60)
    intro = models.CharField(_("Introduction"), max_length=300, blank=True)
    thanks = models.CharField(_("Words of thanks"), max_length=300, blank=True)
    asks_solved = models.BooleanField(_("Asks whether the matter is solved"), default=True)
    asks_nps = models.BooleanField(_("Asks whether they would recommend us"), default=False)
    low_reasons = models.TextField(
        _("Reasons for 1 to 3 stars"), max_length=600, blank=True, help_text=_("One a line.")
    )
    high_reasons = models.TextField(
        _("Reasons for 4 and 5 stars"), max_length=600, blank=True, help_text=_("One a line.")
    )
    created_at = models.DateTimeField(_("Created at"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Created by"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Satisfaction survey")
        verbose_name_plural = _("Satisfaction surveys")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title

    def reasons(self) -> list[str]:
        """All reasons that can be ticked, each once."""
        return list(dict.fromkeys([*self.reasons_of(min(SCORES)), *self.reasons_of(max(SCORES))]))

    def reasons_of(self, score: int) -> list[str]:
        """The reasons of the band of stars that a score is in."""
        text = self.high_reasons if score >= HAPPY else self.low_reasons
        return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


class SurveyInvite(models.Model):
    """The request to judge one solution of one ticket, with who gave it (chatwoot#14872)."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="surveys", db_index=False
    )
    cycle = models.PositiveSmallIntegerField()
    template = models.ForeignKey(SurveyTemplate, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Handler"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    group = models.ForeignKey(
        TicketGroup,
        verbose_name=_("Service group"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )
    customer = models.ForeignKey(
        Customer,
        verbose_name=_("Customer"),
        null=True,
        on_delete=models.SET_NULL,
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
    channel = models.CharField(_("Way"), max_length=10, blank=True)
    address = models.CharField(max_length=120, blank=True)
    token_sha256 = models.CharField(max_length=64, unique=True)
    nonce = models.CharField(max_length=32)
    state = models.CharField(
        _("State"), max_length=10, choices=InviteState, default=InviteState.PLANNED
    )
    reason = models.CharField(_("Reason"), max_length=12, choices=Why, blank=True)
    error = models.CharField(max_length=200, blank=True)
    #: What the provider of the way calls the message; its receipts name it.
    reference = models.CharField(max_length=80, blank=True)
    delivered_at = models.DateTimeField(_("Delivered at"), null=True)
    planned_at = models.DateTimeField(_("Planned at"))
    #: The next attempt to send.
    next_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(_("Sent at"), null=True)
    reminded_at = models.DateTimeField(_("Reminded at"), null=True)
    expires_at = models.DateTimeField(_("Valid until"), null=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("Invitation to a survey")
        verbose_name_plural = _("Invitations to surveys")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "cycle"], name="tickets_invite_once"),
            models.CheckConstraint(
                condition=Q(state__in=InviteState.values), name="tickets_invite_state"
            ),
            models.CheckConstraint(
                condition=Q(state=InviteState.SUPPRESSED) ^ Q(reason=""),
                name="tickets_invite_suppressed_with_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(next_at__isnull=False), name="ticket_invite_due"
            ),
            models.Index(
                fields=["expires_at"], condition=Q(state__in=OPEN), name="ticket_invite_open"
            ),
            models.Index(fields=["contact", "sent_at"], name="ticket_invite_contact"),
            models.Index(
                fields=["customer"],
                condition=Q(customer__isnull=False),
                name="ticket_invite_customer",
            ),
            models.Index(
                fields=["channel", "reference"],
                condition=~Q(reference=""),
                name="ticket_invite_receipt",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.cycle}"


class SurveyOptOut(models.Model):
    """Somebody who wants no surveys, by his address in small letters."""

    address = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.pk}"


class SurveyResponse(models.Model):
    """What a customer said about one solution; the last word counts, the earlier ones are kept."""

    invite = models.OneToOneField(SurveyInvite, on_delete=models.CASCADE, related_name="response")
    #: The handler at the time of the solution, for the scope of readers.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Handler"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    score = models.PositiveSmallIntegerField(_("Score"))
    is_solved = models.BooleanField(_("Solved"), null=True, blank=True)
    nps = models.PositiveSmallIntegerField(_("Recommendation"), null=True, blank=True)
    reasons = models.JSONField(_("Reasons"), default=list, blank=True)
    comment = models.TextField(_("Comment"), max_length=1000, blank=True)
    submitted_at = models.DateTimeField(_("Answered at"))
    edit_count = models.PositiveSmallIntegerField(_("Changed"), default=0)
    #: `[{score, is_solved, reasons, comment, at}]`, the oldest first.
    history = models.JSONField(default=list, blank=True)
    #: A task for the leader was made (low score).
    is_followed_up = models.BooleanField(default=False)
    #: The complaint that was made of it (low score, where the company wants it so).
    complaint = models.OneToOneField(
        Ticket,
        verbose_name=_("Complaint"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("Ticket rating")
        verbose_name_plural = _("Ticket ratings")
        ordering = ["-submitted_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(score__in=SCORES), name="tickets_response_score"),
            models.CheckConstraint(
                condition=Q(nps__isnull=True) | Q(nps__lte=10), name="tickets_response_nps"
            ),
        ]
        indexes = [
            models.Index(fields=["submitted_at", "id"], name="ticket_response_order"),
            models.Index(fields=["owner", "submitted_at", "id"], name="ticket_response_owner"),
            models.Index(fields=["score", "submitted_at", "id"], name="ticket_response_score"),
        ]

    def __str__(self) -> str:
        return f"{self.score}"
