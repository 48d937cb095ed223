"""Named reads of leads."""

from typing import Self

from crm.access.querysets import ScopedQuerySet
from crm.core import clock
from leads.choices import OPEN_STATES, LeadState


class LeadQuerySet(ScopedQuerySet):
    """Leads."""

    def kept(self) -> Self:
        """Not in the recycle bin."""
        return self.filter(deleted_at__isnull=True)

    def usable(self) -> Self:
        """Those that can be opened as leads: neither in the bin nor converted (P9)."""
        return self.kept().exclude(status=LeadState.CONVERTED)

    def in_work(self) -> Self:
        """Those somebody works on."""
        return self.kept().filter(status__in=OPEN_STATES)

    def first_contact_overdue(self) -> Self:
        """Nobody has talked to them in time (T2)."""
        late = {"first_contact_due_at__lt": clock.now()}
        return self.kept().filter(status=LeadState.NEW, **late)
