"""What users are told, by which channels, and what they chose. No rules: `services` writes."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.core import clock
from crm.notifications.kinds import KINDS


class NotificationQuerySet(models.QuerySet):
    """The only door is `of(user)`: nobody reads the notices of others."""

    def of(self, user: Any) -> Self:
        """What the bell and the centre page of a user (or of a user's key) show."""
        return self.filter(user_id=getattr(user, "pk", user), in_app=True)

    def unread(self) -> Self:
        """Not opened yet."""
        return self.filter(read_at__isnull=True)


class Notification(models.Model):
    """One notice to one user. `dedupe_key` makes a cause that is told twice one notice."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("User"),
        on_delete=models.CASCADE,
        related_name="notifications",
        db_index=False,
    )
    kind = models.CharField(_("Kind"), max_length=60)
    title = models.CharField(_("Title"), max_length=200)
    text = models.TextField(_("Text"), blank=True)
    url = models.CharField(_("Address"), max_length=500, blank=True)
    event = models.ForeignKey(
        "audit.Event", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    dedupe_key = models.CharField(max_length=160)
    #: False where the user wants this kind by other channels only.
    in_app = models.BooleanField(default=True)
    created_at = models.DateTimeField(_("Time"), default=clock.now)
    read_at = models.DateTimeField(_("Read at"), null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("Notification")
        verbose_name_plural = _("Notifications")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "dedupe_key"], name="notifications_notification_once"
            )
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="notifications_newest"),
            models.Index(
                fields=["user"],
                condition=Q(read_at__isnull=True, in_app=True),
                name="notifications_unread",
            ),
            models.Index(fields=["created_at"], name="notifications_age"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def icon(self) -> str:
        """The sprite icon of its kind; a kind that is no longer declared gets the bell."""
        kind = KINDS.get(self.kind)
        return kind.icon if kind else "bell"

    @property
    def kind_label(self) -> str:
        """The kind in the reader's language."""
        kind = KINDS.get(self.kind)
        return str(kind.label) if kind else self.kind


class Delivery(models.Model):
    """The outbox: one notice on its way through one channel outside the product.

    `next_at` is when a pending row is due, and when the claim of a row in `sending` lapses.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    notification = models.ForeignKey(
        Notification, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    channel = models.CharField(_("Channel"), max_length=20)
    state = models.CharField(
        _("State"), max_length=10, choices=State.choices, default=State.PENDING
    )
    message_id = models.CharField(max_length=200)
    attempts = models.PositiveSmallIntegerField(_("Attempts"), default=0)
    next_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(_("Sent at"), null=True)
    error = models.TextField(_("Reason"), blank=True)

    class Meta:
        verbose_name = _("Delivery")
        verbose_name_plural = _("Deliveries")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["notification", "channel"], name="notifications_delivery_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "sending", "sent", "failed"]),
                name="notifications_delivery_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(state__in=["pending", "sending"]),
                name="notifications_delivery_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.notification_id} {self.channel} {self.state}"


class Preference(models.Model):
    """A user's choice for one kind and channel, stored only where it differs from the default."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=20)
    is_on = models.BooleanField()

    class Meta:
        verbose_name = _("Notification preference")
        verbose_name_plural = _("Notification preferences")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "channel"], name="notifications_preference_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.channel} {self.is_on}"
