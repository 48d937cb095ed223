"""Whose request it is: by phone and e-mail, only where there is no doubt, and never told."""

from collections.abc import Sequence

from crm.core.expressions import holds
from customers.models import Contact, Customer


def find(phones: Sequence[str], emails: Sequence[str]) -> tuple[Customer | None, Contact | None]:
    """Customer and contact with this phone or e-mail; None where several could be meant."""
    people = list(_people(phones, emails))
    if len(people) == 1:
        return people[0].customer, people[0]
    customers = {person.customer_id: person.customer for person in people}
    if len(customers) == 1:
        return next(iter(customers.values())), None
    if people or not phones:
        return None, None
    rows = list(Customer.objects.kept().filter(holds("phone", phones)).order_by("pk")[:2])
    return (rows[0], None) if len(rows) == 1 else (None, None)


def _people(phones: Sequence[str], emails: Sequence[str]) -> Sequence[Contact]:
    rows = Contact.objects.kept().reached_under(phones, emails)
    return rows.select_related("customer").order_by("pk")[:20]
