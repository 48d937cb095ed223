"""Every order of the ticket list is walked along an index, however many tickets there are."""

import pytest
from django.db import connection

from tests.factories.company import Company
from tickets.lists import TICKETS
from tickets.models import Ticket

ORDERS = sorted(TICKETS.sorts.keys() - {"viewed"})


@pytest.mark.parametrize("order", ORDERS)
def test_all_tickets_come_from_an_index_in_every_order(company: Company, order: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # a small table is read as a whole otherwise
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off")  # sorted only where no index leads
    key, user = TICKETS.sorts[order], company["service_lead"]
    for descending in (False, True):
        parts = key.segments(Ticket.objects.kept(), descending=descending, user=user)
        plan = parts[0].ordered().values_list("pk")[:20].explain()
        assert "ticket_" in plan
        assert "TEMP B-TREE" not in plan
        assert "Sort" not in plan
