"""A task of a lead is done in the very moment in which the lead becomes a customer (E6, P9)."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from crm.activities.planning.models import Task
from crm.activities.planning.services.tasks import complete_task
from crm.core import context
from leads.models import Lead
from tests.factories.company import Company
from tests.factories.leads import make_lead
from tests.leads.test_locked import convert
from tests.leads.test_locked_plans import weekly


@pytest.mark.parametrize("first", ["complete", "convert"])
def test_the_next_of_a_series_goes_with_the_lead(everybody: Company, first: str) -> None:
    sales = everybody["sales1"]
    with context.working_as("command"):
        lead = make_lead(everybody, sales)
        task = weekly(lead, sales)
    steps = {
        "complete": lambda: complete_task(task, actor=sales),
        "convert": lambda: convert(lead, sales),
    }
    second = next(name for name in steps if name != first)
    at_once(steps[first], steps[second])
    customer = Lead.objects.get(pk=lead.pk).converted_customer
    assert Task.objects.on(lead).count() == 0
    assert sorted(Task.objects.on(customer).values_list("status", flat=True)) == ["done", "open"]


def at_once(first: Callable[[], Any], second: Callable[[], Any]) -> None:
    """`second` begins while `first` is written but not committed."""
    written = threading.Event()

    def meanwhile() -> None:
        try:
            with context.working_as("web"):
                written.wait(timeout=60)
                second()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        other = threads.submit(meanwhile)
        with context.working_as("web"), transaction.atomic():
            first()
            written.set()
            threading.Event().wait(0.5)  # until the other one waits for this transaction
        other.result(timeout=60)
