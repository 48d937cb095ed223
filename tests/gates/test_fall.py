"""G14: two workers let records fall at once: each falls once, and each owner is told once of all.

Small: a few chunks. Full (GATE_SCALE=full): 40 rounds. Kills of the run are in `sales_trials.py`.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from crm.core import clock
from crm.notifications.models import Notification
from crm.pool.models import OwnershipSpan, UntoldFall
from crm.pool.services import keeping, recycling
from customers.models import Customer
from customers.pooling import CUSTOMERS
from tests.factories.company import Company
from tests.factories.customers import make_customer
from tests.kit.gates import FULL, announce
from tests.kit.pool import LONG_AGO, set_rules
from tests.kit.threads import at_once, connected

pytestmark = [pytest.mark.gate, pytest.mark.django_db(transaction=True)]
ROUNDS = 40 if FULL else 1
OWNED = {"sales1": 7, "sales2": 6}


def fall_together(company: Company, threads: ThreadPoolExecutor) -> list[tuple[str, str]]:
    """Two workers let what is due fall; what its owners were told, in order."""
    for login, number in OWNED.items():
        for _place in range(number):
            make_customer(company, company[login])
    due = {"owner_since": LONG_AGO, "pool_due_at": clock.now() - timedelta(hours=1)}
    Customer.objects.filter(owner__isnull=False).update(**due)
    at_once(threads, lambda _place: keeping.keep_all(), range(2), "system")
    keeping.keep_all()
    told = Notification.objects.filter(kind="pool_recycled")
    return sorted(told.values_list("user__username", "title"))


def test_two_workers_tell_once_and_everything(
    everybody: Company, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setattr(recycling, "CHUNK", 2)
    set_rules(recycles=True, follow_up_days=30, grace_days=0)
    keeping.walk(CUSTOMERS)
    wanted = [
        (login, f"根据规则，您负责的 {number} 个客户已进入公海，请知悉")
        for login, number in OWNED.items()
    ]
    wrong = []
    with connected(2) as threads:
        for _round in range(ROUNDS):
            told = fall_together(everybody, threads)
            spans = OwnershipSpan.objects.filter(action="recycled").count()
            if told != wanted or spans != sum(OWNED.values()) or UntoldFall.objects.exists():
                wrong.append((told, spans))
            for model in (Notification, OwnershipSpan):
                model.objects.all().delete()
    announce(request, "G14", passed=not wrong, db=connection.vendor, rounds=ROUNDS)
    assert wrong == []
