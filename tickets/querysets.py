"""Named reads of tickets."""

from datetime import datetime
from typing import Self

from crm.access.querysets import ScopedQuerySet
from tickets.choices import IN_WORK, Phase


class TicketQuerySet(ScopedQuerySet):
    """Tickets."""

    def kept(self) -> Self:
        """Not in the recycle bin."""
        return self.filter(deleted_at__isnull=True)

    def in_work(self) -> Self:
        """Those in which somebody owes the customer something."""
        return self.kept().filter(phase__in=IN_WORK)

    def unassigned(self) -> Self:
        """待分配: in work, and nobody handles them."""
        return self.in_work().filter(owner__isnull=True)

    def to_wake(self, now: datetime) -> Self:
        """On hold until an instant that has passed."""
        return self.kept().filter(phase=Phase.SCHEDULED, wake_at__lte=now)

    def solved_before(self, moment: datetime) -> Self:
        """Solved, not closed, since before an instant."""
        return self.kept().filter(phase=Phase.RESOLVED, resolved_at__lte=moment)
