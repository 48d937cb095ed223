"""A rule of its own for tests, and records to be reminded of."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from crm.notifications.kinds import KINDS
from crm.reminders import rules, states
from crm.reminders.rules import RuleKind
from customers.models import Customer
from tests.factories.company import Company
from tests.kit.people import make_customer

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment by the company's clock."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
def probe() -> Iterator[RuleKind]:
    """The rule "probe", gone after the test."""
    kind = RuleKind(
        "probe",
        "Probe",
        title=lambda subject, params: f"Call {subject}",
        text=lambda subject, params: str(params.get("text", "")),
        at=time(9),
    )
    rules.register(kind)
    yield kind
    del rules.RULES["probe"], KINDS["reminder_probe"]


@pytest.fixture
def customer(company: Company) -> Customer:
    """A customer of sales1."""
    return make_customer(company["sales1"])


@pytest.fixture(autouse=True)
def _one_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests travel in time, so the database's clock is the process's, too."""
    monkeypatch.setattr(states, "moment", moment_here)


def moment_here(offset: Any = None) -> datetime:
    """`crm.jobs.leases.moment` by the clock of this process."""
    from django.utils import timezone  # noqa: PLC0415 - the travelled one

    return timezone.now() + offset if offset else timezone.now()
