"""What other apps may join in when something happens to a customer, in the same transaction."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from crm.core.hooks import Hook
from customers.models import Customer


def _changed(customer: Customer, names: Collection[str]) -> None:
    """Signature: a customer has got other values; `names` are those of the fields."""


def _allocating(
    customers: Sequence[Customer],
    offers: dict[int, tuple[Any, str]],
    may_get: Callable[[int], bool],
) -> None:
    """Signature: who is to get these customers? Who knows adds him and the reason, by key.

    `may_get` says of a person's key whether he may be chosen.
    """


def _purging(customers: Sequence[Customer]) -> None:
    """Signature: customers are about to be removed for good."""


def _binned(customer: Customer, moment: datetime, actor: Any) -> None:
    """Signature: a customer was put into the bin, or taken out of it, where it lay since then."""


#: Records that make no sense without the customer go into the bin with it …
binned: Hook[[Customer, datetime, Any]] = Hook("customers.binned", _binned)
#: … and come back with it.
restored: Hook[[Customer, datetime, Any]] = Hook("customers.restored", _binned)
#: What holds the customer's name or looks at the grade hangs here.
changed: Hook[[Customer, Collection[str]]] = Hook("customers.changed", _changed)
#: Rules of allocation say who gets a customer.
allocating: Hook[[Sequence[Customer], dict[int, tuple[Any, str]], Callable[[int], bool]]] = Hook(
    "customers.allocating", _allocating
)
#: Records that stand on the customers go before them.
purging: Hook[[Sequence[Customer]]] = Hook("customers.purging", _purging)
