"""Demo tickets make the desk alive whenever the product is started for the first time."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import transaction

from crm.dictionaries import statutory
from tests.factories.company import Company
from tickets import demo, queues
from tickets.models import Ticket
from tickets.sla.seeds import seed_policies


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 22, 19, tzinfo=UTC),  # Monday 03:00 in Shanghai
        datetime(2026, 10, 4, 6, tzinfo=UTC),  # in the middle of the holidays
    ],
)
def test_the_desk_has_tickets_near_and_past_their_limits_at_any_hour(
    company: Company, moment: datetime
) -> None:
    statutory.seed()
    lead: Any = company["service_lead"]
    with time_machine.travel(moment, tick=False), transaction.atomic():
        seed_policies()
        demo.make(company)
        found = queues.counts(
            Ticket.objects.visible_to(lead), lead, ("near", "overdue", "unassigned", "mine")
        )
        latest = Ticket.objects.latest("created_at").created_at
    assert min(found.values()) >= 1, found
    assert found["overdue"] <= 8, found
    assert latest <= moment
