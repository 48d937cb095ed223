"""Sales at scale for the bench: as many opportunities as customers, ten follow-ups each.

Asked by `inside` in a process of its own. Written past the services: these rows are for measuring,
so they have no events and no search documents, and their days are added up at the end.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from crm.activities.choices import METHOD
from crm.activities.models import FollowUp
from crm.core import clock
from crm.core.bulk import Maker, insert_many, without_indexes
from crm.core.periods import DAY
from crm.dictionaries import lookups
from crm.workbench import sealing
from crm.workbench.measures import MEASURES
from customers.models import Customer
from opportunities.choices import Outcome
from opportunities.models import Opportunity, Stage

FOLLOW_UPS = 10  # of a customer, on average
BATCH = 5_000
LARGE = 50_000
DAYS = 700
SEAL_SECONDS = 3_600
#: One deal in four is won.
WON = 0.25
TEXT = "客户已看过方案，希望一周内拿到正式报价。"

_new_deal, _new_follow_up = Maker(Opportunity), Maker(FollowUp)


class Sales:
    """Makes rows for the customers there are."""

    def __init__(self, seed: int) -> None:
        self.random, self.now, self.serial = Random(seed), clock.now(), 0
        self.stages = list(Stage.objects.order_by("order", "pk").values_list("pk", "pipeline_id"))
        self.kind = ContentType.objects.get_for_model(Customer).pk
        self.methods = [value.pk for value in lookups.items(METHOD)]

    def moment(self) -> datetime:
        """Some time of the last two years."""
        return self.now - timedelta(seconds=self.random.randrange(86_400 * DAYS))

    def deal(self, customer: int, owner: int) -> Opportunity:
        """One opportunity, open or won."""
        self.serial += 1
        made, amount = self.moment(), Decimal(self.random.randrange(1_000, 500_000))
        stage, pipeline = self.random.choice(self.stages)
        values: dict[str, Any] = {
            "number": f"BENCH-OP{self.serial:08d}", "name": f"设备采购{self.serial}期",
            "customer_id": customer, "owner_id": owner, "owner_since": made, "amount": amount,
            "pipeline_id": pipeline, "stage_id": stage, "stage_since": made,
            "expected_on": (made + 60 * DAY).date(), "created_at": made, "updated_at": made,
            "created_by_id": owner, "name_pinyin": f"she bei cai gou {self.serial}",
        }  # fmt: skip
        if self.random.random() < WON:
            closed = min(self.now, made + 45 * DAY)
            values |= {
                "outcome": Outcome.WON, "closed_at": closed, "deal_on": closed.date(),
                "actual_amount": amount, "contract_number": f"HT-{self.serial}",
                "probability": 100, "updated_at": closed,
            }  # fmt: skip
        return _new_deal(**values)

    def follow_up(self, customer: int, author: int) -> FollowUp:
        """One follow-up on a customer."""
        happened = self.moment()
        return _new_follow_up(
            subject_type_id=self.kind, subject_id=customer, parent_type_id=self.kind,
            parent_id=customer, author_id=author, happened_at=happened, text=TEXT,
            method_id=self.random.choice(self.methods), created_at=happened,
            updated_at=happened, created_by_id=author,
        )  # fmt: skip


def make(seed: int = 1) -> Iterator[int]:
    """Write deals and follow-ups for all customers with an owner; yields how many are done."""
    source, done = Sales(seed), 0
    rows = Customer.objects.kept().filter(owner__isnull=False).order_by("pk")
    keys = list(rows.values_list("pk", "owner_id"))
    with ExitStack() as stack:
        if len(keys) >= LARGE:
            stack.enter_context(without_indexes(Opportunity, FollowUp))
        for start in range(0, len(keys), BATCH):
            batch = keys[start : start + BATCH]
            with transaction.atomic():
                insert_many([source.deal(*pair) for pair in batch])
                for _n in range(FOLLOW_UPS):
                    insert_many([source.follow_up(*pair) for pair in batch])
            done += len(batch)
            yield done


def seal() -> int:
    """Add all days up, as the worker does in its first minutes; returns the days done."""
    done = sealing.catch_up(seconds=SEAL_SECONDS)
    limit = sealing.newest_sealable()
    late = [m.name for m in MEASURES.values() if sealing.sealed_until(m) != limit]
    if late:
        raise RuntimeError(f"not added up: {late}")
    return done
