"""Opportunities follow their customer: its name in the search, its end for good."""

from crm.search import index
from customers import hooks
from customers.models import Customer
from opportunities import searching
from opportunities.models import Opportunity
from opportunities.services.removing import purge_opportunity


def reindex(customer: Customer) -> None:
    """Opportunities are found by the name of their customer."""
    keys = Opportunity.objects.kept().filter(customer=customer).values_list("pk", flat=True)
    index.index(searching.LABEL, list(keys))


def purge(customer: Customer) -> None:
    """Remove the opportunities of a customer that is removed."""
    for opportunity in Opportunity.objects.filter(customer=customer).select_related("customer"):
        purge_opportunity(opportunity, actor=None)


hooks.renamed.register(reindex)
hooks.purging.register(purge)
