"""The recycle bin of customers empties by itself after the days of the system settings."""

from collections.abc import Iterable
from datetime import datetime

from crm.workbench.bins import register
from customers.models import Customer
from customers.services.removing import purge_customer


def due(before: datetime) -> Iterable[Customer]:
    """Customers that were deleted before an instant."""
    return Customer.objects.filter(deleted_at__lt=before).order_by("deleted_at")


def purge(customer: Customer) -> None:
    """Remove one for good, as the system."""
    purge_customer(customer, actor=None)


register(due, purge)
