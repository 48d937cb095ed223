"""What stands on a customer; higher apps register theirs.

An undone import takes back customers on which nothing stands yet: the opportunity somebody has
begun with one is not lost with the file that brought him (`contracts.md` 1.7).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from crm.activities.models import Attachment, FollowUp
from crm.activities.planning.models import Appointment, Task
from customers.models import Contact, Customer


@dataclass(frozen=True)
class Standing:
    """Records of one kind: why their customer stays, and which of some customers have any."""

    text: Any
    customers: Callable[[Sequence[int]], Iterable[int]]


KINDS: list[Standing] = []


def register(*kinds: Standing) -> None:
    """Look for these records too."""
    KINDS.extend(kinds)


def reasons(keys: Sequence[int]) -> dict[int, str]:
    """Why customers stay, by key, of those on which something stands; one query a kind."""
    found: dict[int, str] = {}
    for kind in KINDS:
        for key in kind.customers(keys):
            found.setdefault(key, str(kind.text))
    return found


def of_key(model: type[models.Model], name: str) -> Callable[[Sequence[int]], Iterable[int]]:
    """Customers that a foreign key of a model leads to, from the bin too."""
    rows = model._base_manager.order_by()
    return lambda keys: rows.filter(**{f"{name}__in": keys}).values_list(f"{name}_id", flat=True)


def _changed_contacts(keys: Sequence[int]) -> Iterable[int]:
    rows = Contact.objects.filter(customer__in=keys, version__gt=1)
    return rows.values_list("customer_id", flat=True)


def _new_contacts(keys: Sequence[int]) -> Iterable[int]:
    rows = Contact.objects.filter(customer__in=keys, created_at__gt=F("customer__created_at"))
    return rows.values_list("customer_id", flat=True)


def _below(model: type[models.Model]) -> Callable[[Sequence[int]], Iterable[int]]:
    """Customers with such a record on themselves or on a record below them."""

    def found(keys: Sequence[int]) -> Iterable[int]:
        kind = ContentType.objects.get_for_model(Customer)
        rows = model._base_manager.filter(parent_type=kind, parent_id__in=keys)
        return rows.order_by().values_list("parent_id", flat=True)

    return found


register(
    Standing(_("A contact of the customer has been changed since the import."), _changed_contacts),
    Standing(_("The customer has got new contacts since the import."), _new_contacts),
    Standing(_("The customer has got attachments since the import."), _below(Attachment)),
    Standing(_("The customer has got follow-ups since the import."), _below(FollowUp)),
    Standing(_("The customer has got tasks since the import."), _below(Task)),
    Standing(_("The customer has got appointments since the import."), _below(Appointment)),
)
