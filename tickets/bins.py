"""The recycle bin of tickets empties by itself after the days of the system settings."""

from collections.abc import Iterable
from datetime import datetime

from crm.workbench.bins import register
from tickets.models import Ticket
from tickets.services.removing import purge_ticket


def due(before: datetime) -> Iterable[Ticket]:
    """Tickets that were deleted before an instant."""
    return Ticket.objects.filter(deleted_at__lt=before).order_by("deleted_at")


def purge(ticket: Ticket) -> None:
    """Remove one for good, as the system."""
    purge_ticket(ticket, actor=None)


register(due, purge)
