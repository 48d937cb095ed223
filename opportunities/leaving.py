"""Opportunities go into the bin with their customer and keep an imported one from being undone."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers import standing
from customers.leaving import Part, register
from opportunities.choices import Outcome
from opportunities.models import Opportunity


def _open(ids: Sequence[int]) -> QuerySet:
    return Opportunity.objects.open().filter(customer__in=ids)


def _ended(ids: Sequence[int]) -> QuerySet:
    return Opportunity.objects.kept().filter(customer__in=ids).exclude(outcome=Outcome.OPEN)


register(
    Part(_("Open opportunities that go along"), _open, 20),
    Part(_("Ended opportunities that go along"), _ended, 30),
)
standing.register(
    standing.Standing(
        _("The customer has got opportunities since the import."),
        standing.of_key(Opportunity, "customer"),
    )
)
