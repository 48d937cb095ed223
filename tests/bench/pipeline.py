"""Open opportunities for the bench: written in bulk over customers that are there."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from django.db import transaction

from crm.core import clock
from crm.core.bulk import Maker, insert_many
from customers.models import Customer
from opportunities import pipelines
from opportunities.models import Opportunity

_new = Maker(Opportunity)


def fill(number: int, seed: int = 7) -> int:
    """Write `number` open opportunities, spread over stages, owners and months."""
    random, now, today = Random(seed), clock.now(), clock.company_today()
    steps = pipelines.lines()[0].active_steps
    rows = Customer.objects.kept().filter(owner__isnull=False).order_by("pk")
    customers = list(rows.values_list("pk", "number", "owner_id")[:number])
    made = []
    for place in range(number):
        customer, code, owner = customers[place % len(customers)]
        step, at = random.choice(steps), now - timedelta(hours=random.randrange(2_000))
        made.append(
            _new(
                number=f"{code}B{place:05d}",
                name=f"商机 {place}",
                name_pinyin=f"shang ji {place}",
                customer_id=customer,
                owner_id=owner,
                pipeline_id=step.pipeline_id,
                stage_id=step.pk,
                probability=step.probability,
                amount=Decimal(random.randrange(1_000, 2_000_000)),
                expected_on=today + timedelta(days=random.randrange(-30, 180)),
                stage_since=at,
                created_at=at,
                updated_at=at,
                owner_since=at,
                next_contact_at=now + timedelta(hours=place % 200 - 50) if place % 3 else None,
            )
        )
    with transaction.atomic():
        insert_many(made)
    return len(made)
