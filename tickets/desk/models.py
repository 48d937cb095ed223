"""Who looks at a ticket right now."""

from django.conf import settings
from django.db import models

from tickets.models.tickets import Ticket


class Presence(models.Model):
    """The last sign of life of somebody on a ticket; it counts for some seconds only."""

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="presences", db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    seen_at = models.DateTimeField()
    is_writing = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "user"], name="tickets_presence_once")
        ]
        indexes = [models.Index(fields=["seen_at"], name="ticket_presence_age")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.user_id}"
