"""What the pool asks about a customer's opportunities (`market` 2.1)."""

from collections.abc import Sequence

from django.db.models import Count, Max, Q

from crm.pool.choices import Kind
from crm.pool.registry import Facts, provide_facts
from opportunities.choices import Outcome
from opportunities.models import Opportunity


def facts_of(ids: Sequence[int]) -> dict[int, Facts]:
    """When the newest opportunity of each customer was made, whether one is open, the last end."""
    rows = Opportunity.objects.kept().filter(customer_id__in=ids).order_by()
    found = rows.values_list("customer_id").annotate(
        newest=Max("created_at"),
        open=Count("pk", filter=Q(outcome=Outcome.OPEN)),
        ended=Max("closed_at"),
    )
    return {pk: Facts(newest, bool(open_ones), ended) for pk, newest, open_ones, ended in found}


provide_facts(Kind.CUSTOMER, facts_of)
