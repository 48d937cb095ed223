"""The clocks follow their tickets: every event of a ticket refreshes them, in its transaction."""

from collections.abc import Sequence

from tickets.hooks import happened
from tickets.models import Ticket
from tickets.sla.services import refresh_many


def follow(tickets: Sequence[Ticket]) -> None:
    """Bring the clocks of tickets with new events in step."""
    refresh_many(tickets)


happened.register(follow)
