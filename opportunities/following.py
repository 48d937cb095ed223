"""Opportunities follow their customer: its name in the search, the bin, its end for good."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from crm.search import index
from customers import hooks
from customers.models import Customer
from opportunities import searching
from opportunities.models import Opportunity
from opportunities.services.removing import hide, purge_opportunity, show_again


def reindex(customer: Customer) -> None:
    """Opportunities are found by the name of their customer."""
    keys = Opportunity.objects.kept().filter(customer=customer).values_list("pk", flat=True)
    index.index(searching.LABEL, list(keys))


def into_bin(customer: Customer, moment: datetime, actor: Any) -> None:
    """No board and no forecast counts on a customer that is deleted."""
    for opportunity in Opportunity.objects.kept().filter(customer=customer):
        opportunity.customer = customer
        hide(opportunity, moment, actor)


def out_of_bin(customer: Customer, moment: datetime, actor: Any) -> None:
    """What went with the customer comes back with it; what was deleted before stays."""
    for opportunity in Opportunity.objects.filter(customer=customer, deleted_at=moment):
        opportunity.customer = customer
        show_again(opportunity, actor)


def purge(customers: Sequence[Customer]) -> None:
    """Remove the opportunities of customers that are removed."""
    rows = Opportunity.objects.filter(customer__in=customers)
    for opportunity in rows.select_related("customer"):
        purge_opportunity(opportunity, actor=None)


hooks.renamed.register(reindex)
hooks.binned.register(into_bin)
hooks.restored.register(out_of_bin)
hooks.purging.register(purge)
