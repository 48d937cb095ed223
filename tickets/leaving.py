"""Open tickets stay on the desk when their customer goes into the bin; the dialog says so.

A ticket keeps an imported customer from being undone.
"""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers import standing
from customers.leaving import Part, register
from tickets.models import Ticket


def _open(ids: Sequence[int]) -> QuerySet:
    return Ticket.objects.in_work().filter(customer__in=ids)


register(Part(_("Open tickets that stay on the desk"), _open, 50))
standing.register(
    standing.Standing(
        _("The customer has got tickets since the import."), standing.of_key(Ticket, "customer")
    )
)
