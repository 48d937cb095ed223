"""What other apps may join in when something happens to a customer, in the same transaction."""

from crm.core.hooks import Hook
from customers.models import Customer


def _renamed(customer: Customer) -> None:
    """Signature: a customer has another name."""


def _purging(customer: Customer) -> None:
    """Signature: a customer is about to be removed for good."""


#: Search documents that hold the customer's name hang here.
renamed: Hook[[Customer]] = Hook("customers.renamed", _renamed)
#: Records that stand on the customer go before it.
purging: Hook[[Customer]] = Hook("customers.purging", _purging)
