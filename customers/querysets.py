"""Named reads of customers and contacts."""

from collections.abc import Iterable
from typing import Self

from django.db.models import Exists, OuterRef
from django.utils import timezone

from crm.access.querysets import ScopedQuerySet
from crm.core import clock
from crm.core.expressions import holds


class CustomerQuerySet(ScopedQuerySet):
    """Customers."""

    def kept(self) -> Self:
        """Not in the recycle bin."""
        return self.filter(deleted_at__isnull=True)

    def owned_by(self, user_id: int) -> Self:
        """The customers of one person."""
        return self.filter(owner_id=user_id)

    def due_today(self) -> Self:
        """Next contact is today and still ahead."""
        _start, end = clock.day_bounds(clock.today())
        return self.kept().filter(next_contact_at__gte=timezone.now(), next_contact_at__lt=end)

    def overdue(self) -> Self:
        """Next contact has passed without a follow-up."""
        return self.kept().filter(next_contact_at__lt=timezone.now())


class ContactQuerySet(ScopedQuerySet):
    """Contacts; one in the bin or of a customer in the bin is not kept."""

    def kept(self) -> Self:
        """Neither the contact nor its customer is in the recycle bin."""
        customers = self.model._meta.get_field("customer").related_model._base_manager
        alive = customers.filter(pk=OuterRef("customer_id"), deleted_at__isnull=True)
        return self.filter(Exists(alive), deleted_at__isnull=True)

    def primary(self) -> Self:
        """The first contact of each customer."""
        return self.filter(is_primary=True, deleted_at__isnull=True)

    def reached_under(self, numbers: Iterable[str], emails: Iterable[str] = ()) -> Self:
        """Contacts with one of these normalised numbers or e-mails."""
        numbers = list(numbers)
        return self.filter(
            holds("mobile", numbers) | holds("phone", numbers) | holds("email", emails)
        )
