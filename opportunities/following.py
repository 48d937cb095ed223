"""Opportunities follow their customer: its name and grade, the bin, its end for good."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from crm.search import index
from customers import hooks
from customers.models import Customer
from opportunities import grading, searching
from opportunities.models import Opportunity
from opportunities.querysets import OpportunityQuerySet
from opportunities.services.removing import hide, purge_opportunity, show_again


def follow_values(customer: Customer, names: Collection[str]) -> None:
    """Opportunities are found by the name of their customer, and graded by his grade."""
    rows = Opportunity.objects.kept().filter(customer=customer)
    if "name" in names:
        index.index(searching.LABEL, list(rows.values_list("pk", flat=True)))
    if "grade" in names:
        _regrade(customer, rows.open())


def _regrade(customer: Customer, rows: OpportunityQuerySet) -> None:
    """Nobody has edited them, so neither version nor "changed at" move."""
    found = list(rows)
    for row in found:
        row.customer = customer
        row.grade = grading.grade_of(row)
    Opportunity.objects.bulk_update(found, ["grade"])


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


hooks.changed.register(follow_values)
hooks.binned.register(into_bin)
hooks.restored.register(out_of_bin)
hooks.purging.register(purge)
