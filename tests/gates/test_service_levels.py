"""G14, G18 for service levels: a tick that is killed anywhere, and a clock that jumps.

Every threshold is told at most once, never before its instant, and nothing is lost. Small by
default; GATE_SCALE=full lets more days go by.
"""

import random
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction

from crm.notifications.models import Notification
from tests.factories.company import Company
from tests.factories.tickets import make_ticket
from tests.kit.dying import killed_at
from tests.kit.gates import FULL, announce
from tickets.choices import Priority
from tickets.models import SlaClock, SlaNotice
from tickets.sla import ticking
from tickets.sla.calendar import seconds

pytestmark = [pytest.mark.gate, pytest.mark.django_db, pytest.mark.usefixtures("promises")]
#: Wednesday 09:00 in Shanghai.
START = datetime(2026, 3, 4, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAYS = 30 if FULL else 2
TICKETS = 20 if FULL else 4
JUMPS = (timedelta(hours=1), timedelta(hours=-1), timedelta(days=1), timedelta(days=-1))


def make(company: Company) -> None:
    priorities = (Priority.HIGH, Priority.URGENT, Priority.MEDIUM, Priority.LOW)
    with time_machine.travel(START, tick=False):
        for place in range(TICKETS):
            make_ticket(company, company["agent1"], priority=priorities[place % 4])


def problems() -> list[str]:
    """What was told twice, early, or not at all although its time came long ago."""
    found = []
    for row in SlaNotice.objects.select_related("clock"):
        if row.written_at < row.passed_at:
            found.append(f"{row.clock_id}:{row.threshold} early")
        told = Notification.objects.filter(dedupe_key=f"sla:{row.clock_id}:{row.threshold}")
        people = list(told.values_list("user_id", flat=True))
        if len(people) != len(set(people)):
            found.append(f"{row.clock_id}:{row.threshold} told twice")
        if bool(people) == row.is_skipped:
            found.append(f"{row.clock_id}:{row.threshold} told {len(people)}")
    return found


def lost(now: datetime) -> list[str]:
    """Thresholds that passed and were never written."""
    instant = seconds(now)
    return [
        f"{clock.pk}:{mark} lost"
        for clock in SlaClock.objects.all()
        for mark, at in clock.marks
        if at <= instant
    ]


def test_a_jumping_clock_tells_every_threshold_once(
    company: Company, request: pytest.FixtureRequest
) -> None:
    make(company)
    dice, offset, now = random.Random(14), timedelta(), START
    with time_machine.travel(START, tick=False) as machine:
        for minute in range(0, DAYS * 1440, 10):
            if dice.random() < 1 / 30:
                offset = dice.choice((timedelta(), *JUMPS))
            now = START + minute * MINUTE + offset
            machine.move_to(now)
            ticking.tick()
            ticking.tick()  # two workers
        machine.move_to(START + (DAYS + 2) * timedelta(days=1))
        ticking.tick()
        wrong = problems() + lost(START + (DAYS + 2) * timedelta(days=1))
    told = SlaNotice.objects.filter(is_skipped=False).count()
    announce(request, "G18", passed=not wrong, what="sla", days=DAYS, told=told, wrong=len(wrong))
    assert told >= TICKETS and wrong == []


def test_a_tick_killed_at_any_statement_loses_and_doubles_nothing(
    company: Company, request: pytest.FixtureRequest
) -> None:
    with time_machine.travel(START, tick=False):
        make_ticket(company, company["agent1"], priority=Priority.HIGH)
    kills, bad, alive = 0, [], True
    stride = 1 if FULL else 3
    while alive:
        with transaction.atomic(), time_machine.travel(START + 90 * MINUTE, tick=False):
            alive = killed_at(1 + kills * stride, ticking.tick)
            kills += alive
            ticking.tick()
            bad += problems() + lost(START + 90 * MINUTE)
            assert SlaNotice.objects.filter(threshold=100, is_skipped=False).exists()
            transaction.set_rollback(True)
    announce(request, "G14", passed=not bad, what="sla tick", kills=kills, bad=len(bad))
    assert kills > 5 and bad == []
