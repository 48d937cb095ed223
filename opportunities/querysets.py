"""Named reads of opportunities."""

from typing import Self

from django.db.models import Q

from crm.access.querysets import ScopedQuerySet
from crm.core import clock


class OpportunityQuerySet(ScopedQuerySet):
    """Opportunities."""

    def kept(self) -> Self:
        """Not in the recycle bin."""
        return self.filter(deleted_at__isnull=True)

    def open(self) -> Self:
        """Still in a stage."""
        return self.kept().filter(outcome="open")

    def without_next_step(self) -> Self:
        """Open ones nobody has planned anything for, or whose planned contact has passed."""
        nothing = Q(next_contact_at__isnull=True) | Q(next_contact_at__lt=clock.now())
        return self.open().filter(nothing)
